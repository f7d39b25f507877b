"""The sieve: DuckDB goes through every row, Great Expectations gets what was counted.

`tallies` asks all checks of a suite of one relation in one scan. The relation is a table of
typed columns made from a batch's rows, or the suite's SQL over the published warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dossiers.boilerplate import PAGE_REASONS, load_rules
from dossiers.records import Dossier
from expectations.profile import ReferenceProfile
from expectations.suites import Scope, Suite
from transforms.identity.ladders import LADDERS
from transforms.vocabulary import NOVELTIES, ROLES, STATUSES, TYPES
from warehouse.judging import Judged, Tally, merged

CHUNK = 100_000
"""Articles whose texts are joined at once: some 300 MB, so that nothing is spilled to disk."""
KNOWN = {
    "kind": "VARCHAR",
    "id": "VARCHAR",
    "value": "DOUBLE",
    "text": "VARCHAR",
    "moment": "TIMESTAMPTZ",
}
"""What conditions look up: see `known_rows`."""

_MAPS = (("figures", "figure", "value"), ("countries", "place", "text"), ("rungs", "rung", "value"))
"""Variable, kind of known thing, and what is kept of it."""


def prepare(judged: Judged, dossier: Dossier, profile: ReferenceProfile, now: datetime) -> None:
    """Give a session the table ``known``, which the expectations' conditions look into."""
    rows = [*_fixed_rows(dossier), *_figures(profile)]
    rows.append({"kind": "now", "id": "now", "value": None, "text": None, "moment": now})
    judged.table("known", KNOWN, rows)
    for kind in sorted({row["kind"] for row in rows}):
        judged.let(f"known_{kind}", f"SELECT list(id) FROM known WHERE kind = '{kind}'")
    for name, kind, held in _MAPS:
        pairs = f"SELECT map(list(id), list({held})) FROM known WHERE kind = '{kind}'"
        judged.let(name, f"{pairs} AND {held} IS NOT NULL")
    judged.let("judged_at", "SELECT moment FROM known WHERE kind = 'now'")


def tallies(
    judged: Judged, suite: Suite, scope: Scope, *, is_stored: bool = False
) -> dict[str, Tally]:
    """What DuckDB counted for every check of a suite that can be asked in this scope.

    ``is_stored`` says that the relation is the suite's SQL over the warehouse.

    Raises:
        QueryError: the SQL of suite or check is wrong; names it.
        ValueError: a check's arguments do not fit its expectation.
    """
    from expectations.news import expectation

    others = suite.again if suite.again and scope == "warehouse" and is_stored else suite.name
    conditions = [
        expectation(check.expectation).condition(check.name, others, check.kwargs, check.where)
        for check in suite.of_scope(scope)
    ]
    return judged.tally(suite.name, conditions)


def batch_tallies(
    judged: Judged, suite: Suite, rows: Sequence[Mapping[str, Any]], scope: Scope = "batch"
) -> dict[str, Tally]:
    """The tallies of rows that are not stored; missing columns are null."""
    whole = [{column: row.get(column) for column in suite.columns} for row in rows]
    judged.table(suite.name, suite.columns, whole)
    return tallies(judged, suite, scope)


def warehouse_tallies(judged: Judged, suite: Suite) -> dict[str, Tally]:
    """The tallies of a suite over the published warehouse, part by part where it has chunks."""
    for name, sql in suite.tables.items():
        judged.keep(name, sql)
    if not suite.chunk:
        judged.view(suite.name, suite.sql)
        return tallies(judged, suite, "warehouse", is_stored=True)
    (found,) = judged.rows(suite.chunk)
    last = int(next(iter(found.values())) or 0)
    parts = []
    for low in range(0, max(last, 1), CHUNK):
        judged.let("low", str(low))
        judged.let("high", str(low + CHUNK))
        for name, sql in suite.parts.items():
            judged.keep(name, sql)
        judged.view(suite.name, suite.sql)
        parts.append(tallies(judged, suite, "warehouse", is_stored=True))
    return {check: merged([part[check] for part in parts]) for check in parts[0]}


def _fixed_rows(dossier: Dossier) -> tuple[dict[str, Any], ...]:
    """Ids by kind: entity, actor, person, place, track; type, status, rung, role, novelty; walls.

    Of places the country is kept, of rungs their height; walls are the phrases by kind.
    """
    process = dossier.process
    actors = {*dossier.actors, *process.parties, *process.party_groups}
    found: list[tuple[str, str, float | None, str | None]] = [
        *(("entity", name, None, None) for name in dossier.entities),
        *(("actor", name, None, None) for name in sorted(actors)),
        *(("person", name, None, None) for name in dossier.persons),
        *(("place", name, None, place.country) for name, place in dossier.places.items()),
        *(("track", name, None, None) for name in dossier.tracks),
        *(("role", name, None, None) for name in ROLES),
        *(("novelty", name, None, None) for name in NOVELTIES),
    ]
    for group, names in TYPES.items():
        for name in names:
            found.append(("type", name, None, None))
            found += [("status", f"{name} {status}", None, None) for status in STATUSES[group]]
            found += [("rung", f"{name} {s}", float(n), None) for n, s in enumerate(LADDERS[group])]
    rules = load_rules()
    for kind in PAGE_REASONS:
        found += [(f"wall_{kind}", phrase.lower(), None, None) for phrase in getattr(rules, kind)]
    return tuple(
        {"kind": kind, "id": name, "value": value, "text": text, "moment": None}
        for kind, name, value, text in found
    )


def _figures(profile: ReferenceProfile) -> list[dict[str, Any]]:
    figures = {
        "median_chars": profile.median_chars,
        "median_mention_rate": profile.median_mention_rate,
    }
    return [
        {"kind": "figure", "id": name, "value": value, "text": None, "moment": None}
        for name, value in figures.items()
    ]
