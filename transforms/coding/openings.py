"""Sentences that open with the meeting they tell of: "In a call with X, Y said …"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.event_nouns import sentence_final

if TYPE_CHECKING:
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Phrase

_MET: Final = frozenset({"call", "meeting", "talks"})
_TOLD: Final = frozenset({"with", "to"})


def opens_with_meeting(scene: Scene) -> bool:
    """Whether an indefinite meeting noun opens the sentence: "During a call …, X said …"."""
    noun = scene.match.anchor
    if scene.match.verb is not None or noun.name not in _MET or sentence_final(scene.sentence):
        return False
    if scene.clause.first > 0 or noun.first > _LEAD:
        return False
    return scene.sentence.cue("indefinite", max(0, noun.first - 3), noun.first) is not None


_LEAD: Final = 5  # words before the noun of an opening


def cast_opening(scene: Scene, cast: Cast) -> None:
    """Seat whom the opening names, and the subject and addressee of the clause it opens."""
    clauses = scene.sentence.clauses
    last = clauses[scene.match.clause + 1].last if len(clauses) > 1 else scene.clause.last
    phrases = [p for p in scene.sentence.phrases if p.last <= last and p.first >= scene.first]
    subject = next(
        (p for p in phrases if p.marker is None and p.first >= scene.match.anchor.last), None
    )
    others = [p for p in phrases if p.marker in _TOLD and p is not subject][:1]
    for phrase in ([subject] if subject is not None else []) + others:
        _seat(scene, cast, phrase)


def _seat(scene: Scene, cast: Cast, phrase: Phrase) -> None:
    for atom in scene.resolve(phrase):
        if scene.context.is_party(atom.actor):
            cast.add_party(atom, "named beside the meeting that opens the sentence")
        elif atom.actor:
            cast.add_third(atom, "mediator", "speaks at the meeting that opens the sentence")
