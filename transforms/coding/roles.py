"""Casting an event: from a matched frame to parties, third parties, initiators and venue."""

from __future__ import annotations

from typing import Final

from transforms.coding import ties
from transforms.coding.answers import open_offer
from transforms.coding.deeds import deed, deed_veto
from transforms.coding.hosting import settle_roles
from transforms.coding.meetings import (
    complete_from_anaphor,
    meeting,
    meeting_veto,
)
from transforms.coding.objects import objects
from transforms.coding.offers import name_addressees, offered_roles
from transforms.coding.parts import Cast
from transforms.coding.rules import (
    compound,
    find_venues,
    level_of,
    marked,
    named_in_role,
    place_atoms,
    spread,
)
from transforms.coding.scene import Scene
from transforms.coding.sentence import Atom, Phrase
from transforms.coding.speakers import owner_of_readiness, speaker_of, who_insists
from transforms.vocabulary import group_of

_TYING_TOPICS: Final[frozenset[str]] = frozenset({"corridor"})
"""Topics of concepts that tie one party's instrument with a third state to the process."""


_PENS: Final = frozenset({"sign", "initial"})
"""Frames of putting a name to a paper: who does so beside the parties is a witness."""


def cast_of(scene: Scene) -> tuple[Cast, str | None]:
    """The cast of a match, and why it is no event (None if it is one)."""
    group = group_of(scene.match.frame.type)
    if group == "meeting":
        cast = meeting(scene)
        return cast, meeting_veto(scene, cast)
    if group == "speech":
        cast = _invitation(scene) if scene.match.frame.type == "invitation" else _speech(scene)
        return cast, _speech_veto(scene, cast)
    if group == "instrument":
        cast = _instrument(scene)
        return cast, _instrument_veto(scene, cast)
    cast = deed(scene)
    return cast, deed_veto(scene, cast)


# ---- speech ------------------------------------------------------------------------------
def _speaker(scene: Scene) -> Phrase | Atom | None:
    """Whose act it is; of an offer told by its fate, whoever owns it."""
    if scene.match.frame.type == "offer" and (owner := owner_of_readiness(scene)) is not None:
        return owner
    if (insisting := who_insists(scene)) is not None:
        return insisting
    found = scene.agent() if scene.match.aspect.is_passive else speaker_of(scene)
    if scene.match.frame.status == "declined":
        return scene.compound() or _owner_of_offer(scene) or found
    return found


def _owner_of_offer(scene: Scene) -> Phrase | None:
    """As in "the offer of X to mediate was declined": the third party named before the verb."""
    named = (p for p in scene.phrases if p.last <= scene.match.anchor.first and p.actors)
    owners = (p for p in named if p.marker in {None, "of", "oblique", "from", "by"})
    return next((p for p in owners if not any(map(scene.context.is_party, p.actors))), None)


def _speech(scene: Scene) -> Cast:
    cast, frame = Cast(), scene.match.frame
    speaker = _speaker(scene)
    atoms = scene.resolve(_experiencer(scene) or speaker)
    level = level_of(speaker)
    for atom in atoms:
        if atom.actor is None:
            continue
        cast.add_initiator(atom.actor, "subject of the speech act")
        if scene.context.is_party(atom.actor):
            cast.add_party(atom, "speaks")
        elif frame.subject == "mediator" or frame.type == "proposal":
            is_host = atom.actor in scene.context.disclaimed
            for role in ("host",) if is_host else offered_roles(scene):
                cast.add_third(atom, role, "offers it", level)
    if frame.object == "addressee":
        name_addressees(scene, cast)
    if not cast.parties:
        for atom in (ties.both_parties(scene, reach=ties.is_tied(scene, cast)) or {}).values():
            cast.add_party(atom, "the process the speech act concerns")
    if cast.initiators:
        cast.made_at = _made_at(scene)
    return cast


def _experiencer(scene: Scene) -> Phrase | None:
    """Who needs nobody, where the need is what stands in the nominative."""
    verb = scene.match.verb
    if verb is None or verb.name != "no_need":
        return None
    before = [p for p in scene.phrases if p.last <= verb.first and p.marker == "oblique"]
    return before[0] if before else None


def _made_at(scene: Scene) -> str | None:
    """Where a speech act was made: "during a trip to V", "in V"."""
    sites = place_atoms(scene, scene.sentence.phrases, {"in"})
    for tag in scene.sentence.of("topic", "visit"):
        for phrase in scene.sentence.phrases:
            if tag.first <= phrase.first <= tag.last + 2 and phrase.atoms:
                sites.insert(0, phrase.atoms[0])
    return next((atom.place for atom in sites if atom.place), None)


def _speech_veto(scene: Scene, cast: Cast) -> str | None:
    frame = scene.match.frame
    if frame.id == "propose_at_home" and not _is_at_home(scene, cast):
        return "proposes no place of its own"
    if frame.type == "invitation" and _invites_nowhere(scene):
        return "urges rather than invites"
    if not cast.initiators:
        return "nobody is seen to say it"
    if why := _wrong_speaker(scene, cast) or _mismatch(scene, cast):
        return why
    if ties.elsewhere(scene):
        return "speaks of another conflict"
    if frame.subject == "mediator" and not cast.thirds:
        return "no third party offers it"
    if not cast.parties:
        return "no party to the process is concerned"
    return None if ties.is_tied(scene, cast) else "nothing ties it to the process"


def _is_partys_report(scene: Scene) -> bool:
    """Whether a clause is what a party says, named as the subject of the clause that governs."""
    index = scene.match.clause
    if scene.clause.opener != "that" or index == 0:
        return False
    outer = range(scene.sentence.clauses[max(0, index - 2)].first, scene.clause.first)
    said = [p for p in scene.sentence.phrases if p.first in outer and p.marker is None]
    actors = [actor for phrase in said for actor in phrase.actors]
    return bool(actors) and all(map(scene.context.is_party, actors))


def _wrong_speaker(scene: Scene, cast: Cast) -> str | None:
    """Why such an act is not its speaker's: a party's boast, a third party's "no need"."""
    frame, is_party = scene.match.frame, any(map(scene.context.is_party, cast.initiators))
    if frame.id == "need_no_mediator" and not is_party:
        return "not theirs to say that nobody is needed"
    is_bare = frame.type == "accept" and scene.match.noun is None and not _holds_offer(scene)
    if is_bare and not is_party and not _assents_to_process(scene):
        return "a third party's consent to something else"
    if is_bare and scene.context.has_both(cast.initiators):
        return "both agree: no answer to an offer"
    if frame.id == "reject" and not is_party and scene.match.anchor.form == "noun":
        return "a third party's refusal, named in passing"
    if frame.type == "statement" and is_party:
        return "a party's own word"
    is_retort = frame.type == "demand" or frame.id == "reject_plainly"
    if is_retort and any(scene.sentence.of("verb", v) for v in ("shoot", "violate")):
        return "reports a breach"
    if frame.id == "issue_statement" and scene.match.is_noun_first:
        return "a statement already issued"
    if frame.id == "disclaim" and _is_partys_report(scene):
        return "said of it by a party"
    return None


def _assents_to_process(scene: Scene) -> bool:
    """Whether what is assented to is of the process: an offer told before, talks, mediation."""
    if open_offer(scene.context, scene.sentence) is not None:
        return True
    return bool(scene.sentence.topics(scene.clause.first, scene.last) & _OF_PROCESS)


_OF_PROCESS: Final = frozenset({"peace", "mediation", "settlement"})


def _holds_offer(scene: Scene) -> bool:
    """Whether the verb's idiom itself names the offer: "to accept an offer"."""
    verb = scene.match.verb
    offers = [t for name in ("offer", "invitation") for t in scene.sentence.of("noun", name)]
    return verb is not None and any(verb.first <= t.first < verb.last for t in offers)


def _mismatch(scene: Scene, cast: Cast) -> str | None:
    """What a speech act lacks of what its frame asks: an offer before, a speaker, both parties."""
    frame = scene.match.frame
    if frame.answers and open_offer(scene.context, scene.sentence) is None:
        return "answers nothing told before"
    if frame.by and frame.by != _kind_of_speaker(scene, cast):
        return f"said by no {frame.by}"
    addressed = frame.needs == "both" and frame.type != "invitation"
    if addressed and ties.both_parties(scene, reach=False) is None:
        return "not addressed to both parties"
    return None


def _kind_of_speaker(scene: Scene, cast: Cast) -> str:
    is_party = any(scene.context.is_party(actor) for actor in cast.initiators)
    return "party" if is_party else "third"


def _invitation(scene: Scene) -> Cast:
    """The inviter hosts; the invited are the parties; "to V" is the venue."""
    cast = Cast()
    agent = scene.agent()
    skip = {agent.first} if isinstance(agent, Phrase) else set()
    objects(scene, cast, skip)
    marked(scene, cast, skip, None)
    for atom in scene.resolve(agent):
        if atom.actor is None:
            continue
        cast.add_initiator(atom.actor, "invites")
        if scene.context.is_party(atom.actor):
            cast.add_party(atom, "invites")
        else:
            cast.add_third(atom, "host", "invites", level_of(agent))
    complete_from_anaphor(scene, cast)
    cast.venues = find_venues(scene, {"in", "to"})
    settle_roles(scene, cast)
    cast.initiators = cast.initiators or list(cast.thirds)
    if own := {a: atom for a, atom in cast.parties.items() if a in cast.initiators}:
        cast.parties = own
    return cast


def _is_at_home(scene: Scene, cast: Cast) -> bool:
    """Whether a third party proposes that the two meet in its own country."""
    actors = scene.context.dossier.actors
    homes = {getattr(actors.get(a), "country", None) for a in cast.thirds} - {None}
    return any(
        atom.country in homes
        for phrase in scene.sentence.phrases
        if phrase.marker == "in" and phrase.first >= scene.clause.first
        for atom in phrase.atoms
        if atom.place
    )


def _invites_nowhere(scene: Scene) -> bool:
    """Whether a verb that also means "to urge" names no place to come to."""
    verb = scene.match.verb
    if verb is None or not any(t.first == verb.first for t in scene.sentence.of("verb", "appeal")):
        return False
    agent = scene.agent()
    return not any(
        (a.place or (p.marker == "to" and a.country)) and not a.person
        for p in scene.phrases
        if p != agent
        for a in p.atoms
    )


# ---- instruments -------------------------------------------------------------------------
def _instrument(scene: Scene) -> Cast:
    cast, match = Cast(), scene.match
    skip = compound(scene, cast, None)
    agent = scene.agent()
    if isinstance(agent, Phrase):
        skip.add(agent.first)
    mediated = match.verb is not None and match.verb.name == "mediate"
    role = "mediator" if mediated or match.frame.type == "ceasefire" else "witness"
    spread(scene, cast, scene.resolve(agent), role, "signs or brokers", level_of(agent))
    marked(scene, cast, skip, "counterpart")
    for third in cast.thirds.values():
        if "counterpart" in third.roles:
            brokers = scene.context.has_both(cast.parties) and match.frame.id not in _PENS
            third.roles = {"mediator"} if brokers else {"witness"}
    _other_signatory(scene, cast)
    if scene.context.has_both(ties.sentence_parties(scene) or cast.parties):
        named_in_role(scene, cast, "witness", "witness")
    if not scene.context.has_both(cast.parties) and not _foreign_hand(scene, cast, mediated):
        for atom in (ties.both_parties(scene, reach=True) or {}).values():
            cast.add_party(atom, "from the setting")
            cast.is_anaphoric = True
    cast.venues = find_venues(scene, {"in"})
    return cast


def _other_signatory(scene: Scene, cast: Cast) -> None:
    """As in "an agreement with X": a third state that the paper itself is with."""
    noun = scene.match.noun
    if noun is None or scene.context.has_both(cast.parties):
        return
    for phrase in scene.phrases:
        beside = 0 <= phrase.marker_first - noun.last <= 1 and phrase.marker in {"with", "between"}
        if beside and not scene.context.has_both(phrase.actors):
            for atom in phrase.atoms:
                if atom.actor and not scene.context.is_party(atom.actor):
                    cast.add_third(atom, "witness", "the paper is with it", phrase.level)


def _foreign_hand(scene: Scene, cast: Cast, mediated: bool) -> bool:
    """Whether a third state signs with one party: the other is then no party to it."""
    if mediated:
        return False
    present = {a for p in scene.phrases if p.marker == "presence_of" for a in p.actors}
    return any("witness" in t.roles and t.actor not in present for t in cast.thirds.values())


def _instrument_veto(scene: Scene, cast: Cast) -> str | None:
    if _is_word_of_others(scene):
        return "a statement of others about the parties"
    if scene.context.has_both(cast.parties):
        anaphoric = cast.is_anaphoric and ties.elsewhere(scene)
        return "speaks of another conflict" if anaphoric else None
    is_pact = scene.match.frame.type == "agreement"
    if is_pact and cast.parties and cast.thirds and _process_concept(scene):
        return None
    return "not an instrument between the parties"


def _is_word_of_others(scene: Scene) -> bool:
    """As in "the co-chairs issued a joint statement on the conflict between Y and Z"."""
    match = scene.match
    if match.verb is None or match.verb.name != "agree" or match.aspect.is_passive:
        return False
    nouns = scene.sentence.of("noun", "communique")
    if match.noun is None or match.noun.first not in {tag.first for tag in nouns}:
        return False
    actors = [a.actor for a in scene.resolve(scene.agent()) if a.actor]
    return bool(actors) and not any(map(scene.context.is_party, actors))


def _process_concept(scene: Scene) -> bool:
    """Whether the sentence names a route that the process is about."""
    concepts = scene.context.dossier.concepts
    return any(concepts[name].topic in _TYING_TOPICS for name in scene.sentence.concepts)
