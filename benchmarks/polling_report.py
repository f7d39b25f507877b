"""The figures of polling as Markdown; alone: ``python -m benchmarks.polling_report [--quick]``."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from benchmarks import polling, schedule
from benchmarks.newsrooms import newsrooms
from benchmarks.tables import table

SEED = 7
WARM_UP = 1
BY_RUNS = 600.0
"""Seconds between the runs of the deployment that ingests by schedule."""


@dataclass(frozen=True, slots=True)
class Results:
    """Feeds polled over loopback, and simulated days; of the days, the stream's is first."""

    polled: polling.Polling
    days: tuple[schedule.Figures, ...]

    @property
    def is_met(self) -> bool:
        """Whether unchanged feeds were polled in time and memory, and the schedule was kept."""
        unchanged = self.polled.rounds[1:]
        stream = self.days[0]
        return (
            all(r.seconds <= polling.GOAL_SECONDS for r in unchanged)
            and all(r.resident_mb <= polling.GOAL_MB for r in unchanged)
            and stream.late == stream.early == 0
        )


def measure(feeds: int, sources: int) -> Results:
    """Poll ``feeds`` over loopback; simulate a day of ``sources``.

    The comparisons take a fifth of the sources: what they give is by source.
    """
    polled = polling.measure(feeds)
    stream = schedule.adapted_day(newsrooms(sources, SEED, WARM_UP + 1), warm_up=WARM_UP)
    stream.name = "adapted, `araxes stream`"
    rooms = newsrooms(max(2, sources // 5), SEED, WARM_UP + 1)
    runs = schedule.adapted_day(rooms, warm_up=WARM_UP, every=BY_RUNS)
    runs.name = "adapted, a run every 10 minutes"
    fixed = [
        schedule.fixed_day(rooms, warm_up=WARM_UP, conditional=conditional)
        for conditional in (True, False)
    ]
    return Results(polled, (stream, runs, *fixed))


def render(results: Results) -> list[str]:
    """The paragraphs and tables."""
    return [*_polled(results.polled), *_days(results.days)]


def _polled(figures: polling.Polling) -> list[str]:
    intro = (
        f"{figures.feeds:,} feeds of 30 items on {figures.served['hosts']:,} loopback addresses, "
        "polled by `discover_feeds` and committed; robots.txt obeyed, one request at a time and a "
        "second's pause for each host. The server is a process of its own on the same machine. A "
        "new client fetches every robots.txt again."
    )
    rows = (
        (
            r.name,
            ", ".join(f"{count:,} {outcome}" for outcome, count in r.outcomes.items()),
            f"{r.poll_seconds:.1f}",
            f"{r.commit_seconds:.1f}",
            f"{r.cpu_seconds:.1f}",
            f"{r.resident_mb:.0f}",
        )
        for r in figures.rounds
    )
    slowest = max(r.seconds for r in figures.rounds[1:])
    verdict = (
        f"**Unchanged feeds: {slowest:.1f} s at most** (goal {polling.GOAL_SECONDS:.0f} s or "
        f"less, {polling.GOAL_MB:.0f} MB or less)."
    )
    head = ("round", "outcome", "poll, s", "commit, s", "CPU, s", "peak resident, MB")
    return [intro, table(head, rows), verdict]


def _days(days: tuple[schedule.Figures, ...]) -> list[str]:
    stream = days[0]
    intro = (
        f"A simulated day of {stream.sources:,} sources (the others: {days[1].sources:,}) after "
        f"{WARM_UP} of warming up, all of them due at its start; what is assumed of newsrooms and "
        "servers stands in `benchmarks/newsrooms.py`. Delay is from an item's appearance in its "
        "feed until the feed is read. Missed items had left their feed before anyone asked: of "
        "bursts longer than the feed."
    )
    rows = (
        (
            day.name,
            f"{day.requests_a_source:.1f}",
            f"{day.kilobytes_a_source:.0f}",
            f"{day.changed / day.requests:.0%}",
            f"{day.middle:.1f}",
            f"{day.delay(0.95):.1f}",
            f"{day.missed / max(1, day.missed + len(day.delays)):.2%}",
        )
        for day in days
    )
    fixed = days[2]
    verdict = (
        f"**{stream.late:,} sources late by more than their interval** (the latest by "
        f"{stream.latest_seconds:.0f} s), **{stream.early:,} asked before they allow**; "
        f"{stream.requests / stream.sources / fixed.requests_a_source:.0%} of the requests and "
        f"{stream.kilobytes_a_source / fixed.kilobytes_a_source:.0%} of the bytes of asking every "
        "15 minutes."
    )
    head = (
        *("", "requests a day and source", "KB a day and source", "with something new"),
        *("delay p50, min", "p95, min", "missed"),
    )
    return [intro, table(head, rows), verdict]


if __name__ == "__main__":
    quick = "--quick" in sys.argv
    print("\n\n".join(render(measure(100 if quick else 1000, 300 if quick else 10_000))))
