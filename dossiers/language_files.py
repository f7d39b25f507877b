"""Reads one language file into a `Language`, strictly: each error names file and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar, cast

from dossiers.errors import DossierError
from dossiers.languages import (
    CalendarRules,
    Declension,
    FoldRules,
    Language,
    NameRules,
    RelativeRule,
    SentenceRules,
)

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")
_UNITS = ("day", "week", "month", "year", "weekday")
_DIRECTIONS = ("past", "future", "either")
_ORIGINS = ("published", "told", "either")
_CAPITALS = ("always", "alone", "never")
_PLACEHOLDERS = ("day", "day2", "month", "month2", "year", "year2", "weekday", "number", "n")


class _Table:
    """A TOML table that knows where it is and which keys were read."""

    def __init__(self, file: str, path: str, data: Mapping[str, Any]) -> None:
        self.file, self.path, self.data = file, path, data
        self.unread = set(data)

    def error(self, key: str, problem: str) -> DossierError:
        return DossierError([f"{self.file}: {self.path}{key}: {problem}"])

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        self.unread.discard(key)
        value = self.data.get(key, default)
        if value is None:
            raise self.error(key, f"is missing; add it as {kind.__name__}")
        if not isinstance(value, kind):
            raise self.error(key, f"must be {kind.__name__}, not {type(value).__name__}")
        return value

    def choice(self, key: str, known: tuple[str, ...], default: str | None = None) -> Any:
        value = self.get(key, str, default)
        if value not in known:
            raise self.error(key, f"must be one of {', '.join(known)}, not {value!r}")
        return value

    def words(self, key: str, *, is_required: bool = False) -> tuple[str, ...]:
        values = self.get(key, list, None if is_required else [])
        if bad := [v for v in values if not isinstance(v, str)]:
            raise self.error(key, f"must hold strings only, not {bad[0]!r}")
        return tuple(cast("list[str]", values))

    def texts(self, key: str) -> dict[str, str]:
        values = self.get(key, dict, {})
        if bad := [k for k, v in values.items() if not isinstance(v, str)]:
            raise self.error(f"{key}.{bad[0]}", "must be a string")
        return cast("dict[str, str]", values)

    def table(self, key: str) -> _Table:
        return _Table(self.file, f"{self.path}{key}.", self.get(key, dict, {}))

    def tables(self, key: str) -> list[_Table]:
        rows = self.get(key, list, [])
        if not all(isinstance(r, dict) for r in rows):
            raise self.error(key, "must be a list of tables")
        return [_Table(self.file, f"{self.path}{key}[{i}].", r) for i, r in enumerate(rows)]

    def patterns(self, key: str, *, length: int | None = None) -> tuple[str, ...]:
        values = self.words(key)
        if length and values and len(values) != length:
            raise self.error(key, f"must have {length} entries, has {len(values)}")
        for value in values:
            self.check_pattern(key, value)
        return values

    def check_pattern(self, key: str, value: str) -> None:
        plain = value
        for name in _PLACEHOLDERS:
            plain = plain.replace("{" + name + "}", "x")
        try:
            re.compile(plain)
        except re.error as error:
            raise self.error(key, f"{value!r} is no regular expression: {error}") from error

    def done(self) -> None:
        if self.unread:
            key = min(self.unread)
            raise self.error(key, "is not a known key; correct its spelling or remove it")


def read_language(path: Path) -> Language:
    """Read one file.

    Raises:
        DossierError: unreadable, not TOML, or not what `Language` needs.
    """
    text = _read(path)
    top = _Table(path.name, "", _parse(path, text))
    code = top.get("code", str)
    if code != path.stem:
        raise top.error("code", f"is {code!r} in a file named {path.name!r}; make them agree")
    paradigms = _paradigms(top)
    language = Language(
        code=code,
        name=top.get("name", str),
        script=top.get("script", str),
        is_cased=top.get("is_cased", bool),
        perfect_narrates=top.get("perfect_narrates", bool, default=False),
        is_script_default=top.get("is_script_default", bool, default=False),
        sentences=_sentences(top.table("sentences")),
        elisions=frozenset(top.words("elisions")),
        fold=_fold(top.table("fold")),
        vowels=top.get("vowels", str, ""),
        paradigms=paradigms,
        declensions=tuple(_declension(row, paradigms) for row in top.tables("declension")),
        suffix_joiners=top.get("suffix_joiners", str, ""),
        joined_paradigm=top.get("joined_paradigm", str, ""),
        inflects_each_word=top.get("inflects_each_word", bool, default=False),
        names=_names(top.table("names")),
        calendar=_calendar(top.table("calendar")),
        recap_cues=top.patterns("recap_cues"),
        negations=frozenset(top.words("negations")),
        quote_verbs=frozenset(top.words("quote_verbs")),
        process_words=top.words("process_words"),
        leisure_words=top.words("leisure_words"),
        digest=sha256(text.encode()).hexdigest(),
    )
    if language.joined_paradigm and language.joined_paradigm not in paradigms:
        raise top.error("joined_paradigm", "names no paradigm; add it under [paradigms]")
    top.done()
    return language


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DossierError([f"{path.name}: cannot be read as UTF-8: {error}"]) from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DossierError([f"{path.name}: is not TOML: {error}"]) from error


def _paradigms(top: _Table) -> dict[str, tuple[tuple[str, ...], ...]]:
    table = top.table("paradigms")
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name in table.data:
        slots = table.get(name, list)
        if not all(isinstance(s, list) and all(isinstance(e, str) for e in s) for s in slots):
            raise table.error(name, "must be a list of slots, each a list of endings")
        found[name] = tuple(tuple(slot) for slot in slots)
    return found


def _declension(row: _Table, paradigms: Mapping[str, object]) -> Declension:
    paradigm = row.get("paradigm", str)
    if paradigm not in paradigms:
        raise row.error("paradigm", f"{paradigm!r} is not defined; add it under [paradigms]")
    rule = Declension(
        final=row.get("final", str, ""),
        cut=row.get("cut", int, 0),
        add=row.get("add", str, ""),
        paradigm=paradigm,
        last_vowel=row.get("last_vowel", str, ""),
        kinds=frozenset(row.words("kinds")),
        is_last=row.get("is_last", bool, default=False),
    )
    row.done()
    return rule


def _sentences(table: _Table) -> SentenceRules:
    rules = SentenceRules(
        hard_stops=table.get("hard_stops", str),
        soft_stops=table.get("soft_stops", str),
        abbreviations=frozenset(table.words("abbreviations")),
        closing_abbreviations=frozenset(table.words("closing_abbreviations")),
        has_numbered_ordinals=table.get("has_numbered_ordinals", bool, default=False),
    )
    table.done()
    return rules


def _fold(table: _Table) -> FoldRules:
    rules = FoldRules(
        drop=table.get("drop", str, ""),
        chars=table.texts("chars"),
        pairs=table.texts("pairs"),
        lower=table.texts("lower"),
        strips_accents=table.get("strips_accents", bool, default=False),
    )
    for key, group in (("chars", rules.chars), ("pairs", rules.pairs), ("lower", rules.lower)):
        for source, target in group.items():
            if len(target) != 1 or (key != "pairs") != (len(source) == 1):
                raise table.error(f"{key}.{source}", "must map to one character")
    table.done()
    return rules


def _names(table: _Table) -> NameRules:
    rules = NameRules(
        titles=frozenset(table.words("titles")),
        given=frozenset(table.words("given")),
        former=frozenset(table.words("former")),
        former_after=frozenset(table.words("former_after")),
        feminine_endings=frozenset(table.words("feminine_endings")),
        feminine_predicate=table.get("feminine_predicate", str, ""),
        clause_openers=frozenset(table.words("clause_openers")),
    )
    table.check_pattern("feminine_predicate", rules.feminine_predicate)
    table.done()
    return rules


def _calendar(table: _Table) -> CalendarRules:
    numbers = {name: table.get(name, dict, {}) for name in ("numbers", "ordinals")}
    for name, words in numbers.items():
        if bad := [k for k, v in words.items() if not isinstance(v, int)]:
            raise table.error(f"{name}.{bad[0]}", "must be a whole number")
    rules = CalendarRules(
        months=table.patterns("months", length=12),
        other_months=table.patterns("other_months", length=12),
        other_calendar=table.get("other_calendar", str, ""),
        weekdays=table.patterns("weekdays", length=7),
        absolute=table.patterns("absolute"),
        relative=tuple(_relative(row) for row in table.tables("relative")),
        numbers=cast("dict[str, int]", numbers["numbers"]),
        ordinals=cast("dict[str, int]", numbers["ordinals"]),
        seasons=table.patterns("seasons", length=4),
        not_year_after=table.patterns("not_year_after"),
        month_capital=table.choice("month_capital", _CAPITALS, "never"),
        weekday_capital=table.choice("weekday_capital", _CAPITALS, "never"),
    )
    if rules.other_calendar not in {"", "jalali"}:
        raise table.error("other_calendar", "must be 'jalali' or left out")
    table.done()
    return rules


def _relative(row: _Table) -> RelativeRule:
    rule = RelativeRule(
        pattern=row.get("pattern", str),
        unit=row.choice("unit", _UNITS),
        offset=row.get("offset", int, 0),
        direction=row.choice("direction", _DIRECTIONS, "past"),
        origin=row.choice("from", _ORIGINS, "published"),
    )
    row.check_pattern("pattern", rule.pattern)
    row.done()
    return rule
