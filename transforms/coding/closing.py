"""Cutting clauses where each ends with its finite verb, comma or not.

In such languages a subordinate clause may stand in the middle of its main clause ("X, which
Y said, Z did"), and what somebody says follows the verb of saying without a conjunction. A
clause therefore ends behind every finite verb; what follows goes on with the sentence, or is
what was said. Languages that list finite verbs of any meaning (``verb.closer``) are read so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Clause, Opener, Sentence

_OPENERS: Final[dict[str, Opener]] = {
    "that": "that",
    "relative": "relative",
    "adverbial": "adverbial",
    "condition": "condition",
    "prospective": "prospective",
    "simultaneous": "simultaneous",
}
CLOSER: Final = "closer"
_MODAL: Final = ("future", "future_past", "hypothetical", "obligation", "attempt", "ability")
_GOVERNING: Final = frozenset(
    ["offer", "ready", "propose", "ask", "appeal", "demand", "agree", "plan", "accept", "reject"]
)
"""Verb classes that what is wanted, promised or agreed follows."""
_OPEN_FORMS: Final = frozenset({"noun", "ing", "attributive"})
_BREAKS: Final = (";", ":", "—", " – ")


def closes_clauses(sentence: Sentence) -> bool:
    """Whether the language's clauses end with their finite verb."""
    return CLOSER in sentence.lexicon.words.verbs


def cuts_at_verbs(sentence: Sentence, inside: set[int]) -> dict[int, Opener]:
    """Where each clause after the first begins, and what opens it."""
    ends = _verb_ends(sentence)
    cuts: dict[int, Opener] = {}
    for name, opener in _OPENERS.items():
        for tag in sentence.of("cue", name):
            if tag.first not in inside:
                cuts.setdefault(tag.first, _after_verb(sentence, ends, tag, opener))
    taken = {tag.first for name in _OPENERS for tag in sentence.of("cue", name)}
    for end, is_governing in ends.items():
        if end < len(sentence.words) and end not in cuts and end not in taken:
            cuts[end] = _goes_on(sentence, end, is_governing=is_governing)
    for at, word in enumerate(sentence.words):
        if at and any(mark in word.gap for mark in _BREAKS):
            cuts[at] = "that" if ":" in word.gap and ends.get(at) else "main"
    return cuts


def _verb_ends(sentence: Sentence) -> dict[int, bool]:
    """The word after each finite verb; True where what is said or wanted follows."""
    modal = {
        word
        for name in _MODAL
        for tag in sentence.of("cue", name)
        for word in range(tag.first, tag.last)
    }
    ends: dict[int, bool] = {}
    for tag in sentence.kind("verb"):
        if tag.form not in _OPEN_FORMS and tag.last - 1 not in modal:
            ends[tag.last] = ends.get(tag.last, False) or tag.name in _GOVERNING
    for tag in sentence.of("cue", "report"):
        if tag.last in ends:
            ends[tag.last] = True
    for tag in sentence.of("cue", "deny"):
        if tag.last in ends:
            ends[tag.last] = True
    followed = {tag.first for tag in sentence.of("verb", CLOSER)}
    return {end: said for end, said in ends.items() if end not in followed or said}


def _after_verb(sentence: Sentence, ends: dict[int, bool], tag: WordTag, opener: Opener) -> Opener:
    """The one conjunction of many meanings: after a verb of saying it tells what is said."""
    if opener != "relative":
        return opener
    heads = [t for t in sentence.of("cue", "while_head") if t.last <= tag.first]
    if heads and not any(heads[-1].last <= end < tag.first for end in ends):
        return "adverbial"  # "while X calls for it, Y …"
    return "that" if ends.get(tag.first) else "relative"


def _goes_on(sentence: Sentence, end: int, *, is_governing: bool) -> Opener:
    joined = any(tag.first == end for tag in sentence.of("cue", "coordinator"))
    parted = "," in sentence.words[end].gap
    return "that" if is_governing and not joined and not parted else "coordinate"


def end_of_complement(sentence: Sentence, index: int) -> int:
    """Where what is said or wanted ends, ``index`` being the clause it begins with.

    Where each clause has its own verb, clauses that depend on it or go on wishing belong to it.
    """
    clauses = sentence.clauses
    if closes_clauses(sentence):
        while index + 1 < len(clauses) and _goes_on_wishing(sentence, clauses[index + 1]):
            index += 1
    return clauses[index].last


def _goes_on_wishing(sentence: Sentence, clause: Clause) -> bool:
    if clause.opener in {"that", "relative", "condition", "simultaneous", "prospective"}:
        return True
    verbs = [t for t in sentence.kind("verb") if clause.first <= t.first < clause.last]
    return clause.opener == "coordinate" and bool(verbs) and verbs[-1].form == "base"
