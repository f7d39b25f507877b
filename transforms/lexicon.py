"""The dossier's surface forms compiled for one language: an Aho-Corasick automaton.

The automaton (Aho and Corasick, CACM 18(6), 1975; `pyahocorasick`) runs over *scan text*:
folded text in which everything that is neither letter nor digit is one space, so that
patterns beginning with a space match at word starts only. A pattern is the form up to the
stem of its last inflected word; what follows is checked word by word.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import ahocorasick

from transforms.folding import fold_word
from transforms.inflection import Stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dossiers.languages import Language
    from dossiers.records import Dossier, Form, OfficePhrase

_MIN_FALLBACK_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One form of one entity (or one office phrase) in the lexicon.

    Attributes:
        entity_id: empty for office phrases, whose holder depends on the date.
        is_person: whether the entity is a person.
        separators: folded text between its words, one for each gap.
        closing: folded text after its last word (the stop of an abbreviation).
        needs_upper, needs_capital: what the text must look like, in scripts with case.
        is_fallback: taken over from another language of the same script.
    """

    entity_id: str
    form: Form
    office: OfficePhrase | None
    is_person: bool
    separators: tuple[str, ...]
    closing: str
    needs_upper: bool
    needs_capital: bool
    is_fallback: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """What to check once a pattern string was found: the ending, then the words to come."""

    lexeme: Lexeme
    paradigm: str
    rest: tuple[tuple[Stem, ...], ...]


class _ScanTable(dict[int, int | str]):
    """Letters, digits and marks stay, all else is a space; worked out once a character."""

    def __missing__(self, code: int) -> int | str:
        char = chr(code)
        value: int | str = code if char.isalnum() or char == "_" else " "
        self[code] = value
        return value


_SCAN = _ScanTable()


def scan_text(folded: str) -> str:
    """Scan text of folded text, one character longer at each end (a space)."""
    return f" {folded.translate(_SCAN)} "


class Lexicon:
    """All forms that can occur in a text of one language.

    Attributes:
        automaton: over pattern strings; values are tuples of `Pattern`.
        given_names: person id to folded given names, from the full names.
    """

    def __init__(
        self, dossier: Dossier, language: Language, languages: Mapping[str, Language]
    ) -> None:
        self.language = language
        self.given_names: dict[str, frozenset[str]] = _given_names(dossier, language)
        patterns: dict[str, list[Pattern]] = defaultdict(list)
        own: set[str] = set()
        for lexeme, words in _own(dossier, language):
            own.add(_key(words, language))
            for text, pattern in _compile(lexeme, words, language):
                patterns[text].append(pattern)
        for lexeme, words in _fallback(dossier, language, languages, own):
            for text, pattern in _compile(lexeme, words, language):
                patterns[text].append(pattern)
        self.automaton = ahocorasick.Automaton()
        for text, found in patterns.items():
            self.automaton.add_word(text, (len(text), tuple(found)))
        if patterns:
            self.automaton.make_automaton()
        self.is_empty = not patterns


def _own(dossier: Dossier, language: Language) -> Iterator[tuple[Lexeme, list[str]]]:
    persons = dossier.persons
    for entity in dossier.entities.values():
        for form in entity.forms:
            if form.language == language.code:
                yield from _lexeme(entity.id, form, None, language, entity.id in persons)
    for office in dossier.offices:
        for form in office.forms:
            if form.language == language.code:
                yield from _lexeme("", form, office, language, is_person=False)


def _fallback(
    dossier: Dossier, language: Language, languages: Mapping[str, Language], own: set[str]
) -> list[tuple[Lexeme, list[str]]]:
    """Names of persons in other languages of the script, where they mean one person."""
    others = {c for c, x in languages.items() if x.script == language.script} - {language.code}
    found: dict[str, tuple[Lexeme, list[str]]] = {}
    ambiguous: set[str] = set()
    for person in dossier.persons.values():
        for form in person.forms:
            if form.language not in others or form.kind not in {"name", "surname"}:
                continue
            for lexeme, words in _lexeme(person.id, form, None, language, True, True):
                text = _key(words, language)
                if text in own or len(text) < _MIN_FALLBACK_LENGTH:
                    continue
                known = found.setdefault(text, (lexeme, words))
                if known[0].entity_id != person.id:
                    ambiguous.add(text)
    return [pair for text, pair in found.items() if text not in ambiguous]


def _lexeme(
    entity_id: str,
    form: Form,
    office: OfficePhrase | None,
    language: Language,
    is_person: bool,
    is_fallback: bool = False,
) -> Iterator[tuple[Lexeme, list[str]]]:
    """The lexeme and its words as printed; nothing for a form without letters."""
    words, separators, closing = _words(form.text, language)
    if not words:
        return
    letters = [c for c in form.text if c.isalpha()]
    is_upper = len(letters) > 1 and all(c.isupper() for c in letters)
    lexeme = Lexeme(
        entity_id,
        form,
        office,
        is_person,
        separators,
        closing,
        needs_upper=language.is_cased and is_upper,
        needs_capital=language.is_cased and letters[0].isupper() if letters else False,
        is_fallback=is_fallback,
    )
    yield lexeme, words


def _words(text: str, language: Language) -> tuple[list[str], tuple[str, ...], str]:
    """Words as printed, the folded gaps between them, and what follows the last."""
    words: list[str] = []
    gaps: list[str] = []
    gap = ""
    word = ""
    ignored = set(language.fold.drop)
    for char in text:
        if char.isalnum() or char in ignored:
            if not word and words:
                gaps.append(gap)
            word, gap = word + char, ""
        else:
            if word:
                words.append(word)
                word = ""
            gap += fold_word(char, language)
    if word:
        words.append(word)
    return words, tuple(gaps), gap


def _key(words: Sequence[str], language: Language) -> str:
    return " ".join(fold_word(word, language) for word in words)


def _compile(lexeme: Lexeme, words: list[str], language: Language) -> Iterator[tuple[str, Pattern]]:
    """Pattern strings of a form, each with what is left to check."""
    form = lexeme.form
    if language.inflects_each_word and form.inflects and len(words) > 1:
        rest = tuple(tuple(_stems_within(word, form, language)) for word in words[1:])
        for stem, paradigm in _stems_within(words[0], form, language):
            yield f" {stem}", Pattern(lexeme, paradigm, rest)
        return
    gaps = (" ", *(" " * len(gap) for gap in lexeme.separators))
    head = "".join(
        gap + fold_word(word, language) for gap, word in zip(gaps, words[:-1], strict=False)
    )
    head += gaps[-1]
    for stem, paradigm in stems(words[-1], language, form.kind, inflects=form.inflects):
        yield f"{head}{stem}", Pattern(lexeme, paradigm, ())


def _stems_within(word: str, form: Form, language: Language) -> list[Stem]:
    """The stems of one word of a longer name; an abbreviation in it takes no endings, whatever
    letter it ends with.
    """
    return stems(word, language, form.kind, inflects=len(word) == 1 or not word.isupper())


def _given_names(dossier: Dossier, language: Language) -> dict[str, frozenset[str]]:
    def names(forms: Iterable[Form]) -> frozenset[str]:
        full = (f.text.split() for f in forms if f.kind == "name")
        return frozenset(fold_word(words[0], language) for words in full if len(words) > 1)

    return {person.id: names(person.forms) for person in dossier.persons.values()}
