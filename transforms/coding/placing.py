"""Small questions about where things are said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Atom, Phrase


def country_atoms(scene: Scene, phrases: Iterable[Phrase]) -> list[Atom]:
    """Countries named as places, without a city: "in X"."""
    actors = scene.context.dossier.actors
    return [
        atom
        for phrase in phrases
        if phrase.marker == "in"
        for atom in phrase.atoms
        if atom.actor in actors and not atom.person and not atom.place and atom.country
    ]


def holds_verb(scene: Scene, phrase: Phrase) -> bool:
    """Whether the clause of a phrase has a verb of its own."""
    clause = scene.sentence.clauses[scene.sentence.clause_of(phrase.first)]
    return any(
        clause.first <= tag.first < clause.last and tag.form != "noun"
        for tag in scene.sentence.kind("verb")
    )
