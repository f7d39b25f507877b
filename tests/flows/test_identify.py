"""Corrections and late first tellings, through decide and commit on a real warehouse."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.captures import make_capture
from dossiers import loader
from dossiers.records import Dossier
from flows.stages.decide import Setting, decide
from flows.stages.transform import Processed, Refusal, process_raw, raw_document
from transforms.records import (
    CodedDocument,
    EventDate,
    EventMention,
    Evidence,
    Party,
    ThirdParty,
    Venue,
)
from warehouse.records import Batch
from warehouse.store import Writer, open_writer

NOW = datetime(2024, 5, 9, tzinfo=UTC)
LEAD = "The foreign ministers of Armenia and Azerbaijan will meet in {place} on {day} May 2024"
REST = (
    ", Kazakhstan's foreign ministry said on Wednesday. The ministry said that it is preparing "
    "rooms and interpreters for both delegations and that journalists have to register by noon. "
    "Hotels near the lake are full, and the police will close two streets for three days.\n"
)


def processed(
    url: str, source: str, published: datetime, *, place: str = "Almaty", day: int = 10
) -> Processed:
    text = f"Ministers to meet in {place}\n\n{LEAD.format(place=place, day=day)}{REST}"
    capture = make_capture(
        url=url,
        kind="page",
        source_id=source,
        status=200,
        content_type="text/plain",
        charset="utf-8",
        body=text.encode(),
        fetched_at=NOW,
    )
    raw = raw_document(capture)
    assert not isinstance(raw, Refusal)
    result = process_raw(replace(raw, published=published))
    assert isinstance(result, CodedDocument)
    mention = planned(url, result.document.text, place, date(2024, 5, day))
    return Processed(capture, replace(result, events=(mention,)))


def planned(url: str, text: str, place: str, day: date) -> EventMention:
    """What the lead says, coded by hand: what is tested here is not the coder."""
    quote = text.split(".")[0]
    return EventMention(
        mention_id="evm_" + hashlib.sha256(f"{url}{quote}".encode()).hexdigest()[:24],
        type="ministers_talks",
        status="planned",
        parties=(Party("actor:ARM"), Party("actor:AZE")),
        third_parties=(ThirdParty("actor:KAZ", roles=("host",)),),
        venue=Venue(f"place:{place.lower()}", "KAZ"),
        date=EventDate(day, day, "day", "text"),
        track="KZ",
        evidence=(Evidence(quote, 0, len(quote), "en"),),
        confidence=0.8,
    )


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return loader.load("armenia_azerbaijan")


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with open_writer(tmp_path, timeout_seconds=5, now=NOW) as opened:
        yield opened


def take(writer: Writer, dossier: Dossier, *items: Processed, hours: int = 0) -> Batch:
    now = NOW + timedelta(hours=hours)
    later = [
        replace(item, capture=replace(item.capture, fetched_at=now), result=item.result)
        for item in items
    ]
    setting = Setting(f"run_{hours}", now, None, dossier, dossier.sources)
    batch = decide(later, writer=writer, setting=setting)
    writer.commit(batch)
    return batch


def rows(writer: Writer, query: str) -> list[tuple[Any, ...]]:
    return writer.con.execute(query).fetchall()


def test_a_corrected_article_neither_alerts_as_new_nor_leaves_a_ghost(
    writer: Writer, dossier: Dossier
) -> None:
    source = next(iter(dossier.sources))
    url, told = "https://one.example/a", NOW - timedelta(hours=3)
    first = take(writer, dossier, processed(url, source, told))
    assert [a.cause for a in first.alerts] == ["new"]
    corrected = processed(url, source, told, place="Astana", day=11)
    second = take(writer, dossier, corrected, hours=2)
    assert [a.cause for a in second.alerts] == ["venue"]
    ((event_id, venue),) = rows(writer, "SELECT event_id, venue FROM event")
    assert (event_id, venue) == (first.events[0].event_id, "place:astana")
    again = take(writer, dossier, corrected, hours=4)
    assert again.alerts == again.events == ()


def test_copies_count_for_whoever_told_the_story_first_though_that_one_arrives_last(
    writer: Writer, dossier: Dossier
) -> None:
    groups: dict[str, str] = {}
    for source in dossier.sources.values():
        groups.setdefault(source.origin_group or source.outlet or source.id, source.id)
    one, two, three = list(groups.values())[:3]
    wire = next(group for group, source in groups.items() if source == one)
    told = NOW - timedelta(hours=6)
    take(writer, dossier, processed("https://two.example/copy", two, told + timedelta(hours=1)))
    late = take(writer, dossier, processed("https://one.example/wire", one, told), hours=1)
    more = processed("https://three.example/copy", three, told + timedelta(hours=2))
    last = take(writer, dossier, more, hours=2)
    assert late.alerts == last.alerts == ()
    assert set(rows(writer, "SELECT origin FROM event_mention")) == {(wire,)}
    assert rows(writer, "SELECT origins, mention_count FROM event") == [([wire], 3)]
    assert rows(writer, "SELECT count(*) FROM event_mention WHERE is_current") == [(3,)]


def test_a_correction_to_another_kind_of_deed_is_told_as_a_correction(
    writer: Writer, dossier: Dossier
) -> None:
    """Talks planned, says the first version; an offer of talks, says the corrected one."""
    source = next(iter(dossier.sources))
    url, told = "https://one.example/a", NOW - timedelta(hours=3)
    first = take(writer, dossier, processed(url, source, told))
    item = processed(url, source, told, day=11)
    assert isinstance(item.result, CodedDocument)
    (mention,) = item.result.events
    offer = replace(mention, type="offer", status="made", mention_id="evm_" + "f" * 24)
    corrected = replace(item, result=replace(item.result, events=(offer,)))
    second = take(writer, dossier, corrected, hours=2)
    (alert,) = second.alerts
    assert (alert.cause, alert.payload["type"]) == ("correction", "offer")
    assert alert.payload["replaces"] == list(second.dissolved) == [first.events[0].event_id]


def test_an_event_that_a_corrected_article_no_longer_tells_is_taken_back(
    writer: Writer, dossier: Dossier
) -> None:
    source = next(iter(dossier.sources))
    url, told = "https://one.example/a", NOW - timedelta(hours=3)
    take(writer, dossier, processed(url, source, told))
    item = processed(url, source, told, day=11)
    assert isinstance(item.result, CodedDocument)
    silent = replace(item, result=replace(item.result, events=()))
    second = take(writer, dossier, silent, hours=2)
    assert [a.cause for a in second.alerts] == ["retraction"]
    assert second.alerts[0].payload["changes"][0]["after"] == {"reason": "withdrawn"}
