"""Which pages of an archive are worth extracting: a topic-first pass over their raw bytes.

Extraction costs tens of milliseconds a page, looking for names a twentieth of one. A page that
names only one of the parties cannot be relevant (`transforms.relevance`), whatever its layout
says, so it is not extracted. Three looks, each at what the one before let through:

1. at the bytes as they came, for the names of both parties (`transforms.topic_stems`;
   Hyperscan finds all at once: Wang et al., NSDI 2019);
2. at where they stand: a link by itself is a menu, a headline beside the text or a tag, and
   the menus of regional outlets name every country on every page;
3. at title and main content alone (resiliparse: Bevendorff et al., ECIR 2018).

The pass may only err towards extracting too much; its recall is measured in `benchmarks`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import hyperscan
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from transforms.charset import decode
from transforms.topic_stems import BOTH, patterns

if TYPE_CHECKING:
    from dossiers.languages import Language
    from dossiers.records import Dossier

MIN_MAIN_TEXT: Final = 200
"""Characters of main content below which the third look is not trusted."""
_WIDE_HEAD: Final = 64
"""Bytes at the beginning of a page among which one in UTF-16 has a zero."""
_LINK_BYTES: Final = 1500
"""How long a link may be, its address included."""
_INLINE = rb"b|i|em|strong|u|span|font|mark"
_OPENED = re.compile(rb"(?:\s|&nbsp;|<(?:" + _INLINE + rb")\b[^<>]*>)*\Z")
_CLOSED = re.compile(rb"(?:\s|&nbsp;|</(?:" + _INLINE + rb")>)*")
_AROUND: Final = 200


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides of the process a text names: 1 the first party, 2 the second, 3 both."""

    mask: int

    @property
    def both(self) -> bool:
        """Whether both are named, or what is in dispute between them."""
        return self.mask == BOTH


class TopicPass:
    """The names of both parties, compiled once.

    Args:
        names: bytes to look for, with the sides they stand for: 1, 2, or 3 for both.
    """

    def __init__(self, names: Mapping[bytes, int]) -> None:
        ordered = sorted(names)
        self._sides = [names[name] for name in ordered]
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=ordered,
            ids=list(range(len(ordered))),
            elements=len(ordered),
            literal=True,
        )

    def __getstate__(self) -> tuple[list[int], bytes]:
        """Pickled compiled: compiling takes seconds, and every scanning process needs it."""
        return self._sides, hyperscan.dumpb(self._database)

    def __setstate__(self, state: tuple[list[int], bytes]) -> None:
        self._sides, compiled = state
        self._database = hyperscan.loadb(compiled, mode=hyperscan.HS_MODE_BLOCK)
        self._database.scratch = hyperscan.Scratch(self._database)

    @classmethod
    def build(cls, dossier: Dossier, languages: Mapping[str, Language]) -> TopicPass:
        """The pass for a dossier: its parties, their places and people, what is in dispute."""
        return cls(patterns(dossier, languages))

    def sides(self, body: bytes) -> Sides:
        """The sides named anywhere in the bytes; stops at the first moment both are."""
        found = 0

        def note(number: int, *_: Any) -> bool | None:
            nonlocal found
            found |= self._sides[number]
            return True if found == BOTH else None

        with suppress(hyperscan.ScanTerminated):
            self._database.scan(body, match_event_handler=note)
        return Sides(found)

    def sides_in_prose(self, body: bytes) -> Sides:
        """The sides named elsewhere than in links that stand by themselves."""
        found = 0

        def note(number: int, _start: int, end: int, *_: Any) -> bool | None:
            nonlocal found
            side = self._sides[number]
            if found | side != found and not _in_lone_link(body, end):
                found |= side
            return True if found == BOTH else None

        with suppress(hyperscan.ScanTerminated):
            self._database.scan(body, match_event_handler=note)
        return Sides(found)

    def wants(self, body: bytes, charset: str | None = None) -> bool:
        """Whether a page is worth extracting.

        Args:
            body: as it came.
            charset: as the transport declares it.
        """
        if b"\0" in body[:_WIDE_HEAD]:
            body, charset = decode(body, charset)[0].encode("utf-8", "replace"), "utf-8"
        if not (self.sides(body).both and self.sides_in_prose(body).both):
            return False
        main = main_text(body, charset)
        return len(main) < MIN_MAIN_TEXT or self.sides(main.encode("utf-8", "replace")).both


def main_text(body: bytes, charset: str | None = None) -> str:
    """Title and main content of a page, fast and roughly; empty where there is no content."""
    tree = HTMLTree.parse(decode(body, charset)[0])
    title = tree.title or ""
    main = str(extract_plain_text(tree, main_content=True, alt_texts=False))
    return f"{title}\n{main}" if main.strip() else ""


def _in_lone_link(body: bytes, end: int) -> bool:
    """Whether what ends there is a link's text, with no running text before or behind it."""
    low = max(0, end - _LINK_BYTES)
    tag = body.rfind(b"<", low, end)
    if body.startswith(b"<option", tag):
        return True
    start = body.rfind(b"<a ", low, end)
    if start < 0 or body.rfind(b"</a", start, end) > 0:
        return False
    before = body[max(0, start - _AROUND) : start]
    if not before[: _OPENED.search(before).start()].endswith(b">"):  # type: ignore[union-attr]
        return False
    close = body.find(b"</a>", end, end + _LINK_BYTES)
    if close < 0:
        return False
    after = _CLOSED.match(body, close + 4)
    return after is not None and body.startswith(b"<", after.end())
