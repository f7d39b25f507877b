"""What each telling added, judged in the order of publication; and the status it leads to.

The fold walks an event's mentions in order of telling and keeps what was believed so far.
It knows nothing of arrival: the same mentions give the same novelties.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from transforms.identity.ladders import (
    GENERIC,
    StatusRelation,
    group_of,
    status_relation,
)
from transforms.identity.places import is_nested
from transforms.identity.revisions import successors
from transforms.identity.signature import BEHIND_DAYS, interval
from transforms.vocabulary import BACKGROUND, MEDIATING_ROLES, PRECISIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from transforms.records import EventMention, Novelty, SituatedMention

_PRECISIONS: Final = tuple(reversed(PRECISIONS))


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome of the fold.

    Attributes:
        novelties: one per mention, in order of telling.
        status: the status believed in the end.
        status_votes: each contested status (and the one believed) with its mention ids;
            empty while nobody disagrees.
        superseded: mentions whose own outlet later corrected them: they no longer vote.
        opposed: mentions that contradict the status believed in the end.
    """

    novelties: tuple[tuple[str, Novelty], ...]
    status: str
    status_votes: Mapping[str, tuple[str, ...]]
    superseded: frozenset[str]
    opposed: frozenset[str]


@dataclass(slots=True)
class _Belief:
    within: Mapping[str, str]
    status: str = ""
    dates: tuple[date, date] | None = None
    last_by_outlet: dict[str, SituatedMention] = field(default_factory=dict)
    statuses: set[str] = field(default_factory=set)
    by_roles: dict[object, EventMention] = field(default_factory=dict)
    slots: set[str] = field(default_factory=set)
    precision: int = 0
    is_begun: bool = False
    superseded: set[str] = field(default_factory=set)
    by_telling: dict[tuple[str, str, str], SituatedMention] = field(default_factory=dict)


def fold(members: Sequence[SituatedMention], within: Mapping[str, str]) -> Told:
    """Folds mentions (in order of telling) into novelties and a status."""
    belief = _Belief(within, superseded=set(successors(members)))
    novelties: list[tuple[str, Novelty]] = []
    for member in members:
        relation = _relation(belief, member.mention)
        novelty = _novelty(belief, member, relation)
        novelties.append((member.mention.mention_id, novelty))
        _absorb(belief, member, relation, novelty)
    return _told(belief, members, tuple(novelties))


def _relation(belief: _Belief, mention: EventMention) -> StatusRelation:
    if not belief.status:
        return "same"
    dates = interval(mention)
    overlaps = dates is None or belief.dates is None or _overlap(dates, belief.dates)
    is_later = dates is not None and belief.dates is not None and dates[0] > belief.dates[1]
    return status_relation(
        group_of(mention.type),
        belief.status,
        mention.status,
        is_same_date=overlaps,
        is_rescheduled=is_later,
    )


def _novelty(belief: _Belief, member: SituatedMention, relation: StatusRelation) -> Novelty:
    mention = member.mention
    if mention.novelty in BACKGROUND:
        return mention.novelty
    if not belief.is_begun:
        return "retrospective" if _is_old_news(belief, member, relation) else "new"
    if _is_copy(belief, member):
        return "confirmation"
    if _corrected(belief, member):
        return "correction"
    if relation == "contradiction":
        # The second to deny confirms the denial: one dispute is told once.
        return "confirmation" if mention.status in belief.statuses else "contradiction"
    told = list(belief.by_roles.values())
    if any(disputes_role(mention, earlier) for earlier in told):
        return "contradiction" if not _is_role_told(mention, told) else "confirmation"
    if relation == "climb" or not _slot_facts(mention) <= belief.slots:
        return "update"
    if _PRECISIONS.index(mention.date.precision) > belief.precision:
        return "update"
    return "confirmation"


def _is_old_news(belief: _Belief, member: SituatedMention, relation: StatusRelation) -> bool:
    """True where others recalled it before, and the telling itself comes long after the day.

    What nobody told before is news whenever it comes to light.
    """
    dates = interval(member.mention)
    if not belief.status or relation == "climb" or dates is None or member.published is None:
        return False
    return (member.published.date() - dates[1]).days > BEHIND_DAYS


def _is_copy(belief: _Belief, member: SituatedMention) -> bool:
    """True where another article of the story and origin told the same status of that day.

    Syndicated and translated copies may be read differently; that is no second report.
    """
    first = belief.by_telling.get(_telling(member))
    if first is None or first.url == member.url:
        return False
    one, other = interval(first.mention), interval(member.mention)
    return one is None or other is None or _overlap(one, other)


def _telling(member: SituatedMention) -> tuple[str, str, str]:
    return member.story, member.origin, member.mention.status


def _absorb(
    belief: _Belief, member: SituatedMention, relation: StatusRelation, novelty: Novelty
) -> None:
    mention = member.mention
    if novelty == "correction":
        earlier = _corrected(belief, member)
        belief.superseded.update(m.mention.mention_id for m in earlier)
    if relation == "climb" or not belief.status or novelty == "correction":
        belief.status = mention.status
        belief.dates = interval(mention) or belief.dates
    belief.statuses.add(mention.status)
    belief.by_roles.setdefault((mention.third_parties, mention.claim_source), mention)
    belief.slots |= _slot_facts(mention)
    belief.precision = max(belief.precision, _PRECISIONS.index(mention.date.precision))
    belief.is_begun = belief.is_begun or novelty not in BACKGROUND
    belief.by_telling.setdefault(_telling(member), member)
    for outlet in _outlets(member):
        belief.last_by_outlet[outlet] = member


def _told(
    belief: _Belief,
    members: Sequence[SituatedMention],
    novelties: tuple[tuple[str, Novelty], ...],
) -> Told:
    """Settles contested statuses by the number of independent origins on each side."""
    voters = [m for m in members if m.mention.mention_id not in belief.superseded]
    rivals: dict[str, list[SituatedMention]] = {}
    for member in voters:
        if _excludes(belief, belief.status, member):
            rivals.setdefault(member.mention.status, []).append(member)
    status = belief.status
    if rivals:
        backing = [m for m in voters if not _excludes(belief, belief.status, m)]
        support = len({m.origin for m in backing})
        strongest = max(rivals, key=lambda s: len({m.origin for m in rivals[s]}))
        if len({m.origin for m in rivals[strongest]}) > support:
            status = strongest
    opposed = frozenset(m.mention.mention_id for m in voters if _excludes(belief, status, m))
    votes: dict[str, tuple[str, ...]] = {}
    if rivals:
        for name in (belief.status, *rivals):
            told = tuple(m.mention.mention_id for m in voters if m.mention.status == name)
            votes[name] = told
    return Told(novelties, status, votes, frozenset(belief.superseded), opposed)


def _excludes(belief: _Belief, status: str, member: SituatedMention) -> bool:
    """True where a mention cannot hold together with a status, whichever was told first."""
    mention = member.mention
    dates = interval(mention)
    overlaps = dates is None or belief.dates is None or _overlap(dates, belief.dates)
    group = group_of(mention.type)
    if mention.status in {"claimed", "planned", "postponed", "agreed"} and status != "denied":
        return False  # what was ahead when it was told does not dispute what came of it
    return (
        status_relation(group, status, mention.status, is_same_date=overlaps, is_rescheduled=False)
        == "contradiction"
    )


def _overlap(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _outlets(member: SituatedMention) -> list[str]:
    outlets = [f"url:{member.url}"]
    if member.source_id:
        outlets.append(f"source:{member.source_id}")
    return outlets


def _corrected(belief: _Belief, member: SituatedMention) -> list[SituatedMention]:
    """Earlier mentions of the same outlet whose value this one changes (not just refines)."""
    found: dict[str, SituatedMention] = {}
    if member.mention.mention_id in belief.superseded:
        return []  # an older version of an article corrects nothing
    for outlet in _outlets(member):
        earlier = belief.last_by_outlet.get(outlet)
        if earlier is not None and _changes(belief, earlier, member):
            found[earlier.mention.mention_id] = earlier
    return list(found.values())


def _changes(belief: _Belief, told: SituatedMention, telling: SituatedMention) -> bool:
    earlier, later = told.mention, telling.mention
    relation = status_relation(
        group_of(later.type), earlier.status, later.status, is_same_date=True, is_rescheduled=True
    )
    is_rewritten = told.url == telling.url and told.text_digest != telling.text_digest
    if relation == "contradiction" or (relation == "stale" and is_rewritten):
        return True
    if relation == "climb":
        return False
    return (
        _is_other_place(belief, earlier, later)
        or _is_other_date(earlier, later)
        or _are_other_mediators(earlier, later)
    )


def _is_other_place(belief: _Belief, earlier: EventMention, later: EventMention) -> bool:
    one, other = (m.venue.id if m.venue else None for m in (earlier, later))
    if one is None or other is None:
        return False
    return not is_nested(one, other, belief.within)


def _is_other_date(earlier: EventMention, later: EventMention) -> bool:
    one, other = interval(earlier), interval(later)
    return one is not None and other is not None and not _overlap(one, other)


def _are_other_mediators(earlier: EventMention, later: EventMention) -> bool:
    one, other = set(earlier.mediators), set(later.mediators)
    return bool(one and other) and not (one <= other or other <= one)


def mediates(mention: EventMention) -> set[str]:
    """Third parties it says mediate."""
    return set(mention.mediators)


def only_hosts(mention: EventMention) -> set[str]:
    """Third parties it gives roles to, none of them a mediating one."""
    return {t.id for t in mention.third_parties if t.roles and not MEDIATING_ROLES & set(t.roles)}


def disputes_role(one: EventMention, other: EventMention) -> bool:
    """True where one says a third party mediates and the other, by claim, that it does not.

    A report that names only the host does not deny that the host also mediated; somebody's
    claim about the role does.
    """
    if one.claim_source is None and other.claim_source is None:
        return False
    return bool(mediates(one) & only_hosts(other) or mediates(other) & only_hosts(one))


def _is_role_told(mention: EventMention, told: Sequence[EventMention]) -> bool:
    roles = {(t.id, bool(MEDIATING_ROLES & set(t.roles))) for t in mention.third_parties if t.roles}
    before = {
        (t.id, bool(MEDIATING_ROLES & set(t.roles)))
        for m in told
        for t in m.third_parties
        if t.roles
    }
    return roles <= before


def _slot_facts(mention: EventMention) -> set[str]:
    """Slots it fills, as facts: a fact nobody told before makes an update."""
    facts = {f"party {p.id}" for p in mention.parties}
    facts |= {f"third {t.id}" for t in mention.third_parties}
    facts |= {f"mediates {name}" for name in mention.mediators}
    if mention.type != GENERIC:
        facts.add("type")
    if mention.venue and mention.venue.id:
        facts.add("place")
    if mention.venue and (mention.venue.country or mention.venue.id):
        facts.add("country")
    facts |= {name for name in ("document", "outcome", "made_at") if getattr(mention, name)}
    return facts
