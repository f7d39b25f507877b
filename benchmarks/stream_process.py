"""A stream in a process of its own, whose clock can be moved on from outside.

    python -m benchmarks.stream_process --warehouse DIR --sources FILE --now ISO --speed 1

Each line on standard input is a number of seconds by which its clock jumps ahead; SIGTERM
ends it, as it ends ``araxes stream``. It is the same stream but for the clock.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from flows.cli.stream import stop_on_signals
from flows.records import IngestRequest
from flows.streaming import run_stream


class MovableClock:
    """Runs on at ``speed`` times the real one, and jumps when told to."""

    def __init__(self, start: datetime, speed: float) -> None:
        self._start, self._speed, self._ahead = start, speed, timedelta()
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        """The moment it is, UTC."""
        passed = (time.monotonic() - self._began) * self._speed
        return self._start + timedelta(seconds=passed) + self._ahead

    def jump(self, seconds: float) -> None:
        """Move ahead."""
        self._ahead += timedelta(seconds=seconds)


def main() -> int:
    """Stream until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--now", type=datetime.fromisoformat, required=True)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--leg", type=float, default=3600.0)
    parser.add_argument("--allow", nargs="*", default=["127.0.0.1"])
    options = parser.parse_args()
    clock = MovableClock(options.now, options.speed)
    stop = stop_on_signals()

    def listen() -> None:
        for line in sys.stdin:
            clock.jump(float(line))

    threading.Thread(target=listen, daemon=True).start()
    request = IngestRequest(
        options.warehouse,
        sources=options.sources,
        alert_horizon=None,
        allow_private=frozenset(options.allow),
    )
    return run_stream(request, stop=stop, clock=clock, leg_seconds=options.leg)


if __name__ == "__main__":
    sys.exit(main())
