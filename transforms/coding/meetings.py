"""Casting a meeting: who sits at the table, who convened it, where it was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from transforms.coding import attending, setting, ties
from transforms.coding.doers import has_doers
from transforms.coding.event_nouns import sentence_final
from transforms.coding.hosting import settle_roles, takes_something
from transforms.coding.objects import guests, objects
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
from transforms.coding.sentence import Phrase
from transforms.coding.speakers import quoted_before
from transforms.coding.topics import are_others

if TYPE_CHECKING:
    from transforms.coding.sentence import Atom

_CONVENING: Final = frozenset({"host", "chair", "gather", "mediate"})
_RECEIVING: Final = frozenset({"host", "chair"})


def meeting(scene: Scene) -> Cast:
    """The cast of a meeting: from phrases that mark it, its verb's subject, its setting."""
    match, cast = scene.match, Cast()
    skip = compound(scene, cast, "mediator" if match.verb is None else None)
    agent = scene.agent()
    if isinstance(agent, Phrase) and agent.first not in skip:
        skip.add(agent.first)
    elif isinstance(agent, Phrase):
        agent = None
    objects(scene, cast, skip)
    guests(scene, cast, skip)
    marked(scene, cast, skip, "mediator")
    named_in_role(scene, cast, "as_host", "host")
    spoken = bool(cast.parties)
    if match.verb is None and match.aspect.is_denied and not scene.context.has_both(cast.parties):
        _add_denier(scene, cast)
        spoken = bool(cast.parties)
    if match.verb is None and not spoken:
        agent = _pair_that_attends(scene)
    elif match.verb is None and not scene.context.has_both(cast.parties):
        agent = attending.met_by_speaker(scene)
    _agent_of_meeting(scene, cast, agent)
    cast.subject_only = not spoken and bool(cast.parties)
    if attending.is_first_told(scene):
        attending.cast_opening(scene, cast)
    if match.verb is None:
        if not cast.thirds:
            _convener_of_nominal(scene, cast)
        attending.add_speaker(scene, cast)
    _complete(scene, cast)
    if not cast.thirds and scene.context.has_both(cast.parties):
        _add_teller(scene, cast)
    cast.venues = find_venues(scene, {"in"}) or _implied_venue(scene, cast)
    settle_roles(scene, cast)
    return cast


def _add_teller(scene: Scene, cast: Cast) -> None:
    """As in "I met X and Y": who is quoted for it met them."""
    verb = scene.match.verb
    first = scene.clause.first
    if verb is None or scene.sentence.cue("we", first, verb.last) is None:
        return
    for atom in scene.resolve(quoted_before(scene)):
        if atom.person and atom.actor and not scene.context.is_party(atom.actor):
            cast.add_third(atom, "mediator", "says that it met them", None)


def _complete(scene: Scene, cast: Cast) -> None:
    """Add those at the table whom other clauses, or the setting, tell."""
    if scene.match.frame.id == attending.VISIT:
        attending.add_visited(scene, cast)
    elif scene.match.frame.id in attending.ONE_SIDED:
        return
    elif not cast.besides or scene.sentence.cue("trio", scene.first, scene.last):
        complete_from_anaphor(scene, cast)
        _complete_trio(scene, cast)
    elif not cast.parties:
        _complete_from_subject(scene, cast)
    if scene.match.clause and len(cast.parties) == 1 and not cast.thirds:
        _add_inherited(scene, cast)


def _add_denier(scene: Scene, cast: Cast) -> None:
    """As in "X denied the meeting with Y": who denies a meeting is said to have been there."""
    bare = [p for p in scene.phrases if p.marker is None and p.last <= scene.match.anchor.first]
    for atom in scene.resolve(bare[0]) if bare and cast.parties else ():
        if scene.context.is_party(atom.actor):
            cast.add_party(atom, "denies it")
            cast.status_by = atom.actor


def _implied_venue(scene: Scene, cast: Cast) -> list[Atom]:
    """As in "… to V, where X hosts them"; or the place of the visit an account tells of."""
    verb = scene.match.verb
    if verb is not None and verb.name in {"host", "gather"}:
        countries = {
            getattr(scene.context.dossier.actors.get(a), "country", None) for a in cast.thirds
        }
        earlier = [p for p in scene.sentence.phrases if p.last <= verb.first]
        reached = place_atoms(scene, earlier, {"to"})
        if found := [atom for atom in reached if atom.country in countries][-1:]:
            return found
    if hosting := _city_that_hosts(scene):
        return hosting
    is_visit = bool(scene.sentence.of("topic", "visit")) and len(cast.parties) == 1
    return [scene.context.visit] if is_visit and scene.context.visit else []


def _city_that_hosts(scene: Scene) -> list[Atom]:
    """As in "V was the venue of the talks", "V hosted a meeting": a city as the subject."""
    verbs = [t for name in ("be_host", "host") for t in scene.sentence.of("verb", name)]
    for verb in verbs:
        if scene.first <= verb.first < scene.last:
            before = [p for p in scene.phrases if p.last <= verb.first and p.marker is None]
            if found := place_atoms(scene, before[-1:], {None}):
                return found
    return []


def _pair_that_attends(scene: Scene) -> Phrase | None:
    """As in "X and Y made progress at meetings in V": the clause's subject met."""
    noun = scene.match.anchor
    for phrase in scene.phrases:
        before = phrase.last <= noun.first and phrase.marker is None
        if before and scene.context.has_both(a.actor for a in scene.resolve(phrase)):
            return phrase
    return None


def _agent_of_meeting(scene: Scene, cast: Cast, agent: Phrase | Atom | None) -> None:
    frame, atoms, noun = scene.match.frame, scene.resolve(agent), scene.match.noun
    if isinstance(agent, Phrase) and agent.is_anaphor and atoms:
        cast.is_anaphoric = True
    if isinstance(agent, Phrase) and noun is not None and agent.first <= noun.first < agent.last:
        return  # a forum that bears a name is no third party
    if frame.subject == "actor":
        first = next((a for a in atoms if a.actor), None)
        if first is not None and len(atoms) == 1:
            cast.status_by = first.actor
        spread(scene, cast, atoms, None, "subject", level_of(agent))
        return
    verb = scene.match.verb.name if scene.match.verb is not None else ""
    role = {"host": "host", "mediator": "mediator"}.get(frame.subject, "mediator")
    if verb == "gather":
        role = "mediator"  # who brings the parties together convenes
    if verb in {"attend", "happen"}:
        role = "mediator" if frame.subject == "mediator" else "witness"
    spread(scene, cast, atoms, role, f"subject of {scene.match.anchor.name}", level_of(agent))
    if scene.match.verb is not None and scene.match.verb.name in _CONVENING:
        for atom in atoms:
            if atom.actor in cast.thirds and atom.actor:
                cast.add_initiator(atom.actor, "convenes")


def _convener_of_nominal(scene: Scene, cast: Cast) -> None:
    """As in "After meetings with X and Y in V, Z said", "Z said in a call with X and Y": Z met
    them.
    """
    besides = [p for p in scene.phrases if p.marker == "with"]
    if not besides or not scene.context.has_both(cast.parties):
        return
    if scene.clause.opener != "adverbial":
        subject = scene.bare(scene.clause.first, scene.match.anchor.first)
        follows = any(0 <= p.marker_first - scene.match.anchor.last <= 1 for p in besides)
        for atom in subject.atoms if subject is not None and follows else ():
            if atom.actor and not scene.context.is_party(atom.actor):
                cast.add_third(atom, "mediator", "met them both, says the clause")
        return
    after = scene.match.clause + 1
    if after >= len(scene.sentence.clauses):
        return
    clause = scene.sentence.clauses[after]
    bare = [
        p
        for p in scene.sentence.phrases
        if clause.first <= p.first and p.last <= clause.last and p.marker is None
    ]
    for atom in bare[0].atoms if bare else ():
        if atom.actor and not scene.context.is_party(atom.actor):
            cast.add_third(atom, "mediator", "met them both, says the main clause")


_MUTUAL: Final[frozenset[str]] = frozenset({"meet_each_other", "roundtable"})
"""Frames of verbs that several do together: beside one party the other is meant."""


def _is_in_company(scene: Scene) -> bool:
    """Whether a party and somebody else, named before the noun, are who talked."""
    if not scene.sentence.lexicon.words.is_strict:
        return False
    return scene.context.other_pair_before(scene.sentence, scene.match.anchor.first)


def complete_from_anaphor(scene: Scene, cast: Cast) -> None:
    """A bare "the foreign ministers" or "the talks" borrows the parties of its setting."""
    if scene.context.has_both(cast.parties) or _is_in_company(scene):
        return
    if any(p.is_anaphor and not scene.resolve(p) for p in scene.phrases) and not cast.thirds:
        return  # "the two" are others
    they = scene.sentence.cue("they", scene.first, scene.last)
    if they is not None and setting.are_others(scene.context, scene.sentence, they):
        return
    absent = (p for p in scene.sentence.phrases if p.marker == "without")
    if any(scene.context.party_atoms(phrase) for phrase in absent):
        return  # one party is said to be absent
    by_actor = scene.match.frame.subject == "actor" and scene.match.noun is not None
    mutual = scene.match.frame.id in _MUTUAL and not cast.thirds and scene.context.is_ours
    if cast.parties and not by_actor and not mutual and not _has_counterpart(scene, cast):
        return
    found = ties.both_parties(scene, reach=False)
    if scene.match.verb is None and not ((found or cast.thirds) and _is_first_told(scene)):
        return
    if scene.match.noun is None and not _speaks_of_several(scene):
        return
    if found is None or cast.parties:
        found = ties.both_parties(scene, reach=True)
    for atom in (found or {}).values():
        cast.add_party(atom, "from the setting")
        cast.is_anaphoric = True
    cast.levels += [
        phrase.level
        for phrase in scene.sentence.phrases
        if phrase.level and found and scene.context.has_both(phrase.actors)
    ]


def _is_first_told(scene: Scene) -> bool:
    """Whether an indefinite article tells the meeting: "in a call, the leaders agreed …"."""
    noun = scene.match.anchor
    return scene.sentence.cue("indefinite", max(0, noun.first - 3), noun.first) is not None


def _has_counterpart(scene: Scene, cast: Cast) -> bool:
    """Whether one party met "his counterpart", and no third party is seen."""
    peer = scene.sentence.cue("peer", scene.first, scene.last)
    if cast.thirds:
        return _is_only_mediated(scene, cast)
    return peer is not None


def _is_only_mediated(scene: Scene, cast: Cast) -> bool:
    """Whether the third parties of a meeting are named as its mediators alone, so that whom
    the one party named met is the other.
    """
    named = {
        actor
        for p in scene.phrases
        if p.marker in {"mediated_by", "hosted_by"}
        for actor in p.actors
    }
    verb = scene.match.verb
    if not sentence_final(scene.sentence) and verb is not None and not scene.match.is_noun_first:
        led = [p for p in scene.phrases if p.marker == "mediated_by" and p.last <= verb.first]
        subject = scene.bare(scene.first, verb.first)
        if led and not any(map(scene.context.is_party, subject.actors if subject else ())):
            return False  # "a delegation led by X met Y": X is who met
    return scene.match.frame.id in {"meet", "hold_talks"} and cast.thirds.keys() <= named


def _speaks_of_several(scene: Scene) -> bool:
    """Whether a clause without an event noun shows more than one person: "they", "ministers"."""
    sentence = scene.sentence
    if any(sentence.cue(name, scene.first, scene.last) for name in ("they", "trio", "pair")):
        return True
    verb = scene.match.verb
    if verb is not None and verb.name == "talk" and has_doers(sentence):
        return False  # "the minister spoke on …": with nobody
    thirds = {
        word
        for phrase in scene.phrases
        for word in range(phrase.first, phrase.last)
        if not all(scene.context.is_party(a) for a in phrase.actors)
    }
    return any(
        scene.first <= tag.first < scene.last and tag.first not in thirds
        for tag in sentence.kind("level")
    )


def _complete_trio(scene: Scene, cast: Cast) -> None:
    """As "the three leaders": the parties and the third of the meeting told before."""
    if not scene.sentence.cue("trio", scene.first, scene.last) or not cast.parties:
        return
    if cast.thirds:
        return  # the third is named here
    told = [d for d in scene.context.told if len(d.parties) > 1 and len(d.thirds) == 1]
    for third in told[-1].thirds.values() if told else ():
        cast.thirds.setdefault(third.actor, replace(third, roles=set(third.roles)))
        cast.notes.append(f"{third.actor}: one of the three")


def _complete_from_subject(scene: Scene, cast: Cast) -> None:
    """As in "The ministers visited V, where a meeting with X was held": the ministers met X."""
    atoms = scene.resolve(scene.inherited())
    if scene.context.has_both(atom.actor for atom in atoms):
        spread(scene, cast, atoms, None, "subject of the clause before", None)
        cast.is_anaphoric = True


def _add_inherited(scene: Scene, cast: Cast) -> None:
    """As in "X will not go to V, where a meeting with Y was to be held": X was to meet Y."""
    if scene.clause.opener != "relative" or not any(p.marker == "with" for p in scene.phrases):
        return
    atoms = scene.resolve(scene.inherited())
    if len(atoms) == 1 and scene.context.has_both([atoms[0].actor, *cast.parties]):
        spread(scene, cast, atoms, None, "subject of the clause before", None)


def _mediated_a_round(scene: Scene) -> bool:
    """As in "On 6 October X mediated between Y and Z": a round of its own, where dated."""
    named = {atom.actor for phrase in scene.phrases for atom in phrase.atoms}
    return scene.match.frame.id == "mediates_it" and bool(
        scene.sentence.dates and scene.context.has_both(named)
    )


def _only_attends(scene: Scene, cast: Cast) -> bool:
    """As in "at the meeting X was present too": the parties are those of the meeting told."""
    strict = scene.sentence.lexicon.words.is_strict
    return strict and cast.is_anaphoric and bool(cast.thirds) and not ties.sentence_parties(scene)


def is_addition(scene: Scene, cast: Cast) -> bool:
    """Whether a clause only adds a host to a meeting told before: who lent the room."""
    match = scene.match
    if match.frame.adds:
        return not _mediated_a_round(scene)
    if match.verb is not None and match.verb.name == "attend" and _only_attends(scene, cast):
        return True
    hosts = match.verb is not None and match.verb.name in _RECEIVING and match.noun
    return bool(hosts and not cast.parties and cast.thirds)


def _lone_veto(scene: Scene, cast: Cast) -> str | None:
    """Why a meeting of one party alone is none of the process, or None."""
    is_told = scene.match.verb is not None or attending.SPOKE_THERE in cast.notes
    is_told = is_told or attending.met_by_speaker(scene) is not None
    if not is_told and not attending.is_first_told(scene):
        return "only one party takes part"
    if not cast.thirds and (scene.match.frame.type != "commission" or not cast.levels):
        return "one party and no third party"
    is_near = ties.is_told_near(scene, cast) or ties.is_taken_up(scene)
    if not is_near and not ties.is_about_both(scene, cast):
        return "a meeting with one party that nothing ties to the process"
    return None


def meeting_veto(scene: Scene, cast: Cast) -> str | None:
    """Why a cast makes no meeting of the process, or None."""
    frame, context = scene.match.frame, scene.context
    if scene.sentence.of("topic", "sport"):
        return "sport"
    if are_others(scene, scene.agent()):
        return "the two are those who met there"
    if is_addition(scene, cast):
        return None if cast.thirds else "nobody is seen to lend it"
    if not cast.parties:
        return "no party to the process takes part"
    if not context.has_both(cast.parties):
        return _lone_veto(scene, cast)
    if frame.id in attending.ONE_SIDED and not attending.joins_both(scene, cast):
        return "no visit to one side, or talk with it"
    if frame.id == "host_parties" and takes_something(scene):
        return "both take something, and receive nobody"
    if why := _others_summit(scene, cast):
        return why
    return "speaks of another conflict" if cast.is_anaphoric and ties.elsewhere(scene) else None


def _others_summit(scene: Scene, cast: Cast) -> str | None:
    """Why a summit is none of the two parties, though both are there."""
    noun, verb = scene.match.noun, scene.match.verb
    passing = verb is None or verb.name in {"attend", "meet"}
    if cast.is_anaphoric and ties.is_bodys_sitting(scene):
        return "a sitting of somebody else's body"
    if cast.is_anaphoric and (ties.is_anothers_summit(scene) or ties.is_named_summit(scene)):
        return "somebody else's summit"
    if noun is not None and noun.name == "summit" and cast.subject_only and passing:
        return "both attend somebody's summit"
    return None
