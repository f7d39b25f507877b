"""Stored captures again through today's transforms: what changed is told, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.reprocessing import Reprocessed, reprocess
from tests.end_to_end.conftest import content
from tests.flows.held_making import LATER, NOW, ingest, one_pool, rows, settings, write
from warehouse.publish import publish
from warehouse.store import open_writer


@pytest.fixture(scope="module", autouse=True)
def pool() -> Iterator[None]:
    with one_pool():
        yield


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports of talks, as a coder of yesterday had them: it missed the hosts and a name."""
    place = tmp_path_factory.mktemp("reprocess")
    write(place / "in", "one")
    write(place / "in", "two", place="Astana", day=9)
    ingest(place / "in", place / "wh")
    with open_writer(place / "wh", timeout_seconds=5, now=NOW) as writer:
        writer.con.execute("UPDATE article SET title = 'Misread' WHERE url LIKE '%one%'")
        writer.con.execute("DELETE FROM mention WHERE entity_id = 'place:astana'")
        publish(writer, "yesterday", NOW)
    return place / "wh"


def again(warehouse: Path, now: Any = LATER, **more: Any) -> Reprocessed:
    url = more.pop("url", None)
    return reprocess(
        warehouse,
        lambda writer: writer.quarantine.captures(url=url),
        settings=settings(),
        now=now,
        **more,
    )


def test_a_dry_run_says_what_would_change_and_changes_nothing(warehouse: Path) -> None:
    before = content(warehouse), rows(warehouse, "SELECT run_id FROM run")
    done = again(warehouse, is_dry=True)
    assert done.captures == 2
    assert done.difference.total("article") == (0, 1, 0)
    assert done.difference.total("mention")[0] >= 1
    assert (content(warehouse), rows(warehouse, "SELECT run_id FROM run")) == before
    assert list(warehouse.glob("dry-run-*")) == []


def test_what_is_coded_otherwise_now_is_mended_told_to_nobody_and_stays(warehouse: Path) -> None:
    sent = (warehouse / "alerts.jsonl").read_text()
    done = again(warehouse)
    assert done.difference.total("article") == (0, 1, 0)
    assert done.report.exit_code == 0
    assert "Misread" not in str(rows(warehouse, "SELECT title FROM article"))
    after = content(warehouse)
    second = again(warehouse, LATER + timedelta(hours=1))
    assert second.difference.is_empty
    assert second.report.outcomes == {"unchanged": 2}
    assert content(warehouse) == after
    assert (warehouse / "alerts.jsonl").read_text() == sent
    assert rows(warehouse, "SELECT count(*) FROM quarantine") == [(0,)]


def test_only_what_is_asked_for_is_run_again_and_lost_bytes_are_said(warehouse: Path) -> None:
    done = again(warehouse, LATER + timedelta(hours=2), url="file:one*")
    assert done.captures == 1
    for archive in (warehouse / "captures").iterdir():
        archive.rename(archive.with_suffix(".away"))
    lost = again(warehouse, LATER + timedelta(hours=3))
    assert (lost.captures, lost.lost) == (2, 2)
    assert "kept no more" in " ".join(lost.report.notes)
    for archive in (warehouse / "captures").iterdir():
        archive.rename(archive.with_suffix(".gz"))
