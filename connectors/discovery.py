"""Finding the feeds of a site: ``araxes sources discover URL``.

In this order: what the address itself is; what the page declares (``link rel=alternate``, RFC
8288 as RSS and Atom autodiscovery use it); what it links to under a feed-like name; the
sitemaps its robots.txt names (RFC 9309 extensions); the usual places. Each is fetched and
read before it is reported: a feed that cannot be read is not one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from connectors.errors import FeedError
from connectors.feeds import parse_feed
from connectors.items import absolute
from connectors.listings import parse_listing, read_page
from connectors.sitemaps import children_of, parse_sitemap
from connectors.telegram import parse_preview
from dossiers.records import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from connectors.http import Fetcher
    from connectors.items import ParsedFeed
    from connectors.records import Capture

MOST_TRIED: Final = 24
_FEED_TYPES: Final = re.compile(r"(rss|atom|rdf|feed)\+(xml|json)|^(text|application)/xml", re.I)
_FEED_LIKE: Final = re.compile(r"(^|[/._-])(rss|feed|atom|rdf)s?([/._-]|$)|\.(rss|atom|rdf)$", re.I)
_SITEMAP_LINE: Final = re.compile(rb"^[ \t]{0,20}sitemap:[ \t]{0,20}(\S+)", re.I | re.M)
_USUAL: Final = (
    *("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json"),
    *("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml"),
)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A source that could be read.

    Attributes:
        url: where it is.
        kind: as the catalogue calls it.
        how: where it was found, in words.
        items: how many items it names now.
        title, language: as it gives them, or None.
        newest: publication of its newest item, UTC, or None.
    """

    url: str
    kind: str
    how: str
    items: int
    title: str | None = None
    language: str | None = None
    newest: datetime | None = None


async def discover(url: str, fetcher: Fetcher, now: datetime) -> tuple[FoundFeed, ...]:
    """The sources found at and behind ``url``, best first; empty when there is none.

    Raises:
        FeedError: the address itself could not be fetched; the reason is the fetch's.
    """
    probe = Source("probe", "probe", "rss", url, None, None, "unknown", "unknown")
    page = await fetcher.fetch(_preview_of(url), kind="feed", source_id=probe.id, now=now)
    if page.error is not None:
        raise FeedError(page.error, url, page.error_detail or page.error)
    found: dict[str, FoundFeed] = {}
    own = _read(page, probe, now, "the address itself")
    if own is not None and own.kind != "listing":
        return (own,)
    tried: set[str] = {page.final_url}
    for address, how in [*_declared(page), *await _in_robots(page, fetcher, now), *_usual(page)]:
        if address in tried or len(tried) > MOST_TRIED:
            continue
        tried.add(address)
        capture = await fetcher.fetch(address, kind="feed", source_id=probe.id, now=now)
        feed = _read(capture, replace(probe, url=address), now, how)
        if feed is not None and feed.kind != "listing":
            found.setdefault(capture.digest, feed)
    if own is not None:
        found["listing"] = own
    return tuple(found.values())


def _preview_of(url: str) -> str:
    """A channel's page shows nothing; its preview does."""
    parts = urlsplit(url)
    is_channel = parts.hostname in ("t.me", "telegram.me") and not parts.path.startswith("/s/")
    return f"https://t.me/s{parts.path}" if is_channel else url


def _read(capture: Capture, source: Source, now: datetime, how: str) -> FoundFeed | None:
    """What the bytes are, by trying the readers in turn."""
    if capture.error is not None:
        return None
    readers: tuple[tuple[str, Callable[..., ParsedFeed]], ...] = (
        ("rss", parse_feed),
        ("sitemap", parse_sitemap),
        ("telegram", parse_preview),
        ("listing", parse_listing),
    )
    for kind, read in readers:
        try:
            feed = read(
                capture.body,
                content_type=capture.content_type,
                charset=capture.charset,
                url=capture.final_url,
                source=source,
                now=now,
            )
        except FeedError:
            continue
        if not feed.candidates:
            continue
        dates = [c.published for c in feed.candidates if c.published]
        return FoundFeed(
            url=capture.final_url,
            kind=_kind_of(feed.format) or kind,
            how=how,
            items=len(feed.candidates),
            title=feed.title,
            language=feed.language,
            newest=max(dates, default=None),
        )
    return _index(capture, now, how)


def _index(capture: Capture, now: datetime, how: str) -> FoundFeed | None:
    """An index of sitemaps names no article itself."""
    try:
        parts = children_of(capture.body, capture.final_url, now)
    except FeedError:
        return None
    return FoundFeed(capture.final_url, "sitemap", how, len(parts)) if parts else None


def _kind_of(feed_format: str) -> str | None:
    names = (("atom", "atom"), ("rss", "rss"), ("rdf", "rss"), ("json", "jsonfeed"))
    return next((kind for start, kind in names if feed_format.startswith(start)), None)


def _declared(page: Capture) -> Iterator[tuple[str, str]]:
    try:
        root = read_page(page.body, page.charset, page.final_url)
    except FeedError:
        return
    for link in root.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        is_feed = "alternate" in rel and _FEED_TYPES.search(link.get("type") or "")
        address = absolute(link.get("href"), page.final_url) if is_feed else None
        if address:
            yield address, "declared by the page"
    for anchor in root.iter("a"):
        address = absolute(anchor.get("href"), page.final_url)
        if address and _FEED_LIKE.search(urlsplit(address).path):
            yield address, "linked from the page"


async def _in_robots(page: Capture, fetcher: Fetcher, now: datetime) -> list[tuple[str, str]]:
    address = urljoin(page.final_url, "/robots.txt")
    robots = await fetcher.fetch(address, kind="feed", source_id=page.source_id, now=now)
    names = (m[1].decode("ascii", "replace") for m in _SITEMAP_LINE.finditer(robots.body))
    # a news sitemap says what is new, a plain one everything there ever was
    ordered = sorted(names, key=lambda name: "news" not in name.lower())
    found = (absolute(name, page.final_url) for name in ordered)
    return [(address, "named in robots.txt") for address in found if address]


def _usual(page: Capture) -> Iterator[tuple[str, str]]:
    for path in _USUAL:
        yield urljoin(page.final_url, path), "at a usual place"
