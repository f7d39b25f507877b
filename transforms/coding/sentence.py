"""One sentence laid open: its words, tags, phrases and clauses.

Nothing here knows what an event is; see `transforms.coding.frames` for that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from transforms.coding.lexicon import Lexicon, WordTag
    from transforms.coding.words import Word
    from transforms.dates import DateMention
    from transforms.records import EventDate

Opener = Literal[
    "main",
    "that",
    "relative",
    "adverbial",
    "condition",
    "prospective",
    "simultaneous",
    "coordinate",
    "participle",
]


_ADJECTIVES = 2  # words between a noun and its genitive where nouns come first


@dataclass(frozen=True, slots=True)
class Atom:
    """One named thing of a phrase.

    Attributes:
        actor: the state or body it is, or acts for; a city's is the one it may stand for.
        person, place: ids where it is a person or a place.
        first, last: words it covers (last exclusive).
        kind: form kind of the mention (name, demonym, metonym …).
        rank: of the person's office, or the body's own.
        level: who they are by their office (leaders, ministers …).
        country: ISO code of a place's or a state's country.
        surface: the mention, folded, ending included.
    """

    actor: str | None
    person: str | None
    place: str | None
    first: int
    last: int
    kind: str = "name"
    rank: str | None = None
    country: str | None = None
    is_possessive: bool = False
    surface: str = ""
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Coordinated named things, or an anaphor for both parties, with what marks them.

    Attributes:
        first, last: words including titles and determiners; ``head`` is the first word of
            its first name.
        marker: name of the adposition or ending that marks it, None for a bare phrase.
        level: who they are (leaders, ministers …) where a title says it.
        is_anaphor: True for "the two sides" and its like; ``atoms`` are then empty until
            resolved.
        is_possessive: True where what follows is theirs ("X's offer").
        is_office: True for an office holder without a name ("the emir"); ``atoms`` as above.
        is_doer: True where an ending marks it as the subject; it is bare then.
    """

    atoms: tuple[Atom, ...]
    first: int
    last: int
    marker: str | None = None
    level: str | None = None
    is_anaphor: bool = False
    is_possessive: bool = False
    marker_first: int = -1
    is_office: bool = False
    is_doer: bool = False

    @property
    def is_adjective(self) -> bool:
        """Whether it only qualifies what follows ("X-ian bias"): no name, no title."""
        demonyms = all(atom.kind == "demonym" and not atom.person for atom in self.atoms)
        return bool(self.atoms) and demonyms and self.last == self.atoms[-1].last and not self.level

    @property
    def actors(self) -> tuple[str, ...]:
        """Actor ids, in order, each once."""
        return tuple(dict.fromkeys(atom.actor for atom in self.atoms if atom.actor))


@dataclass(frozen=True, slots=True)
class Clause:
    """Words ``first``..``last`` (exclusive) with what opens them."""

    first: int
    last: int
    opener: Opener


@dataclass(slots=True)
class Sentence:
    """A sentence and all that was found in it; ``number`` counts from 0 in the text.

    ``told_from`` is where it begins past a dateline ("CITY, 8 August (Agency) -");
    ``told`` is the last date of the sentences that lead up to it;
    ``find_phrases`` and ``find_clauses`` are how its parts are found.
    """

    start: int
    end: int
    number: int
    paragraph: int
    lexicon: Lexicon
    words: list[Word]
    tags: list[WordTag]
    dates: tuple[DateMention, ...] = ()
    told: EventDate | None = None
    is_dated: bool = False
    is_recap: bool = False
    concepts: tuple[str, ...] = ()
    told_from: int = 0
    find_phrases: Callable[[Sentence], list[Phrase]] | None = None
    find_clauses: Callable[[Sentence], list[Clause]] | None = None
    _phrases: list[Phrase] | None = None
    _clauses: list[Clause] | None = None
    _by: dict[tuple[str, str], list[WordTag]] = field(default_factory=dict)
    _kinds: dict[str, list[WordTag]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for tag in self.tags:
            self._by.setdefault((tag.kind, tag.name), []).append(tag)
            self._kinds.setdefault(tag.kind, []).append(tag)

    @property
    def phrases(self) -> list[Phrase]:
        """Its phrases in order; found when first asked for: most sentences tell nothing."""
        if self._phrases is None:
            self._phrases = self.find_phrases(self) if self.find_phrases else []
        return self._phrases

    @property
    def clauses(self) -> list[Clause]:
        """Its clauses in order; together they hold every word."""
        if self._clauses is None:
            self._clauses = self.find_clauses(self) if self.find_clauses else []
        return self._clauses

    def of(self, kind: str, name: str) -> list[WordTag]:
        """Tags of one kind and name."""
        return self._by.get((kind, name), [])

    def kind(self, kind: str) -> list[WordTag]:
        """Tags of one kind."""
        return self._kinds.get(kind, [])

    def cue(self, name: str, first: int, last: int) -> WordTag | None:
        """The last cue of this name that lies within words ``first``..``last``."""
        found = None
        for tag in self._by.get(("cue", name), ()):
            if first <= tag.first and tag.last <= last:
                found = tag
        return found

    def covers(self, name: str, word: int) -> bool:
        """Whether a cue of this name covers a word."""
        return any(tag.first <= word < tag.last for tag in self._by.get(("cue", name), ()))

    def is_without(self, tag: WordTag) -> bool:
        """Whether what a tag names is said to be absent: "without a mediator", "no mediator"."""
        bars = [t for kind in ("before", "after") for t in self.of(kind, "without")]
        bars += self.of("cue", "negation")
        behind = 3 if self.lexicon.words.order == "sov" else 1
        return any(
            (-3 <= bar.last - tag.first <= 0 and not self.gap_has(bar.last, tag.first + 1, ","))
            or 0 <= bar.first - tag.last <= behind
            for bar in bars
        )

    def topics(self, first: int, last: int) -> set[str]:
        """Topics named within words ``first``..``last``."""
        return {t.name for t in self.kind("topic") if first <= t.first and t.last <= last}

    def clause_of(self, word: int) -> int:
        """Index of the clause that holds a word."""
        for index, clause in enumerate(self.clauses):
            if clause.first <= word < clause.last:
                return index
        return len(self.clauses) - 1

    def gap_has(self, first: int, last: int, marks: str) -> bool:
        """Whether a gap before words ``first``..``last`` (exclusive) holds one of ``marks``."""
        return any(mark in word.gap for word in self.words[first:last] for mark in marks)


def follows_as_genitive(sentence: Sentence, noun: WordTag, phrase: Phrase) -> bool:
    """Whether a bare phrase is a noun's genitive behind its adjectives, where nouns come first."""
    if not sentence.lexicon.words.head_first:
        return False
    if phrase.atoms and phrase.first <= noun.first and noun.last <= phrase.atoms[0].first:
        return True  # the noun is read as one of the phrase's titles
    if not 0 <= phrase.first - noun.last <= _ADJECTIVES:
        return False
    if sentence.gap_has(noun.last, phrase.first + 1, ",;:.()«»"):
        return False
    between = range(noun.last, phrase.first)
    barred = {"before", "after", "verb"}
    return not any(
        tag.first in between
        and (tag.kind in barred or (tag.kind == "cue" and tag.name in {"coordinator", "relative"}))
        for tag in sentence.tags
    )


def relative_is_aside(sentence: Sentence, clause: Clause) -> bool:
    """Whether a relative clause has another subject than what it follows: ", in the course of
    which he said", "in V, where he said".
    """
    if sentence.lexicon.oblique is None:
        return False
    for tag in sentence.of("cue", "relative"):
        if clause.first <= tag.first < clause.last:
            ruled = any(t.last == tag.first > clause.first for t in sentence.kind("before"))
            before = [p for p in sentence.phrases if p.last == clause.first]
            return ruled or any(p.marker in {"in", "to"} for p in before)
    return False
