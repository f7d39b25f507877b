"""Scores mean what the gold format says they mean."""

from copy import deepcopy
from typing import Any

import pytest

from transforms.evaluation import dates_match, evaluate
from transforms.evaluation.show import format_report


def _event(**slots: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": "talks",
        "status": "held",
        "third_parties": [{"id": "actor:KAZ", "person": None, "rank": None, "roles": ["host"]}],
        "parties": [{"id": "actor:ARM", "person": None}, {"id": "actor:AZE", "person": None}],
        "initiators": [],
        "venue": {"id": "place:almaty", "country": "KAZ"},
        "date": {"start": "2024-05-10", "end": "2024-05-10", "precision": "day", "basis": "text"},
        "novelty": "new",
        "evidence": [{"start": 0, "end": 50}],
    }
    return event | slots


def _doc(doc_id: str, *events: dict[str, Any], language: str = "en") -> dict[str, Any]:
    return {"id": doc_id, "language": language, "events": list(events)}


def test_a_perfect_answer_scores_one_everywhere() -> None:
    gold = [_doc("a", _event(), _event(type="agreement", status="signed")), _doc("b")]
    report = evaluate(gold, deepcopy(gold))
    assert report.overall.f1 == report.strict.f1 == 1.0
    assert all(slot.accuracy == 1.0 for slot in report.slots.values())


def test_matching_is_one_to_one_and_wants_overlapping_evidence() -> None:
    gold = [_doc("a", _event())]
    twice = [_doc("a", _event(), _event(evidence=[{"start": 10, "end": 20}]))]
    assert (evaluate(gold, twice).overall.correct, evaluate(gold, twice).overall.predicted) == (
        1,
        2,
    )
    apart = [_doc("a", _event(evidence=[{"start": 50, "end": 60}]))]
    assert evaluate(gold, apart).overall.f1 == 0.0


def test_of_two_admissible_pairings_the_one_with_more_slots_right_is_taken() -> None:
    geneva = _event(venue={"id": "place:geneva"})
    prague = _event(venue={"id": "place:prague"})
    report = evaluate([_doc("a", geneva, prague)], [_doc("a", prague, geneva)])
    assert report.slots["venue"].accuracy == 1.0


def test_a_wrong_status_fails_the_strict_score_and_shows_in_the_confusion() -> None:
    report = evaluate([_doc("a", _event())], [_doc("a", _event(status="planned"))])
    assert (report.overall.f1, report.strict.f1) == (1.0, 0.0)
    assert report.confusion == {"held -> planned": 1}


def test_a_host_called_mediator_is_wrong_in_mediators_and_roles_only() -> None:
    wrong = _event(third_parties=[{"id": "actor:KAZ", "roles": ["host", "mediator"]}])
    slots = evaluate([_doc("a", _event())], [_doc("a", wrong)]).slots
    assert slots["third_parties"].accuracy == 1.0
    assert slots["mediators"].accuracy == slots["roles"].accuracy == 0.0


@pytest.mark.parametrize(
    ("gold", "given", "match"),
    [
        (("2024-05-10", "2024-05-10", "day"), ("2024-05-08", "2024-05-10", "day"), True),
        (("2024-05-10", "2024-05-10", "day"), ("2024-05-11", "2024-05-11", "day"), False),
        (("2024-05-01", "2024-05-31", "month"), ("2024-05-10", "2024-05-10", "day"), False),
        (("2024-05-10", None, "day"), ("2024-05-10", "2024-05-12", "day"), True),
        ((None, None, "unknown"), (None, None, "unknown"), True),
        ((None, None, "unknown"), ("2024-05-10", "2024-05-10", "day"), False),
    ],
)
def test_dates_match_when_precision_is_equal_and_intervals_overlap(
    gold: tuple[Any, ...], given: tuple[Any, ...], match: bool
) -> None:
    keys = ("start", "end", "precision")
    assert dates_match(dict(zip(keys, gold)), dict(zip(keys, given))) is match  # noqa: B905


def test_slots_the_gold_leaves_out_are_not_held_against_anyone() -> None:
    sparse = {"type": "talks", "status": "held", "evidence": [{"start": 0, "end": 9}]}
    report = evaluate([_doc("a", sparse)], [_doc("a", _event())])
    assert report.slots["venue"].accuracy == 1.0


def test_events_of_type_null_are_no_events_and_missing_answers_are_misses() -> None:
    gold = [_doc("a", {"type": None, "evidence": [{"start": 0, "end": 5}]}), _doc("b", _event())]
    report = evaluate(gold, [])
    assert (report.overall.gold, report.overall.predicted) == (1, 0)


def test_intervals_hold_the_figure_and_are_the_same_every_time() -> None:
    gold = [_doc(str(i), _event(), language="en" if i % 2 else "ru") for i in range(30)]
    given = [_doc(str(i), *([_event()] if i % 3 else [])) for i in range(30)]
    first, second = evaluate(gold, given), evaluate(gold, given)
    assert first.to_json() == second.to_json()
    assert first.overall.low <= first.overall.f1 <= first.overall.high
    assert set(first.by_language) == {"en", "ru"}


def test_relevance_is_scored_where_the_gold_states_it() -> None:
    gold = [_doc("a", _event()) | {"relevant": True}, _doc("b") | {"relevant": False}]
    given = [_doc("a") | {"relevant": True}, _doc("b") | {"relevant": True}]
    report = evaluate(gold, given)
    assert report.relevance is not None
    assert (report.relevance.precision, report.relevance.recall) == (0.5, 1.0)


def test_the_report_for_people_shows_languages_types_slots_and_confusion() -> None:
    text = format_report(evaluate([_doc("a", _event())], [_doc("a", _event(status="planned"))]))
    assert "en (strict)" in text
    assert "type talks" in text
    assert "held -> planned" in text


def test_two_gold_documents_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match='"a" occurs twice'):
        evaluate([_doc("a"), _doc("a")], [])
