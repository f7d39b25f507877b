"""Meetings that a clause only gives as the occasion of what somebody said there.

"After talks with X, Z told reporters …": no verb tells the meeting, and yet it is told that Z
met X. So it is read where an adposition of occasion governs the event noun (`cue.occasion`),
the noun says with whom, and the clause says who spoke.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Phrase

_MEETINGS: Final[frozenset[str]] = frozenset({"talks", "meeting", "call"})
_SITES: Final[frozenset[str]] = frozenset({"city", "building", "border"})
_OUTCOMES: Final[tuple[str, ...]] = ("agree", "sign", "initial", "reach", "finalise")
_NEAR: Final = 3  # words between the noun and "with", or between the adposition and the noun


def met_by_speaker(scene: Scene) -> Phrase | None:
    """Who met whom the clause's event noun names, or None where the clause tells no occasion."""
    noun, verb = scene.match.noun, scene.match.verb
    if verb is not None or noun is None or noun.name not in _MEETINGS:
        return None
    beside = [
        p for p in scene.phrases if p.marker == "with" and 0 <= p.marker_first - noun.last <= _NEAR
    ]
    if not beside or not _is_occasion(scene):
        return None
    said = scene.sentence.cue("report", beside[0].last, scene.clause.last)
    if said is None:
        return None
    bare = [
        p
        for p in scene.phrases
        if p.marker is None and not p.is_possessive and not p.is_adjective and p.last <= said.first
    ]
    before = [p for p in bare if p.last <= noun.first]
    after = [p for p in bare if p.first >= beside[0].last]
    return next(iter(before or after), None)


def _agrees_there(scene: Scene) -> bool:
    """As in "at their eighth sitting the commissions agreed": what came of it tells it."""
    verbs = [t for name in _OUTCOMES for t in scene.sentence.of("verb", name)]
    told = any(scene.first <= t.first < scene.last and t.form in {"past", "passive"} for t in verbs)
    return told and _is_occasion(scene)


def tells_occasion(scene: Scene) -> bool:
    """Whether a clause without a verb of meeting yet tells that one was held."""
    if scene.match.verb is not None:
        return False
    return _agrees_there(scene) or met_by_speaker(scene) is not None


def _is_occasion(scene: Scene) -> bool:
    noun = scene.match.anchor
    tags = scene.sentence.of("cue", "occasion")
    return any(0 <= noun.first - tag.last < _NEAR and tag.first >= scene.first for tag in tags)


def names_setting(scene: Scene) -> bool:
    """Whether a clause says where: in a city, a building or a country, not in a whole region."""
    places = scene.context.dossier.places
    return any(
        (atom.place is None or places[atom.place].place_kind in _SITES)
        and (atom.place or atom.country)
        and not atom.person
        for phrase in scene.phrases
        if phrase.marker == "in"
        for atom in phrase.atoms
    )
