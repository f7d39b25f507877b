"""Counting who backs which value, and what it means for one value to contain another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from transforms.identity.ladders import group_of, is_pending
from transforms.identity.novelty import Told
from transforms.identity.places import is_within
from transforms.identity.signature import interval
from transforms.records import EventDate, SituatedMention, Venue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

V = TypeVar("V")
_FINENESS: Final = {"day": 4, "week": 3, "month": 2, "year": 1, "unknown": 0}


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


def covers_venue(within: Mapping[str, str]) -> Callable[[Venue, Venue], bool]:
    """Whether a coarse venue contains a fine one: its country, or a place around it."""

    def covers(coarse: Venue, fine: Venue) -> bool:
        if coarse.id is None:
            return fine.id is not None and coarse.country == fine.country
        return fine.id is not None and is_within(fine.id, coarse.id, within)

    return covers


def venue_fineness(within: Mapping[str, str]) -> Callable[[Venue], int]:
    """How narrow a venue is: the number of places around it, then whether a country is told."""

    def fineness(venue: Venue) -> int:
        depth, place = 0, venue.id
        while place is not None and depth < 8:
            depth, place = depth + 1, within.get(place)
        return 2 * depth + (venue.country is not None)

    return fineness


def date_voters(
    voters: Sequence[SituatedMention], told: Told
) -> list[tuple[EventDate, SituatedMention]]:
    """Who may say when: those who tell the status believed, if they say so; else all.

    A day that only follows from the publication gives way to one that is told.
    """
    dated = [(m.mention.date, m) for m in voters if interval(m.mention) is not None]
    current = [(d, m) for d, m in dated if m.mention.status == told.status]
    if is_pending(group_of(voters[0].mention.type), told.status):
        # A plan that was moved: the later telling counts, not the number of copies.
        latest = max((m.published for _, m in current if m.published), default=None)
        if latest is not None:
            newest = [d for d, m in current if m.published == latest]
            current = [(d, m) for d, m in current if any(dates_meet(d, n) for n in newest)]
    heard = current if any(d.precision == "day" for d, _ in current) else dated
    stated = [(d, m) for d, m in heard if d.basis != "inferred"]
    return stated if any(d.precision == "day" for d, _ in stated) else heard


def _bounds(value: EventDate) -> tuple[int, int]:
    start, end = value.start or value.end, value.end or value.start
    if start is None or end is None:
        return 0, 0
    return min(start, end).toordinal(), max(start, end).toordinal()


def dates_meet(one: EventDate, other: EventDate) -> bool:
    """Whether two dates have a day in common."""
    (a, b), (c, d) = _bounds(one), _bounds(other)
    return a <= d and c <= b


def covers_date(coarse: EventDate, fine: EventDate) -> bool:
    """Whether a date contains a narrower one."""
    (a, b), (c, d) = _bounds(coarse), _bounds(fine)
    return a <= c and d <= b and (a, b) != (c, d)


def date_fineness(value: EventDate) -> int:
    """How exact a date is: by its precision, then by the number of its days."""
    first_day, last_day = _bounds(value)
    return 1000 * _FINENESS[value.precision] - min(last_day - first_day, 999)
