"""When an event was, and whether a document tells it as news or as background."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from transforms.coding.attending import tells_occasion
from transforms.coding.prenominal import dates_another
from transforms.coding.rounds import is_owned
from transforms.records import EventDate
from transforms.vocabulary import group_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transforms.coding.scene import Scene
    from transforms.dates import DateMention
    from transforms.records import Novelty

_COMPLETES: Final = 3  # characters between "16 May" and "this year"
LEAD_SENTENCES: Final = 3
"""Sentences that carry the news; below them an undated perfect is background."""
NEWS_WINDOW: Final = timedelta(days=2)
"""An undated event told as news happened at most this long before publication."""
FRESH: Final = timedelta(days=7)
"""A dated event this old can still be the news."""
BACKGROUND: Final = timedelta(days=60)
"""What is told after a date this old, without one of its own, is as old."""
_SUBORDINATE: Final = frozenset({"adverbial", "relative", "simultaneous"})
_PAPERS: Final = frozenset({"agreement", "ceasefire"})
_AHEAD: Final = frozenset({"planned", "postponed", "cancelled"})
STALE_BESIDE_NEWS: Final = timedelta(days=7)
"""Beside something fresher, an event older than this is background."""


@dataclass(frozen=True, slots=True)
class Dating:
    """The date of an event and how it was told; ``is_open``: what was told just before it
    may date it.
    """

    date: EventDate
    novelty: Novelty
    announced: dt.date | None = None
    why: str = ""
    is_open: bool = False


def date_event(
    scene: Scene, published: dt.date | None, status: str, mention: DateMention | None = None
) -> Dating:
    """Date one matched event and judge its novelty, as far as one document can tell.

    ``mention`` is its date where a list gives each event one; None = the one that belongs.
    """
    found = mention or _date_mention(scene, published, status)
    is_ahead = status in _AHEAD or (
        status == "agreed" and group_of(scene.match.frame.type) == "deed"
    )
    if found is None:
        return _undated(scene, published, status)
    when = _resolved(scene, found, published, status)
    novelty, why = _novelty(scene, when, published, is_ahead)
    return Dating(when, novelty, _announced(scene, found, published), why)


def _resolved(
    scene: Scene, found: DateMention, published: dt.date | None, status: str
) -> EventDate:
    """What a date means for the match: what lies ahead is dated ahead."""
    is_agreed_deed = status == "agreed" and group_of(scene.match.frame.type) == "deed"
    looks_ahead = (status in _AHEAD or is_agreed_deed) and scene.match.aspect.time != "pluperfect"
    when = found.resolve("future" if looks_ahead else "past")
    if status != "cancelled" or not (published and when.start and found.date.end):
        return when
    # "The meeting in May was called off", said in June: not next year's.
    is_nearer = published - found.date.end < when.start - published
    return found.date if is_nearer else when


def _date_mention(scene: Scene, published: dt.date | None, status: str) -> DateMention | None:
    """The date that belongs to the match: in its clause, else one no other clause owns."""
    sentence, anchor = scene.sentence, scene.match.anchor
    is_speech = group_of(scene.match.frame.type) == "speech"
    dates = _distinct(sentence.dates)
    is_invitation = scene.match.frame.type == "invitation"
    if is_speech and status == "made" and published is not None and not is_invitation:
        # What is said may be about a day to come; it was not said then.
        dates = [m for m in dates if m.date.start is None or m.date.start <= published or m.past]
    placed = [(sentence_word(scene, mention), mention) for mention in dates]
    placed = [(w, m) for w, m in placed if not is_owned(scene.sentence, w)]
    noun = scene.match.noun
    placed = [(w, m) for w, m in placed if not dates_another(sentence, w, anchor, noun)]
    if is_speech and status == "made" and _tells_what_is_said(scene):
        placed = [(w, m) for w, m in placed if w < anchor.first or not _is_vague(m)]
    if status == "planned" and published is not None:
        ahead = [(w, m) for w, m in placed if not _is_over(m, published)]
        placed = ahead or [(w, m) for w, m in placed if not _is_vague(m)]
    if status == "postponed" and len(placed) > 1:
        return max(placed, key=lambda pair: _latest(pair[1]))[1]
    placed = [(word, m) for word, m in placed if not _dates_saying(scene, word)]
    inside = [(word, m) for word, m in placed if scene.first <= word < scene.last]
    if is_invitation:
        after = [(word, m) for word, m in inside if word > anchor.first]
        if after:
            return after[0][1]
    if inside:
        return min(inside, key=lambda pair: _distance(scene, *pair))[1]
    reported = sentence.cue("report", 0, scene.clause.first) is not None
    told_apart = scene.clause.opener == "that" and reported and not is_speech
    if scene.clause.opener != "adverbial" and not told_apart:
        # What dates the main clause of what is reported dates the telling.
        free = [(word, m) for word, m in placed if _is_free(scene, word, m.date.precision)]
        if len(free) == 1:
            return free[0][1]
    return _framing(scene, placed, published)


def _dates_saying(scene: Scene, word: int) -> bool:
    """Whether a date stands behind a quotation in which the match is: "… met,” he said today"."""
    after = scene.match.anchor.last
    if word < after or group_of(scene.match.frame.type) == "speech":
        return False
    closed = [
        i for i in range(after, word + 1) if any(q in scene.sentence.words[i].gap for q in "»”")
    ]
    return bool(closed) and scene.sentence.cue("report", closed[0], word) is not None


def _distance(scene: Scene, word: int, mention: DateMention) -> tuple[bool, int]:
    """A day before a month or a year ("the treaty signed in May was ratified on Thursday")."""
    return mention.date.precision != "day", abs(word - scene.match.anchor.first)


def _is_vague(mention: DateMention) -> bool:
    return mention.date.precision in {"month", "year"}


def _tells_what_is_said(scene: Scene) -> bool:
    """As in "proposes another day in May": what follows the verb dates what is said."""
    is_past = scene.match.aspect.time in {"past", "pluperfect"}
    return scene.sentence.lexicon.words.order == "svo" and not is_past


def _is_over(mention: DateMention, published: dt.date) -> bool:
    """Whether a month or season means the last one, not the next: whichever is nearer."""
    ends = [d.end for d in (mention.date, *mention.alternatives) if d.end is not None]
    return bool(ends) and min(ends, key=lambda end: abs(end - published)) < published


def _latest(mention: DateMention) -> dt.date:
    return mention.resolve("future").start or dt.date.min


def _framing(
    scene: Scene, placed: Sequence[tuple[int, DateMention]], published: dt.date | None
) -> DateMention | None:
    """Of a sentence that speaks of long ago alone, the date told last before the match."""
    if not _all_long_past(scene, published):
        return None
    anchor = scene.match.anchor
    before = [m for word, m in placed if word <= anchor.first]
    after = [m for word, m in placed if word > anchor.first]
    return before[-1] if before else after[0] if after else None


def _distinct(dates: Sequence[DateMention]) -> list[DateMention]:
    """The dates without a year or month that only completes the day before it."""
    found: list[DateMention] = []
    for mention in dates:
        last = found[-1] if found else None
        if last is not None and _completes(mention, last):
            found[-1] = mention  # "five months later, on 8 August"
        elif last is None or not _completes(last, mention):
            found.append(mention)
    return found


def _completes(last: DateMention, mention: DateMention) -> bool:
    gap = max(mention.start - last.end, last.start - mention.end)
    near = gap <= _COMPLETES and last.date.precision == "day"
    return near and mention.date.precision in {"month", "year"} and _within(last.date, mention.date)


def _within(day: EventDate, span: EventDate) -> bool:
    if day.start is None or span.start is None or span.end is None:
        return False
    return span.start <= day.start <= span.end


def sentence_word(scene: Scene, mention: DateMention) -> int:
    """The word a date begins at."""
    for index, word in enumerate(scene.sentence.words):
        if word.end > mention.start:
            return index
    return len(scene.sentence.words) - 1


def _is_free(scene: Scene, word: int, precision: str) -> bool:
    """Whether a date outside the clause may belong to it: no other verb is nearer."""
    clauses = scene.sentence.clauses
    index = scene.sentence.clause_of(word)
    clause = clauses[index]
    if clause.opener in {"that", "relative", "condition", "prospective"}:
        return False
    if clause.opener == "adverbial" and (precision != "year" or index > scene.match.clause):
        return False  # "after talks on Monday": theirs; "Following the war of 2020, …": a frame
    if clause.opener == "participle":
        return True
    verbs = [t for t in scene.sentence.kind("verb") if t.form != "noun"]
    has_verb = any(clause.first <= t.first < clause.last for t in verbs)
    if clause.opener == "simultaneous":
        return not has_verb
    governs = scene.clause.opener in {"participle", "coordinate", "relative"}
    return not has_verb or governs


def _announced(scene: Scene, used: DateMention, published: dt.date | None) -> dt.date | None:
    """The day a plan was made known, where the sentence dates that as well."""
    for mention in scene.sentence.dates:
        other = mention.date
        if mention is used or other.precision != "day" or other.start is None:
            continue
        if published is None or other.start <= published:
            return other.start
    return None


def _undated(scene: Scene, published: dt.date | None, status: str) -> Dating:
    unknown = EventDate()
    if published is None:
        why = "neither text nor document is dated"
        is_recalled = group_of(scene.match.frame.type) != "speech" and _is_told_past(scene)
        novelty: Novelty = "retrospective" if is_recalled else "undated"
        return Dating(unknown, novelty, why=why, is_open=_is_open(scene))
    if scene.sentence.is_recap:
        return Dating(unknown, "retrospective", why="recap cue")
    announced = _made_known(scene)
    if status in _AHEAD:
        return Dating(unknown, "new", announced, "announced")
    aspect = scene.match.aspect
    if aspect.time == "under_way" and group_of(scene.match.frame.type) == "meeting":
        today = EventDate(published, published, "day", "relative")
        return Dating(today, "new", why="told as going on")
    if all_past := _all_long_past(scene, published):
        return Dating(unknown, "retrospective", why=all_past)
    if why := _is_background(scene):
        return Dating(unknown, "retrospective", why=why, is_open=_is_open(scene))
    if _continues_background(scene, published):
        told = scene.sentence.told if scene.match.frame.type in _PAPERS else None
        when = told if told is not None and told.precision == "day" else unknown
        return Dating(when, "retrospective", why="goes on with what was long ago")
    near = EventDate(published - NEWS_WINDOW, published, "day", "inferred")
    return Dating(near, "new", announced, "told as news, undated", is_open=_is_open(scene))


def _continues_background(scene: Scene, published: dt.date) -> bool:
    """Whether a sentence without a date goes on with what the one before tells of long ago."""
    told = scene.sentence.told
    if told is None or told.end is None or scene.sentence.dates:
        return False
    is_past = scene.match.aspect.time in {"past", "pluperfect"}
    return is_past and published - told.end > BACKGROUND


def _is_told_past(scene: Scene) -> bool:
    """Whether an undated text that names days tells it as one of them."""
    is_past = scene.match.aspect.time in {"past", "pluperfect", "perfect"}
    return is_past and scene.context.text_day is not None


def _is_open(scene: Scene) -> bool:
    match, sentence = scene.match, scene.sentence
    is_told = match.verb is not None and match.aspect.time in {"past", "perfect", "present"}
    return is_told and not sentence.is_recap and not sentence.cue("recap", 0, len(sentence.words))


def _all_long_past(scene: Scene, published: dt.date | None) -> str:
    """Whether all the dates a sentence has are long past, though none is the event's alone."""
    published = published or scene.context.text_day
    if published is None:
        return ""
    dated = [m for m in scene.sentence.dates if not _is_of_relative(scene, m)]
    ends = [m.date.end for m in dated if m.date.precision != "unknown"]
    if ends and all(end is not None and published - end > FRESH for end in ends):
        return "all dates of the sentence are long past"
    return ""


def _is_of_relative(scene: Scene, mention: DateMention) -> bool:
    """Whether a date is that of a relative clause behind the match: "in V, where in 1991 …"."""
    word = sentence_word(scene, mention)
    if dates_another(scene.sentence, word, scene.match.anchor, scene.match.noun):
        return True
    at = scene.sentence.clause_of(word)
    return at > scene.match.clause and scene.sentence.clauses[at].opener == "relative"


def _made_known(scene: Scene) -> dt.date | None:
    days = [m.date.start for m in scene.sentence.dates if m.date.precision == "day"]
    return days[0] if days else None


def _is_background(scene: Scene) -> str:
    """Why an undated event is background, or an empty string."""
    match, sentence = scene.match, scene.sentence
    in_lead = sentence.number < LEAD_SENTENCES
    if sentence.cue("recap", 0, len(sentence.words)):
        return "recap wording"
    if match.aspect.time == "pluperfect" and not _is_shifted_back(scene):
        return "told in the pluperfect"
    is_told = match.verb is not None or tells_occasion(scene)
    is_fresh = bool(sentence.cue("fresh", 0, len(sentence.words)))  # "meanwhile", "has just"
    if is_told and (in_lead or is_fresh):
        return ""
    if _is_reduced_relative(scene):
        return "a participle below the lead"
    if not is_told:
        return "mentioned in passing"
    group = group_of(match.frame.type)
    if group in {"instrument", "deed"} and match.frame.type != "violation":
        return "an undated deed below the lead"
    narrates = sentence.lexicon.language.perfect_narrates and group == "speech"
    if match.aspect.time == "perfect" and not narrates:
        return "an undated perfect below the lead"
    if scene.clause.opener in _SUBORDINATE and group != "speech":
        return "told in a subordinate clause below the lead"
    return ""


def _is_shifted_back(scene: Scene) -> bool:
    """As in "a spokesman said that she had agreed": the pluperfect of what is reported."""
    is_told = scene.clause.opener == "that" and scene.sentence.number < LEAD_SENTENCES
    is_said = group_of(scene.match.frame.type) == "speech" or scene.match.frame.type == "violation"
    if not is_said and not is_told:
        return False
    first = scene.match.anchor.first
    return scene.sentence.cue("report", 0, first) is not None


def _is_reduced_relative(scene: Scene) -> bool:
    """As in "the talks, mediated by X": a participle without an auxiliary after its noun."""
    match = scene.match
    if match.verb is None or not match.is_noun_first or match.aspect.is_passive:
        return False
    return match.verb.form == "past" and match.verb.name in {"host", "mediate", "sign", "initial"}


def _novelty(
    scene: Scene, when: EventDate, published: dt.date | None, is_ahead: bool
) -> tuple[Novelty, str]:
    if when.start is None:
        is_past = published is None and _is_told_past(scene)
        return ("retrospective" if is_past else "undated"), "the date cannot be placed"
    if published is None:
        return _by_the_text(scene, when)
    last = when.end or when.start
    if is_ahead or (last > published and when.precision == "day"):
        recent = published - last <= FRESH
        return ("new", "recent or ahead") if recent else ("retrospective", "long past")
    return _told_past(scene, when, last, published)


def _by_the_text(scene: Scene, when: EventDate) -> tuple[Novelty, str]:
    """In an undated document, beside the latest day its text names."""
    latest = scene.context.text_day
    if latest is None or when.start is None:
        return "undated", "the document is undated"
    return _told_past(scene, when, when.end or when.start, latest)


def _told_past(
    scene: Scene, when: EventDate, last: dt.date, published: dt.date
) -> tuple[Novelty, str]:
    if scene.sentence.is_recap:
        return "retrospective", "recap cue"
    in_lead = scene.sentence.number < LEAD_SENTENCES
    if when.precision in {"month", "year"}:
        current = last >= published and when.precision == "month" and in_lead
        return ("new", "this month") if current else ("retrospective", f"only a {when.precision}")
    is_talk = scene.match.frame.type in {"statement", "appeal"}
    if when.precision == "week" and is_talk and not in_lead and last < published:
        return "retrospective", "said in a past week, below the lead"
    if published - last > FRESH:
        return "retrospective", "more than a week before publication"
    if scene.match.aspect.time == "pluperfect" and published - last > NEWS_WINDOW:
        return "retrospective", "told in the pluperfect"
    return "new", "recent"


def is_outdone(when: EventDate, published: dt.date | None, freshest: dt.date | None) -> bool:
    """Whether an event is background because the document has a fresher one."""
    if published is None or freshest is None or when.end is None:
        return False
    return published - freshest <= NEWS_WINDOW and published - when.end > STALE_BESIDE_NEWS
