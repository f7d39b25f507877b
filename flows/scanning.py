"""Scanner processes: archives are looked through side by side, each a file at a time.

A scanner takes the next archive, fetches it where it lies elsewhere, and says what it found.
One that dies (its memory, a page that breaks a parser) costs the archive it was at, which is
named; another takes its place.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue
from queue import Empty
from typing import Final

from connectors.archives import Archive, Downloads, at_hand
from connectors.errors import ArchiveError
from connectors.records import Capture
from connectors.warc_scan import Wants, scan
from dossiers.languages import load_languages
from dossiers.loader import load
from flows.orphans import die_with_parent
from transforms.topic_pass import TopicPass

WAITING: Final = 128
"""Pages that may wait between scanners and extraction: what bounds memory."""
REPORT_EVERY: Final = 500
"""Responses after which a scanner says how far it is though nothing was wanted."""
_PATIENCE: Final = 2.0
"""Seconds without a word after which one looks whether the scanners live."""


@dataclass(frozen=True, slots=True)
class Task:
    """An archive to look through, and how many of its responses were taken in before."""

    file: int
    archive: Archive
    skip: int


@dataclass(frozen=True, slots=True)
class Word:
    """What a scanner says: a page, a damage, how far it is, or that a file ended.

    Attributes:
        file: which task's.
        scanner: its process id.
        seen: responses of the file so far, those passed over included.
        pages, wanted, damaged: of this scan.
        offset, size: bytes of the file read so far, and in all.
        capture: a wanted page.
        damage: why a record could not be read.
        is_end: nothing more comes from this file.
        failure: why the file could not be read.
    """

    file: int
    scanner: int
    seen: int = 0
    pages: int = 0
    wanted: int = 0
    damaged: int = 0
    offset: int = 0
    size: int = 0
    capture: Capture | None = None
    damage: str | None = None
    is_end: bool = False
    failure: str | None = None


def build_topic_pass() -> TopicPass:
    """The topic pass of the default dossier."""
    return TopicPass.build(load(), load_languages())


def look_through(task: Task, wants: Wants, downloads: Downloads) -> Iterator[Word]:
    """Everything there is to say about one archive; the last word is its end."""
    me, seen, pages, wanted, damaged = os.getpid(), task.skip, 0, 0, 0
    yield Word(task.file, me, seen)
    try:
        with at_hand(task.archive, downloads) as path:
            span = task.archive.span
            size = task.archive.size_bytes or (path.stat().st_size if path.is_file() else 0)
            first = span[0] if span else 0
            for found in scan(path, wants, task.skip, span):
                seen = found.number
                pages += found.is_page
                wanted += found.capture is not None
                damaged += found.damage is not None
                damage = f"{found.damage.reason}: {found.damage.detail}" if found.damage else None
                if found.capture or damage or seen % REPORT_EVERY == 0:
                    counts = (seen, pages, wanted, damaged, max(0, found.offset - first), size)
                    yield Word(task.file, me, *counts, found.capture, damage)
            yield Word(task.file, me, seen, pages, wanted, damaged, size, size, is_end=True)
    except ArchiveError as error:
        yield Word(task.file, me, seen, pages, wanted, damaged, is_end=True, failure=str(error))


def scan_tasks(
    tasks: Queue[Task | None], words: Queue[Word], topic: TopicPass, downloads: Downloads
) -> None:
    """A scanner process: take tasks until there are none."""
    die_with_parent()
    while (task := tasks.get()) is not None:
        for word in look_through(task, topic.wants, downloads):
            words.put(word)


@dataclass
class Scanners:
    """Processes that look through archives; none outlives the ``with`` it is entered by."""

    tasks: Sequence[Task]
    count: int
    topic: TopicPass
    downloads: Downloads
    _processes: dict[int, SpawnProcess] = field(default_factory=dict)
    _at: dict[int, Word] = field(default_factory=dict)

    def __enter__(self) -> Scanners:
        """Start them: they look while whoever wants their words prepares."""
        context = multiprocessing.get_context("spawn")
        self._queue: Queue[Task | None] = context.Queue()
        self._words: Queue[Word] = context.Queue(WAITING)
        for task in self.tasks:
            self._queue.put(task)
        count = max(1, min(self.count, len(self.tasks)))
        for _ in range(count):
            self._queue.put(None)
        for _ in range(count):
            self._start()
        return self

    def __exit__(self, *_exception: object) -> None:
        for process in self._processes.values():
            process.terminate()
            process.join()
        self._queue.cancel_join_thread()

    def _start(self) -> None:
        process = multiprocessing.get_context("spawn").Process(
            target=scan_tasks,
            args=(self._queue, self._words, self.topic, self.downloads),
            daemon=True,
        )
        process.start()
        self._processes[process.pid or 0] = process

    def words(self) -> Iterator[Word]:
        """What they say, until every task has ended."""
        unfinished = len(self.tasks)
        while unfinished:
            try:
                word = self._words.get(timeout=_PATIENCE)
            except Empty:
                for ended in self._of_the_dead():
                    unfinished -= 1
                    yield ended
                continue
            if word.is_end:
                self._at.pop(word.scanner, None)
            else:
                self._at[word.scanner] = word
            unfinished -= word.is_end
            yield word

    def _of_the_dead(self) -> Iterator[Word]:
        """The end of what scanners were at that died; others take their places."""
        for pid, process in list(self._processes.items()):
            if process.is_alive():
                continue
            del self._processes[pid]
            last = self._at.pop(pid, None)
            if last is None:
                continue
            self._start()
            why = f"its scanner died ({process.exitcode}) behind response {last.seen}"
            yield Word(
                last.file,
                pid,
                *(last.seen, last.pages, last.wanted, last.damaged),
                is_end=True,
                failure=f"{why}; run it again, or take the file apart",
            )
        if not self._processes:
            raise RuntimeError("the scanning processes died; run the backfill again")
