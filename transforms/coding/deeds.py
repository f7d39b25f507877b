"""Casting a deed: who hands over, releases, deploys, shoots; and when it is none of the process."""

from __future__ import annotations

from transforms.coding import ties
from transforms.coding.event_nouns import sentence_final
from transforms.coding.parts import Cast
from transforms.coding.rules import compound, marked, spread
from transforms.coding.scene import Scene
from transforms.coding.sentence import Atom, Phrase
from transforms.vocabulary import MEDIATING_ROLES


def deed(scene: Scene) -> Cast:
    """The cast of a deed: who does it, between whom, and who helps."""
    cast, frame = Cast(), scene.match.frame
    skip = compound(scene, cast, None)
    agent = scene.agent() or scene.compound() or scene.subject()
    if isinstance(agent, Phrase):
        skip.add(agent.first)
    role = {"peacekeeper": "peacekeeper", "mediator": "intermediary"}.get(frame.subject)
    atoms = scene.resolve(agent)
    spread(scene, cast, atoms, "monitor" if frame.type == "mission" else role, "does it", None)
    if frame.subject == "actor":
        for atom in atoms:
            if atom.actor:
                cast.add_initiator(atom.actor, "does it")
    marked(scene, cast, skip, None)
    if frame.type == "detainee_release":
        _helped_by(scene, cast)
    if frame.subject == "peacekeeper":
        for third in cast.thirds.values():
            third.roles = (third.roles - MEDIATING_ROLES) or {role or "monitor"}
    _other_parties(scene, cast)
    return cast


def _helped_by(scene: Scene, cast: Cast) -> None:
    """As in "Under a deal mediated by X, Y handed over …": who mediated it helped."""
    if sentence_final(scene.sentence):
        return
    for phrase in scene.sentence.phrases:
        if phrase.marker == "mediated_by" and phrase.last <= scene.match.anchor.first:
            rule = "mediated what it was agreed in"
            spread(scene, cast, scene.resolve(phrase), "intermediary", rule, phrase.level)


def _other_parties(scene: Scene, cast: Cast) -> None:
    frame = scene.match.frame
    if frame.needs in {"disputed", "tied", "both"} or scene.context.is_ours:
        for atom in (ties.both_parties(scene, reach=True) or {}).values():
            cast.add_party(atom, "the process it concerns")
        if scene.context.has_both(cast.parties):
            _between_states(scene, cast)
    elif frame.object == "party":
        for phrase in scene.phrases:
            if phrase.marker in {"to", "from", "by", "oblique"}:
                spread(scene, cast, scene.resolve(phrase), None, f'"{phrase.marker}"', None)


def _between_states(scene: Scene, cast: Cast) -> None:
    """A deed between the parties is one between the states, whoever else it concerns."""
    states = scene.context.dossier.process.parties
    for actor in [actor for actor in cast.parties if actor not in states]:
        del cast.parties[actor]
    for actor in states:
        cast.parties.setdefault(actor, _bare(actor))


def _are_own_troops(scene: Scene) -> bool:
    """Whether "troops" are those of a party that the clause names."""
    noun = scene.match.noun
    if noun is None or noun.name != "forces":
        return False
    return any(scene.context.is_party(actor) for p in scene.phrases for actor in p.actors)


def _force_veto(scene: Scene, cast: Cast) -> str | None:
    """Why a clause tells nothing of a third party's force in the disputed area."""
    frame, context = scene.match.frame, scene.context
    agent = scene.agent()
    is_here = isinstance(agent, Phrase) and scene.first <= agent.first < scene.last
    is_own = is_here and any(context.is_party(a.actor) for a in scene.resolve(agent))
    if not cast.thirds and (is_own or not context.is_ours):
        return "no third party's force"
    if not cast.thirds and _are_own_troops(scene):
        return "a party's own troops"
    if not context.is_ours and frame.needs == "disputed" and not _deed_is_near(scene, cast):
        return "nothing places it in the disputed area"
    if not cast.parties:
        for actor in context.dossier.process.parties:
            cast.parties.setdefault(actor, _bare(actor))
    return None


def deed_veto(scene: Scene, cast: Cast) -> str | None:
    """Why a deed is none of the process, or None."""
    frame, context = scene.match.frame, scene.context
    if ties.elsewhere(scene):
        return "speaks of another conflict"
    if frame.id == "shoot" and _is_attack_in_words(scene):
        return "a person attacks with words"
    if frame.subject == "peacekeeper":
        return _force_veto(scene, cast)
    if not cast.parties:
        return "no party to the process takes part"
    if frame.needs == "tied" and not ties.is_tied(scene, cast):
        return "nothing ties it to the process"
    if frame.needs == "party" and not context.has_both(cast.parties):
        return None if ties.is_tied(scene, cast) else "nothing ties it to the process"
    return None


def _is_attack_in_words(scene: Scene) -> bool:
    """Whether a person is who "attacks", in one word: so one speaks of criticism."""
    verb = scene.match.verb
    if verb is None or verb.last - verb.first > 1 or verb.form == "noun":
        return False
    subject = scene.subject()
    atoms = scene.resolve(subject)
    return bool(atoms) and all(atom.person for atom in atoms)


def _bare(actor: str) -> Atom:
    return Atom(actor, None, None, 0, 0)


def _deed_is_near(scene: Scene, cast: Cast) -> bool:
    near = ties.names_disputed(scene) or scene.context.has_both(ties.sentence_parties(scene))
    return near or scene.context.is_ours
