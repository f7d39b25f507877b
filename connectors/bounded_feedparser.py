"""feedparser under limits it does not have itself.

feedparser builds everything a document holds, and some of its steps grow with the square of
what they are given (an author's name, repeated categories, blank lines before the first
element). Its two parsers are driven here event by event, so that the first items are read and
the rest of a hostile document is not. What it may stumble over becomes one exception.
"""

from __future__ import annotations

import io
import re
import xml.sax
import xml.sax.handler
from dataclasses import dataclass, field
from typing import Any, Final

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype

MAX_ENTRIES: Final = 5_000
MAX_ELEMENTS: Final = 500_000
MAX_DEPTH: Final = 200
MAX_TEXT: Final = 200_000
"""Characters kept of one element."""
MAX_AUTHOR: Final = 200
"""Characters kept of an author: feedparser looks for an address in it in quadratic time."""
MAX_TAGS: Final = 50
"""Categories kept of an entry: each is compared with all before it."""
MAX_ATTRIBUTE: Final = 20_000

_XML_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]{0,1000}>")
_FIRST_ELEMENT: Final = re.compile(r"<\w")
_BLANKS: Final = re.compile(r"\s+")
_PEOPLE: Final = frozenset({"author", "contributor", "publisher", "name", "email"})


class _Enough(Exception):
    """A limit was reached; what was read until then stands."""


@dataclass(slots=True)
class ReadFeed:
    """What feedparser made of a document.

    Attributes:
        feed, entries, version: as `feedparser.parse` gives them.
        trouble: what the strict parser complained of, empty when nothing.
        limit: the limit that ended the reading, empty when none did.
    """

    version: str = ""
    feed: dict[str, Any] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""
    limit: str = ""


class _Bounded:
    """The limits, over either parser of feedparser's."""

    elements = 0
    kept = 0

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        me: Any = self
        self.elements += 1
        self.kept = 0
        if self.elements > MAX_ELEMENTS:
            raise _Enough(f"more than {MAX_ELEMENTS:,} elements")
        if len(me.elementstack) > MAX_DEPTH or len(me.basestack) > MAX_DEPTH:
            raise _Enough(f"nested more than {MAX_DEPTH} deep")
        if len(me.entries) > MAX_ENTRIES:
            raise _Enough(f"more than {MAX_ENTRIES:,} items")
        short = [(name, value[:MAX_ATTRIBUTE]) for name, value in attrs[:100]]
        super().unknown_starttag(tag, short)  # type: ignore[misc]

    def handle_data(self, text: str, escape: int = 1) -> None:
        me: Any = self
        name = me.elementstack[-1][0] if me.elementstack else ""
        room = (MAX_AUTHOR if name in _PEOPLE or me.inauthor else MAX_TEXT) - self.kept
        self.kept += len(text)
        if room > 0:
            super().handle_data(text[:room], escape)  # type: ignore[misc]

    def _add_tag(self, term: str, scheme: str, label: str) -> None:
        me: Any = self
        if len(me._get_context().get("tags") or ()) < MAX_TAGS:
            super()._add_tag(term, scheme, label)  # type: ignore[misc]


_Strict: Any = type("_Strict", (_Bounded, StrictFeedParser), {})
_Loose: Any = type("_Loose", (_Bounded, LooseFeedParser), {})


def read(text: str, url: str) -> ReadFeed:
    """Read a feed with the strict parser, or with the loose one where that stumbles.

    Args:
        text: the document, decoded.
        url: the address it came from.
    """
    version, data, entities = replace_doctype(_tidied(text).encode("utf-8", "replace"))
    parser, trouble, limit = _Strict(url, None, "utf-8"), "", ""
    _settle(parser)
    try:
        _feed_strictly(parser, data)
    except _Enough as reached:
        limit = str(reached)
    except Exception as error:  # not well-formed, or feedparser stumbled: the loose one tries
        trouble = str(parser.exc or error) or type(error).__name__
        parser = _Loose(url, None, "utf-8", entities)
        _settle(parser)
        limit = _feed_loosely(parser, data)
    version = version or parser.version or ""
    return ReadFeed(version, parser.feeddata, parser.entries, trouble, limit)


def _settle(parser: Any) -> None:
    """`connectors.plain` strips all markup later, so no HTML is mended here."""
    parser.resolve_relative_uris = False
    parser.sanitize_html = False


def _feed_strictly(parser: Any, data: bytes) -> None:
    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(data))
    source.setEncoding("utf-8")
    reader.parse(source)


def _feed_loosely(parser: Any, data: bytes) -> str:
    try:
        parser.feed(data.decode("utf-8", "replace"))
    except _Enough as limit:
        return str(limit)
    except Exception:  # what was read until then is kept; the strict parser said what is wrong
        return ""
    return ""


def _tidied(text: str) -> str:
    """Without XML declaration (the text is decoded) and runs of blanks before the first element,
    over which feedparser's patterns take quadratic time.
    """
    text = text.lstrip()
    declaration = _XML_DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text
    first = _FIRST_ELEMENT.search(text)
    head = first.start() if first else 0
    return _BLANKS.sub(_one_blank, text[:head]) + text[head:]


def _one_blank(run: re.Match[str]) -> str:
    return "\n" if "\n" in run[0] else " "
