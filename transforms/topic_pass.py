"""Which pages of an archive are worth extracting: a topic-first pass over their raw bytes.

Extraction costs tens of milliseconds a page, looking for names a tenth of one. A page that
names only one of the parties cannot be relevant (`transforms.relevance`), whatever its layout
says, so it is not extracted. Two looks:

1. over the bytes as they came, for the names of both parties in every script the dossier
   knows, each in the charsets its script was ever served in and as HTML character references
   (Hyperscan: all literals at once; Wang et al., NSDI 2019);
2. over the main content alone (resiliparse: Bevendorff et al., ECIR 2018), for those that
   passed: menus of regional outlets name every country on every page.

The pass may only err towards extracting too much; its recall is measured in `benchmarks`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import hyperscan
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

if TYPE_CHECKING:
    from dossiers.records import Dossier, Entity

_CHARSETS: Final = (
    *("utf-8", "cp1251", "koi8-r", "iso8859-5", "cp1254", "cp1256", "iso8859-9"),
    *("utf-16-le", "utf-16-be", "mac-cyrillic"),
)
MIN_MAIN_TEXT: Final = 200
"""Characters of main content below which the second look is not trusted."""
_MIN_STEM: Final = 3
_LATIN_MIN_STEM: Final = 4
_TRIMMED_FROM: Final = 6
_LETTERS: Final = {"ی": "ي", "ک": "ك", "և": "եւ", "ё": "е", "ı": "i", "ə": "e", "ş": "s", "ğ": "g"}
"""Letters printed in more than one way; a stem is sought in both."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides of the process a text names: 1 the first party, 2 the second, 3 both."""

    mask: int

    @property
    def both(self) -> bool:
        """Whether both are named, or what is in dispute between them."""
        return self.mask == 3


class TopicPass:
    """The names of both parties, compiled once.

    Args:
        stems: (stem, side): side 1, 2, or 3 for what stands for both.
    """

    def __init__(self, stems: dict[str, int]) -> None:
        sides: dict[bytes, int] = defaultdict(int)
        for stem, side in stems.items():
            for pattern in _encoded(stem):
                sides[pattern] |= side
        patterns = sorted(sides)
        self._sides = [sides[pattern] for pattern in patterns]
        self._database = hyperscan.Database()
        self._database.compile(
            # in hexadecimal: a NUL byte would end the pattern
            expressions=[b"".join(b"\\x%02x" % b for b in pattern) for pattern in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(patterns),
        )

    @classmethod
    def build(cls, dossier: Dossier) -> TopicPass:
        """The pass for a dossier: its parties, their places and people, what is in dispute."""
        return cls(dict(_stems(dossier)))

    def sides(self, body: bytes) -> Sides:
        """The sides named anywhere in the bytes; stops at the first moment both are."""
        found = 0

        def note(number: int, *_: Any) -> bool | None:
            nonlocal found
            found |= self._sides[number]
            return True if found == 3 else None

        with suppress(hyperscan.ScanTerminated):
            self._database.scan(body, match_event_handler=note)
        return Sides(found)

    def wants(self, body: bytes) -> bool:
        """Whether a page is worth extracting."""
        if not self.sides(body).both:
            return False
        main = main_text(body)
        return len(main) < MIN_MAIN_TEXT or self.sides(main.encode("utf-8", "replace")).both


def main_text(body: bytes) -> str:
    """The main content of a page, fast and roughly."""
    text = bytes_to_str(body, detect_encoding(body) or "utf-8")
    return str(extract_plain_text(text, main_content=True, alt_texts=False))


def _stems(dossier: Dossier) -> Iterator[tuple[str, int]]:
    process = dossier.process
    first, second = process.parties
    states = {dossier.actors[first].country: 1, dossier.actors[second].country: 2}
    for entity in dossier.entities.values():
        side = _side_of(entity, dossier, states)
        if side:
            for form in entity.forms:
                stem = _stem(form.text)
                if stem:
                    yield stem, side


def _side_of(entity: Entity, dossier: Dossier, states: dict[str | None, int]) -> int:
    process = dossier.process
    if entity.id in process.disputed or entity.id in process.party_groups:
        return 3
    offices = getattr(entity, "offices", ())
    if offices:
        sides = {states.get(dossier.actors[o.actor].country, 0) for o in offices}
        return max(sides)  # who served both sides is rare, and wanting too much is safe
    return states.get(getattr(entity, "country", None), 0)


def _stem(text: str) -> str:
    """A name without the end that inflects; empty where it says too little."""
    name = " ".join(text.lower().split())
    stem = name[:-2] if len(name) > _TRIMMED_FROM else name[:-1] if len(name) > 5 else name
    least = _LATIN_MIN_STEM if stem.isascii() else _MIN_STEM
    return stem if len(stem) >= least else ""


def _encoded(stem: str) -> Iterator[bytes]:
    """A stem as bytes: every case, letter variant, charset, and as character references."""
    variants = {stem}
    for letter, other in _LETTERS.items():
        variants |= {variant.replace(letter, other) for variant in variants}
    for variant in variants:
        for cased in {variant, variant.capitalize(), variant.upper()}:
            for charset in _CHARSETS:
                try:
                    yield cased.encode(charset)
                except UnicodeEncodeError:
                    continue
            if not cased.isascii():
                yield "".join(f"&#{ord(c)};" if ord(c) > 127 else c for c in cased).encode()
                yield "".join(f"&#x{ord(c):x};" if ord(c) > 127 else c for c in cased).encode()
                yield "".join(f"&#x{ord(c):X};" if ord(c) > 127 else c for c in cased).encode()
