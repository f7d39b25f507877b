"""Whether a text concerns the process between the parties: a stated rule, not a score.

The rule is `RELEVANCE_RULE`; the documentation prints it as it stands here.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from transforms.folding import fold
from transforms.lexicon import scan_text
from transforms.records import Mention, Tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from dossiers.languages import Language
    from dossiers.records import Dossier

RELEVANCE_RULE: Final = """\
A text is relevant when it names the two parties together in matters of the process:

1. *Together.* A mention of each party stands in one sentence or in two adjoining ones, in the
   title or in the text. A party is mentioned by its name, its people, its capital or another
   of its places, or one who held an office of it. A place or group in dispute stands for both
   parties, so that one beside a party, or two such mentions, are enough.
2. *Not in a list.* Where three or more further states are named between the two or right beside
   them (a table of results, the guests of a summit, a weather page), otherwise than by an
   office holder, they do not count, unless an office holder of each party is named there too.
3. *In matters of the process.* In the same stretch, widened by about a sentence on each side, is
   an office holder of each party, or a concept of the process, or the capitals of both, or a
   third party beside an office holder of one party, or a mediator of a known track beside what
   is in dispute, or a word of conflict, talks or peace. In a text with more words of sport,
   weather, culture and travel than of these, only the first two count, and the second only
   where both parties are named.

4. *Over the whole.* Where no stretch does, the text as a whole counts, title and body, if each
   party is named, one of them at least twice, no third state is named more often than both
   together, it holds a concept of the process or an office holder of each party, and at least
   three words of conflict, talks or peace, more than of sport, weather, culture and travel.

A text about one party alone, or about one party and a third state, is not relevant, and
neither is one where a party's name is part of another name (a football club, a newspaper, a
state of a federation)."""

_NEAR_CHARS: Final = 420
_LIST_STATES: Final = 3
_WIDEN_CHARS: Final = 160
_BESIDE_CHARS: Final = 60
_LEISURE_CHARS: Final = 6000
_LEISURE_MIN: Final = 2
_PROCESS_MIN: Final = 3
_SENTENCE_END: Final = re.compile(r"(?<![.!?…։؟])[.!?…։؟]++[\"'”’»)]*+\s+|\n")


@dataclass(frozen=True, slots=True)
class _Sign:
    """A mention as evidence: the parties it stands for, and what kind of evidence."""

    start: int
    end: int
    parties: frozenset[str]
    state: str | None
    is_holder: bool
    is_concept: bool
    is_capital: bool = False
    is_mediator: bool = False
    is_disputed: bool = False


class _Reader:
    """What each entity id says about the process; one for each dossier."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        process = dossier.process
        self.parties = frozenset(process.parties)
        self.disputed = frozenset((*process.disputed, *process.party_groups))
        self.disputed |= {p for p in dossier.places if self._is_within(p)}
        self.capitals = {dossier.actors[p].capital for p in self.parties if p in dossier.actors}
        self.mediators = {t for rule in dossier.track_rules for t in rule.third_parties}
        self.by_country = {
            actor.country: actor.id
            for actor in dossier.actors.values()
            if actor.kind == "state" and actor.country
        }

    def _is_within(self, place: str) -> bool:
        """Whether a place lies in a disputed one."""
        seen: set[str] = set()
        current: str | None = place
        while current and current not in seen:
            if current in self.disputed:
                return True
            seen.add(current)
            record = self.dossier.places.get(current)
            current = record.within if record else None
        return False

    def sign(self, mention: Mention) -> _Sign:
        """The evidence in one mention."""
        entity, dossier = mention.entity_id, self.dossier
        holder = False
        if entity in self.disputed:
            parties, both = self.parties, None
            return _Sign(mention.start, mention.end, parties, both, False, False, is_disputed=True)
        state: str | None = None
        if person := dossier.persons.get(entity):
            actors = {office.actor for office in person.offices}
            state = min(actors & self.parties, default=min(actors, default=None))
            holder = state is not None
        elif actor := dossier.actors.get(entity):
            state = actor.id if actor.kind == "state" else self.by_country.get(actor.country or "")
        elif place := dossier.places.get(entity):
            state = place.names_actor or self.by_country.get(place.country or "")
        parties = frozenset({state}) & self.parties if state else frozenset()
        return _Sign(
            mention.start,
            mention.end,
            parties,
            state,
            holder,
            entity in dossier.concepts,
            is_capital=entity in self.capitals,
            is_mediator=entity in self.mediators,
        )


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
    words = _Words(language, f"{title or ''}\n{text}")
    for passage, is_title in ((title or "", True), (text, False)):
        signs = [reader.sign(m) for m in mentions if m.in_title == is_title]
        signs.sort(key=lambda s: s.start)
        for first, last in _pairs(signs, reader.parties):
            stretch = _stretch(passage, signs, first, last)
            if stretch and _counts(stretch, passage, words, reader.parties):
                return True
    return _counts_as_a_whole([reader.sign(m) for m in mentions], words, reader.parties)


def _counts_as_a_whole(signs: Sequence[_Sign], words: _Words, parties: frozenset[str]) -> bool:
    """Rule 4."""
    named = Counter(party for sign in signs for party in sign.parties)
    if set(named) != parties or sum(named.values()) <= len(parties):
        return False
    others = Counter(s.state for s in signs if s.state and s.state not in parties)
    if others and max(others.values()) > sum(named.values()):
        return False
    holders = {s.state for s in signs if s.is_holder} & parties
    if holders != parties and not any(s.is_concept for s in signs):
        return False
    return words.process_count >= _PROCESS_MIN and not words.is_leisure


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

    A sign of both (a disputed place) pairs with any other sign of a party.
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

    def of(self, text: str) -> str:
        """The stretch of the text."""
        return text[self.start : self.end]


def _stretch(text: str, signs: Sequence[_Sign], first: int, last: int) -> _Stretch | None:
    """The text around two signs; None if more than one sentence ends between them."""
    start, end = signs[first].start, signs[last].end
    if sum(1 for _ in _SENTENCE_END.finditer(text, start, end)) > 1:
        return None
    low, high = max(0, start - _WIDEN_CHARS), min(len(text), end + _WIDEN_CHARS)
    around = tuple(s for s in signs if low <= s.start and s.end <= high)
    inside = tuple(s for s in around if start - _BESIDE_CHARS <= s.start < end + _BESIDE_CHARS)
    return _Stretch(low, high, inside, around)


def _counts(stretch: _Stretch, text: str, words: _Words, parties: frozenset[str]) -> bool:
    """Rules 2 and 3 for one stretch."""
    held = {s.state for s in stretch.around if s.is_holder} & parties
    if held == parties:
        return True
    # Who is named by office takes part; a list names states and cities.
    offices = [s for s in stretch.inside if s.is_holder]
    listed = [s for s in stretch.inside if not any(o.start <= s.start < o.end for o in offices)]
    others = {s.state for s in listed if s.state} - parties
    if len(others) >= _LIST_STATES:
        return False
    if any(s.is_concept for s in stretch.around) and not _is_club(stretch, words, parties):
        return True
    if not (_is_political(stretch, held, parties) or words.has_process(stretch.of(text))):
        return False
    return not words.is_leisure


def _is_club(stretch: _Stretch, words: _Words, parties: frozenset[str]) -> bool:
    """Whether what is in dispute may be a club's or a song's name: one party is not named.

    A club signs agreements and negotiates, too, so that a concept proves nothing here.
    """
    named = {party for s in stretch.around if not s.is_disputed for party in s.parties}
    return named != parties and words.is_leisure


def _is_political(
    stretch: _Stretch, held: AbstractSet[str | None], parties: frozenset[str]
) -> bool:
    """Rule 3 by who is named: the capitals of both, or a third party in the matter."""
    around = stretch.around
    if {s.state for s in around if s.is_capital} == parties:
        return True
    if held and any(s.state and s.state not in parties for s in around):
        return True
    return any(s.is_mediator for s in around) and any(s.is_disputed for s in around)


class _Words:
    """The word lists of a language applied to one text."""

    def __init__(self, language: Language | None, text: str) -> None:
        self._language, self._text = language, text
        self._process, self._leisure = _word_patterns(language) if language else (None, None)

    def has_process(self, piece: str) -> bool:
        """Whether the piece has a word of conflict, talks or peace."""
        if self._language is None or self._process is None:
            return False
        return self._process.search(scan_text(fold(piece, self._language).text)) is not None

    @cached_property
    def _scan(self) -> str:
        if self._language is None:
            return ""
        return scan_text(fold(self._text[:_LEISURE_CHARS], self._language).text)

    @cached_property
    def process_count(self) -> int:
        """How many words of conflict, talks or peace the text has, in its first part."""
        return len(self._process.findall(self._scan)) if self._process else 0

    @cached_property
    def is_leisure(self) -> bool:
        """Whether the text is mostly about sport, weather, culture or travel."""
        leisure = len(self._leisure.findall(self._scan)) if self._leisure else 0
        return leisure >= _LEISURE_MIN and leisure > self.process_count


@lru_cache(maxsize=64)
def _word_patterns(language: Language) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    return _stems(language.process_words, language), _stems(language.leisure_words, language)


def _stems(words: Sequence[str], language: Language) -> re.Pattern[str] | None:
    folded = sorted({fold(w, language).text for w in words}, key=lambda w: (-len(w), w))
    return re.compile(f" (?:{'|'.join(map(re.escape, folded))})") if folded else None
