"""The one way to write: `open_writer` takes the lock, migrates, and hands out a `Writer`.

Everything a writer reads, it reads inside the lock, so what it decides still holds when it
commits. Connections are closed without a checkpoint (see `warehouse.connection`).
"""

from __future__ import annotations

import json
import os
import threading
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse import catalogue, lookups, reviewing, revisits
from warehouse import commit as committing
from warehouse.connection import REPLAY_LIMIT, WAREHOUSE_FILE, connect_writer, translated
from warehouse.errors import is_disk_full
from warehouse.locks import WRITE_LOCK, held, run_lock
from warehouse.migrate import migrate
from warehouse.outbox import Outbox
from warehouse.quarantine import Quarantine
from warehouse.read import Result
from warehouse.records import Archive, BackfillFile
from warehouse.rows import Loader, Row
from warehouse.snapshots import wal_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime, timedelta
    from pathlib import Path

    from connectors.records import Candidate, FeedState
    from dossiers.records import Source
    from transforms.records import Event, Ruling, SituatedMention
    from warehouse.records import (
        Batch,
        CommitReport,
        KnownArticle,
        StoredFeatures,
    )

__all__ = ["Writer", "open_writer", "run_lock"]


_OPEN: dict[Path, Writer] = {}
"""The writers this process has open, by directory."""


def no_hook(name: str) -> None:
    """Does nothing; tests put something in its place to stop at a named point."""


@contextmanager
def open_writer(
    directory: Path,
    *,
    timeout_seconds: float | None,
    now: datetime,
    purpose: str = "write",
    hook: Callable[[str], None] = no_hook,
) -> Iterator[Writer]:
    """Take the write lock of a warehouse directory and open its file, migrated.

    Args:
        directory: made when missing.
        timeout_seconds: how long to wait for the lock; None for ever.
        now: stamped on migrations and on rows that carry no time of their own.
        purpose: noted beside the lock for whoever waits.
        hook: called with a name at points where a crash is worth testing.

    Raises:
        WarehouseLocked, WarehouseTooNew, WarehouseCorrupt, MigrationError, WarehouseFull.

    Within the `with` block of one process, opening the same directory again hands out the
    same writer: a bulk run that holds one for many batches pays for opening once (each
    opening replays what was committed since the last checkpoint).
    """
    file = directory / WAREHOUSE_FILE
    key = directory.resolve()
    outer = _OPEN.get(key)
    if outer is not None and outer.process == os.getpid():
        with outer.turn:
            yield outer
        return
    try:
        with held(directory, WRITE_LOCK, timeout_seconds=timeout_seconds, purpose=purpose, now=now):
            writer = Writer(directory, now, hook)
            writer.attach()
            _OPEN[key] = writer
            try:
                yield writer
                writer.settle()
            finally:
                del _OPEN[key]
                writer.detach()
    except OSError as error:
        if is_disk_full(error):
            raise translated(error, file) from error
        raise


class Writer:
    """An open warehouse; made by `open_writer`. All times are UTC-aware."""

    def __init__(
        self, directory: Path, now: datetime, hook: Callable[[str], None] = no_hook
    ) -> None:
        self.directory = directory
        self.file = directory / WAREHOUSE_FILE
        self.now = now
        self.hook = hook
        self.process = os.getpid()
        self.turn = threading.RLock()
        self._loader: Loader | None = None

    # -- the connection ------------------------------------------------------------------

    def attach(self) -> None:
        """Open the file and bring it to this version's schema (done by `open_writer`)."""
        con = connect_writer(self.file)
        try:
            migrate(con, self.file, self.now)
        except BaseException:
            con.close()
            raise
        self._loader = Loader(con)

    def detach(self) -> None:
        """Close the file, the lock still held (publishing copies it meanwhile)."""
        if self._loader is None:
            return
        con, self._loader = self._loader.con, None
        try:
            con.close()
        except duckdb.Error as error:
            if is_disk_full(error):
                raise translated(error, self.file) from error
            raise

    def settle(self) -> None:
        """Checkpoint if the next writer would have much to replay (done by `open_writer`)."""
        log = wal_file(self.file)
        if self._loader is not None and log.exists() and log.stat().st_size > REPLAY_LIMIT:
            self.checkpoint()

    @property
    def loader(self) -> Loader:
        """The open connection with its bulk loader."""
        if self._loader is None:
            self.attach()
        if self._loader is None:
            raise AssertionError("attach() leaves an open connection")
        return self._loader

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The open connection, for rooms of this package and for reading."""
        return self.loader.con

    def frame(
        self, sql: str, params: Sequence[Any] = ()
    ) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of a query, as stored so far (what expectations judge)."""
        try:
            result = self.con.execute(sql, list(params))
            return [d[0] for d in result.description or ()], result.fetchall()
        except duckdb.Error as error:
            raise translated(error, self.file) from error

    def ask(self, sql: str, params: Mapping[str, Any]) -> Result:
        """A query with named parameters, as stored so far."""
        try:
            result = self.con.execute(sql, dict(params))
            columns = tuple(d[0] for d in result.description or ())
            return Result(columns, tuple(result.fetchall()))
        except duckdb.Error as error:
            raise translated(error, self.file) from error

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file.

        Raises:
            WarehouseFull: no room; the log keeps everything committed.
        """
        try:
            self.con.execute("CHECKPOINT")
        except duckdb.Error as error:
            raise translated(error, self.file) from error

    # -- runs and catalogue --------------------------------------------------------------

    def begin_run(
        self, run_id: str, kind: str, now: datetime, params: Mapping[str, Any] | None = None
    ) -> None:
        """Record that a run has begun; a run of that id that exists is begun again."""
        row = {
            "run_id": run_id,
            "kind": kind,
            "status": "running",
            "started_at": now,
            "finished_at": None,
            "exit_code": None,
            "params": json.dumps(dict(params or {}), ensure_ascii=False, default=str),
            "counts": None,
        }
        self._transaction(lambda: committing.upsert(self.loader, "run", "run_id", [row]))

    def finish_run(
        self,
        run_id: str,
        status: str,
        now: datetime,
        counts: Mapping[str, Any] | None = None,
        exit_code: int | None = None,
    ) -> None:
        """Record how a run ended: ``complete``, ``partial`` or ``failed``."""
        text = json.dumps(dict(counts or {}), ensure_ascii=False, default=str)
        self._transaction(
            lambda: self.con.execute(
                "UPDATE run SET status = ?, finished_at = ?, counts = ?, exit_code = ? "
                "WHERE run_id = ?",
                [status, now, text, exit_code, run_id],
            )
        )

    def sync_sources(self, sources: Iterable[Source], now: datetime | None = None) -> int:
        """Bring the catalogue's entries up to date; returns how many were new or differed."""
        return catalogue.sync(self.loader, self.file, sources, now or self.now)

    # -- archives ------------------------------------------------------------------------

    def open_archive(self, warc_file: str, run_id: str, at: datetime) -> None:
        """Register a WARC file before anything is written to it."""
        row = {
            "warc_file": warc_file,
            "run_id": run_id,
            "state": "open",
            "opened_at": at,
            "committed_at": None,
        }
        self._transaction(lambda: committing.upsert(self.loader, "archive", "warc_file", [row]))

    def close_archive(self, warc_file: str, at: datetime, run_id: str = "") -> None:
        """Record that all captures of a WARC file are committed: it is not replayed any more."""
        row = {
            "warc_file": warc_file,
            "run_id": run_id,
            "state": "committed",
            "opened_at": at,
            "committed_at": at,
        }
        self._transaction(
            lambda: self.loader.insert(
                "archive", [row], on_conflict="ON CONFLICT (warc_file) DO UPDATE SET "
                "state = excluded.state, committed_at = excluded.committed_at",
            )
        )  # fmt: skip

    def uncommitted_archives(self) -> list[Archive]:
        """WARC files to replay: those open, and those in captures/ that no run registered."""
        rows = self.con.execute(
            "SELECT warc_file, run_id, opened_at, state FROM archive ORDER BY opened_at, warc_file"
        ).fetchall()
        known = {row[0] for row in rows}
        folder = self.directory / "captures"
        files = sorted(f.name for f in folder.glob("*.warc.gz")) if folder.is_dir() else []
        stray = [Archive(name, None, None) for name in files if name not in known]
        return [Archive(*row[:3]) for row in rows if row[3] == "open"] + stray

    def committed_captures(self, warc_file: str) -> set[int]:
        """Offsets in a WARC file whose captures have been committed."""
        return lookups.committed_captures(self.con, warc_file)

    def backfill_files(self) -> dict[str, BackfillFile]:
        """Path → how far each archive of a backfill has been taken in."""
        return lookups.backfill_files(self.con)

    def note_backfill(self, files: Sequence[BackfillFile], run_id: str, at: datetime) -> None:
        """Record how far archives have been taken in."""
        rows: list[Row] = [{**asdict(file), "run_id": run_id, "updated_at": at} for file in files]
        self._transaction(lambda: committing.upsert(self.loader, "backfill_file", "path", rows))

    # -- what is known -------------------------------------------------------------------

    def feed_states(self) -> dict[str, FeedState]:
        """Source id → what is remembered of its feed."""
        return lookups.feed_states(self.con)

    def known_articles(self, urls: Iterable[str]) -> dict[str, KnownArticle]:
        """URL → what is stored of it, for those that are stored."""
        return lookups.known_articles(self.con, urls)

    def band_matches(self, bands: Mapping[str, Sequence[int]]) -> dict[str, list[StoredFeatures]]:
        """Document (URL) → stored articles that share a signature band with it."""
        return lookups.band_matches(self.con, bands)

    def story_candidates(
        self, since: datetime, until: datetime, *, relevant_only: bool = True
    ) -> list[StoredFeatures]:
        """Features of the articles published (else captured) in a window, by time."""
        return lookups.story_candidates(self.con, since, until, relevant_only=relevant_only)

    def situated_in_blocks(self, block_keys: Iterable[str]) -> list[SituatedMention]:
        """Stored mentions under any of the block keys, by id."""
        return lookups.situated_in_blocks(self.con, block_keys)

    def known_event_ids(self, mention_ids: Iterable[str]) -> dict[str, str]:
        """Mention id → id of the event it belongs to, for those that are stored."""
        return lookups.known_event_ids(self.con, mention_ids)

    def events(self, event_ids: Iterable[str]) -> dict[str, Event]:
        """Asked id → event as stored; merged ids give the event they now stand for."""
        return lookups.events(self.con, event_ids)

    def coming_events(self, since: date, until: date) -> list[Event]:
        """Events planned for days of a span (inclusive), soonest first."""
        return lookups.coming_events(self.con, since, until)

    def features_of(self, urls: Iterable[str]) -> dict[str, StoredFeatures]:
        """URL → what the stored article is compared by, for those that are stored."""
        return lookups.features_of(self.con, urls)

    def story_sources(self, stories: Iterable[str]) -> dict[str, str | None]:
        """Story → source of the article of it that was published first."""
        return lookups.story_sources(self.con, stories)

    def mentions_of_articles(self, urls: Iterable[str]) -> list[SituatedMention]:
        """Stored current mentions in any of the articles, by id."""
        return lookups.mentions_of_articles(self.con, urls)

    def mentions_of_events(self, event_ids: Iterable[str]) -> list[SituatedMention]:
        """Stored mentions of any of the events, by id."""
        return lookups.mentions_of_events(self.con, event_ids)

    def captured_bodies(self, urls: Iterable[str]) -> set[tuple[str, str]]:
        """Address and digest of everything those addresses were ever seen to hold."""
        return lookups.captured_bodies(self.con, urls)

    def captured_pages(self, urls: Iterable[str]) -> set[str]:
        """Those of the addresses that have been fetched as pages before, however it ended."""
        return lookups.captured_pages(self.con, urls)

    def due_retries(self, now: datetime, *, max_attempts: int) -> list[Candidate]:
        """Pages that failed for a passing reason and are due for another try."""
        return lookups.due_retries(self.con, now, max_attempts)

    def due_revisits(self, now: datetime, ages: Sequence[timedelta]) -> list[tuple[str, Candidate]]:
        """Relevant articles that passed one of the ages since they were last looked at."""
        return revisits.due_revisits(self.con, now, ages)

    def moved_articles(self, urls: Iterable[str]) -> dict[str, str]:
        """Addresses that articles have moved to → the article's URL."""
        return revisits.moved_articles(self.con, urls)

    # -- writing -------------------------------------------------------------------------

    def commit(self, batch: Batch, hook: Callable[[str], None] | None = None) -> CommitReport:
        """Write a batch whole or not at all; a repeated batch changes nothing.

        ``hook`` (else the writer's own) is called with ``in_transaction`` before the commit.

        Raises:
            WarehouseFull: no room; nothing of the batch was written.
        """
        return committing.commit(self.loader, self.file, batch, hook or self.hook)

    def write_feeds(self, feeds: Sequence[FeedState]) -> None:
        """Put feed states in place of the stored ones, outside a batch."""
        self._transaction(lambda: committing.write_feeds(self.loader, feeds))

    @property
    def outbox(self) -> Outbox:
        """What is still to be told, and how far each channel has come."""
        return Outbox(self.loader, self._transaction)

    @property
    def quarantine(self) -> Quarantine:
        """What quality holds back, and the decisions on it."""
        return Quarantine(self.loader, self._transaction)

    def alerted(self, event_ids: Iterable[str]) -> set[str]:
        """Those of the events that somebody was alerted to, or is about to be."""
        return reviewing.alerted(self.con, event_ids)

    def rulings_on(self, mention_ids: Iterable[str]) -> list[Ruling]:
        """What analysts decided about any of the mentions."""
        return reviewing.rulings_on(self.con, mention_ids)

    def _transaction(self, work: Callable[[], object]) -> None:
        committing.transaction(self.con, self.file, work)
