"""Events with when and how often the belief about them changed: what feeds are made of.

Events that are gone (merged into others, or told by nobody any longer) come too, so that what
was said can be withdrawn. Light like `warehouse.read`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from transforms.records import Event, EventDate
from warehouse import codec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from warehouse.read import Reader

MATERIAL: Final = (
    "new", "type", "status", "third_parties", "parties", "venue", "date", "document", "outcome",
    "track", "verdict", "merged", "dissolved",
)  # fmt: skip
"""Words of ``event_version.change`` that make a belief another one for a reader."""


@dataclass(frozen=True, slots=True)
class Belief:
    """An event as now believed, or as last believed where it is gone.

    Attributes:
        version: number of its latest version, from 1.
        first_at, changed_at: when its first and its latest version were believed, UTC.
        moved_at: of the latest version that changed more than who tells it.
        is_gone: whether the id stands for no event any more; ``heir`` is the one it was merged
            into, where it was.
        former_date: the last known date of an earlier version that was not postponed, None
            where there is none: what a postponement moved the event from.
    """

    event: Event
    version: int
    first_at: datetime
    changed_at: datetime
    moved_at: datetime
    is_gone: bool
    heir: str | None
    former_date: EventDate | None


@dataclass(frozen=True, slots=True)
class Told:
    """A passage that tells an event: where, for whom it counts, and what it is to the event."""

    url: str
    origin: str
    country: str | None
    language: str
    published: datetime | None
    novelty: str


BELIEFS: Final = """
WITH history AS (
    SELECT event_id, max(version) AS version, min(believed_from) AS first_at,
        max(believed_from) AS changed_at,
        coalesce(max(believed_from) FILTER (
            list_has_any(string_split(change, ','), $material)), min(believed_from)) AS moved_at,
        max_by({'start': date_start, 'end': date_end, 'precision': date_precision}, version)
            FILTER (date_start IS NOT NULL AND status <> 'postponed') AS former
    FROM event_version GROUP BY event_id
)
SELECT coalesce(e.payload, v.payload), h.version, h.first_at, h.changed_at, h.moved_at,
    v.is_gone, a.event_id, h.former
FROM history h
JOIN event_version v USING (event_id, version)
LEFT JOIN event e USING (event_id)
LEFT JOIN alias a ON a.alias_id = h.event_id
WHERE v.type IN (SELECT unnest($types)) AND v.track IS NOT NULL AND len(v.parties) > 0
    AND ($since IS NULL OR coalesce(v.date_end, h.former.end, h.moved_at::DATE) >= $since::DATE)
ORDER BY h.moved_at DESC, h.event_id
"""
TOLD: Final = """
SELECT b.event_id, m.url, m.origin, m.country, m.language, m.published_at, b.novelty
FROM event_member b JOIN event_mention m USING (mention_id)
WHERE b.event_id IN (SELECT unnest(?)) ORDER BY b.event_id, m.published_at, m.mention_id
"""


def beliefs(
    reader: Reader, types: Iterable[str], *, since: datetime | None = None
) -> Iterator[Belief]:
    """Events of these types with a track and a party, what moved last first; decoded one by one.

    Args:
        reader: an open snapshot.
        types: which types.
        since: leave out what ended before this day (undated: moved before it).
    """
    values = {"material": list(MATERIAL), "types": sorted(types), "since": since}
    for row in reader.query(BELIEFS, values).rows:
        payload, version, first_at, changed_at, moved_at, is_gone, heir, former = row
        date = EventDate(former["start"], former["end"], former["precision"]) if former else None
        event = codec.decode(Event, payload)
        yield Belief(event, version, first_at, changed_at, moved_at, is_gone, heir, date)


def told(reader: Reader, event_ids: Iterable[str]) -> dict[str, list[Told]]:
    """Event id → the passages that tell it, by publication."""
    ids = sorted(event_ids)
    found: dict[str, list[Told]] = {}
    if ids:
        for event_id, *rest in reader.query(TOLD, [ids]).rows:
            found.setdefault(event_id, []).append(Told(*rest))
    return found


def state_of(reader: Reader) -> str:
    """Words that change whenever a belief does."""
    (row,) = reader.query("SELECT count(*), max(believed_from) FROM event_version").rows
    return f"{row[0]} {row[1]}"
