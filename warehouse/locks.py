"""Two file locks: one for whoever writes, one for whole ingestion runs.

DuckDB allows one writing process a file, so every writer waits on ``warehouse.lock``, reads
its state and commits inside it. A run holds ``run.lock`` from its discovery to its last
send: a poll that finds it held yields, the daily run waits. The system frees both when their
holder dies, however it dies; Prefect's limits are only courtesy.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from warehouse.errors import WarehouseLocked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

WRITE_LOCK = "warehouse.lock"
RUN_LOCK = "run.lock"
WANTED = "run.lock.wanted."
"""Before the number of a process that waits for the run lock."""


@contextmanager
def held(
    directory: Path, name: str, *, timeout_seconds: float | None, purpose: str, now: datetime
) -> Iterator[None]:
    """Hold a lock of the directory; ``timeout_seconds`` None waits for ever, 0 not at all.

    Raises:
        WarehouseLocked: not had in time; says which process holds it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(directory / name, timeout=-1 if timeout_seconds is None else timeout_seconds)
    try:
        lock.acquire(poll_interval=0.05)
    except Timeout:
        raise WarehouseLocked(
            f"{directory / name}: held by {holder(directory, name)} for more than "
            f"{timeout_seconds:g} s. Wait for it to end, or stop it, and run again."
        ) from None
    side = _side_file(directory, name)
    try:
        note = {"pid": os.getpid(), "purpose": purpose, "since": now.isoformat()}
        # Only a courtesy to whoever waits: a full disk must not keep a writer out.
        with suppress(OSError):
            side.write_text(json.dumps(note), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            side.unlink(missing_ok=True)
        lock.release()


def is_held(directory: Path, name: str) -> bool:
    """Whether a living process holds a lock of the directory; it is not waited for."""
    if not (directory / name).exists():
        return False
    lock = FileLock(directory / name, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def holder(directory: Path, name: str) -> str:
    """Who holds a lock, as the holder noted it: ``process 4711 (ingest, since …)``."""
    try:
        note = json.loads(_side_file(directory, name).read_text(encoding="utf-8"))
        return f"process {note['pid']} ({note['purpose']}, since {note['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


@contextmanager
def run_lock(
    directory: Path, *, wait: bool, now: datetime, purpose: str = "ingest"
) -> Iterator[bool]:
    """The lock for a whole ingestion run; yields whether it was had.

    With ``wait`` it waits as long as it takes (daily runs); without, it yields False at once
    when another run is under way (polls). Who waits says so beside the lock, for a run
    without an end to make way (`is_wanted`).
    """
    wish = directory / f"{WANTED}{os.getpid()}"
    if wait:
        directory.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):
            wish.touch()
    lock = held(
        directory, RUN_LOCK, timeout_seconds=None if wait else 0.0, purpose=purpose, now=now
    )
    try:
        lock.__enter__()
    except WarehouseLocked:
        yield False
        return
    finally:
        if wait:
            wish.unlink(missing_ok=True)
    try:
        yield True
    finally:
        lock.__exit__(None, None, None)


def is_wanted(directory: Path) -> bool:
    """Whether a living process waits for the run lock; wishes of the dead are swept away."""
    for wish in directory.glob(f"{WANTED}*"):
        number = wish.name.removeprefix(WANTED)
        if number.isdecimal() and _is_alive(int(number)):
            return True
        wish.unlink(missing_ok=True)
    return False


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, and alive
        return True
    return True


def _side_file(directory: Path, name: str) -> Path:
    return directory / f"{name}.holder"
