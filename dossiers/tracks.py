"""Reading tracks: their sets of conditions and their known rounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, cast

from dossiers.catalogue import VERIFICATIONS
from dossiers.entities import Reading
from dossiers.errors import suggest
from dossiers.event_types import EVENT_TYPES
from dossiers.records import Round, Track, Verification
from dossiers.tables import Table

TRACK_TYPES: Final[frozenset[str]] = frozenset(
    name for names in EVENT_TYPES.values() for name in names
)
"""The event types a track may name."""


def read_track(table: Table, _reading: Reading) -> Track:
    """One ``[[track]]`` with its ``rounds`` and further sets of conditions in ``also``."""
    base = Track(
        id=table.required("id"),
        name=table.required("name"),
        parties=table.texts("parties"),
        rounds=tuple(_round(row) for row in table.rows("rounds")),
        verification=cast("Verification", table.choice("verification", VERIFICATIONS, "M")),
        note=table.text("note"),
    )
    also = []
    for row in table.rows("also"):
        also.append(_with_conditions(replace(base, rounds=()), row))
        row.done()
    return replace(_with_conditions(base, table), also=tuple(also))


def _with_conditions(base: Track, table: Table) -> Track:
    start, end = table.period()
    types = table.texts("types")
    for name in types:
        if name not in TRACK_TYPES:
            table.note("types", f'unknown event type "{name}"{suggest(name, TRACK_TYPES)}')
    return replace(
        base,
        third_parties=table.texts("third_parties"),
        types=types,
        venues=table.texts("venues"),
        concepts=table.texts("concepts"),
        start=start,
        end=end,
        priority=table.number("priority", 0),
    )


def _round(table: Table) -> Round:
    start, end = table.period()
    found = Round(
        name=table.required("name"),
        start=start,
        end=end,
        place=table.text("place"),
        verification=cast("Verification", table.choice("verification", VERIFICATIONS, "M")),
    )
    table.done()
    return found
