"""Pages a second: the whole pipeline against bare trafilatura, on the same pages, in one run.

Both run in the same number of processes with the same extraction settings. They take turns
over chunks of the same pages, so that what else the machine does falls on both alike; the
figure that counts is their ratio. Start-up (processes, imports, automata) is measured apart.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.memory import PeakMemory
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


@dataclass
class Figures:
    """What one run measured; seconds are wall time."""

    pages: int = 0
    median_kb: float = 0.0
    relevant_share: float = 0.0
    bare_seconds: float = 0.0
    pipeline_seconds: float = 0.0
    startup_seconds: float = 0.0
    peak_mb: float = 0.0
    articles: int = 0
    stages: dict[str, float] = field(default_factory=dict)
    ratios: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Pipeline's pages a second over bare trafilatura's."""
        return self.bare_seconds / self.pipeline_seconds


def bare(item: tuple[bytes, str]) -> int:
    """Bare trafilatura on one page; returns the length of its text."""
    from trafilatura import bare_extraction

    html, url = item
    found = bare_extraction(html, url=url, **TRAFILATURA_SETTINGS)
    return len(found.text or "") if found else 0


def start_bare() -> None:
    """Import what bare extraction needs."""
    import trafilatura

    trafilatura.bare_extraction("<html><body><p>warm</p></body></html>", **TRAFILATURA_SETTINGS)


def as_capture(page: GeneratedPage, number: int) -> Capture:
    """A generated page as if it had been fetched."""
    at = START + timedelta(seconds=number)
    return make_capture(
        url=page.url,
        kind="page",
        source_id="bench",
        fetched_at=at,
        body=page.html,
        content_type="text/html",
        charset=page.charset,
        candidate=Candidate(page.url, "bench", published=at),
    )


def measure(directory: Path, *, pages: int, workers: int, chunk: int, seed: int) -> Figures:
    """Run both, chunk by chunk, over ``pages`` generated pages."""
    figures = Figures()
    began = time.perf_counter()
    clock = Clock(START)
    with ExitStack() as stack:
        peer: KillablePool[tuple[bytes, str], int] = stack.enter_context(
            KillablePool(bare, workers=workers, seconds=60, initialise=start_bare)
        )
        pool = stack.enter_context(open_pool(workers, 60))
        archive = CaptureArchive(directory / "captures", "run_bench", clock(), durable=False)
        stack.callback(archive.close)
        setting = Setting("run_bench", clock(), None, load(), {})
        with open_writer(directory, timeout_seconds=None, now=clock()) as writer:
            writer.begin_run("run_bench", "bench", clock(), {})
        warm = [as_capture(page, -1 - number) for number, page in enumerate(sample(seed + 1, 8))]
        list(peer.map([(capture.body, capture.url) for capture in warm]))
        _pipeline(warm, archive, pool, directory, setting, {})
        figures.startup_seconds = time.perf_counter() - began
        memory = stack.enter_context(PeakMemory())
        sizes: list[int] = []
        relevant = 0
        for turn, part in enumerate(chunks(pages, chunk, seed)):
            captures = [as_capture(page, turn * chunk + n) for n, page in enumerate(part)]
            sizes += [len(page.html) for page in part]
            relevant += sum(page.is_relevant for page in part)
            turns = [_bare_turn, _pipeline_turn] if turn % 2 else [_pipeline_turn, _bare_turn]
            seconds = {}
            for take in turns:
                seconds[take.__name__] = take(
                    captures, peer, archive, pool, directory, setting, figures
                )
            figures.bare_seconds += seconds["_bare_turn"]
            figures.pipeline_seconds += seconds["_pipeline_turn"]
            figures.ratios.append(seconds["_bare_turn"] / seconds["_pipeline_turn"])
        figures.pages = len(sizes)
        figures.median_kb = sorted(sizes)[len(sizes) // 2] / 1024
        figures.relevant_share = relevant / len(sizes)
        figures.peak_mb = memory.peak_mb
    with open_writer(directory, timeout_seconds=None, now=clock()) as writer:
        figures.articles = writer.frame("SELECT count(*) FROM article")[1][0][0]
    return figures


def sample(seed: int, count: int) -> list[GeneratedPage]:
    """A few generated pages."""
    return list(generate_pages(count, seed=seed))


def chunks(pages: int, size: int, seed: int) -> Iterator[list[GeneratedPage]]:
    """Generated pages in chunks; the generator's time is nobody's."""
    part: list[GeneratedPage] = []
    for page in generate_pages(pages, seed=seed):
        part.append(page)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part


def _bare_turn(captures: Sequence[Capture], peer: Any, *_: Any) -> float:
    began = time.perf_counter()
    for _length in peer.map([(capture.body, capture.url) for capture in captures]):
        pass
    return time.perf_counter() - began


def _pipeline_turn(
    captures: Sequence[Capture],
    peer: Any,
    archive: CaptureArchive,
    pool: Any,
    directory: Path,
    setting: Setting,
    figures: Figures,
) -> float:
    began = time.perf_counter()
    _pipeline(captures, archive, pool, directory, setting, figures.stages)
    return time.perf_counter() - began


def _pipeline(
    captures: Sequence[Capture],
    archive: CaptureArchive,
    pool: Any,
    directory: Path,
    setting: Setting,
    stages: dict[str, float],
) -> None:
    """HTML to committed warehouse, each stage timed."""
    marks = [time.perf_counter()]
    kept = [keep(capture, archive) for capture in captures]
    marks.append(time.perf_counter())
    processed = list(transform(kept, pool))
    marks.append(time.perf_counter())
    judgement = judge_batch(processed, run_id=setting.run_id, now=setting.now, directory=None)
    marks.append(time.perf_counter())
    commit_batch(judgement, directory=directory, setting=setting)
    marks.append(time.perf_counter())
    names = ("capture (WARC)", "transform", "judge", "decide and commit")
    for name, start, end in zip(names, marks, marks[1:], strict=False):
        stages[name] = stages.get(name, 0.0) + end - start
    stages["relevant"] = stages.get("relevant", 0.0) + sum(
        isinstance(item.result, CodedDocument) and item.result.relevant for item in processed
    )
