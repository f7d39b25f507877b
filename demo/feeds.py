"""The feeds of the demo's outlets, each in the dialect its source names. Pure.

Dialects: RSS 2.0 (also with one guid for all items, and broken half-way), RSS 0.91 (no
dates), RSS 1.0 / RDF in windows-1251, Atom, JSON Feed 1.1, and bytes that are no feed.
"""

from __future__ import annotations

import json
from dataclasses import replace
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from demo.site import Page

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from demo.articles import Article, FeedSource, NewsWorld

GARBAGE: Final = b'<?xml version="1.0"?>\n<rss version="2.0"><chan\x00\x01\x8f\xfe' + b"\x07" * 80
TRACKING: Final = "utm_source=rss&utm_medium=feed&utm_campaign=all"


def render_feed(world: NewsWorld, source: FeedSource, base: str, stage: int) -> Page:
    """The feed as served in ``stage``; its modification date is that of its latest change."""
    articles = [_as_of(a, stage) for a in world.of_source(source.id, stage)]
    kind, body = _WRITERS[source.format](source, articles, base)
    changes = [a.published for a in articles]
    changes += [a.revised for a in articles if a.revised]
    return Page(200, kind, body, max(changes, default=None))


def _as_of(article: Article, stage: int) -> Article:
    """The article as its feed knows it in ``stage``: a correction is not foretold."""
    return article if stage >= 2 else replace(article, revised=None)


def item_link(article: Article, base: str, source: FeedSource) -> str:
    """The address the feed gives: plain, with tracking parameters, or the mobile alias."""
    if source.format == "rss2-same-guid":
        return f"{base}{article.path}?{TRACKING}&fbclid=Iw{abs(hash_of(article.path))}"
    if article.feed_link == "mobile":
        return f"{base}/m{article.path}?{TRACKING}"
    return base + article.path


def hash_of(text: str) -> int:
    """A small stable number for a text (the built-in hash differs between processes)."""
    return sum(ord(letter) * (place + 7) for place, letter in enumerate(text))


def _rss2(source: FeedSource, articles: list[Article], base: str) -> tuple[str, bytes]:
    items = "".join(_rss2_items(source, article, base) for article in articles)
    return "application/rss+xml; charset=utf-8", _rss2_document(source, items, base).encode()


def _rss2_document(source: FeedSource, items: str, base: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:dcterms="http://purl.org/dc/terms/">\n<channel>\n'
        f"<title>{escape(source.name)}</title>\n<link>{base}/</link>\n"
        f"<description>{escape(source.name)}</description>\n"
        f"<language>{source.language}</language>\n"
        f'<atom:link href="{base}{source.path}" rel="self" type="application/rss+xml"/>\n'
        f"{items}</channel>\n</rss>\n"
    )


def _rss2_items(source: FeedSource, article: Article, base: str) -> str:
    links = [item_link(article, base, source)]
    if article.feed_link == "twice":
        links.append(links[0].replace(TRACKING, "utm_source=newsletter&yclid=77"))
    if article.amp_path:
        links.append(base + article.amp_path)
    return "".join(_rss2_item(source, article, link) for link in links)


def _rss2_item(source: FeedSource, article: Article, link: str) -> str:
    guid = source.id if source.format == "rss2-same-guid" else link
    changed = ""
    if article.revised:
        changed = f"<dcterms:modified>{article.revised.isoformat()}</dcterms:modified>"
    return (
        f"<item><title>{escape(article.title)}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">{escape(guid)}</guid>'
        f"<pubDate>{_rfc822(article.published)}</pubDate>{changed}"
        f"<description>{escape(article.summary)}</description></item>\n"
    )


def _rss2_broken(source: FeedSource, articles: list[Article], base: str) -> tuple[str, bytes]:
    """All true items, then one with a bare ampersand that is cut off in the middle."""
    items = "".join(_rss2_items(source, article, base) for article in articles)
    whole = _rss2_document(source, items, base)
    broken = whole.split("</channel>")[0] + "<item><title>Roads & rails</title><link>"
    return "text/xml; charset=utf-8", broken.encode()


def _rss091(source: FeedSource, articles: list[Article], base: str) -> tuple[str, bytes]:
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>{escape(base + a.path)}</link>"
        f"<description>{escape(a.summary)}</description></item>\n"
        for a in articles
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="0.91"><channel>\n'
        f"<title>{escape(source.name)}</title><link>{base}/</link>\n"
        f"<description>{escape(source.name)}</description>"
        f"<language>{source.language}</language>\n{items}</channel></rss>\n"
    )
    return "text/xml; charset=utf-8", text.encode()


def _rdf(source: FeedSource, articles: list[Article], base: str) -> tuple[str, bytes]:
    rows = "".join(f"<rdf:li rdf:resource={quoteattr(base + a.path)}/>" for a in articles)
    items = "".join(
        f"<item rdf:about={quoteattr(base + a.path)}><title>{escape(a.title)}</title>"
        f"<link>{escape(base + a.path)}</link><description>{escape(a.summary)}</description>"
        f"<dc:date>{a.published.isoformat()}</dc:date></item>\n"
        for a in articles
    )
    text = (
        '<?xml version="1.0" encoding="windows-1251"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{base}{source.path}"><title>{escape(source.name)}</title>'
        f"<link>{base}/</link><description>{escape(source.name)}</description>"
        f"<items><rdf:Seq>{rows}</rdf:Seq></items></channel>\n{items}</rdf:RDF>\n"
    )
    kind = "application/rdf+xml; charset=windows-1251"
    return kind, text.encode("windows-1251", "xmlcharrefreplace")


def _atom(source: FeedSource, articles: list[Article], base: str) -> tuple[str, bytes]:
    entries = "".join(
        f"<entry><title>{escape(a.title)}</title><id>tag:{source.outlet}.invalid,2025:"
        f'{escape(a.path)}</id><link rel="alternate" href={quoteattr(base + a.path)}/>'
        f"<published>{a.published.isoformat()}</published>"
        f"<updated>{(a.revised or a.published).isoformat()}</updated>"
        f"<summary>{escape(a.summary)}</summary></entry>\n"
        for a in articles
    )
    updated = max((a.revised or a.published for a in articles), default=None)
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{source.language}">\n'
        f"<title>{escape(source.name)}</title><id>{base}{source.path}</id>"
        f'<link rel="self" href="{base}{source.path}"/>'
        f"<updated>{updated.isoformat() if updated else ''}</updated>\n{entries}</feed>\n"
    )
    return "application/atom+xml; charset=utf-8", text.encode()


def _jsonfeed(source: FeedSource, articles: list[Article], base: str) -> tuple[str, bytes]:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": source.name,
        "home_page_url": f"{base}/",
        "feed_url": base + source.path,
        "language": source.language,
        "items": [
            {
                "id": base + a.path,
                "url": base + a.path,
                "title": a.title,
                "summary": a.summary,
                "content_text": a.summary,
                "date_published": a.published.isoformat(),
            }
            for a in articles
        ],
    }
    body = json.dumps(document, ensure_ascii=False, indent=1).encode()
    return "application/feed+json; charset=utf-8", body


def _garbage(_source: FeedSource, _articles: list[Article], _base: str) -> tuple[str, bytes]:
    return "application/rss+xml", GARBAGE


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


_WRITERS: Final[dict[str, Callable[[FeedSource, list[Article], str], tuple[str, bytes]]]] = {
    "rss2": _rss2,
    "rss2-same-guid": _rss2,
    "rss2-broken": _rss2_broken,
    "rss091": _rss091,
    "rdf": _rdf,
    "atom": _atom,
    "jsonfeed": _jsonfeed,
    "garbage": _garbage,
}
