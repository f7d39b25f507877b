"""Alerts are scored by event: one alert for each event that is due, and none beside."""

from typing import Any

from transforms.evaluation import Alerted, evaluate_alerts
from transforms.evaluation.faults import faults


def _gold(doc_id: str, published: str, *events: dict[str, Any]) -> dict[str, Any]:
    text = "Talks were held. " * 3
    return {"id": doc_id, "text": text, "published": published, "events": list(events)}


def _event(key: str, start: int = 0, **slots: Any) -> dict[str, Any]:
    told = {"type": "ministers_talks", "status": "held", "novelty": "new", "key": key}
    return told | {"evidence": [{"start": start, "end": start + 10}]} | slots


def _alert(event_id: str, doc_id: str, start: int = 0, kind: str = "talks") -> Alerted:
    return Alerted(event_id, kind, f"alert {event_id}", ((doc_id, start, start + 5),))


GOLD = [
    _gold("a", "2027-01-01", _event("k1"), _event("k2", 20)),
    _gold("b", "2027-01-02", _event("k1"), _event("old", 20, novelty="retrospective")),
]


def test_one_alert_for_each_due_event_is_perfect() -> None:
    report = evaluate_alerts(GOLD, [_alert("e1", "b"), _alert("e2", "a", 20)])
    assert (report.score.precision, report.score.recall) == (1.0, 1.0)


def test_a_second_alert_for_one_event_is_a_repetition() -> None:
    report = evaluate_alerts(GOLD, [_alert("e1", "a"), _alert("e2", "b")])
    assert len(report.repeated) == 1
    assert report.missed == ("k2",)
    assert (report.score.precision, report.score.recall) == (0.5, 0.5)


def test_an_alert_for_something_recalled_is_false() -> None:
    report = evaluate_alerts(GOLD, [_alert("e1", "b", 20)])
    assert len(report.false) == 1


def test_an_alert_of_another_group_of_types_on_the_same_passage_is_false() -> None:
    report = evaluate_alerts(GOLD, [_alert("e1", "a", kind="agreement")])
    assert len(report.false) == 1
    assert report.score.recall == 0.0


def test_faults_tell_what_was_missed_mistaken_and_made_up() -> None:
    given = _event("k", type="leaders_talks") | {"parties": []}
    guess = {"id": "a", "events": [given, _event("x", 40, type="offer")]}
    kinds = [fault.kind for fault in faults(GOLD[:1], [guess])]
    assert kinds == ["type", "missed", "spurious"]
