"""Streams as real processes: started, watched through the warehouse, told to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.records import FeedState
from tests.conftest import REPOSITORY
from warehouse.errors import WarehouseLocked
from warehouse.read import open_reader
from warehouse.store import open_writer

PATIENCE = 150.0
STEADY = {"ARAXES_BATCH_SIZE": "12"}
"""Small batches, and time enough for servers on a busy machine."""


RUNNING: list[Stream] = []
"""Those a test has started; `end_all` ends what a failed test leaves."""


class Stream:
    """A stream that is running, in a process group of its own.

    With ``speed`` its clock can be moved on by `jump`; without, it is the command itself.
    """

    def __init__(
        self,
        environment: dict[str, str],
        directory: Path,
        catalogue: Path,
        now: str,
        *,
        hosts: list[str],
        movable: bool = False,
        limit_bytes: int | None = None,
        **extra: str,
    ) -> None:
        self.directory = directory
        self.sources = len(tomllib.loads(catalogue.read_text(encoding="utf-8"))["source"])
        common = ["--warehouse", directory, "--sources", catalogue, "--now", now]
        if movable:
            command = ["-m", "benchmarks.stream_process", *common, "--allow", *hosts]
        else:
            allowed = [part for host in hosts for part in ("--allow-private", host)]
            command = ["-m", "flows.cli", "stream", *common, "--alert-horizon", "none", *allowed]
        directory.mkdir(parents=True, exist_ok=True)
        self.log = directory.parent / f"{directory.name}.{time.monotonic_ns()}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, *map(str, command)],
                cwd=REPOSITORY,
                env=environment | extra,
                text=True,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if limit_bytes:
            import resource

            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

        RUNNING.append(self)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def jump(self, seconds: float) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()

    def wait_for(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.4)

    def is_at_work(self) -> bool:
        """Whether it has the run lock: from then on it can be told to stop."""
        try:
            note = json.loads((self.directory / "run.lock.holder").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(note["pid"] == self.process.pid)

    def end(self, number: int = signal.SIGTERM, *, whole_group: bool = False) -> int:
        """Send a signal and wait for the end; the exit code."""
        if whole_group:
            os.killpg(self.process.pid, number)
        else:
            os.kill(self.process.pid, number)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode


def end_all() -> None:
    """Kill what is left, and close what they were spoken to through."""
    while RUNNING:
        stream = RUNNING.pop()
        stream.process.kill()
        stream.process.communicate()


def feeds(directory: Path) -> dict[str, FeedState]:
    """What is committed of the sources: a source is, only once all its items are in."""
    try:
        with open_writer(directory, timeout_seconds=5, now=datetime.now(UTC)) as writer:
            return writer.feed_states()
    except WarehouseLocked:
        return {}


def settled(directory: Path, sources: int, since: datetime | None = None) -> bool:
    """Whether every source was asked (since a moment) and all it named is taken in."""
    if not (directory / "warehouse.duckdb").exists():
        return False
    checked = [state.last_checked for state in feeds(directory).values()]
    return sources == sum(1 for at in checked if at and (since is None or at >= since))


def rows(directory: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(directory) as reader:
        return list(reader.query(sql).rows)


def moment(text: str, **later: float) -> datetime:
    return datetime.fromisoformat(text) + timedelta(**later)
