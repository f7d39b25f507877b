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
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import hyperscan
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from transforms.charset import decode
from transforms.topic_stems import BOTH, Patterns, patterns

if TYPE_CHECKING:
    from dossiers.languages import Language
    from dossiers.records import Dossier

MIN_MAIN_TEXT: Final = 200
"""Characters of main content below which the third look is not trusted."""
_WIDE_HEAD: Final = 64
"""Bytes at the beginning of a page among which one in UTF-16 has a zero."""
_SPELT_LETTER: Final = (
    rb"&#0*(?:19[2-9]|[2-6]\d\d|1[0-7]\d\d|4[23]\d\d);"
    rb"|&#[xX]0*(?:[c-fC-F]|[12456]|10)[0-9a-fA-F]{1,2};"
    rb"|&[A-Za-z](?:acute|grave|uml|circ|cedil|tilde|ring|caron);"
    rb"|\\u(?:0[1-6]|10)[0-9a-fA-F]{2}"
)
"""A letter beyond ASCII written out: as a reference, or escaped in a script."""
_LINK_BYTES: Final = 1500
"""How long a link may be, its address included."""
_GAP = (
    rb"\s|&nbsp;|[|/*]|&(?:middot|bull|raquo|rsaquo|#183|#8226);"
    rb"|\xc2[\xa0\xb7\xbb]|\xe2\x80[\xa2\xba\x93\x94]"
    rb"|</?(?:b|i|em|strong|u|span|font|mark|small)\b[^<>]*>"
)
_INLINE = re.compile(rb"</?(?:b|i|em|strong|u|span|font|mark|small)\b", re.I)
"""What parts the links of a menu, or dresses one: no running text."""
_BEFORE = re.compile(rb"(?:" + _GAP + rb")*\Z", re.I)
_AFTER = re.compile(rb"(?:" + _GAP + rb")*", re.I)
_CLOSE = re.compile(rb"</a>", re.I)
_AROUND: Final = 200


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides of the process a text names: 1 the first party, 2 the second, 3 both."""

    mask: int

    @property
    def both(self) -> bool:
        """Whether both are named, or what is in dispute between them."""
        return self.mask == BOTH


class _Names:
    """Names compiled to be found all at once, each with the sides it stands for."""

    def __init__(self, names: Mapping[bytes, int], flags: int = 0) -> None:
        ordered = sorted(names)
        self.sides = [names[name] for name in ordered]
        self.database = hyperscan.Database()
        self.database.compile(
            expressions=ordered,
            ids=list(range(len(ordered))),
            elements=len(ordered),
            flags=flags,
            literal=True,
        )

    def __getstate__(self) -> tuple[list[int], bytes]:
        """Pickled compiled, for every scanning process."""
        return self.sides, hyperscan.dumpb(self.database)

    def __setstate__(self, state: tuple[list[int], bytes]) -> None:
        self.sides, compiled = state
        self.database = hyperscan.loadb(compiled, mode=hyperscan.HS_MODE_BLOCK)
        self.database.scratch = hyperscan.Scratch(self.database)

    def look(self, body: bytes, found: int, counts: Callable[[bytes, int], bool]) -> int:
        """The sides found, those given among them; stops at the first moment both are.

        ``counts`` says whether a name that ends at a byte counts.
        """

        def note(number: int, _start: int, end: int, *_: Any) -> bool | None:
            nonlocal found
            side = self.sides[number]
            if found | side != found and counts(body, end):
                found |= side
            return True if found == BOTH else None

        with suppress(hyperscan.ScanTerminated):
            self.database.scan(body, match_event_handler=note)
        return found


class TopicPass:
    """The names of both parties, compiled once."""

    def __init__(self, names: Patterns) -> None:
        self._plain = _Names(names.plain)
        spelt = names.spelt
        self._spelt = _Names(spelt, hyperscan.HS_FLAG_CASELESS) if spelt else None

    @classmethod
    def build(cls, dossier: Dossier, languages: Mapping[str, Language]) -> TopicPass:
        """The pass for a dossier: its parties, their places and people, what is in dispute."""
        return cls(patterns(dossier, languages))

    def sides(self, body: bytes) -> Sides:
        """The sides named anywhere in the bytes."""
        return Sides(self._look(body, _anywhere))

    def sides_in_prose(self, body: bytes) -> Sides:
        """The sides named elsewhere than in links that stand by themselves."""
        return Sides(self._look(body, _in_prose))

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

    def _look(self, body: bytes, counts: Callable[[bytes, int], bool]) -> int:
        found = self._plain.look(body, 0, counts)
        if found != BOTH and self._spelt and _is_spelt(body):
            found = self._spelt.look(body, found, counts)
        return found


def main_text(body: bytes, charset: str | None = None) -> str:
    """Title and main content of a page, fast and roughly; empty where there is no content."""
    tree = HTMLTree.parse(decode(body, charset)[0])
    title = tree.title or ""
    main = str(extract_plain_text(tree, main_content=True, alt_texts=False))
    return f"{title}\n{main}" if main.strip() else ""


@cache
def _spelt_letters() -> Any:
    database = hyperscan.Database()
    database.compile(expressions=[_SPELT_LETTER], ids=[0], elements=1)
    return database


def _is_spelt(body: bytes) -> bool:
    """Whether a page writes letters out (Hyperscan, which is faster at it than `re`)."""
    found = False

    def note(*_: Any) -> bool:
        nonlocal found
        found = True
        return True

    with suppress(hyperscan.ScanTerminated):
        _spelt_letters().scan(body, match_event_handler=note)
    return found


def _anywhere(_body: bytes, _end: int) -> bool:
    return True


def _in_prose(body: bytes, end: int) -> bool:
    return not _in_lone_link(body, end)


def _in_lone_link(body: bytes, end: int) -> bool:
    """Whether what ends there is a link's text, with no running text before or behind it."""
    low = max(0, end - _LINK_BYTES)
    if body.startswith(b"<option", body.rfind(b"<", low, end)):
        return True
    start = max(body.rfind(b"<a ", low, end), body.rfind(b"<A ", low, end))
    if start < 0 or body.find(b"</a", start, end) > 0 or body.find(b"</A", start, end) > 0:
        return False
    if not _is_after_block(body[max(0, start - _AROUND) : start]):
        return False
    close = _CLOSE.search(body, end, end + _LINK_BYTES)
    after = _AFTER.match(body, close.end()) if close else None
    return after is not None and body.startswith(b"<", after.end())


def _is_after_block(before: bytes) -> bool:
    """Whether nothing but what parts links stands between a link and the tag before it."""
    if before.endswith(b">") and not _INLINE.match(before, before.rfind(b"<")):
        return True  # how it is most often, found without a search
    gap = _BEFORE.search(before)
    return gap is not None and before.endswith(b">", 0, gap.start())
