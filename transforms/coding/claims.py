"""Whose word a breach is: told by one side alone, it is only claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.coding.closing import closes_clauses

if TYPE_CHECKING:
    from transforms.coding.scene import Scene


def is_reported_by_side(scene: Scene) -> bool:
    """Whether a party is whom the sentence, or one before it in the paragraph, quotes."""
    sentence, context = scene.sentence, scene.context
    for tag in sentence.of("cue", "report"):
        near = [p for p in sentence.phrases if p.last <= tag.first][-1:]
        if closes_clauses(sentence):
            clause = sentence.clauses[sentence.clause_of(tag.first)]
            near = [p for p in scene.sentence.phrases if p.first >= clause.first][:1]
        near += [p for p in sentence.phrases if p.first >= tag.last][:1]
        if any(context.is_party(atom.actor) for p in near for atom in scene.resolve(p)):
            return True
    if sentence.lexicon.words.is_strict and _is_one_sided(scene):
        return True
    heads = [p for p in sentence.phrases if p.last < len(sentence.words)]
    return any(
        ":" in sentence.words[p.last].gap and context.party_atoms(p) for p in heads
    )  # "The ministry of X: shots were fired"


def _is_one_sided(scene: Scene) -> bool:
    """Whether a breach is told in a side's own words, or its ministry is quoted nearby."""
    sentence = scene.sentence
    if sentence.of("cue", "we"):
        return True
    near = range(sentence.number - 1, sentence.number + 3)
    return any(
        other.of("cue", "office") and other.of("cue", "report")
        for other in scene.context.near(sentence)
        if other.number in near
    )
