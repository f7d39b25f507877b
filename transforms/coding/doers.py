"""Who does it and to whom, where endings and not places tell.

In a language that marks the doer of a finished deed (`doer` among its markers), the phrase
with that ending is the subject wherever it stands, a bare one beside it is the object, and a
bare phrase alone cannot be the subject of a transitive past. An ending that two markers share
is settled by the names it is coordinated with, else by what follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Atom, Clause, Phrase, Sentence

DOER: Final = "doer"
_EXPERIENCED: Final = frozenset({"no_need", "disclaim"})
_TRANSITIVE: Final = frozenset({"host", "gather", "invite", "release", "hand_over"})


def has_doers(sentence: Sentence) -> bool:
    """Whether the language marks the doer of a deed."""
    return DOER in sentence.lexicon.suffixes


def case_of(sentence: Sentence, group: Sequence[Atom], last: int) -> str | None:
    """The marker that the endings of a phrase's words agree on, ``doer`` among them."""
    surfaces = [atom.surface for atom in group if atom.surface not in sentence.lexicon.names]
    if last > group[-1].last:
        surfaces = [sentence.words[last - 1].folded]
    elif group[-1].surface in sentence.lexicon.names:
        return None
    found = [_markers(sentence, surface) for surface in surfaces]
    common = [name for name in found[-1] if all(name in each for each in found)] or found[-1]
    if len(common) > 1 and "of" in common and "object" in common:
        return "object" if _stands_free(sentence, last) else "of"
    return common[0] if common else None


def case_of_word(sentence: Sentence, word: int) -> str | None:
    """The first marker that the ending of a word names."""
    found = _markers(sentence, sentence.words[word].folded)
    return found[0] if found else None


def ends_phrase(sentence: Sentence, name: Atom) -> bool:
    """Whether a name's ending closes its phrase: no title behind it is its own."""
    if not has_doers(sentence) or name.surface in sentence.lexicon.names:
        return False
    found = _markers(sentence, name.surface)
    return bool(found) and "of" not in found


def parts_cases(sentence: Sentence, left: Atom, right: Atom) -> bool:
    """Whether two neighbouring names stand in different cases, the first in no genitive."""
    if has_doers(sentence) and left.person and right.place and not right.person:
        return True  # "X in V": the name in the nominative is a phrase of its own
    if not ends_phrase(sentence, left):
        return False
    return _markers(sentence, left.surface) != _markers(sentence, right.surface)


def _markers(sentence: Sentence, surface: str) -> list[str]:
    return [name for name, pattern in sentence.lexicon.suffixes.items() if pattern.search(surface)]


def _stands_free(sentence: Sentence, last: int) -> bool:
    """Whether nothing follows that a phrase could belong to: its clause ends, or a verb comes."""
    words = sentence.words
    if last >= len(words) or words[last].gap != " ":
        return True
    return any(t.first == last and t.form != "noun" for t in sentence.kind("verb"))


def doer_near(sentence: Sentence, clause: Clause, verb: WordTag) -> Phrase | None:
    """The doer of a clause nearest to a verb, on either side."""
    inside = [
        phrase
        for phrase in sentence.phrases
        if phrase.is_doer and clause.first <= phrase.first and phrase.last <= clause.last
    ]
    return min(inside, key=lambda p: max(verb.first - p.last, p.first - verb.last), default=None)


def experiencer(sentence: Sentence, clause: Clause, verb: WordTag) -> Phrase | None:
    """Who needs something or has not taken it on: verbs whose subject stands as an object."""
    if not has_doers(sentence) or verb.name not in _EXPERIENCED:
        return None
    inside = (p for p in sentence.phrases if clause.first <= p.first and p.last <= clause.last)
    return next((p for p in inside if p.marker in {"object", "of"} and p.last <= verb.first), None)


def wants_doer(sentence: Sentence, verb: WordTag | None) -> bool:
    """Whether a bare phrase cannot be the subject of a verb: a transitive past."""
    return (
        verb is not None
        and verb.form == "past"
        and verb.name in _TRANSITIVE
        and has_doers(sentence)
    )
