"""What an offer offers, and who says that it does not mediate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.event_nouns import sentence_final
from transforms.vocabulary import MEDIATING_ROLES, group_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transforms.coding.draft import Draft
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Phrase, Sentence

_MEDIATING_NOUNS: Final[frozenset[str]] = frozenset({"mediation", "help"})
_CAUSE_NOUNS: Final[frozenset[str]] = frozenset({"settlement", "conflict"})


def offered_roles(scene: Scene) -> tuple[str, ...]:
    """The roles an offer offers: to mediate, or only a place to meet."""
    sentence = scene.sentence
    first, last = _offer_span(scene)
    names = {
        tag.name
        for tag in sentence.kind("noun")
        if first <= tag.first and tag.last <= last and not sentence.is_without(tag)
    }
    verbs = {t.name for t in sentence.kind("verb") if first <= t.first and t.last <= last}
    roles = []
    if names & _MEDIATING_NOUNS or verbs & {"mediate", "chair"}:
        roles.append("mediator")
    lends = names & {"venue_offer", "venue"} or verbs & {"host", "provide", "suggest_venue"}
    if lends or (not roles and (is_offer_of_talks(scene) or _offers_place(scene))):
        roles.append("host")
    return tuple(roles) or ("mediator",)


def _offers_place(scene: Scene) -> bool:
    """Whether a city itself is what is put forward: "offered V", where endings mark objects."""
    return sentence_final(scene.sentence) and any(
        phrase.marker == "object"
        and phrase.last == scene.match.anchor.first
        and phrase.atoms
        and phrase.atoms[-1].place is not None
        and phrase.atoms[-1].person is None
        for phrase in scene.phrases
    )


def is_offer_of_talks(scene: Scene) -> bool:
    """Whether talks are what is put forward: by a third party, an offer to hold them."""
    noun = scene.match.noun
    is_talks = noun is not None and noun.name in {"talks", "meeting", "summit"}
    return is_talks and scene.match.frame.type == "proposal"


def _offer_span(scene: Scene) -> tuple[int, int]:
    """The words of what is offered: the verb's complement, with what is joined to it."""
    clauses, index = scene.sentence.clauses, scene.match.clause
    last = scene.clause.last
    for clause in clauses[index + 1 :]:
        if clause.opener == "main":
            break
        last = clause.last
    first = scene.clause.first if sentence_final(scene.sentence) else scene.match.anchor.first
    return first, last


def disclaims_mediation(sentence: Sentence) -> bool:
    """Whether a sentence says of somebody that he is no mediator."""
    return any(sentence.is_without(tag) for tag in sentence.of("noun", "mediation"))


def name_addressees(scene: Scene, cast: Cast) -> None:
    """Whom a party's appeal or request is addressed to: the first third party it names."""
    party_speaks = any(scene.context.is_party(actor) for actor in cast.initiators)
    if scene.match.frame.type == "appeal" and not party_speaks:
        return
    for phrase in _addressed(scene):
        for atom in phrase.atoms:
            is_third = atom.actor and not atom.place and not scene.context.is_party(atom.actor)
            if is_third and atom.actor not in cast.initiators:
                cast.add_third(atom, "addressee", "whom it is addressed to", phrase.level)
        if cast.thirds:
            return


def _addressed(scene: Scene) -> list[Phrase]:
    """The phrases that may be addressed; the name of a format is what the appeal is about."""
    formats = scene.sentence.of("noun", "format")
    phrases = scene.phrases
    if not sentence_final(scene.sentence):
        phrases = [p for p in phrases if p.first >= scene.match.anchor.last]
    return [
        phrase
        for phrase in phrases
        if phrase.marker not in {"in", "between", "with"}
        and not any(phrase.first < tag.last and tag.first < phrase.last for tag in formats)
    ]


def settle_visits(drafts: Iterable[Draft], mediators: Iterable[str]) -> None:
    """Who meets one side alone mediates only if the document shows it mediating or offering to."""
    drafts, known = list(drafts), set(mediators)
    for draft in drafts:
        met = draft.type != "party_meeting" and group_of(draft.type) == "meeting"
        if draft.type == "offer" or (met and len(draft.parties) > 1):
            known |= {t.actor for t in draft.thirds.values() if t.roles & MEDIATING_ROLES}
    for draft in drafts:
        if draft.type == "party_meeting":
            for third in draft.thirds.values():
                if third.actor not in known:
                    third.roles -= MEDIATING_ROLES
