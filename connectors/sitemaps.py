"""Sitemaps (sitemaps.org 0.9) with the news extension, plain or gzipped, one level of index.

A sitemap names addresses and, with luck, when they changed; only ``news:publication_date`` is
a date of publication, ``lastmod`` is not. Read with lxml event by event,
without entities, DTDs, network or a tree: no document takes more memory than its entries.
"""

from __future__ import annotations

import asyncio
import io
import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lxml import etree

from connectors.errors import FeedError
from connectors.feed_dates import read_date
from connectors.items import ParsedFeed, absolute
from connectors.plain import plain_text
from connectors.records import Candidate, Capture, FeedResult, FeedState

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.http import Fetcher
    from dossiers.records import Source

MAX_SITEMAP_BYTES = 50_000_000  # sitemaps.org: uncompressed
MAX_CHILDREN = 5
MAX_ENTRIES = 50_000  # sitemaps.org
MAX_ELEMENTS = 1_000_000
MAX_TEXT = 10_000
MAX_WARNINGS = 100
RECENT = timedelta(days=3)
_TEXT_TAGS = ("loc", "lastmod", "publication_date", "title", "language")


def parse_sitemap(
    body: bytes, *, content_type: str, charset: str | None, url: str, source: Source, now: datetime
) -> ParsedFeed:
    """Read a ``urlset``. See `connectors.feeds.parse_feed` for arguments and errors."""
    told = _read(body, url)
    if told.root != "urlset":
        raise FeedError("not_a_feed", url, f"is <{told.root}>, no sitemap; check the address")
    found: dict[str, Candidate] = {}
    warnings = list(told.troubles)
    for entry in told.entries:
        link = absolute(entry.get("loc"), url)
        if link is None or link in found:
            continue
        date = read_date(entry.get("publication_date"), now)
        if date.problem and len(warnings) < MAX_WARNINGS:
            warnings.append(f"{date.problem} of {link} was left out")
        found[link] = Candidate(
            url=link,
            source_id=source.id,
            title=plain_text(entry.get("title")),
            published=date.at,
            language=entry.get("language") or source.language,
            published_is_day=date.is_day,
        )
    if told.is_malformed and not found:
        raise FeedError("malformed_feed", url, f"holds no readable address: {warnings[0]}")
    if not found:
        warnings.append("the sitemap is valid but names no usable address")
    return ParsedFeed(tuple(found.values()), tuple(warnings), format="sitemap")


def children_of(body: bytes, url: str, now: datetime) -> tuple[str, ...]:
    """The sitemaps of an index that changed lately, newest first; empty for a ``urlset``."""
    told = _read(body, url)
    if told.root != "sitemapindex":
        return ()
    dated: list[tuple[datetime, str]] = []
    for entry in told.entries:
        changed = read_date(entry.get("lastmod"), now).at
        if link := absolute(entry.get("loc"), url):
            # One that does not say when it changed may have changed just now.
            dated.append((changed or now, link))
    recent = [pair for pair in dated if pair[0] >= now - RECENT] or dated
    return tuple(loc for _, loc in sorted(recent, key=lambda p: p[0], reverse=True)[:MAX_CHILDREN])


class _Enough(Exception):
    """A limit was reached; what was read until then stands."""


class _Entries:
    """Collects the entries of a sitemap as its elements go by: no tree is built.

    Texts by local name, whichever namespace they were put in; images' own left out.
    """

    def __init__(self) -> None:
        self.root = ""
        self.entries: list[dict[str, str]] = []
        self.troubles: list[str] = []
        self.is_malformed = False
        self._path: list[str] = []
        self._text: list[str] = []
        self._size = 0
        self._elements = 0

    def start(self, tag: str, _: object) -> None:
        """An element begins."""
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise _Enough(f"more than {MAX_ELEMENTS:,} elements")
        if len(self._path) == 1:
            if len(self.entries) == MAX_ENTRIES:
                raise _Enough(f"more than {MAX_ENTRIES:,} entries")
            self.entries.append({})
        self._path.append(tag)
        self._text, self._size = [], 0
        self.root = self.root or _local(tag)

    def data(self, text: str) -> None:
        """Text of the element that began last."""
        if self._size < MAX_TEXT:
            self._text.append(text)
            self._size += len(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        self._path.pop()
        name, text = _local(tag), "".join(self._text)[:MAX_TEXT].strip()
        is_media = "image" in tag or "video" in tag
        if self.entries and name in _TEXT_TAGS and text and not is_media:
            self.entries[-1].setdefault(name, text)
        self._text, self._size = [], 0

    def close(self) -> _Entries:
        """The document ends, or the parser gave up recovering it."""
        return self


def _read(body: bytes, url: str) -> _Entries:
    told = _Entries()
    parser = etree.XMLParser(
        target=told, resolve_entities=False, no_network=True, load_dtd=False, recover=True
    )
    try:
        etree.parse(io.BytesIO(_inflated(body, url)), parser)
    except _Enough as reached:
        told.troubles.append(f"read in part: {reached}")
    except (etree.LxmlError, ValueError) as error:
        if not told.entries:
            raise FeedError("malformed_feed", url, f"cannot be parsed: {error}") from error
    if len(parser.error_log):
        told.is_malformed = True
        said = f"malformed ({parser.error_log[0].message}); {len(told.entries)} entries recovered"
        told.troubles.append(said)
    if not told.root:
        raise FeedError("malformed_feed", url, "holds nothing that can be parsed")
    return told


def _inflated(body: bytes, url: str) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        engine = zlib.decompressobj(wbits=31)
        text = engine.decompress(body, MAX_SITEMAP_BYTES)
    except zlib.error as error:
        raise FeedError("malformed_feed", url, f"is damaged gzip: {error}") from error
    if engine.unconsumed_tail:
        raise FeedError("too_large", url, f"inflates to more than {MAX_SITEMAP_BYTES:,} bytes")
    return text


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


async def read_sitemap_feed(
    source: Source,
    state: FeedState,
    capture: Capture,
    fetcher: Fetcher,
    now: datetime,
    read: Callable[..., FeedResult],
    keep: Callable[[Capture], Capture] | None,
) -> FeedResult:
    """Read a sitemap, or the recent members of an index, as one feed."""
    children: tuple[str, ...] = ()
    if capture.error is None and capture.status != 304:
        try:
            children = await asyncio.to_thread(children_of, capture.body, capture.final_url, now)
        except FeedError:
            children = ()  # `read` meets the same error and records it
    if not children:
        return await asyncio.to_thread(read, source, state, capture, now, parse_sitemap)
    found: dict[str, Candidate] = {}
    warnings: list[str] = []
    for child in children:
        part = await fetcher.fetch(child, kind="feed", source_id=source.id, now=now)
        part = keep(part) if keep is not None else part
        result = await asyncio.to_thread(read, source, None, part, now, parse_sitemap)
        warnings += [result.state.error] if result.state.error else []
        warnings += result.warnings
        found |= {c.url: c for c in result.candidates if c.url not in found}

    def merged(*_: object, **__: object) -> ParsedFeed:
        if not found and warnings:
            raise FeedError("malformed_feed", capture.url, f"no part could be read: {warnings[0]}")
        return ParsedFeed(tuple(found.values()), tuple(warnings), format="sitemapindex")

    # The index may stay the same while its parts change, so its digest proves nothing.
    asked_anew = replace(state, body_digest=None)
    return read(source, asked_anew, capture, now, merged)
