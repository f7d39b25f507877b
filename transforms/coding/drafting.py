"""From a matched frame to a draft event, or to the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from transforms.coding.attending import VISIT
from transforms.coding.commissions import commission_meets
from transforms.coding.dating import Dating, date_event
from transforms.coding.draft import Draft
from transforms.coding.event_nouns import sentence_final
from transforms.coding.frames import NearMiss
from transforms.coding.hosting import convene
from transforms.coding.levels import level_of_meeting
from transforms.coding.lists import Round, listed_rounds
from transforms.coding.meetings import is_addition
from transforms.coding.offers import is_offer_of_talks
from transforms.coding.parts import Cast, Third
from transforms.coding.roles import cast_of
from transforms.coding.rounds import says_which_round
from transforms.coding.scene import Scene
from transforms.coding.status import status_of
from transforms.records import EventDate, Venue
from transforms.vocabulary import LEVELS, group_of

if TYPE_CHECKING:
    from datetime import date

    from transforms.coding.sentence import Atom, Phrase


def drafts_of(scene: Scene, published: date | None) -> list[Draft] | NearMiss:
    """The drafts one match gives: several where one sentence lists several venues."""
    status, why = status_of(scene)
    if status is None:
        return _miss(scene, why)
    cast, veto = cast_of(scene)
    if veto is not None:
        return _miss(scene, veto)
    if scene.match.frame.id == "assist" and not _is_conditional(scene):
        return _miss(scene, "help that depends on nothing is only foreseen")
    if scene.match.frame.modality == "ability" and not _is_claimed(scene):
        return _miss(scene, "an ability nobody claims")
    event_type, type_why = _type_of(scene, cast)
    dating = date_event(scene, published, status)
    if _is_still_due(scene, event_type, dating, published):
        return _miss(scene, "still to be done, and no day ahead is named")
    if event_type == "invitation" and _is_dated_ahead(scene, dating, published):
        event_type, status = LEVELS.get(level_of_meeting(scene, cast) or "", "talks"), "planned"
        dating = date_event(scene, published, "planned")
        convene(scene, cast)
    status = _not_yet(event_type, status, dating, published)
    notes = [f"status {status}: {why}", f"type {event_type}: {type_why}", *cast.notes]
    notes.append(f"novelty {dating.novelty}: {dating.why}")
    if len(split := _split_by_party(scene, cast, event_type)) > 1:
        return [
            _draft(scene, each, "party_meeting", status, dating, _first(each.venues), notes)
            for each in split
        ]
    if group_of(event_type) == "meeting" and len(rounds := listed_rounds(scene)) > 1:
        return [
            _draft(scene, cast, event_type, status, each, venue, notes)
            for venue, each in _dated(scene, rounds, published, status)
        ]
    venues: list[Atom | None] = list({v.place or v.country: v for v in cast.venues}.values()) or [
        None
    ]
    if group_of(event_type) == "speech" and event_type != "invitation":
        venues = [None]
    return [_draft(scene, cast, event_type, status, dating, venue, notes) for venue in venues]


def _dated(
    scene: Scene, rounds: list[Round], published: date | None, status: str
) -> list[tuple[Atom, Dating]]:
    return [(venue, date_event(scene, published, status, mention)) for venue, mention in rounds]


def _not_yet(event_type: str, status: str, dating: Dating, published: date | None) -> str:
    """A meeting told as held, or a deed told as done, on a day to come is planned."""
    ahead = published and dating.date.start and dating.date.start > published
    if group_of(event_type) == "deed" and status == "done" and ahead:
        return "planned"
    if group_of(event_type) != "meeting":
        return status
    if status == "under_way" and published and dating.date.end and dating.date.end < published:
        return "held"
    return "planned" if status in {"held", "under_way"} and ahead else status


def _is_still_due(scene: Scene, event_type: str, dating: Dating, published: date | None) -> bool:
    """Whether a paper or deed is only said to be due, without a day to come."""
    if not scene.match.aspect.is_due or group_of(event_type) == "meeting":
        return False
    last = dating.date.end or dating.date.start
    return last is None or (published is not None and last < published)


def _first(venues: list[Atom]) -> Atom | None:
    return venues[0] if venues else None


def _split_by_party(scene: Scene, cast: Cast, event_type: str) -> list[Cast]:
    """Separate meetings of a third party with each side are as many meetings."""
    if group_of(event_type) != "meeting" or not cast.thirds or len(cast.parties) < 2:
        return [cast]
    if at_home := _visited_in_turn(scene, cast):
        return at_home
    apart = scene.sentence.cue("separately", scene.first, scene.last) is not None
    apart = apart or _is_on_tour(scene, cast)
    apart = apart and scene.sentence.cue("jointly", scene.first, scene.last) is None
    if not apart and scene.match.frame.id != VISIT:
        return [cast]
    return [replace(cast, parties={actor: atom}) for actor, atom in cast.parties.items()]


def _is_on_tour(scene: Scene, cast: Cast) -> bool:
    """As in "on their visit to the region the envoys will meet the presidents of X and Y": who
    tours meets each at home, where no town is named.
    """
    inside = range(scene.first, scene.last)
    if cast.venues or not any(t.first in inside for t in scene.sentence.of("topic", "visit")):
        return False
    met = (p for p in scene.phrases if p.marker == "with")
    if scene.sentence.cue("trilateral", scene.first, scene.last) is not None:
        return False
    return any(scene.context.has_both(p.actors) for p in met)


def _visited_in_turn(scene: Scene, cast: Cast) -> list[Cast]:
    """As in "X met officials in the capitals of both": whoever is met in both met each at home."""
    actors = scene.context.dossier.actors
    homes = {getattr(actors.get(a), "country", None): a for a in cast.parties}
    reached = cast.venues
    if scene.match.verb is not None and scene.match.verb.name in {"travel", "plan"}:
        marked = (p for p in scene.phrases if p.marker in {"in", "to"})
        named = [atom for phrase in marked for atom in phrase.atoms if not atom.person]
        if not any(atom.place and atom.country not in homes for atom in named):
            reached = named
    visits = {homes[v.country]: v for v in reached if v.country in homes}
    if len(visits) < 2 or len(visits) < len(cast.venues):
        return []
    return [
        replace(cast, parties={actor: cast.parties[actor]}, venues=[venue])
        for actor, venue in visits.items()
    ]


def _is_dated_ahead(scene: Scene, dating: Dating, published: date | None) -> bool:
    """Whether the date of an invitation is that of the talks: it follows the verb, or, where
    verbs come last, is a day to come.
    """
    if dating.date.basis not in {"text", "relative"}:
        return False
    words, after = scene.sentence.words, scene.match.anchor.last
    if sentence_final(scene.sentence):
        last = dating.date.end
        return last is not None and published is not None and last > published
    floor = words[after].start if after < len(words) else scene.sentence.end
    return any(m.start >= floor and _same(m.date, dating) for m in scene.sentence.dates)


def _same(when: EventDate, dating: Dating) -> bool:
    return when.start is not None and when.precision == dating.date.precision


def _miss(scene: Scene, why: str) -> NearMiss:
    anchor = scene.match.anchor
    return NearMiss(scene.match.frame.id, anchor.first, anchor.last, why)


def _is_claimed(scene: Scene) -> bool:
    return scene.sentence.cue("report", 0, scene.match.anchor.first) is not None


def _is_conditional(scene: Scene) -> bool:
    clauses, at = scene.sentence.clauses, scene.match.clause
    near = [*clauses[max(0, at - 1) : at + 1], *clauses[at + 1 :]]
    return any(clause.opener == "condition" for clause in near)


def _type_of(scene: Scene, cast: Cast) -> tuple[str, str]:
    frame, verb = scene.match.frame, scene.match.verb
    is_ready = frame.type == "offer" and verb is not None and _is_readiness(scene)
    if is_ready and _is_conditional(scene):
        return "statement", "readiness under a condition"
    if frame.type == "demand" and not any(map(scene.context.is_party, cast.initiators)):
        return "statement", "a third party insists"
    if is_offer_of_talks(scene) and cast.thirds:
        return "offer", "a third party puts talks forward"
    is_lone = not scene.context.has_both(cast.parties) and bool(cast.thirds)
    if frame.type == "call" and is_lone:
        return "party_meeting", "a third party calls one party"
    noun = scene.match.noun
    if noun is not None and noun.name == "roundtable":
        return "dialogue", "the noun of a dialogue"
    if frame.type not in {"talks", "commission"}:
        return frame.type, frame.id
    if commission_meets(scene, cast):
        return "commission", "a commission is who meets"
    if (_meets_on_call(scene) or (noun is not None and noun.name == "call")) and not is_lone:
        return "call", "the noun call"
    if is_lone:
        return "party_meeting", "one party and a third"
    level = level_of_meeting(scene, cast)
    return LEVELS.get(level or "", "talks"), f"level {level or 'unstated'}"


def _is_readiness(scene: Scene) -> bool:
    """Whether an offer says only that somebody is ready: "is ready to offer its help"."""
    clause = scene.clause
    return any(clause.first <= t.first < clause.last for t in scene.sentence.of("verb", "ready"))


def _meets_on_call(scene: Scene) -> bool:
    """As in "in a video call X and Y met", where the verb closes the clause."""
    verb, words = scene.match.verb, scene.sentence.lexicon.words
    if verb is None or verb.name != "meet" or not words.is_strict:
        return False
    calls = scene.sentence.of("noun", "call")
    return any(scene.first <= tag.first and tag.last <= verb.first for tag in calls)


def _draft(
    scene: Scene,
    cast: Cast,
    event_type: str,
    status: str,
    dating: Dating,
    venue: Atom | None,
    notes: list[str],
) -> Draft:
    match = scene.match
    thirds = {actor: _copy(third) for actor, third in cast.thirds.items()}
    draft = Draft(
        type=event_type,
        status=status,
        frame=match.frame.id,
        trigger=_trigger_text(scene),
        sentence=scene.sentence,
        parties={actor: atom.person for actor, atom in cast.parties.items()},
        thirds={} if event_type == "statement" else thirds,
        date=dating.date,
        novelty=dating.novelty,
        initiators=list(cast.initiators),
        venue=_venue(venue),
        made_at=cast.made_at if group_of(event_type) == "speech" else None,
        status_by=cast.status_by,
        announced=dating.announced,
        document=_document(scene, cast, event_type),
        about=_about(scene),
        claim_source=_claim_source(scene, cast),
        is_anaphoric=cast.is_anaphoric,
        is_definite=_is_this(scene) or (cast.is_anaphoric and _is_definite(scene)),
        is_weak=any(tag is not None and tag.weak for tag in (match.verb, match.noun)),
        is_background=match.verb is None or scene.clause.opener in {"adverbial", "relative"},
        adds=group_of(event_type) == "meeting" and is_addition(scene, cast),
        is_open=dating.is_open and not scene.match.aspect.is_due,
        notes=list(notes),
    )
    draft.away = _is_away(scene, draft)
    draft.was_due = status == "planned" and (_was_due(scene) or _is_over(dating, scene))
    if _goes_on(scene, draft):
        draft.is_definite = draft.is_anaphoric = draft.is_background = True
        draft.date, draft.novelty = EventDate(), "retrospective"
        draft.notes.append("says what was spoken of at the meeting told before")
    return draft


def _was_due(scene: Scene) -> bool:
    return scene.sentence.cue("was_due", scene.first, scene.match.anchor.first) is not None


def _is_over(dating: Dating, scene: Scene) -> bool:
    """Whether the day a plan names was over when the document told it."""
    last, published = dating.date.end, scene.context.published
    return last is not None and published is not None and last < published


def _goes_on(scene: Scene, draft: Draft) -> bool:
    """Whether a clause only says what a meeting told before was about: "they discussed …"."""
    verb = scene.match.verb
    if says_which_round(scene):
        return True
    if verb is None or verb.name != "talk" or group_of(draft.type) != "meeting":
        return False
    own = {a.actor for p in scene.phrases if p.marker in _PLACED for a in p.atoms if a.place}
    return any(
        group_of(told.type) == "meeting"
        and told.status in {"held", "under_way", "planned"}
        and scene.sentence.number - told.sentence.number <= _GOES_ON
        and draft.parties.keys() <= told.parties.keys()
        and (draft.thirds.keys() - own) <= told.thirds.keys()
        for told in scene.context.told
    )


def _is_definite(scene: Scene) -> bool:
    noun = scene.match.noun
    if noun is None:
        return False
    if not scene.sentence.lexicon.words.cues.get("determiner"):
        return noun.first - scene.clause.first <= 1
    return scene.sentence.cue("determiner", max(0, noun.first - 1), noun.first) is not None


def _is_this(scene: Scene) -> bool:
    """Whether a demonstrative points the event noun back at what was told: "this meeting"."""
    noun, verb = scene.match.noun, scene.match.verb
    if noun is None or verb is None:
        return False
    return scene.sentence.cue("this", max(0, noun.first - 1), noun.first) is not None


def _copy(third: Third) -> Third:
    return replace(third, roles=set(third.roles))


def _trigger_text(scene: Scene) -> str:
    words = scene.sentence.words
    tags = [tag for tag in (scene.match.verb, scene.match.noun) if tag is not None]
    parts = [" ".join(word.folded for word in words[tag.first : tag.last]) for tag in tags]
    return f"{scene.match.frame.id}: {' + '.join(parts)}"


def _venue(atom: Atom | None) -> Venue | None:
    return None if atom is None else Venue(atom.place, atom.country)


def _document(scene: Scene, cast: Cast, event_type: str) -> str | None:
    """The paper's kind, in English: the same name from every language."""
    noun = scene.match.noun
    if event_type != "agreement" or noun is None:
        return None
    kind = next(
        (t.name for t in scene.sentence.kind("document") if noun.first <= t.first < noun.last), None
    )
    if kind == "treaty" and scene.context.has_both(cast.parties):
        kind = "peace_treaty"
    return kind.replace("_", " ") if kind else None


_GOES_ON: Final = 12  # sentences from a meeting to what was spoken of there
_PLACED: Final = frozenset({"in", "from", "to"})
_ABOUT = ("deescalation", "mediation", "settlement")


def _about(scene: Scene) -> str | None:
    if scene.match.frame.about:
        return scene.match.frame.about
    if group_of(scene.match.frame.type) != "speech":
        return None
    found = scene.sentence.topics(scene.match.anchor.first, scene.clause.last)
    noun = scene.match.noun
    if noun is not None and noun.name in {"talks", "meeting", "mediation"}:
        return "mediation" if noun.name == "mediation" else "talks"
    return next((name for name in _ABOUT if name in found), None)


def _claim_source(scene: Scene, cast: Cast) -> str | None:
    """Who is quoted for it, where that is neither the speaker nor the narrator."""
    sentence, clause = scene.sentence, scene.clause
    clauses = sentence.clauses
    first = (
        clauses[max(0, scene.match.clause - 1)].first if clause.opener == "that" else clause.first
    )
    report = sentence.cue("report", first, scene.match.anchor.first)
    if report is None or report.first == scene.match.anchor.first:
        return None
    speaker: Phrase | None = None
    for phrase in sentence.phrases:
        if phrase.last <= report.first and phrase.marker is None:
            speaker = phrase
    if speaker is None or not speaker.atoms:
        return None
    atom = speaker.atoms[-1]
    if atom.actor in cast.initiators and group_of(scene.match.frame.type) == "speech":
        return None
    return atom.person or atom.actor


def _is_away(scene: Scene, draft: Draft) -> bool | None:
    """Whether the third party travelled to the party it met."""
    if draft.type != "party_meeting" or draft.venue is None or draft.venue.country is None:
        return None
    actors = scene.context.dossier.actors
    return any(
        getattr(actors.get(actor), "country", None) == draft.venue.country
        for actor in draft.parties
    )
