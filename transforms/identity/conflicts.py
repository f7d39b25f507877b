"""What the mentions of an event disagree on, every value with those who say so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from transforms.identity.ballots import V, covers_venue, date_voters, dates_meet
from transforms.identity.novelty import Told, mediates, only_hosts
from transforms.records import Conflict, EventDate, SituatedMention, Venue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


def conflicts_of(
    voters: Sequence[SituatedMention], told: Told, within: Mapping[str, str]
) -> tuple[Conflict, ...]:
    """The disputed slots of an event: status, date, venue, roles, persons."""
    origin_of = {m.mention.mention_id: m.origin for m in voters}
    found: list[Conflict | None] = [
        _conflict("status", {json.dumps(s): ids for s, ids in told.status_votes.items()}, origin_of)
    ]
    dates = [(d, m) for d, m in date_voters(voters, told) if d.precision == "day"]
    if any(not dates_meet(one, other) for one, _ in dates for other, _ in dates[:1]):
        found.append(_conflict("date", _by_value(dates, _date_json), origin_of))
    venues = [
        (m.mention.venue, m) for m in voters if m.mention.venue is not None and m.mention.venue.id
    ]
    covers = covers_venue(within)
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
