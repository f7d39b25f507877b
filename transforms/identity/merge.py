"""The merged slots of an event: supported values first, disagreements kept side by side.

A value is backed by the independent origins that tell it or something coarser that contains
it (a month backs a day in it, a country a place in it). Most backed wins; then the more
specific; then the one told earliest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from transforms.identity.ballots import (
    V,
    covers_date,
    covers_venue,
    date_fineness,
    date_voters,
    first,
    rank,
    venue_fineness,
)
from transforms.identity.conflicts import conflicts_of
from transforms.identity.ladders import GENERIC, types_agree
from transforms.identity.novelty import Told
from transforms.records import (
    Conflict,
    EventDate,
    EventMention,
    Evidence,
    Novelty,
    Party,
    SituatedMention,
    ThirdParty,
)
from transforms.vocabulary import BACKGROUND, MEDIATING_ROLES, ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

CONFIDENCE_CAP: Final = 0.99
FURTHER_ORIGIN_WEIGHT: Final = 0.5
"""A second origin is rarely wholly independent: it removes half of what it would alone."""


def merge(
    members: Sequence[SituatedMention],
    told: Told,
    within: Mapping[str, str],
    headline: Callable[[EventMention], str] | None,
) -> tuple[EventMention, tuple[Conflict, ...]]:
    """Merged slots and conflicts of an event's mentions, given in order of telling."""
    voters = [m for m in members if m.mention.mention_id not in told.superseded]
    kind = first(rank([(m.mention.type, m) for m in voters], _covers_type, _is_levelled))
    best = _best_first(voters, told, kind or GENERIC)
    lead = best[0].mention
    dated = date_voters(voters, told)
    venues = [(m.mention.venue, m) for m in voters if m.mention.venue is not None]
    slots = replace(
        lead,
        mention_id="",
        type=kind or lead.type,
        status=told.status,
        third_parties=_third_parties(voters),
        parties=_parties(voters),
        initiators=first(_ranked(voters, lambda m: m.initiators)) or (),
        venue=first(rank(venues, covers_venue(within), venue_fineness(within))),
        made_at=first(_ranked(voters, lambda m: m.made_at)),
        status_by=_status_by(voters, told),
        date=first(rank(dated, covers_date, date_fineness)) or EventDate(),
        announced=_announced(voters),
        document=first(_ranked(voters, lambda m: m.document)),
        outcome=next((m.mention.outcome for m in best if m.mention.outcome), None),
        track=_track(voters, slots_type=kind or lead.type),
        novelty=_event_novelty(told),
        evidence=_evidence(best),
        claim_source=_claim_source(voters),
        confidence=confidence(members, told),
        trigger="",
    )
    slots = replace(slots, headline=headline(slots) if headline else lead.headline)
    return slots, conflicts_of(voters, told, within)


def _ranked(voters: Sequence[SituatedMention], get: Callable[[EventMention], V | None]) -> list[V]:
    ballots = [(value, m) for m in voters if (value := get(m.mention))]
    return rank(ballots)


def _best_first(voters: Sequence[SituatedMention], told: Told, kind: str) -> list[SituatedMention]:
    def quality(item: tuple[int, SituatedMention]) -> tuple[object, ...]:
        order, member = item
        mention = member.mention
        return (
            mention.status != told.status,
            mention.type != kind,
            mention.novelty in BACKGROUND,
            -mention.confidence,
            order,
        )

    return [member for _, member in sorted(enumerate(voters), key=quality)]


def _track(voters: Sequence[SituatedMention], slots_type: str) -> str | None:
    """The track by those who know most: who name a place or a third party, and the type.

    Without either, a mention is filed under whatever fits no third party; that many say so
    is no evidence.
    """
    informed = [m for m in voters if m.mention.venue or m.mention.third_parties]
    of_type = [m for m in informed if m.mention.type == slots_type]
    for heard in (of_type, informed, voters):
        track = first(_ranked(heard, lambda m: m.track))
        if track is not None:
            return track
    return None


def _covers_type(coarse: str, fine: str) -> bool:
    return coarse == GENERIC and types_agree(coarse, fine)


def _is_levelled(kind: str) -> int:
    return int(kind != GENERIC)


def _third_parties(voters: Sequence[SituatedMention]) -> tuple[ThirdParty, ...]:
    by_id: dict[str, list[tuple[ThirdParty, SituatedMention]]] = {}
    for member in voters:
        for third in member.mention.third_parties:
            by_id.setdefault(third.id, []).append((third, member))
    names = rank([(name, m) for name, told in by_id.items() for _, m in told])
    return tuple(_third_party(name, by_id[name]) for name in names)


def _third_party(name: str, told: Sequence[tuple[ThirdParty, SituatedMention]]) -> ThirdParty:
    person = first(rank([(t.person, m) for t, m in told if t.person]))
    ranks = [(t.rank, m) for t, m in told if t.rank and (not person or t.person == person)]
    roles = {role for t, _ in told for role in t.roles}
    if roles & MEDIATING_ROLES and not _is_held_to_mediate(name, told):
        roles -= MEDIATING_ROLES
    ordered = [r for r in ROLES if r in roles] + sorted(roles - set(ROLES))
    return ThirdParty(name, person, first(rank(ranks)), tuple(ordered))


def _is_held_to_mediate(name: str, told: Sequence[tuple[ThirdParty, SituatedMention]]) -> bool:
    """Weighs those who say it mediates against claims that it did not.

    A tie goes to the third party's own account of its role.
    """
    pro = {m.origin for t, m in told if MEDIATING_ROLES & set(t.roles)}
    contra = [m for t, m in told if t.roles and not MEDIATING_ROLES & set(t.roles)]
    claims = {m.origin for m in contra if m.mention.claim_source is not None}
    if not claims:
        return True
    is_own = any(m.mention.claim_source == name for m in contra)
    return len(pro) > len(claims) or (len(pro) == len(claims) and not is_own)


def _parties(voters: Sequence[SituatedMention]) -> tuple[Party, ...]:
    people: dict[str, list[tuple[str, SituatedMention]]] = {}
    for member in voters:
        for party in member.mention.parties:
            named = people.setdefault(party.id, [])
            if party.person:
                named.append((party.person, member))
    return tuple(Party(name, first(rank(people[name]))) for name in sorted(people))


def _status_by(voters: Sequence[SituatedMention], told: Told) -> str | None:
    current = [m for m in voters if m.mention.status == told.status]
    return first(_ranked(current, lambda m: m.status_by))


def _announced(voters: Sequence[SituatedMention]) -> date | None:
    days = [m.mention.announced for m in voters]
    return min((day for day in days if day is not None), default=None)


def _event_novelty(told: Told) -> Novelty:
    kinds = {novelty for _, novelty in told.novelties}
    if kinds - BACKGROUND:
        return "new"
    return "retrospective" if "retrospective" in kinds else "undated"


def _evidence(best: Sequence[SituatedMention]) -> tuple[Evidence, ...]:
    """The first piece of the best mention of each story, the event's best first."""
    pieces: dict[str, Evidence] = {}
    for member in best:
        if member.mention.evidence and member.story not in pieces:
            piece = member.mention.evidence[0]
            pieces[member.story] = replace(
                piece, url=member.url, mention_id=member.mention.mention_id
            )
    return tuple(pieces.values())


def _claim_source(voters: Sequence[SituatedMention]) -> str | None:
    """Whose claim the event rests on; None once anybody reports it outright."""
    if any(m.mention.claim_source is None for m in voters):
        return None
    return first(_ranked(voters, lambda m: m.claim_source))


def confidence(members: Sequence[SituatedMention], told: Told) -> float:
    """How sure, from independent origins: 1 - (1 - c1) * prod(1 - c_k / 2), share-weighted.

    c1 is the best origin's confidence, c_k those of the further ones (each origin counts
    once, by its best mention); the result is multiplied by the share of origins that do not
    contradict the status believed, and capped at 0.99.
    """
    backing: dict[str, float] = {}
    against: set[str] = set()
    for member in members:
        if member.mention.mention_id in told.superseded:
            continue
        if member.mention.mention_id in told.opposed:
            against.add(member.origin)
        else:
            value = max(backing.get(member.origin, 0.0), member.mention.confidence)
            backing[member.origin] = min(max(value, 0.0), 1.0)
    if not backing:
        return 0.0
    strongest, *further = sorted(backing.values(), reverse=True)
    doubt = 1.0 - strongest
    for value in further:
        doubt *= 1.0 - FURTHER_ORIGIN_WEIGHT * value
    against -= set(backing)
    share = len(backing) / (len(backing) + len(against))
    return round(min((1.0 - doubt) * share, CONFIDENCE_CAP), 4)
