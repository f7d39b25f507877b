"""When a source usually publishes, and when its silence means that something is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warehouse_making import NOW, article, capture

from connectors.records import FeedState
from dossiers.records import Source
from warehouse.publish import publish
from warehouse.read import query
from warehouse.records import Batch, CaptureRow
from warehouse.store import open_writer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2025, 8, 4, tzinfo=UTC)


def source(name: str, kind: str = "rss", host: str = "") -> Source:
    address = f"https://{host or name}.example/feed"
    return Source(name, name, kind, address, "en", "GBR", "private", "x")  # type: ignore[arg-type]


def lived(path: Path, told: dict[str, Iterable[datetime]], now: datetime) -> Path:
    """A warehouse in which each source published at the given moments, seen at once."""
    rows = [
        article(
            f"https://{name}.example/{n}", f"{name} {n}", at, source_id=name, published=at,
            signature=(n,) * 128,
        )
        for name, moments in told.items()
        for n, at in enumerate(moments)
    ]  # fmt: skip
    with open_writer(path, timeout_seconds=5, now=now) as writer:
        writer.sync_sources([source(name) for name in told], now)
        writer.begin_run("run_1", "ingest", now)
        feeds = tuple(FeedState(name, "https://x.example/", last_checked=now) for name in told)
        writer.commit(Batch("run_1", now, articles=tuple(rows), feeds=feeds))
        publish(writer, "run_1", now)
    return path


def one(path: Path, sql: str) -> tuple[Any, ...]:
    [row] = query(path, sql).rows
    return tuple(row)


def test_a_source_is_expected_when_it_usually_publishes(tmp_path: Path) -> None:
    weeks = [MONDAY - 7 * n * DAY + timedelta(hours=9, minutes=m) for n in range(4) for m in (0, 5)]
    lived(tmp_path, {"weekly": weeks}, MONDAY + DAY)
    rows = query(tmp_path, "FROM source_rhythm").rows
    assert [tuple(row)[:4] for row in rows] == [("weekly", 1, 9, 8)]
    assert rows[0][4] == pytest.approx(2, rel=0.3)


def test_a_day_without_an_hour_is_no_rhythm(tmp_path: Path) -> None:
    row = article("https://a.example/1", published=MONDAY, published_is_day=True, source_id="a")
    with open_writer(tmp_path, timeout_seconds=5, now=NOW) as writer:
        writer.begin_run("run_1", "ingest", NOW)
        writer.commit(Batch("run_1", NOW, articles=(row,)))
        publish(writer, "run_1", NOW)
    assert not query(tmp_path, "FROM source_rhythm").rows


def test_silence_is_alarming_where_the_usual_rate_does_not_explain_it(tmp_path: Path) -> None:
    busy = [NOW - 3 * DAY - HOUR * n for n in range(240)]  # 24 a day, then three days nothing
    calm = [NOW - 3 * DAY - 2 * DAY * n for n in range(12)]  # one in two days
    alive = [NOW - HOUR * n for n in range(240)]
    young = [NOW - 3 * DAY - HOUR * n for n in range(5)]
    lived(tmp_path, {"busy": busy, "calm": calm, "alive": alive, "young": young}, NOW)
    rows = query(tmp_path, "SELECT source_id, is_alarming, chance FROM source_silence").rows
    assert {row[0] for row in rows if row[1]} == {"busy"}
    assert rows[0][0] == "busy"
    assert rows[0][2] < 1e-9
    states = dict(map(tuple, query(tmp_path, "SELECT source_id, state FROM source_health").rows))
    assert states == {"busy": "quiet", "calm": "ok", "alive": "ok", "young": "ok"}


def test_a_long_silence_says_how_long_and_what_was_to_be_expected(tmp_path: Path) -> None:
    lived(tmp_path, {"busy": [NOW - 2 * DAY - HOUR * n for n in range(120)]}, NOW)
    hours, expected = one(tmp_path, "SELECT silent_hours, expected_since FROM source_silence")
    assert hours == pytest.approx(48)
    assert 20 < expected < 60


def test_the_last_fourteen_days_are_drawn_oldest_first(tmp_path: Path) -> None:
    told = [NOW - HOUR, NOW - 2 * HOUR, NOW - 13 * DAY - HOUR, NOW - 20 * DAY]
    lived(tmp_path, {"a": told, "b": []}, NOW)
    rows = dict(
        map(tuple, query(tmp_path, "SELECT source_id, last_14_days FROM source_health").rows)
    )
    assert list(rows["a"]) == [1, *[0] * 12, 2]
    assert list(rows["b"]) == [0] * 14


def test_what_gdelt_named_and_a_sites_own_feed_did_not_is_counted(tmp_path: Path) -> None:
    def page(name: str, host: str, number: int, at: datetime = NOW) -> CaptureRow:
        url = f"https://www.{host}.example/{number}"
        return CaptureRow(replace(capture(url, at, url), source_id=name), "new", url)

    rows = (
        page("outlet", "outlet", 1),
        page("outlet", "outlet", 2),
        page("outlet", "outlet", 3),
        page("pointer", "outlet", 3, NOW + HOUR),  # both: the outlet's feed was first
        page("pointer", "outlet", 4),
        page("pointer", "elsewhere", 1),
    )
    with open_writer(tmp_path, timeout_seconds=5, now=NOW) as writer:
        writer.sync_sources([source("outlet"), source("pointer", "gdelt")], NOW)
        writer.begin_run("run_1", "ingest", NOW)
        told = article("https://www.outlet.example/4", source_id="outlet")
        writer.commit(Batch("run_1", NOW, captures=rows, articles=(told,)))
        publish(writer, "run_1", NOW)
    found = query(
        tmp_path, "SELECT host, own_sources, pointed, from_own, pointed_relevant, share_pointed "
        "FROM pointer_coverage",
    ).rows  # fmt: skip
    assert [tuple(row) for row in found] == [
        ("outlet.example", ["outlet"], 1, 3, 1, 0.25),
        ("elsewhere.example", [], 1, 0, 0, 1.0),
    ]
