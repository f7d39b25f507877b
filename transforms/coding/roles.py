"""Casting an event: from a matched frame to parties, third parties, initiators and venue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding import ties
from transforms.coding.cast import Cast, Scene
from transforms.coding.frames import sentence_final
from transforms.coding.sentence import Phrase
from transforms.vocabulary import MEDIATING_ROLES, group_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transforms.coding.sentence import Atom

_OBJECT_VERBS: Final[frozenset[str]] = frozenset({"host", "gather", "meet", "phone", "invite"})
_TYING_TOPICS: Final[frozenset[str]] = frozenset({"corridor"})
"""Topics of concepts that tie one party's instrument with a third state to the process."""
_SITES: Final[frozenset[str]] = frozenset({"city", "building", "border"})


def cast_of(scene: Scene) -> tuple[Cast, str | None]:
    """The cast of a match, and why it is no event (None if it is one)."""
    group = group_of(scene.match.frame.type)
    if group == "meeting":
        cast = _meeting(scene)
        return cast, _meeting_veto(scene, cast)
    if group == "speech":
        cast = _invitation(scene) if scene.match.frame.type == "invitation" else _speech(scene)
        return cast, _speech_veto(scene, cast)
    if group == "instrument":
        cast = _instrument(scene)
        return cast, _instrument_veto(scene, cast)
    cast = _deed(scene)
    return cast, _deed_veto(scene, cast)


# ---- shared ------------------------------------------------------------------------------
def _spread(
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


def _level_of(phrase: Phrase | Atom | None) -> str | None:
    return phrase.level if isinstance(phrase, Phrase) else None


def _place_atoms(scene: Scene, phrases: Iterable[Phrase], markers: set[str]) -> list[Atom]:
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
    if found := _place_atoms(scene, here, markers):
        return found
    clauses, index = scene.sentence.clauses, scene.match.clause
    near = {i for i in (index - 1, index + 1) if 0 <= i < len(clauses)}
    beside = [
        p
        for p in scene.sentence.phrases
        if scene.sentence.clause_of(p.first) in near and not _holds_verb(scene, p)
    ]
    return _place_atoms(scene, beside, {"in"}) or _country_atoms(scene, here)


def _holds_verb(scene: Scene, phrase: Phrase) -> bool:
    clause = scene.sentence.clauses[scene.sentence.clause_of(phrase.first)]
    return any(
        clause.first <= tag.first < clause.last and tag.form != "noun"
        for tag in scene.sentence.kind("verb")
    )


def _marked(scene: Scene, cast: Cast, skip: set[int], role: str | None) -> None:
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
            _spread(scene, cast, atoms, role, f'"{phrase.marker}" phrase', level)
            cast.besides |= {a.actor for a in atoms if a.actor in cast.thirds and a.actor}
        elif is_genitive or (phrase.marker == "of" and _is_nouns(scene, phrase)):
            _spread(scene, cast, atoms, role, "belongs to the event noun", level)
        elif phrase.marker == "mediated_by":
            _spread(scene, cast, atoms, _mediating(scene), "named as mediator", level)
        elif phrase.marker == "hosted_by":
            _spread(scene, cast, atoms, "host", "named as host", level)
        elif phrase.marker == "presence_of":
            _spread(scene, cast, atoms, "witness", "present", level)
    _named_mediation(scene, cast)


def _named_mediation(scene: Scene, cast: Cast) -> None:
    """ "with X mediation", "following X's mediation": whoever owns the noun mediates."""
    index = scene.match.clause
    for tag in scene.sentence.of("noun", "mediation"):
        if abs(scene.sentence.clause_of(tag.first) - index) > 1:
            continue
        for phrase in scene.sentence.phrases:
            if 0 <= tag.first - phrase.last <= 1 and phrase.marker != "without":
                _spread(scene, cast, phrase.atoms, _mediating(scene), "owns the mediation", None)


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


def _mediating(scene: Scene) -> str:
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


def _compound(scene: Scene, cast: Cast, role: str | None) -> set[int]:
    phrase = scene.compound()
    if phrase is None or (scene.match.verb is None and _is_nominal_subject(scene, phrase)):
        return set()
    named = {"mediated_by": _mediating(scene), "hosted_by": "host"}.get(phrase.marker or "")
    if phrase.marker == "of" and len(phrase.actors) > 2:
        named = "mediator"  # "the meeting of X, Y and Z"
    rule = "qualifies the event noun"
    _spread(scene, cast, scene.resolve(phrase), named or role, rule, phrase.level)
    return {phrase.first}


def _is_nominal_subject(scene: Scene, phrase: Phrase) -> bool:
    return phrase.marker in {"about", "for", "other", "with"}


# ---- meetings ----------------------------------------------------------------------------
def _meeting(scene: Scene) -> Cast:
    match, cast = scene.match, Cast()
    skip = _compound(scene, cast, "mediator" if match.verb is None else None)
    agent = scene.agent()
    if isinstance(agent, Phrase) and agent.first not in skip:
        skip.add(agent.first)
    elif isinstance(agent, Phrase):
        agent = None
    _objects(scene, cast, skip)
    _marked(scene, cast, skip, "mediator")
    spoken = bool(cast.parties)
    if match.verb is None and not spoken:
        agent = _pair_that_attends(scene)
    _agent_of_meeting(scene, cast, agent)
    cast.subject_only = not spoken and bool(cast.parties)
    if match.verb is None and not cast.thirds:
        _convener_of_nominal(scene, cast)
    if not cast.besides:
        _complete_from_anaphor(scene, cast)
    elif not cast.parties:
        _complete_from_subject(scene, cast)
    cast.venues = find_venues(scene, {"in"}) or _implied_venue(scene, cast)
    _settle_roles(scene, cast)
    return cast


def _implied_venue(scene: Scene, cast: Cast) -> list[Atom]:
    """ "… to V, where X hosts them"; or the place of the visit an account tells of."""
    verb = scene.match.verb
    if verb is not None and verb.name in {"host", "gather"}:
        countries = {
            getattr(scene.context.dossier.actors.get(a), "country", None) for a in cast.thirds
        }
        earlier = [p for p in scene.sentence.phrases if p.last <= verb.first]
        reached = _place_atoms(scene, earlier, {"to"})
        return [atom for atom in reached if atom.country in countries][-1:]
    is_visit = bool(scene.sentence.of("topic", "visit")) and len(cast.parties) == 1
    return [scene.context.visit] if is_visit and scene.context.visit else []


def _pair_that_attends(scene: Scene) -> Phrase | None:
    """ "X and Y made progress at meetings in V": the clause's subject met."""
    noun = scene.match.anchor
    for phrase in scene.phrases:
        before = phrase.last <= noun.first and phrase.marker is None
        if before and scene.context.has_both(a.actor for a in scene.resolve(phrase)):
            return phrase
    return None


def _agent_of_meeting(scene: Scene, cast: Cast, agent: Phrase | Atom | None) -> None:
    frame, atoms = scene.match.frame, scene.resolve(agent)
    if isinstance(agent, Phrase) and agent.is_anaphor and atoms:
        cast.is_anaphoric = True
    if frame.subject == "actor":
        first = next((a for a in atoms if a.actor), None)
        if first is not None and len(atoms) == 1:
            cast.status_by = first.actor
        _spread(scene, cast, atoms, None, "subject", _level_of(agent))
        return
    role = {"host": "host", "mediator": "mediator"}.get(frame.subject, "mediator")
    if scene.match.verb is not None and scene.match.verb.name in {"attend", "happen"}:
        role = "mediator" if frame.subject == "mediator" else "witness"
    _spread(scene, cast, atoms, role, f"subject of {scene.match.anchor.name}", _level_of(agent))
    if scene.match.verb is not None and scene.match.verb.name in {"host", "gather", "mediate"}:
        for atom in atoms:
            if atom.actor in cast.thirds and atom.actor:
                cast.add_initiator(atom.actor, "convenes")


def _objects(scene: Scene, cast: Cast, skip: set[int]) -> None:
    """Bare phrases after a verb that takes people for its object."""
    verb = scene.match.verb
    if verb is None or verb.name not in _OBJECT_VERBS or scene.match.aspect.is_passive:
        return
    for phrase in scene.phrases:
        is_object = phrase.marker == "object" or (
            phrase.marker is None and phrase.first >= verb.last
        )
        if phrase.first not in skip and is_object and not phrase.is_possessive:
            atoms = scene.resolve(phrase)
            cast.is_anaphoric = cast.is_anaphoric or (phrase.is_anaphor and bool(atoms))
            role = "mediator" if verb.name in {"meet", "phone"} else None
            _spread(scene, cast, atoms, role, f"object of {verb.name}", phrase.level)
            skip.add(phrase.first)


def _convener_of_nominal(scene: Scene, cast: Cast) -> None:
    """ "After meetings with X and Y in V, Z said": Z met them."""
    if scene.clause.opener != "adverbial" or not scene.context.has_both(cast.parties):
        return
    if not any(p.marker == "with" for p in scene.phrases):
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


def _complete_from_anaphor(scene: Scene, cast: Cast) -> None:
    """A bare "the foreign ministers" or "the talks" borrows the parties of its setting."""
    if scene.context.has_both(cast.parties) or cast.parties:
        return
    found = ties.both_parties(scene, reach=False)
    if scene.match.noun is None or scene.match.verb is None:
        return
    if found is None and cast.thirds:
        found = ties.both_parties(scene, reach=True)
    for atom in (found or {}).values():
        cast.add_party(atom, "from the setting")
        cast.is_anaphoric = True
    cast.levels += [
        phrase.level
        for phrase in scene.sentence.phrases
        if phrase.level and found and scene.context.has_both(phrase.actors)
    ]


def _complete_from_subject(scene: Scene, cast: Cast) -> None:
    """ "The ministers visited V, where a meeting with X was held": the ministers met X."""
    atoms = scene.resolve(scene.inherited())
    if scene.context.has_both(atom.actor for atom in atoms):
        _spread(scene, cast, atoms, None, "subject of the clause before", None)
        cast.is_anaphoric = True


def _settle_roles(scene: Scene, cast: Cast) -> None:
    """Host or mediator: the wording decides, then the document, then the country."""
    sentence, clause = scene.sentence, scene.clause
    dossier = scene.context.dossier
    mediates = sentence.cue("trilateral", scene.first, clause.last) is not None
    for third in cast.thirds.values():
        if "witness" in third.roles and mediates:
            third.roles = {"mediator"}
        if "host" in third.roles and mediates:
            third.roles.add("mediator")
            cast.notes.append(f"{third.actor} mediator: talks called trilateral or mediated")
        elif "host" in third.roles and third.actor in scene.context.mediators:
            third.roles.add("mediator")
            cast.notes.append(f"{third.actor} mediator: shown mediating in this document")
        country = getattr(dossier.actors.get(third.actor), "country", None)
        at_home = country is not None and any(v.country == country for v in cast.venues)
        if third.roles & MEDIATING_ROLES and at_home and len(cast.venues) == 1:
            third.roles.add("host")
    for actor in list(cast.initiators):
        third_party = cast.thirds.get(actor)
        if third_party is not None and not third_party.roles & MEDIATING_ROLES:
            cast.initiators.remove(actor)


def _meeting_veto(scene: Scene, cast: Cast) -> str | None:
    frame, context = scene.match.frame, scene.context
    if scene.sentence.of("topic", "sport"):
        return "sport"
    if not cast.parties:
        return "no party to the process takes part"
    if not context.has_both(cast.parties):
        if frame.needs == "both" or scene.match.verb is None:
            return "only one party takes part"
        if not cast.thirds and cast.status_by is None and not cast.levels:
            return "one party and no third party"
        if not cast.thirds and frame.type != "commission":
            return "one party and no third party"
        if not ties.is_tied(scene, cast):
            return "a meeting with one party that nothing ties to the process"
        return None
    noun = scene.match.noun
    if noun is not None and noun.name == "summit" and cast.subject_only:
        return "both attend somebody's summit"
    return "speaks of another conflict" if cast.is_anaphoric and ties.elsewhere(scene) else None


# ---- speech ------------------------------------------------------------------------------
def _speech(scene: Scene) -> Cast:
    cast, frame = Cast(), scene.match.frame
    speaker = scene.agent() if scene.match.aspect.is_passive else scene.subject()
    atoms = scene.resolve(speaker)
    level = _level_of(speaker)
    for atom in atoms:
        if atom.actor is None:
            continue
        cast.add_initiator(atom.actor, "subject of the speech act")
        if scene.context.is_party(atom.actor):
            cast.add_party(atom, "speaks")
        elif frame.subject == "mediator":
            for role in offered_roles(scene):
                cast.add_third(atom, role, "offers it", level)
    if frame.object == "addressee":
        _addressees(scene, cast, speaker)
    for atom in (ties.both_parties(scene, reach=ties.is_tied(scene, cast)) or {}).values():
        cast.add_party(atom, "the process the speech act concerns")
    if cast.initiators:
        cast.made_at = _made_at(scene)
    return cast


def offered_roles(scene: Scene) -> tuple[str, ...]:
    """What an offer offers: to mediate, or only a place to meet."""
    sentence, first, last = scene.sentence, scene.match.anchor.first, scene.clause.last
    names = {t.name for t in sentence.kind("noun") if first <= t.first and t.last <= last}
    words = {t.name for t in sentence.kind("verb") if first <= t.first and t.last <= last}
    if names & {"mediation", "help"} or "mediate" in words:
        return ("mediator",)
    if "venue_offer" in names or "host" in words:
        return ("host",)
    return ("mediator",)


def _addressees(scene: Scene, cast: Cast, speaker: Phrase | Atom | None) -> None:
    for phrase in scene.after(scene.match.anchor.last):
        if phrase is speaker or phrase.marker in {"in", "from"}:
            continue
        for atom in phrase.atoms:
            if atom.actor and not scene.context.is_party(atom.actor) and not _is_setting(atom):
                if atom.actor not in cast.initiators:
                    cast.add_third(atom, "addressee", "whom it is addressed to", phrase.level)


def _is_setting(atom: Atom) -> bool:
    return atom.place is not None and atom.actor is None


def _made_at(scene: Scene) -> str | None:
    """Where a speech act was made: "during a trip to V", "in V"."""
    sites = _place_atoms(scene, scene.sentence.phrases, {"in"})
    for tag in scene.sentence.of("topic", "visit"):
        for phrase in scene.sentence.phrases:
            if tag.first <= phrase.first <= tag.last + 2 and phrase.atoms:
                sites.insert(0, phrase.atoms[0])
    return next((atom.place for atom in sites if atom.place), None)


def _speech_veto(scene: Scene, cast: Cast) -> str | None:
    frame = scene.match.frame
    if not cast.initiators:
        return "nobody is seen to say it"
    if ties.elsewhere(scene):
        return "speaks of another conflict"
    if frame.type == "offer" and not cast.thirds and not scene.context.has_both(cast.parties):
        return "an offer to nobody in the process"
    if not cast.parties:
        return "no party to the process is concerned"
    return None if ties.is_tied(scene, cast) else "nothing ties it to the process"


def _invitation(scene: Scene) -> Cast:
    """The inviter hosts; the invited are the parties; "to V" is the venue."""
    cast = Cast()
    agent = scene.agent()
    skip = {agent.first} if isinstance(agent, Phrase) else set()
    _objects(scene, cast, skip)
    _marked(scene, cast, skip, None)
    for atom in scene.resolve(agent):
        if atom.actor is None:
            continue
        cast.add_initiator(atom.actor, "invites")
        if scene.context.is_party(atom.actor):
            cast.add_party(atom, "invites")
        else:
            cast.add_third(atom, "host", "invites", _level_of(agent))
    _complete_from_anaphor(scene, cast)
    cast.venues = find_venues(scene, {"in", "to"})
    _settle_roles(scene, cast)
    cast.initiators = cast.initiators or [a for a in cast.thirds]
    return cast


# ---- instruments -------------------------------------------------------------------------
def _instrument(scene: Scene) -> Cast:
    cast, match = Cast(), scene.match
    skip = _compound(scene, cast, None)
    agent = scene.agent()
    if isinstance(agent, Phrase):
        skip.add(agent.first)
    mediated = match.verb is not None and match.verb.name == "mediate"
    role = "mediator" if mediated or match.frame.type == "ceasefire" else "witness"
    _spread(scene, cast, scene.resolve(agent), role, "signs or brokers", _level_of(agent))
    _marked(scene, cast, skip, "counterpart")
    for third in cast.thirds.values():
        if "counterpart" in third.roles:
            third.roles = {"mediator"} if scene.context.has_both(cast.parties) else {"witness"}
    if not scene.context.has_both(cast.parties) and not _foreign_hand(scene, cast, mediated):
        for atom in (ties.both_parties(scene, reach=True) or {}).values():
            cast.add_party(atom, "from the setting")
            cast.is_anaphoric = True
    cast.venues = find_venues(scene, {"in"})
    return cast


def _foreign_hand(scene: Scene, cast: Cast, mediated: bool) -> bool:
    """Whether a third state signs with one party: the other is then no party to it."""
    if mediated:
        return False
    signers = [t for t in cast.thirds.values() if "witness" in t.roles]
    return bool(signers)


def _instrument_veto(scene: Scene, cast: Cast) -> str | None:
    if scene.context.has_both(cast.parties):
        anaphoric = cast.is_anaphoric and ties.elsewhere(scene)
        return "speaks of another conflict" if anaphoric else None
    is_pact = scene.match.frame.type == "agreement"
    if is_pact and cast.parties and cast.thirds and _process_concept(scene):
        return None
    return "not an instrument between the parties"


def _process_concept(scene: Scene) -> bool:
    """Whether the sentence names a route that the process is about."""
    concepts = scene.context.dossier.concepts
    return any(concepts[name].topic in _TYING_TOPICS for name in scene.sentence.concepts)


# ---- deeds -------------------------------------------------------------------------------
def _deed(scene: Scene) -> Cast:
    cast, frame = Cast(), scene.match.frame
    skip = _compound(scene, cast, None)
    agent = scene.agent()
    if agent is None:
        agent = scene.compound() or scene.subject()
    if isinstance(agent, Phrase):
        skip.add(agent.first)
    role = {"peacekeeper": "peacekeeper"}.get(frame.subject)
    if frame.type == "mission":
        role = "monitor"
    _spread(scene, cast, scene.resolve(agent), role, "does it", _level_of(agent))
    if frame.subject == "actor":
        for atom in scene.resolve(agent):
            if atom.actor:
                cast.add_initiator(atom.actor, "does it")
    _marked(scene, cast, skip, None)
    if frame.needs in {"disputed", "tied", "both"}:
        for atom in (ties.both_parties(scene, reach=True) or {}).values():
            cast.add_party(atom, "the process it concerns")
    elif frame.object == "party":
        for phrase in scene.phrases:
            if phrase.marker in {"to", "from", "by"}:
                _spread(scene, cast, scene.resolve(phrase), None, f'"{phrase.marker}"', None)
    return cast


def _deed_veto(scene: Scene, cast: Cast) -> str | None:
    frame, context = scene.match.frame, scene.context
    if ties.elsewhere(scene):
        return "speaks of another conflict"
    if frame.subject == "peacekeeper":
        if not cast.thirds:
            return "no third party's force"
        if frame.needs == "disputed" and not _deed_is_near(scene, cast):
            return "nothing places it in the disputed area"
        if not cast.parties:
            for actor in context.dossier.process.parties:
                cast.parties.setdefault(actor, _bare(actor))
        return None
    if not cast.parties:
        return "no party to the process takes part"
    if frame.needs == "tied" and not ties.is_tied(scene, cast):
        return "nothing ties it to the process"
    if frame.needs == "party" and not context.has_both(cast.parties):
        return None if ties.is_tied(scene, cast) else "nothing ties it to the process"
    return None


def _bare(actor: str) -> Atom:
    from transforms.coding.sentence import Atom

    return Atom(actor, None, None, 0, 0)


def _deed_is_near(scene: Scene, cast: Cast) -> bool:
    return ties.names_disputed(scene) or scene.context.has_both(ties.sentence_parties(scene))
