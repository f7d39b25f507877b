"""What belongs to the event noun: its genitives, and what a comma sets off beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.doers import has_doers
from transforms.coding.event_nouns import sentence_final

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Clause, Phrase


def is_nouns(scene: Scene, phrase: Phrase) -> bool:
    """Whether a genitive is one of the event noun."""
    noun, verb = scene.match.noun, scene.match.verb
    nominal = noun or (verb if verb is not None and verb.form == "noun" else None)
    if nominal is None:
        return False
    if sentence_final(scene.sentence):
        mediation = scene.sentence.of("noun", "mediation") if has_doers(scene.sentence) else []
        if any(phrase.last <= tag.first < nominal.first for tag in mediation):
            return False
        return phrase.last <= nominal.first and any(atom.person for atom in phrase.atoms)
    return phrase.marker_first >= nominal.first and not _is_of_another(scene, nominal, phrase)


_FAR_OFF: Final = 6  # words from a noun past which a genitive is another noun's


def is_far_off(scene: Scene, phrase: Phrase) -> bool:
    """Whether a genitive stands too far behind the event noun to name who met."""
    noun = scene.match.noun
    if noun is None or sentence_final(scene.sentence):
        return False
    return phrase.marker_first - noun.last > _FAR_OFF


def _is_of_another(scene: Scene, nominal: WordTag, phrase: Phrase) -> bool:
    """Whether a genitive belongs to a meeting that an event is only beside: "talks on the
    margins of the summit of X".
    """
    sentence = scene.sentence
    asides = [t for t in sentence.of("before", "other") if nominal.last <= t.first]
    return any(
        aside.last <= tag.first <= aside.last + 3 and tag.last <= phrase.marker_first
        for aside in asides
        for name in ("meeting", "summit", "talks")
        for tag in sentence.of("noun", name)
    )


_NAMING: Final = frozenset({"mediated_by", "hosted_by", "presence_of"})
"""Markers that name a part by themselves, so that a comma need not part them from the event."""


def set_off(scene: Scene) -> list[Phrase]:
    """As in "held talks on Friday, hosted by X" or "At the invitation of X, they held talks":
    what a comma sets off behind the clause, or before it without a verb of its own.
    """
    clauses, index = scene.sentence.clauses, scene.match.clause
    has_noun = scene.match.noun is not None or scene.match.frame.type == "ceasefire"
    beside = []
    if has_noun and index + 1 < len(clauses):
        beside.append(clauses[index + 1])
    if index == 1 and not _has_verb(scene, clauses[0]):
        beside.append(clauses[0])
    return [
        phrase
        for phrase in scene.sentence.phrases
        for clause in beside
        if phrase.marker in _NAMING and 0 <= phrase.marker_first - clause.first <= 1
    ]


def _has_verb(scene: Scene, clause: Clause) -> bool:
    verbs = (t for t in scene.sentence.kind("verb") if t.form != "noun" and t.name != "none")
    return any(clause.first <= tag.first < clause.last for tag in verbs)
