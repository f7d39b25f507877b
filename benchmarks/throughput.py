"""Pages a second: the whole pipeline against bare trafilatura, on the same pages, in one run.

Three take turns over chunks of the same pages, so that what else the machine does falls on
all alike; the figures that count are the ratios:

* ``bare``: `trafilatura.bare_extraction` with metadata, under the pipeline's settings;
* ``text``: the same without metadata, the least that an extraction can cost;
* ``pipeline``: from HTML to the committed warehouse, with the stages, the batch size, the
  archive's fsyncs and the quality folder of a real run.

All three run in pools of the same kind and size. Start-up (processes, imports, automata) is
measured apart; what generates the pages runs between the turns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from trafilatura import bare_extraction

from benchmarks.memory import PeakMemory, child_pids, cpu_seconds, resident_mb
from connectors.captures import make_capture
from connectors.records import Candidate, Capture
from connectors.warc import CaptureArchive
from demo.pages import GeneratedPage, generate_pages
from dossiers.loader import load
from flows.pools import KillablePool
from flows.records import Clock
from flows.stages.capture import keep
from flows.stages.commit import commit_batch
from flows.stages.decide import Setting
from flows.stages.judge import judge_batch
from flows.stages.transform import open_pool, transform
from transforms.extract import TRAFILATURA_SETTINGS
from transforms.records import CodedDocument
from warehouse.store import open_writer

START = datetime(2025, 8, 10, tzinfo=UTC)
RUN = "run_bench"
PAGE_SECONDS = 60.0
STAGES = ("capture (WARC, fsync)", "transform", "judge", "decide and commit")


@dataclass
class Figures:
    """What one run measured; seconds are wall time, ``cpu`` processor time, sums over all."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    startup: dict[str, float] = field(default_factory=dict)
    ratios: dict[str, list[float]] = field(default_factory=lambda: {"bare": [], "text": []})
    sizes: list[int] = field(default_factory=list)
    languages: set[str] = field(default_factory=set)
    charsets: set[str] = field(default_factory=set)
    workers: int = 0
    chunk: int = 0
    planted_relevant: int = 0
    found_relevant: int = 0
    articles: int = 0
    events: int = 0
    peak_mb: float = 0.0
    warehouse_mb: float = 0.0

    @property
    def pages(self) -> int:
        """How many pages each took."""
        return len(self.sizes)

    @property
    def median_kb(self) -> float:
        """Median size of a page."""
        return median(self.sizes) / 1024

    def rate(self, name: str) -> float:
        """Pages a second of ``bare``, ``text`` or ``pipeline``."""
        return self.pages / self.seconds[name]

    def ratio(self, name: str) -> float:
        """The pipeline's pages a second over those of ``name``."""
        return self.rate("pipeline") / self.rate(name)


def bare(item: tuple[bytes, str]) -> int:
    """Bare trafilatura on one page; returns the length of its text."""
    return _length(item, TRAFILATURA_SETTINGS)


def text_only(item: tuple[bytes, str]) -> int:
    """The same without metadata."""
    return _length(item, TRAFILATURA_SETTINGS | {"with_metadata": False})


def _length(item: tuple[bytes, str], settings: dict[str, Any]) -> int:
    found = bare_extraction(item[0], url=item[1], **settings)
    return len(getattr(found, "text", None) or "")


def nothing_to_prepare() -> None:
    """Importing this module has imported trafilatura."""


def as_capture(page: GeneratedPage, number: int) -> Capture:
    """A generated page as if it had been fetched, ``number`` seconds after `START`."""
    return make_capture(
        url=page.url,
        kind="page",
        source_id="bench",
        fetched_at=START + timedelta(seconds=number),
        body=page.html,
        content_type="text/html",
        charset=page.charset,
        candidate=Candidate(page.url, "bench", published=page.published),
    )


class Contest:
    """The three, ready to take turns."""

    def __init__(self, directory: Path, workers: int, stack: ExitStack) -> None:
        self.directory = directory
        self.figures = Figures(workers=workers)
        self.bare = self._started("bare", stack, lambda: _peer(bare, workers), self._warm_peer)
        self.text = self._started("text", stack, lambda: _peer(text_only, workers), self._warm_peer)
        self.apart = child_pids()
        self.pool = self._started(
            "pipeline", stack, lambda: open_pool(workers, PAGE_SECONDS), self._warm_pipeline
        )
        self.archive = CaptureArchive(directory / "captures", RUN, START)
        stack.callback(self.archive.close)
        clock = Clock(START)
        self.setting = Setting(RUN, clock(), None, load(), {})
        with open_writer(directory, timeout_seconds=None, now=clock()) as writer:
            writer.begin_run(RUN, "bench", clock(), {})
        began = time.perf_counter()
        self.take_in(warm_captures(8), {})
        self.figures.startup["first batch (imports of Great Expectations)"] = (
            time.perf_counter() - began
        )

    def _started(
        self, name: str, stack: ExitStack, make: Callable[[], Any], warm: Callable[[Any], None]
    ) -> Any:
        began = time.perf_counter()
        pool = stack.enter_context(make())
        warm(pool)
        self.figures.startup[f"{name}: processes ready"] = time.perf_counter() - began
        return pool

    def _warm_peer(self, pool: Any) -> None:
        _drain(pool, warm_captures(4))

    def _warm_pipeline(self, pool: Any) -> None:
        for _ in transform(warm_captures(4), pool):
            pass

    def turn(self, number: int, captures: Sequence[Capture]) -> None:
        """Let all three take the same captures, in rotating order."""
        takes: list[tuple[str, Callable[[], object]]] = [
            ("bare", lambda: _drain(self.bare, captures)),
            ("pipeline", lambda: self.take_in(captures, self.figures.stages)),
            ("text", lambda: _drain(self.text, captures)),
        ]
        spent: dict[str, float] = {}
        for name, take in takes[number % 3 :] + takes[: number % 3]:
            began, cpu = time.perf_counter(), cpu_seconds()
            take()
            spent[name] = time.perf_counter() - began
            self.figures.seconds[name] = self.figures.seconds.get(name, 0.0) + spent[name]
            self.figures.cpu[name] = self.figures.cpu.get(name, 0.0) + cpu_seconds() - cpu
        for name, ratios in self.figures.ratios.items():
            ratios.append(spent[name] / spent["pipeline"])

    def take_in(self, captures: Sequence[Capture], stages: dict[str, float]) -> None:
        """One batch of the pipeline, HTML to committed warehouse, each stage timed."""
        marks = [time.perf_counter()]
        kept = [keep(capture, self.archive) for capture in captures]
        marks.append(time.perf_counter())
        processed = list(transform(kept, self.pool))
        marks.append(time.perf_counter())
        judgement = judge_batch(
            processed,
            run_id=RUN,
            now=self.setting.now,
            directory=self.directory / "quality",
        )
        marks.append(time.perf_counter())
        commit_batch(judgement, directory=self.directory, setting=self.setting)
        marks.append(time.perf_counter())
        for name, start, end in zip(STAGES, marks, marks[1:], strict=False):
            stages[name] = stages.get(name, 0.0) + end - start
        self.figures.found_relevant += sum(
            isinstance(item.result, CodedDocument) and item.result.relevant for item in processed
        )


def measure(
    directory: Path,
    *,
    pages: int,
    workers: int,
    chunk: int,
    seed: int,
    progress: Callable[[int], None] = lambda done: None,
) -> Figures:
    """Let the three take turns over ``pages`` generated pages, ``chunk`` at a time.

    Args:
        directory: an empty folder for the warehouse.
        pages: how many.
        seed: which.
        workers: processes of each pool (only one pool works at a time).
        chunk: pages a turn, which is the pipeline's batch size.
        progress: told how many pages are done.
    """
    with ExitStack() as stack:
        contest = Contest(directory, workers, stack)
        figures = contest.figures
        figures.chunk, figures.found_relevant = chunk, 0
        with PeakMemory(contest.apart) as memory:
            for turn, part in enumerate(chunks(pages, chunk, seed)):
                captures = [as_capture(page, turn * chunk + n) for n, page in enumerate(part)]
                figures.sizes += [len(page.html) for page in part]
                figures.languages |= {page.language for page in part}
                figures.charsets |= {page.charset for page in part}
                figures.planted_relevant += sum(page.is_relevant for page in part)
                contest.turn(turn, captures)
                progress(figures.pages)
        figures.peak_mb = memory.peak_mb
    with open_writer(directory, timeout_seconds=None, now=START) as writer:
        figures.articles = writer.frame("SELECT count(*) FROM article")[1][0][0]
        figures.events = writer.frame("SELECT count(*) FROM event")[1][0][0]
        writer.checkpoint()
    figures.warehouse_mb = (directory / "warehouse.duckdb").stat().st_size / 2**20
    return figures


def flatness(
    directory: Path, *, batches: int, size: int, workers: int, early: int
) -> dict[int, tuple[float, float]]:
    """Megabytes of the parent and of its workers after ``early`` and after all batches.

    Args:
        directory: an empty folder for the warehouse.
        batches: how many.
        size: pages a batch.
        workers: extraction processes.
        early: after how many batches to look first.
    """
    seen: dict[int, tuple[float, float]] = {}
    with ExitStack() as stack:
        contest = Contest(directory, workers, stack)
        for number, part in enumerate(chunks(batches * size, size, seed=77), start=1):
            captures = [as_capture(page, number * size + n) for n, page in enumerate(part)]
            contest.take_in(captures, {})
            if number in (early, batches):
                seen[number] = resident_mb(contest.apart)
    return seen


def warm_captures(count: int) -> list[Capture]:
    """Captures of pages that are not among the measured ones."""
    pages = generate_pages(count, seed=-1)
    return [as_capture(page, -1 - number) for number, page in enumerate(pages)]


def chunks(pages: int, size: int, seed: int) -> Iterator[list[GeneratedPage]]:
    """Generated pages in chunks."""
    part: list[GeneratedPage] = []
    for page in generate_pages(pages, seed=seed):
        part.append(page)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _peer(
    function: Callable[[tuple[bytes, str]], int], workers: int
) -> KillablePool[tuple[bytes, str], int]:
    return KillablePool(
        function, workers=workers, seconds=PAGE_SECONDS, initialise=nothing_to_prepare
    )


def _drain(pool: KillablePool[tuple[bytes, str], int], captures: Sequence[Capture]) -> None:
    for _length_of_text in pool.map([(capture.body, capture.url) for capture in captures]):
        pass
