"""The benchmarks run and yield every figure; how fast is not judged here."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.run import Size, measure

TINY = Size(
    pages=40,
    batch=20,
    step_pages=8,
    stored=200,
    new=5,
    repetitions=2,
    flat_batches=5,
    flat_size=4,
    starts=1,
    feeds=20,
    sources=20,
    archived=200,
    stream_feeds=3,
    rounds=2,
)


@pytest.mark.soak
def test_a_tiny_run_yields_every_figure(tmp_path: Path) -> None:
    results = measure(TINY, tmp_path)
    figures = results.throughput
    assert figures.pages == 40
    assert figures.median_kb >= 60
    assert set(figures.seconds) == set(figures.cpu) == {"bare", "text", "pipeline"}
    assert all(seconds > 0 for seconds in figures.stages.values())
    assert figures.articles >= 40
    assert figures.peak_mb > 0
    assert len(figures.languages) > 2
    assert len(figures.charsets) > 2
    assert results.steps["mentions"] > 0
    assert results.steps["all of transform"] > results.steps["parse"] > 0
    assert results.growth.stored == 200
    assert results.growth.ratio("whole run") > 0
    assert set(results.memory) == {1, 5}
    assert len(results.latency.seconds["calm"]) == len(results.latency.seconds["busy"]) == 2
    polled = results.polling.polled
    assert [r.outcomes for r in polled.rounds] == [{"parsed": 20}, *[{"unchanged": 20}] * 2]
    assert polled.served["hosts"] == 20
    taken = results.backfill
    assert taken.pages == 200
    assert taken.median_kb >= 60
    assert taken.relevant == 4
    assert taken.recall == taken.recall_of_extraction == 1
    assert set(taken.rates) == {"backfill", "bare", "text"}
    assert list(taken.peak_mb) == [20, 200]
    page = report.render(results)
    for word in (
        "pages/s",
        "decide and commit",
        "MinHash",
        "into none",
        "araxes sql",
        "polled",
        "Recall of the topic pass",
        "From feed to alert",
    ):
        assert word in page
    assert "Off-topic texts" in page
