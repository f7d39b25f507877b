"""Matching frames: which verb, with which event noun, in which clause.

A verb that governs what is said (an offer, a refusal, an appeal) takes its whole complement:
the talks somebody offers to hold are not talks held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from transforms.coding.arranging import only_arranges, only_goes_on
from transforms.coding.aspect import Aspect, aspect_of
from transforms.coding.closing import closes_clauses, end_of_complement
from transforms.coding.event_nouns import (
    is_origin,
    is_shadowed,
    is_topic,
    noun_for,
    sentence_final,
)
from transforms.coding.wordforms import form_counts
from transforms.vocabulary import group_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dossiers.triggers import Frame
    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Clause, Sentence


@dataclass(frozen=True, slots=True)
class Match:
    """A frame found: ``first``..``last`` are the words from its first to its last anchor."""

    frame: Frame
    clause: int
    verb: WordTag | None
    noun: WordTag | None
    aspect: Aspect

    @property
    def anchor(self) -> WordTag:
        """The verb, else the noun."""
        anchor = self.verb or self.noun
        assert anchor is not None
        return anchor

    @property
    def is_noun_first(self) -> bool:
        """Whether the event noun is the grammatical subject or antecedent."""
        return self.verb is not None and self.noun is not None and self.noun.first < self.verb.first


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Something that looked like an event and was vetoed."""

    frame: str
    first: int
    last: int
    why: str


_AIM: Final = 5  # words from an agreement to what it is to do
_AGREEING: Final = frozenset({"agree", "declare", "reach"})
Teller = Callable[[Match], "NearMiss | None"]


class FrameMatcher:
    """Matches all frames against one sentence."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.taken: set[int] = set()
        self.lent: set[int] = set()  # nouns that a verb of another clause took
        self.named_by: set[int] = set()
        self.markers = {p.marker_first for p in sentence.phrases if p.marker_first >= p.last}
        for phrase in sentence.phrases:
            if phrase.marker in {"mediated_by", "hosted_by"} and phrase.marker_first >= 0:
                self.named_by.update(range(phrase.marker_first, phrase.first))
        self.matches: list[Match] = []
        self.misses: list[NearMiss] = []

    def run(self, frames: Sequence[Frame], tell: Teller) -> None:
        """Fill ``matches`` and ``misses``; ``tell`` codes a match, or says why it tells nothing."""
        verbs = {tag.name for tag in self.sentence.kind("verb")}
        nouns = {tag.name for tag in self.sentence.kind("noun")}
        for frame, is_attributive in self._ways(frames):
            if verbs.isdisjoint(frame.verbs) if frame.verbs else nouns.isdisjoint(frame.nouns):
                continue
            for match in self._of_frame(frame):
                if match.anchor.first in self.taken:
                    continue
                if (match.anchor.form == "attributive") != is_attributive:
                    continue
                if frame.modality == "ability" and not match.aspect.is_ability:
                    continue
                self._judge(match, tell)

    def _ways(self, frames: Sequence[Frame]) -> Iterator[tuple[Frame, bool]]:
        """The frames in order; those of participles before their noun after all finite verbs."""
        if not any(tag.form == "attributive" for tag in self.sentence.kind("verb")):
            yield from ((frame, False) for frame in frames)
            return
        yield from ((frame, False) for frame in frames if frame.verbs)
        yield from ((frame, True) for frame in frames if frame.verbs)
        yield from ((frame, False) for frame in frames if not frame.verbs)

    def _of_frame(self, frame: Frame) -> Iterator[Match]:
        if not frame.verbs:
            for name in frame.nouns:
                for tag in self.sentence.of("noun", name):
                    if tag.first not in self.taken and not self._is_owned(frame, tag):
                        yield self._match(frame, None, tag)
            return
        is_table = group_of(frame.type) == "meeting" or frame.type == "invitation"
        tags = [tag for name in frame.verbs for tag in self.sentence.of("verb", name)]
        for tag in sorted(tags, key=lambda tag: tag.form == "noun"):  # finite verbs tell more
            if tag.first in self.taken or not form_counts(self.sentence, frame, tag):
                continue
            if tag.first in self.markers or (is_table and tag.first in self.named_by):
                continue
            if match := self._with_noun(frame, tag):
                yield match

    def match(self, frame: Frame, verb: WordTag) -> Match:
        """A frame's match on a verb alone, whatever its aspect."""
        return self._match(frame, verb, None)

    def _match(self, frame: Frame, verb: WordTag | None, noun: WordTag | None) -> Match:
        anchor = verb or noun
        assert anchor is not None
        clause = self.sentence.clause_of(anchor.first)
        aspect = aspect_of(self.sentence, self.sentence.clauses[clause], anchor)
        return Match(frame, clause, verb, noun, aspect)

    def _with_noun(self, frame: Frame, verb: WordTag) -> Match | None:
        sentence = self.sentence
        clause = sentence.clauses[sentence.clause_of(verb.first)]
        if frame.requires and not self._topical(frame, verb, clause):
            return None
        if frame.status == "failed" and verb.form == "present" and sentence.lexicon.words.is_strict:
            return None  # "talks yield nothing": at all, not one of them
        if not frame.nouns:
            barred = self._is_barred(frame, verb, None, clause) or self._lacks_place(frame, verb)
            return None if barred else self._match(frame, verb, None)
        noun = noun_for(self, frame, verb, clause)
        if noun is None or self._is_barred(frame, verb, noun, clause):
            return None
        if frame.type == "offer" and is_shadowed(sentence, verb, noun):
            return None
        match = self._match(frame, verb, noun)
        if self._is_only_talk(match):
            return None
        if frame.fixed and self._is_outdone(match, clause):
            return None
        is_purpose = match.is_noun_first and match.aspect.veto == "infinitive"
        return None if is_purpose else match

    def _is_barred(self, frame: Frame, verb: WordTag, noun: WordTag | None, clause: Clause) -> bool:
        """Whether a noun the frame forbids stands in the clause; behind a passive whose noun is
        its subject it belongs to something else ("the text is agreed and talks now turn to").
        """
        nouns = [t for n in frame.forbids for t in self.sentence.of("noun", n)]
        nouns = [t for t in nouns if not verb.first <= t.first < verb.last]
        nouns = [
            t for t in nouns if not (is_origin(self.sentence, t) or is_topic(self.sentence, t))
        ]
        last = clause.last
        if noun is not None and noun.last <= verb.first and not sentence_final(self.sentence):
            last = verb.first
        head = clause.first if verb.first == clause.first else -1  # "progress, reached by X"
        return any(clause.first <= tag.first < last or tag.last == head for tag in nouns)

    def _is_owned(self, frame: Frame, noun: WordTag) -> bool:
        """Whether a noun the frame forbids rules its own: "the terms of a truce"."""
        owners = [t for name in frame.forbids for t in self.sentence.of("noun", name)]
        return any(0 <= noun.first - t.last <= 1 for t in owners)

    def _is_only_talk(self, match: Match) -> bool:
        """Whether a paper or work is only the subject of what was agreed: "agreed to discuss
        the treaty", "agreed to continue work on the corridor".
        """
        verb, noun, group = match.verb, match.noun, group_of(match.frame.type)
        if only_arranges(self.sentence, match):
            return True
        if verb is None or noun is None or verb.name not in _AGREEING or group == "speech":
            return False
        to = self.sentence.cue("to", noun.last, noun.last + _AIM)
        if to is not None and self.sentence.cue("talk_of", to.last, to.last + 2) is not None:
            return group == "instrument"  # "the agreement to hold talks"
        first, last = sorted((verb, noun), key=lambda tag: tag.first)
        return self.sentence.cue("talk_of", first.last, last.first) is not None

    def _lacks_place(self, frame: Frame, verb: WordTag) -> bool:
        """Whether an invitation names no place to come to: "X invites them to sign" urges."""
        if frame.type != "invitation" or not self.sentence.lexicon.words.is_strict:
            return False
        return not any(
            p.marker in {"to", "in"} and any(a.place or a.country for a in p.atoms)
            for p in self.sentence.phrases
            if p.last <= verb.first
        )

    def _is_outdone(self, match: Match, clause: Clause) -> bool:
        """Whether "planned" only qualifies a meeting of which the clause then says more:
        "the meeting planned for Monday did not take place".
        """
        verb = match.verb
        if verb is None or verb.form != "past" or match.aspect.is_passive:
            return False
        later = [t for name in ("happen", "start", "end") for t in self.sentence.of("verb", name)]
        return match.is_noun_first and any(
            verb.last <= t.first < clause.last and t.form in {"past", "future"} for t in later
        )

    def _topical(self, frame: Frame, verb: WordTag, clause: Clause) -> bool:
        if frame.type == "appeal" and self._names_both(clause):
            return True
        start = clause.first if sentence_final(self.sentence) else verb.first
        return bool(self.sentence.topics(start, self.reach(clause)) & set(frame.requires))

    def _names_both(self, clause: Clause) -> bool:
        """Whether "the sides" stand in a clause: who urges them speaks of their quarrel."""
        return any(
            p.is_anaphor and clause.first <= p.first < clause.last for p in self.sentence.phrases
        )

    def reach(self, clause: Clause) -> int:
        """Where a governed complement ends: with the "that" clause after it, if any."""
        clauses = self.sentence.clauses
        after = clauses.index(clause) + 1
        wishes = {"that", "prospective"} if self.sentence.lexicon.words.has_commas else {"that"}
        wishes |= {"condition"} if closes_clauses(self.sentence) else set()
        if after < len(clauses) and clauses[after].opener in wishes:
            return end_of_complement(self.sentence, after)
        return clause.last

    def _is_shared(self, match: Match, tag: WordTag) -> bool:
        """Whether a noun of an earlier clause is left to others: "the text was agreed in March
        and initialled in August"; a speech act leaves the talks it speaks of to their own verb.
        """
        clause, group = self.sentence.clauses[match.clause], group_of(match.frame.type)
        if match.verb is None or clause.first <= tag.first < clause.last:
            return False
        tells_cases = self.sentence.lexicon.oblique is not None
        is_second = group == "instrument" and clause.opener == "coordinate" and tells_cases
        return group == "speech" or is_second

    def _take(self, match: Match) -> None:
        if match.noun is not None and closes_clauses(self.sentence):
            clause = self.sentence.clauses[match.clause]
            if not clause.first <= match.noun.first < clause.last:
                self.lent.update(range(match.noun.first, match.noun.last))
        for tag in (match.verb, match.noun):
            if tag is not None and not self._is_shared(match, tag):
                self.taken.update(range(tag.first, tag.last))
        is_meeting = group_of(match.frame.type) == "meeting" and not match.frame.adds
        if match.verb is not None and is_meeting:
            self._take_meeting_nouns(match)
        if match.verb is None or group_of(match.frame.type) != "speech":
            return
        clause = self.sentence.clauses[match.clause]
        first = clause.first if sentence_final(self.sentence) else match.verb.first
        if match.noun is not None and clause.first <= match.noun.first < first:
            first = match.noun.first  # "the offer to hold talks was declined"
        self.taken.update(range(first, self.reach(clause)))

    def _take_meeting_nouns(self, match: Match) -> None:
        """One verb tells one meeting, however many nouns its clause has for it."""
        clause = self.sentence.clauses[match.clause]
        for name in ("talks", "meeting", "summit", "commission", "panel"):
            for tag in self.sentence.of("noun", name):
                if clause.first <= tag.first < clause.last:
                    self.taken.update(range(tag.first, tag.last))

    def _judge(self, match: Match, tell: Teller) -> None:
        """Tell what a match tells; a speech act that falls through leaves its words to others."""
        anchor, why = match.anchor, _veto(match)
        if why is None and only_goes_on(self.sentence, match):
            why = _ONLY_ON
        miss = tell(match) if why is None else None
        if why is not None:
            miss = NearMiss(match.frame.id, anchor.first, anchor.last, why)
        if miss is None:
            self.matches.append(match)
        else:
            self.misses.append(miss)
        is_nominal = why in {"nominal", _IDLE}  # what governs it may yet tell an event
        is_speech = group_of(match.frame.type) == "speech"
        falls_through = miss is not None and is_speech and why in {None, "infinitive"}
        if falls_through or is_nominal:
            return
        if why is not None and match.verb is not None and match.is_noun_first:
            self.taken.update(range(match.verb.first, match.verb.last))  # leaves its subject
        else:
            self._take(match)


_ONLY_ON: Final = "an accord to go on, with no day or place"
_IDLE: Final = "a participle that tells no event"
_PLANS: Final[frozenset[str | None]] = frozenset({"infinitive", "attempt"})
"""What does not keep something scheduled from being so."""


def _veto(match: Match) -> str | None:
    aspect, frame = match.aspect, match.frame
    if frame.modality == "ability":
        return None if aspect.is_ability and not aspect.is_negated else "no claim of ability"
    if frame.fixed and (group_of(frame.type) == "speech" or aspect.veto in _PLANS):
        return None
    is_bare = match.is_noun_first and aspect.time == "gerund"
    if match.verb is not None and match.verb.name == "happen" and is_bare:
        return aspect.veto or _IDLE
    if match.verb is not None and match.verb.name in {"ready", "no_need", "cancel"}:
        return None if aspect.veto in {None, "hypothetical"} else aspect.veto
    return aspect.veto
