"""How an alert reads, and what a web page cannot do to it."""

from __future__ import annotations

import re
from typing import Any

import lxml.html
import markdown
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


def test_the_message_says_where_it_was_first_seen_and_which_side_tells_it() -> None:
    told = {
        "first_report": {"url": "https://outlet.example/a", "country": "FRA", "lang": "fr",
                         "published": "2022-05-22T09:30:00+00:00"},
        "told_by": [{"country": "FRA", "origins": ["one", "two"]},
                    {"country": "AZE", "origins": ["three"]}],
    }  # fmt: skip
    message = render({**PAYLOAD, **told})
    assert "First seen: outlet.example (FRA, fr), 2022-05-22 09:30 UTC" in message.text
    assert "Told by:    FRA 2 (one, two); AZE 1 (three); ARM none" in message.text
    for words in ("First seen", "Told by"):
        assert words in message.markdown and words in message.html


def test_right_to_left_evidence_is_isolated_and_says_its_language() -> None:
    quote = "وزیران دیدار کردند"
    message = render({**PAYLOAD, "evidence": [{"quote": quote, "lang": "fa", "url": None}]})
    assert f'"\u2068{quote}\u2069"' in message.text
    assert f"> \u2068{quote}\u2069" in message.markdown
    assert f'<blockquote dir="rtl" lang="fa">{quote}</blockquote>' in message.html


MARKDOWN_ELEMENTS = {"html", "body", "div", "p", "strong", "em", "ul", "li", "blockquote", "code",
                     "a"}  # fmt: skip
TRICKS = st.sampled_from([
    "<b>x</b>", "\\<b>x", "&lt;b&gt;", "&#60;b>", "![i](http://x)", "[a]: http://x 'y'", "`x`",
    "http://bad.example", "www.bad.example", "a@bad.example", "@everyone", "<!channel>", "***x***",
    "| a | b |", "~~x~~", "<script>", "<http://bad.example>", "# x", "1. x", "---", "\\\\<i>",
])  # fmt: skip


@given(st.lists(st.text(max_size=30) | TRICKS, max_size=6))
def test_no_text_makes_markup_or_a_link_once_a_markdown_renderer_has_had_it(
    pieces: list[str],
) -> None:
    quote = "\n".join(pieces)
    url = "https://outlet.example/a"
    payload = {**PAYLOAD, "headline": quote, "document": quote,
               "evidence": [{"quote": quote, "lang": "en", "url": url}]}  # fmt: skip
    told = render(payload)
    tree = lxml.html.fromstring(f"<div>{markdown.markdown(told.markdown)}</div>")
    assert {str(element.tag) for element in tree.iter()} <= MARKDOWN_ELEMENTS
    assert {str(link) for link in tree.xpath("//a/@href")} <= {url}
    strange = tree.xpath("//code[not(contains(., 'evt_1'))]")
    assert not strange, told.markdown


def test_no_text_is_made_a_link_or_a_mention_by_a_mail_program_or_a_chat() -> None:
    quote = "See https://bad.example, www.bad.example and @everyone"
    told = render({**PAYLOAD, "evidence": [{"quote": quote, "lang": "en"}]})
    for text in (told.text, told.markdown, told.html):
        assert not re.search(r"https?://bad|www\.bad|@every|www\\\.bad", text)
        assert "bad" in text, "it is still there to be read"


def test_an_address_with_invisible_characters_is_no_link() -> None:
    for url in ("https://ok.example/\u202egnp", "https://ok.example/\x01", "https:///x"):
        told = render({**PAYLOAD, "evidence": [{"quote": "q", "lang": "en", "url": url}]})
        assert "href" not in told.html and "https" not in told.text
