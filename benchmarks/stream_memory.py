"""Memory of a stream over many items: its own process and its extraction processes, sampled.

    python -m benchmarks.stream_memory --items 100000

The wire names new items in every answer, most of them off topic; the stream's clock runs
sixty times as fast, so that feeds fall due again, and articles for another look.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median

import psutil

from benchmarks.latency import start
from benchmarks.wire import Wire

SPEED = 60
SAMPLE_SECONDS = 5.0
END_SECONDS = 400.0
RELEVANT_EVERY = 200


@dataclass(slots=True)
class Memory:
    """Samples: items served so far, MB of the stream's process, MB of its largest child."""

    items: int
    samples: list[tuple[int, int, int]] = field(default_factory=list)
    seconds: float = 0.0
    exit_code: int | None = None

    def around(self, share: float, *, of_children: bool = False) -> float:
        """The median MB while a share of the items (± a twentieth) had been served."""
        low, high = (share - 0.05) * self.items, (share + 0.05) * self.items
        found = [s[2 if of_children else 1] for s in self.samples if low <= s[0] <= high]
        return median(found)

    @property
    def growth(self) -> float:
        """MB at the end by MB after a fifth."""
        return self.around(0.95) / self.around(0.2)


def measure(directory: Path, *, items: int, feeds: int, patience: float = 36_000.0) -> Memory:
    """Stream ``items`` items of ``feeds`` feeds.

    Raises:
        RuntimeError: the stream ended by itself.
    """
    memory = Memory(items)
    batch = 20
    with Wire(feeds, batch=batch, relevant_every=RELEVANT_EVERY, limit=items) as wire:
        process = start(wire, directory, "--speed", str(SPEED))
        watched, began = psutil.Process(process.pid), time.monotonic()
        clock, first = began, wire.now
        while sum(wire.served.values()) < items or not wire.is_quiet(END_SECONDS / SPEED):
            time.sleep(SAMPLE_SECONDS)
            if process.poll() is not None:
                raise RuntimeError(f"the stream ended by itself with {process.returncode}")
            wire.now = first + timedelta(seconds=(time.monotonic() - clock) * SPEED)
            memory.samples.append(sample(watched, sum(wire.served.values())))
            say(memory, time.monotonic() - began)
            if time.monotonic() - began > patience:
                break
        memory.seconds = time.monotonic() - began
        process.send_signal(signal.SIGTERM)
        memory.exit_code = process.wait(END_SECONDS)
    return memory


def sample(process: psutil.Process, served: int) -> tuple[int, int, int]:
    """Items, MB of the process, MB of its largest child."""
    children = [0]
    for child in process.children():
        try:
            children.append(child.memory_info().rss >> 20)
        except psutil.NoSuchProcess:
            continue
    return served, process.memory_info().rss >> 20, max(children)


def say(memory: Memory, seconds: float) -> None:
    """A line of progress to the error stream."""
    served, own, child = memory.samples[-1]
    print(f"{seconds:.0f} s: {served} items, {own} MB, {child} MB", file=sys.stderr, flush=True)


def main() -> int:
    """Measure and print; 0 when memory stayed flat."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stream_memory", description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--feeds", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="araxes-stream-") as scratch:
        memory = measure(Path(scratch), items=options.items, feeds=options.feeds)
    print(
        f"{options.items} items of {options.feeds} feeds in {memory.seconds:.0f} s: "
        f"{memory.around(0.2):.0f} MB after a fifth, {memory.around(0.95):.0f} MB at the end "
        f"({memory.growth:.2f} times); extraction processes {memory.around(0.2, of_children=True)}"
        f" and {memory.around(0.95, of_children=True)} MB"
    )
    return 0 if memory.growth <= 1.15 else 1


if __name__ == "__main__":
    sys.exit(main())
