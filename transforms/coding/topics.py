"""Names that only belong to what is spoken of, and those who are no pair of the process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Phrase

_NEAR: Final = 3  # sentences in which "the two sides" may still be those who met there


def is_topics(scene: Scene, phrase: Phrase) -> bool:
    """Whether a phrase only belongs to what two who are named already spoke about: "X and Y of
    the talks between A and B spoke", where nouns come first and verbs last.
    """
    verb, sentence = scene.match.verb, scene.sentence
    if verb is None or scene.match.noun is not None or not sentence.lexicon.words.head_first:
        return False
    seated = [
        p
        for p in scene.phrases
        if p.marker is None and len(p.actors) > 1 and p.last <= phrase.marker_first
    ]
    return bool(seated) and any(
        seated[0].last <= t.first < phrase.marker_first
        for t in sentence.kind("before")
        if t.name == "about"
    )


def are_others(scene: Scene, agent: object) -> bool:
    """Whether "the two sides" are a party and the third party it was just told to have met."""
    if not getattr(agent, "is_anaphor", False) or scene.match.verb is None:
        return False
    number = scene.sentence.number
    near = [d for d in scene.context.told if 0 <= number - d.sentence.number <= _NEAR]
    met = [d for d in near if d.type.endswith("_talks") or d.type in {"party_meeting", "talks"}]
    return bool(met) and met[-1].type == "party_meeting" and len(met[-1].parties) == 1
