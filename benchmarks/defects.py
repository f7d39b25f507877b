"""A seeded defect injector: what it plants, and which expectation must name it.

Each `Defect` spoils some rows of one suite of a clean batch (`benchmarks.clean_batches`). It
is caught when the expectation it names fails and names the spoiled rows; a batch without
defects must block nothing. The table of `docs/quality.md` is what `measure` found.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from benchmarks.clean_batches import NOW, Row, clean_batch, free_rows
from dossiers.loader import load
from expectations.frames import Rows
from expectations.judge import Counted, judge
from expectations.profile import load_profile
from expectations.sieve import batch_tallies, prepare
from expectations.suites import SCOPES, load_suite, names
from warehouse.judging import open_batch
from warehouse.records import QualityRow

SEEDS = (1, 2)
CLEAN_SEEDS = tuple(range(100, 104))
TOMORROW, ZERO = NOW + timedelta(days=2), datetime(1970, 1, 1, tzinfo=UTC)
Change = Mapping[str, Any] | Callable[[Row], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Defect:
    """What is planted.

    Attributes:
        what: in words.
        suite: whose rows it spoils.
        check: the expectation that must name it.
        change: columns and their new values, or a function of the row that gives them.
        share: of the rows that are spoiled; 0 spoils ``rows`` of them.
        rows: how many are.
        twice: whether a row is there twice instead.
        where: which rows can be spoiled.
    """

    what: str
    suite: str
    check: str
    change: Change | None = None
    share: float = 0.0
    rows: int = 1
    twice: bool = False
    where: Callable[[Row], bool] = lambda row: True


@dataclass(slots=True)
class Found:
    """How one kind of defect fared over all batches."""

    defect: Defect
    severity: str
    planted: int = 0
    caught: int = 0


@cache
def measure() -> tuple[tuple[Found, ...], int, int]:
    """Plant everything in every batch: how each fared, clean batches judged, and blocked."""
    from benchmarks.defect_list import DEFECTS

    severity = {c.name: c.severity for name in names() for c in load_suite(name).checks}
    found = {d.what: Found(d, severity[d.check]) for d in DEFECTS}
    for seed in SEEDS:
        for wave in _waves(DEFECTS):
            _judge_wave(wave, seed, found)
    blocked = sum(bool(criticals(judge_rows(clean_batch(seed)))) for seed in CLEAN_SEEDS)
    return tuple(found.values()), len(CLEAN_SEEDS), blocked


def criticals(results: Sequence[QualityRow]) -> list[QualityRow]:
    """The results that would block something."""
    return [row for row in results if row.severity == "critical" and not row.success]


def judge_rows(rows: Mapping[str, Sequence[Row]]) -> tuple[QualityRow, ...]:
    """Judge rows by all checks of their suites, of batch and warehouse alike."""
    counted = []
    with open_batch() as judged:
        prepare(judged, load(), load_profile(), NOW)
        for name in names():
            suite = load_suite(name)
            for scope in SCOPES:
                if name in rows and suite.of_scope(scope):
                    tallies = batch_tallies(judged, suite, rows[name], scope)
                    counted.append(Counted(name, suite.of_scope(scope), tallies))
    return judge(counted)


def _waves(defects: Sequence[Defect]) -> list[list[Defect]]:
    """Defects planted together, each in rows of its own: those of shares stand alone."""
    together = [[d for d in defects if d.suite == name and not d.share] for name in names()]
    return [wave for wave in together if wave] + [[d] for d in defects if d.share]


def _judge_wave(wave: Sequence[Defect], seed: int, found: Mapping[str, Found]) -> None:
    rng = random.Random(f"{seed} {wave[0].what}")
    rows = clean_batch(seed)
    suite = wave[0].suite
    used: set[str] = set()
    planted = {defect.what: plant(defect, rows, used, rng) for defect in wave}
    results = judge_rows({suite: rows[suite]})
    named: dict[str, set[str]] = {}
    for row in results:
        if not row.success:
            named.setdefault(row.expectation, set()).update(row.unexpected_ids)
    for what, ids in planted.items():
        found[what].planted += 1
        found[what].caught += bool(ids) and ids <= named.get(found[what].defect.check, set())


def plant(defect: Defect, rows: Rows, used: set[str], rng: random.Random) -> set[str]:
    """Spoil rows of a batch that no other defect has spoiled; returns their ids.

    Raises:
        ValueError: the batch has too few rows to spoil.
    """
    table = rows[defect.suite]
    count = round(defect.share * len(table)) if defect.share else defect.rows
    free = [row for row in free_rows(table, used) if defect.where(row)]
    if len(free) < count:
        raise ValueError(f"{defect.what}: {len(free)} rows to spoil, {count} wanted")
    ids = set()
    for row in rng.sample(free, count):
        used.add(str(row["id"]))
        if defect.twice:
            table.append(dict(row))
        if defect.change is not None:
            change = defect.change(row) if callable(defect.change) else defect.change
            row |= change
        ids.add(str(row["id"]))
    used |= ids
    return ids


def render() -> str:
    """The table of defects for `docs/quality.md`."""
    found, clean, blocked = measure()
    planted, caught = sum(f.planted for f in found), sum(f.caught for f in found)
    lines = [
        f"{len(found)} kinds of defects, each planted in {len(SEEDS)} clean batches: "
        f"{caught} of {planted} caught by the expectation that names them "
        f"({100 * caught / planted:.0f} %). {clean} batches without defects: {blocked} blocked.",
        "",
        "| suite | what is planted | expectation | severity | caught |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {f.defect.suite} | {f.defect.what} | `{f.defect.check}` | {f.severity} "
        f"| {f.caught} of {f.planted} |"
        for f in found
    ]
    return "\n".join(lines) + "\n"
