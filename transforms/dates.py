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

from transforms.date_anchors import Told, from_told, in_year, prefers_told
from transforms.date_patterns import DatePatterns, Found
from transforms.date_values import Reading, read
from transforms.folding import fold, fold_pattern

if TYPE_CHECKING:
    from datetime import date, datetime

    from dossiers.languages import Language
    from transforms.records import EventDate

Direction = Literal["past", "future"]
_GAP = 2  # characters between a weekday and its date
_MONTH_GAP = 9  # between a month and a weekday of it ("the first Sunday of May")
_OPENING = re.compile(r"[\s\"'«(\[\-–—•*·.]*")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date expression at ``start``..``end`` of the text.

    Attributes:
        date: what it means in a text that tells the past.
        alternatives: what else it may mean (the coming Monday); empty if it is definite.
        is_weekday: a weekday alone.
        past: what it means in a clause that tells the past, where ``date`` lies ahead.
    """

    start: int
    end: int
    date: EventDate
    alternatives: tuple[EventDate, ...] = ()
    past: EventDate | None = None
    is_weekday: bool = False

    def resolve(self, direction: Direction = "past") -> EventDate:
        """The reading for a clause that tells the past, or announces the future."""
        if direction == "future" and self.alternatives:
            return self.alternatives[0]
        if direction == "past" and self.past is not None:
            return self.past
        return self.date


def find_dates(
    text: str,
    start: int,
    end: int,
    language: Language,
    published: datetime | None,
    direction: Direction = "past",
    told: EventDate | None = None,
) -> tuple[DateMention, ...]:
    """Date expressions in ``text[start:end]``, in order, not overlapping.

    Without ``published``, what needs it to be resolved is left out, save days and months
    without a year, which are returned with precision ``unknown``. ``told`` is the last date
    of the sentences before, on which dates without a year may lean.
    """
    piece = text[start:end]
    folded = fold(piece, language)
    today = published.date() if published else None
    mentions: list[DateMention] = []
    before = Told(told, is_near=False) if told is not None and told.start else None
    for found in _patterns(language).find(folded.text):
        first, last = folded.span(found.start, found.end)
        if not _is_capitalised(piece, folded.span(*found.name_span)[0], found, language):
            continue
        readings = read(found, language.calendar, today, before)
        if not readings:
            continue
        mention = _mention(start + first, start + last, readings, direction)
        mention = replace(mention, is_weekday="weekday" in found.values)
        if direction == "past":
            mention = _beside_told(mention, found, before, today)
        mentions.append(mention)
        if mention.date.start is not None:
            before = Told(mention.past or mention.date, is_near=True)
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
    """Drop a weekday beside a full date ("Thursday, 8 October"): the date says it better.

    One beside a month is a day of that month, and nobody knows which.
    """
    full = [(m, _GAP) for m in mentions if m.date.precision == "day" and m.date.basis == "text"]
    months = (m for m in mentions if m.date.precision == "month" and not m.alternatives)
    full += [(m, _MONTH_GAP) for m in months]
    if not full:
        return mentions

    def is_doubled(mention: DateMention) -> bool:
        return mention.is_weekday and any(
            0 <= mention.start - other.end <= gap or 0 <= other.start - mention.end <= gap
            for other, gap in full
        )

    return [m for m in mentions if not is_doubled(m)]


def _mention(start: int, end: int, readings: Reading, direction: Direction) -> DateMention:
    mention = DateMention(start, end, readings[0], readings[1:])
    if direction == "future" and mention.alternatives:
        other = mention.alternatives[0]
        return replace(mention, date=other, alternatives=(readings[0],))
    return mention


def _beside_told(
    mention: DateMention, found: Found, told: Told | None, today: date | None
) -> DateMention:
    """The mention with what it means beside the date told before."""
    if found.rule is not None:
        return _counted_from_told(mention, found, told, today)
    if "year" in found.values or "month" not in found.values:
        return mention
    is_other, values = found.is_other_calendar, found.values
    beside = in_year(values, told.middle, 0, is_other_calendar=is_other) if told else None
    if today is None:
        return replace(mention, date=beside) if beside else mention
    if beside and told and prefers_told(mention.date, beside, told, today):
        ahead = (mention.date, *mention.alternatives)
        ahead = tuple(d for d in ahead if d.end is not None and d.end >= today)
        is_set = told.is_near and "day" in values  # a month may still be the coming one
        return replace(mention, date=beside, alternatives=() if is_set else ahead[-1:])
    if mention.date.start is None or mention.date.start <= today or "day" not in values:
        return mention
    if beside is None or told is None or not told.is_long_past(today):
        return mention
    return replace(mention, past=beside)


def _counted_from_told(
    mention: DateMention, found: Found, told: Told | None, today: date | None
) -> DateMention:
    """What "three days later" means in a clause that tells the past: from what was told."""
    rule = found.rule
    if rule is None or told is None or today is None or rule.origin != "either":
        return mention
    if mention.date.start is None or mention.date.start <= today:
        return mention
    past = from_told(rule, found.values, told, is_other_calendar=found.is_other_calendar)
    is_past = past is not None and past.start is not None and past.start <= today
    return replace(mention, past=past) if is_past else mention


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
