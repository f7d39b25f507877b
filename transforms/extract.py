"""From the bytes of a page, or a plain text, to a cleaned `Document`.

A page is decoded, parsed once, read for metadata (`metadata`), and its text taken out by
trafilatura (Barbaresi 2021); a plain text is split into lines. Both then pass the same line
rules (`boilerplate`), and for a plain text the way back to the source is kept for every
character.
"""

from __future__ import annotations

import logging
import re
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trafilatura import bare_extraction, load_html
from trafilatura.settings import Extractor

from transforms import boilerplate, metadata, notnews, published
from transforms.charset import decode
from transforms.duplicates.digest import digest_of_folded
from transforms.duplicates.minhash import signature_of_words
from transforms.errors import ExtractionError
from transforms.language import identify
from transforms.normalise import clean, fold
from transforms.plain import read_lines, segments
from transforms.records import Document, RawDocument, Removed, Segment

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from dossiers.boilerplate import BoilerplateRules
    from transforms.metadata import PageFacts
    from transforms.published import Published

# trafilatura logs an error for every page without text; that is `not_news` here.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

TRAFILATURA_SETTINGS: dict[str, Any] = {
    "favor_precision": True,
    "include_comments": False,
    "with_metadata": True,
}
"""How trafilatura is configured; benchmarks compare with bare trafilatura under the same.

``favor_precision`` scored best of all settings on real pages (F1 0.964). The pipeline itself
runs with ``with_metadata`` off, since `metadata` reads the same facts in a fraction of the
time.
"""
# Built once: trafilatura would otherwise read its configuration for every page.
_TEXT_ONLY = Extractor(
    output_format="python", precision=TRAFILATURA_SETTINGS["favor_precision"], comments=False
)
_RESCUE = Extractor(output_format="python", comments=False)

STUB = 250
"""Characters below which a page's text is looked at again (trafilatura's own bound)."""
FLASH = 80
"""Characters below which a declared article is taken to have been missed altogether."""
PROSE = 500
"""Characters in paragraphs from which a part of a page is not taken for furniture."""
_FURNITURE = ("nav", "footer", "aside", "script", "style")
_JOINER, _STAND_IN = "\u200c", "\U0001f71a"
_HTML_START = re.compile(
    r"\s*+(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


@dataclass(slots=True)
class _Draft:
    """What both paths hand to `_finish`."""

    url: str
    title: str | None
    text: str
    published: Published
    warnings: tuple[str, ...]
    removed: tuple[Removed, ...]
    segments: tuple[Segment, ...] = ()
    author: str | None = None
    site_name: str | None = None
    declared_language: str | None = None
    not_news: str | None = None


def extract(raw: RawDocument, rules: BoilerplateRules) -> Document:
    """Clean one document.

    Args:
        raw: bytes or text, with what is known of it.
        rules: phrases of `dossiers.boilerplate.load_rules`.

    Raises:
        ExtractionError: the parser or the extractor failed on it; names document and reason.
            Pages that merely are no articles are returned, with ``not_news`` set.
    """
    try:
        return _finish(_draft(raw, rules), raw, rules)
    except ExtractionError:
        raise
    except RecursionError as error:
        raise ExtractionError(
            "too_deep", f"{_name(raw)}: nested too deeply to be read; fetch another rendering"
        ) from error
    except Exception as error:  # a third-party parser may raise anything on hostile input
        raise ExtractionError(
            "extraction_failed",
            f"{_name(raw)}: {type(error).__name__}: {error}; keep the page and report it",
        ) from error


def _draft(raw: RawDocument, rules: BoilerplateRules) -> _Draft:
    if len(raw.body) > notnews.MAX_BYTES:
        return _refused(raw, "too_large", f"{len(raw.body)} bytes, limit {notnews.MAX_BYTES}")
    body = raw.body
    if isinstance(body, bytes):
        if not body.strip():
            return _refused(raw, "empty", "no bytes")
        if what := notnews.not_text(body, raw.content_type):
            return _refused(raw, "not_html", what)
    is_plain = raw.content_type.split(";")[0].strip().lower() in ("text/plain", "text/markdown")
    if isinstance(body, str):
        return _read(raw, body, (), is_plain, rules)
    text, warnings = _decoded(raw, body, is_plain)
    return _read(raw, text, warnings, is_plain, rules)


def _read(
    raw: RawDocument,
    text: str,
    warnings: tuple[str, ...],
    is_plain: bool,
    rules: BoilerplateRules,
) -> _Draft:
    is_markup = "<" in text if not is_plain else bool(_HTML_START.match(text[:2000]))
    if is_markup:
        return _page(raw, text, warnings, rules)
    return _plain(raw, text, warnings, rules)


def _decoded(raw: RawDocument, body: bytes, is_plain: bool) -> tuple[str, tuple[str, ...]]:
    text, charset, is_overruled = decode(body, raw.charset)
    if is_plain and body.startswith(b"\xef\xbb\xbf"):
        text = "\ufeff" + text  # offsets count the mark, as any UTF-8 reader of the file does
    warnings = [f"charset_overruled: read as {charset}"] if is_overruled else []
    if "\ufffd" in text:
        warnings.append(f"undecodable: {text.count(chr(0xFFFD))} characters lost as {charset}")
    return text, tuple(warnings)


def _refused(raw: RawDocument, reason: str, detail: str) -> _Draft:
    facts = metadata.PageFacts()
    when, warnings = published.choose_published(facts, raw, None, raw.url or "")
    return _Draft(
        url=metadata.choose_url(facts, raw),
        title=clean(raw.title) or None if raw.title else None,
        text="",
        published=when,
        warnings=(*warnings, f"{reason}: {detail}"),
        removed=(),
        author=raw.author,
        not_news=reason,
    )


# --- pages -------------------------------------------------------------------------------


def _page(
    raw: RawDocument, html: str, warnings: tuple[str, ...], rules: BoilerplateRules
) -> _Draft:
    tree = load_html(html)
    if tree is None:
        tree = load_html(f"<html><body>{html}</body></html>")  # a fragment without a frame
    if tree is None:
        return _refused(raw, "not_html", "no HTML elements found")
    facts = metadata.read_page(tree)
    site = metadata.site_name(facts)
    title = metadata.choose_title(facts, raw, site)
    url = metadata.choose_url(facts, raw)
    when, date_warnings = published.choose_published(facts, raw, tree, url)
    _prepare(tree, html)
    text, removed = _page_text(tree, title, rules)
    if len(text) < FLASH and facts.is_article:
        text, removed = _rescued(tree, facts, title, rules) or (text, removed)
    draft = _Draft(
        url=url,
        title=title,
        text=text,
        published=when,
        warnings=(*warnings, *date_warnings),
        removed=removed,
        author=metadata.choose_author(facts, raw),
        site_name=site,
        declared_language=facts.language,
    )
    draft.not_news = _not_news(draft, tree, html, facts, rules)
    return draft


def _prepare(tree: HtmlElement, html: str) -> None:
    """Mend in place what the extractor would spoil. Called once metadata have been read.

    It drops every unprintable character, also U+200C, which is part of the spelling in
    scripts that join letters: a printable sign of no use in news stands in for it. And it
    prints tables as rows, also those that only lay out the page, as old sites do.
    """
    if _JOINER in html or "&zwnj;" in html or "&#8204;" in html:
        for element in tree.iter():
            if element.text and _JOINER in element.text:
                element.text = element.text.replace(_JOINER, _STAND_IN)
            if element.tail and _JOINER in element.tail:
                element.tail = element.tail.replace(_JOINER, _STAND_IN)
    for table in list(tree.iter("table")):
        if next(table.iter("p", "div", "br", "h1", "h2", "ul"), None) is not None:
            for element in table.iter("table", "tbody", "tr", "td", "th"):
                element.tag = "div"


def _page_text(
    tree: HtmlElement,
    title: str | None,
    rules: BoilerplateRules,
    options: Extractor = _TEXT_ONLY,
) -> tuple[str, tuple[Removed, ...]]:
    extracted = bare_extraction(_without_furniture(tree), options=options)
    text = getattr(extracted, "text", None) or ""
    return _cleaned(text.replace(_STAND_IN, _JOINER), title, rules)


def _without_furniture(tree: HtmlElement) -> HtmlElement:
    """A copy without what the extractor drops anyway, after weighing it at length.

    On a page that is mostly menus this is more than half of the extractor's time, for the
    same text. What holds paragraphs of prose stays: the extractor may look at it again when
    it finds nothing better, as on pages with an unclosed tag.
    """
    bared = copy(tree)
    for element in list(bared.iter(*_FURNITURE)):
        prose = sum(len(p.text_content()) for p in element.iter("p"))
        if prose < PROSE and element.getparent() is not None:
            element.drop_tree()
    return bared


def _cleaned(
    text: str, title: str | None, rules: BoilerplateRules
) -> tuple[str, tuple[Removed, ...]]:
    # the extractor's mark of a list item is not the page's
    unmarked = (line.removeprefix("- ") for line in text.split("\n"))
    lines = [line for raw_line in unmarked if (line := clean(raw_line))]
    reasons = boilerplate.judge(lines, title, rules)
    kept = [line for line, reason in zip(lines, reasons, strict=True) if reason is None]
    cut = [Removed(r, line) for line, r in zip(lines, reasons, strict=True) if r is not None]
    return "\n".join(kept), tuple(cut)


def _rescued(
    tree: HtmlElement, facts: PageFacts, title: str | None, rules: BoilerplateRules
) -> tuple[str, tuple[Removed, ...]] | None:
    """A declared article whose text is missing: its JSON-LD body, or a laxer extraction.

    Wire flashes of one sentence are below what the precise settings keep.
    """
    body = _cleaned(re.sub(r"<[^<>]+>", "\n", facts.article_body), title, rules)
    if len(body[0]) >= 80:
        return body
    lax = _page_text(tree, title, rules, _RESCUE)
    # More than a flash would hold: the laxer rules took the page's furniture.
    return lax if 0 < len(lax[0]) < 4 * STUB else None


def _not_news(
    draft: _Draft, tree: HtmlElement, html: str, facts: PageFacts, rules: BoilerplateRules
) -> str | None:
    visible = ""
    if len(draft.text) < STUB:
        visible = clean(" ".join(t for t in _visible(tree)))
    reason = notnews.page_reason(draft.text, draft.title, visible, facts.is_article, rules)
    if reason not in (None, "empty"):
        return reason
    if facts.is_paywalled and len(draft.text) < 2 * STUB:
        return "paywall_stub"
    if notnews.is_landing(draft.text, html.count("<a "), facts.is_article):
        return "landing_page"
    return reason


def _visible(tree: HtmlElement) -> list[str]:
    hidden = {"script", "style", "noscript", "template", "svg", "head"}
    found: list[str] = []
    size = 0
    for element in tree.iter():
        if element.tag not in hidden and isinstance(element.tag, str) and element.text:
            found.append(element.text)
            size += len(element.text)
        if element.tail and element.tag != "head":
            found.append(element.tail)
        if size > 8000:
            break
    return found


# --- plain texts -------------------------------------------------------------------------


def _plain(
    raw: RawDocument, source: str, warnings: tuple[str, ...], rules: BoilerplateRules
) -> _Draft:
    lines = read_lines(source)
    texts = [line.text for line in lines]
    title, at, reasons = _plain_title(raw, texts, rules)
    head: list[str | None] = [*reasons, *[None] * (len(texts) - len(reasons))]
    if at is not None:
        head[at] = "title"  # holds its place while the others are judged
    judged = boilerplate.judge(texts, title, rules, head)
    kept = [line for line, reason in zip(lines, judged, strict=True) if reason is None]
    removed = tuple(
        Removed(reason, line.text, line.start, line.end)
        for line, reason in zip(lines, judged, strict=True)
        if reason not in (None, "title")
    )
    facts = metadata.PageFacts()
    when, date_warnings = published.choose_published(facts, raw, None, raw.url or "")
    text = "\n".join(line.text for line in kept)
    return _Draft(
        url=metadata.choose_url(facts, raw),
        title=title,
        text=text,
        published=when,
        warnings=(*warnings, *date_warnings),
        removed=removed,
        segments=segments(kept),
        author=clean(raw.author) or None if raw.author else None,
        not_news=None if text else "empty",
    )


def _plain_title(
    raw: RawDocument, texts: list[str], rules: BoilerplateRules
) -> tuple[str | None, int | None, tuple[str | None, ...]]:
    """Title, the line it stands on (None if on none), and reasons for the lines above it."""
    if not raw.title:
        head = boilerplate.find_head(texts, rules)
        found = texts[head.title] if head.title is not None else None
        return found, head.title, head.reasons
    title = clean(raw.title)
    wanted = fold(title)
    for index, text in enumerate(texts[:4]):
        if fold(text) == wanted:
            above = boilerplate.find_head(texts, rules)
            return title, index, above.reasons if above.title == index else ()
    return title, None, ()


# --- both --------------------------------------------------------------------------------


def _finish(draft: _Draft, raw: RawDocument, rules: BoilerplateRules) -> Document:
    folded = fold(draft.text)
    basis = draft.text if len(draft.text) > 60 else f"{draft.title or ''} {draft.text}"
    declared = raw.language or draft.declared_language
    language, confidence = identify(basis, rules.letters, declared)
    return Document(
        doc_id=raw.doc_id,
        url=draft.url,
        source_id=raw.source_id,
        title=draft.title,
        text=draft.text,
        language=language,
        language_confidence=confidence,
        published=draft.published.at,
        published_basis=draft.published.basis,
        published_is_day=draft.published.is_day,
        author=draft.author,
        site_name=draft.site_name,
        segments=draft.segments,
        removed=draft.removed,
        text_digest=digest_of_folded(folded),
        signature=signature_of_words(folded.split()),
        not_news=draft.not_news,
        warnings=draft.warnings,
        published_day=draft.published.day,
    )


def _name(raw: RawDocument) -> str:
    return raw.url or raw.doc_id
