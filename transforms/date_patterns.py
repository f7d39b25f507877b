"""One regular expression of all date patterns of a language.

Patterns come with placeholders (``{day} {month} {year} …``); each is expanded to named groups
marked with the pattern's number, and all are joined, so that a text is scanned once. Those
written first win where two begin at the same place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dossiers.languages import CalendarRules, RelativeRule

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_NUMBER = r"(?:0?[1-9]|1[0-2])(?!\d)"
_YEAR = r"(?:1[89]|20)\d\d(?!\d)"
_OTHER_YEAR = r"1[34]\d\d(?!\d)"


@dataclass(frozen=True, slots=True)
class Found:
    """A match in folded text.

    Attributes:
        values: numbers by placeholder; months and weekdays counted from 1.
        is_other_calendar: the month is one of the second calendar.
        rule: the relative rule, or None for an absolute date.
        name_span: where the month or weekday is written (or the whole match).
        has_name: whether a month or weekday is written as a word.
    """

    start: int
    end: int
    values: dict[str, int]
    is_other_calendar: bool
    rule: RelativeRule | None
    name_span: tuple[int, int]
    has_name: bool


class DatePatterns:
    """The compiled patterns of one calendar."""

    def __init__(self, calendar: CalendarRules) -> None:
        """Compile; ``calendar`` patterns are already known to be valid."""
        self._calendar = calendar
        self._months = [re.compile(m) for m in calendar.months]
        self._other = [re.compile(m) for m in calendar.other_months]
        self._weekdays = [re.compile(w) for w in calendar.weekdays]
        self._rules: list[RelativeRule | None] = [None] * len(calendar.absolute)
        self._rules += calendar.relative
        sources = [*calendar.absolute, *(rule.pattern for rule in calendar.relative)]
        # Relative patterns first: they are the longer ones ("on Monday", "two years ago").
        order = [*range(len(calendar.absolute), len(sources)), *range(len(calendar.absolute))]
        parts = [f"(?P<p{i}>{self._expand(sources[i], i)})(?!\\w)" for i in order]
        self._regex = re.compile(rf"(?<![\w])(?<!\d[.,])(?:{'|'.join(parts)})") if parts else None
        quantities = "|".join(calendar.not_year_after)
        self._quantity = re.compile(rf"[ -](?:{quantities})\b") if quantities else None

    def find(self, text: str) -> Iterator[Found]:
        """Matches in folded ``text``, left to right."""
        if self._regex is None:
            return
        for match in self._regex.finditer(text):
            found = self._found(match)
            if not self._is_quantity(text, found):
                yield found

    def _expand(self, pattern: str, index: int) -> str:
        return _PLACEHOLDER.sub(lambda m: self._group(m.group(1), index), pattern)

    def _group(self, name: str, index: int) -> str:
        return f"(?P<{name}_{index}>{self._source(name)})"

    def _source(self, name: str) -> str:
        calendar = self._calendar
        kind = name.rstrip("2")
        if kind == "month":
            return "|".join([*calendar.months, *calendar.other_months])
        if kind == "weekday":
            return "|".join(calendar.weekdays)
        if kind == "year":
            return f"{_YEAR}|{_OTHER_YEAR}" if calendar.other_months else _YEAR
        if kind == "n":
            words = sorted(calendar.numbers, key=len, reverse=True)
            return "|".join([r"\d{1,3}", *map(re.escape, words)])
        return _NUMBER if kind == "number" else _DAY

    def _found(self, match: re.Match[str]) -> Found:
        values: dict[str, int] = {}
        is_other = False
        name_span, has_name = match.span(), False
        index = 0
        for group, word in match.groupdict().items():
            if word is None:
                continue
            name, _, number = group.rpartition("_")
            if not name:
                index = int(group[1:])
                continue
            value, other = self._value(name.rstrip("2"), word)
            values[name if name != "number" else "month"] = value
            is_other = is_other or other
            if name in {"month", "weekday"}:
                name_span, has_name = match.span(group), True
        return Found(
            *match.span(), values, is_other, self._rules[index], name_span, has_name
        )

    def _value(self, kind: str, word: str) -> tuple[int, bool]:
        if kind == "month":
            own = _index(self._months, word)
            return (own, False) if own else (_index(self._other, word), True)
        if kind == "weekday":
            return _index(self._weekdays, word), False
        if kind == "n" and word in self._calendar.numbers:
            return self._calendar.numbers[word], False
        return int(word), False

    def _is_quantity(self, text: str, found: Found) -> bool:
        """A bare number of four digits before a counted noun is no year."""
        is_bare = found.rule is None and set(found.values) == {"year"}
        return bool(is_bare and self._quantity and self._quantity.match(text, found.end))


def _index(patterns: list[re.Pattern[str]], word: str) -> int:
    return next((i for i, p in enumerate(patterns, 1) if p.fullmatch(word)), 0)
