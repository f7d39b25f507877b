"""Asking a source what is new: one conditional request, and what its answer means.

`poll` fetches and reads; `read_feed` is the reading alone, pure, for captures that come from an
archive. Both return a `FeedResult` with the new `FeedState`; committing that state is for the
flow, and only once the candidates were taken in: validators stored too early would make the
next answer a 304 for items nobody has seen.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.errors import FeedError
from connectors.feeds import parse_feed
from connectors.gdelt import read_gdelt
from connectors.items import ParsedFeed
from connectors.listings import parse_listing
from connectors.records import Capture, FeedResult, FeedState
from connectors.schedule import DEFAULT_INTERVAL, MAX_INTERVAL, clamped, jittered
from connectors.sitemaps import read_sitemap_feed
from connectors.telegram import parse_preview

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.http import Fetcher
    from dossiers.records import Source

FEED_KINDS = frozenset({"rss", "atom", "jsonfeed", "sitemap", "listing", "telegram", "gdelt"})
PROBE_AFTER = timedelta(hours=24)
"""After so long of nothing but 304 a whole body is asked for: some servers say it for ever."""
WARNINGS_KEPT = 5
MAX_FEED_BYTES = 10_000_000
"""A feed larger than this is not read: parsing costs about a second a megabyte."""

_PARSERS: dict[str, Callable[..., ParsedFeed]] = {
    "listing": parse_listing,
    "telegram": parse_preview,
}
"""How kinds other than feeds are read."""

_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def state_for(source: Source, state: FeedState | None) -> FeedState:
    """The state to go on from; a fresh one for a new source or a mended catalogue address."""
    if state is None or (state.catalogue_url is not None and state.catalogue_url != source.url):
        return FeedState(source_id=source.id, url=source.url, catalogue_url=source.url)
    return replace(state, catalogue_url=source.url)


def is_due(state: FeedState | None, now: datetime) -> bool:
    """Whether the source may be asked again: its ``next_check`` has come and it is alive."""
    if state is None:
        return True
    return not state.retired and (state.next_check is None or state.next_check <= now)


async def poll(
    source: Source,
    state: FeedState | None,
    fetcher: Fetcher,
    now: datetime,
    keep: Callable[[Capture], Capture] | None = None,
) -> FeedResult:
    """Ask ``source`` for its feed and read it. Failures are results, not exceptions.

    Args:
        source: the catalogue's entry.
        state: what is remembered of it, None for a source never asked.
        fetcher: an open `Fetcher`.
        now: the run's instant (UTC).
        keep: called with the capture before anybody looks at it
            (`connectors.warc.CaptureArchive.append`).

    Raises:
        ArchiveError: what ``keep`` raises passes through: without room, the run must stop.
    """
    current = state_for(source, state)
    if source.kind not in FEED_KINDS:
        return unsupported(source, current, now)
    if current.retired:
        return FeedResult(current, "skipped", reason="gone")
    capture = await _ask(source, current, fetcher, now)
    if capture.status == 304 and _is_probe_due(current, now):
        bare = replace(current, etag=None, last_modified=None)
        whole = await _ask(source, bare, fetcher, now)
        if whole.error is None:
            lies = bool(current.body_digest) and whole.digest != current.body_digest
            current = replace(current, validators_false=lies, last_full=now)
            capture = whole
    if keep is not None:
        capture = keep(capture)
    if source.kind == "gdelt":
        return await read_gdelt(source, current, capture, fetcher, now, read_feed, keep)
    if source.kind == "sitemap":
        return await read_sitemap_feed(source, current, capture, fetcher, now, read_feed, keep)
    parse = _PARSERS.get(source.kind, parse_feed)
    return await asyncio.to_thread(read_feed, source, current, capture, now, parse)


async def _ask(source: Source, state: FeedState, fetcher: Fetcher, now: datetime) -> Capture:
    trusts = not state.validators_false
    return await fetcher.fetch(
        state.url,
        kind="feed",
        source_id=source.id,
        now=now,
        etag=state.etag if trusts else None,
        last_modified=state.last_modified if trusts else None,
    )


def _is_probe_due(state: FeedState, now: datetime) -> bool:
    return state.last_full is not None and now - state.last_full >= PROBE_AFTER


def unsupported(source: Source, state: FeedState, now: datetime) -> FeedResult:
    """The result for a kind of source this version does not read: recorded, not fatal."""
    sentence = f"{source.id}: kind {source.kind!r} is not read yet; disable the source until it is"
    error = f"unsupported_kind: {sentence}"
    later = replace(state, error=error, last_checked=now, next_check=now + MAX_INTERVAL)
    return FeedResult(later, "failed", reason="unsupported_kind")


def broken(
    source: Source, state: FeedState | None, reason: str, detail: str, now: datetime
) -> FeedResult:
    """The result for a source whose answer could not be dealt with: asked again, ever later."""
    current = replace(state_for(source, state), last_checked=now)
    return FeedResult(_later(current, reason, detail, now), "failed", reason=reason)


def read_feed(
    source: Source,
    state: FeedState | None,
    capture: Capture,
    now: datetime,
    parse: Callable[..., ParsedFeed] = parse_feed,
) -> FeedResult:
    """What ``capture`` says of ``source``: new candidates, nothing new, or a failure."""
    current = state_for(source, state)
    current = replace(current, last_checked=now, last_status=capture.status or None)
    if capture.error == "gone":
        return _retired(current, capture)
    if capture.error is not None:
        return _failed(current, capture, capture.error, capture.error_detail or "", now)
    if capture.status == 304 or capture.digest == current.body_digest:
        return _unchanged(current, capture, now)
    if len(capture.body) > MAX_FEED_BYTES:
        detail = f"{capture.url}: a feed of more than {MAX_FEED_BYTES:,} bytes is not read"
        return _failed(current, capture, "too_large", detail, now)
    try:
        feed = parse(
            capture.body,
            content_type=capture.content_type,
            charset=capture.charset,
            url=capture.final_url,
            source=source,
            now=now,
        )
    except FeedError as error:
        return _failed(current, capture, error.reason, str(error), now)
    return _parsed(current, capture, feed, now)


def _parsed(state: FeedState, capture: Capture, feed: ParsedFeed, now: datetime) -> FeedResult:
    asked = _asked(capture.headers, feed.ttl_seconds)
    moved = _moved(state, capture)
    fresh = replace(
        _well(state, capture, asked, now),
        body_digest=capture.digest,
        last_changed=now,
        item_count=len(feed.candidates),
        skip_hours=feed.skip_hours,
        skip_days=feed.skip_days,
        warning="; ".join(feed.warnings[:WARNINGS_KEPT]) or None,
    )
    return FeedResult(fresh, "parsed", feed.candidates, capture, (*moved, *feed.warnings))


def _unchanged(state: FeedState, capture: Capture, now: datetime) -> FeedResult:
    asked = _asked(capture.headers, state.asked_seconds)
    fresh = replace(_well(state, capture, asked, now), duplicate_ratio=1.0)
    return FeedResult(fresh, "unchanged", (), capture, _moved(state, capture))


def _well(state: FeedState, capture: Capture, asked: int | None, now: datetime) -> FeedState:
    """``state`` after an answer that could be used.

    The pause is what is asked for, else the usual one; who knows which items were new adapts
    it (`connectors.schedule.paced`).
    """
    is_new_body = capture.status != 304
    wait = clamped(timedelta(seconds=asked)) if asked else DEFAULT_INTERVAL
    return replace(
        state,
        url=capture.permanent_url or state.url,
        etag=capture.headers.get("etag", None if is_new_body else state.etag),
        last_modified=capture.headers.get(
            "last-modified", None if is_new_body else state.last_modified
        ),
        error_count=0,
        error=None,
        interval_seconds=int(wait.total_seconds()),
        asked_seconds=asked,
        last_full=now if is_new_body else state.last_full,
        next_check=now + wait,
    )


def _moved(state: FeedState, capture: Capture) -> tuple[str, ...]:
    if capture.permanent_url is None or capture.permanent_url == state.url:
        return ()
    return (f"{state.url} has moved for good to {capture.permanent_url}; mend the catalogue",)


def _failed(
    state: FeedState, capture: Capture, reason: str, detail: str, now: datetime
) -> FeedResult:
    """Validators, digest and address stay: what failed must not be taken for read."""
    asked = capture.headers.get("retry-after", "")
    fresh = _later(state, reason, detail, now, int(asked[:9]) if asked.isdecimal() else None)
    return FeedResult(fresh, "failed", capture=capture, reason=reason)


def _later(
    state: FeedState, reason: str, detail: str, now: datetime, asked: int | None = None
) -> FeedState:
    usual = timedelta(seconds=state.interval_seconds or DEFAULT_INTERVAL.total_seconds())
    wait = min(usual * 2 ** min(state.error_count, 12), MAX_INTERVAL)
    pause = jittered(wait, state.source_id, now) if asked is None else timedelta(seconds=asked)
    return replace(
        state,
        error_count=state.error_count + 1,
        error=f"{reason}: {detail}",
        next_check=now + clamped(pause),
    )


def _retired(state: FeedState, capture: Capture) -> FeedResult:
    fresh = replace(
        state,
        retired=True,
        error=f"gone: {capture.error_detail}",
        error_count=state.error_count + 1,
        next_check=None,
    )
    return FeedResult(fresh, "retired", capture=capture, reason="gone")


def _asked(headers: Mapping[str, str], ttl_seconds: int | None) -> int | None:
    """The longest pause, in seconds, that the feed and its server ask for, or None."""
    max_age = _MAX_AGE.search(headers.get("cache-control", ""))
    return max(ttl_seconds or 0, int(max_age[1]) if max_age else 0) or None
