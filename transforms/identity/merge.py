"""The merged slots of an event: supported values first, disagreements kept side by side.

A value is backed by the independent origins that tell it or something coarser that contains
it (a month backs a day in it, a country a place in it). Most backed wins; then the more
specific; then the one told earliest.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from transforms.identity.compare import is_within
from transforms.identity.ladders import GENERIC, group_of, is_pending, types_agree
from transforms.identity.novelty import Told, mediates, only_hosts
from transforms.identity.signature import interval
from transforms.records import (
    Conflict,
    EventDate,
    EventMention,
    Evidence,
    Novelty,
    Party,
    SituatedMention,
    ThirdParty,
    Venue,
)
from transforms.vocabulary import MEDIATING_ROLES, ROLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

V = TypeVar("V")
_FINENESS: Final = {"day": 4, "week": 3, "month": 2, "year": 1, "unknown": 0}
CONFIDENCE_CAP: Final = 0.99
FURTHER_ORIGIN_WEIGHT: Final = 0.5
"""A second origin is rarely wholly independent: it removes half of what it would alone."""


def _never(_coarse: object, _fine: object) -> bool:
    return False


def rank(
    ballots: Sequence[tuple[V, SituatedMention]],
    covers: Callable[[V, V], bool] = _never,
    fineness: Callable[[V], int] = lambda _value: 0,
) -> list[V]:
    """Values by backing, fineness, then earliest telling (ballots come in that order)."""
    values = list(dict.fromkeys(value for value, _ in ballots))
    backing = {
        value: len({m.origin for told, m in ballots if told == value or covers(told, value)})
        for value in values
    }
    return sorted(values, key=lambda v: (-backing[v], -fineness(v), values.index(v)))


def first(ranked: Sequence[V]) -> V | None:
    """The first of a ranking, or None."""
    return ranked[0] if ranked else None


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
    dated = _date_voters(voters, told)
    venues = [(m.mention.venue, m) for m in voters if m.mention.venue is not None]
    slots = replace(
        lead,
        mention_id="",
        type=kind or lead.type,
        status=told.status,
        third_parties=_third_parties(voters),
        parties=_parties(voters),
        initiators=first(_ranked(voters, lambda m: m.initiators)) or (),
        venue=first(rank(venues, _covers_venue(within), _venue_fineness(within))),
        made_at=first(_ranked(voters, lambda m: m.made_at)),
        status_by=_status_by(voters, told),
        date=first(rank(dated, _covers_date, _date_fineness)) or EventDate(),
        announced=_announced(voters),
        document=first(_ranked(voters, lambda m: m.document)),
        outcome=next((m.mention.outcome for m in best if m.mention.outcome), None),
        track=first(_ranked(voters, lambda m: m.track)),
        novelty=_event_novelty(told),
        evidence=_evidence(best),
        claim_source=_claim_source(voters),
        confidence=confidence(members, told),
        trigger="",
    )
    slots = replace(slots, headline=headline(slots) if headline else lead.headline)
    return slots, _conflicts(voters, told, within)


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
            mention.novelty in {"retrospective", "undated"},
            -mention.confidence,
            order,
        )

    return [member for _, member in sorted(enumerate(voters), key=quality)]


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


def _covers_venue(within: Mapping[str, str]) -> Callable[[Venue, Venue], bool]:
    def covers(coarse: Venue, fine: Venue) -> bool:
        if coarse.id is None:
            return fine.id is not None and coarse.country == fine.country
        return fine.id is not None and is_within(fine.id, coarse.id, within)

    return covers


def _venue_fineness(within: Mapping[str, str]) -> Callable[[Venue], int]:
    def fineness(venue: Venue) -> int:
        depth, place = 0, venue.id
        while place is not None and depth < 8:
            depth, place = depth + 1, within.get(place)
        return 2 * depth + (venue.country is not None)

    return fineness


def _date_voters(
    voters: Sequence[SituatedMention], told: Told
) -> list[tuple[EventDate, SituatedMention]]:
    """Who may say when: those who tell the status believed, if they say so; else all."""
    dated = [(m.mention.date, m) for m in voters if interval(m.mention) is not None]
    current = [(d, m) for d, m in dated if m.mention.status == told.status]
    if is_pending(group_of(voters[0].mention.type), told.status):
        # A plan that was moved: the later telling counts, not the number of copies.
        latest = max((m.published for _, m in current if m.published), default=None)
        if latest is not None:
            newest = [d for d, m in current if m.published == latest]
            current = [(d, m) for d, m in current if any(_meet(d, n) for n in newest)]
    return current if any(d.precision == "day" for d, _ in current) else dated


def _bounds(value: EventDate) -> tuple[int, int]:
    start, end = value.start or value.end, value.end or value.start
    if start is None or end is None:
        return 0, 0
    return min(start, end).toordinal(), max(start, end).toordinal()


def _meet(one: EventDate, other: EventDate) -> bool:
    (a, b), (c, d) = _bounds(one), _bounds(other)
    return a <= d and c <= b


def _covers_date(coarse: EventDate, fine: EventDate) -> bool:
    (a, b), (c, d) = _bounds(coarse), _bounds(fine)
    return a <= c and d <= b and (a, b) != (c, d)


def _date_fineness(value: EventDate) -> int:
    first_day, last_day = _bounds(value)
    return 1000 * _FINENESS[value.precision] - min(last_day - first_day, 999)


def _status_by(voters: Sequence[SituatedMention], told: Told) -> str | None:
    current = [m for m in voters if m.mention.status == told.status]
    return first(_ranked(current, lambda m: m.status_by))


def _announced(voters: Sequence[SituatedMention]) -> date | None:
    days = [m.mention.announced for m in voters]
    return min((day for day in days if day is not None), default=None)


def _event_novelty(told: Told) -> Novelty:
    kinds = {novelty for _, novelty in told.novelties}
    if kinds - {"retrospective", "undated"}:
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


def _conflicts(
    voters: Sequence[SituatedMention], told: Told, within: Mapping[str, str]
) -> tuple[Conflict, ...]:
    origin_of = {m.mention.mention_id: m.origin for m in voters}
    found: list[Conflict | None] = [
        _conflict("status", {json.dumps(s): ids for s, ids in told.status_votes.items()}, origin_of)
    ]
    dates = [(d, m) for d, m in _date_voters(voters, told) if d.precision == "day"]
    if any(not _meet(one, other) for one, _ in dates for other, _ in dates[:1]):
        found.append(_conflict("date", _by_value(dates, _date_json), origin_of))
    venues = [
        (m.mention.venue, m) for m in voters if m.mention.venue is not None and m.mention.venue.id
    ]
    covers = _covers_venue(within)
    if any(not (covers(v, w) or covers(w, v)) for v, _ in venues for w, _ in venues[:1]):
        found.append(_conflict("venue", _by_value(venues, _venue_json), origin_of))
    found += _role_conflicts(voters, origin_of)
    found += _person_conflicts(voters, origin_of)
    return tuple(c for c in found if c is not None and len(c.values) > 1)


def _conflict(
    slot: str, told: Mapping[str, Sequence[str]], origin_of: Mapping[str, str]
) -> Conflict | None:
    """A conflict, most supported value first; None where there is but one value."""
    if len(told) < 2:
        return None
    ranked = sorted(told.items(), key=lambda item: -len({origin_of[i] for i in item[1]}))
    return Conflict(slot, tuple((value, tuple(ids)) for value, ids in ranked))


def _by_value(
    ballots: Iterable[tuple[V, SituatedMention]], render: Callable[[V], str]
) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for value, member in ballots:
        told.setdefault(render(value), []).append(member.mention.mention_id)
    return told


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _date_json(value: EventDate) -> str:
    start, end = value.start or value.end, value.end or value.start
    return _json({"start": str(start), "end": str(end), "precision": value.precision})


def _venue_json(value: Venue) -> str:
    return _json({"id": value.id, "country": value.country})


def _role_conflicts(
    voters: Sequence[SituatedMention], origin_of: Mapping[str, str]
) -> list[Conflict | None]:
    """Third parties that some say mediate and somebody claims only host, with who says so."""
    found: list[Conflict | None] = []
    names = sorted({name for m in voters for name in mediates(m.mention)})
    for name in names:
        told: dict[str, list[str]] = {}
        for member in voters:
            is_against = name in only_hosts(member.mention)
            if name in mediates(member.mention) or is_against:
                roles = next(t.roles for t in member.mention.third_parties if t.id == name)
                value = {
                    "id": name,
                    "roles": sorted(roles),
                    "claim_source": member.mention.claim_source,
                }
                told.setdefault(_json(value), []).append(member.mention.mention_id)
        if any(name in only_hosts(m.mention) for m in voters):
            found.append(_conflict("third_party_role", told, origin_of))
    return found


def _person_conflicts(
    voters: Sequence[SituatedMention], origin_of: Mapping[str, str]
) -> list[Conflict | None]:
    people: dict[str, dict[str, list[str]]] = {}
    for member in voters:
        for party in member.mention.parties:
            if party.person:
                value = _json({"id": party.id, "person": party.person})
                told = people.setdefault(party.id, {})
                told.setdefault(value, []).append(member.mention.mention_id)
    return [_conflict("person", people[name], origin_of) for name in sorted(people)]
