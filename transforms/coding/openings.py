"""Sentences that open with the meeting they tell of: "In a call with X, Y said …"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.event_nouns import sentence_final

if TYPE_CHECKING:
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Atom, Phrase

_MET: Final = frozenset({"call", "meeting", "talks"})
_TOLD: Final = frozenset({"with", "to"})


def is_first_told(scene: Scene) -> bool:
    """Whether an indefinite meeting noun tells it by itself: "during a call with X"."""
    noun = scene.match.anchor
    if scene.match.verb is not None or noun.name not in _MET or sentence_final(scene.sentence):
        return False
    return scene.sentence.cue("indefinite", max(0, noun.first - 4), noun.first) is not None


def cast_opening(scene: Scene, cast: Cast) -> None:
    """Seat whom the clause beside the meeting names: its subject, and whom it speaks to."""
    if scene.context.has_both(cast.parties) and cast.thirds:
        return
    clauses, index = scene.sentence.clauses, scene.match.clause
    if scene.clause.first > 0:
        _seat(scene, cast, scene.inherited())
        return
    last = clauses[index + 1].last if len(clauses) > index + 1 else scene.clause.last
    phrases = [p for p in scene.sentence.phrases if p.last <= last and p.first >= scene.first]
    bare = [p for p in phrases if p.marker is None and p.first >= scene.match.anchor.last]
    _seat(scene, cast, bare[0] if bare else None)
    for phrase in [p for p in phrases if p.marker in _TOLD][:1]:
        _seat(scene, cast, phrase)


def _seat(scene: Scene, cast: Cast, phrase: Phrase | Atom | None) -> None:
    for atom in scene.resolve(phrase):
        if scene.context.is_party(atom.actor):
            cast.add_party(atom, "named beside the meeting")
        elif atom.actor:
            cast.add_third(atom, "mediator", "speaks at the meeting")
