"""Who sat at a table that no verb sets: who speaks there, who comes on a visit.

Three wordings tell a meeting without a verb for it. A speaker beside the noun: "X said at a
meeting with Y" (`add_speaker`). An indefinite noun that opens its sentence: "In a call with X,
Y said …" (`is_first_told`, `cast_opening`). An adposition of occasion (`cue.occasion`): "After
talks with X, Z told reporters …", or what came of it: "at their eighth sitting they agreed"
(`tells_occasion`, `met_by_speaker`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.event_nouns import sentence_final

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Atom, Phrase

# ---- who speaks there -----------------------------------------------------------------
SPOKE_THERE: Final = "who speaks there was at the table"
VISIT: Final = "visit_party"
"""The frame of a mediator who comes to one of the parties."""
ONE_SIDED: Final = frozenset({VISIT, "discuss_with"})
"""Frames that tell a meeting only of a third party with one side."""
_MATTERS: Final = frozenset({"settlement", "conflict", "talks", "agreement"})
_ABROAD: Final = frozenset({"in", "to", "oblique", "object", None})


def add_speaker(scene: Scene, cast: Cast) -> None:
    """As in "X said at a meeting with Y": whoever speaks there met them."""
    noun = scene.match.anchor
    beside = [p for p in scene.phrases if p.marker == "with" and p.marker_first - noun.last == 0]
    if not beside or (cast.thirds and cast.parties):
        return
    speaker = _speaker(scene, beside[0])
    if speaker is None:
        return
    for atom in scene.resolve(speaker):
        if atom.actor is None or atom.actor in beside[0].actors:
            continue
        if scene.context.is_party(atom.actor):
            if cast.parties:
                return
            cast.add_party(atom, SPOKE_THERE)
        elif cast.parties:
            cast.add_third(atom, "mediator", SPOKE_THERE, speaker.level)
        cast.notes.append(SPOKE_THERE)


def _speaker(scene: Scene, met: Phrase) -> Phrase | None:
    """The subject of the sentence's verb of saying, if it is one person or state."""
    sentence = scene.sentence
    bare = [p for p in sentence.phrases if p.marker is None and not p.is_possessive and p != met]
    for tag in sentence.of("cue", "report"):
        clause = sentence.clauses[sentence.clause_of(tag.first)]
        before = [p for p in bare if clause.first <= p.first and p.last <= tag.first]
        after = [p for p in bare if 0 <= p.first - tag.last <= 1]
        for phrase in (*before[-1:], *after):
            if len(phrase.actors) == 1 or phrase.is_office:
                return phrase
    return None


def add_visited(scene: Scene, cast: Cast) -> None:
    """Of a visit, the parties are those to whose country it leads."""
    for phrase in scene.phrases:
        if phrase.marker in _ABROAD and phrase.first >= scene.match.anchor.last:
            for atom in phrase.atoms:
                if scene.context.is_party(atom.actor) and not atom.person:
                    cast.add_party(atom, "visited")


def is_matter(scene: Scene, phrase: Phrase) -> bool:
    """As in "X discussed the peace process with Y" told of Z, where "with Y" stands before the
    noun: with whom the process is, not the talk. Only where verbs come last.
    """
    sentence = scene.sentence
    if scene.match.frame.id not in {*ONE_SIDED, "phone"} or not sentence.lexicon.words.is_strict:
        return False
    if phrase.marker != "with" or phrase.level or any(atom.person for atom in phrase.atoms):
        return False
    return any(
        tag.name in _MATTERS and 0 <= tag.first - phrase.last <= 1 for tag in sentence.kind("noun")
    )


def joins_both(scene: Scene, cast: Cast) -> bool:
    """Whether a frame of meetings with one side tells one of both: a visit of a third party or
    of citizens, or, where verbs come last, "X discussed it with Y" of one from each.
    """
    if scene.match.frame.id == VISIT:
        return bool(cast.thirds) or "civil" in cast.levels
    if not scene.sentence.lexicon.words.is_strict or cast.thirds or cast.is_anaphoric:
        return False
    beside = {a for p in scene.phrases if p.marker == "with" for a in p.actors}
    return scene.subject() is not None and not beside.isdisjoint(cast.parties)


def is_occasion(scene: Scene, noun: WordTag) -> bool:
    """As in "after talks with X, Y met Z": another meeting than the one the verb tells."""
    match = scene.match
    if match.verb is None or noun is match.noun or scene.sentence.lexicon.oblique is None:
        return False
    return any(0 <= noun.first - t.last <= 1 for t in scene.sentence.of("before", "other"))


# ---- a sentence that opens with its meeting --------------------------------------------
_MET: Final = frozenset({"call", "meeting", "talks"})
_TOLD: Final = frozenset({"with", "to"})


def is_first_told(scene: Scene) -> bool:
    """Whether an indefinite meeting noun tells it by itself: "during a call with X"."""
    noun = scene.match.anchor
    if scene.match.verb is not None or noun.name not in _MET or sentence_final(scene.sentence):
        return False
    if scene.sentence.cue("indefinite", max(0, noun.first - 4), noun.first) is None:
        return False
    of = next((t for t in scene.sentence.of("before", "of") if t.first == noun.last), None)
    theirs = [p for p in scene.phrases if of is not None and 0 <= p.first - of.last <= 1]
    return of is None or any(map(scene.context.is_party, (a for p in theirs for a in p.actors)))


def cast_opening(scene: Scene, cast: Cast) -> None:
    """Seat whom the clause beside the meeting names: its subject, and whom it speaks to."""
    if scene.context.has_both(cast.parties) and cast.thirds:
        return
    clauses, index = scene.sentence.clauses, scene.match.clause
    if scene.clause.first > 0:
        _seat(scene, cast, scene.inherited())
        return
    last = clauses[index + 1].last if len(clauses) > index + 1 else scene.clause.last
    phrases = [p for p in scene.sentence.phrases if p.last <= last and p.first >= scene.first]
    bare = [p for p in phrases if p.marker is None and p.first >= scene.match.anchor.last]
    _seat(scene, cast, bare[0] if bare else None)
    for phrase in [p for p in phrases if p.marker in _TOLD][:1]:
        _seat(scene, cast, phrase)


def _seat(scene: Scene, cast: Cast, phrase: Phrase | Atom | None) -> None:
    for atom in scene.resolve(phrase):
        if scene.context.is_party(atom.actor):
            cast.add_party(atom, "named beside the meeting")
        elif atom.actor:
            cast.add_third(atom, "mediator", "speaks at the meeting")


# ---- the occasion of what was said -----------------------------------------------------
_SITES: Final[frozenset[str]] = frozenset({"city", "building", "border"})
_OUTCOMES: Final[tuple[str, ...]] = ("agree", "sign", "initial", "reach", "finalise")
_CLOSE: Final = 3  # words between the noun and "with", or between the adposition and the noun


def met_by_speaker(scene: Scene) -> Phrase | None:
    """Who met whom the clause's event noun names, or None where the clause tells no occasion."""
    noun, verb = scene.match.noun, scene.match.verb
    if verb is not None or noun is None or noun.name not in _MET:
        return None
    beside = [
        p for p in scene.phrases if p.marker == "with" and 0 <= p.marker_first - noun.last <= _CLOSE
    ]
    if not beside or not _has_occasion(scene):
        return None
    said = scene.sentence.cue("report", beside[0].last, scene.clause.last)
    if said is None:
        return None
    bare = [
        p
        for p in scene.phrases
        if p.marker is None and not p.is_possessive and not p.is_adjective and p.last <= said.first
    ]
    before = [p for p in bare if p.last <= noun.first]
    after = [p for p in bare if p.first >= beside[0].last]
    return next(iter(before or after), None)


def _agrees_there(scene: Scene) -> bool:
    """As in "at their eighth sitting the commissions agreed": what came of it tells it."""
    verbs = [t for name in _OUTCOMES for t in scene.sentence.of("verb", name)]
    told = any(scene.first <= t.first < scene.last and t.form in {"past", "passive"} for t in verbs)
    return told and _has_occasion(scene)


def tells_occasion(scene: Scene) -> bool:
    """Whether a clause without a verb of meeting yet tells that one was held."""
    if scene.match.verb is not None:
        return False
    return _agrees_there(scene) or met_by_speaker(scene) is not None


def _has_occasion(scene: Scene) -> bool:
    noun = scene.match.anchor
    tags = scene.sentence.of("cue", "occasion")
    return any(0 <= noun.first - tag.last < _CLOSE and tag.first >= scene.first for tag in tags)


def names_setting(scene: Scene) -> bool:
    """Whether a clause says where: in a city, a building or a country, not in a whole region."""
    places = scene.context.dossier.places
    return any(
        (atom.place is None or places[atom.place].place_kind in _SITES)
        and (atom.place or atom.country)
        and not atom.person
        for phrase in scene.phrases
        if phrase.marker == "in"
        for atom in phrase.atoms
    )
