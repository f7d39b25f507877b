from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.http import Fetcher
from connectors.policy import FetchPolicy
from connectors.records import Capture
from dossiers.records import Source
from tests.connectors.loopback import World, serve

NOW = datetime(2025, 8, 9, 6, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def world() -> Iterator[World]:
    with serve() as served:
        yield served


@pytest.fixture
def make_policy(world: World) -> Callable[..., FetchPolicy]:
    """A policy quick enough for tests, that may talk to the loopback server."""

    def make(**changes: Any) -> FetchPolicy:
        settings: dict[str, Any] = {
            "allow_private": frozenset({world.authority}),
            "per_host_delay_seconds": 0.0,
            "backoff_seconds": 0.01,
            "obey_robots": False,
        }
        return FetchPolicy(**{**settings, **changes})

    return make


@pytest.fixture
def fetch(world: World, make_policy: Callable[..., FetchPolicy]) -> Callable[..., Capture]:
    """Fetch one path (or URL) under a policy given by keyword."""

    def run(
        path: str, *, etag: str | None = None, modified: str | None = None, **policy: Any
    ) -> Capture:
        async def go() -> Capture:
            async with Fetcher(make_policy(**policy)) as fetcher:
                return await fetcher.fetch(
                    world.url(path) if path.startswith("/") else path,
                    kind="page",
                    source_id="src",
                    now=NOW,
                    etag=etag,
                    last_modified=modified,
                )

        return asyncio.run(go())

    return run


@pytest.fixture
def source(world: World) -> Source:
    return make_source(world.url("/feed"))


def make_source(url: str, kind: str = "rss", language: str | None = "en") -> Source:
    return Source(
        id="src",
        name="An outlet",
        kind=kind,  # type: ignore[arg-type]
        url=url,
        language=language,
        country=None,
        ownership="private",
        alignment="independent",
    )
