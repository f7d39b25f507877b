"""Rules of role that every kind of event shares: what a marker, a noun, a place says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.frames import sentence_final
from transforms.coding.sentence import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transforms.coding.cast import Cast, Scene
    from transforms.coding.sentence import Atom

_SITES: Final[frozenset[str]] = frozenset({"city", "building", "border"})


def spread(
    scene: Scene, cast: Cast, atoms: Iterable[Atom], role: str | None, rule: str, level: str | None
) -> None:
    """Parties join the parties; others take ``role``, if any."""
    for atom in atoms:
        if scene.context.is_party(atom.actor):
            cast.add_party(atom, rule)
            if level:
                cast.levels.append(level)
        elif atom.actor and role:
            cast.add_third(atom, role, rule, level)


def level_of(phrase: Phrase | Atom | None) -> str | None:
    """The level a phrase's titles state."""
    return phrase.level if isinstance(phrase, Phrase) else None


def place_atoms(scene: Scene, phrases: Iterable[Phrase], markers: set[str]) -> list[Atom]:
    """The cities, buildings and borders of the first phrase so marked that names any."""
    places = scene.context.dossier.places
    found = []
    for phrase in phrases:
        if phrase.marker not in markers:
            continue
        for atom in phrase.atoms:
            record = places.get(atom.place or "")
            if atom.person is None and record is not None and record.place_kind in _SITES:
                found.append(atom)
        if found:
            break
    return found


def _country_atoms(scene: Scene, phrases: Iterable[Phrase]) -> list[Atom]:
    actors = scene.context.dossier.actors
    return [
        atom
        for phrase in phrases
        if phrase.marker == "in"
        for atom in phrase.atoms
        if atom.actor in actors and not atom.person and not atom.place and atom.country
    ]


def find_venues(scene: Scene, markers: set[str]) -> list[Atom]:
    """Where it is: sites marked as places in the clause, then elsewhere in the sentence."""
    here = scene.phrases
    if found := place_atoms(scene, here, markers):
        return found
    clauses, index = scene.sentence.clauses, scene.match.clause
    near = {i for i in (index - 1, index + 1) if 0 <= i < len(clauses)}
    beside = [
        p
        for p in scene.sentence.phrases
        if scene.sentence.clause_of(p.first) in near and not _holds_verb(scene, p)
    ]
    return place_atoms(scene, beside, {"in"}) or _country_atoms(scene, here)


def _holds_verb(scene: Scene, phrase: Phrase) -> bool:
    clause = scene.sentence.clauses[scene.sentence.clause_of(phrase.first)]
    return any(
        clause.first <= tag.first < clause.last and tag.form != "noun"
        for tag in scene.sentence.kind("verb")
    )


def marked(scene: Scene, cast: Cast, skip: set[int], role: str | None) -> None:
    """Phrases of the clause by what marks them."""
    for phrase in scene.phrases:
        is_genitive = _is_bare_genitive(scene, phrase)
        if phrase.first in skip or (phrase.marker is None and not is_genitive):
            continue
        atoms, level = scene.resolve(phrase), phrase.level
        if phrase.is_anaphor and atoms:
            cast.is_anaphoric = True
        if phrase.marker in {"between", "with"} and _is_anothers(scene, phrase):
            continue
        if phrase.marker in {"between", "with"}:
            spread(scene, cast, atoms, role, f'"{phrase.marker}" phrase', level)
            cast.besides |= {a.actor for a in atoms if a.actor in cast.thirds and a.actor}
        elif is_genitive or (phrase.marker == "of" and _is_nouns(scene, phrase)):
            spread(scene, cast, atoms, role, "belongs to the event noun", level)
        elif phrase.marker == "mediated_by":
            spread(scene, cast, atoms, mediating(scene), "named as mediator", level)
        elif phrase.marker == "hosted_by":
            spread(scene, cast, atoms, "host", "named as host", level)
        elif phrase.marker == "presence_of":
            spread(scene, cast, atoms, "witness", "present", level)
    _named_mediation(scene, cast)


def _named_mediation(scene: Scene, cast: Cast) -> None:
    """As in "with X mediation", "following X's mediation": whoever owns the noun mediates."""
    index = scene.match.clause
    for tag in scene.sentence.of("noun", "mediation"):
        if abs(scene.sentence.clause_of(tag.first) - index) > 1:
            continue
        for phrase in scene.sentence.phrases:
            if 0 <= tag.first - phrase.last <= 1 and phrase.marker != "without":
                spread(scene, cast, phrase.atoms, mediating(scene), "owns the mediation", None)


def _is_bare_genitive(scene: Scene, phrase: Phrase) -> bool:
    """Whether a bare phrase follows the event noun at once: its genitive where one has cases."""
    noun = scene.match.noun
    return phrase.marker is None and noun is not None and phrase.first == noun.last


def _is_anothers(scene: Scene, phrase: Phrase) -> bool:
    """Whether "between X and Y", "with X" belongs to a noun that is not the event's."""
    nouns = scene.sentence.kind("noun")
    if phrase.marker == "with":
        event = {"talks", "meeting", "summit", "call", "commission"}
        return any(t.last == phrase.marker_first and t.name not in event for t in nouns)
    if scene.match.noun is not None or scene.match.verb is None:
        return False
    start = scene.match.verb.last
    return any(start <= t.first < phrase.marker_first for t in nouns)


def mediating(scene: Scene) -> str:
    """Who brings captives home is an intermediary; who brings parties together mediates."""
    return "intermediary" if scene.match.frame.type == "detainee_release" else "mediator"


def _is_nouns(scene: Scene, phrase: Phrase) -> bool:
    noun, verb = scene.match.noun, scene.match.verb
    nominal = noun or (verb if verb is not None and verb.form == "noun" else None)
    if nominal is None:
        return False
    if sentence_final(scene.sentence):
        return phrase.last <= nominal.first and any(atom.person for atom in phrase.atoms)
    return phrase.marker_first >= nominal.first


def compound(scene: Scene, cast: Cast, role: str | None) -> set[int]:
    """Cast the phrase that qualifies the event noun; the words to skip from then on."""
    phrase = scene.compound()
    if phrase is None or (scene.match.verb is None and _is_nominal_subject(scene, phrase)):
        return set()
    named = {"mediated_by": mediating(scene), "hosted_by": "host"}.get(phrase.marker or "")
    if phrase.marker == "of" and len(phrase.actors) > 2:
        named = "mediator"  # "the meeting of X, Y and Z"
    rule = "qualifies the event noun"
    spread(scene, cast, scene.resolve(phrase), named or role, rule, phrase.level)
    return {phrase.first}


def _is_nominal_subject(scene: Scene, phrase: Phrase) -> bool:
    return phrase.marker in {"about", "for", "other", "with"}
