"""Whose a genitive is: the event noun's, or that of another noun beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.doers import has_doers
from transforms.coding.event_nouns import sentence_final

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Phrase


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
