"""Text put into one form without losing its way back to the source.

`clean` yields the form all other transforms work on: NFC, plain spaces, no invisible
characters, no control characters. `clean_mapped` does the same and keeps, for every
character of the result, where it came from; `segments` packs such a map into runs.

Kept on purpose: ZERO WIDTH NON-JOINER between letters (it separates morphemes in scripts
that join letters) and typographic quotes and dashes (they are the text).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from transforms.records import Segment

_ODD_SPACE = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x0b\x0c\x1c-\x1f\x85\u2028\u2029"
# Soft hyphen, zero-width space and joiner, word joiner, byte-order mark, directional marks,
# other C0/C1 controls. U+200C is not among them.
_INVISIBLE = (
    "\u00ad\u200b\u200d-\u200f\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffe\uffff"
)
_ZWNJ = "\u200c"
_DIRTY = re.compile(f"[{_ODD_SPACE}{_INVISIBLE}{_ZWNJ}\r\n]|  ")
_SPACE_RUN = re.compile(f"[ \r\n{_ODD_SPACE}]+")
_DROP = re.compile(f"[{_INVISIBLE}]")
_STRAY_ZWNJ = re.compile(f"(?<!\\w){_ZWNJ}+|{_ZWNJ}+(?!\\w)|(?<={_ZWNJ}){_ZWNJ}+")


def clean(line: str) -> str:
    """One line or paragraph in normal form: see the module's docstring. Idempotent."""
    line = unicodedata.normalize("NFC", line)
    if _DIRTY.search(line):
        line = _DROP.sub("", line)
        line = _STRAY_ZWNJ.sub("", line)
        line = _SPACE_RUN.sub(" ", line)
        # dropping an invisible can bring a letter and its accent together
        line = unicodedata.normalize("NFC", line)
    return line.strip()


def clean_mapped(line: str, offset: int) -> tuple[str, list[int]]:
    """`clean` with the source position (``offset`` added) of each resulting character."""
    cleaned = clean(line)
    start = line.find(cleaned)
    if start >= 0:  # the usual case: nothing but the ends was touched
        first = offset + start
        return cleaned, list(range(first, first + len(cleaned)))
    positions = _align(line, cleaned)
    return cleaned, [offset + p for p in positions]


def _align(source: str, cleaned: str) -> list[int]:
    """Greedy left-to-right alignment: sound because `clean` only drops, joins or composes."""
    positions: list[int] = []
    at = 0
    for char in cleaned:
        base = unicodedata.normalize("NFD", char)[0]
        while at < len(source) and not _stands_for(source[at], char, base):
            at += 1
        positions.append(min(at, max(len(source) - 1, 0)))
        at += 1
    return positions


def _stands_for(original: str, char: str, base: str) -> bool:
    if original == char:
        return True
    if char == " ":
        return bool(_SPACE_RUN.match(original))
    return unicodedata.normalize("NFD", original)[0] == base


def segments(positions: Sequence[int], start: int = 0) -> list[Segment]:
    """Runs of consecutive source positions, for text that begins at ``start``."""
    found: list[Segment] = []
    run = 0
    for index in range(1, len(positions) + 1):
        if index == len(positions) or positions[index] != positions[index - 1] + 1:
            found.append(Segment(start + run, positions[run], index - run))
            run = index
    return found


_WORD = re.compile(r"\w+")
_MARKS = dict.fromkeys(
    [0x0307, 0x0640, 0x200C, 0x00AD, 0x2019, 0x0027, 0x02BC, 0x055B, 0x055C, 0x055E], None
)


def fold(text: str) -> str:
    """Words only, case-folded, one space between: for comparison, never for display.

    The combining dot that lower-casing a dotted capital I leaves behind, the stretch mark of
    joining scripts, ZWNJ, apostrophes and intonation marks set inside words are dropped, so
    that spelling habits do not make two copies differ.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_MARKS)
    return " ".join(_WORD.findall(folded))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return fold(text).split()
