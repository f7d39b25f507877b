"""One regular expression of all date patterns of a language.

Patterns come with placeholders (``{day} {month} {year} …``); each is expanded to named groups
marked with the pattern's number, and all are joined, so that a text is scanned once. Those
written first win where two begin at the same place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.folding import fold_pattern, fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dossiers.languages import Language, RelativeRule

_PLACEHOLDER = re.compile(r"\{([a-z]+2?)\}")
_NAMED_GROUP = re.compile(r"\(\?P<\w+>")
_LOOKAHEAD = re.compile(r"\(\?=[^)]*\)")
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
_NUMBER = r"(?:0?[1-9]|1[0-2])(?!\d)"
_YEAR = r"(?:1[89]|20)\d\d(?!\d)"
_OTHER_YEAR = r"1[34]\d\d(?!\d)"
_PLACES = {"number": "month", "n2": "n"}  # what a second name for a value stands for
_SEASONS = {1: (3, 5), 2: (6, 8), 3: (9, 11), 4: (12, 2)}
_OTHER_SEASONS = {1: (1, 3), 2: (4, 6), 3: (7, 9), 4: (10, 12)}  # a year that begins in spring


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

    def __init__(self, language: Language) -> None:
        """Compile; the language's patterns are already known to be valid."""
        calendar = language.calendar

        def folded(patterns: Iterable[str]) -> list[str]:
            return [fold_pattern(pattern, language) for pattern in patterns]

        self._names = {
            "month": folded(calendar.months),
            "other": folded(calendar.other_months),
            "weekday": folded(calendar.weekdays),
            "season": folded(calendar.seasons),
        }
        self._numbers = {fold_word(w, language): n for w, n in calendar.numbers.items()}
        self._ordinals = {fold_word(w, language): n for w, n in calendar.ordinals.items()}
        self._rules: list[RelativeRule | None] = [None] * len(calendar.absolute)
        self._rules += calendar.relative
        relative = (rule.pattern for rule in calendar.relative)
        sources = folded((*calendar.absolute, *relative))
        # Relative patterns first: they are the longer ones ("on Monday", "two years ago").
        order = [*range(len(calendar.absolute), len(sources)), *range(len(calendar.absolute))]
        parts = [f"(?P<p{i}>{self._expand(sources[i], i)})(?!\\w)" for i in order]
        source = rf"(?<![\w])(?<!\d[.,])(?:{'|'.join(parts) or '(?!)'})"
        self._regex = re.compile(source)
        # Scanning without groups takes half the time; only what it finds is parsed with them.
        self._scan = re.compile(_NAMED_GROUP.sub("(?:", source))
        quantities = "|".join(folded(calendar.not_year_after))
        self._quantity = re.compile(rf"[ -](?:{quantities})\b") if quantities else None

    def find(self, text: str) -> Iterator[Found]:
        """Matches in folded ``text``, left to right."""
        for place in self._scan.finditer(text):
            match = self._regex.match(text, place.start())
            found = self._found(match) if match else None
            if found and not self._is_quantity(text, found):
                yield found

    def _expand(self, pattern: str, index: int) -> str:
        return _PLACEHOLDER.sub(lambda m: self._group(m.group(1), index), pattern)

    def _group(self, name: str, index: int) -> str:
        return f"(?P<{name}_{index}>{self._source(name)})"

    def _source(self, name: str) -> str:
        kind = name.rstrip("2")
        if kind == "month":
            return "|".join([*self._names["month"], *self._names["other"]])
        if kind in {"weekday", "season"}:
            return "|".join(self._names[kind]) or "(?!)"
        if kind == "year":
            return f"{_YEAR}|{_OTHER_YEAR}" if self._names["other"] else _YEAR
        if kind == "n":
            words = sorted(self._numbers, key=len, reverse=True)
            return "|".join([r"\d{1,3}", *map(re.escape, words)])
        if kind == "number":
            return _NUMBER
        words = sorted(self._ordinals, key=len, reverse=True)
        return "|".join([_DAY, *map(re.escape, words)])

    def _found(self, match: re.Match[str]) -> Found:
        values: dict[str, int] = {}
        is_other = False
        name_span, has_name = match.span(), False
        index = 0
        for group, word in match.groupdict().items():
            if word is None:
                continue
            name, _, _number = group.rpartition("_")
            if not name:
                index = int(group[1:])
                continue
            value, other = self._value(name.rstrip("2"), word)
            if name in {"season", "season2"}:
                is_other = bool(self._names["other"])
                seasons = _OTHER_SEASONS if is_other else _SEASONS
                values["month"], values["month2"] = seasons[value]
                continue
            values[_PLACES.get(name, name)] = value
            is_other = is_other or other
            if name in {"month", "weekday"}:
                name_span, has_name = match.span(group), True
        return Found(*match.span(), values, is_other, self._rules[index], name_span, has_name)

    def _value(self, kind: str, word: str) -> tuple[int, bool]:
        if kind == "month":
            own = _index(self._names["month"], word)
            return (own, False) if own else (_index(self._names["other"], word), True)
        if kind in {"weekday", "season"}:
            return _index(self._names[kind], word), False
        if kind == "day" and word in self._ordinals:
            return self._ordinals[word], False
        return self._numbers[word] if word in self._numbers else int(word), False

    def _is_quantity(self, text: str, found: Found) -> bool:
        """A bare number of four digits before a counted noun is no year."""
        is_bare = found.rule is None and set(found.values) == {"year"}
        return bool(is_bare and self._quantity and self._quantity.match(text, found.end))


def _index(patterns: Sequence[str], word: str) -> int:
    """Which pattern the word is, from 1; a look-ahead is not part of the word."""
    plain = (_LOOKAHEAD.sub("", pattern) for pattern in patterns)
    return next((i for i, p in enumerate(plain, 1) if re.fullmatch(p, word)), 0)
