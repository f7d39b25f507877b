"""When a document was published: which of its dates is to be believed.

In this order: an authoritative hint, JSON-LD, meta elements, the feed's hint, a date in
figures under the heading, `htmldate`, the URL. Dates that are impossible, or more than a day
after the fetch, are passed over with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from urllib.parse import urlsplit

from htmldate import find_date
from lxml.html import HtmlElement

from transforms.metadata import PageFacts
from transforms.records import RawDocument

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Older dates on a news page are template errors (epoch zero, year one)."""
_META_DATES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "date.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "date",
)
_URL_DATE = re.compile(r"(?<!\d)(20\d\d)(?:/|-|_)?(0?[1-9]|1[0-2])(?:/|-|_)?([0-2]?\d|3[01])(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)[-/.](\d\d?)[-/.](\d\d?)(?!\d)")
MAX_STATED = 200
"""Characters of a stated date that are looked at."""
_LIKE_ISO = re.compile(r"\s*\d{4}-\d")
_ZONE_NAME = re.compile(r"(?<=\d)\s*(?:UTC|GMT|Z)$")
_ZONE_PLACE = re.compile(r"\[[\w/+-]+\]$")
_YEAR_LAST = re.compile(r"(?<!\d)([0-3]?\d)([./])([01]?\d)\2(20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Published:
    """When, where that was found, whether only the day is known, and the day on site."""

    at: datetime | None = None
    basis: str | None = None
    is_day: bool = False
    day: date | None = None


def choose_published(
    facts: PageFacts, raw: RawDocument, tree: HtmlElement | None, url: str
) -> tuple[Published, tuple[str, ...]]:
    """When it was published, by the order above, and warnings about dates passed over."""
    warnings: list[str] = []
    hint = _from_hint(raw)
    if hint and raw.is_hint_final and (chosen := _possible(hint, raw, warnings)):
        return chosen, tuple(warnings)
    stated = _stated(facts)
    for candidate in (*(parse_date(value, "metadata") for value in stated), hint):
        if candidate and (chosen := _possible(candidate, raw, warnings)):
            return chosen, tuple(warnings)
    impossible = [v for v in stated if _LIKE_ISO.match(v) and not parse_date(v, "metadata")]
    warnings.extend(f"impossible_date: {value[:40]} (metadata)" for value in impossible)
    # Each of these costs, so it is asked only when the one before it had no answer. htmldate
    # would repair an impossible date, that is, guess: it is not asked where one is stated.
    asks: tuple[Callable[[], Published | None], ...] = (
        lambda: _by_heading(tree),
        lambda: None if impossible else _by_htmldate(tree, raw),
        lambda: _by_url(url),
    )
    for ask in asks:
        later = ask()
        if later and (chosen := _possible(later, raw, warnings)):
            return chosen, tuple(warnings)
    return Published(), tuple(warnings)


def _stated(facts: PageFacts) -> list[str]:
    """The dates the metadata state, best first."""
    linked = facts.linked.get("datePublished") or facts.linked.get("dateCreated")
    meta = [facts.meta[key] for key in _META_DATES if key in facts.meta]
    found = [linked, *meta] if isinstance(linked, str) else meta
    return [value[:MAX_STATED] for value in found]


def _from_hint(raw: RawDocument) -> Published | None:
    if raw.published is None:
        return None
    at = raw.published.astimezone(UTC)
    is_midnight = (at.hour, at.minute, at.second) == (0, 0, 0)
    return Published(at, "index" if raw.is_hint_final else "feed", is_midnight, at.date())


def parse_date(value: str, basis: str) -> Published | None:
    """ISO 8601, RFC 2822, or a day in figures; None if none of them.

    A time without a zone is taken as UTC. Midnight is what templates print when only the day
    is known.
    """
    value = _ZONE_NAME.sub("+00:00", _ZONE_PLACE.sub("", value.strip()))
    try:
        local = datetime.fromisoformat(value)
    except ValueError:
        try:
            local = parsedate_to_datetime(value)
        except (TypeError, ValueError, IndexError):
            return _in_figures(value, basis)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        midnight = datetime(local.year, local.month, local.day, tzinfo=UTC)
        return Published(midnight, basis, True, midnight.date())
    try:
        at = local.replace(tzinfo=UTC) if local.tzinfo is None else local.astimezone(UTC)
    except OverflowError:
        return None
    return Published(at, basis, False, local.date())


def _possible(found: Published, raw: RawDocument, warnings: list[str]) -> Published | None:
    if found.at is None:
        return None
    if found.at < EARLIEST:
        warnings.append(f"impossible_date: {found.at.isoformat()} ({found.basis})")
        return None
    if raw.fetched_at and found.at > raw.fetched_at + timedelta(days=1):
        warnings.append(f"future_date: {found.at.isoformat()} ({found.basis})")
        return None
    return found


def _in_figures(text: str, basis: str) -> Published | None:
    """A day in figures, year first or last.

    The order day, month, year is certain with dots; with slashes only where the day is
    above twelve. The clock beside it is the site's own, so only the day is taken.
    """
    if match := _YEAR_FIRST.search(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _YEAR_LAST.search(text):
        day, month, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "/" and day <= 12:
            return None
    else:
        return None
    try:
        at = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    return Published(at, basis, True, at.date())


def _by_heading(tree: HtmlElement | None) -> Published | None:
    """A date in figures in a short element soon after the heading."""
    heading = next(tree.iter("h1"), None) if tree is not None else None
    if heading is None:
        return None
    for element in islice(heading.itersiblings(), 4):
        text = " ".join(element.itertext())[:200].strip()
        if len(text) <= 60 and (found := _in_figures(text, "text")):
            return found
    return None


def _by_htmldate(tree: HtmlElement | None, raw: RawDocument) -> Published | None:
    if tree is None:
        return None
    latest = (raw.fetched_at + timedelta(days=1)).date().isoformat() if raw.fetched_at else None
    try:
        # The extensive search reads running text, where dates of events stand.
        found = find_date(
            tree,
            original_date=True,
            extensive_search=False,
            min_date="1995-01-01",
            max_date=latest,
        )
    except (ValueError, TypeError, RecursionError):
        return None
    return parse_date(found, "text") if found else None


def _by_url(url: str) -> Published | None:
    match = _URL_DATE.search(urlsplit(url).path) if url.startswith("http") else None
    if not match:
        return None
    year, month, day = map(int, match.groups())
    try:
        at = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    return Published(at, "url", True, at.date())
