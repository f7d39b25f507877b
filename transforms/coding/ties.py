"""Does a clause concern the process at all? The ties that hold an event to the parties."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transforms.coding.cast import Cast, Scene
    from transforms.coding.sentence import Atom, Sentence


def sentence_parties(scene: Scene) -> dict[str, Atom]:
    """Parties named anywhere in the sentence, with the atom that names them best."""
    found: dict[str, Atom] = {}
    for phrase in scene.sentence.phrases:
        for atom in scene.context.party_atoms(phrase):
            assert atom.actor is not None
            held = found.get(atom.actor)
            if held is None or (held.person is None and atom.person):
                found[atom.actor] = atom
    return found


def names_disputed(scene: Scene, sentence: Sentence | None = None) -> bool:
    """Whether a sentence names a place in dispute."""
    disputed = set(scene.context.dossier.process.disputed)
    places = scene.context.dossier.places
    for phrase in (sentence or scene.sentence).phrases:
        for atom in phrase.atoms:
            at = atom.place
            while at is not None:
                if at in disputed:
                    return True
                at = places[at].within if at in places else None
    return False


def elsewhere(scene: Scene) -> bool:
    """Whether the sentence speaks of another conflict and does not name both parties."""
    tags = [t for t in scene.sentence.kind("topic") if t.name in {"other_conflict", "sport"}]
    if not tags:
        return False
    if any(tag.name == "sport" for tag in tags):
        return True
    return not scene.context.has_both(sentence_parties(scene))


def both_parties(scene: Scene, *, reach: bool) -> dict[str, Atom] | None:
    """Both parties as the sentence names them, or by anaphor, or (``reach``) by its setting.

    The setting is the paragraph so far, then the title; it counts only where the sentence
    names no other pair.
    """
    named = sentence_parties(scene)
    if scene.context.has_both(named):
        return named
    for phrase in scene.sentence.phrases:
        if phrase.is_anaphor:
            atoms = scene.resolve(phrase)
            if scene.context.has_both(atom.actor for atom in atoms):
                return {a.actor: a for a in atoms if scene.context.is_party(a.actor) and a.actor}
    if not reach or elsewhere(scene):
        return None
    return _from_setting(scene, named)


def _from_setting(scene: Scene, named: dict[str, Atom]) -> dict[str, Atom] | None:
    context, sentence = scene.context, scene.sentence
    found = dict(named)
    around = [s for s in context.near(sentence) if s.paragraph == sentence.paragraph]
    for other in reversed(around):
        for phrase in other.phrases:
            for atom in context.party_atoms(phrase):
                assert atom.actor is not None
                found.setdefault(atom.actor, atom)
    if context.has_both(found):
        return found
    if context.has_both(context.title_actors):
        from transforms.coding.sentence import Atom

        for actor in context.dossier.process.parties:
            found.setdefault(actor, Atom(actor, None, None, 0, 0))
        return found
    return None


def is_tied(scene: Scene, cast: Cast) -> bool:
    """Whether an event with one party, or none named, belongs to the process.

    Either the sentence or the one after names both parties, or it names a party and the
    peace, or the thing in dispute; never where it speaks of another conflict.
    """
    if elsewhere(scene):
        return False
    if both_parties(scene, reach=False) is not None:
        return True
    topics = scene.sentence.topics(0, len(scene.sentence.words))
    topical = bool(topics & {"peace", "mediation"})
    if cast.parties and (topical or names_disputed(scene)):
        return True
    return topical and both_parties(scene, reach=True) is not None
