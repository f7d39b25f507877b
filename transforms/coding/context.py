"""What earlier sentences and the title lend to a sentence: who "the two sides" are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from dossiers.records import Dossier
    from transforms.coding.draft import Draft
    from transforms.coding.sentence import Atom, Phrase, Sentence
    from transforms.records import Document

_LOOK_BACK_PARAGRAPHS = 2
_HE_REACH = 3  # sentences back in which "he" is looked for
_COMPANY_REACH = 2  # sentences after a meeting with one party in which "the sides" are those two
_WINDOW = 12  # sentences; keeps the work linear on texts without paragraphs


def day_of(document: Document) -> date | None:
    """The calendar day a document is of: what "on Monday" in it is relative to."""
    if document.published_day is not None:
        return document.published_day
    return document.published.date() if document.published else None


@dataclass(slots=True)
class Context:
    """A document's sentences as read so far, and what its title names.

    Attributes:
        title_actors: actors the title names.
        mediators: actors the document shows mediating, or trying to, in the process.
        disclaimed: actors that are said not to mediate.
        text_day: the latest day an undated document's text names in full.
        title: the title, read as a sentence.
        visit: the place of the visit the document tells of.
        published: the day of the document.
        told: what was coded so far, in the order of the text.
        is_ours: both parties are named in it, so that it is about them (`coding.setting`).
    """

    dossier: Dossier
    title_actors: frozenset[str] = frozenset()
    sentences: list[Sentence] = field(default_factory=list)
    mediators: set[str] = field(default_factory=set)
    visit: Atom | None = None
    disclaimed: set[str] = field(default_factory=set)
    text_day: date | None = None
    title: Sentence | None = None
    is_ours: bool = False
    told: list[Draft] = field(default_factory=list)
    published: date | None = None

    @property
    def parties(self) -> frozenset[str]:
        """The ids that act as a party."""
        process = self.dossier.process
        return frozenset((*process.parties, *process.party_groups))

    def is_party(self, actor: str | None) -> bool:
        """Whether an actor is a party to the process, or acts for one."""
        return actor is not None and actor in self.parties

    def party_atoms(self, phrase: Phrase) -> tuple[Atom, ...]:
        """The atoms of a phrase that are parties."""
        return tuple(atom for atom in phrase.atoms if self.is_party(atom.actor))

    def has_both(self, actors: Iterable[str | None]) -> bool:
        """Whether two parties are among some actors, one of them a state."""
        found = {actor for actor in actors if self.is_party(actor)}
        return len(found) >= 2 and not found.isdisjoint(self.dossier.process.parties)

    def pair_before(self, sentence: Sentence, word: int) -> tuple[Atom, ...] | None:
        """The two parties, if a pair anaphor at a word of a sentence means them.

        Looked for in the sentence before the word, in the paragraph, in the title, then in
        the paragraphs before. A nearer pair of others forbids it.
        """
        near = [p for p in sentence.phrases if p.last <= word]
        near = [p for p in near if not self._is_subject_of(sentence, p, word)]
        if self._in_company(sentence):
            return None
        for phrases in (near, *self._paragraph_before(sentence)):
            pair = self._pair_in(phrases)
            if pair is not None:
                return pair if self.has_both(atom.actor for atom in pair) else None
        if self.has_both(self.title_actors):
            return None if self._others_just_acted(sentence) else ()
        for phrases in self._paragraphs_before(sentence):
            pair = self._coordinated(phrases)
            if pair is not None:
                return pair if self.has_both(atom.actor for atom in pair) else None
        return None

    def _is_subject_of(self, sentence: Sentence, phrase: Phrase, word: int) -> bool:
        """Whether several third parties are the subject of a verb that "the sides", at a word
        behind it, are the object of: nobody urges himself.
        """
        if phrase.marker is not None or len(phrase.actors) < 2 or not self.is_ours:
            return False
        if any(map(self.is_party, phrase.actors)) or sentence.lexicon.words.order == "sov":
            return False
        index = sentence.clause_of(phrase.first)
        verbs = [t for n in ("appeal", "ask", "invite") for t in sentence.of("verb", n)]
        return index == sentence.clause_of(word) and any(
            phrase.last <= t.first and t.last <= word for t in verbs
        )

    def _others_just_acted(self, sentence: Sentence) -> bool:
        """Whether one party and somebody else were who acted in the sentence before: "the
        ministers" of the next paragraph are they.
        """
        for other in self.near(sentence):
            if other.number == sentence.number - 1:
                for phrase in other.phrases:
                    if phrase.marker is None and len(phrase.actors) > 1:
                        is_titled = set(phrase.actors) <= self.title_actors
                        return is_titled and not self.has_both(phrase.actors)
        return False

    def _in_company(self, sentence: Sentence) -> bool:
        """Whether "the sides" are a party and a third party whose meeting was told last."""
        last = self.told[-1] if self.told else None
        near = last is not None and 0 < sentence.number - last.sentence.number <= _COMPANY_REACH
        return near and last is not None and last.type == "party_meeting"

    def before(self, sentence: Sentence) -> list[Sentence]:
        """The title and the sentences just before one, in order."""
        near = [s for s in self.near(sentence) if s.number < sentence.number]
        return [*([self.title] if self.title is not None else ()), *near]

    def bare_parties(self) -> tuple[Atom, ...]:
        """The two states, unnamed."""
        from transforms.coding.sentence import Atom

        return tuple(Atom(actor, None, None, 0, 0) for actor in self.dossier.process.parties)

    def other_pair_before(self, sentence: Sentence, word: int) -> bool:
        """Whether a party and somebody else met earlier in a sentence: they are "the two"."""
        near = [p for p in sentence.phrases if p.last <= word]
        one = [p for p in near if p.marker is None and len(p.actors) == 1]
        other = [p for p in near if p.marker == "with" and len(p.actors) == 1]
        actors = {a for p in (*one[:1], *other[:1]) for a in p.actors}
        return len(actors) == 2 and sum(self.is_party(a) for a in actors) == 1

    def near(self, sentence: Sentence) -> list[Sentence]:
        """The sentences around one, in order."""
        first = max(0, sentence.number - _WINDOW)
        return self.sentences[first : sentence.number + _WINDOW]

    def _paragraph_before(self, sentence: Sentence) -> list[list[Phrase]]:
        return [
            other.phrases
            for other in reversed(self.near(sentence))
            if other.paragraph == sentence.paragraph and other.number < sentence.number
        ]

    def _paragraphs_before(self, sentence: Sentence) -> list[list[Phrase]]:
        """The phrases of earlier paragraphs, nearest first.

        A paragraph that itself speaks of "the two" carries the pair on and costs no reach.
        """
        found: list[list[Phrase]] = []
        left, paragraph, carries = _LOOK_BACK_PARAGRAPHS, sentence.paragraph, True
        for other in reversed(self.near(sentence)):
            if other.paragraph >= sentence.paragraph:
                continue
            if other.paragraph != paragraph:
                left -= 0 if carries and paragraph != sentence.paragraph else 1
                paragraph, carries = other.paragraph, False
            if left < 0:
                break
            carries = carries or any(phrase.is_anaphor for phrase in other.phrases)
            found.append(other.phrases)
        return found

    def _coordinated(self, phrases: list[Phrase]) -> tuple[Atom, ...] | None:
        """The last pair of a sentence; beside "the two", a pair of others is only company."""
        carried = any(phrase.is_anaphor for phrase in phrases)
        for phrase in reversed(phrases):
            is_pair = len(phrase.actors) >= 2 and phrase.marker != "in"
            if is_pair and (not carried or self.has_both(phrase.actors)):
                return phrase.atoms
        return None

    def _pair_in(self, phrases: list[Phrase]) -> tuple[Atom, ...] | None:
        """A coordinated pair, else all the actors of a sentence if they are two or more."""
        pair = self._coordinated(phrases)
        if pair is not None or any(phrase.is_anaphor for phrase in phrases):
            return pair
        atoms = [
            atom
            for phrase in phrases
            if phrase.marker not in {"in", "from", "to"}
            for atom in phrase.atoms
            if atom.actor
        ]
        seen = {atom.actor for atom in atoms}
        return tuple(atoms) if len(seen) >= 2 else None

    def last_person(self, sentence: Sentence, word: int, *, is_she: bool = False) -> Atom | None:
        """Whom "he" means at a word: the last person who was a bare phrase, else any."""
        best: Atom | None = None
        earlier = [s for s in self.near(sentence) if s.number < sentence.number]
        for other in (sentence, *reversed(earlier[-_HE_REACH:])):
            for phrase in other.phrases:
                if other is sentence and phrase.last > word:
                    break
                for atom in phrase.atoms:
                    if atom.person is None or phrase.marker is not None:
                        continue
                    if not is_she or self.dossier.persons[atom.person].gender != "m":
                        best = atom
            if best is not None:
                return best
        return None
