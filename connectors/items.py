"""From what a format gives to checked candidates: one home for every kind of source.

Items are keyed by their link, never by their guid (real feeds repeat guids across items).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from connectors.feed_dates import read_date
from connectors.plain import plain_text, printable
from connectors.records import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from dossiers.records import Source

MAX_ITEMS = 5_000
MAX_SUMMARY = 2_000
MAX_LINK = 8_000
"""Characters of an address (RFC 9110 §4.1 asks servers to take so many); longer is no link."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as its format gives it, before it is checked."""

    link: str | None
    title: str | None = None
    summary: str | None = None
    author: str | None = None
    language: str | None = None
    date: str | None = None
    date_parsed: Any = None
    alternates: tuple[str, ...] = ()
    content: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed says.

    Attributes:
        candidates: one for each link, in the feed's order.
        warnings: sentences; what was skipped or mended.
        title, language: of the feed itself.
        ttl_seconds: how long it asks to be left alone (RSS ``ttl``, ``sy:update…``).
        skip_hours, skip_days: when it asks to be spared (RSS 2.0; GMT, Monday 0).
        format: ``rss20``, ``atom10``, ``json11`` …
    """

    candidates: tuple[Candidate, ...]
    warnings: tuple[str, ...] = ()
    title: str | None = None
    language: str | None = None
    ttl_seconds: int | None = None
    format: str = ""
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()


def candidates_of(
    items: Iterable[Item], url: str, source: Source, feed_language: str | None, now: datetime
) -> tuple[tuple[Candidate, ...], list[str]]:
    """Checked candidates, one a link, and sentences about what was not so.

    Args:
        items: as their format gives them.
        url: the address they came from, for relative links.
        source: whose they are; its language wins over the feed's own, since the catalogue
            was written by somebody who looked and feeds often keep a default.
        feed_language: as the feed declares it.
        now: the run's instant, for impossible dates.
    """
    found: dict[str, Candidate] = {}
    troubles: Counter[str] = Counter()
    number = 0
    for number, item in enumerate(items, 1):
        if number > MAX_ITEMS:
            troubles[f"only the first {MAX_ITEMS} items were read"] += 1
            break
        link = absolute(item.link, url)
        if link is None:
            name = plain_text(item.title) or f"number {number}"
            troubles[f"an item without a usable link was skipped: {name[:80]}"] += 1
            continue
        if link in found:
            troubles["items repeating a link were dropped"] += 1
            continue
        found[link] = _candidate(item, link, url, source, feed_language, now, troubles)
    if number == 0:
        troubles["the feed is valid but holds no items"] += 1
    return tuple(found.values()), [t if n == 1 else f"{t} ({n} times)" for t, n in troubles.items()]


def _candidate(
    item: Item,
    link: str,
    url: str,
    source: Source,
    feed_language: str | None,
    now: datetime,
    troubles: Counter[str],
) -> Candidate:
    date = read_date(item.date, now, item.date_parsed)
    if date.problem:
        troubles[f"{date.problem} of {link} was left out"] += 1
    if date.is_zone_assumed and not date.is_day:
        troubles["dates without a known time zone were taken as UTC"] += 1
    others = (absolute(a, url) for a in item.alternates)
    summary = plain_text(item.summary)
    language = item.language or source.language or feed_language
    return Candidate(
        url=link,
        source_id=source.id,
        title=plain_text(item.title),
        published=date.at,
        language=language.replace("_", "-").partition("-")[0].lower() if language else None,
        summary=summary[:MAX_SUMMARY] if summary else None,
        author=plain_text(item.author),
        alternates=tuple(dict.fromkeys(a for a in others if a and a != link)),
        published_is_day=date.is_day,
        content=item.content,
    )


def absolute(link: str | None, base: str) -> str | None:
    """``link`` made absolute, without fragment-only or non-web addresses."""
    text = "".join(printable(link or "").split())
    if not text or text.startswith("#") or len(text) > MAX_LINK:
        return None
    try:
        absolute = urljoin(base, text)
        parts = urlsplit(absolute)
    except ValueError:
        return None
    return absolute if parts.scheme in ("http", "https") and parts.netloc else None
