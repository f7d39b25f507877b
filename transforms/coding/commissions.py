"""Whether a commission, and not the officials who lead it, is who sits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.event_nouns import sentence_final

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene

_SITTINGS: Final[frozenset[str]] = frozenset({"talks", "meeting", "summit"})
_REACH_OF_NOUN: Final = 8  # words from "meeting of" to "commissions"
_OWNED: Final = 2  # words from "commissions'" to "meeting", where the genitive comes first
_SUBORDINATE: Final[frozenset[str]] = frozenset({"leaders", "ministers"})


def commission_meets(scene: Scene, cast: Cast) -> bool:
    """Whether a commission is who sits: it stands before the verb, or belongs to the noun.

    Where leaders or ministers sit, a commission named beside them is their subject.
    """
    levels = {atom.level for atom in cast.parties.values() if atom.person}
    verb, noun = scene.match.verb, scene.match.noun
    if noun is not None and verb is not None and (noun.name, verb.name) == ("commission", "gather"):
        return True
    if (levels | set(cast.levels)) & _SUBORDINATE:
        return False
    for tag in _commissions(scene):
        if verb is not None and tag.last <= verb.first:
            return True
        if any(_heads(scene, noun, tag) for noun in scene.sentence.kind("noun")):
            return True
    return False


def _commissions(scene: Scene) -> list[WordTag]:
    """Commissions of the clause: called so, or bare where a border is spoken of."""
    sentence = scene.sentence
    tags = list(sentence.of("noun", "commission"))
    if scene.context.is_ours or "territory" in sentence.topics(0, len(sentence.words)):
        named = [atom for phrase in sentence.phrases for atom in phrase.atoms]
        tags += [
            tag
            for tag in sentence.of("noun", "panel")
            if not any(atom.first <= tag.first < atom.last for atom in named)
        ]
    return [tag for tag in tags if scene.first <= tag.first < scene.last]


def _heads(scene: Scene, noun: WordTag, tag: WordTag) -> bool:
    """Whether a commission belongs to a meeting noun: "the meeting of the commissions"."""
    sentence = scene.sentence
    if noun.name in _SITTINGS and sentence_final(sentence) and 0 <= noun.first - tag.last <= _OWNED:
        return not sentence.gap_has(tag.last, noun.first + 1, ",;:()")
    if noun.name not in _SITTINGS or not 0 <= tag.first - noun.last <= _REACH_OF_NOUN:
        return False
    about = [t for t in sentence.kind("before") if noun.last <= t.first < tag.first]
    if any(t.name in {"about", "for", "in"} for t in about):
        return False
    return not sentence.gap_has(noun.last, tag.first + 1, ",;:()")
