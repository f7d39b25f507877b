"""Sitemaps (sitemaps.org 0.9) with the news extension, plain or gzipped, one level of index.

A sitemap names addresses and, with luck, when they changed; only ``news:publication_date`` is
a date of publication, ``lastmod`` is not. Read with lxml without entities, DTDs or network.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lxml import etree

from connectors.errors import FeedError
from connectors.feed_dates import read_date
from connectors.items import ParsedFeed
from connectors.records import Candidate, Capture, FeedResult, FeedState

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.http import Fetcher
    from dossiers.records import Source

MAX_SITEMAP_BYTES = 50_000_000  # sitemaps.org: uncompressed
MAX_CHILDREN = 5
RECENT = timedelta(days=3)
_TEXT_TAGS = ("loc", "lastmod", "publication_date", "title", "language")


def parse_sitemap(
    body: bytes, *, content_type: str, charset: str | None, url: str, source: Source, now: datetime
) -> ParsedFeed:
    """Read a ``urlset``. See `connectors.feeds.parse_feed` for arguments and errors."""
    root = _root(body, url)
    if _name(root) != "urlset":
        raise FeedError("not_a_feed", url, f"is <{_name(root)}>, no sitemap; check the address")
    found: dict[str, Candidate] = {}
    warnings: list[str] = []
    for entry in root:
        told = _fields(entry)
        link = told.get("loc", "")
        if not link.startswith(("http://", "https://")) or link in found:
            continue
        date = read_date(told.get("publication_date"), now)
        if date.problem:
            warnings.append(f"{date.problem} of {link} was left out")
        found[link] = Candidate(
            url=link,
            source_id=source.id,
            title=told.get("title"),
            published=date.at,
            language=told.get("language") or source.language,
            published_is_day=date.is_day,
        )
    return ParsedFeed(tuple(found.values()), tuple(warnings), format="sitemap")


def children_of(body: bytes, url: str, now: datetime) -> tuple[str, ...]:
    """The sitemaps of an index that changed lately, newest first; empty for a ``urlset``."""
    root = _root(body, url)
    if _name(root) != "sitemapindex":
        return ()
    dated: list[tuple[datetime, str]] = []
    for entry in root:
        told = _fields(entry)
        changed = read_date(told.get("lastmod"), now).at
        if told.get("loc", "").startswith(("http://", "https://")):
            # One that does not say when it changed may have changed just now.
            dated.append((changed or now, told["loc"]))
    recent = [pair for pair in dated if pair[0] >= now - RECENT] or dated
    return tuple(loc for _, loc in sorted(recent, key=lambda p: p[0], reverse=True)[:MAX_CHILDREN])


def _root(body: bytes, url: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(_inflated(body, url), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FeedError("malformed_feed", url, f"cannot be parsed: {error}") from error
    if root is None:
        raise FeedError("malformed_feed", url, "holds nothing that can be parsed")
    return root


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


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _fields(entry: etree._Element) -> dict[str, str]:
    """Texts by local name, whichever namespace they were put in; images' own left out."""
    told: dict[str, str] = {}
    for element in entry.iter(etree.Element):
        name, text = _name(element), (element.text or "").strip()
        is_media = "image" in str(element.tag) or "video" in str(element.tag)
        if name in _TEXT_TAGS and text and not is_media:
            told.setdefault(name, text)
    return told


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
