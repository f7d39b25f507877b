"""Backfill over a generated archive, against extracting every page of it.

* ``backfill``: ``araxes backfill``, from its start to the published warehouse;
* ``bare``: `trafilatura.bare_extraction` with metadata under the pipeline's settings, over
  records read from the same file, in as many processes;
* ``text``: the same without metadata;
* the peers a package index offers, in a virtual environment of their own.

The extractors take a sample spread over the whole file, and are judged by pages a second.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from fastwarc.warc import ArchiveIterator, WarcRecordType

from benchmarks.archive import ArchivedPage, archived_pages, write_archive
from benchmarks.memory import cpu_seconds, tree_mb
from benchmarks.throughput import PAGE_SECONDS, START, bare, nothing_to_prepare, text_only
from flows.pools import KillablePool
from flows.scanning import build_topic_pass
from flows.stages.transform import build_pipeline
from transforms.records import RawDocument
from warehouse.store import open_writer

SHARE = 0.02
PEERS = ("news-please", "newspaper4k")
SCRIPT = Path(__file__).with_name("peers.py")
Page = tuple[bytes, str]


@dataclass
class BackfillFigures:
    """What was measured; rates are pages a second of wall time."""

    pages: int
    workers: int
    sample: int = 0
    median_kb: float = 0.0
    megabytes: float = 0.0
    relevant: int = 0
    rates: dict[str, float] = field(default_factory=dict)
    cpu_ms: dict[str, float] = field(default_factory=dict)
    peak_mb: dict[int, float] = field(default_factory=dict)
    wanted: int = 0
    wanted_relevant: int = 0
    checked: int = 0
    found_relevant: int = 0
    found_wanted: int = 0
    stored_relevant: int = 0
    notes: list[str] = field(default_factory=list)

    def ratio(self, name: str) -> float:
        """Backfill's pages a second over those of ``name``."""
        return self.rates["backfill"] / self.rates[name]

    @property
    def recall(self) -> float:
        """Share of the planted pages that the topic pass wants."""
        return self.wanted_relevant / self.relevant

    @property
    def recall_of_extraction(self) -> float:
        """Share of the pages found relevant by full extraction that the pass wants."""
        return self.found_wanted / self.found_relevant


def measure(
    directory: Path, *, pages: int, workers: int, sample: int, seed: int, peers: bool
) -> BackfillFigures:
    """Measure on an archive of ``pages`` pages, and memory on a tenth of it as well.

    Args:
        directory: an empty folder.
        pages: in the archive.
        workers: processes of each.
        sample: pages the extractors take.
        seed: which archive.
        peers: whether to install and measure the peers.
    """
    figures = BackfillFigures(pages, workers)
    path, small = directory / "archive.warc.gz", directory / "small.warc.gz"
    relevant = write_archive(path, pages, SHARE, seed)
    write_archive(small, pages // 10, SHARE, seed)
    figures.relevant, figures.megabytes = len(relevant), path.stat().st_size / 2**20
    _backfill(figures, directory / "small", small, pages // 10)
    _backfill(figures, directory / "whole", path, pages)
    sampled = list(_sampled(path, max(1, pages // sample)))
    figures.sample = len(sampled)
    figures.median_kb = median(len(body) for body, _ in sampled) / 1024
    for name, function in (("bare", bare), ("text", text_only)):
        _extract(figures, name, function, sampled)
    _recall(figures, relevant, pages, seed)
    if peers:
        _peers(figures, directory, sampled[: max(20, sample // 5)])
    return figures


def _backfill(figures: BackfillFigures, warehouse: Path, archive: Path, pages: int) -> None:
    """The command as a user runs it, from its start to its end."""
    began, cpu = time.perf_counter(), sum(os.times()[2:4])
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "backfill", archive, "--warehouse", warehouse],
        env=os.environ | {"ARAXES_WORKERS": str(figures.workers), "PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, tree_mb(process.pid))
        time.sleep(0.25)
    if process.returncode:
        raise RuntimeError(f"araxes backfill ended with {process.returncode}")
    figures.peak_mb[pages] = peak
    figures.rates["backfill"] = pages / (time.perf_counter() - began)
    figures.cpu_ms["backfill"] = 1000 * (sum(os.times()[2:4]) - cpu) / pages
    with open_writer(warehouse, timeout_seconds=None, now=START) as writer:
        figures.wanted = writer.frame("SELECT sum(wanted_count) FROM backfill_file")[1][0][0]
        counted = writer.frame("SELECT count(*) FROM article WHERE is_relevant")
        figures.stored_relevant = counted[1][0][0]


def _sampled(path: Path, every: int) -> Iterator[Page]:
    """Every n-th page of the archive, as any reader of the file would have it."""
    records = ArchiveIterator(str(path), record_types=WarcRecordType.response)
    for number, record in enumerate(records):
        if number % every == 0:
            yield record.reader.read(), record.headers["WARC-Target-URI"]


def _extract(figures: BackfillFigures, name: str, function: object, sampled: list[Page]) -> None:
    pool: KillablePool[Page, int] = KillablePool(
        function,  # type: ignore[arg-type]
        workers=figures.workers,
        seconds=PAGE_SECONDS,
        initialise=nothing_to_prepare,
    )
    with pool:
        for _ in pool.map(sampled[: 4 * figures.workers]):
            pass
        began, cpu = time.perf_counter(), cpu_seconds()
        for _ in pool.map(sampled):
            pass
        figures.rates[name] = len(sampled) / (time.perf_counter() - began)
        figures.cpu_ms[name] = 1000 * (cpu_seconds() - cpu) / len(sampled)


def _recall(figures: BackfillFigures, relevant: list[ArchivedPage], pages: int, seed: int) -> None:
    """The pass against the truth, and against extraction of all planted and as many others."""
    topic, pipeline = build_topic_pass(), build_pipeline()
    others = list(archived_pages(min(pages, 4 * len(relevant)), 0, seed + 1))[::4]
    for page in (*relevant, *others):
        is_wanted = topic.wants(page.html, page.charset)
        figures.wanted_relevant += is_wanted and page.is_relevant
        coded = pipeline.process(RawDocument(page.url, page.url, page.html, charset=page.charset))
        figures.checked += 1
        figures.found_relevant += coded.relevant
        figures.found_wanted += coded.relevant and is_wanted


def _peers(figures: BackfillFigures, directory: Path, sampled: list[Page]) -> None:
    """Install the peers into an environment of their own and let them take a sample."""
    python = directory / "peers" / "bin" / "python"
    folder = directory / "sample"
    folder.mkdir()
    for number, (body, url) in enumerate(sampled):
        (folder / f"{number:05}.html").write_bytes(body)
        (folder / f"{number:05}.url").write_text(url)
    steps = (
        [sys.executable, "-m", "venv", str(python.parent.parent)],
        [str(python), "-m", "pip", "install", "--quiet", *PEERS, "lxml_html_clean"],
        [str(python), "-W", "ignore", str(SCRIPT), str(folder), str(figures.workers)],
    )
    for command in steps:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no word"])[-1]
            figures.notes.append(f"Peers were not measured: {' '.join(command[:4])}: {last}")
            return
    for name, seconds in json.loads(done.stdout).items():
        figures.rates[name] = len(sampled) / seconds
