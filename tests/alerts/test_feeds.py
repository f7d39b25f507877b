"""Feeds and calendar as other people's parsers read them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import atoma
import feedparser
import lxml.etree
import lxml.html
import pytest
import vobject
from alerts_making import NOW, PAYLOAD
from hypothesis import given
from hypothesis import strategies as st

from alerts.calendar import calendar
from alerts.feeds import About, Entry, atom, json_feed, urn

ABOUT = About("Araxes: a process", NOW, "https://araxes.example/feeds/")
LATER = NOW + timedelta(hours=3)
ATOM = "{http://www.w3.org/2005/Atom}"
GRAMMAR = lxml.etree.RelaxNG(
    lxml.etree.fromstring("""
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start><element name="feed"><interleave>
    <oneOrMore><element name="author"><element name="name"><ref name="text"/></element>
    </element></oneOrMore>
    <element name="id"><ref name="iri"/></element>
    <element name="title"><text/></element>
    <element name="updated"><data type="dateTime"/></element>
    <optional><element name="generator"><text/></element></optional>
    <zeroOrMore><ref name="link"/></zeroOrMore>
    <zeroOrMore><ref name="entry"/></zeroOrMore>
    <zeroOrMore><element name="deleted-entry" ns="http://purl.org/atompub/tombstones/1.0">
      <attribute name="ref"/><attribute name="when"><data type="dateTime"/></attribute>
    </element></zeroOrMore>
  </interleave></element></start>
  <define name="entry"><element name="entry"><interleave>
    <element name="id"><ref name="iri"/></element>
    <element name="title"><text/></element>
    <element name="updated"><data type="dateTime"/></element>
    <optional><element name="published"><data type="dateTime"/></element></optional>
    <zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
    <zeroOrMore><ref name="link"/></zeroOrMore>
    <element name="content"><attribute name="type"><value>html</value></attribute><text/></element>
  </interleave></element></define>
  <define name="link"><element name="link"><attribute name="href"><ref name="iri"/></attribute>
    <optional><attribute name="rel"><choice><value>self</value><value>alternate</value></choice>
    </attribute></optional><optional><attribute name="type"/></optional><empty/></element></define>
  <define name="iri"><data type="string"><param name="pattern">[a-z]+:\\S+</param></data></define>
  <define name="text"><data type="string"><param name="minLength">1</param></data></define>
</grammar>""")
)
"""What RFC 4287, 4.1 asks of a feed and its entries, as far as ours have it."""


def entry(number: int = 1, **more: Any) -> Entry:
    own = {k: more.pop(k) for k in tuple(more) if k in Entry.__slots__}
    payload = {**PAYLOAD, "event_id": f"evt_{number}", "conflicts": [], **more}
    found = Entry(payload, version=1, first_at=NOW, changed_at=NOW, moved_at=NOW)
    return replace(found, **own)


def day(first: str, last: str | None = None, precision: str = "day") -> dict[str, Any]:
    return {"start": first, "end": last or first, "precision": precision}


def events(*entries: Entry) -> list[Any]:
    """The VEVENTs as another library than ours reads and validates them."""
    text = calendar(entries, ABOUT).decode()
    found = vobject.readOne(text)
    assert found.validate(raiseException=True) if getattr(found, "vevent_list", None) else True
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return list(getattr(found, "vevent_list", []))


def test_the_atom_feed_is_valid_and_says_the_same_to_two_parsers() -> None:
    data = atom([entry(1, moved_at=LATER), entry(2)], ABOUT)
    GRAMMAR.assertValid(lxml.etree.fromstring(data))
    strict, loose = atoma.parse_atom_bytes(data), feedparser.parse(data)
    assert not loose.bozo and loose.version == "atom10"
    assert [e.id_ for e in strict.entries] == [e.id for e in loose.entries] == [
        urn("evt_1"), urn("evt_2")
    ]  # fmt: skip
    assert strict.updated == LATER and strict.entries[1].published == NOW
    assert loose.feed.links[0].href == "https://araxes.example/feeds/events.atom"
    first = loose.entries[0]
    assert (first.title, first.link) == ("A headline built from slots", "https://outlet.example/a")
    assert [tag.term for tag in first.tags] == ["leaders_talks", "held", "US-TRUMP"]
    assert "The sentence that says so." in first.content[0].value


def test_a_feed_without_events_is_valid_too() -> None:
    GRAMMAR.assertValid(lxml.etree.fromstring(atom([], About("Araxes", NOW))))
    assert json.loads(json_feed([], ABOUT))["items"] == []
    assert events() == []


def test_what_is_taken_back_says_so_under_its_id_and_is_marked_deleted() -> None:
    data = atom([entry(1, withdrawn="taken back: an analyst rejected it", moved_at=LATER)], ABOUT)
    tree = lxml.etree.fromstring(data)
    GRAMMAR.assertValid(tree)
    (told,) = feedparser.parse(data).entries
    assert told.title == "Taken back: A headline built from slots"
    assert "an analyst rejected it" in told.content[0].value
    (mark,) = tree.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert (mark.get("ref"), mark.get("when")) == (urn("evt_1"), LATER.isoformat())
    (item,) = json.loads(json_feed([entry(1, withdrawn="why")], ABOUT))["items"]
    assert item["_araxes"]["withdrawn"] == "why"


def test_the_json_feed_has_what_its_version_asks_for() -> None:
    feed = json.loads(json_feed([entry(1), entry(2)], ABOUT))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://araxes.example/feeds/events.json"
    strict = atoma.parse_json_feed_bytes(json_feed([entry(1), entry(2)], ABOUT))
    assert [item.id_ for item in strict.items] == [urn("evt_1"), urn("evt_2")]
    assert strict.items[0].date_published == NOW
    assert strict.items[0].url == "https://outlet.example/a"
    item = feed["items"][0]
    assert "The sentence that says so." in item["content_text"]
    assert item["_araxes"]["event"]["event_id"] == "evt_1"


@pytest.mark.parametrize(
    ("when", "first", "beyond"),
    [
        (day("2025-08-08"), date(2025, 8, 8), date(2025, 8, 9)),
        (day("2025-08-08", "2025-08-10"), date(2025, 8, 8), date(2025, 8, 11)),
        (day("2025-08-04", "2025-08-10", "week"), date(2025, 8, 4), date(2025, 8, 11)),
        (day("2025-08-01", "2025-08-31", "month"), date(2025, 8, 1), date(2025, 9, 1)),
    ],
)
def test_an_event_takes_all_days_it_may_fall_on(when: Any, first: date, beyond: date) -> None:
    (found,) = events(entry(date=when))
    assert (found.dtstart.value, found.dtend.value) == (first, beyond)
    assert found.transp.value == "TRANSPARENT"


def test_what_has_no_day_is_in_no_calendar() -> None:
    year = day("2025-01-01", "2025-12-31", "year")
    assert events(entry(1, date={"start": None}), entry(2, date=year), entry(3, date=None)) == []


def test_identity_and_history_of_an_event_are_in_its_uid_sequence_and_last_modified() -> None:
    (before,) = events(entry())
    (after,) = events(entry(version=3, changed_at=LATER, date=day("2025-08-09")))
    assert before.uid.value == after.uid.value == "evt_1@araxes"
    assert (before.sequence.value, after.sequence.value) == ("0", "2")
    assert (before.last_modified.value, after.last_modified.value) == (NOW, LATER)
    assert after.dtstamp.value == LATER and after.created.value == NOW
    assert after.url.value == "https://outlet.example/a"
    assert after.location.value == "Washington, USA"
    assert "The sentence that says so." in after.description.value


@pytest.mark.parametrize(
    ("more", "status", "first"),
    [
        ({"status": "held"}, "CONFIRMED", 8),
        ({"status": "planned"}, "TENTATIVE", 8),
        ({"status": "claimed"}, "TENTATIVE", 8),
        ({"status": "held", "conflicts": [{"slot": "status", "values": []}]}, "TENTATIVE", 8),
        ({"status": "cancelled"}, "CANCELLED", 8),
        ({"status": "denied"}, "CANCELLED", 8),
        # Moved to another day: there, and tentative.
        ({"status": "postponed", "former": day("2025-08-05")}, "TENTATIVE", 8),
        # Put off, to no day that is known: what stood on the old one is off.
        ({"status": "postponed", "former": day("2025-08-08")}, "CANCELLED", 8),
        ({"status": "postponed", "date": None, "former": day("2025-08-05")}, "CANCELLED", 5),
        ({"status": "held", "withdrawn": "why"}, "CANCELLED", 8),
    ],
)
def test_a_status_is_what_the_standard_has_for_it(more: Any, status: str, first: int) -> None:
    (found,) = events(entry(**more))
    assert (found.status.value, found.dtstart.value) == (status, date(2025, 8, first))


def test_the_same_events_make_the_same_files() -> None:
    for make in (atom, json_feed, calendar):
        one, other = [entry(1), entry(2)], [entry(1), entry(2)]
        assert make(one, ABOUT) == make(other, ABOUT)


HOSTILE = st.text(max_size=60) | st.sampled_from([
    "]]><script>alert(1)</script>", "x\r\nATTENDEE:mailto:a@b.example", "a;b,c\\n\\;", "\ufffe\x0b",
    "END:VEVENT\r\nBEGIN:VALARM", "<![CDATA[", "&lt;img onerror=x&gt;", "\u2028BEGIN:VEVENT",
])  # fmt: skip


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_of_a_page_breaks_out_of_a_feed_or_a_calendar(
    quote: str, headline: str, outlet: str
) -> None:
    piece = {"quote": quote, "lang": outlet, "url": quote, "outlet": outlet}
    hostile = entry(1, headline=headline, track=outlet, document=quote, evidence=[piece])
    told = [hostile, entry(2)]
    data = atom(told, ABOUT)
    GRAMMAR.assertValid(lxml.etree.fromstring(data))
    content = lxml.etree.fromstring(data).findtext(f"{ATOM}entry/{ATOM}content") or ""
    page = lxml.html.fromstring(f"<div>{content}</div>")
    assert not page.xpath("//script | //img | //iframe | //@*[starts-with(name(), 'on')]")
    assert len(json.loads(json_feed(told, ABOUT))["items"]) == 2
    found = events(*told)
    names = {"summary", "dtstart", "dtend", "dtstamp", "uid", "sequence", "categories", "created",
             "description", "last-modified", "location", "status", "transp", "url"}  # fmt: skip
    assert len(found) == 2 and all(set(event.contents) <= names for event in found)
