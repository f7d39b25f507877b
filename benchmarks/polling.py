"""A thousand unchanged feeds on a thousand hosts, polled and committed.

``discover_feeds`` and the commit of the books are those of an ingestion, with robots.txt
obeyed and the usual delay and concurrency of each host. Three rounds in a process of its own:
everything for the first time (200), unchanged with the same client (304: what ``araxes stream``
does), and unchanged with a new client (304, but every robots.txt is fetched again: what an
ingestion by schedule does).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FEEDS = 1000
GOAL_SECONDS = 10.0
GOAL_MB = 300.0
NOW = datetime(2025, 8, 9, 6, 0, tzinfo=UTC)
ROUNDS = ("first time", "unchanged, same client", "unchanged, new client")


@dataclass(frozen=True, slots=True)
class Round:
    """One round over all feeds.

    Attributes:
        name: one of `ROUNDS`.
        poll_seconds, commit_seconds: waiting for all answers; writing the books.
        cpu_seconds: processor time of both, which a busy machine changes less.
        outcomes: feeds by outcome.
        resident_mb: highest resident memory of the process until then.
    """

    name: str
    poll_seconds: float
    commit_seconds: float
    cpu_seconds: float
    outcomes: dict[str, int]
    resident_mb: float

    @property
    def seconds(self) -> float:
        """The whole round."""
        return self.poll_seconds + self.commit_seconds


@dataclass(frozen=True, slots=True)
class Polling:
    """All rounds, and what the server counted."""

    feeds: int
    rounds: tuple[Round, ...]
    served: dict[str, int]


def measure(feeds: int = FEEDS) -> Polling:
    """Start a server and a process that polls it; their figures."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.feed_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        polled = subprocess.run(
            [sys.executable, "-m", "benchmarks.polling", port, str(feeds)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        told, _ = server.communicate("")
    rounds = tuple(Round(**row) for row in json.loads(polled.stdout.splitlines()[-1]))
    return Polling(feeds, rounds, json.loads(told))


def poll_rounds(directory: Path, port: int, feeds: int) -> list[dict[str, Any]]:
    """The three rounds, in this process; each as the fields of a `Round`."""
    from connectors.policy import FetchPolicy
    from connectors.warc import CaptureArchive
    from dossiers.records import Source
    from flows.web import Web

    hosts = [f"127.{1 + n // 62500}.{n // 250 % 250}.{1 + n % 250}" for n in range(feeds)]
    sources = [
        Source(f"feed-{n}", host, "rss", f"http://{host}:{port}/feed", None, None, "-", "-")
        for n, host in enumerate(hosts)
    ]
    policy = FetchPolicy(allow_private=frozenset(hosts))
    rows = []
    with ExitStack() as stack:
        archive = stack.enter_context(CaptureArchive(directory / "captures", "run_bench", NOW))
        web = stack.enter_context(Web(policy))
        for number, name in enumerate(ROUNDS):
            if name.endswith("new client"):
                web = stack.enter_context(Web(policy))
            now = NOW + timedelta(hours=2 * number)
            rows.append({"name": name, **_round(directory, sources, web, archive, now)})
    return rows


def _round(
    directory: Path, sources: list[Any], web: Any, archive: Any, now: datetime
) -> dict[str, Any]:
    from flows.stages.discover import discover_feeds, pace
    from warehouse.store import open_writer

    with open_writer(directory, timeout_seconds=None, now=now) as writer:
        states = writer.feed_states()
    began, worked = time.perf_counter(), time.process_time()
    found = discover_feeds(sources, states, web=web, clock=lambda: now, archive=archive)
    polled = time.perf_counter()
    paced = pace(found, states, {})
    commit(directory, paced, now)
    done = time.perf_counter()
    return {
        "poll_seconds": polled - began,
        "commit_seconds": done - polled,
        "cpu_seconds": time.process_time() - worked,
        "outcomes": Counter(result.outcome for result in found),
        "resident_mb": peak_mb(),
    }


def commit(directory: Path, results: Any, now: datetime) -> None:
    """Write captures and feed states as a run closes its books."""
    from flows.runs import books
    from warehouse.store import open_writer

    with open_writer(directory, timeout_seconds=None, now=now) as writer:
        writer.commit(books(results, "run_bench", now))


def peak_mb() -> float:
    """Highest resident memory of this process so far (``VmHWM``; ``ru_maxrss`` counts the
    parent's before the fork).
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel tells no peak of resident memory")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="araxes-polling-") as scratch:
        print(json.dumps(poll_rounds(Path(scratch), int(sys.argv[1]), int(sys.argv[2]))))
