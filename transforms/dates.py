"""Dates in texts, absolute and relative, with their precision; never a day nobody wrote.

Patterns are data (``calendar`` in the language files). "Last week" is the ISO week before
that of publication, Monday to Sunday; a weekday alone is the last such day up to the day of
publication unless the caller asks for the future; a day or month without a year is taken in
the year that brings it nearest to publication, at most half a year ahead of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from transforms.date_patterns import DatePatterns, Found
from transforms.date_values import Reading, read
from transforms.folding import fold, fold_pattern

if TYPE_CHECKING:
    from datetime import datetime

    from dossiers.languages import Language
    from transforms.records import EventDate

Direction = Literal["past", "future"]
_GAP = 2  # characters between a weekday and its date
_OPENING = re.compile(r"[\s\"'«(\[\-–—•*·.]*")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date expression at ``start``..``end`` of the text.

    Attributes:
        date: what it means in a text that tells the past.
        alternatives: what else it may mean (the coming Monday); empty if it is definite.
    """

    start: int
    end: int
    date: EventDate
    alternatives: tuple[EventDate, ...] = ()

    def resolve(self, direction: Direction = "past") -> EventDate:
        """The reading for a clause that tells the past, or announces the future."""
        if direction == "future" and self.alternatives:
            return self.alternatives[0]
        return self.date


def find_dates(
    text: str,
    start: int,
    end: int,
    language: Language,
    published: datetime | None,
    direction: Direction = "past",
) -> tuple[DateMention, ...]:
    """Date expressions in ``text[start:end]``, in order, not overlapping.

    Without ``published``, what needs it to be resolved is left out, save days and months
    without a year, which are returned with precision ``unknown``.
    """
    piece = text[start:end]
    folded = fold(piece, language)
    today = published.date() if published else None
    mentions = []
    for found in _patterns(language).find(folded.text):
        first, last = folded.span(found.start, found.end)
        if not _is_capitalised(piece, folded.span(*found.name_span)[0], found, language):
            continue
        readings = read(found, language.calendar, today)
        if readings:
            mentions.append(_mention(start + first, start + last, readings, direction))
    return tuple(_without_doubled_weekdays(mentions))


def is_recap(text: str, start: int, end: int, language: Language) -> bool:
    """Whether the sentence ``text[start:end]`` opens with a cue that background follows."""
    cues = _recap(language)
    if cues is None:
        return False
    head = fold(text[start : min(end, start + 120)], language).text
    opening = _OPENING.match(head)
    return cues.match(head, opening.end() if opening else 0) is not None


def _without_doubled_weekdays(mentions: list[DateMention]) -> list[DateMention]:
    """Drop a weekday beside a full date ("Thursday, 8 October"): the date says it better."""
    full = [m for m in mentions if m.date.precision == "day" and m.date.basis == "text"]
    if not full:
        return mentions

    def is_doubled(mention: DateMention) -> bool:
        return (mention.date.precision, mention.date.basis) == ("day", "relative") and any(
            0 <= mention.start - other.end <= _GAP or 0 <= other.start - mention.end <= _GAP
            for other in full
        )

    return [m for m in mentions if not is_doubled(m)]


def _mention(start: int, end: int, readings: Reading, direction: Direction) -> DateMention:
    mention = DateMention(start, end, readings[0], readings[1:])
    if direction == "future" and mention.alternatives:
        other = mention.alternatives[0]
        return replace(mention, date=other, alternatives=(readings[0],))
    return mention


def _is_capitalised(piece: str, at: int, found: Found, language: Language) -> bool:
    calendar = language.calendar
    rule = calendar.weekday_capital if "weekday" in found.values else calendar.month_capital
    if not found.has_name or rule == "never" or (rule == "alone" and "day" in found.values):
        return True
    return piece[at : at + 1].isupper()


@lru_cache(maxsize=64)
def _patterns(language: Language) -> DatePatterns:
    return DatePatterns(language)


@lru_cache(maxsize=64)
def _recap(language: Language) -> re.Pattern[str] | None:
    joined = "|".join(f"(?:{fold_pattern(cue, language)})" for cue in language.recap_cues)
    return re.compile(joined) if joined else None
