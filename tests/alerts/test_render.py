"""How an alert reads, and what a web page cannot do to it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.render import render

PAYLOAD: dict[str, Any] = {
    "alert_id": "alr_1",
    "event_id": "evt_1",
    "cause": "status",
    "changes": [
        {"cause": "status", "before": "planned", "after": "under_way"},
        {"cause": "third_party", "before": [["actor:EU", False]], "after": [["actor:EU", True]]},
    ],
    "status": "under_way",
    "status_by": None,
    "headline": "Talks in Brussels",
    "third_parties": [
        {"id": "actor:EU", "person": "person:charles_michel", "rank": "igo",
         "roles": ["mediator", "good_offices"]}
    ],
    "parties": [{"id": "actor:ARM", "person": "person:nikol_pashinyan"}, {"id": "actor:AZE"}],
    "venue": {"id": "place:brussels", "country": "BEL"},
    "date": {"start": "2022-05-22", "end": "2022-05-22", "precision": "day"},
    "novelty": "update",
    "confidence": 0.934,
    "origins": ["one", "two"],
    "evidence": [{"quote": "They met.", "lang": "en", "url": "https://outlet.example/a_b"}],
    "conflicts": [
        {"slot": "date", "values": [['{"start":"2022-05-22"}', ["m1", "m2"]],
                                    ['{"start":"2022-05-23"}', ["m3"]]]}
    ],
}  # fmt: skip


def test_the_message_says_who_between_whom_where_when_how_sure_and_by_what_words() -> None:
    message = render(PAYLOAD)
    assert message.subject == "[Status changed] Talks in Brussels"
    for part in (
        "status planned → under way",
        "third parties EU → EU (mediates)",
        "Status:     under way",
        "EU, Charles Michel (mediator, good offices)",
        "ARM (Nikol Pashinyan) and AZE",
        "Brussels, BEL",
        "2022-05-22",
        "0.93, 2 independent origins",
        'Evidence (outlet.example, en):\n  "They met."\n  https://outlet.example/a_b',
        "Disputed date: start 2022-05-22 (2) / start 2022-05-23 (1)",
        "evt_1 / alr_1",
    ):
        assert part in message.text


def test_names_come_from_the_dossier_where_it_is_at_hand() -> None:
    message = render(PAYLOAD, name=lambda entity_id: f"<{entity_id}>")
    assert "<actor:EU>" in message.text


def test_a_sparse_event_reads_without_holes() -> None:
    message = render({"cause": "new", "status": "made", "headline": "An offer"})
    assert "Where:      unknown" in message.text
    assert "no third party named" in message.text
    assert "None" not in message.text and "None" not in message.markdown


def test_a_page_cannot_inject_markup_links_or_lines() -> None:
    quote = "x\n\n# Title\n[click](http://bad.example) <b>`rm`</b> \u202e**now** http://bad.example"
    link = "javascript:alert(1)"
    message = render({**PAYLOAD, "evidence": [{"quote": quote, "lang": "en", "url": link}]})
    assert "javascript" not in message.text + message.markdown
    assert "\u202e" not in message.text
    assert "\n# Title" not in message.markdown
    for sign in ("[click]", "<b>", "**now**", "http://bad"):
        assert sign not in message.markdown


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_from_a_page_stays_on_one_line_of_a_message(quote: str, headline: str) -> None:
    evidence = [{"quote": quote, "lang": "en", "url": quote}]
    base = render({**PAYLOAD, "headline": "h", "evidence": [{"quote": "q", "lang": "en"}]})
    message = render({**PAYLOAD, "headline": headline, "evidence": evidence})
    extra = 1 if quote in message.text.splitlines() or f"  {quote}" in message.text else 0
    assert len(message.subject.splitlines()) == 1
    assert len(message.text.split("\n")) <= len(base.text.split("\n")) + extra
