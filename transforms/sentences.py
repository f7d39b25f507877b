"""Sentences and paragraphs as spans.

A line feed always ends a sentence. A soft stop (the Latin full stop) ends one unless what
stands before it is an abbreviation, an initial or part of a number, or a small letter
follows. Closing quotation marks and brackets after the stop belong to the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dossiers.languages import Language

_CLOSERS = "\"'”’»›)]}›“"
_SPACED_CLOSERS = "»"  # may stand after a space
_AROUND = 4  # letters that a stop without a space stands between
_OPENERS = "\"'“‘„«‹([{—–- "
_WORD_BEFORE = re.compile(r"[^\W_][\w.'’-]*\Z", re.UNICODE)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points ``start`` to ``end``, end exclusive."""

    start: int
    end: int


def paragraphs(text: str) -> tuple[Span, ...]:
    """Spans of the lines that hold more than white space, trimmed."""
    return tuple(
        trimmed
        for match in re.finditer(r"[^\n]+", text)
        if (trimmed := _trim(text, match.start(), match.end())) is not None
    )


def split(text: str, language: Language) -> tuple[Span, ...]:
    """Sentences of ``text`` in order, trimmed; together they hold all but white space."""
    stop = _stops(language)
    found: list[Span] = []
    for paragraph in paragraphs(text):
        begin = paragraph.start
        for match in stop.finditer(text, paragraph.start, paragraph.end):
            if match.end() >= paragraph.end or not _ends(text, match, paragraph, language):
                continue
            if span := _trim(text, begin, match.end()):
                found.append(span)
            begin = match.end()
        if span := _trim(text, begin, paragraph.end):
            found.append(span)
    return tuple(found)


@lru_cache(maxsize=64)
def _stops(language: Language) -> re.Pattern[str]:
    rules = language.sentences
    stops = re.escape(rules.hard_stops + rules.soft_stops)
    unspaced = "".join(char for char in _CLOSERS if char not in _SPACED_CLOSERS)
    # one way to match and one start for a run of stops: a page may hold ten thousand of them
    closers = rf"(?:[ \u00a0\u202f]?[{re.escape(_SPACED_CLOSERS)}]|[{re.escape(unspaced)}])*"
    return re.compile(rf"(?<![{stops}])[{stops}]++{closers}(?=\s|[^\W\d_]|[{re.escape(_OPENERS)}])")


def _trim(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return Span(start + left, start + right) if right > left else None


def _ends(text: str, match: re.Match[str], paragraph: Span, language: Language) -> bool:
    """Whether the stop ends a sentence."""
    rules = language.sentences
    stop = match.group()
    follows = text[match.end() : min(match.end() + 12, paragraph.end)]
    if not follows[:1].isspace() and not _joins_capital(text, match, follows, language):
        return False
    after = follows.lstrip().lstrip(_OPENERS)
    if any(char in rules.hard_stops for char in stop):
        # "Really?" she asked: a small letter after a closing quote goes on.
        return not (language.is_cased and after[:1].islower())
    if language.is_cased and after[:1].islower():
        return False
    before = _WORD_BEFORE.search(text, max(paragraph.start, match.start() - 30), match.start())
    if before is None:
        return True
    is_quoted = len(stop.rstrip(_CLOSERS + " \u00a0\u202f")) < len(stop) and len(before.group()) > 1
    return is_quoted or _word_allows_end(before.group(), after, language)


def _joins_capital(text: str, match: re.Match[str], follows: str, language: Language) -> bool:
    """A missing space: a long word, the stop, a capital (``done.Then``), or, in scripts without
    capitals, a word of that script.
    """
    if not language.is_cased and match.group() in language.sentences.soft_stops:
        around = text[max(0, match.start() - 2) : match.start()] + follows[:2]
        return len(around) == _AROUND and around.isalpha() and not around.isascii()
    if not language.is_cased or len(match.group()) != 1:
        return any(char in language.sentences.hard_stops for char in match.group()) and bool(
            not language.is_cased
        )
    before = text[max(0, match.start() - 3) : match.start()]
    return len(before) == 3 and before.isalpha() and before.islower() and follows[:2].istitle()


def _word_allows_end(word: str, after: str, language: Language) -> bool:
    rules = language.sentences
    lowered = word.lower()
    if lowered in rules.closing_abbreviations:
        return True
    if lowered in rules.abbreviations:
        return False
    if len(word) == 1 and word.isalpha() and (word.isupper() or not language.is_cased):
        return False
    if rules.has_numbered_ordinals and word.isdecimal() and len(word) < 3:
        return False
    # Initials and abbreviations with inner stops (J.F., U.S.) go on, as a rule.
    return not re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word)
