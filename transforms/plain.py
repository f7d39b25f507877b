"""A plain text as lines that know where they came from.

Lines are paragraphs, as most text files have them; where a text is hard-wrapped, as wire
copy and press releases often are, blocks of lines are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.boilerplate import TERMINAL
from transforms.normalise import clean_mapped
from transforms.normalise import segments as runs_of
from transforms.records import Segment

_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Line:
    """A cleaned line and, for each of its characters, its place in the source."""

    text: str
    positions: list[int]

    @property
    def start(self) -> int:
        """Of its first character in the source."""
        return self.positions[0]

    @property
    def end(self) -> int:
        """After its last character in the source."""
        return self.positions[-1] + 1


def read_lines(source: str) -> list[Line]:
    """The lines of a text that have anything in them."""
    cleaned = (clean_mapped(source[start:end], start) for start, end in _spans(source))
    return [Line(text, positions) for text, positions in cleaned if text]


def segments(lines: Sequence[Line]) -> tuple[Segment, ...]:
    """The map of the joined lines; a newline between two is no part of any segment."""
    found: list[Segment] = []
    at = 0
    for line in lines:
        found.extend(runs_of(line.positions, at))
        at += len(line.positions) + 1
    return tuple(found)


def _spans(source: str) -> list[tuple[int, int]]:
    """Spans of paragraphs: lines, or blocks of lines where the text is hard-wrapped."""
    spans: list[tuple[int, int]] = []
    at = 0
    for match in _BREAK.finditer(source):
        spans.append((at, match.start()))
        at = match.end()
    spans.append((at, len(source)))
    return _unwrapped(source, spans) if _is_wrapped(source, spans) else spans


def _is_wrapped(source: str, spans: list[tuple[int, int]]) -> bool:
    """Typewriter lines: all short, most of those followed by another broken in mid-sentence."""
    sizes = [end - start for start, end in spans]
    if max(sizes) > 100:
        return False
    inner = [i for i in range(len(spans) - 1) if sizes[i] > 40 and sizes[i + 1] > 0]
    broken = sum(not TERMINAL.search(source[slice(*spans[i])].rstrip()) for i in inner)
    return len(inner) >= 3 and broken * 10 >= 7 * len(inner)


def _unwrapped(source: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    is_open = False
    for start, end in spans:
        if not source[start:end].strip():
            is_open = False
        elif is_open:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
            is_open = True
    return joined
