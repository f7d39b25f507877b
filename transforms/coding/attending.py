"""Who sat at a table without a verb that says so: who speaks there, who comes on a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Phrase

SPOKE_THERE: Final = "who speaks there was at the table"
VISIT: Final = "visit_party"
"""The frame of a mediator who comes to one of the parties."""
ONE_SIDED: Final = frozenset({VISIT, "discuss_with"})
"""Frames that tell a meeting only of a third party with one side."""
_MATTERS: Final = frozenset({"settlement", "conflict", "talks", "agreement"})
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
    sentence = scene.sentence
    bare = [p for p in sentence.phrases if p.marker is None and not p.is_possessive and p != met]
    for tag in sentence.of("cue", "report"):
        clause = sentence.clauses[sentence.clause_of(tag.first)]
        before = [p for p in bare if clause.first <= p.first and p.last <= tag.first]
        after = [p for p in bare if 0 <= p.first - tag.last <= 1]
        for phrase in (*before[-1:], *after):
            if len(phrase.actors) == 1 or phrase.is_office:
                return phrase
    return None


def add_visited(scene: Scene, cast: Cast) -> None:
    """Of a visit, the parties are those to whose country it leads."""
    for phrase in scene.phrases:
        if phrase.marker in _ABROAD and phrase.first >= scene.match.anchor.last:
            for atom in phrase.atoms:
                if scene.context.is_party(atom.actor) and not atom.person:
                    cast.add_party(atom, "visited")


def is_matter(scene: Scene, phrase: Phrase) -> bool:
    """As in "X discussed the peace process with Y" told of Z, where "with Y" stands before the
    noun: with whom the process is, not the talk. Only where verbs come last.
    """
    sentence = scene.sentence
    if scene.match.frame.id not in {*ONE_SIDED, "phone"} or not sentence.lexicon.words.is_strict:
        return False
    if phrase.marker != "with" or phrase.level or any(atom.person for atom in phrase.atoms):
        return False
    return any(
        tag.name in _MATTERS and 0 <= tag.first - phrase.last <= 1 for tag in sentence.kind("noun")
    )


def joins_both(scene: Scene, cast: Cast) -> bool:
    """Whether a frame of meetings with one side tells one of both: a visit of a third party or
    of citizens, or, where verbs come last, "X discussed it with Y" of one from each.
    """
    if scene.match.frame.id == VISIT:
        return bool(cast.thirds) or "civil" in cast.levels
    if not scene.sentence.lexicon.words.is_strict or cast.thirds or cast.is_anaphoric:
        return False
    beside = {a for p in scene.phrases if p.marker == "with" for a in p.actors}
    return scene.subject() is not None and not beside.isdisjoint(cast.parties)


def is_occasion(scene: Scene, noun: WordTag) -> bool:
    """As in "after talks with X, Y met Z": another meeting than the one the verb tells."""
    match = scene.match
    if match.verb is None or noun is match.noun or scene.sentence.lexicon.oblique is None:
        return False
    return any(0 <= noun.first - t.last <= 1 for t in scene.sentence.of("before", "other"))
