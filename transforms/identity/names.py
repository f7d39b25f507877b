"""Which id a cluster bears: minted once, kept, merged as an alias, revived on a split."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.identity.signature import mention_order

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from transforms.records import SituatedMention


@dataclass(frozen=True, slots=True)
class Named:
    """A cluster's id, its aliases, and the stored ids that ended in it just now."""

    event_id: str
    aliases: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()


def mint(mention_id: str) -> str:
    """The id of an event founded by a mention: ``evt_`` and 16 hex of its SHA-256."""
    return "evt_" + hashlib.sha256(mention_id.encode()).hexdigest()[:16]


def root(event_id: str, aliases: Mapping[str, str]) -> str:
    """The id an alias leads to in the end; a circle is left where it was entered."""
    seen = {event_id}
    while event_id in aliases and aliases[event_id] not in seen:
        event_id = aliases[event_id]
        seen.add(event_id)
    return event_id


def assign(
    clusters: Sequence[Sequence[SituatedMention]],
    known: Mapping[str, str],
    aliases: Mapping[str, str],
) -> list[Named]:
    """Names clusters.

    A stored id goes to the cluster with its founding mention (where that one is gone, with
    the earliest seen of those it had). A cluster that several ids go to bears the one first
    minted; the others become aliases. A cluster that none goes to revives the id one of its
    mentions once founded, or mints one from its first mention.

    Args:
        clusters: the mentions of each cluster, in order of telling.
        known: mention id to event id, as stored.
        aliases: merged id to the id it was merged into, as stored.
    """
    holders = _holders(clusters, known, aliases)
    claims: dict[int, list[str]] = defaultdict(list)
    for event_id, number in sorted(holders.items()):
        claims[number].append(event_id)
    ages = _ages(clusters, known, aliases)
    chosen: list[str] = []
    for number, members in enumerate(clusters):
        owned = claims.get(number, [])
        chosen.append(
            min(owned, key=lambda e: (ages[e], e)) if owned else _revive(members, aliases)
        )
    taken = set(chosen)
    names = []
    for number, event_id in enumerate(chosen):
        owned = claims.get(number, [])
        merged = tuple(e for e in owned if e != event_id)
        older = {a for a in aliases if root(a, aliases) in owned}
        names.append(Named(event_id, tuple(sorted((older | set(merged)) - taken)), merged))
    return names


def _holders(
    clusters: Sequence[Sequence[SituatedMention]],
    known: Mapping[str, str],
    aliases: Mapping[str, str],
) -> dict[str, int]:
    """Stored event id to the number of the cluster it goes to."""
    best: dict[str, tuple[tuple[object, ...], int]] = {}
    for number, members in enumerate(clusters):
        for member in members:
            mention_id = member.mention.mention_id
            if mention_id not in known:
                continue
            event_id = root(known[mention_id], aliases)
            rank = (mint(mention_id) != event_id, member.seen_at, mention_order(member))
            if event_id not in best or rank < best[event_id][0]:
                best[event_id] = (rank, number)
    return {event_id: number for event_id, (_, number) in best.items()}


def _ages(
    clusters: Sequence[Sequence[SituatedMention]],
    known: Mapping[str, str],
    aliases: Mapping[str, str],
) -> dict[str, tuple[object, ...]]:
    ages: dict[str, tuple[object, ...]] = {}
    for members in clusters:
        for member in members:
            mention_id = member.mention.mention_id
            if mention_id in known:
                event_id = root(known[mention_id], aliases)
                age = (member.seen_at, mention_order(member))
                ages[event_id] = min(ages.get(event_id, age), age)
    return ages


def _revive(members: Sequence[SituatedMention], aliases: Mapping[str, str]) -> str:
    for member in members:
        if mint(member.mention.mention_id) in aliases:
            return mint(member.mention.mention_id)
    return mint(members[0].mention.mention_id)
