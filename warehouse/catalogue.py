"""The sources of the dossiers, as rows: kept in step, written only where they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse import commit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from dossiers.records import Source
    from warehouse.rows import Loader

COLUMNS = (
    "source_id, name, outlet, kind, url, language, country, ownership, alignment, origin_group, "
    "verification, user_agent, is_full_text, is_enabled, note"
)


def sync(loader: Loader, file: Path, sources: Iterable[Source], now: datetime) -> int:
    """Bring the entries up to date; returns how many were new or differed."""
    rows = [_row(s, now) for s in sources]
    stored = loader.con.execute(f"SELECT {COLUMNS}, first_seen_at FROM source").fetchall()
    known = {row[0]: row for row in stored}
    names = [name.strip() for name in COLUMNS.split(",")]
    fresh = []
    for row in rows:
        before = known.get(row["source_id"])
        if before is None or before[:-1] != tuple(row[name] for name in names):
            fresh.append({**row, "first_seen_at": before[-1] if before else now})
    if fresh:
        commit.transaction(
            loader.con, file, lambda: commit.upsert(loader, "source", "source_id", list(fresh))
        )
    return len(fresh)


def _row(s: Source, now: datetime) -> dict[str, Any]:
    return {
        "source_id": s.id,
        "name": s.name,
        "outlet": s.outlet,
        "kind": s.kind,
        "url": s.url,
        "language": s.language,
        "country": s.country,
        "ownership": s.ownership,
        "alignment": s.alignment,
        "origin_group": s.origin_group,
        "verification": s.verification,
        "user_agent": s.user_agent,
        "is_full_text": s.full_text,
        "is_enabled": s.enabled,
        "note": s.note,
        "updated_at": now,
    }
