"""Who sat at a table without a verb that says so: who speaks there, who comes on a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Phrase

SPOKE_THERE: Final = "who speaks there was at the table"
VISIT: Final = "visit_party"
"""The frame of a mediator who comes to one of the parties."""
_NEAR: Final = 2  # words between a verb of saying and its subject
_ABROAD: Final = frozenset({"in", "to", "oblique", "object", None})


def add_speaker(scene: Scene, cast: Cast) -> None:
    """As in "X said at a meeting with Y": whoever speaks there met them."""
    noun = scene.match.anchor
    beside = [p for p in scene.phrases if p.marker == "with" and p.marker_first - noun.last == 0]
    if not beside or (cast.thirds and cast.parties):
        return
    speaker = _speaker(scene, beside[0])
    if speaker is None:
        return
    for atom in scene.resolve(speaker):
        if atom.actor is None or atom.actor in beside[0].actors:
            continue
        if scene.context.is_party(atom.actor):
            if cast.parties:
                return
            cast.add_party(atom, SPOKE_THERE)
        elif cast.parties:
            cast.add_third(atom, "mediator", SPOKE_THERE, speaker.level)
        cast.notes.append(SPOKE_THERE)


def _speaker(scene: Scene, met: Phrase) -> Phrase | None:
    """The subject of the sentence's verb of saying, if it is one person or state."""
    for tag in scene.sentence.of("cue", "report"):
        for phrase in scene.sentence.phrases:
            bare = phrase.marker is None and not phrase.is_possessive and phrase != met
            near = 0 <= phrase.first - tag.last <= 1 or 0 <= tag.first - phrase.last <= _NEAR
            if bare and near and len(phrase.actors) == 1:
                return phrase
    return None


def add_visited(scene: Scene, cast: Cast) -> None:
    """Of a visit, the parties are those to whose country it leads."""
    for phrase in scene.phrases:
        if phrase.marker in _ABROAD and phrase.first >= scene.match.anchor.last:
            for atom in phrase.atoms:
                if scene.context.is_party(atom.actor) and not atom.person:
                    cast.add_party(atom, "visited")
