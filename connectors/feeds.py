"""Reading feeds: RSS 0.9x-2.0, RDF and Atom through feedparser, JSON Feed 1.x by mapping.

Pure: bytes in, candidates out (`connectors.items`). What is wrong but bearable is a warning;
what cannot be read as a feed raises `FeedError` with the reason ``not_a_feed``,
``malformed_feed`` or ``empty_body``.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors import bounded_feedparser
from connectors.charsets import decode
from connectors.errors import FeedError
from connectors.items import Item, ParsedFeed, candidates_of
from connectors.plain import plain_text, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from dossiers.records import Source

_XML_CHARSET = re.compile(rb"""<\?xml[^>]{0,200}encoding\s*=\s*["']([\w.:-]+)""")
_PREAMBLE = re.compile(r"\s+|<\?[^>]*>|<!--.*?-->", re.DOTALL)
_HTML = re.compile(r"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000}


def parse_feed(
    body: bytes,
    *,
    content_type: str,
    charset: str | None,
    url: str,
    source: Source,
    now: datetime,
) -> ParsedFeed:
    """Read a feed.

    Args:
        body: as fetched.
        content_type: media type, for telling an HTML page from a feed.
        charset: as the transport declares it; checked, not trusted.
        url: the address it came from, for relative links.
        source: whose feed it is: id and language of the candidates.
        now: the run's instant, for impossible dates.

    Raises:
        FeedError: when it is not a feed, or nothing can be recovered of it.
    """
    if not body.strip():
        raise FeedError("empty_body", url, "answered with an empty body instead of a feed")
    in_xml = _XML_CHARSET.search(body[:1000])
    decoded = decode(body, charset, in_xml[1].decode("ascii") if in_xml else None)
    if decoded is None:
        raise FeedError("not_a_feed", url, "is not text in any charset known; is it a feed?")
    warnings = [decoded.warning] if decoded.warning else []
    text = decoded.text.lstrip("\ufeff")
    if _is_html(text, content_type):
        raise _not_a_feed(url, text)
    read = _read_json if text.lstrip()[:1] in ("{", "[") else _read_xml
    feed, items = read(text, url)
    candidates, troubles = candidates_of(items, url, source, feed.language, now)
    if feed.warnings and not candidates:
        raise _malformed(url, "; ".join(feed.warnings))
    return replace(feed, candidates=candidates, warnings=(*warnings, *feed.warnings, *troubles))


def _is_html(text: str, content_type: str) -> bool:
    head, at = text[:2000], 0
    while skipped := _PREAMBLE.match(head, at):
        at = skipped.end()
    if _HTML.match(head, at):
        return True
    is_feed_like = any(mark in head.lower() for mark in ("<rss", "<feed", "<rdf", "<?xml", "{"))
    return content_type in ("text/html", "application/xhtml+xml") and not is_feed_like


def _not_a_feed(url: str, text: str) -> FeedError:
    title = re.search(r"<title[^<>]{0,200}>([^<]{0,200})</title", text[:20_000], re.I)
    said = f" titled {plain_text(title[1])!r}" if title else ""
    return FeedError(
        "not_a_feed",
        url,
        f"answered with a web page{said} instead of a feed; it may be a block page or a consent "
        "wall, or the feed has moved",
    )


def _read_xml(text: str, url: str) -> tuple[ParsedFeed, Iterator[Item]]:
    """Let feedparser read it, under limits."""
    parsed = bounded_feedparser.read(text, url)
    trouble = parsed.trouble.strip()
    if not parsed.version and not parsed.entries:
        if trouble and re.search(r"<(rss|feed|rdf:RDF|channel|item|entry)\b", text[:5000]):
            raise _malformed(url, trouble)
        raise FeedError("not_a_feed", url, "is not RSS, Atom, RDF or JSON Feed; check the address")
    if trouble and not parsed.entries:
        raise _malformed(url, trouble)
    warnings = [f"read in part: {parsed.limit}"] if parsed.limit else []
    if trouble:
        warnings.append(f"malformed ({trouble}); {len(parsed.entries)} items were recovered")
    feed = ParsedFeed(
        candidates=(),
        warnings=tuple(warnings),
        title=plain_text(dict.get(parsed.feed, "title")),
        language=dict.get(parsed.feed, "language"),
        ttl_seconds=_ttl(parsed.feed),
        format=parsed.version,
        skip_hours=tuple(int(hour) % 24 for hour in _spared(text, "skipHours", r"\d{1,2}")),
        skip_days=tuple(
            _DAYS.index(day.lower()) for day in _spared(text, "skipDays", "|".join(_DAYS))
        ),
    )
    return feed, (_xml_item(entry) for entry in parsed.entries)


def _malformed(url: str, trouble: str) -> FeedError:
    return FeedError(
        "malformed_feed", url, f"cannot be parsed and holds no readable item: {trouble}"
    )


def _spared(text: str, element: str, value: str) -> list[str]:
    """What stands in ``skipHours`` or ``skipDays``; feedparser keeps the last of each only."""
    start = text.find(f"<{element}>")
    end = text.find(f"</{element}>", start)
    if start < 0 or not 0 < end - start < 5_000:
        return []
    return re.findall(rf">\s*({value})\s*<", text[start:end], re.IGNORECASE)


def _ttl(feed: dict[str, Any]) -> int | None:
    ttl = str(dict.get(feed, "ttl") or "")
    if ttl.strip().isdecimal():
        return int(ttl.strip()[:6]) * 60
    period = _PERIODS.get(str(dict.get(feed, "sy_updateperiod") or "").strip().lower())
    if period is None:
        return None
    times = str(dict.get(feed, "sy_updatefrequency") or "").strip()
    return period // max(1, int(times[:6]) if times.isdecimal() else 1)


def _xml_item(entry: dict[str, Any]) -> Item:
    """Plain ``dict.get``: feedparser's own maps a missing date to another, with a warning."""

    def get(name: str) -> Any:
        return dict.get(entry, name)

    name = next((n for n in ("published", "created", "updated") if get(n)), "published")
    links = get("links") or ()
    alternates = [x.get("href") for x in links if x.get("rel") in ("alternate", "amphtml")]
    detail = get("title_detail") or {}
    return Item(
        link=get("link"),
        title=get("title"),
        summary=get("summary") or next((c.get("value") for c in get("content") or ()), None),
        author=get("author"),
        language=detail.get("language"),
        date=get(name),
        date_parsed=get(f"{name}_parsed"),
        alternates=tuple(str(a) for a in [*alternates, get("feedburner_origlink")] if a),
    )


def _read_json(text: str, url: str) -> tuple[ParsedFeed, Iterator[Item]]:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org)."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeedError("malformed_feed", url, f"is not valid JSON: {error}") from error
    version = _text(told.get("version")) if isinstance(told, dict) else None
    if "jsonfeed.org/version/" not in (version or "") or not isinstance(told.get("items"), list):
        raise FeedError("not_a_feed", url, "is JSON, but no JSON Feed (no version, no items)")
    feed = ParsedFeed(
        candidates=(),
        title=plain_text(_text(told.get("title"))),
        language=_text(told.get("language")),
        format="json" + (version or "").rpartition("/")[2].replace(".", "")[:8],
    )
    return feed, (_json_item(i) for i in told["items"] if isinstance(i, dict))


def _text(value: object) -> str | None:
    return printable(value) if isinstance(value, str) and value.strip() else None


def _json_item(item: Mapping[str, Any]) -> Item:
    authors = item.get("authors")
    author = authors[0] if isinstance(authors, list) and authors else item.get("author")
    summary = (item.get(n) for n in ("summary", "content_text", "content_html"))
    external = _text(item.get("external_url"))
    return Item(
        link=_text(item.get("url")) or external,
        title=_text(item.get("title")),
        summary=next((s for s in map(_text, summary) if s), None),
        author=_text(author.get("name")) if isinstance(author, dict) else None,
        language=_text(item.get("language")),
        date=_text(item.get("date_published")) or _text(item.get("date_modified")),
        alternates=(external,) if external else (),
    )
