"""Names that only complete the one beside them: an abbreviation, the country of a city."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transforms.coding.sentence import Atom, Phrase, Sentence

_BETWEEN: Final = 1  # words between a country and its city: "X's capital V"


def without_abbreviations(sentence: Sentence, atoms: Sequence[Atom]) -> list[Atom]:
    """Atoms without those in brackets right behind the name they stand for: "Long Name (LN)"."""
    kept: list[Atom] = []
    words = sentence.words
    for atom in atoms:
        before = kept[-1] if kept else None
        same = before is not None and before.last == atom.first and before.actor == atom.actor
        opens = "(" in words[atom.first].gap
        closes = atom.last < len(words) and words[atom.last].gap.startswith(")")
        if before is not None and same and opens and closes and not atom.person:
            kept[-1] = replace(before, last=atom.last)
        elif before is not None and _is_body_of(sentence, before, atom):
            kept[-1] = replace(atom, first=before.first)
        else:
            kept.append(atom)
    return kept


def _is_body_of(sentence: Sentence, whole: Atom, body: Atom) -> bool:
    """Whether an organisation only says whose body stands right behind it: "UN Council"."""
    if not sentence.lexicon.words.is_strict or whole.last != body.first or whole.is_possessive:
        return False
    if whole.person or whole.place or whole.country or body.place or body.country:
        return False
    return sentence.words[body.first].gap in {" ", ") "}


def without_countries(sentence: Sentence, phrases: Sequence[Phrase]) -> list[Phrase]:
    """Phrases without the country that only says where the city after it lies: "X's city of V".

    So it is told where an ending marks the country as the owner of what follows.
    """
    if not sentence.lexicon.words.is_strict:
        return list(phrases)
    kept: list[Phrase] = []
    for phrase in phrases:
        if kept and _is_its_country(sentence, kept[-1], phrase):
            kept.pop()
        kept.append(phrase)
    return kept


def _is_its_country(sentence: Sentence, owner: Phrase, city: Phrase) -> bool:
    if owner.marker != "of" or len(owner.atoms) != 1 or not city.atoms:
        return False
    state, site = owner.atoms[0], city.atoms[0]
    if state.person or state.place or site.person or not site.place or not state.country:
        return False
    near = 0 <= site.first - owner.last <= _BETWEEN
    return (
        near
        and state.country == site.country
        and not sentence.gap_has(owner.last, site.first + 1, ",;:")
    )
