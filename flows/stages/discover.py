"""Discover: feeds, folders, and what an earlier run captured but never committed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.errors import ArchiveError
from connectors.folders import read_folder
from connectors.polling import broken, is_due, poll, state_for
from connectors.records import Candidate, Capture, FeedResult, FeedState
from connectors.schedule import paced
from connectors.warc import CaptureArchive, DamagedRecord, read_captures
from dossiers.records import Source
from flows.stages.capture import carried, keep
from flows.web import Web
from transforms.urls import canonicalise
from warehouse.store import open_writer

if TYPE_CHECKING:
    from connectors.http import Fetcher
    from warehouse.store import Writer

REVISIT_AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24), timedelta(days=7))
"""Ages at which a relevant article is looked at again."""

MAX_ATTEMPTS = 5
"""How often a page that failed for a passing reason is tried, over as many runs."""


class NoSuchFolder(Exception):
    """``--files`` names something that is not a folder."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """What earlier runs captured and did not commit, and the archives it lies in.

    ``captures`` are by address; of several of one address the last counts.
    """

    captures: dict[str, Capture]
    archives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to fetch, and how many of each source's items were new to us."""

    candidates: tuple[Candidate, ...]
    fresh: Mapping[str, int]


def discover_feeds(
    sources: Sequence[Source],
    states: Mapping[str, FeedState],
    *,
    web: Web,
    clock: Callable[[], datetime],
    archive: CaptureArchive,
) -> tuple[FeedResult, ...]:
    """Poll every source; each answer is archived before it is parsed."""

    async def one(source: Source) -> FeedResult:
        state, now = states.get(source.id), clock()
        if state is not None and not is_due(state_for(source, state), now):
            return FeedResult(state, "skipped", reason="gone" if state.retired else "not_due")
        return await ask(source, state, web.fetcher, now, lambda got: keep(got, archive))

    async def all_of_them() -> tuple[FeedResult, ...]:
        return tuple(await asyncio.gather(*(one(source) for source in sources)))

    return web.run(all_of_them())


async def ask(
    source: Source,
    state: FeedState | None,
    fetcher: Fetcher,
    now: datetime,
    keep: Callable[[Capture], Capture],
) -> FeedResult:
    """Poll a source; whatever its answer stumbles us over is that source's failure alone.

    Raises:
        ArchiveError: there is no room to keep the answer; the run must stop.
    """
    try:
        return await poll(source, state, fetcher, now, keep)
    except ArchiveError:
        raise
    except Exception as error:  # a body nobody thought of must not stop the rest
        detail = f"{type(error).__name__}: {error}; please report it"
        return broken(source, state, "error", detail, now)


def discover_files(folder: Path, *, clock: Callable[[], datetime]) -> Iterator[Capture]:
    """The documents of a folder.

    Raises:
        NoSuchFolder: the path is not a folder.
    """
    if not folder.is_dir():
        raise NoSuchFolder(f"{folder} is not a folder; --files wants one with documents in it")
    return read_folder(folder, clock())


def choose(
    results: Iterable[FeedResult],
    sources: Mapping[str, Source],
    *,
    writer: Writer,
    now: datetime,
    look_again: bool = True,
) -> Choice:
    """What to fetch: new addresses, failed ones due again, relevant ones due for a new look.

    An address is taken once, under its canonical form, whatever twins feeds give it; what the
    feeds say of it first wins. Known articles are left alone between their revisits, and so
    are addresses that were refused for good. Without ``look_again`` only new ones are chosen,
    and posts that their channel's preview shows with other words than before: they were edited.
    """
    named: dict[str, Candidate] = {}
    for result in results:
        for candidate in result.candidates:
            named.setdefault(canonicalise(candidate.url), candidate)
    known = writer.known_articles(sorted(named))
    tried = writer.captured_pages(sorted(candidate.url for candidate in named.values()))
    chosen = {
        url: candidate
        for url, candidate in named.items()
        if url not in known and candidate.url not in tried
    }
    fresh = Counter(candidate.source_id for candidate in chosen.values())
    chosen |= _edited(named, writer=writer, now=now)
    if look_again:
        _add_due(chosen, named, sources, writer=writer, now=now)
    return Choice(tuple(candidate for _, candidate in sorted(chosen.items())), fresh)


def _edited(
    named: Mapping[str, Candidate], *, writer: Writer, now: datetime
) -> dict[str, Candidate]:
    """Known posts whose text, which their source carries, was never seen in these words."""
    posts = {url: each for url, each in named.items() if each.content is not None}
    seen = writer.captured_bodies(sorted(each.url for each in posts.values()))
    known = {url for url, _ in seen}
    return {
        url: each
        for url, each in posts.items()
        if each.url in known and (each.url, carried(each, now).digest) not in seen
    }


def _add_due(
    chosen: dict[str, Candidate],
    named: Mapping[str, Candidate],
    sources: Mapping[str, Source],
    *,
    writer: Writer,
    now: datetime,
) -> None:
    """Add failed addresses that are due again, and articles due for another look."""
    for candidate in writer.due_retries(now, max_attempts=MAX_ATTEMPTS):
        url, source = canonicalise(candidate.url), sources.get(candidate.source_id)
        if source is None or source.kind != "telegram":
            chosen.setdefault(url, candidate)
        elif url in named:  # only its channel's preview has a post's whole text
            chosen.setdefault(url, named[url])
    for url, candidate in writer.due_revisits(now, REVISIT_AFTER):
        source = sources.get(candidate.source_id)
        # A post is looked at again in its channel's preview, where its whole text stands.
        if source and source.kind != "telegram":
            chosen.setdefault(url, candidate)


def pace(
    results: Iterable[FeedResult],
    before: Mapping[str, FeedState],
    fresh: Mapping[str, int],
) -> tuple[FeedResult, ...]:
    """The results, each source's next check set by how much of its answer was new."""
    return tuple(
        replace(
            result,
            state=paced(
                result.state,
                before=before.get(result.state.source_id),
                fresh=fresh.get(result.state.source_id, 0),
                published=[c.published for c in result.candidates if c.published],
            ),
        )
        for result in results
    )


def with_leftovers(
    candidates: Sequence[Candidate], left: Mapping[str, Capture]
) -> list[Candidate | Capture]:
    """Candidates in order, those an earlier run captured already as their captures.

    Captures nobody names any more are filed among them by address. So a run that makes good a
    killed one works in the very batches the killed one would have had.
    """
    work: dict[str, Candidate | Capture] = {
        canonicalise(candidate.url): candidate for candidate in candidates
    }
    work |= {canonicalise(url): capture for url, capture in left.items() if capture.kind == "page"}
    return [item for _, item in sorted(work.items())]


def replays(directory: Path, *, clock: Callable[[], datetime]) -> Leftover:
    """Captures that lie in an archive but in no commit.

    Feed answers are left out: a feed whose validators were not committed is asked again.
    """
    captures: dict[str, Capture] = {}
    with open_writer(directory, timeout_seconds=None, now=clock()) as writer:
        archives = [archive.warc_file for archive in writer.uncommitted_archives()]
        committed = {name: writer.committed_captures(name) for name in archives}
    for name in archives:
        path = directory / "captures" / name
        if not path.is_file():
            continue
        for record in read_captures(path):
            if isinstance(record, DamagedRecord) or record.kind == "feed":
                continue
            if record.warc_offset not in committed[name]:
                captures[record.url] = record
    return Leftover(captures, tuple(archives))
