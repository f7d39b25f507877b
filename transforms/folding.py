"""Folding: texts made comparable for matching, with the way back to the original.

Case, quotation marks, dashes, digits of other scripts and the spelling variants a language
file names are made one. Every folded character knows which original code points it came
from, so that a match found in folded text is cited exactly.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dossiers.languages import Language

_SAME = {
    **dict.fromkeys("’‘ʼ`´ʹ′＇", "'"),
    **dict.fromkeys("“”„«»‟″", '"'),
    **dict.fromkeys("‐‑‒–—―−֊", "-"),
    "․": ".",  # one dot leader, often typed as a full stop
    **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u3000", " "),
}
_ALWAYS_DROPPED = "\u0307\u00ad\u200b\u200d\u200e\u200f\u2060\ufeff"
# U+0307 is what a dotted capital I leaves behind when it was lower-cased elsewhere.


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and its map.

    Attributes:
        text: the folded text.
        map: for each folded character the original index it starts at, and at the end the
            original length: ``len(text) + 1`` values, never falling.
        ends: for each folded character the original index after it: ``len(text)`` values.
    """

    text: str
    map: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original code-point span of ``self.text[start:end]`` (end exclusive)."""
        if end <= start:
            return self.map[start], self.map[start]
        return self.map[start], self.ends[end - 1]


class _CharTable(dict[int, str]):
    """A table for ``str.translate`` that works out each character once."""

    def __init__(self, chars: dict[str, str], *, strips_accents: bool) -> None:
        super().__init__()
        self.chars, self.strips_accents = chars, strips_accents

    def __missing__(self, code: int) -> str:
        folded = self[code] = self._fold(chr(code))
        return folded

    def _fold(self, char: str) -> str:
        if char in self.chars:
            return self.chars[char]
        if char in _SAME:
            return _SAME[char]
        if char.isdecimal():
            return str(unicodedata.decimal(char))
        lower = char.lower()
        lower = lower if len(lower) == 1 else lower[0]
        lower = self.chars.get(lower, lower)
        if self.strips_accents and ord(lower) > 127:
            base = unicodedata.normalize("NFD", lower)[0]
            return base if base.isalpha() else lower
        return lower


@lru_cache(maxsize=64)
def _rules(language: Language) -> tuple[_CharTable, re.Pattern[str]]:
    rules = language.fold
    table = _CharTable(dict(rules.chars), strips_accents=rules.strips_accents)
    dropped = "[" + re.escape(rules.drop + _ALWAYS_DROPPED) + "]"
    # A mark that is dropped may stand inside a pair.
    parts = [
        f"{dropped}*".join(map(re.escape, pair))
        for pair in sorted(rules.pairs, key=len, reverse=True)
    ]
    parts.append(f"{dropped}+")
    return table, re.compile("|".join(parts), re.IGNORECASE)


def fold(text: str, language: Language) -> Folded:
    """Fold ``text`` by the rules of ``language``. Never fails; empty text gives empty."""
    table, special = _rules(language)
    if special.search(text) is None:
        return Folded(text.translate(table), range(len(text) + 1), range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for match in special.finditer(text):
        here, after = match.span()
        pieces.append(text[position:here].translate(table))
        starts.extend(range(position, here))
        ends.extend(range(position + 1, here + 1))
        target = language.fold.pairs.get(_undropped(match.group().translate(table), language))
        if target is not None:
            pieces.append(target)
            starts.append(here)
            ends.append(after)
        position = after
    pieces.append(text[position:].translate(table))
    starts.extend(range(position, len(text) + 1))
    ends.extend(range(position + 1, len(text) + 1))
    return Folded("".join(pieces), starts, ends)


def _undropped(text: str, language: Language) -> str:
    marks = language.fold.drop + _ALWAYS_DROPPED
    return "".join(char for char in text if char not in marks)


@lru_cache(maxsize=65536)
def fold_word(word: str, language: Language) -> str:
    """Folded text of a short string, cached: for lexicons and tokens."""
    return fold(word, language).text


def fold_pattern(pattern: str, language: Language) -> str:
    """A regular expression from a language file, folded character by character.

    Its syntax is plain ASCII in small letters, which folding leaves alone.
    """
    return pattern.translate(_rules(language)[0])
