"""Feeds over a real warehouse: written by a run, moved by a change, withdrawn by a review."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import vobject

from alerts.subscriptions import Subscription
from dossiers.loader import load
from flows.ingest import run_ingest
from flows.records import IngestRequest
from flows.reviewing import Decision, carry_out
from flows.settings import Settings
from flows.stages.feeds import write_feeds

PLANNED = (
    "Ministers to meet\n\nThe foreign ministers of Armenia and Azerbaijan will meet in Almaty on "
    "10 May 2024, the ministries of both countries said. Kazakhstan is hosting the talks.\n"
)
MOVED = (
    "Meeting put off\n\nThe meeting of the foreign ministers of Armenia and Azerbaijan in Almaty "
    "has been postponed to 20 May 2024, the ministries of both countries said.\n"
)


NOW = datetime(2024, 5, 6, 12, tzinfo=UTC)


def take_in(directory: Path, name: str, text: str, now: datetime) -> None:
    folder = directory.parent / name
    folder.mkdir()
    record = {"id": name, "url": f"https://{name}.example/story", "published": f"{now:%F}",
              "text": text}  # fmt: skip
    (folder / "texts.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    run_ingest(
        IngestRequest(directory, files=folder, now=now, workers=1),
        settings=Settings(feeds_url="https://araxes.example/f", seeds=None),
    )


def in_calendar(folder: Path) -> Any:
    found = vobject.readOne((folder / "events.ics").read_text(encoding="utf-8"))
    (event,) = found.vevent_list
    return event


def test_feeds_follow_an_event_from_its_plan_to_its_withdrawal(tmp_path: Path) -> None:
    directory, dossier = tmp_path / "warehouse", load()
    folder = directory / "feeds"
    take_in(directory, "one", PLANNED, NOW)
    planned = in_calendar(folder)
    assert (planned.dtstart.value, planned.status.value) == (date(2024, 5, 10), "TENTATIVE")
    feed = feedparser.parse(folder / "events.atom")
    (first,) = feed.entries
    assert first.link == "https://one.example/story"
    assert feed.feed.links[0].href == "https://araxes.example/f/events.atom"

    take_in(directory, "two", MOVED, NOW + timedelta(days=2))
    moved = in_calendar(folder)
    assert (moved.dtstart.value, moved.status.value) == (date(2024, 5, 20), "TENTATIVE")
    assert moved.uid.value == planned.uid.value
    assert int(moved.sequence.value) > int(planned.sequence.value)
    assert moved.last_modified.value > planned.last_modified.value
    (second,) = feedparser.parse(folder / "events.atom").entries
    assert second.id == first.id and second.updated_parsed > first.updated_parsed
    assert second.published_parsed == first.published_parsed

    later = NOW + timedelta(days=3)
    base = "https://araxes.example/f"
    assert write_feeds(directory, dossier=dossier, now=later, base=base) == ()
    (folder / "events.ics").unlink()
    assert write_feeds(directory, dossier=dossier, now=later, base=base)[2].is_changed
    wanted = Subscription("mine", "feeds", statuses=("held",))
    mine = write_feeds(
        directory, dossier=dossier, now=later, wanted=wanted, output=tmp_path / "mine"
    )
    assert [item.events for item in mine] == [0, 0, 0]

    event_id = planned.uid.value.partition("@")[0]
    decision = Decision("reject", event_id, "no such round", "an analyst", None)
    carry_out(decision, directory=directory, dossier=dossier, now=later)
    gone = in_calendar(folder)
    assert (gone.status.value, gone.uid.value) == ("CANCELLED", planned.uid.value)
    assert int(gone.sequence.value) > int(moved.sequence.value)
    (last,) = feedparser.parse(folder / "events.atom").entries
    assert last.title.startswith("Taken back: ") and "rejected it" in last.content[0].value
    assert write_feeds(directory, dossier=dossier, now=later + timedelta(days=100))[0].events == 0


def test_filters_without_a_folder_of_their_own_are_refused(araxes: Any, tmp_path: Path) -> None:
    done = araxes("feeds", "--status", "held", "--warehouse", tmp_path)
    assert done.returncode == 2 and "--output" in done.stderr


def test_feeds_of_nothing_published_say_what_to_do(araxes: Any, tmp_path: Path) -> None:
    done = araxes("feeds", "--warehouse", tmp_path)
    assert done.returncode != 0 and "araxes ingest" in done.stderr
