"""The seed documents' events come out as annotated, where the documents are at hand."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dossiers import loader
from dossiers.boilerplate import load_rules
from dossiers.languages import load_languages
from transforms.coding import EventCoder
from transforms.evaluation import dates_match
from transforms.event_json import event_to_json
from transforms.extract import extract
from transforms.mentions import MentionFinder
from transforms.records import EventMention, RawDocument
from transforms.vocabulary import ALERT_TYPES

FACTS = tomllib.loads((Path(__file__).parent / "seed_events.toml").read_text("utf-8"))
PUBLISHED = {
    "000": date(2024, 8, 20),
    "001": date(2022, 10, 31),
    "002": date(2020, 10, 8),
    "003": date(2024, 8, 20),
    "004": date(2025, 8, 8),
}


@cache
def _tools() -> tuple[MentionFinder, EventCoder]:
    dossier, languages = loader.load("armenia_azerbaijan"), load_languages()
    return MentionFinder(dossier, languages), EventCoder(dossier, languages)


@cache
def _coded(folder: Path, number: str) -> tuple[EventMention, ...]:
    source = next(folder.glob(f"{number}_*.txt")).read_bytes().decode("utf-8")
    day = PUBLISHED[number]
    published = datetime(day.year, day.month, day.day, tzinfo=UTC)
    raw = RawDocument(number, None, source, "text/plain", published=published, is_hint_final=True)
    document = extract(raw, load_rules())
    finder, coder = _tools()
    found = finder.find(document.text, document.language, title=document.title, published=day)
    return coder.code(document, found)


def _overlaps(event: EventMention, span: list[int]) -> bool:
    return any(
        piece.source_start is not None
        and piece.source_end is not None
        and piece.source_start < span[1]
        and span[0] < piece.source_end
        for piece in event.evidence
    )


def _bare(entity: str | None) -> str | None:
    return entity.split(":", 1)[1] if entity else None


def _people(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {item["id"]: item.get("person") for item in items}


@pytest.mark.parametrize("wanted", FACTS["event"], ids=lambda w: w["id"])
def test_a_seed_event_comes_out_whole(wanted: dict[str, Any], seeds: Path) -> None:
    events = _coded(seeds, wanted["id"][:3])
    fitting = [e for e in events if e.type == wanted["type"] and _overlaps(e, wanted["span"])]
    venue = wanted.get("venue")
    hits = [e for e in fitting if _bare(e.venue.id if e.venue else None) == venue]
    assert len(hits) == 1, f"{len(hits)} of {len(fitting)} events fit"
    event = hits[0]
    assert event.status == wanted["status"]
    assert {_bare(t.id): _bare(t.person) for t in event.third_parties} == _people(wanted["thirds"])
    assert {_bare(t.id): (t.rank, sorted(t.roles)) for t in event.third_parties} == {
        t["id"]: (t.get("rank"), sorted(t["roles"])) for t in wanted["thirds"]
    }
    assert {_bare(p.id): _bare(p.person) for p in event.parties} == _people(wanted["parties"])
    assert [_bare(i) for i in event.initiators] == wanted["initiators"]
    assert _bare(event.made_at) == wanted.get("made_at")
    date_given = event_to_json(event, doc="", url=None)["date"]
    date_wanted = {
        key: wanted[key].isoformat() if key in wanted else None for key in ("start", "end")
    } | {"precision": wanted["precision"]}
    assert dates_match(date_wanted, date_given)
    assert event.track == wanted.get("track")
    assert event.cameo == wanted["cameo"]
    assert (event.novelty == "retrospective") is wanted["retrospective"]


@pytest.mark.parametrize("number", PUBLISHED)
def test_only_what_must_alert_is_new_and_alert_worthy(number: str, seeds: Path) -> None:
    wanted = {e["type"] for e in FACTS["event"] if e["id"].startswith(number) and e["alert"]}
    given = [
        event.type
        for event in _coded(seeds, number)
        if event.novelty == "new" and event.type in ALERT_TYPES and event.track
    ]
    assert sorted(given) == sorted(wanted)


@pytest.mark.parametrize("trap", FACTS["negative"], ids=lambda t: f"{t['id']}-{t['span'][0]}")
def test_what_only_looks_like_an_event_is_not_coded(trap: dict[str, Any], seeds: Path) -> None:
    start, end = trap["span"]
    for event in _coded(seeds, trap["id"][:3]):
        for piece in event.evidence:
            assert (
                piece.source_start is None
                or piece.source_end is None
                or not (piece.source_start < end and start < piece.source_end)
            ), event.headline
