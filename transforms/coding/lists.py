"""Rounds told in a list: "on 6 October in V and on 31 October in W" are two meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.coding.dating import sentence_word
from transforms.coding.rules import place_atoms

if TYPE_CHECKING:
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Atom
    from transforms.dates import DateMention

Round = tuple["Atom", "DateMention"]


def listed_rounds(scene: Scene) -> list[Round]:
    """Venue and day of each round, where a clause lists as many places as days by turns.

    Empty where it does not: one round over two days, say, or one day and two places.
    """
    sites = [
        (atom.first, atom)
        for phrase in scene.phrases
        for atom in place_atoms(scene, [phrase], {"in"})[:1]
    ]
    days = [
        (sentence_word(scene, mention), mention)
        for mention in scene.sentence.dates
        if mention.date.precision in {"day", "month"}
    ]
    days = [(word, mention) for word, mention in days if scene.first <= word < scene.last]
    if len(sites) < 2 or len(sites) != len(days):
        return []
    order = "".join(kind for _, kind in sorted([(w, "v") for w, _ in sites] + _marks(days)))
    if order not in {"vd" * len(sites), "dv" * len(sites)}:
        return []
    return [(site[1], day[1]) for site, day in zip(sites, days, strict=True)]


def _marks(days: list[tuple[int, DateMention]]) -> list[tuple[int, str]]:
    return [(word, "d") for word, _ in days]
