"""Fuzzing the parsers: ``python -m benchmarks.fuzz --minutes 10``.

Samples of every kind of input are spoilt at random (seeded) and given to the code that reads
them. A crash is any exception that is not one of the named errors of its room; a hang is an
input that takes longer than `SECONDS`. Both are printed with the seed and number that make
them again, and their input is kept in ``--keep DIR``.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
import traceback
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.fuzz_mutations import spoilt
from benchmarks.fuzz_targets import Target, targets

SECONDS: Final = 20


class Hang(TimeoutError):
    """An input took longer than any may."""


@dataclass(slots=True)
class Finding:
    """An input that a target could not take."""

    target: str
    seed: str
    error: str
    trace: str
    body: bytes


@dataclass(slots=True)
class Report:
    """Executions, seconds and findings; ``slowest`` is (seconds, seed) by target."""

    executions: Counter[str] = field(default_factory=Counter)
    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    findings: list[Finding] = field(default_factory=list)
    slowest: dict[str, tuple[float, str]] = field(default_factory=dict)


@contextmanager
def ringing(seconds: int) -> Iterator[None]:
    """Raise `Hang` inside the block after so many seconds; main thread only."""

    def ring(*_: object) -> None:
        raise Hang(f"longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def once(target: Target, seed: str, report: Report) -> None:
    """One execution: the input is made by ``seed`` alone."""
    body = spoilt(random.Random(seed), target.samples)
    started = time.process_time()
    try:
        with ringing(SECONDS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            target.run(body)
    except Exception as error:
        name = f"{type(error).__name__}: {error}"[:300]
        report.findings.append(Finding(target.name, seed, name, traceback.format_exc(), body))
    took = time.process_time() - started
    report.executions[target.name] += 1
    report.spent[target.name] += took + 1e-5
    if took > report.slowest.get(target.name, (0.0, ""))[0]:
        report.slowest[target.name] = (took, seed)


def fuzz(doors: Sequence[Target], seed: int, *, rounds: int = 0, seconds: float = 0.0) -> Report:
    """Every target ``rounds`` times, then for about ``seconds`` the one that had least of them."""
    report = Report()
    for target in doors:
        for number in range(rounds):
            once(target, f"{seed}/{target.name}/{number}", report)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        target = min(doors, key=lambda door: report.spent[door.name])
        once(target, f"{seed}/{target.name}/{report.executions[target.name]}", report)
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found; 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="targets by name")
    parser.add_argument("--keep", type=Path, help="folder for inputs that were found")
    chosen = parser.parse_args(arguments)
    doors = [t for t in targets() if not chosen.only or t.name in chosen.only]
    report = fuzz(doors, chosen.seed, seconds=chosen.minutes * 60)
    for name, count in report.executions.items():
        took, seed = report.slowest[name]
        print(f"{name:<16} {count:>8,} executions, slowest {took:.2f} s ({seed})")
    unique = {(f.target, f.error[:60]): f for f in report.findings}
    for finding in unique.values():
        print(f"\n{finding.target}, {finding.seed}: {finding.error}\n{finding.trace}")
        if chosen.keep:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            (chosen.keep / finding.seed.replace("/", "_")).write_bytes(finding.body)
    print(f"{report.executions.total():,} executions, {len(report.findings)} crashes")
    return 1 if report.findings else 0


if __name__ == "__main__":
    sys.exit(main())
