"""Does a text concern the process between the parties? A stated rule, not a score.

The rule is `RELEVANCE_RULE`; the documentation prints it as it stands here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from transforms.folding import fold
from transforms.lexicon import scan_text
from transforms.records import Mention, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dossiers.languages import Language
    from dossiers.records import Dossier

RELEVANCE_RULE: Final = """\
A text is relevant when it names the two parties together, or the thing they dispute, in
matters of the process:

1. *Together.* A mention of each party stands in one sentence or in adjoining ones of one
   paragraph, or both stand in the title. A party is mentioned by its name, its people, its
   capital or another of its places, its office holders, or a group that acts for it.
   Places and groups in dispute count for either side: one of them and one party are enough.
2. *Not in a list.* A stretch that names three or more further states between or right around
   the two is a list (a table of results, a summit's guests, a weather page) and does not count,
   unless an office holder of each party is named in it.
3. *In matters of the process.* The stretch, widened by one sentence on each side, also has an
   office holder of each party, a third party beside an office holder of one, a place or
   concept of the process, or a word of conflict, talks or peace. In a text whose words are
   mostly those of sport, weather, culture or travel, only the first of these and a concept count.

A text about one party alone, or about one party and a third state, is not relevant, and
neither is one where a party's name is part of another name (a football club, a newspaper, a
state of a federation)."""

_NEAR_CHARS: Final = 420
_LIST_STATES: Final = 3
_WIDEN_CHARS: Final = 160
_LEISURE_LEAD: Final = 1.0
_SENTENCE_END: Final = re.compile(r"[.!?…։؟]+[\"'”’»)]*\s+|\n")


@dataclass(frozen=True, slots=True)
class _Sign:
    """A mention as evidence: the parties it stands for, and what kind of evidence."""

    start: int
    end: int
    parties: frozenset[str]
    state: str | None
    is_holder: bool
    is_process: bool


class _Reader:
    """What each entity id says about the process; one for each dossier."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        process = dossier.process
        self.parties = frozenset(process.parties)
        self.disputed = frozenset((*process.disputed, *process.party_groups))
        self.by_country = {
            actor.country: actor.id
            for actor in dossier.actors.values()
            if actor.kind == "state" and actor.country
        }

    def sign(self, mention: Mention) -> _Sign:
        """The evidence in one mention."""
        entity, dossier = mention.entity_id, self.dossier
        holder = False
        if entity in self.disputed:
            return _Sign(mention.start, mention.end, self.parties, None, False, True)
        state: str | None = None
        if person := dossier.persons.get(entity):
            actors = {office.actor for office in person.offices}
            state = min(actors & self.parties, default=min(actors, default=None))
            holder = state is not None
        elif actor := dossier.actors.get(entity):
            state = actor.id if actor.kind == "state" else self.by_country.get(actor.country or "")
        elif place := dossier.places.get(entity):
            state = place.names_actor or self.by_country.get(place.country or "")
        is_process = entity in dossier.concepts
        parties = frozenset({state}) & self.parties if state else frozenset()
        return _Sign(mention.start, mention.end, parties, state, holder, is_process)


@lru_cache(maxsize=8)
def _reader_for(key: _ById) -> _Reader:
    return _Reader(key.dossier)


@dataclass(frozen=True, slots=True, eq=False)
class _ById:
    """A dossier compared by identity, for the cache."""

    dossier: Dossier

    def __hash__(self) -> int:
        return id(self.dossier)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.dossier is self.dossier


def is_relevant(
    text: str,
    title: str | None,
    mentions: Sequence[Mention],
    dossier: Dossier,
    language: Language | None = None,
) -> bool:
    """Whether the text concerns the process, by `RELEVANCE_RULE`.

    Args:
        text: the body the mentions' offsets point into.
        title: as printed, or None.
        mentions: what `MentionFinder.find` returned.
        dossier: whose process.
        language: of the text; without it, rule 3 has concepts and office holders only.
    """
    reader = _reader_for(_ById(dossier))
    words = _Words(language)
    is_leisure = words.is_leisure(f"{title or ''}\n{text}")
    for passage, is_title in ((title or "", True), (text, False)):
        signs = [reader.sign(m) for m in mentions if m.in_title == is_title]
        signs.sort(key=lambda s: s.start)
        for first, last in _pairs(signs, reader.parties):
            stretch = _stretch(passage, signs, first, last)
            if _counts(stretch, passage, words, reader.parties, is_leisure):
                return True
    return False


def topics(mentions: Sequence[Mention], dossier: Dossier) -> tuple[Tag, ...]:
    """Topic tags of the concepts mentioned, sorted by id, each once.

    A concept's tag is its ``topic`` if it has one, else its own id without the prefix.
    """
    found: set[str] = set()
    for mention in mentions:
        if concept := dossier.concepts.get(mention.entity_id):
            found.add(concept.topic or concept.id.partition(":")[2])
    return tuple(Tag("topic", topic) for topic in sorted(found))


def _pairs(signs: Sequence[_Sign], parties: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Indices of signs that together stand for both parties and are near each other.

    A sign of both (a disputed place) pairs with any sign of a party, itself excepted.
    """
    for i, left in enumerate(signs):
        if not left.parties:
            continue
        for j in range(i + 1, len(signs)):
            right = signs[j]
            if right.start - left.end > _NEAR_CHARS:
                break
            if right.parties and left.parties | right.parties == parties:
                yield i, j
                break


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    inside: tuple[_Sign, ...]
    around: tuple[_Sign, ...]
    is_near: bool


def _stretch(text: str, signs: Sequence[_Sign], first: int, last: int) -> _Stretch:
    """The text from one sign to the other, and with a sentence more on each side."""
    start, end = signs[first].start, signs[last].end
    ends = [m.end() for m in _SENTENCE_END.finditer(text, start, end)]
    is_near = len(ends) <= 1 and "\n" not in text[start:end]
    low = max(0, start - _WIDEN_CHARS)
    high = min(len(text), end + _WIDEN_CHARS)
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    low = max(low, line_start)
    high = min(high, line_end if line_end >= 0 else high)
    around = tuple(s for s in signs if low <= s.start and s.end <= high)
    inside = tuple(s for s in around if start - 60 <= s.start and s.end <= end + 60)
    return _Stretch(low, high, inside, around, is_near)


def _counts(
    stretch: _Stretch, text: str, words: _Words, parties: frozenset[str], is_leisure: bool
) -> bool:
    """Rules 2 and 3 for one stretch."""
    if not stretch.is_near:
        return False
    held = {s.state for s in stretch.around if s.is_holder} & parties
    both_held = held == parties
    others = {s.state for s in stretch.inside if s.state} - parties
    if len(others) >= _LIST_STATES and not both_held:
        return False
    if both_held or any(s.is_process for s in stretch.around):
        return True
    if is_leisure:
        return False
    third = any(s.state and s.state not in parties for s in stretch.around)
    return bool(third and held) or words.has_process(text[stretch.start : stretch.end])


class _Words:
    """The word lists of a language, as patterns over scan text."""

    def __init__(self, language: Language | None) -> None:
        self._language = language
        self._process, self._leisure = _word_patterns(language) if language else (None, None)

    def has_process(self, piece: str) -> bool:
        """Whether the piece has a word of conflict, talks or peace."""
        if self._language is None or self._process is None:
            return False
        return self._process.search(scan_text(fold(piece, self._language).text)) is not None

    def is_leisure(self, text: str) -> bool:
        """Whether the text is mostly about sport, weather, culture or travel."""
        if self._language is None or self._leisure is None:
            return False
        scan = scan_text(fold(text[:6000], self._language).text)
        leisure = len(self._leisure.findall(scan))
        if leisure < 2:
            return False
        process = len(self._process.findall(scan)) if self._process else 0
        return leisure > process * _LEISURE_LEAD


@lru_cache(maxsize=64)
def _word_patterns(language: Language) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    return _stems(language.process_words, language), _stems(language.leisure_words, language)


def _stems(words: Sequence[str], language: Language) -> re.Pattern[str] | None:
    folded = sorted({fold(w, language).text for w in words}, key=lambda w: (-len(w), w))
    return re.compile(" (?:" + "|".join(map(re.escape, folded)) + ")") if folded else None
