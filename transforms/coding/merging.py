"""Mentions of one event inside a document become one draft with several pieces of evidence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from transforms.vocabulary import MEDIATING_ROLES, group_of

if TYPE_CHECKING:
    from transforms.coding.draft import Draft
    from transforms.records import EventDate, Venue

_GENERIC: Final[frozenset[str]] = frozenset({"talks", "party_meeting"})
_TALKS: Final[frozenset[str]] = frozenset(
    ["talks", "leaders_talks", "ministers_talks", "officials_talks", "parliament_talks", "dialogue"]
)
MEDIATES_IT: Final = "mediates_it"
"""The frame of a clause that only says who mediated what was told before."""
_SAME_STORY: Final = timedelta(days=10)
"""Days within which "the talks" may be those told before, whatever their dates."""
_NEAR: Final = 6
"""Sentences after a meeting in which something may still be added to it."""
_LEAD: Final = 3
"""Sentences that tell the news and may repeat it."""
_ONCE: Final[frozenset[str]] = frozenset({"agreement", "ceasefire", "detainee_release"})
"""What one text tells one of, as a rule, unless days or places tell them apart."""
_REACH: Final = 60
"""How many events back a restatement is looked for; keeps the work linear."""


def merge_drafts(drafts: list[Draft]) -> list[Draft]:
    """Merge in the order of the text; the best told mention keeps its slots."""
    merged: list[Draft] = []
    for draft in drafts:
        draft.sentences = draft.sentences or [draft.sentence]
        if draft.adds:
            continue
        first = max(0, len(merged) - _REACH)
        at = next((i for i in range(first, len(merged)) if is_same(merged[i], draft)), None)
        if at is None:
            merged.append(draft)
        else:
            merged[at] = _join(merged[at], draft)
    for draft in drafts:
        if draft.adds:
            _add_to_meeting(merged, draft)
    return merged


def _add_to_meeting(merged: list[Draft], extra: Draft) -> None:
    """Give the meeting told last what a sentence adds to it: who lent the room."""
    number = extra.sentence.number
    for draft in reversed(merged):
        near = 0 <= number - draft.sentence.number <= _NEAR
        if near and _takes(draft, extra) and len(draft.parties) > 1:
            for actor, third in extra.thirds.items():
                third.roles = _added_roles(draft, extra, third.roles)
                draft.thirds.setdefault(actor, third)
                draft.thirds[actor].roles |= third.roles
            if extra.sentence not in draft.sentences:
                draft.sentences.append(extra.sentence)
            draft.notes += [note for note in extra.notes if " host: " in note]
            return


def _takes(draft: Draft, extra: Draft) -> bool:
    """Whether an event may be given what a sentence adds: a host to a meeting, a mediator also
    to a release or a truce.
    """
    if extra.frame == MEDIATES_IT and extra.sentence.of("noun", "ceasefire"):
        return draft.type == "ceasefire"  # who brokered a truce brokered nothing else by it
    if extra.frame == MEDIATES_IT:
        return group_of(draft.type) == "meeting" or draft.type in {"detainee_release", "ceasefire"}
    return group_of(draft.type) == "meeting"


def _added_roles(draft: Draft, extra: Draft, roles: set[str]) -> set[str]:
    if "witness" in roles:
        return roles
    if extra.frame != MEDIATES_IT:
        return roles & MEDIATING_ROLES or {"host"}
    return {"intermediary" if draft.type == "detainee_release" else "mediator"}


def is_same(left: Draft, right: Draft) -> bool:
    """Whether two drafts tell one event: no slot contradicts, and something binds them."""
    if not _types_agree(left, right) or not _statuses_agree(left, right):
        return False
    if not _movers_agree(left, right) or _is_recalled_beside_plan(left, right):
        return False
    if not _thirds_agree(left, right) or not _dates_agree(left, right):
        return False
    if not _venues_agree(left.venue, right.venue):
        return False
    if set(left.parties) != set(right.parties) and not _one_holds_other(left, right):
        return False
    return _is_bound(left, right)


def _is_recalled_beside_plan(left: Draft, right: Draft) -> bool:
    """Whether one is a plan and the other a round long past, which the plan cannot be."""
    plan = [d for d in (left, right) if d.status in {"planned", "postponed", "cancelled"}]
    plan += [d for d in (left, right) if d.type == "invitation"]
    past = [d for d in (left, right) if d.status == "held" and d.novelty == "retrospective"]
    return bool(plan and past and past[0].date.start and plan[0].novelty == "new")


def _venues_agree(left: Venue | None, right: Venue | None) -> bool:
    if left is None or right is None or left == right:
        return True
    return left.country == right.country and None in {left.id, right.id}


def _one_holds_other(left: Draft, right: Draft) -> bool:
    if group_of(left.type) != "speech":
        return False
    a, b = set(left.parties), set(right.parties)
    return a <= b or b <= a


def _movers_agree(left: Draft, right: Draft) -> bool:
    """Whether two speech acts may be one: somebody said both, or one is unsaid."""
    said = group_of(left.type) == "speech" and group_of(right.type) == "speech"
    if not said and not left.type == right.type == "legal_step":
        return True
    return not left.initiators or not set(left.initiators).isdisjoint(right.initiators)


def _types_agree(left: Draft, right: Draft) -> bool:
    if left.type == right.type:
        return True
    types = {left.type, right.type}
    if types == {"agreement", "ceasefire"}:
        return _is_truce_again(left, right)
    is_definite = left.is_definite or right.is_definite
    if types <= _TALKS and ("talks" in types or is_definite):
        return True
    if is_definite and "commission" in types and types <= _TALKS | {"commission"}:
        return True
    if "invitation" not in types or not types & _TALKS:
        return False
    inviting, other = (left, right) if left.type == "invitation" else (right, left)
    if left.sentence is right.sentence and other.status in {"held", "under_way", "failed"}:
        return True  # "he invited them to V, and there they met"
    return bool(inviting.thirds) and "planned" in {left.status, right.status}


def _is_truce_again(left: Draft, right: Draft) -> bool:
    """Whether "the accord", of no kind, is the truce told in the sentence before."""
    truce, paper = (left, right) if left.type == "ceasefire" else (right, left)
    is_next = 0 <= paper.sentence.number - truce.sentence.number <= 1
    return is_next and paper.is_definite and paper.document is None


def _is_fate_of(left: Draft, right: Draft) -> bool:
    """As in "the meeting that had been planned for May was called off"."""
    pair = {left.status, right.status}
    return "planned" in pair and bool(pair & _FATES) and left.sentence is right.sentence


def _statuses_agree(left: Draft, right: Draft) -> bool:
    if left.status == right.status or "invitation" in {left.type, right.type}:
        return True
    if {left.status, right.status} == {"cancelled", "postponed"}:
        return abs(left.sentence.number - right.sentence.number) <= 1
    if {left.status, right.status} == {"made", "withdrawn"} and left.type == right.type:
        return not set(left.initiators).isdisjoint(right.initiators)
    if "failed" in {left.status, right.status}:
        failed, told = (left, right) if left.status == "failed" else (right, left)
        near = abs(right.sentence.number - left.sentence.number) <= 1
        is_its = failed.is_anaphoric or told.is_anaphoric or left.sentence is right.sentence
        return is_its and near and told.status in {"held", "under_way"}
    if {left.status, right.status} == _RUNGS and left.type == right.type:
        return _is_one_paper(left, right)
    if left.is_definite or right.is_definite:
        pair = {left.status, right.status}
        return pair <= {"planned", "under_way", "held"} or _is_fate(left, right)
    plans = [d for d in (left, right) if d.status == "planned"]
    if len(plans) == 1 and _comes_of_plan(left, right, plans[0]):
        return True
    same_day = left.date.precision == "day" and left.date == right.date
    vague = left.is_anaphoric or right.is_anaphoric
    pair = {left.status, right.status}
    if _is_fate_of(left, right) or (same_day and "planned" in pair and pair & _FATES):
        return True
    if pair == {"held", "under_way"} and "retrospective" not in {left.novelty, right.novelty}:
        return same_day or vague or not (left.date.start and right.date.start)
    return pair <= {"planned", "under_way"} and (same_day or vague)


def _comes_of_plan(left: Draft, right: Draft, plan: Draft) -> bool:
    """As in "X and Y meet in V. Earlier it was said that a meeting in V was planned": one place,
    and no other day; or a plan for a day now over, beside a round on that day.
    """
    if plan.was_due and {left.status, right.status} <= {"planned", "held", "under_way"}:
        return _is_dated_alike(left, right)
    if plan.novelty != "retrospective":
        return False
    news = left if left.status != "planned" else right
    told = news.status in {"held", "under_way"} and news.novelty == "new"
    return told and left.venue is not None and left.venue == right.venue


_RUNGS: Final[frozenset[str]] = frozenset({"agreed", "signed"})
"""An agreement "reached" on the day it was signed is the paper signed: the higher rung holds."""


def _is_one_paper(left: Draft, right: Draft) -> bool:
    same_day = left.date.precision == "day" and left.date == right.date
    kinds = {left.document, right.document}
    return same_day and (len(kinds) == 1 or None in kinds)


def _is_dated_alike(left: Draft, right: Draft) -> bool:
    """Whether a round and the plan of it, whose day is over, are told of days that overlap."""
    both = left.date.start is not None and right.date.start is not None
    if not both or left.date.precision != "day" or left.date.start is None:
        return False
    return right.date.start is not None and abs(left.date.start - right.date.start) <= _ONE_DAY


_ONE_DAY: Final = timedelta(days=1)
_FATES: Final[frozenset[str]] = frozenset({"cancelled", "postponed", "suspended"})
_LATER: Final[frozenset[tuple[str, str]]] = frozenset(
    [("planned", fate) for fate in _FATES] + [("postponed", "held"), ("postponed", "under_way")]
)
"""Statuses of which the second is what became of the first."""


def _is_fate(left: Draft, right: Draft) -> bool:
    """Whether one tells what became of the plan told beside it, or how a round just told came
    about: "they were to meet …: the meeting was called off"; "they met; it had been put off".
    """
    if abs(left.sentence.number - right.sentence.number) > 1:
        return False
    pair = {left.status, right.status}
    if "planned" in pair:
        return bool(pair & _FATES)
    held = left if left.status in {"held", "under_way"} else right
    return held.novelty == "new" and "postponed" in pair


def _thirds_agree(left: Draft, right: Draft) -> bool:
    if left.is_definite or right.is_definite:
        return True
    a, b = set(left.thirds), set(right.thirds)
    return a <= b or b <= a


def _dates_agree(left: Draft, right: Draft) -> bool:
    if {left.status, right.status} == {"cancelled", "postponed"}:
        return True  # one day is the old, the other the new
    if "invitation" in {left.type, right.type} and left.type != right.type:
        return True
    if _is_fate_of(left, right):
        return True
    if left.date.start is None or right.date.start is None:
        return True
    if {left.status, right.status} == {"made", "withdrawn"}:
        return True
    if left.is_definite or right.is_definite:
        return abs(left.date.start - right.date.start) <= _SAME_STORY
    return _overlap(left.date, right.date) or _is_guessed(left, right)


def _is_guessed(left: Draft, right: Draft) -> bool:
    """Whether one of two new mentions in one place is only dated by the day of the article."""
    if left.venue is None or left.venue != right.venue or left.type != right.type:
        return False
    are_new = left.novelty == right.novelty == "new" and left.status == right.status
    return are_new and "inferred" in {left.date.basis, right.date.basis}


def _overlap(a: EventDate, b: EventDate) -> bool:
    assert a.start is not None
    assert b.start is not None
    return a.start <= (b.end or b.start) and b.start <= (a.end or a.start)


def _is_bound(left: Draft, right: Draft) -> bool:
    """Same news, or the same date or venue; two undated recollections stay apart."""
    if left.novelty == right.novelty and left.novelty != "retrospective":
        return True
    if left.sentence is right.sentence and (left.is_anaphoric or right.is_anaphoric):
        return True
    if left.status != right.status and "failed" in {left.status, right.status}:
        return True  # "they met on 4 May; the talks ended without result"
    if left.venue and right.venue and not _are_recollections(left, right):
        return True
    if left.thirds and set(left.thirds) == set(right.thirds):
        return True
    if left.date.start and right.date.start:
        return True
    fresh, old = (left, right) if right.novelty == "retrospective" else (right, left)
    if group_of(left.type) == "speech" or _is_retold(left, right, fresh, old):
        return True
    return old.is_background and old.venue is None and old.date.start is None and bool(fresh)


def _is_retold(left: Draft, right: Draft, fresh: Draft, old: Draft) -> bool:
    """Whether the news is only told again: twice in the lead, as title and dateline tell it; a
    deed of the same kind without a day below it; a paper or release soon spoken of once more.
    """
    is_deed = group_of(old.type) in {"deed", "instrument"} and fresh.status == old.status
    is_bare = old.date.start is None and old.is_open and not old.is_background
    if is_deed and is_bare and fresh.novelty == "new":
        return True
    numbers = (left.sentence.number, right.sentence.number)
    if left.type == right.type and max(numbers) < _LEAD and left.sentence is not right.sentence:
        return True
    papers = {left.document, right.document} - {None}
    if left.type != right.type or left.type not in _ONCE or len(papers) > 1:
        return False
    reach = 1 if left.type == "detainee_release" else _NEAR
    is_bare = right.date.start is None and not right.sentence.dates
    near = 0 <= numbers[1] - numbers[0] <= reach and right.venue in {None, left.venue}
    return near and is_bare and right.novelty == "retrospective"


def _are_recollections(left: Draft, right: Draft) -> bool:
    """Two undated backgrounds: one venue sees many rounds."""
    return all(d.novelty == "retrospective" and d.date.start is None for d in (left, right))


def _strength(draft: Draft) -> tuple[int, ...]:
    return (
        int(draft.type != "invitation"),
        int(draft.type == "ceasefire"),
        int(draft.novelty != "retrospective"),
        int(draft.date.basis in {"text", "relative"}),
        int(draft.type not in _GENERIC),
        int(not draft.is_anaphoric),
        int(any(draft.parties.values())),
        int(not draft.is_weak),
    )


def _join(left: Draft, right: Draft) -> Draft:
    best, other = (left, right) if _strength(left) >= _strength(right) else (right, left)
    if {best.status, other.status} == _RUNGS:
        best.status = "signed"
    elif other.status in {"failed", "withdrawn"}:
        best.status = other.status  # "they met, but the talks came to nothing"
    elif (best.status, other.status) in _LATER or (best.was_due and other.status == "held"):
        best.status = other.status
    if {left.status, right.status} == {"cancelled", "postponed"}:
        best.status = "postponed"  # "it will not take place on Monday: it is put off to May"
    if best.type == "talks" and other.type in _TALKS and not other.is_definite:
        best.type = other.type
    for actor, person in other.parties.items():
        best.parties[actor] = best.parties.get(actor) or person
    for actor, third in other.thirds.items():
        held = best.thirds.setdefault(actor, third)
        if held is not third:
            held.person, held.rank = held.person or third.person, held.rank or third.rank
            held.roles |= third.roles
    if best.venue is None or (best.venue.id is None and other.venue is not None):
        best.venue = other.venue
    best.made_at = best.made_at or other.made_at
    best.document = best.document or other.document
    best.status_by = best.status_by or other.status_by
    _join_initiators(best, other)
    _join_dates(best, other)
    sentences = {s.number: s for s in (*left.sentences, *right.sentences)}
    best.sentences = [sentences[number] for number in sorted(sentences)]
    best.notes += [f"also told in sentence {other.sentence.number + 1}"]
    return best


def _join_initiators(best: Draft, other: Draft) -> None:
    for actor in other.initiators:
        third = best.thirds.get(actor)
        is_convener = third is not None and bool(third.roles & MEDIATING_ROLES)
        if actor not in best.initiators and (group_of(best.type) == "speech" or is_convener):
            best.initiators.append(actor)


def _join_dates(best: Draft, other: Draft) -> None:
    if other.type == "invitation" and other.date.start and other.date.basis != "inferred":
        best.announced = min(best.announced or other.date.start, other.date.start)
        return
    if best.date.basis not in {"text", "relative"} and other.date.basis in {"text", "relative"}:
        best.date = other.date
    if best.announced and other.announced:
        best.announced = min(best.announced, other.announced)
    best.announced = best.announced or other.announced
