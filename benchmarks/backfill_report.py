"""The figures of backfill as Markdown.

Alone: ``python -m benchmarks.backfill_report [--quick]``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import backfill
from benchmarks.backfill import BackfillFigures
from benchmarks.tables import table

GOAL_RATIO = 10.0
GOAL_RECALL = 0.99
GOAL_GROWTH = 1.15
"""Peak memory on the whole archive over that on a tenth of it, at most."""
SEED = 7
NAMES = {
    "backfill": "araxes backfill: archive to published warehouse, start-up included",
    "bare": "bare trafilatura, with metadata",
    "text": "bare trafilatura, text only",
    "news-please": "news-please's extraction",
    "newspaper4k": "newspaper4k's extraction",
}


def measure(directory: Path, pages: int, workers: int, *, with_peers: bool) -> BackfillFigures:
    """Measure on an archive of ``pages`` pages; the extractors take a twentieth of it."""
    return backfill.measure(
        directory,
        pages=pages,
        workers=workers,
        sample=max(20, pages // 20),
        seed=SEED,
        peers=with_peers,
    )


def is_met(figures: BackfillFigures) -> bool:
    """Whether the goals are met."""
    return (
        figures.ratio("bare") >= GOAL_RATIO
        and figures.recall >= GOAL_RECALL
        and figures.recall_of_extraction >= GOAL_RECALL
        and growth(figures) <= GOAL_GROWTH
    )


def growth(figures: BackfillFigures) -> float:
    """Peak memory on the whole archive over that on a tenth of it."""
    small, whole = figures.peak_mb.values()
    return whole / small


def render(figures: BackfillFigures) -> list[str]:
    """Rates, recall, memory."""
    intro = (
        f"One gzipped WARC file of {figures.pages:,} generated pages ({figures.megabytes:,.0f} MB, "
        f"median page {figures.median_kb:.0f} KB; eight languages, five layouts whose menus all "
        "name both parties, Unicode and 8-bit charsets, character references), "
        f"{figures.relevant:,} of them on the process, in the words of the development gold. "
        f"{figures.workers} processes each. The extractors took every "
        f"{figures.pages // figures.sample}th page, {figures.sample:,} in all (peers a fifth of "
        "those), without reading the file; all rates are pages a second of wall time."
    )
    rates = table(
        ("", "pages/s", "CPU ms a page", "backfill is"),
        (
            (
                NAMES[name],
                f"{rate:,.1f}",
                f"{figures.cpu_ms[name]:.2f}" if name in figures.cpu_ms else "",
                "" if name == "backfill" else f"{figures.ratio(name):.1f} times as fast",
            )
            for name, rate in figures.rates.items()
        ),
    )
    verdict = (
        f"**{figures.ratio('bare'):.1f} times bare trafilatura's pages/s** (goal {GOAL_RATIO:.0f} "
        f"or more). **Recall of the topic pass {figures.recall:.4f}** of the planted pages, "
        f"{figures.recall_of_extraction:.4f} of those that full extraction finds relevant "
        f"({figures.found_relevant:,} of {figures.checked:,} extracted in full; goal "
        f"{GOAL_RECALL}). It wanted {figures.wanted:,} pages in all; {figures.stored_relevant:,} "
        "relevant articles were stored."
    )
    (few, small), (many, whole) = figures.peak_mb.items()
    memory = (
        f"Peak memory of the command and its processes: {small:,.0f} MB over {few:,} pages, "
        f"{whole:,.0f} MB over {many:,}: **{growth(figures):.2f} times** (goal {GOAL_GROWTH})."
    )
    return [intro, rates, verdict, memory, *figures.notes]


def main() -> int:
    """Measure and print; 0 when the goals are met (or --quick)."""
    is_quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory(prefix="araxes-backfill-") as folder:
        pages = 2000 if is_quick else 20_000
        figures = measure(Path(folder), pages, 2, with_peers=not is_quick)
    print("\n\n".join(render(figures)))
    return 0 if is_quick or is_met(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
