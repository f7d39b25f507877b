"""What the warehouse says of its sources: walls counted against them, addresses in one state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from warehouse_making import NOW, capture

from connectors.records import Candidate, FeedState
from dossiers.records import Source
from warehouse.publish import publish
from warehouse.read import query
from warehouse.records import Batch, CaptureRow, QuarantineRow
from warehouse.store import open_writer

SOURCE = Source("river", "River", "rss", "https://river.example/feed", "en", "GBR", "private", "x")
DAY = timedelta(days=1)


def url(number: int) -> str:
    return f"https://river.example/{number}"


def taken(number: int, at: datetime = NOW) -> CaptureRow:
    page = replace(capture(url(number), at, str(number)), source_id="river")
    return CaptureRow(page, "new", url(number))


def refused(number: int, reason: str, at: datetime = NOW) -> CaptureRow:
    return replace(taken(number, at), outcome="quarantined", article_url=None, reason=reason)


def warehouse(path: Path, rows: list[CaptureRow], now: datetime = NOW) -> Path:
    quarantined = tuple(
        QuarantineRow(row.capture.url, "river", "extract", row.reason or "", "no article")
        for row in rows
        if row.outcome == "quarantined"
    )
    with open_writer(path, timeout_seconds=5, now=now) as writer:
        writer.sync_sources([SOURCE], now)
        writer.begin_run("run_1", "ingest", now)
        feeds = (FeedState("river", SOURCE.url, last_checked=now),)
        writer.commit(
            Batch("run_1", now, captures=tuple(rows), quarantined=quarantined, feeds=feeds)
        )
        publish(writer, "run_1", now)
    return path


def row_of(path: Path, question: str) -> tuple[object, ...]:
    [row] = query(path, question).rows
    return tuple(row)


def test_what_came_instead_of_articles_is_counted_against_a_source_by_kind(tmp_path: Path) -> None:
    walls = [refused(1, "block_page"), refused(2, "block_page"), refused(3, "paywall_stub")]
    warehouse(tmp_path, [*walls, taken(4), refused(5, "damaged_warc")])
    health = "SELECT state, not_news_count, not_news, quarantine_count FROM source_health"
    assert row_of(tmp_path, health) == ("walled", 3, "block_page 2, paywall_stub 1", 4)
    rows = query(tmp_path, "SELECT reason, pages, is_not_news, last_url FROM source_refusal").rows
    assert [tuple(r)[:3] for r in rows] == [
        ("block_page", 2, True),
        ("damaged_warc", 1, False),
        ("paywall_stub", 1, True),
    ]
    assert all(str(r[3]).startswith("https://river.example/") for r in rows)


@pytest.mark.parametrize(
    ("rows", "now"),
    [
        ([refused(1, "block_page"), refused(2, "soft_404")], NOW),
        ([*(refused(n, "block_page") for n in (1, 2, 3)), *(taken(n) for n in range(4, 9))], NOW),
        ([refused(n, "block_page") for n in (1, 2, 3)], NOW + 9 * DAY),
    ],
    ids=["two walls", "a minority", "long ago"],
)
def test_a_few_walls_and_old_walls_do_not_make_a_source_walled(
    tmp_path: Path, rows: list[CaptureRow], now: datetime
) -> None:
    warehouse(tmp_path, rows, now)
    assert row_of(tmp_path, "SELECT state FROM source_health") != ("walled",)


def test_every_address_stands_in_one_state_and_the_sums_agree(tmp_path: Path) -> None:
    gone = refused(1, "gone", NOW + DAY)
    timeout = replace(capture(url(3), NOW), source_id="river", error="timeout", status=0)
    forbidden = replace(capture(url(4), NOW), source_id="river", error="robots", status=0)
    warehouse(
        tmp_path,
        [
            taken(1),
            replace(gone, outcome="changed", article_url=url(1)),
            refused(2, "soft_404"),
            CaptureRow(timeout, "quarantined", reason="timeout"),
            CaptureRow(forbidden, "quarantined", reason="robots"),
            taken(5),
            replace(taken(5, NOW + DAY), outcome="unchanged"),
        ],
        NOW + DAY,
    )
    rows = query(tmp_path, "SELECT url, state FROM url_ledger ORDER BY url").rows
    states = ["removed", "refused", "waiting", "unreachable", "taken"]
    assert [tuple(r) for r in rows] == [(url(n), s) for n, s in enumerate(states, 1)]
    sums = (
        "SELECT discovered, taken, waiting, unreachable, refused, removed, is_balanced "
        "FROM source_ledger"
    )
    assert row_of(tmp_path, sums) == (5, 1, 1, 1, 1, 1, True)


@pytest.mark.parametrize(
    ("error", "reason", "is_due"),
    [
        ("timeout", "timeout", True),
        ("robots", "robots", False),
        (None, "timeout", True),
        (None, "worker_died", True),
        (None, "block_page", False),
    ],
)
def test_what_failed_for_a_passing_reason_waits_for_another_try(
    tmp_path: Path, error: str | None, reason: str, is_due: bool
) -> None:
    row = refused(1, reason)
    page = replace(row.capture, error=error, candidate=Candidate(url(1), "river"))
    warehouse(tmp_path, [replace(row, capture=page)])
    later = NOW + timedelta(hours=1)
    with open_writer(tmp_path, timeout_seconds=5, now=later) as writer:
        assert [c.url for c in writer.due_retries(later, max_attempts=5)] == [url(1)] * is_due
        assert writer.due_retries(NOW + timedelta(minutes=1), max_attempts=5) == []
    [state] = row_of(tmp_path, "SELECT state FROM url_ledger")
    assert (state == "waiting") is is_due


def test_a_source_that_has_moved_for_good_says_where_to(tmp_path: Path) -> None:
    moved = FeedState(
        "river", "https://river.example/new", catalogue_url=SOURCE.url, last_checked=NOW
    )
    with open_writer(tmp_path, timeout_seconds=5, now=NOW) as writer:
        writer.sync_sources([SOURCE], NOW)
        writer.begin_run("run_1", "ingest", NOW)
        writer.commit(Batch("run_1", NOW, feeds=(moved,)))
        publish(writer, "run_1", NOW)
    said = "moved for good to https://river.example/new, mend the catalogue"
    assert row_of(tmp_path, "SELECT warning, url FROM source_health") == (said, moved.url)
