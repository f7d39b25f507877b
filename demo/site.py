"""The pages of the demo's outlets: an article, an outlet and a stage in, bytes out. Pure.

Pages weigh what real ones weigh: menus, side bars, archives, inline styles and state.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from demo.articles import PAGE_TROUBLES, WORLD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from demo.articles import Article, FeedSource, NewsWorld, Outlet

RIGHT_TO_LEFT: Final = frozenset({"fa"})
PDF: Final = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Page:
    """What the server sends: ``modified`` and ``body`` give the validators."""

    status: int
    content_type: str
    body: bytes
    modified: datetime | None = None

    @property
    def etag(self) -> str:
        """A strong validator over the bytes (RFC 9110, section 8.8.3)."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


def render_article(world: NewsWorld, article: Article, base: str, stage: int) -> Page:
    """The page of an article, or the trouble it stands for."""
    if article.kind == "empty":
        return Page(200, "text/html; charset=utf-8", b"", article.published)
    if article.kind == "not_html":
        return Page(200, "application/pdf", PDF, article.published)
    if article.kind == "http_404":
        return Page(404, "text/html; charset=utf-8", b"<h1>404 Not Found</h1>")
    outlet = world.outlets[article.outlet]
    is_trouble = article.kind in PAGE_TROUBLES
    name = article.kind if is_trouble else outlet.template
    return _page(world, outlet, article, name, base, stage)


def render_amp_twin(world: NewsWorld, article: Article, base: str, stage: int) -> Page:
    """The AMP twin of an article: the same text on a lighter page that names its original."""
    return _page(world, world.outlets[article.outlet], article, "amp_twin", base, stage)


def render_front(world: NewsWorld, outlet: Outlet, base: str, stage: int) -> Page:
    """The front page: a list of everything."""
    context = _context(world, outlet, None, outlet.language, base, stage)
    html = _templates().get_template("front.html").render(context)
    return Page(200, f"text/html; charset={outlet.charset}", _encode(html, outlet.charset))


def render_template(
    world: NewsWorld, source: FeedSource, articles: Sequence[Article], base: str, stage: int
) -> Page:
    """The page of a source that is shown by a template of its own (its ``format``)."""
    outlet = world.outlets[source.outlet]
    context = _context(world, outlet, None, source.language or outlet.language, base, stage)
    shown = [_article_context(a, base, context["ui"], stage) for a in articles]
    context |= {"source": source, "shown": shown, "now": last_change(world, outlet, stage)}
    html = _templates().get_template(f"{source.format}.html").render(context)
    kind = f"text/html; charset={outlet.charset}"
    return Page(200, kind, _encode(html, outlet.charset), last_change(world, outlet, stage))


def robots_txt(world: NewsWorld, outlet: Outlet) -> str:
    """The outlet's robots.txt: forbids what the data call ``robots``, and the usual."""
    forbidden = [a.path for a in world.articles.values() if a.outlet == outlet.id]
    kept = [p for p in forbidden if world.articles[f"{outlet.id}:{p}"].kind == "robots"]
    lines = ["User-agent: *", "Disallow: /search", "Disallow: /login"]
    return "\n".join([*lines, *(f"Disallow: {p.rsplit('/', 1)[0]}/" for p in kept), ""])


def _page(
    world: NewsWorld, outlet: Outlet, article: Article, template: str, base: str, stage: int
) -> Page:
    context = _context(world, outlet, article, article.language, base, stage)
    html = _templates().get_template(f"{template}.html").render(context)
    changed = last_change(world, outlet, stage)
    if article.charset_trouble == "declared-utf8":
        html = html.replace("charset=windows-1251", "charset=utf-8")
        return Page(200, "text/html; charset=utf-8", _encode(html, "windows-1251"), changed)
    kind = f"text/html; charset={outlet.charset}"
    return Page(200, kind, _encode(html, outlet.charset), changed)


def last_change(world: NewsWorld, outlet: Outlet, stage: int) -> datetime:
    """When the page last changed: its side bars change with every new article."""
    shown = world.of_outlet(outlet.id, stage)
    moments = [a.published for a in shown] + [a.revised for a in shown if a.revised and stage >= 2]
    return max(moments)


def _encode(html: str, charset: str) -> bytes:
    return html.encode(charset, "xmlcharrefreplace")


def _context(
    world: NewsWorld,
    outlet: Outlet,
    article: Article | None,
    language: str,
    base: str,
    stage: int,
) -> dict[str, Any]:
    ui = {**world.interface["en"], **world.interface[language]}
    pages = [a for a in world.of_outlet(outlet.id, stage) if a.language == language]
    others = [a for a in pages if article is None or a.key != article.key]
    context: dict[str, Any] = {
        "outlet": outlet,
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "ui": ui,
        "base": base,
        "sections": outlet.sections,
        "others": others,
        "latest": others[:6],
        "years": range(2019, 2026),
        "style": _style(outlet.id),
        "state": _state(outlet),
        "charset": outlet.charset,
    }
    if article is not None:
        context |= _article_context(article, base, ui, stage)
    return context


def _article_context(article: Article, base: str, ui: dict[str, Any], stage: int) -> dict[str, Any]:
    modified = article.revised if stage >= 2 and article.revised else article.published
    url = base + article.path
    when = article.published
    return {
        "article": article,
        "url": url,
        "amp_url": base + article.amp_path if article.amp_path else None,
        "paragraphs": article.body_at(stage).split("\n"),
        "published_iso": when.isoformat(),
        "modified_iso": modified.isoformat(),
        "published_words": f"{when.day} {ui['months'][when.month - 1]} {when.year}, {when:%H:%M}",
        "published_numbers": f"{when:%d.%m.%Y %H:%M}",
        "json_ld": json.dumps(_json_ld(article, url, modified), ensure_ascii=False),
    }


def _json_ld(article: Article, url: str, modified: datetime) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.summary,
        "datePublished": article.published.isoformat(),
        "dateModified": modified.isoformat(),
        "inLanguage": article.language,
        "mainEntityOfPage": url,
        "isAccessibleForFree": True,
    }


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(WORLD / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style(outlet: str) -> str:
    """Inline rules of a size found on real pages (about 9 KB)."""
    tint = hashlib.sha256(outlet.encode()).hexdigest()
    rules = (
        f".c-{tint[i % 60 : i % 60 + 4]}{i}{{margin:0 {i % 7}px {i % 11}px;padding:{i % 5}px;"
        f"color:#{tint[i % 50 : i % 50 + 6]};display:flex;gap:{i % 9}px}}"
        for i in range(110)
    )
    return "".join(rules)


@cache
def _state(outlet: Outlet) -> str:
    """The state a client-side script would read (about 5 KB)."""
    slots = [
        {"slot": f"{outlet.id}-{i}", "sizes": [[300, 250], [728, 90]], "lazy": i % 3 == 0}
        for i in range(70)
    ]
    return json.dumps({"ads": slots, "flags": {f"exp{i}": i % 2 for i in range(40)}})
