"""How neighbouring atoms hang together, and where a phrase begins: titles, articles, markers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.coding.doers import parts_cases
from transforms.coding.endings import (
    are_apart,
    is_conjoined,
    is_located,
    joining_suffixes,
)
from transforms.coding.sentence import Atom, Sentence

if TYPE_CHECKING:
    pass


_JOINERS = ",-–—/&"


_REACH = 8  # words a marker may stand before its phrase's first name


@dataclass(slots=True)
class Builder:
    """Builds the phrases of one sentence."""

    sentence: Sentence
    starts: dict[int, list[tuple[str, int]]]  # word -> (cue or level or marker name, last)
    ends: dict[int, list[tuple[str, int]]]  # word after the tag -> (name, first)

    @classmethod
    def of(cls, sentence: Sentence) -> Builder:
        """The builder of a sentence, its titles, articles and adpositions filed by place."""
        starts: dict[int, list[tuple[str, int]]] = {}
        ends: dict[int, list[tuple[str, int]]] = {}
        wanted = {"determiner", "title", "filler", "coordinator", "possessive"}
        for tag in sentence.tags:
            if tag.kind == "level" or (tag.kind == "cue" and tag.name in wanted):
                name = "title" if tag.kind == "level" else tag.name
            elif tag.kind == "before":
                name = f"<{tag.name}"
            else:
                continue
            starts.setdefault(tag.first, []).append((name, tag.last))
            ends.setdefault(tag.last, []).append((name, tag.first))
        if sentence.lexicon.words.is_strict:
            for at in joining_suffixes(sentence):
                starts.setdefault(at, []).append(("suffix", at + 1))
        return cls(sentence, starts, ends)

    def join(self, left: Atom, right: Atom) -> str | None:
        """How two neighbouring atoms hang together: ``same``, ``and``, ``comma`` … or None."""
        if left.last > right.first:
            return None
        coordinated, is_apposed, lists, at = False, False, False, left.last
        words = self.sentence.words
        while at < right.first:
            step = self._step(at, right.first)
            if step is None:
                return None
            if step[0] == "title" and not coordinated and "," in words[at].gap:
                is_apposed = True  # "A, secretary of the council, and B"
            name, last = step
            coordinated = coordinated or name == "coordinator"
            lists = lists or (name == "coordinator" and last - at > 1)  # "as well as"
            at = last
        gaps = "".join(word.gap for word in words[left.last : right.first + 1])
        gaps = gaps.removeprefix(")")  # past an abbreviation
        if self.sentence.lexicon.words.is_strict:
            if are_apart(self.sentence, left, right, gaps) or self._meets_himself(left, right):
                return None
            gaps = gaps.replace("-", " ") if left.last < right.first else gaps
            coordinated = coordinated or is_conjoined(self.sentence, left, right)
        if gaps.strip().strip(_JOINERS).strip() or any(mark in gaps for mark in ";:("):
            return None
        if coordinated and (left.actor != right.actor or left.actor is None):
            return "comma and" if "," in gaps and not (is_apposed or lists) else "and"
        if "," not in gaps and self._parts(left, right):
            return None
        return _link(left, right, gaps, titled=is_apposed)

    def _meets_himself(self, left: Atom, right: Atom) -> bool:
        """Whether what joins two names of one side marks the first: "X with, at X's request"."""
        after = self.sentence.kind("after")
        is_with = any(t.first == left.last and t.name == "with" for t in after)
        parted = "," in self.sentence.words[right.first].gap and left.person and not right.person
        return (is_with or bool(parted)) and left.actor == right.actor

    def _parts(self, left: Atom, right: Atom) -> bool:
        """Whether endings part two names that nothing stands between: "X V-in"."""
        if parts_cases(self.sentence, left, right):
            return True
        stands = right.place and not right.person and is_located(self.sentence, right)
        return bool(left.person and stands and left.last == right.first)

    @property
    def joiners(self) -> frozenset[str]:
        """Adpositions that hold a phrase together; where nouns come first only "of" does."""
        head_first = self.sentence.lexicon.words.head_first
        return frozenset({"<of"}) if head_first else frozenset({"<of", "<from"})

    def _step(self, at: int, limit: int) -> tuple[str, int] | None:
        """The longest skippable tag at a word."""
        best: tuple[str, int] | None = None
        for name, last in self.starts.get(at, ()):
            usable = not name.startswith("<") or name in self.joiners
            if usable and last <= limit and (best is None or last > best[1]):
                best = (name, last)
        return best

    def left_edge(self, head: int, floor: int) -> int:
        """The first word of titles, determiners and fillers before a name."""
        at = head
        if self.sentence.lexicon.words.is_strict:
            pairs = [t for t in self.sentence.of("cue", "pair") if t.last < head]
            pairs += [t for t in self.sentence.of("cue", "object_pair") if t.last == head]
            bars = [*self.sentence.kind("after"), *pairs]
            floor = max((t.last for t in bars if floor < t.last <= head), default=floor)
        while at > floor and head - at < _REACH:
            if any(mark in self.sentence.words[at].gap for mark in ',;:.()"“”«»—'):
                break
            step = min(
                (first for name, first in self.ends.get(at, ()) if self._leftward(name, first)),
                default=None,
            )
            if step is None or step < floor:
                break
            at = step
        return at

    def _leftward(self, name: str, first: int) -> bool:
        if name in {"determiner", "title", "filler"}:
            return True
        if name not in {"<of", "<from"}:
            return False
        return self._closes_title(first) or self._closes_title(self._past_adjective(first))

    def _closes_title(self, word: int) -> bool:
        return any(title in {"title", "filler"} for title, _ in self.ends.get(word, ()))

    def _past_adjective(self, word: int) -> int:
        """Where a title ends that an unknown word, an adjective, follows: "the permanent envoy"
        as languages say it that put the adjective last; else the word itself.
        """
        sentence = self.sentence
        if sentence.lexicon.words.order == "sov" or word < 2:
            return word
        known = any(t.first < word <= t.last for t in sentence.tags)
        spaced = sentence.words[word - 1].gap == " " == sentence.words[word].gap
        return word - 1 if spaced and not known else word

    def marker_at(self, edge: int) -> tuple[str | None, int]:
        """The longest adposition that ends where the phrase begins, and its first word."""
        words = self.sentence.words
        if edge < len(words) and any(mark in words[edge].gap for mark in ",;:()"):
            return None, -1
        found = [(first, name) for name, first in self.ends.get(edge, ()) if name[0] == "<"]
        if not found:
            return None, -1
        first, name = min(found)
        if first == 0 and name == "<of":
            return None, -1  # "Des délégués … ont": nothing stands before it to own
        return name[1:], first


def _link(left: Atom, right: Atom, gaps: str, *, titled: bool = False) -> str | None:
    """How two atoms without a coordinator hang together, ``gaps`` being what parts them and
    ``titled`` whether a title stands there ("N, president of X").
    """
    if titled and "," in gaps and left.person and not right.person and right.rank == "igo":
        return "same"
    if left.rank == right.rank == "igo" and right.person and not left.person and "," not in gaps:
        return "same"  # "the president of body X N", whichever body he is known to belong to
    left_is_place = bool(left.place) and not left.person
    right_is_place = bool(right.place) and not right.person
    if left_is_place and not right_is_place:
        is_state = not right.person and left.country == right.country and "," in gaps
        return "same" if is_state else "comma" if "," in gaps else None
    are_two = left.person and right.person and left.person != right.person
    if left.actor and left.actor == right.actor and not are_two:
        bare = not (left.person or right.person or titled or right.rank)
        is_capital = right_is_place and bool(left.person) and not titled  # "according to N, V …"
        return None if (bare or is_capital) and "," in gaps else "same"
    if left_is_place and right_is_place and "," not in gaps:
        apart = left.country and right.country and left.country != right.country
        return None if apart else "nested"
    if "," in gaps:
        return "comma"
    return "and" if gaps.strip() in {"-", "–", "—", "/", "‐", "‑"} else None
