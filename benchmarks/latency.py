"""How long from an item's appearance in a feed that is due to its alert, over loopback HTTP.

Every round all feeds fall due at once (the stream's clock jumps), one of them with an item
that alerts; ``busy`` rounds bring off-topic items in the others as well. Seconds count from
the jump to the alert's line in ``alerts.jsonl``: asking the feed, fetching the page, waiting
for company, extraction, judgement, commit and sending are all in them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

from benchmarks.tables import table
from benchmarks.wire import Wire, wait_until

JUMP = timedelta(hours=27)
"""Longer than any pause between two polls of a feed."""
PATIENCE = 120.0
GOAL_SECONDS = 5.0
OTHERS = 40
"""Off-topic items beside the one that alerts, in busy rounds."""


@dataclass(slots=True)
class Latency:
    """Seconds of every round; ``calm`` and ``busy``."""

    feeds: int
    others: int
    seconds: dict[str, list[float]] = field(default_factory=lambda: {"calm": [], "busy": []})

    def p50(self, kind: str) -> float:
        """The median, in seconds."""
        return median(self.seconds[kind])

    def p95(self, kind: str) -> float:
        """The 95th percentile, in seconds."""
        return quantiles(self.seconds[kind], n=20, method="inclusive")[-1]


def measure(directory: Path, *, feeds: int, rounds: int, others: int = OTHERS) -> Latency:
    """Run a stream over ``feeds`` feeds, and time the alerts of ``rounds`` rounds of each kind.

    Args:
        directory: an empty folder.
        feeds: how many feeds are due in every round.
        rounds: how many rounds of each kind.
        others: off-topic items that appear beside the one that alerts, in busy rounds.

    Raises:
        RuntimeError: the stream ended, or an alert did not come.
    """
    latency = Latency(feeds, others)
    with Wire(feeds) as wire:
        process = start(wire, directory)
        try:
            _round(wire, process, directory, 0)  # whatever is only done once
            for number in range(2 * rounds):
                is_busy = bool(number % 2)
                spent = _round(wire, process, directory, others if is_busy else 0)
                latency.seconds["busy" if is_busy else "calm"].append(spent)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)
    return latency


def start(wire: Wire, directory: Path, *more: str) -> subprocess.Popen[bytes]:
    """A stream of the wire in a process of its own, its clock moved through its input."""
    directory.mkdir(parents=True, exist_ok=True)
    catalogue = wire.catalogue(directory / "wire.toml")
    arguments = [
        *("--warehouse", str(directory / "warehouse"), "--sources", str(catalogue)),
        *("--now", wire.now.isoformat(), *more, "--allow", *wire.hosts()),
    ]
    settings = {"ARAXES_HOST_DELAY_SECONDS": "0", "ARAXES_SEEDS": str(directory / "none")}
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.stream_process", *arguments],
        env=os.environ | settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _round(wire: Wire, process: subprocess.Popen[bytes], directory: Path, others: int) -> float:
    wire.now += JUMP
    for number in range(others):
        wire.publish(number % wire.feeds)
    url = wire.publish(wire.feeds // 2, is_relevant=True)
    began = time.perf_counter()
    if process.stdin is None:
        raise RuntimeError("the stream has no input")
    process.stdin.write(f"{JUMP.total_seconds()}\n".encode())
    process.stdin.flush()
    if not wait_until(lambda: url in told(directory) or process.poll() is not None, PATIENCE):
        raise RuntimeError(f"no alert came of {url} in {PATIENCE:g} s")
    if process.poll() is not None:
        raise RuntimeError(f"the stream ended with {process.returncode}")
    spent = time.perf_counter() - began
    wait_until(lambda: wire.is_quiet(2.0), PATIENCE)
    return spent


def told(directory: Path) -> set[str]:
    """Addresses that alerts so far give as evidence."""
    file = directory / "warehouse" / "alerts.jsonl"
    if not file.exists():
        return set()
    lines = file.read_text(encoding="utf-8").splitlines()
    alerts = (json.loads(line) for line in lines if line.endswith("}"))
    return {piece["url"] for alert in alerts for piece in alert["evidence"]}


def render(latency: Latency) -> list[str]:
    """The figures as Markdown."""
    rows = (
        (words, f"{latency.p50(kind):.1f}", f"{latency.p95(kind):.1f}")
        for kind, words in (
            ("calm", "nothing else new"),
            ("busy", f"{latency.others} off-topic items beside it"),
        )
    )
    return [
        "## From feed to alert",
        f"`araxes stream` over {latency.feeds} feeds on loopback, all due at once, one of them "
        f"with an item that alerts; {len(latency.seconds['calm'])} rounds of each kind, seconds "
        f"from the moment they are due to the alert (goal: {GOAL_SECONDS:g} s at the 95th "
        "percentile where nothing else is new).",
        table(("", "median, s", "95th percentile, s"), rows),
    ]
