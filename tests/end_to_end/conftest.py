"""A demo world over real loopback HTTP, and ways to compare what two warehouses hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.server import World
from tests.end_to_end.streams import end_all
from warehouse.read import open_reader

NOW = "2025-08-09T12:00:00+00:00"
FAST = {
    "ARAXES_FIRST_BYTE_SECONDS": "1.5",
    "ARAXES_TOTAL_SECONDS": "5",
    "ARAXES_CONNECT_SECONDS": "2",
    "ARAXES_RETRIES": "0",
    "ARAXES_BATCH_SIZE": "12",
}

CONTENT = {
    "article": "SELECT url, title, language, published_at, text_digest, version, is_relevant, "
    "story_id, relation, duplicate_of_url FROM article ORDER BY ALL",
    "mention": "SELECT url, entity_id, surface, start_char, end_char FROM mention "
    "JOIN article USING (article_no) ORDER BY ALL",
    "event": "SELECT type, status, track, mediators, hosts, parties, venue, date_start, date_end, "
    "mention_count, origins, headline FROM event ORDER BY ALL",
    "member": "SELECT m.mention_id, e.type, e.status, m.novelty FROM event_member m "
    "JOIN event e USING (event_id) ORDER BY ALL",
    "alert": "SELECT a.cause, e.type, e.status, e.venue, a.state FROM alert a "
    "JOIN event e USING (event_id) ORDER BY ALL",
}
"""What must be the same however often a run was killed: nothing here names a run."""


@pytest.fixture(autouse=True)
def no_stream_left() -> Iterator[None]:
    yield
    end_all()


@pytest.fixture
def world() -> Iterator[World]:
    with World(slow_seconds=4.0) as running:
        yield running


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    with World(slow_seconds=4.0) as running:
        yield running


def ingest_arguments(world: World, directory: Path, now: str = NOW) -> list[str | Path]:
    catalogue = world.catalogue(directory.parent / f"{directory.name}.toml")
    return [
        "ingest", "--sources", catalogue, "--warehouse", directory, "--now", now,
        "--alert-horizon", "none", "--allow-private", "127.0.0.1", "--without-prefect",
    ]  # fmt: skip


def content(directory: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What a warehouse holds, as rows without run ids and belief times."""
    with open_reader(directory) as reader:
        return {name: list(reader.query(sql).rows) for name, sql in CONTENT.items()}
