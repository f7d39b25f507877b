"""Resident memory of this process and its children: its peak, and whether it stays flat."""

from __future__ import annotations

import threading

import psutil


class PeakMemory:
    """Samples resident memory while entered; ``peak_mb`` is the highest sum.

    Args:
        apart: process ids that are not counted (of what is measured beside).
    """

    def __init__(self, apart: frozenset[int] = frozenset()) -> None:
        self.peak_mb = 0.0
        self._apart = apart
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        # A sample reads /proc of every process, so it is not taken often.
        while not self._done.wait(0.25):
            self.peak_mb = max(self.peak_mb, *[sum(resident_mb(self._apart))])


def resident_mb(apart: frozenset[int] = frozenset()) -> tuple[float, float]:
    """Megabytes resident in this process, and in all its children."""
    own = psutil.Process()
    children = 0
    for process in own.children(recursive=True):
        try:
            if process.pid not in apart:
                children += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return own.memory_info().rss / 2**20, children / 2**20


def tree_mb(pid: int) -> float:
    """Megabytes resident in a process and all below it; 0 when it is gone."""
    total = 0.0
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return total
    for member in family:
        try:
            total += member.memory_info().rss / 2**20
        except psutil.NoSuchProcess:
            continue
    return total


def child_pids() -> frozenset[int]:
    """The processes this one has started, and those they have."""
    return frozenset(process.pid for process in psutil.Process().children(recursive=True))


def cpu_seconds() -> float:
    """Processor time of this process and its living children."""
    own = psutil.Process()
    total = 0.0
    for process in [own, *own.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total
