"""One batch, one transaction, and nothing twice.

`commit` decides inside the transaction, from what is stored, which rows of a batch are new:
an article whose text is stored already is skipped with all that hangs on it, a mention or an
alert that is stored stays as it is, an event is written only where it differs. Committing a
batch again therefore changes nothing but bookkeeping (feeds, checks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from warehouse import codec, commit_articles, commit_events, reviewing
from warehouse.connection import translated
from warehouse.quarantine import quarantine_id, settle_captures
from warehouse.records import CUT_OFF, Batch, CommitReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from connectors.records import FeedState
    from warehouse.records import AlertRow, CaptureRow, QualityRun, QuarantineRow
    from warehouse.rows import Loader, Row

UNEXPECTED_IDS_KEPT = 200
"""Ids of failing rows kept with a quality result; the count is always whole."""


def commit(loader: Loader, file: Path, batch: Batch, hook: Callable[[str], None]) -> CommitReport:
    """Write ``batch`` whole or not at all; ``hook("in_transaction")`` runs before the commit.

    Raises:
        WarehouseError: the disk is full, or the file damaged; nothing was written.
    """
    con = loader.con
    con.execute("BEGIN")
    try:
        report = _write(loader, batch)
        hook("in_transaction")
        con.execute("COMMIT")
    except BaseException as error:
        _rollback(con)
        if isinstance(error, duckdb.Error):
            raise translated(error, file) from error
        raise
    return report


def _write(loader: Loader, batch: Batch) -> CommitReport:
    captures = loader.insert(
        "capture", [capture_row(c, batch.run_id) for c in batch.captures], unless=["capture_id"]
    )
    settle_captures(loader, batch.captures)
    articles = commit_articles.write(loader, batch)
    commit_articles.write_checks(loader, batch)
    quarantined = loader.insert(
        "quarantine",
        [quarantine_row(q, batch) for q in _with_digests(batch)],
        unless=["quarantine_id"],
    )
    for review, rulings in batch.reviews:
        reviewing.write(loader, review, rulings)
    mentions = commit_events.write_mentions(loader, batch)
    events = commit_events.write_events(loader, batch)
    alerts = loader.insert(
        "alert", [alert_row(a, batch.run_id) for a in batch.alerts], unless=["alert_id"]
    )
    write_feeds(loader, batch.feeds)
    write_quality(loader, batch.quality)
    return CommitReport(
        captures=captures,
        articles_new=articles.new,
        articles_changed=articles.changed,
        articles_same=articles.same,
        quarantined=quarantined,
        mentions_new=mentions,
        events_new=events.new,
        events_changed=events.changed,
        events_gone=events.gone,
        alerts_new=alerts,
    )


def capture_row(row: CaptureRow, run_id: str) -> Row:
    """A row of ``capture``."""
    c = row.capture
    may_pass = c.error or (row.outcome == "quarantined" and row.reason in CUT_OFF)
    return {
        "capture_id": c.capture_id,
        "run_id": run_id,
        "kind": c.kind,
        "url": c.url,
        "final_url": c.final_url,
        "source_id": c.source_id,
        "status": c.status,
        "content_type": c.content_type,
        "charset": c.charset,
        "digest": c.digest,
        "size_bytes": len(c.body),
        "fetched_at": c.fetched_at,
        "warc_file": c.warc_file,
        "warc_offset": c.warc_offset,
        "outcome": row.outcome,
        "article_url": row.article_url,
        "reason": row.reason,
        "error": c.error,
        "error_detail": c.error_detail,
        "is_replayed": c.replayed,
        "candidate": codec.encode(c.candidate) if may_pass and c.candidate else None,
    }


def alert_row(alert: AlertRow, run_id: str) -> Row:
    """A row of ``alert``."""
    return {
        "alert_id": alert.alert_id,
        "event_id": alert.event_id,
        "cause": alert.cause,
        "state": alert.state,
        "payload": codec.encode(alert.payload),
        "created_at": alert.created_at,
        "run_id": run_id,
        "held_by": alert.held_by,
    }


def _with_digests(batch: Batch) -> Iterable[tuple[QuarantineRow, str]]:
    digests = {c.capture.capture_id: c.capture.digest for c in batch.captures}
    return [(q, digests.get(q.capture_id or "", "")) for q in batch.quarantined]


def quarantine_row(item: tuple[QuarantineRow, str], batch: Batch) -> Row:
    """A row of ``quarantine``; the same trouble with the same bytes has the same id."""
    q, digest = item
    return {
        "quarantine_id": quarantine_id(q.url, q.stage, q.reason, digest),
        "url": q.url,
        "source_id": q.source_id,
        "stage": q.stage,
        "reason": q.reason,
        "detail": q.detail,
        "capture_id": q.capture_id,
        "warc_file": q.warc_file,
        "warc_offset": q.warc_offset,
        "run_id": batch.run_id,
        "quarantined_at": batch.now,
    }


def write_feeds(loader: Loader, feeds: Iterable[FeedState]) -> None:
    """Put feed states in place of the stored ones."""
    rows = {
        f.source_id: {
            "source_id": f.source_id,
            "url": f.url,
            "etag": f.etag,
            "last_modified": f.last_modified,
            "body_digest": f.body_digest,
            "last_checked_at": f.last_checked,
            "last_changed_at": f.last_changed,
            "last_status": f.last_status,
            "error_count": f.error_count,
            "error": f.error,
            "interval_seconds": f.interval_seconds,
            "next_check_at": f.next_check,
            "item_count": f.item_count,
            "is_retired": f.retired,
            "catalogue_url": f.catalogue_url,
            "warning": f.warning,
            "asked_seconds": f.asked_seconds,
            "skip_hours": list(f.skip_hours),
            "skip_days": list(f.skip_days),
            "duplicate_ratio": f.duplicate_ratio,
            "last_full_at": f.last_full,
            "are_validators_false": f.validators_false,
        }
        for f in feeds
    }
    upsert(loader, "feed", "source_id", list(rows.values()))


def upsert(loader: Loader, table: str, key: str, rows: list[Row]) -> None:
    """Insert or update by a primary key, in one statement (delete-then-insert would trip it)."""
    if not rows:
        return
    columns = [name for name in rows[0] if name != key]
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns)
    loader.insert(table, rows, on_conflict=f"ON CONFLICT ({key}) DO UPDATE SET {sets}")


def write_quality(loader: Loader, runs: Iterable[QualityRun]) -> None:
    """Store judgements; one that is stored already is left as it is."""
    for run in runs:
        failed = [r for r in run.results if not r.success]
        critical = sum(r.severity == "critical" for r in failed)
        row = {
            "quality_run_id": run.quality_run_id,
            "run_id": run.run_id,
            "scope": run.scope,
            "judged_at": run.judged_at,
            "has_run": run.ran,
            "note": run.note,
            "result_count": len(run.results),
            "critical_failures": critical,
            "warnings": len(failed) - critical,
        }
        if not loader.insert("quality_run", [row], unless=["quality_run_id"]):
            continue
        loader.insert(
            "quality_result",
            [
                {
                    "quality_run_id": run.quality_run_id,
                    "suite": r.suite,
                    "expectation": r.expectation,
                    "subject": r.subject,
                    "severity": r.severity,
                    "is_success": r.success,
                    "observed": r.observed,
                    "unexpected_count": r.unexpected_count,
                    "unexpected_ids": list(r.unexpected_ids[:UNEXPECTED_IDS_KEPT]),
                    "detail": r.detail,
                }
                for r in run.results
            ],
        )


def transaction(con: duckdb.DuckDBPyConnection, file: Path, work: Callable[[], object]) -> None:
    """Run ``work`` in a transaction of its own.

    Raises:
        WarehouseError: DuckDB's errors, translated; nothing was written.
    """
    try:
        con.execute("BEGIN")
        work()
        con.execute("COMMIT")
    except BaseException as error:
        _rollback(con)
        if isinstance(error, duckdb.Error):
            raise translated(error, file) from error
        raise


def _rollback(con: duckdb.DuckDBPyConnection) -> None:
    try:
        con.execute("ROLLBACK")
    except duckdb.Error:
        # A fatal error has already ended the transaction.
        return
