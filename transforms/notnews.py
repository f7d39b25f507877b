"""What a fetched page is when it is not an article, told from its bytes and its text.

Reasons: ``empty``, ``not_html``, ``too_large``, ``consent_wall``, ``block_page``,
``soft_404``, ``paywall_stub``, ``landing_page``. Phrases are data
(`dossiers/boilerplate.toml`); they are looked for only in short texts, since an article may
well be about cookies.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from transforms.boilerplate import TERMINAL
from transforms.normalise import fold

if TYPE_CHECKING:
    from dossiers.boilerplate import BoilerplateRules

MAX_BYTES = 20_000_000
"""trafilatura's own limit; the largest real article pages are some 5 MB."""
SHORT_TEXT = 1200
"""Characters below which a text may be a wall rather than an article."""

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"ID3", "an audio file"),
    (b"\x00\x00\x00\x18ftyp", "a video file"),
    (b"\x00\x00\x00\x20ftyp", "a video file"),
    (b"wOF", "a font"),
)
_TEXTUAL = re.compile(r"^(?:text/|application/(?:xhtml\+xml|xml)\b|application/octet-stream|$)")
_FEED = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?+(?:<!--(?:(?!-->).)*+-->\s*+)*+"
    rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b",
    re.S,
)


def not_text(body: bytes, content_type: str) -> str | None:
    """Why the bytes are neither a page nor a text, in words, or None."""
    head = body[:64]
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return what
    kind = content_type.split(";")[0].strip().lower()
    if kind and not _TEXTUAL.match(kind):
        return f"declared as {kind}"
    start = body[:2048].lstrip()
    if start[:1] in (b"{", b"[") and b"<" not in start[:200] and b'"' in start[:200]:
        return "JSON" if "html" in kind else None
    if _FEED.match(body[:2048]):
        return "a feed or a sitemap"
    # NUL bytes never occur in text, save in UTF-16, which announces itself
    if b"\x00" in body[:2048] and not body.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe")):
        return "binary data"
    return None


@lru_cache(maxsize=8)
def _folded(rules: BoilerplateRules) -> dict[str, tuple[str, ...]]:
    return {
        "consent_wall": tuple(map(fold, rules.consent)),
        "block_page": tuple(map(fold, rules.block)),
        "soft_404": tuple(map(fold, rules.not_found)),
        "paywall_stub": tuple(map(fold, rules.paywall)),
    }


def page_reason(
    text: str, title: str | None, visible: str, is_article: bool, rules: BoilerplateRules
) -> str | None:
    """Why a page is no article, or None.

    Args:
        text: what was extracted, boilerplate removed.
        title: the page's title.
        visible: all visible text of the page when ``text`` is short, else empty.
        is_article: whether the page's own metadata declare an article.
        rules: the phrases.
    """
    if len(text) >= SHORT_TEXT:
        return None
    shown = visible[:6000] if len(text) < 250 else ""
    title = title or ""
    where = f" {fold(' '.join((title, text, shown)))} "
    head = f" {fold(title)} "
    hits = {
        reason: sum(f" {phrase} " in where for phrase in phrases)
        for reason, phrases in _folded(rules).items()
    }
    in_title = {
        reason: any(f" {phrase} " in head for phrase in phrases)
        for reason, phrases in _folded(rules).items()
    }
    # An article of some length needs its title as a second witness.
    is_stub = len(text) < 250
    for reason in ("block_page", "soft_404"):
        if (in_title[reason] and hits[reason] >= 2) or (
            is_stub and (in_title[reason] or hits[reason] >= 2) and not is_article
        ):
            return reason
    if hits["consent_wall"] >= (2 if is_stub else 3) and not (is_article and not is_stub):
        return "consent_wall"
    if hits["paywall_stub"] and (is_stub or hits["paywall_stub"] >= 2):
        return "paywall_stub"
    return None if text.strip() else "empty"


def is_landing(text: str, link_count: int, is_article: bool) -> bool:
    """Whether a page lists articles rather than being one.

    It declares no article, has thirty links or more, and its text has no line of prose: of
    100 characters and ending as a sentence does.
    """
    if is_article or link_count < 30:
        return False
    return not any(len(line) >= 100 and TERMINAL.search(line) for line in text.split("\n"))
