"""What a page says of itself: JSON-LD, OpenGraph, other meta elements, the URL.

trafilatura reads most of this too, but searches the whole page for an author (half of its
time on navigation-heavy pages) and keeps only the day of a date. Here the head is read once,
with time of day and zone, and `htmldate` is asked only where nothing else gives a date.

A title is believed in this order: an authoritative hint, JSON-LD, OpenGraph, other meta, the
feed's hint where the ``title`` element confirms it, a single ``h1``, the ``title`` element,
the feed's hint. For dates see `published`.
"""

from __future__ import annotations

import html as html_module
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from transforms.normalise import clean, fold
from transforms.records import RawDocument
from transforms.urls import canonicalise, same_site

_ARTICLE_TYPES = re.compile(r"(?:article|blogposting|report|posting)$", re.I)
MAX_TITLE = 1_000
"""Characters of a title that are looked at."""
_META_TITLES = ("og:title", "twitter:title", "dc.title", "headline")
_META_AUTHORS = ("author", "article:author", "parsely-author", "dc.creator", "sailthru.author")
_META_SITES = ("og:site_name", "application-name", "dc.publisher")
_SEPARATOR = re.compile(r"\s+(?:[|•·»«–—-]|::|\|\|)\s+")
_BROKEN_JSON = re.compile(r'"(datePublished|headline)"\s*:\s*"((?:[^"\\]|\\.)*)"')


@dataclass(slots=True)
class PageFacts:
    """What the markup says, unjudged."""

    linked: Mapping[str, Any] = field(default_factory=dict)
    publisher: str | None = None
    meta: dict[str, str] = field(default_factory=dict)
    canonical: str | None = None
    amp: str | None = None
    language: str | None = None
    heading: str | None = None
    title_element: str | None = None

    @property
    def is_article(self) -> bool:
        """Whether the page declares itself an article."""
        return bool(self.linked) or self.meta.get("og:type", "").lower() == "article"

    @property
    def is_paywalled(self) -> bool:
        """schema.org ``isAccessibleForFree`` is false."""
        return str(self.linked.get("isAccessibleForFree", "")).strip().lower() == "false"

    @property
    def article_body(self) -> str:
        """schema.org ``articleBody``, or empty."""
        body = self.linked.get("articleBody")
        return html_module.unescape(body) if isinstance(body, str) else ""


def read_page(tree: HtmlElement) -> PageFacts:
    """One walk over scripts and one over the head. The tree is not changed."""
    facts = PageFacts(
        language=tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    )
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = element.get("content")
        if name and content and content.strip():
            facts.meta.setdefault(name.strip().lower(), content.strip())
        elif content and (element.get("http-equiv") or "").lower() == "content-language":
            facts.language = facts.language or content
    for element in tree.iter("link"):
        relation, href = (element.get("rel") or "").lower().split(), element.get("href")
        if href and "canonical" in relation:
            facts.canonical = facts.canonical or href.strip()
        elif href and "amphtml" in relation:
            facts.amp = facts.amp or href.strip()
    for element in tree.iter("script"):
        if "ld+json" in (element.get("type") or "").lower() and element.text:
            _read_linked(element.text, facts)
    headings = [text for h in tree.iter("h1") if (text := clean(" ".join(h.itertext())))]
    facts.heading = headings[0] if len(set(headings)) == 1 else None
    title = next(tree.iter("title"), None)
    facts.title_element = clean(title.text or "") if title is not None else None
    return facts


def _read_linked(text: str, facts: PageFacts) -> None:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        data = json.loads(text, strict=False)
    except (json.JSONDecodeError, RecursionError):
        if not facts.linked and re.search(r'"@type"\s*:\s*"\w*Article"', text):
            facts.linked = dict(reversed(_BROKEN_JSON.findall(text)))
        return
    for item in _items(data, 0):
        kinds = item.get("@type")
        names = [k for k in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(k, str)]
        if not facts.linked and any(_ARTICLE_TYPES.search(name) for name in names):
            facts.linked = item
        publisher = item.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            facts.publisher = facts.publisher or publisher["name"]


def _items(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    """Every object of a JSON-LD block that may be the article, outermost first."""
    if depth > 4:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _items(entry, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            if isinstance(data.get(key), (list, dict)):
                yield from _items(data[key], depth + 1)


# --- title, site, author -----------------------------------------------------------------


def site_name(facts: PageFacts) -> str | None:
    """The outlet's name as the page gives it."""
    named = (facts.meta.get(key) for key in _META_SITES)
    found = next(filter(None, named), None) or facts.publisher
    return clean(html_module.unescape(found)) or None if found else None


def choose_title(facts: PageFacts, raw: RawDocument, site: str | None) -> str | None:
    """The title by the order above, the outlet's name cut from its ends."""
    headline = facts.linked.get("headline") or facts.linked.get("name")
    candidates = [
        raw.title if raw.is_hint_final else None,
        headline if isinstance(headline, str) else None,
        *(facts.meta.get(key) for key in _META_TITLES),
        raw.title if _confirmed(raw.title, facts) else None,
        facts.heading,
        facts.title_element,
        raw.title,
    ]
    for candidate in candidates:
        plain = clean(html_module.unescape((candidate or "")[:MAX_TITLE]))
        title = strip_site(plain, site, facts, raw.url)
        if title:
            return title
    return None


def _confirmed(hint: str | None, facts: PageFacts) -> bool:
    """Whether the page's ``title`` element has the feed's title in it, with more around."""
    return bool(hint) and f" {fold(hint or '')} " in f" {fold(facts.title_element or '')} "


def strip_site(title: str, site: str | None, facts: PageFacts, url: str | None) -> str:
    """Cut ``| Site`` and ``Site -`` from a title; empty if nothing but the name remains.

    A bar separates a site's name by convention, so a short last part after a bar goes; after
    a dash only a part that equals the site's name or its host does.
    """
    host = (urlsplit(url or facts.canonical or "").hostname or "").removeprefix("www.")
    names = {fold(name) for name in (site, facts.publisher, host, host.split(".")[0]) if name}
    names |= {name.replace(" ", "") for name in names}
    was_cut = False
    while True:
        separators = list(_SEPARATOR.finditer(title))
        if not separators:
            return "" if fold(title) in names else title
        last, first = separators[-1], separators[0]
        tail, head = title[last.end() :], title[: first.start()]
        is_bar = last[0].strip() in ("|", "||", "::", "»")
        rest, size = title[: last.start()].strip(), len(tail.split())
        is_section = was_cut and size <= 2 and len(rest.split()) >= 2
        is_site = size <= 4 and len(rest.split()) >= 3
        if _is_name(tail, names) or (is_bar and (is_section or is_site)):
            title, was_cut = rest, True
        elif _is_name(head, names):
            title = title[first.end() :].strip()
        else:
            return title


def _is_name(part: str, names: set[str]) -> bool:
    folded = fold(part)
    return folded in names or folded.replace(" ", "") in names


def choose_author(facts: PageFacts, raw: RawDocument) -> str | None:
    """Names as printed, joined by ``; ``; addresses and profile links are no names."""
    names = _people(facts.linked.get("author"))
    if not names:
        names = [facts.meta[key] for key in _META_AUTHORS if key in facts.meta][:1]
    cleaned = [clean(html_module.unescape(name)) for name in [*names, raw.author or ""]]
    usable = [n for n in cleaned if 2 < len(n) < 120 and "://" not in n and "@" not in n]
    return "; ".join(dict.fromkeys(usable if names else usable[:1])) or None


def _people(value: Any) -> list[str]:
    entries = value if isinstance(value, list) else [value]
    found: list[str] = []
    for entry in entries:
        name = entry.get("name") if isinstance(entry, dict) else entry
        if isinstance(name, str):
            found.append(name)
        elif isinstance(name, list):
            found.extend(part for part in name if isinstance(part, str))
    return found


# --- address -----------------------------------------------------------------------------


def choose_url(facts: PageFacts, raw: RawDocument) -> str:
    """Canonical address: the page's own if it is on the same site, else where it was found.

    A canonical link to the site's front page is a template's mistake and is passed over.
    """
    if raw.url and not raw.url.lower().startswith(("http://", "https://")):
        return raw.url
    own = facts.canonical or facts.meta.get("og:url")
    if own:
        own = _joined(raw.url or "", html_module.unescape(own))
        is_usable = own.lower().startswith(("http://", "https://"))
        if is_usable and not raw.url:
            return canonicalise(own)
        if is_usable and raw.url and same_site(own, raw.url) and not _is_front(own, raw.url):
            return canonicalise(own)
    return canonicalise(raw.url) if raw.url else f"file:{raw.doc_id}"


def _joined(base: str, own: str) -> str:
    """Empty where the page gives no address at all."""
    try:
        return urlsplit(urljoin(base, own)).geturl()
    except ValueError:
        return ""


def _is_front(own: str, found: str) -> bool:
    is_root = urlsplit(own).path in ("", "/") and not urlsplit(own).query
    return is_root and urlsplit(found).path not in ("", "/")
