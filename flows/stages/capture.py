"""Capture: candidates are fetched and appended to the archive before anyone looks at them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from connectors.captures import make_capture
from connectors.http import Fetcher
from connectors.records import Candidate, Capture
from connectors.warc import CaptureArchive
from flows.crashpoints import reach
from flows.web import Web


def capture(
    candidates: Sequence[Candidate],
    *,
    web: Web,
    clock: Callable[[], datetime],
    archive: CaptureArchive,
) -> tuple[Capture, ...]:
    """Fetch every candidate; a failed fetch is a capture that names its reason."""

    async def all_of_them() -> tuple[Capture, ...]:
        return tuple(
            await asyncio.gather(
                *(fetch_one(candidate, web.fetcher, clock, archive) for candidate in candidates)
            )
        )

    return web.run(all_of_them())


async def fetch_one(
    candidate: Candidate,
    fetcher: Fetcher,
    clock: Callable[[], datetime],
    archive: CaptureArchive,
) -> Capture:
    """Fetch a candidate and archive what came, unless its source carried it itself."""
    if candidate.content is not None:
        return keep(carried(candidate, clock()), archive)
    fetched = await fetcher.fetch(
        candidate.url,
        kind="page",
        source_id=candidate.source_id,
        candidate=candidate,
        now=clock,
        etag=candidate.etag,
        last_modified=candidate.last_modified,
    )
    return keep(fetched, archive)


def carried(candidate: Candidate, now: datetime) -> Capture:
    """The capture of a document that its source carried itself: nothing more is fetched."""
    return make_capture(
        url=candidate.url,
        kind="page",
        source_id=candidate.source_id,
        fetched_at=now,
        body=(candidate.content or "").encode("utf-8", "replace"),
        content_type="text/plain",
        charset="utf-8",
        candidate=replace(candidate, content=None),
    )


def keep(fetched: Capture, archive: CaptureArchive) -> Capture:
    """Append what has a body to the archive; replays and failures stay as they are."""
    if fetched.error or fetched.replayed or not fetched.body:
        return fetched
    kept = archive.append(fetched)
    reach("after_warc_append")
    return kept
