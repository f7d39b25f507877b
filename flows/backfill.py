"""``araxes backfill``: archives of the web through the very same transforms.

Archives are scanned in processes of their own, each a file at a time; pages that name both
sides (`transforms.topic_pass`) come back as captures, are kept in the warehouse's own archive,
and go the way of any other batch. How far each file is taken in is committed behind its
batches, so a backfill that was stopped, however, goes on where it was.

Its events are old: beyond the alert horizon they are stored as ``suppressed`` and nobody is
told.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from connectors.archives import Archive, Downloads, parts
from connectors.captures import failed_capture
from connectors.records import Candidate, Capture
from connectors.warc_reading import FOREIGN_SOURCE
from dossiers.loader import load
from dossiers.records import Dossier, Source
from flows.records import (
    EXIT_COMPLETE,
    EXIT_FAILED,
    EXIT_PARTIAL,
    Clock,
    IngestRequest,
    RunReport,
    new_run_id,
)
from flows.runs import Run, Step, plain_step
from flows.scanning import Scanners, Task, Word, build_topic_pass
from flows.settings import Settings
from flows.stages.capture import keep
from flows.stages.discover import Leftover, replays
from flows.stages.transform import Begun, Processed, begin, finish
from transforms.urls import host_of
from warehouse.locks import run_lock
from warehouse.records import BackfillFile
from warehouse.store import open_writer

FLUSH_SECONDS: Final = 20.0
"""How long found pages may wait for a batch to fill: what a kill makes to be done again."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backfill is: of all files, and of the one last heard of."""

    files_done: int
    files: int
    bytes_done: int
    bytes_total: int
    responses: int
    wanted: int


@dataclass
class Backfill(Run):
    """One backfill over some files."""

    archives: tuple[Archive, ...] = ()
    downloads: Downloads = field(default_factory=lambda: Downloads(Path()))
    on_progress: Callable[[Progress], None] = lambda _progress: None
    files: list[BackfillFile] = field(default_factory=list)
    starts: list[BackfillFile] = field(default_factory=list)
    committed: list[BackfillFile] = field(default_factory=list)
    offsets: dict[int, tuple[int, int]] = field(default_factory=dict)
    hosts: dict[str, Source] = field(default_factory=dict)
    scanners: Scanners = field(init=False)
    flushed: float = field(default_factory=time.monotonic)

    def carry_out(self) -> None:
        """Scan, take in, and say how it went."""
        self.begin("backfill")
        self.hosts = sources_by_host(self.dossier)
        left = replays(self.request.warehouse, clock=self.clock)
        tasks = self.tasks()
        try:
            with ExitStack() as stack:
                self.start(stack, tasks)
                if tasks or left.captures:
                    # The other processes scan; few pages are wanted.
                    self.equip(stack, max(1, self.workers // 2))
                    self.report.replayed = len(left.captures)
                    self._take_in(list(left.captures.values()))
                    self.scan_all(tasks)
                self.close_books([], self._archives(left), self.judge_seeds())
            self.tell()
        except Exception as error:
            self.report.failures.append(("run", type(error).__name__, str(error)))
            self.finish("failed", EXIT_FAILED)
            raise
        code = self.exit_code()
        if self.files and all(file.state == "failed" for file in self.files):
            self.report.notes.append("no archive could be read at all")
            code = EXIT_PARTIAL
        self.finish("complete" if code == EXIT_COMPLETE else "partial", code)
        self.publish()

    def _archives(self, left: Leftover) -> list[str]:
        """The capture archives whose content is committed now."""
        own = getattr(self, "archive", None)
        return [*left.archives, *([own.path.name] if own and own.path else [])]

    @property
    def workers(self) -> int:
        """Processes that scan."""
        return self.request.workers or self.settings.workers

    def start(self, stack: ExitStack, tasks: Sequence[Task]) -> None:
        """Let scanners begin, before all else is at hand."""
        if tasks:
            self.scanners = stack.enter_context(
                Scanners(tasks, self.workers, build_topic_pass(), self.downloads)
            )

    def scan_all(self, tasks: Sequence[Task]) -> None:
        """Take in what the scanners find; each page is coded while others are looked for."""
        if not tasks:
            return
        waiting: deque[Begun] = deque()
        for word in self.scanners.words():
            self.hear(word, waiting)
            is_late = time.monotonic() - self.flushed > FLUSH_SECONDS
            if len(waiting) >= self.batch_size or is_late:
                self._flush(waiting)
            self.on_progress(self.progress())
        self._flush(waiting)
        self.on_progress(self.progress())

    def tasks(self) -> list[Task]:
        """What is left to scan of each file: those taken in whole are passed over."""
        with open_writer(self.request.warehouse, timeout_seconds=None, now=self.clock()) as writer:
            known = writer.backfill_files()
        tasks = []
        for number, archive in enumerate(self.archives):
            name, size = archive.name, archive.size_bytes
            before = known.get(name)
            is_other = archive.path is not None and before and before.size_bytes != size
            if before is None or is_other or before.state == "failed":
                before = BackfillFile(name, size, "under_way")
            self.files.append(before)
            if before.state == "complete":
                self.report.notes.append(f"{name}: taken in before; passed over")
            else:
                tasks.append(Task(number, archive, before.response_count))
        self.starts, self.committed = list(self.files), list(self.files)
        return tasks

    def _flush(self, waiting: deque[Begun]) -> None:
        begun = list(waiting)
        waiting.clear()
        for start in range(0, len(begun), self.batch_size):
            part = begun[start : start + self.batch_size]
            self.settle(self.timed("transform", self._finished, part))
        self.note()
        self.flushed = time.monotonic()

    def _finished(self, begun: Sequence[Begun]) -> list[Processed]:
        return [finish(one, self.pool) for one in begun]

    def hear(self, word: Word, waiting: deque[Begun]) -> None:
        """Count what a scanner says, and let what it found wait for its batch."""
        file, start = self.files[word.file], self.starts[word.file]
        self.offsets[word.file] = (word.offset, word.size)
        self.files[word.file] = replace(
            file,
            size_bytes=word.size or file.size_bytes,
            response_count=word.seen,
            page_count=start.page_count + word.pages,
            wanted_count=start.wanted_count + word.wanted,
            damaged_count=start.damaged_count + word.damaged,
            state="failed" if word.failure else "complete" if word.is_end else start.state,
        )
        if word.failure:
            self.report.failures.append((file.path, "unreadable", word.failure))
        if word.capture is not None:
            kept = keep(as_ours(word.capture, self.hosts), self.archive)
            waiting.append(begin(kept, self.pool))
        if word.damage is not None:
            damaged = self.damaged(file.path, word.seen, word.damage)
            waiting.append(begin(damaged, self.pool))

    def damaged(self, path: str, number: int, detail: str) -> Capture:
        """A record that could not be read, as a capture that says so."""
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

    def note(self) -> None:
        """Commit how far the files are: only what went into a batch counts as taken in."""
        changed = [now for now, was in zip(self.files, self.committed, strict=True) if now != was]
        if not changed:
            return
        with open_writer(self.request.warehouse, timeout_seconds=None, now=self.clock()) as writer:
            writer.note_backfill(changed, self.report.run_id, self.clock())
        self.committed = list(self.files)

    def progress(self) -> Progress:
        """How far it is."""
        done = [file.state != "under_way" for file in self.files]
        read = [
            file.size_bytes if is_done else self.offsets.get(number, (0, 0))[0]
            for number, (file, is_done) in enumerate(zip(self.files, done, strict=True))
        ]
        return Progress(
            files_done=sum(done),
            files=len(self.files),
            bytes_done=sum(read),
            bytes_total=sum(file.size_bytes for file in self.files),
            responses=sum(file.response_count for file in self.files),
            wanted=sum(file.wanted_count for file in self.files),
        )


def sources_by_host(dossier: Dossier) -> dict[str, Source]:
    """The catalogue's sources by the hosts of their sites."""
    return {host_of(source.url): source for source in dossier.sources.values()}


def as_ours(found: Capture, hosts: Mapping[str, Source]) -> Capture:
    """The page as one of this run, under the source whose site it is from."""
    source = hosts.get(host_of(found.url))
    name = source.id if source else FOREIGN_SOURCE
    return replace(
        found,
        source_id=name,
        candidate=found.candidate or Candidate(found.url, name),
        replayed=False,
        warc_file=None,
        warc_offset=None,
    )


def run_backfill(
    request: IngestRequest,
    archives: Sequence[Archive],
    *,
    downloads: Downloads | None = None,
    settings: Settings | None = None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    kind: type[Backfill] | None = None,
    step: Step = plain_step,
) -> RunReport:
    """Take archives in.

    Args:
        request: where to, and the moment it is.
        archives: WARC files, here or elsewhere.
        downloads: how those elsewhere come here; by default below the warehouse.
        settings: the deployment's settings; read from the environment by default.
        on_progress: told how far it is.
        kind: the backfill that does it.
        step: runs a stage.

    Raises:
        WarehouseError: the warehouse cannot be written.
    """
    settings = settings or Settings()
    clock = Clock(request.now)
    report = RunReport(new_run_id(clock()), clock())
    dossier = load()
    with run_lock(request.warehouse, wait=True, now=clock(), purpose="backfill"):
        (kind or Backfill)(
            request,
            settings,
            dossier,
            dict(dossier.sources),
            clock,
            report,
            step,
            archives=tuple({p.name: p for archive in archives for p in parts(archive)}.values()),
            downloads=downloads or Downloads(request.warehouse / "backfill", request.allow_private),
            on_progress=on_progress,
        ).carry_out()
    return report
