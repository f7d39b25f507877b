"""Languages as data: how a text is cut, folded, inflected and dated.

`load_languages` reads ``dossiers/languages/<code>.toml`` into frozen `Language` records. The
code that uses them (`transforms`) holds algorithms only; every word, ending and mark of a
language is in its file. Adding a language is adding a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

RelativeUnit = Literal["day", "week", "month", "year", "weekday"]
CapitalRule = Literal["always", "alone", "never"]
LANGUAGES_DIR = Path(__file__).with_suffix("")


@dataclass(frozen=True, slots=True)
class Declension:
    """How a word that ends in ``final`` inflects.

    Its last ``cut`` characters are dropped, ``add`` is appended, and an ending of
    ``paradigm`` may follow. All strings are folded.

    Attributes:
        final: what the nominative ends in; empty = any word.
        last_vowel: the last vowel of the word must be one of these (vowel harmony);
            empty = any. ``vowels`` is the inventory it is looked up in.
        kinds: form kinds it applies to; empty = all.
        is_last: True when no later rule is tried once this one applied.
    """

    final: str
    cut: int
    add: str
    paradigm: str
    last_vowel: str
    kinds: frozenset[str]
    is_last: bool


@dataclass(frozen=True, slots=True)
class FoldRules:
    """How letters are made comparable before matching.

    Attributes:
        drop: characters that are invisible to matching (joiners, intonation marks).
        chars: one character to one character, applied before lower-casing.
        pairs: character sequences (lower case) to one character, spelling variants.
        lower: capitals whose small letter is not the usual one, for vowel harmony.
        strips_accents: True where diacritics are dropped as well.
    """

    drop: str
    chars: Mapping[str, str]
    pairs: Mapping[str, str]
    lower: Mapping[str, str]
    strips_accents: bool


@dataclass(frozen=True, slots=True)
class SentenceRules:
    """Where sentences end.

    Attributes:
        hard_stops: characters that always end a sentence.
        soft_stops: characters that end one unless an abbreviation, an initial or a number
            stands before them, or a small letter follows (where the script has case).
        abbreviations: words (lower case, without their last stop) that end no sentence.
        closing_abbreviations: abbreviations that also may end a sentence when a capital
            follows (``etc.``, ``a.m.``).
        has_numbered_ordinals: True where a stop after a small number makes it an ordinal.
    """

    hard_stops: str
    soft_stops: str
    abbreviations: frozenset[str]
    closing_abbreviations: frozenset[str]
    has_numbered_ordinals: bool


@dataclass(frozen=True, slots=True)
class NameRules:
    """What tells one bearer of a surname from another, and a holder from a former holder.

    Attributes:
        titles: words that may stand before a surname without being a given name.
        given: given names (folded) of other bearers, where capitals do not tell.
        former: words (folded) before an office phrase that say it is not the holder.
        former_after: the same, after it.
        feminine_endings: endings that may be a woman's surname as well as a case.
        feminine_predicate: regular expression for the word after a woman's name.
        clause_openers: words that begin a clause (folded).
    """

    titles: frozenset[str]
    given: frozenset[str]
    former: frozenset[str]
    former_after: frozenset[str]
    feminine_endings: frozenset[str]
    feminine_predicate: str
    clause_openers: frozenset[str]


@dataclass(frozen=True, slots=True)
class RelativeRule:
    """A relative date: ``pattern`` (folded regular expression with ``{n}``, ``{weekday}``).

    ``offset`` counts units from the day of publication; with ``{n}`` in the pattern it is
    multiplied by the number found. ``direction`` is for weekdays and months alone. A year with
    ``{month}``, ``{day}`` or ``{season}`` in the pattern is that month or day of the year.

    ``origin`` is what it counts from: publication, the date *told* last ("six days later",
    "of the same year"), or *either*, where the words do not say which.
    """

    pattern: str
    unit: RelativeUnit
    offset: int
    direction: Literal["past", "future", "either"]
    origin: Literal["published", "told", "either"] = "published"


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """Dates of a language, all folded.

    Attributes:
        months: regular expressions by month, January first.
        other_months: months of a second calendar, first month first; empty if none.
        other_calendar: which (``jalali``) or empty.
        weekdays: regular expressions by day, Monday first.
        absolute: patterns with ``{day} {day2} {month} {month2} {year} {year2} {number}``.
        relative: relative date rules.
        numbers: number words.
        ordinals: words for the days of a month ("ninth").
        seasons: regular expressions, spring first; empty if they are not read.
        not_year_after: words after a bare number of four digits that make it a quantity.
        month_capital, weekday_capital: when the name must be capitalised to count:
            ``always``, ``alone`` (without a day beside it) or ``never``.
    """

    months: tuple[str, ...]
    other_months: tuple[str, ...]
    other_calendar: str
    weekdays: tuple[str, ...]
    absolute: tuple[str, ...]
    relative: tuple[RelativeRule, ...]
    numbers: Mapping[str, int]
    not_year_after: tuple[str, ...]
    ordinals: Mapping[str, int]
    seasons: tuple[str, ...]
    month_capital: CapitalRule
    weekday_capital: CapitalRule


@dataclass(frozen=True)
class Language:
    """One language; see the parts for what they hold.

    Attributes:
        code: ISO 639-1.
        script: as Unicode character names begin, lower case (``latin`` …).
        is_cased: True when the script tells names by capitals.
        is_script_default: True when texts of unknown language in this script use it.
        vowels: folded before dotless and dotted letters are made one: for vowel harmony.
        elisions: words (folded) that may be joined before a word by an apostrophe.
        paradigms: name to slots; an inflected word has at most one ending of each slot, in
            order.
        declensions: tried in order.
        suffix_joiners: characters (folded) that may part a name from its ending.
        joined_paradigm: the endings that may follow one, empty if none.
        inflects_each_word: True when every word of a name takes endings, else the last.
        perfect_narrates: True where the perfect tells news as a past tense does.
        recap_cues: regular expressions (folded) that open a sentence of background.
        negations, quote_verbs: words (folded).
        process_words: stems (folded) of words about conflict, talks and peace.
        leisure_words: stems (folded) of words of sport, weather and travel pages.
        digest: SHA-256 of its file.
    """

    code: str
    name: str
    script: str
    is_cased: bool
    is_script_default: bool
    sentences: SentenceRules
    elisions: frozenset[str]
    fold: FoldRules
    vowels: str
    paradigms: Mapping[str, tuple[tuple[str, ...], ...]]
    declensions: tuple[Declension, ...]
    suffix_joiners: str
    joined_paradigm: str
    inflects_each_word: bool
    names: NameRules
    calendar: CalendarRules
    perfect_narrates: bool
    recap_cues: tuple[str, ...]
    negations: frozenset[str]
    quote_verbs: frozenset[str]
    process_words: tuple[str, ...]
    leisure_words: tuple[str, ...]
    digest: str

    def __hash__(self) -> int:
        """By digest: a record sent to another process is the same language."""
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        """By digest, as `__hash__`."""
        return isinstance(other, Language) and other.digest == self.digest


@lru_cache(maxsize=8)
def _load(root: Path) -> dict[str, Language]:
    from dossiers.language_files import read_language

    return {path.stem: read_language(path) for path in sorted(root.glob("*.toml"))}


def load_languages(root: Path | None = None) -> dict[str, Language]:
    """All languages by code, cached for each folder.

    Raises:
        DossierError: a file is missing a key, has an unknown one, or a value of the wrong
            type; the message names file and key.
    """
    return dict(_load(root or LANGUAGES_DIR))
