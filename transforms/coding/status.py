"""From a frame and a verb's aspect to a status the type's group allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dossiers.event_types import Group
from transforms.coding.attending import names_setting, tells_occasion
from transforms.coding.claims import is_reported_by_side
from transforms.coding.doers import case_of_word, has_doers
from transforms.coding.event_nouns import is_setting, sentence_final
from transforms.coding.prenominal import is_dated_here, is_lead_occasion, is_planned_in_passing
from transforms.coding.rounds import is_named_by_year, is_upcoming, says_which_round
from transforms.vocabulary import group_of

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Sentence

_DONE: dict[Group, str] = {
    "speech": "made",
    "meeting": "held",
    "instrument": "agreed",
    "deed": "done",
}


def status_of(scene: Scene) -> tuple[str | None, str]:
    """The status, or None with the reason why the clause tells no event."""
    match = scene.match
    frame, aspect = match.frame, match.aspect
    group = group_of(frame.type)
    if aspect.is_denied and not aspect.is_negated:
        return _denied(scene)
    if aspect.is_negated and not (frame.fixed and group == "speech"):
        return _negated(scene)
    is_stance = frame.fixed and group == "speech"  # "to sign, X must first …" is itself said
    if (
        aspect.is_due
        and not is_stance
        and frame.status not in {"cancelled", "postponed", "suspended", "failed"}
    ):
        return _due(scene, group)
    if group == "speech":
        if aspect.time == "future" and not frame.fixed:
            return None, "not yet said"
        return frame.status or "made", "a speech act is made"
    if _is_attributive(scene) and not (_has_own_date(scene) or _has_place(scene)):
        return None, "an undated participle before its noun"
    if match.verb is not None and is_planned_in_passing(scene.sentence, match.verb):
        return None, "a plan named in passing"
    if match.verb is None and (bare := _bare_noun(scene)) is not None:
        return bare
    if frame.fixed:
        return frame.status or "planned", "scheduled"
    status, why = _meeting(scene) if group == "meeting" else _other(scene, group)
    return _doubted(scene, status, why)


def _denied(scene: Scene) -> tuple[str | None, str]:
    if scene.match.verb is None and scene.match.frame.type == "ceasefire":
        return None, "named in passing"  # "will monitor the truce, X said; Y denied it"
    return "denied", "governed by a verb of denial"


def _has_own_date(scene: Scene) -> bool:
    """Whether a date may be the participle's: where verbs strictly come last, one before it;
    of a meeting, a day near it.
    """
    dates, verb = scene.sentence.dates, scene.match.verb
    if verb is None or not scene.sentence.lexicon.words.is_strict:
        return bool(dates)
    if group_of(scene.match.frame.type) == "meeting":
        return is_dated_here(scene.sentence, verb) or is_lead_occasion(scene.sentence, verb)
    return any(mention.start < scene.sentence.words[verb.first].start for mention in dates)


def _is_attributive(scene: Scene) -> bool:
    """Whether the verb is a participle before its noun: "the expected signing"."""
    verb, noun, sentence = scene.match.verb, scene.match.noun, scene.sentence
    if verb is None or verb.form == "attributive" or noun is None:
        return verb is not None and verb.form == "attributive"
    if sentence.lexicon.words.is_strict and 0 <= noun.first - verb.last <= 1:
        return True  # where verbs come last, one before its noun qualifies it
    if verb.form not in {"past", "passive"} or not 0 <= noun.first - verb.last <= 1:
        return False
    attribute = sentence.lexicon.attribute
    if attribute is not None and attribute.search(sentence.words[verb.last - 1].folded):
        return True
    return sentence.cue("determiner", verb.first - 1, verb.first) is not None


def _has_place(scene: Scene) -> bool:
    """Whether a participle says who met and where: "the round held in V between X and Y"."""
    verb = scene.match.verb
    if verb is None or not scene.sentence.lexicon.words.is_strict:
        return False
    before = [p for p in scene.phrases if p.last <= verb.first]
    is_told = any(p.marker == "between" and scene.context.has_both(p.actors) for p in before)
    return is_told and any(p.marker == "in" for p in before)


def _doubted(scene: Scene, status: str | None, why: str) -> tuple[str | None, str]:
    """What is told with a doubt, or of a breach by one side alone, is only claimed."""
    if status not in _DONE.values():
        return status, why
    if scene.match.aspect.is_hearsay and scene.match.verb is not None:
        return "claimed", "told as hearsay"
    if scene.match.frame.type == "violation" and is_reported_by_side(scene):
        return "claimed", "reported by one side"
    return status, why


def _is_topic(sentence: Sentence, noun: WordTag) -> bool:
    """Whether a noun is only what something is for or about: "a room for talks", "the holding of
    talks", where verbs strictly come last.
    """
    if not sentence.lexicon.words.is_strict:
        return False
    held = (t for t in sentence.kind("after") if t.name in {"about", "other"})
    nominal = (t for t in sentence.kind("verb") if t.form == "noun")
    return any(tag.first == noun.last for tag in (*held, *nominal))


def _is_in_passing(scene: Scene) -> bool:
    """Whether an event noun without a verb has neither a day nor a place beside it.

    Where endings and adpositions tell cases, one that is only spoken of or aimed at
    ("about a truce", "for talks") is named in passing too.
    """
    if _is_aim(scene):
        return True
    anchor = scene.match.anchor
    basis = scene.sentence.of("cue", "basis")
    if any(0 <= anchor.first - tag.last <= 1 and tag.first >= scene.first for tag in basis):
        return True
    cased = scene.sentence.lexicon.oblique is not None
    if cased and any(
        tag.name == "for" and tag.last == anchor.first for tag in scene.sentence.kind("before")
    ):
        return True  # "the conditions for a meeting"
    noun, words = scene.match.noun, scene.sentence.words
    if noun is not None and sentence_final(scene.sentence) and is_setting(scene.sentence, noun):
        if scene.match.frame.type == "ceasefire":
            return True
        edge = words[noun.first].start  # "the meeting after" says when something else was
        dated = any(mention.end <= edge for mention in scene.sentence.dates)
        return not (dated or any(p.marker == "in" and p.last <= noun.first for p in scene.phrases))
    if noun is not None and not scene.sentence.dates and _is_topic(scene.sentence, noun):
        return True
    if scene.sentence.dates or scene.sentence.number <= 0:
        return False
    if scene.match.frame.type == "ceasefire":  # "the truce in V" is a name for it
        return not any(phrase.marker == "mediated_by" for phrase in scene.phrases)
    return not names_setting(scene) and not tells_occasion(scene)


def _bare_noun(scene: Scene) -> tuple[str | None, str] | None:
    """What an event noun without a verb tells by itself: a plan, or nothing of its own."""
    if says_which_round(scene):
        told = [d for d in scene.context.told if group_of(d.type) == "meeting"]
        return ("held", "says which round it was") if told else (None, "says which round it was")
    if is_upcoming(scene):
        return "planned", "an upcoming meeting"
    why = _why_passing(scene)
    return (None, why) if why else None


def _why_passing(scene: Scene) -> str:
    """Why an event noun without a verb tells nothing of its own, or an empty string."""
    noun = scene.match.anchor
    if any(0 < t.first - noun.last <= 2 for t in scene.sentence.of("noun", "captives")):
        return "an exchange of captives"
    if is_named_by_year(scene, noun):
        return "a name made of its year"
    return "named in passing" if _is_in_passing(scene) or _is_appealed_to(scene) else ""


_GOVERNING: Final = frozenset({"of", "to", "for"})


def _is_appealed_to(scene: Scene) -> bool:
    """Whether a truce is only what something else is about: "the breach of the truce"."""
    noun, sentence = scene.match.anchor, scene.sentence
    if scene.match.frame.type != "ceasefire" or sentence_final(sentence):
        return False
    edge = noun.first - (1 if sentence.cue("determiner", noun.first - 1, noun.first) else 0)
    return any(
        t.last == edge or t.last == noun.first
        for t in sentence.kind("before")
        if t.name in _GOVERNING
    )


_AIMS: Final = frozenset({"about", "for", "to", "other"})
"""Markers of what is only spoken of, or aimed at."""


def _is_aim(scene: Scene) -> bool:
    noun, sentence = scene.match.anchor, scene.sentence
    if not has_doers(sentence):
        return False
    if any(t.first == noun.last and t.name in _AIMS for t in sentence.kind("after")):
        return True
    case = case_of_word(sentence, noun.last - 1)
    if case == "of":
        return not sentence.dates  # "the breach of the truce", "before the meeting"
    return case in _AIMS - {"about"}  # "at the meeting"


def _due(scene: Scene, group: Group) -> tuple[str | None, str]:
    """What has to be done is no fact: a plan where it has a day, and for a meeting."""
    meets = group == "meeting" and not sentence_final(scene.sentence)
    placed = group == "meeting" and any(p.marker == "in" for p in scene.phrases)
    if meets or placed or (group != "speech" and scene.sentence.dates):
        return "planned", "still to be done"
    return None, "still to be done, and undated"


def _negated(scene: Scene) -> tuple[str | None, str]:
    frame, verb = scene.match.frame, scene.match.verb
    if frame.status in {"cancelled", "postponed", "suspended", "failed"}:
        return frame.status, frame.id
    noun, strict = scene.match.noun, scene.sentence.lexicon.words.is_strict
    if strict and noun is not None and noun.name == "talks" and not scene.sentence.dates:
        return None, "no talks are held: none is meant"
    if group_of(frame.type) == "meeting" and verb is not None and verb.name in {"happen", "hold"}:
        return "cancelled", "said not to have taken place"
    return None, "negated"


_PROCESS: Final = "a process that goes on, not a meeting"


def _meeting(scene: Scene) -> tuple[str | None, str]:
    match = scene.match
    time, frame = match.aspect.time, match.frame
    if frame.status and not (frame.status == "under_way" and _is_mere_process(scene)):
        return frame.status, frame.id
    if time == "future":
        return "planned", "future"
    if "under_way" in {time, frame.status}:
        return (None, _PROCESS) if _is_mere_process(scene) else ("under_way", "going on")
    if time == "present":
        return _present(scene)
    if time == "gerund" and match.verb is not None and match.verb.name == "talk":
        return None, "a participle that tells no event"
    if match.verb is not None and match.verb.name == "start" and time != "noun":
        if time == "gerund" and (match.is_noun_first or not scene.sentence.dates):
            return None, "a participle that tells no event"
        if match.is_noun_first and _is_mere_process(scene):
            return None, _PROCESS
        return ("under_way", "begun") if not scene.sentence.is_recap else ("held", "begun")
    return _named(scene, time)


def _named(scene: Scene, time: str) -> tuple[str | None, str]:
    """A meeting that happened, unless it is only named beside something not done."""
    if scene.match.verb is None:
        for cue in ("future", "future_past", "attempt", "hypothetical"):
            if scene.sentence.cue(cue, scene.first, scene.last):
                return None, f"named beside something not done ({cue})"
    return "held", time


def _is_mere_process(scene: Scene) -> bool:
    """As in "dialogue is continuing": no place, no day, nobody at the table is named."""
    noun = scene.match.noun
    if noun is None or _has_date(scene) or scene.phrases or _is_now(scene):
        return False
    return not any(scene.sentence.of("cue", name) for name in ("they", "there", "trio"))


def _has_date(scene: Scene) -> bool:
    """Whether a date stands in the clause itself."""
    words = scene.sentence.words
    first, last = words[scene.first].start, words[scene.last - 1].end
    return any(first <= mention.start < last for mention in scene.sentence.dates)


def _present(scene: Scene) -> tuple[str | None, str]:
    """The present tells news in a headline, a lead or beside a date; else it is habit."""
    sentence, verb = scene.sentence, scene.match.verb
    if sentence.cue("now", 0, len(sentence.words)) and verb is not None and verb.name != "meet":
        return "under_way", "present, now"
    if sentence.number == 0 or sentence.dates:
        return "held", "present of a lead or caption"
    is_round = scene.match.frame.id == "hold_talks"
    if is_round and any(p.marker == "mediated_by" for p in scene.phrases):
        return "held", "present beside who mediates"
    return None, "a present that tells no single event"


def _is_told_by_participle(scene: Scene) -> bool:
    """So "…, signing a declaration", "after signing a declaration" is read."""
    opener, verb = scene.clause.opener, scene.match.anchor
    near = verb.first - scene.clause.first <= 2
    return near and opener in {"participle", "adverbial"}


def _is_agreed_on(scene: Scene) -> bool:
    """Whether the clause closes with the verb of agreeing, where verbs come last."""
    if not scene.sentence.lexicon.words.is_strict:
        return False
    agreed = (t for t in scene.sentence.of("verb", "agree") if t.form in {"past", "passive"})
    return any(scene.match.anchor.first <= t.first < scene.clause.last for t in agreed)


def _is_means(scene: Scene) -> bool:
    """As in "answered by handing over maps": a participle that tells what was done."""
    verb, sentence = scene.match.anchor, scene.sentence
    if sentence_final(sentence):
        return True
    starts = {verb.first, *(t.first for t in sentence.of("cue", "determiner"))} & {
        verb.first,
        verb.first - 1,
    }
    governing = [t for t in sentence.kind("before") if t.last in starts]
    return not governing or any(t.name == "by" for t in governing)


def _is_reduced(scene: Scene) -> bool:
    """As in "the mandate of the mission deployed in X": a participle right behind its noun,
    without an auxiliary, an agent or a day.
    """
    verb, noun, sentence = scene.match.verb, scene.match.noun, scene.sentence
    if verb is None or noun is None or sentence_final(sentence) or verb.form != "past":
        return False
    if verb.first != noun.last or scene.match.aspect.is_passive or sentence.dates:
        return False
    return scene.match.aspect.time == "past" and not any(p.marker == "by" for p in scene.phrases)


def _is_now(scene: Scene) -> bool:
    return scene.sentence.cue("now", scene.first, scene.last) is not None


_GRADUAL: Final = frozenset({"implementation", "peacekeeping_withdrawal"})
"""Deeds that take their time, so that what has begun is under way."""


def _other(scene: Scene, group: Group) -> tuple[str | None, str]:
    match = scene.match
    aspect, frame = match.aspect, match.frame
    if match.verb is not None and match.verb.name in {"plan", "postpone"} and group != "deed":
        return "planned", "scheduled"
    if aspect.time == "future":
        return _to_come(scene, group)
    is_begun = match.verb is not None and match.verb.name == "start" and aspect.time == "past"
    is_begun = is_begun and frame.type in _GRADUAL
    if aspect.time == "under_way" or (is_begun and group == "deed" and not scene.sentence.is_recap):
        return ("under_way", "going on") if group == "deed" else (None, "not finished")
    if (why := _qualifies(scene, group)) is not None:
        return None, why
    done = frame.status or _DONE[group]
    if aspect.time == "noun" and match.verb is not None:
        return _nominal(scene, group, done)
    if aspect.time == "present" and group == "deed" and _is_now(scene):
        return "under_way", "present, now"
    if aspect.time == "present" and scene.sentence.number > 0 and not scene.sentence.dates:
        return None, "a present that tells no single event"
    return done, aspect.time


def _nominal(scene: Scene, group: Group, done: str) -> tuple[str | None, str]:
    """The status of what only a verb's noun names: "the signing of the treaty"."""
    sentence, anchor = scene.sentence, scene.match.anchor
    if sentence.cue("attempt", max(0, anchor.first - 3), anchor.first) and group == "instrument":
        return None, "only aimed at"
    if sentence.cue("future", scene.first, anchor.first) and group != "deed":
        return "planned", "named beside what is to come"
    is_fact = bool(sentence.dates) or sentence.lexicon.words.is_strict
    is_fact = is_fact or sentence.cue("aftermath", scene.first, scene.last) is not None
    return (done, "nominal fact") if is_fact else (None, "nominal, undated")


def _to_come(scene: Scene, group: Group) -> tuple[str | None, str]:
    """The status of what is said to come."""
    frame, anchor = scene.match.frame, scene.match.anchor
    if group == "instrument" and scene.clause.opener == "adverbial":
        return None, "said of when it will be"
    if frame.type == "ceasefire" and _is_agreed_on(scene):
        return frame.status or _DONE[group], "agreed to"
    verbs = scene.sentence.of("verb", "agree")
    agreed = any(t.first < anchor.first and t.form == "past" for t in verbs)
    return ("agreed", "agreed to") if agreed and group == "deed" else ("planned", "future")


def _qualifies(scene: Scene, group: Group) -> str | None:
    """Why a participle tells no event: it only qualifies something."""
    is_idle = scene.match.aspect.time == "gerund" and not _is_told_by_participle(scene)
    is_idle = is_idle and scene.match.frame.type != "violation"  # "accused X of firing at Y"
    if is_idle and (group == "instrument" or not _is_means(scene)):
        return "a participle that tells no event"
    if group == "deed" and _is_reduced(scene):
        return "a participle that only qualifies its noun"
    return None
