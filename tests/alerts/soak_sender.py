"""The sender of the soak, as a process: tells until nothing is left, by a fast clock.

    python soak_sender.py WAREHOUSE SPEED

The clock runs SPEED times as fast as the real one from a fixed moment on, so that minutes of
waiting pass in a blink; the stage, the outbox and the channel are those of every run.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import alerts.webhook as webhook
from dossiers.loader import load
from flows.stages.tell import tell
from warehouse.store import open_writer

STARTED = datetime(2025, 8, 9, 12, tzinfo=UTC)


def main(directory: Path, speed: float) -> None:
    webhook.WebhookChannel.__init__.__kwdefaults__["seconds"] = 1.0
    began = float((directory / "began").read_text())

    def clock() -> datetime:
        return STARTED + timedelta(seconds=(time.time() - began) * speed)

    dossier = load()
    while True:
        tell(directory, clock=clock, dossier=dossier)
        with open_writer(directory, timeout_seconds=60, now=clock()) as writer:
            if writer.frame("SELECT 1 FROM alert WHERE state = 'pending' LIMIT 1")[1] == []:
                return
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
