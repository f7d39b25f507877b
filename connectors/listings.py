"""Listing pages: the news of an institution that publishes no feed.

With selectors (CSS, from the catalogue) an item is what they say. Without, an item is a link
that looks like a headline: on the same host, outside the page's furniture, with the length of
a sentence. Pure: bytes in, candidates out.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import lxml.html
from courlan.filters import is_navigation_page, is_not_crawlable
from lxml.cssselect import CSSSelector
from lxml.etree import LxmlError

from connectors.charsets import decode
from connectors.errors import FeedError
from connectors.items import MAX_ITEMS, Item, ParsedFeed, absolute, candidates_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lxml.html import HtmlElement

    from dossiers.records import Listing, Source

MIN_HEADLINE = 25
"""Letters a link must have to be taken for a headline where no selector says so."""
MAX_DATE = 100
"""Characters of a date that are read: dateparser takes quadratic time over them."""
_FURNITURE = frozenset({"nav", "header", "footer", "aside", "form", "button", "select"})
_FURNITURE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary"})
_BLOCKS = frozenset({"article", "li", "tr", "div", "section", "p", "dd", "td"})
_DATE_SPOTS = "time, [class*=date], [class*=Date], [class*=time], [class*=published]"
_DATES = CSSSelector(_DATE_SPOTS)


def parse_listing(
    body: bytes, *, content_type: str, charset: str | None, url: str, source: Source, now: datetime
) -> ParsedFeed:
    """Read a listing page.

    Args: see `connectors.feeds.parse_feed`.

    Raises:
        FeedError: ``not_a_page`` when it is no HTML, ``empty_listing`` when nothing on it
            answers to the selectors or looks like a headline: a silent page is a failure.
    """
    root = read_page(body, charset, url)
    rule = source.listing
    found = _selected(root, rule) if rule and rule.item else _headlines(root, url)
    items = list(islice(found, MAX_ITEMS))
    if rule is None or not rule.item:
        items = _once(items, url)
    dated = [_with_date(item, source.language, now) for item in items]
    candidates, troubles = candidates_of(dated, url, source, _language(root), now)
    if not candidates:
        asked = f"answers to the selector {rule.item!r}" if rule and rule.item else "is a headline"
        raise FeedError(
            "empty_listing",
            url,
            f"nothing on the page {asked}; it is a wall, or its layout has changed: mend the "
            "source's listing selectors",
        )
    return ParsedFeed(candidates, tuple(troubles), language=_language(root), format="listing")


def read_page(body: bytes, charset: str | None, url: str) -> HtmlElement:
    """The tree of an HTML page.

    Raises:
        FeedError: ``not_a_page`` when there is none.
    """
    decoded = decode(body, charset) if body.strip() else None
    try:
        text = decoded.text if decoded else ""
        # lxml refuses an encoding declaration in text; huge trees stay bounded by max_bytes
        return lxml.html.document_fromstring(text.encode("utf-8"), parser=_parser())
    except (LxmlError, ValueError) as error:
        raise FeedError("not_a_page", url, f"is no HTML page ({error}); check it") from error


def _parser() -> lxml.html.HTMLParser:
    return lxml.html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)


def _language(root: HtmlElement) -> str | None:
    return root.get("lang") or None


def _selected(root: HtmlElement, rule: Listing) -> Iterator[Item]:
    for element in root.cssselect(rule.item):
        link = _first(element, rule.link or "a[href]")
        if link is None and element.tag == "a":
            link = element
        heading = _first(element, rule.title) if rule.title else link
        date = _first(element, rule.date or _DATE_SPOTS)
        yield Item(
            link=link.get("href") if link is not None else None,
            title=heading.text_content() if heading is not None else None,
            date=_date_text(date),
        )


def _first(element: HtmlElement, selector: str) -> HtmlElement | None:
    found = element.cssselect(selector)
    return found[0] if found else None


def _date_text(element: HtmlElement | None) -> str | None:
    if element is None:
        return None
    text = element.get("datetime") or element.text_content()[:MAX_DATE]
    return " ".join(text[:MAX_DATE].split()) or None


def _headlines(root: HtmlElement, url: str) -> Iterator[Item]:
    """Links that look like headlines, in the page's order."""
    own = urlsplit(url)
    spots: dict[HtmlElement, list[HtmlElement]] = {}
    for link in root.iter("a"):
        href = link.get("href")
        title = " ".join((link.text_content() or link.get("title") or "").split())
        if not href or sum(map(str.isalpha, title)) < MIN_HEADLINE or _in_furniture(link):
            continue
        address = absolute(href, url)
        if address is None:
            continue
        parts = urlsplit(address)
        if _bare(parts.hostname) != _bare(own.hostname) or parts.path in ("", "/", own.path):
            continue
        if is_not_crawlable(parts.geturl()) or is_navigation_page(parts.geturl()):
            continue
        yield Item(link=href, title=title, date=_date_text(_date_near(link, spots)))


def _bare(host: str | None) -> str:
    return (host or "").removeprefix("www.")


def _in_furniture(element: HtmlElement) -> bool:
    return any(
        up.tag in _FURNITURE or up.get("role") in _FURNITURE_ROLES for up in element.iterancestors()
    )


def _date_near(
    link: HtmlElement, known: dict[HtmlElement, list[HtmlElement]]
) -> HtmlElement | None:
    """A date inside the link, or in the nearest block that holds no other headline.

    ``known`` keeps the dates of a block: thousands of links may share one.
    """
    here: Any = link
    for _ in range(4):
        if here not in known:
            known[here] = _DATES(here)[:2]
        spots = known[here]
        if spots:
            return spots[0] if len(spots) == 1 else None
        here = here.getparent()
        if here is None or here.tag not in _BLOCKS | {"h1", "h2", "h3", "h4", "span"}:
            return None
    return None


def _once(items: list[Item], url: str) -> list[Item]:
    """One item an address: a teaser links picture, headline and lead to one article."""
    found: dict[str, Item] = {}
    for item in items:
        key = (absolute(item.link, url) or "").partition("#")[0]
        found.setdefault(key, item)
    return list(found.values())


def _with_date(item: Item, language: str | None, now: datetime) -> Item:
    """The item with its date in ISO 8601, as people write dates in any language."""
    from dataclasses import replace

    if not item.date:
        return item
    import dateparser  # costs half a second: only where a listing is read

    settings: Any = {"RELATIVE_BASE": now.replace(tzinfo=None), "DATE_ORDER": "DMY"}
    languages = [language] if language else None
    try:
        moment = dateparser.parse(item.date, languages=languages, settings=settings)
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        return replace(item, date=None)  # the page's own date decides
    is_day = moment.time() == moment.time().min
    return replace(item, date=moment.date().isoformat() if is_day else moment.isoformat())
