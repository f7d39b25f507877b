"""Reading tracks: their sets of conditions and their known rounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, cast

from dossiers.catalogue import VERIFICATIONS
from dossiers.entities import Reading
from dossiers.errors import suggest
from dossiers.records import Round, Track, Verification
from dossiers.tables import Table

EVENT_TYPES: Final[frozenset[str]] = frozenset(
    {
        "offer",
        "request",
        "accept",
        "reject",
        "invitation",
        "proposal",
        "appeal",
        "demand",
        "statement",
        "leaders_talks",
        "ministers_talks",
        "officials_talks",
        "parliament_talks",
        "dialogue",
        "talks",
        "commission",
        "call",
        "party_meeting",
        "ceasefire",
        "agreement",
        "detainee_release",
        "implementation",
        "peacekeeping_deployment",
        "peacekeeping_withdrawal",
        "mission",
        "legal_step",
        "violation",
        "format_change",
    }
)
"""The event types a track may name (vocabulary of the events documentation)."""


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
        if name not in EVENT_TYPES:
            table.note("types", f'unknown event type "{name}"{suggest(name, EVENT_TYPES)}')
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
