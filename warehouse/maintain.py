"""Nightly upkeep of a warehouse directory; safe at any time, beside readers and runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from warehouse import snapshots
from warehouse.commit import transaction
from warehouse.publish import KEEP
from warehouse.store import open_writer

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from warehouse.store import Writer

KILLED_AFTER = timedelta(days=2)
"""A run that says ``running`` for longer was killed."""

KEEP_SEED_RESULTS = timedelta(days=7)
"""Hundreds of facts hold in every run; after that long only those that failed are kept."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done."""

    captures_removed: int
    snapshots_removed: int
    strays_removed: int
    quality_results_removed: int
    runs_closed: int
    alerts_closed: int
    size_bytes: int


def maintain(
    directory: Path,
    *,
    now: datetime,
    keep_days: int = 90,
    keep_quality_days: int = 180,
    keep_snapshots: int = KEEP,
    timeout_seconds: float | None = None,
) -> dict[str, Any]:
    """Checkpoint and prune; returns `Upkeep` as a dictionary.

    Args:
        directory: the warehouse directory.
        now: UTC.
        keep_days: committed captures older than this go; uncommitted ones never do.
        keep_quality_days: results of judgements older than this go (their totals stay).
        keep_snapshots: how many snapshots stay at least.
        timeout_seconds: how long to wait for the write lock; None for ever.

    Raises:
        WarehouseError: see `warehouse.store.open_writer`.
    """
    with open_writer(
        directory, timeout_seconds=timeout_seconds, now=now, purpose="maintain"
    ) as writer:
        captures = _prune_captures(writer, now - timedelta(days=keep_days))
        bounded: dict[str, int] = {}
        transaction(
            writer.con, writer.file, lambda: bounded.update(_bound(writer, now, keep_quality_days))
        )
        # Deleted rows give their blocks back to the file when it is checkpointed.
        writer.checkpoint()
        writer.detach()
        strays = snapshots.sweep(directory)
        removed = snapshots.prune(directory, keep_snapshots)
        size = writer.file.stat().st_size
    return asdict(
        Upkeep(
            captures_removed=captures,
            snapshots_removed=len(removed),
            strays_removed=len(strays),
            size_bytes=size,
            **bounded,
        )
    )


def _prune_captures(writer: Writer, before: datetime) -> int:
    """Remove WARC files whose captures were all committed before a moment."""
    rows = writer.con.execute(
        "SELECT warc_file FROM archive WHERE state = 'committed' AND committed_at < ?", [before]
    ).fetchall()
    removed = 0
    for (name,) in rows:
        file = writer.directory / "captures" / name
        if file.parent == writer.directory / "captures" and file.is_file():
            file.unlink()
            removed += 1
    return removed


def _bound(writer: Writer, now: datetime, keep_quality_days: int) -> dict[str, int]:
    """Rows that would grow for ever, or that a kill left unfinished."""
    con = writer.con
    old = con.execute(
        "DELETE FROM quality_result WHERE quality_run_id IN ("
        "SELECT quality_run_id FROM quality_run WHERE judged_at < ?::TIMESTAMPTZ)",
        [now - timedelta(days=keep_quality_days)],
    ).fetchone()
    told_by_count = con.execute(
        "DELETE FROM quality_result WHERE is_success AND quality_run_id IN ("
        "SELECT quality_run_id FROM quality_run WHERE scope = 'seed' AND judged_at < ?)",
        [now - KEEP_SEED_RESULTS],
    ).fetchone()
    closed = con.execute(
        "UPDATE run SET status = 'failed', finished_at = ? "
        "WHERE status = 'running' AND started_at < ?",
        [now, now - KILLED_AFTER],
    ).fetchone()
    told = con.execute(
        "UPDATE alert SET state = 'sent', closed_at = ? "
        "WHERE state = 'pending' AND created_at < ? AND alert_id IN ("
        "SELECT alert_id FROM alert_delivery GROUP BY alert_id "
        "HAVING bool_and(state IN ('sent', 'failed')) AND bool_or(state = 'sent'))",
        [now, now - timedelta(days=7)],
    ).fetchone()
    return {
        "quality_results_removed": sum(done[0] for done in (old, told_by_count) if done),
        "runs_closed": closed[0] if closed else 0,
        "alerts_closed": told[0] if told else 0,
    }
