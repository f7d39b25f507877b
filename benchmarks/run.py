"""Measure everything and write ``benchmarks/RESULTS.md``: ``python -m benchmarks.run``."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    backfill_report,
    growth,
    latency,
    polling_report,
    report,
    start,
    steps,
    throughput,
)

RESULTS = Path(__file__).parent / "RESULTS.md"
WORKERS = 2
SEED = 7


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    pages: int
    batch: int
    step_pages: int
    stored: int
    new: int
    repetitions: int
    flat_batches: int
    flat_size: int
    starts: int
    feeds: int
    sources: int
    archived: int
    stream_feeds: int
    rounds: int


FULL = Size(5000, 200, 300, 200_000, 100, 5, 50, 40, 7, 1000, 10_000, 20_000, 100, 20)
QUICK = Size(600, 100, 60, 20_000, 50, 2, 20, 20, 3, 100, 300, 2000, 20, 3)


def measure(size: Size, scratch: Path) -> report.Results:
    """Run all the benchmarks in folders below ``scratch``."""
    say(f"throughput: {size.pages} pages, three ways")
    figures = throughput.measure(
        _folder(scratch, "throughput"),
        pages=size.pages,
        workers=WORKERS,
        chunk=size.batch,
        seed=SEED,
        progress=lambda done: say(f"  {done} of {size.pages} pages"),
    )
    say("steps of a page")
    costs = steps.measure(size.step_pages, SEED)
    say(f"memory over {size.flat_batches} batches")
    flat = throughput.flatness(
        _folder(scratch, "memory"),
        batches=size.flat_batches,
        size=size.flat_size,
        workers=WORKERS,
        early=max(1, size.flat_batches // 5),
    )
    say(f"growth: {size.new} new articles into {size.stored} and into none")
    grown = growth.measure(
        _folder(scratch, "growth"),
        stored=size.stored,
        new=size.new,
        repetitions=size.repetitions,
        progress=lambda text: say(f"  {text}"),
    )
    say("start-up")
    started = start.measure(scratch / "growth" / f"none-{size.repetitions - 1}", size.starts)
    say(f"polling: {size.feeds} feeds over loopback, a simulated day of {size.sources}")
    polled = polling_report.measure(size.feeds, size.sources)
    say(f"backfill: an archive of {size.archived} pages")
    taken = backfill_report.measure(
        _folder(scratch, "backfill"), size.archived, WORKERS, with_peers=size.archived >= 20_000
    )
    say(f"latency: {size.stream_feeds} feeds streamed, {size.rounds} rounds of each kind")
    folder = _folder(scratch, "latency")
    late = latency.measure(folder, feeds=size.stream_feeds, rounds=size.rounds)
    today = datetime.now(UTC).date()
    return report.Results(figures, costs, grown, flat, started, polled, taken, late, today)


def say(text: str) -> None:
    """Progress goes to the error stream."""
    print(text, file=sys.stderr, flush=True)


def _folder(scratch: Path, name: str) -> Path:
    folder = scratch / name
    folder.mkdir()
    return folder


def main(arguments: list[str] | None = None) -> int:
    """Measure and write; 0 when the goals are met, 1 when one is missed (never for --quick)."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--pages", type=int, help="generated pages (5,000; --quick: 600)")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, no verdict")
    parser.add_argument("--output", type=Path, help="where to write (RESULTS.md; --quick: shown)")
    options = parser.parse_args(arguments)
    size = QUICK if options.quick else FULL
    if options.pages:
        size = Size(**{**{n: getattr(size, n) for n in Size.__slots__}, "pages": options.pages})
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with tempfile.TemporaryDirectory(prefix="araxes-bench-") as scratch:
        results = measure(size, Path(scratch))
    page = report.render(results)
    output = options.output or (None if options.quick else RESULTS)
    if output:
        output.write_text(page, encoding="utf-8")
        say(f"written to {output}")
    print(page)
    met = (
        results.throughput.ratio("bare") >= report.GOAL_RATIO
        and results.growth.ratio("whole run") <= report.GOAL_GROWTH
        and results.polling.is_met
        and backfill_report.is_met(results.backfill)
        and results.latency.p95("calm") <= latency.GOAL_SECONDS
    )
    return 0 if met or options.quick else 1


if __name__ == "__main__":
    sys.exit(main())
