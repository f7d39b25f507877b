"""Host or mediator: what makes a third party of a meeting the one that convened it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.vocabulary import MEDIATING_ROLES, group_of

if TYPE_CHECKING:
    from transforms.coding.parts import Cast, Third
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Sentence

_NAMED_HOSTS: Final = frozenset({"hosted_by"})


def settle_roles(scene: Scene, cast: Cast) -> None:
    """Host or mediator: the wording decides, then the document, then the country."""
    sentence, clause = scene.sentence, scene.clause
    dossier = scene.context.dossier
    mediates = is_called_mediated(sentence, scene.first, clause.last)
    for third in cast.thirds.values():
        known = third.actor in scene.context.mediators and sentence.lexicon.words.order == "svo"
        known = known or third.actor in dossier.process.mediators or _sits_in(scene, cast, third)
        if "witness" in third.roles and (mediates or known):
            third.roles = {"mediator"}
        if "host" in third.roles and mediates:
            third.roles.add("mediator")
            cast.notes.append(f"{third.actor} mediator: talks called trilateral or mediated")
        elif "host" in third.roles and third.actor in scene.context.mediators:
            third.roles.add("mediator")
            cast.notes.append(f"{third.actor} mediator: shown mediating in this document")
        elif "host" in third.roles and _convenes(scene, cast, third):
            third.roles.add("mediator")
            cast.notes.append(f"{third.actor} mediator: a standing mediator convenes the talks")
        country = getattr(dossier.actors.get(third.actor), "country", None)
        at_home = country is not None and any(v.country == country for v in cast.venues)
        if third.roles & MEDIATING_ROLES and at_home and len(cast.venues) == 1:
            third.roles.add("host")
    for actor in scene.context.disclaimed & cast.thirds.keys():
        cast.thirds[actor].roles -= MEDIATING_ROLES
        cast.thirds[actor].roles.add("host")
        cast.notes.append(f"{actor} host: said not to mediate")
    for actor in list(cast.initiators):
        third_party = cast.thirds.get(actor)
        if third_party is not None and not third_party.roles & MEDIATING_ROLES:
            cast.initiators.remove(actor)


def convene(scene: Scene, cast: Cast) -> None:
    """A standing mediator whose official invites both to talks on a day convenes them."""
    if not scene.context.has_both(cast.parties):
        return
    for third in cast.thirds.values():
        if third.actor in scene.context.dossier.process.convenors and third.rank is not None:
            third.roles.add("mediator")
            cast.notes.append(f"{third.actor} mediator: a standing mediator invites to the talks")


def takes_something(scene: Scene) -> bool:
    """Whether both parties are the subject of a verb that also means "to adopt"."""
    subject = scene.resolve(scene.subject())
    cased = scene.sentence.lexicon.oblique is not None
    return cased and scene.context.has_both(atom.actor for atom in subject)


def is_called_mediated(sentence: Sentence, first: int, last: int) -> bool:
    """Whether the talks are called trilateral or mediated, and not "without a mediator"."""
    return any(
        first <= tag.first and tag.last <= last and not sentence.is_without(tag)
        for tag in sentence.of("cue", "trilateral")
    )


def _sits_in(scene: Scene, cast: Cast, third: Third) -> bool:
    """Whether a standing mediator takes part in the parties' meeting, of which it is the third."""
    is_standing = third.actor in scene.context.dossier.process.convenors
    meets = group_of(scene.match.frame.type) == "meeting"
    return is_standing and meets and scene.context.has_both(cast.parties)


def _convenes(scene: Scene, cast: Cast, third: Third) -> bool:
    """Whether a standing mediator (`Process.convenors`) holds the parties' meeting: one of its
    officials hosts talks of theirs, or they come at his invitation; who only receives them
    lends a roof.
    """
    process, match = scene.context.dossier.process, scene.match
    if third.actor not in process.convenors or third.rank is None:
        return False
    if not scene.context.has_both(cast.parties) or scene.sentence.of("cue", "as_host"):
        return False
    if any(p.marker in _NAMED_HOSTS and third.actor in p.actors for p in scene.sentence.phrases):
        return True
    return match.verb is not None and match.verb.name == "host" and match.noun is not None
