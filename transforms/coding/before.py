"""What stands around a verb and says how it is meant: auxiliaries, negation, governing verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.coding.auxiliaries import auxiliary_of
from transforms.coding.closing import closes_clauses

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Clause, Sentence

_ARRANGING = frozenset({"agree", "plan", "declare"})
_WISHING = frozenset({"propose", "propose_plainly", "ask", "appeal", "demand"})
_REACH = 7  # words before a verb in which its auxiliaries and negation stand
_AFTER = 2  # words after a verb before what is said of it, where that follows


class Before:
    """The words between a clause's start (or the verb before) and a verb."""

    def __init__(self, sentence: Sentence, clause: Clause, tag: WordTag) -> None:
        self.sentence, self.clause, self.tag = sentence, clause, tag
        self.is_tight = closes_clauses(sentence)
        floor = clause.first if self.is_tight else max(clause.first, tag.first - _REACH)
        self.lowest = floor
        for other in sentence.kind("verb"):
            is_finite = other.form in {"past", "present"} and not self._is_joined(other)
            is_finite = is_finite and other.name != "ready"  # governs: "is ready to sign"
            is_finite = is_finite and not self._is_auxiliary(other)
            if floor < other.last <= tag.first and is_finite:
                floor = max(floor, other.last) if other.name != tag.name else floor
        report = None if self.is_tight else sentence.cue("report", floor, tag.first)
        self.floor = max(floor, report.last) if report else floor
        if clause.opener == "coordinate" and not self.is_tight:
            joined = next((t for t in sentence.kind("verb") if self._is_joined(t)), None)
            if joined is not None and joined.last <= clause.first:
                outer = sentence.clauses[sentence.clause_of(joined.first)]
                self.floor = self.lowest = Before(sentence, outer, joined).floor

    def _is_auxiliary(self, other: WordTag) -> bool:
        """Whether a verb before this one is part of what says that it is to come: "are expected
        to be signed", or of what makes it only possible ("may be that they meet").
        """
        may_be = self.sentence.of("cue", "hypothetical")
        if any(cue.first < other.last == cue.last <= self.tag.first for cue in may_be):
            return True
        return other.name == "plan" and any(
            cue.first <= other.last <= cue.last <= self.tag.first
            for cue in self.sentence.of("cue", "future")
        )

    @property
    def is_passive(self) -> bool:
        """Whether "be" makes a participle passive: not that of a verb it is only joined to
        ("he was in V and held talks").
        """
        if self.tag.form == "passive":
            return True
        if self.tag.form != "past" or not self.has("be"):
            return False
        be = max(
            (t for t in self.sentence.of("cue", "be") if t.last <= self.tag.first), default=None
        )
        joints = self.sentence.of("cue", "coordinator") if be is not None else []
        parted = any(be is not None and be.last < t.first < self.tag.first for t in joints)
        return not parted or any(self._is_joined(t) for t in self.sentence.kind("verb"))

    def _is_joined(self, other: WordTag) -> bool:
        """Whether a verb shares the auxiliaries of the one before: "to be signed and ratified"."""
        joiner = self.sentence.cue("coordinator", other.last, self.tag.first)
        return joiner is not None and joiner.first == other.last and joiner.last == self.tag.first

    @property
    def is_agreed_here(self) -> bool:
        """Whether the infinitive is what the clause says was agreed: "agreed to sign"."""
        inside = range(self.clause.first, self.tag.first)
        for tag in self.sentence.of("verb", "agree"):
            if tag.first in inside and tag.last <= self.tag.first:
                carried = auxiliary_of(self.sentence, self.clause, tag)
                if tag.form in {"past", "passive"} or (tag.form == "perfect" and carried):
                    return True
        return False

    @property
    def follows_condition(self) -> bool:
        """Whether the clause says what follows if the one right before it holds."""
        clauses = self.sentence.clauses
        index = clauses.index(self.clause)
        return index > 0 and clauses[index - 1].opener == "condition"

    @property
    def auxiliary(self) -> str | None:
        """Which auxiliary makes a participle finite: ``aux``, ``aux_past``, ``negation``."""
        return auxiliary_of(self.sentence, self.clause, self.tag)

    def has(self, name: str) -> bool:
        """Whether a cue of this name stands there."""
        if self.sentence.cue(name, self.floor, self.tag.first) is not None:
            return True
        outer = self._governing() if self.tag.form == "base" else None
        return outer is not None and self.sentence.cue(name, outer.first, outer.last) is not None

    @property
    def is_to_come(self) -> bool:
        """Whether a cue says that a finite verb is to come: not one that, where verbs strictly
        come last, only qualifies a noun before it ("refused the planned meeting").
        """
        if not self.is_strict:
            return self.has("future")
        attributive = {t.first for t in self.sentence.kind("verb") if t.form == "attributive"}
        return any(
            cue.first not in attributive
            for cue in self.sentence.of("cue", "future")
            if self.floor <= cue.first and cue.last <= self.tag.first
        )

    def _governing(self) -> Clause | None:
        """The clause that a clause of wish or plan depends on, where each has one verb."""
        clauses = self.sentence.clauses
        index = clauses.index(self.clause)
        is_said = self.is_tight and self.clause.opener == "that" and index > 0
        return clauses[index - 1] if is_said else None

    @property
    def is_first_to_come(self) -> bool:
        """As in "it will be the first time that they have met": a plan told as a first."""
        start = self.clause.first
        first = self.sentence.cue("first_time", start, self.tag.first)
        return first is not None and self.sentence.cue("future", start, first.first) is not None

    @property
    def is_wished(self) -> bool:
        """As in "proposed that they meet": what somebody only puts forward or asks for."""
        clauses = self.sentence.clauses
        index = clauses.index(self.clause)
        if self.clause.opener != "that" or index == 0 or self.tag.form not in {"present", "base"}:
            return False
        outer = clauses[index - 1]
        return self.sentence.lexicon.words.order == "svo" and any(
            tag.name in _WISHING and outer.first <= tag.first < outer.last
            for tag in self.sentence.kind("verb")
        )

    def governed(self, name: str) -> bool:
        """Whether a verb before it that is itself such a cue governs it: "agreed to meet"."""
        cue = self.sentence.cue(name, self.lowest, self.tag.first)
        return cue is not None and self.floor <= cue.last

    @property
    def is_agreed(self) -> bool:
        """Whether the clause before says that this was agreed or arranged."""
        outer = self._governing()
        return outer is not None and any(
            tag.name in _ARRANGING and tag.form in {"past", "passive"}
            for tag in self.sentence.kind("verb")
            if outer.first <= tag.first < outer.last
        )

    def directly(self, name: str) -> bool:
        """Whether a cue of this name ends right at the verb (or an adverb before it)."""
        cue = self.sentence.cue(name, self.floor, self.tag.first)
        return cue is not None and self.tag.first - cue.last <= 1

    def near(self, name: str) -> bool:
        """Whether a cue of this name ends at most two words before the verb."""
        cue = self.sentence.cue(name, self.floor, self.tag.first)
        return cue is not None and self.tag.first - cue.last <= 2

    @property
    def is_bare(self) -> bool:
        """Whether the present form is also the bare one: "agreed to come and hold talks"."""
        tags = self.sentence.of("verb", self.tag.name)
        return any(t.first == self.tag.first and t.form == "base" for t in tags)

    @property
    def is_of_plan(self) -> bool:
        """As in "they will try again when they meet": the present of a clause of time beside a
        plan.
        """
        clauses = self.sentence.clauses
        index = clauses.index(self.clause)
        if self.clause.opener not in {"simultaneous", "adverbial"} or index == 0:
            return False
        outer = clauses[index - 1]
        return self.sentence.cue("future", outer.first, outer.last) is not None

    @property
    def shares_future(self) -> bool:
        """As in "agreed to step up talks and hold a meeting": what governs the first infinitive
        governs the one joined to it.
        """
        sentence, clause, tag = self.sentence, self.clause, self.tag
        index = sentence.clauses.index(clause)
        if clause.opener != "coordinate" or index == 0 or tag.first - clause.first > 2:
            return False
        if any(clause.first <= p.first < tag.first for p in sentence.phrases):
            return False
        outer = sentence.clauses[index - 1]
        cue = sentence.cue("future", outer.first, outer.last)
        if sentence.cue("attempt", outer.first, outer.last) is not None:
            return False
        finite = {"past", "passive", "perfect"}
        return cue is not None and not any(
            cue.last <= t.first < outer.last and t.form in finite for t in sentence.kind("verb")
        )

    @property
    def follows_agreement(self) -> bool:
        """As in "agreed, with the help of X, to start": the infinitive of what was agreed."""
        index = self.sentence.clauses.index(self.clause)
        if index == 0 or self.tag.first - self.clause.first > 1:
            return False
        outer = self.sentence.clauses[index - 1]
        return any(
            t.form in {"past", "passive"} and outer.first <= t.first < outer.last
            for t in self.sentence.of("verb", "agree")
        )

    @property
    def shares_infinitive(self) -> bool:
        """As in "urged them to stop, sit down and talk": a bare form in a list of infinitives."""
        sentence, clause, tag = self.sentence, self.clause, self.tag
        is_bare = any(t.first == tag.first and t.form == "base" for t in sentence.kind("verb"))
        if clause.opener != "coordinate" or not is_bare or tag.first - clause.first > 2:
            return False
        if any(p.first < tag.first for p in sentence.phrases if p.first >= clause.first):
            return False
        index = sentence.clauses.index(clause)
        for outer in reversed(sentence.clauses[:index]):
            if sentence.cue("to", outer.first, outer.last) is not None:
                to = max(t.last for t in sentence.of("cue", "to") if t.last <= outer.last)
                finite = {"past", "passive", "perfect"}
                return not any(
                    to <= t.first < outer.last and t.form in finite for t in sentence.kind("verb")
                )
            if outer.opener != "coordinate":
                break
        return False

    def _outer(self) -> Clause | None:
        """The clause that a "that" clause depends on, whatever relative stands inside it."""
        clauses = self.sentence.clauses
        index = clauses.index(self.clause)
        if clauses[index].opener == "coordinate" and clauses[index - 1].opener == "relative":
            index -= 2
        return clauses[index - 1] if index > 0 and clauses[index].opener == "that" else None

    @property
    def is_left_open(self) -> bool:
        """Whether what governs the clause leaves it open: "did not rule out that they meet"."""
        if self.clause.opener != "that" or self.sentence.lexicon.words.order == "sov":
            return False
        ends = (tag.last for tag in self.sentence.of("cue", "hypothetical"))
        return self.clause.first in ends

    @property
    def is_due(self) -> bool:
        """Whether the clause says that the thing is still to be done."""
        if self.sentence.lexicon.words.order != "sov":
            return self.has("obligation") or self._shares_obligation
        first, last = self.floor, min(self.tag.last + 2, self.clause.last)
        joint = self.sentence.cue("coordinator", self.tag.last, last)
        last = joint.first if joint is not None else last
        return self.sentence.cue("obligation", first, last) is not None

    @property
    def is_opinion(self) -> bool:
        """Whether the clause is somebody's expectation: "believes that …", "suppose …"."""
        sentence, clause = self.sentence, self.clause
        if sentence.cue("opinion", clause.first, self.tag.first):
            return True
        outer = self._outer() or self._outer_of_joined()
        return outer is not None and sentence.cue("opinion", outer.first, outer.last) is not None

    def _outer_of_joined(self) -> Clause | None:
        """As in "hopes that they will go on, and the result will be …": both are hoped for."""
        clauses = self.sentence.clauses
        index = clauses.index(self.clause)
        joined = self.clause.opener == "coordinate" and self.tag.form == "future" and index > 1
        return clauses[index - 2] if joined and clauses[index - 1].opener == "that" else None

    @property
    def is_hearsay(self) -> bool:
        """Whether the verb is told with a doubt: "reportedly met"."""
        is_final = self.sentence.lexicon.words.order == "sov"
        last = self.clause.last if is_final else self.tag.last
        if self.sentence.cue("hearsay", self.clause.first, last) is not None:
            return True
        index = self.sentence.clauses.index(self.clause)
        if self.clause.opener != "that" or index == 0:
            return False
        outer = self.sentence.clauses[index - 1]
        return self.sentence.cue("hearsay", outer.first, outer.last) is not None

    @property
    def _shares_obligation(self) -> bool:
        """As in "has to be signed and ratified": the second verb shares what governs the first."""
        sentence, clause = self.sentence, self.clause
        index = sentence.clauses.index(clause)
        if clause.opener != "coordinate" or not index or self.tag.first - clause.first > 1:
            return False
        if self.tag.form not in {"passive", "base"}:
            return False
        outer = sentence.clauses[index - 1]
        return sentence.cue("obligation", outer.first, outer.last) is not None

    @property
    def negated_after(self) -> bool:
        """Negation right after the verb, in languages that put it there."""
        if self.sentence.lexicon.words.order != "sov":
            cue = self.sentence.cue("not_after", self.tag.last, self.clause.last)
            return cue is not None and cue.first == self.tag.last
        last = min(self.tag.last + 2, self.clause.last)
        return self.sentence.cue("negation", self.tag.last, last) is not None

    @property
    def negates_subject(self) -> bool:
        """As in "No meeting between X and Y is planned": a negated event noun opens the clause."""
        sentence, first = self.sentence, self.clause.first
        if sentence.lexicon.words.order != "svo":
            return False
        cue = sentence.cue("negation", first, first + 1)
        return cue is not None and any(
            cue.last <= t.first <= cue.last + _AFTER and t.last <= self.tag.first
            for t in sentence.kind("noun")
        )

    @property
    def had_after(self) -> bool:
        """Whether the past auxiliary follows at once, in languages that put it there."""
        if self.sentence.lexicon.words.order != "sov":
            return False
        ending = self.sentence.lexicon.pluperfect
        if ending is not None and ending.search(self.sentence.words[self.tag.last - 1].folded):
            return True
        last = min(self.tag.last + 1, self.clause.last)
        return self.sentence.cue("had", self.tag.last - 1, last) is not None

    @property
    def is_strict(self) -> bool:
        """Whether what is said of a verb follows it."""
        return self.sentence.lexicon.words.is_strict

    def after(self, name: str) -> bool:
        """Whether a cue of this name begins at most two words after the verb."""
        last = min(self.tag.last + _AFTER + 2, len(self.sentence.words))
        cue = self.sentence.cue(name, self.tag.last, last)
        return cue is not None and cue.first - self.tag.last <= _AFTER

    def _is_denied_after(self) -> bool:
        """As in "that they met is denied": a denial that closes a nominalised clause."""
        if self.tag.form in {"passive", "attributive"} and self.tag.last >= self.clause.last:
            return False
        cue = self.sentence.cue("deny", self.tag.last, self.clause.last)
        return cue is not None and not self.sentence.gap_has(self.tag.last, cue.first + 1, ";:")

    def closing(self) -> WordTag | None:
        """The finite verb that a converb leans on: the next one of the sentence."""
        finite = ("past", "passive", "present", "future", "negated")
        later = (t for t in self.sentence.kind("verb") if t.first >= self.tag.last)
        return next((t for t in later if t.form in finite), None)

    @property
    def is_denied(self) -> bool:
        """Whether a verb of denial governs the clause."""
        sentence, clause = self.sentence, self.clause
        last = clause.last if sentence.lexicon.words.order == "sov" else self.tag.first
        if sentence.cue("deny", clause.first, last):
            return True
        if self.is_strict and self._is_denied_after():
            return True
        if sentence.cue("deny_back", self.tag.last, len(sentence.words)):
            return True
        index = sentence.clauses.index(clause)
        if clause.opener != "that" or index == 0:
            return False
        outer = sentence.clauses[index - 1]
        if sentence.cue("deny", outer.first, outer.last) is not None:
            return True
        return any(  # "reports that X fired, are untrue"
            t.first > self.tag.last and "," in sentence.words[t.first].gap
            for t in sentence.of("cue", "deny")
        )
