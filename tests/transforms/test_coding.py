"""The coder on its development cases, and what must hold of whatever it is given."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import coding_cases as cc

LANGUAGES = ("en", "ru", "hy", "az", "tr", "ka", "fa", "fr")
CASES = [case for language in LANGUAGES for case in cc.cases(language)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_development_case_is_coded_as_written(case: dict[str, Any]) -> None:
    assert cc.mistakes(case) == []


def test_case_ids_are_unique() -> None:
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids))


def _code(text: str, published: date | None = date(2023, 5, 20), title: str | None = None) -> Any:
    doc = cc.document(text, "en", published, title)
    return cc.CODER.code(doc, cc.mentions_of(doc))


def test_one_offer_told_four_times_is_one_event_with_its_evidence() -> None:
    text = (
        "Georgia offered to mediate between Armenia and Azerbaijan on Friday. "
        "The offer was made in Tbilisi.\n"
        "Georgia is ready to mediate between Armenia and Azerbaijan.\n"
        "Georgia's offer to mediate between Armenia and Azerbaijan is not its first."
    )
    events = [event for event in _code(text) if event.type == "offer"]
    assert len(events) == 1
    assert len(events[0].evidence) >= 3


def test_venues_listed_in_one_sentence_are_as_many_events_with_ids_of_their_own() -> None:
    text = "Armenia and Azerbaijan made progress at meetings in Geneva, Brussels and Prague."
    events = _code(text)
    venues = [event.venue.id for event in events]
    assert venues == ["place:geneva", "place:brussels", "place:prague"]
    assert len({event.mention_id for event in events}) == 3


def test_host_is_mediator_where_the_document_shows_it_mediating() -> None:
    title = "Germany tries to broker Armenia-Azerbaijan talks"
    text = "Germany hosted talks between the foreign ministers of Armenia and Azerbaijan in Berlin."
    (event,) = _code(text, title=title)
    assert event.third_parties[0].roles == ("mediator", "host")
    (alone,) = _code(text)
    assert alone.third_parties[0].roles == ("host",)


def test_separate_meetings_with_each_side_are_two_party_meetings() -> None:
    text = (
        "The German foreign minister held separate meetings with the foreign ministers of "
        "Armenia and Azerbaijan in Berlin on Friday to discuss the peace treaty."
    )
    events = _code(text)
    assert [event.type for event in events] == ["party_meeting", "party_meeting"]
    assert {event.parties[0].id for event in events} == {"actor:ARM", "actor:AZE"}


def test_a_recap_paragraph_is_never_news() -> None:
    text = (
        "Trade between Armenia and Azerbaijan was discussed.\n"
        "To recall, the leaders of Armenia and Azerbaijan met in Brussels. "
        "Armenia and Azerbaijan then agreed on a ceasefire."
    )
    assert {event.novelty for event in _code(text)} == {"retrospective"}


def test_a_document_without_a_date_tells_nothing_new() -> None:
    events = _code("Armenia and Azerbaijan agreed on a ceasefire.", published=None)
    assert [(event.novelty, event.date.precision) for event in events] == [("undated", "unknown")]


def test_the_explanation_names_trigger_roles_and_vetoes() -> None:
    text = (
        "Kazakhstan hosted talks between Armenia and Azerbaijan in Almaty on Friday. "
        "France may host talks between Armenia and Azerbaijan."
    )
    doc = cc.document(text, "en", date(2023, 5, 20))
    explanation = cc.CODER.explain(doc, cc.mentions_of(doc))
    told = "\n".join(explanation.lines())
    assert "actor:KAZ host: subject of host" in told
    assert any(miss.why == "hypothetical" for miss in explanation.near_misses)


def test_the_evidence_is_inside_the_text_and_holds_the_trigger() -> None:
    for case in CASES:
        doc = cc.document(case["text"], case["language"], case.get("published"), case.get("title"))
        for event in cc.CODER.code(doc, cc.mentions_of(doc)):
            for piece in event.evidence:
                assert doc.text[piece.start : piece.end] == piece.quote
            assert event.evidence
            assert event.headline


VOCABULARY = (
    "Armenia|Azerbaijan|Baku|Yerevan|Russia|Putin|the two leaders|met|in|Sochi|hosted|talks|"
    "between|and|with|by|offered to|mediate|signed|a peace treaty|on Monday|,|.|;|—|(|not|may|if|"
    "who|after|ceasefire|brokered|will|withdraw|peacekeepers|from|Karabakh"
)
WORDS = st.sampled_from(VOCABULARY.split("|"))
ANY = st.text(alphabet=st.characters(), max_size=300)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.lists(WORDS, max_size=60).map(" ".join), ANY))
def test_no_text_breaks_it_and_every_quote_is_exact(text: str) -> None:
    doc = cc.document(text, "en", date(2023, 5, 20))
    for event in cc.CODER.code(doc, cc.mentions_of(doc)):
        for piece in event.evidence:
            assert doc.text[piece.start : piece.end] == piece.quote


def test_coding_twice_gives_the_same() -> None:
    for case in CASES[:20]:
        assert cc.code_case(case) == cc.code_case(case)


def test_time_grows_with_the_text_and_not_with_its_square() -> None:
    unit = "Armenia and Azerbaijan held talks in Geneva on Monday. The two sides signed nothing. "
    spent = []
    for times in (40, 320):
        doc = cc.document(unit * times, "en", date(2023, 5, 20))
        mentions = cc.mentions_of(doc)
        begun = time.process_time()
        cc.CODER.code(doc, mentions)
        spent.append(time.process_time() - begun)
    assert spent[1] < 8 * 4 * max(spent[0], 0.01)


def test_a_text_without_names_costs_nothing() -> None:
    doc = cc.document("The weather stayed fine over the weekend. " * 200, "en")
    assert cc.CODER.code(doc, ()) == ()


def test_a_language_without_triggers_gives_no_events() -> None:
    doc = cc.document("Armenia and Azerbaijan signed a peace treaty.", "xx")
    assert cc.CODER.code(doc, cc.mentions_of(cc.document(doc.text, "en"))) == ()
