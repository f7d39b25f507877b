"""``araxes backfill``: archives of the web through the very same transforms.

Archives are scanned in processes of their own, each a file at a time; pages that name both
sides (`transforms.topic_pass`) come back as captures, are kept in the warehouse's own archive,
and go the way of any other batch. How far each file is taken in is committed behind its
batches, so a backfill that was stopped, however, goes on where it was.

Its events are old: beyond the alert horizon they are stored as ``suppressed`` and nobody is
told.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from typing import Any, Final

from connectors.archives import LocalArchive
from connectors.captures import failed_capture
from connectors.errors import ArchiveError
from connectors.records import Candidate, Capture
from connectors.warc_reading import FOREIGN_SOURCE
from connectors.warc_scan import Scanned, scan
from dossiers.loader import load
from dossiers.records import Source
from flows.orphans import die_with_parent
from flows.records import EXIT_COMPLETE, EXIT_FAILED, Clock, IngestRequest, RunReport, new_run_id
from flows.runs import Run
from flows.settings import Settings
from flows.stages.capture import keep
from flows.stages.discover import replays
from transforms.topic_pass import TopicPass
from transforms.urls import host_of
from warehouse.locks import run_lock
from warehouse.records import BackfillFile
from warehouse.store import open_writer

WAITING: Final = 128
"""Pages that may wait between scanners and extraction: what bounds memory."""
REPORT_EVERY: Final = 500
"""Responses after which a scanner says how far it is though nothing was wanted."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backfill is: of all files, and of the one last heard of."""

    files_done: int
    files: int
    bytes_done: int
    bytes_total: int
    responses: int
    wanted: int


@dataclass(frozen=True, slots=True)
class _Word:
    """What a scanner says: a page, a damage, how far it is, or that a file ended."""

    file: int
    counts: tuple[int, int, int, int]
    capture: Capture | None = None
    damage: str | None = None
    is_end: bool = False
    failure: str | None = None


def scan_files(tasks: Sequence[tuple[int, Path, int]], words: Queue[_Word]) -> None:
    """A scanner process: look at files one after the other and say what was found."""
    die_with_parent()
    topic = TopicPass.build(load())
    for number, path, skip in tasks:
        try:
            for word in _scan_one(number, path, skip, topic.wants):
                words.put(word)
        except ArchiveError as error:
            words.put(_Word(number, (skip, 0, 0, 0), is_end=True, failure=str(error)))


def _scan_one(
    number: int, path: Path, skip: int, wants: Callable[[bytes], bool]
) -> Iterator[_Word]:
    seen, pages, wanted, damaged = skip, 0, 0, 0
    for found in scan(path, wants, skip):
        seen = found.number
        pages += found.is_page
        wanted += found.capture is not None
        damaged += found.damage is not None
        counts = (seen, pages, wanted, damaged)
        if found.capture is not None or found.damage is not None:
            yield _Word(number, counts, found.capture, _damage(found))
        elif seen % REPORT_EVERY == 0:
            yield _Word(number, counts)
    yield _Word(number, (seen, pages, wanted, damaged), is_end=True)


def _damage(found: Scanned) -> str | None:
    return f"{found.damage.reason}: {found.damage.detail}" if found.damage else None


@dataclass
class _Backfill(Run):
    """One backfill over some files."""

    archives: tuple[LocalArchive, ...] = ()
    on_progress: Callable[[Progress], None] = lambda _progress: None
    files: list[BackfillFile] = field(default_factory=list)
    starts: list[BackfillFile] = field(default_factory=list)
    committed: list[BackfillFile] = field(default_factory=list)
    hosts: dict[str, Source] = field(default_factory=dict)

    def carry_out(self) -> None:
        """Scan, take in, and say how it went."""
        self.begin("backfill")
        self.hosts = {host_of(s.url): s for s in self.dossier.sources.values()}
        try:
            with ExitStack() as stack:
                self.equip(stack)
                left = replays(self.request.warehouse, clock=self.clock)
                self.report.replayed = len(left.captures)
                self._take_in(list(left.captures.values()))
                self._scan_all()
                own = [self.archive.path.name] if self.archive.path else []
                self.close_books([], [*left.archives, *own], self.judge_seeds())
            self.tell()
        except Exception as error:
            self.report.failures.append(("run", type(error).__name__, str(error)))
            self.finish("failed", EXIT_FAILED)
            raise
        code = self.exit_code()
        self.finish("complete" if code == EXIT_COMPLETE else "partial", code)
        self.publish()

    def _scan_all(self) -> None:
        tasks = self._tasks()
        context = multiprocessing.get_context("spawn")
        words: Queue[_Word] = context.Queue(WAITING)
        count = max(1, min(len(tasks), self.request.workers or self.settings.workers))
        scanners = [
            context.Process(target=scan_files, args=(tasks[n::count], words), daemon=True)
            for n in range(count)
        ]
        for scanner in scanners:
            scanner.start()
        try:
            self._listen(words, scanners, len(tasks))
        finally:
            for scanner in scanners:
                scanner.terminate()
                scanner.join()

    def _tasks(self) -> list[tuple[int, Path, int]]:
        """What is left to scan of each file: those taken in whole are passed over."""
        with open_writer(self.request.warehouse, timeout_seconds=None, now=self.clock()) as writer:
            known = writer.backfill_files()
        tasks = []
        for number, archive in enumerate(self.archives):
            path, name = archive.path, archive.name
            size = path.stat().st_size if path.is_file() else 0
            before = known.get(name)
            if before is None or before.size_bytes != size or before.state == "failed":
                before = BackfillFile(name, size, "under_way")
            self.files.append(before)
            if before.state == "complete":
                self.report.notes.append(f"{name}: taken in before; passed over")
            else:
                tasks.append((number, path, before.response_count))
        self.starts, self.committed = list(self.files), list(self.files)
        return tasks

    def _listen(self, words: Queue[_Word], scanners: Sequence[Any], unfinished: int) -> None:
        waiting: deque[Capture] = deque()
        while unfinished:
            try:
                word = words.get(timeout=5.0)
            except Empty:
                if not any(scanner.is_alive() for scanner in scanners):
                    raise RuntimeError("the scanning processes died; run it again") from None
                continue
            unfinished -= word.is_end
            self._hear(word, waiting)
            if len(waiting) >= self.batch_size or word.is_end:
                self._take_in(list(waiting))
                waiting.clear()
                self._note()
            self.on_progress(self._progress())
        self._take_in(list(waiting))
        self._note()

    def _hear(self, word: _Word, waiting: deque[Capture]) -> None:
        seen, pages, wanted, damaged = word.counts
        file = self.files[word.file]
        start = self.starts[word.file]
        self.files[word.file] = replace(
            file,
            response_count=seen,
            page_count=start.page_count + pages,
            wanted_count=start.wanted_count + wanted,
            damaged_count=start.damaged_count + damaged,
            state="failed" if word.failure else "complete" if word.is_end else start.state,
        )
        if word.failure:
            self.report.failures.append((file.path, "unreadable", word.failure))
        if word.capture is not None:
            waiting.append(keep(self._ours(word.capture), self.archive))
        if word.damage is not None:
            waiting.append(self._damaged(file.path, seen, word.damage))

    def _ours(self, found: Capture) -> Capture:
        """The page as one of this run, under the source whose site it is from."""
        source = self.hosts.get(host_of(found.url))
        name = source.id if source else FOREIGN_SOURCE
        return replace(
            found,
            source_id=name,
            candidate=found.candidate or Candidate(found.url, name),
            replayed=False,
            warc_file=None,
            warc_offset=None,
        )

    def _damaged(self, path: str, number: int, detail: str) -> Capture:
        return failed_capture(
            url=f"file:{Path(path).name}#{number}",
            kind="file",
            source_id=FOREIGN_SOURCE,
            fetched_at=self.clock(),
            reason="damaged_warc",
            detail=detail,
        )

    def _take_in(self, captures: Sequence[Capture]) -> None:
        for start in range(0, len(captures), self.batch_size):
            self.batch(captures[start : start + self.batch_size])

    def _note(self) -> None:
        """Commit how far the files are: only what went into a batch counts as taken in."""
        changed = [now for now, was in zip(self.files, self.committed, strict=True) if now != was]
        if not changed:
            return
        with open_writer(self.request.warehouse, timeout_seconds=None, now=self.clock()) as writer:
            writer.note_backfill(changed, self.report.run_id, self.clock())
        self.committed = list(self.files)

    def _progress(self) -> Progress:
        done = [file for file in self.files if file.state != "under_way"]
        return Progress(
            files_done=len(done),
            files=len(self.files),
            bytes_done=sum(file.size_bytes for file in done),
            bytes_total=sum(file.size_bytes for file in self.files),
            responses=sum(file.response_count for file in self.files),
            wanted=sum(file.wanted_count for file in self.files),
        )


def run_backfill(
    request: IngestRequest,
    archives: Sequence[LocalArchive],
    *,
    settings: Settings | None = None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
) -> RunReport:
    """Take archives in.

    Args:
        request: where to, and the moment it is.
        archives: WARC files on this machine.
        settings: the deployment's settings; read from the environment by default.
        on_progress: told how far it is.

    Raises:
        WarehouseError: the warehouse cannot be written.
    """
    settings = settings or Settings()
    clock = Clock(request.now)
    report = RunReport(new_run_id(clock()), clock())
    dossier = load()
    with run_lock(request.warehouse, wait=True, now=clock(), purpose="backfill"):
        _Backfill(
            request,
            settings,
            dossier,
            dict(dossier.sources),
            clock,
            report,
            archives=tuple(archives),
            on_progress=on_progress,
        ).carry_out()
    return report
