"""Suites as data: what is judged, by what expectation, how strictly, and why.

A suite is one readable TOML file: the relation it judges (its columns with their types, and
the SQL that yields them from the warehouse) and ``[[check]]`` tables. Adding a check is
adding a table; what the expectations mean is in `expectations/news/`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

SUITES = Path(__file__).parent / "suites"
Scope = Literal["batch", "warehouse"]
SCOPES: tuple[Scope, ...] = ("batch", "warehouse")


class SuiteError(Exception):
    """A suite file is wrong; the message names file, check and key."""


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation of one relation.

    Attributes:
        name: unique over all suites; what results and quarantine call it.
        expectation: its type (``expect_…``).
        severity: critical blocks the row; warning is recorded.
        kwargs: arguments of the expectation; ``column`` and other ``…_column`` are columns.
        where: SQL; the rows it is asked of. None asks all.
        scope: where it can be asked: of a ``batch`` before it is committed, of the
            ``warehouse``, or, where None, of both.
    """

    name: str
    expectation: str
    severity: Literal["critical", "warning"]
    why: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    where: str | None = None
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """A named list of checks of one relation.

    Attributes:
        name: of the file, and of the relation.
        columns: name and DuckDB type of what a row has; ``id`` names the row.
        sql: yields these columns from the warehouse; where ``chunk`` is set, of the articles
            with numbers over ``getvariable('low')`` up to ``getvariable('high')``.
        tables: queries ``sql`` reads, by name: computed once and kept meanwhile.
        parts: such queries computed anew for every chunk.
        again: the table of `tables` or `parts` in which a row is compared with others.
        chunk: query for the highest article number, where texts are judged part by part, so
            that no join has to hold them all.
        batch: whether a batch has such rows before it is committed.
    """

    name: str
    checks: tuple[Check, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    sql: str = ""
    tables: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    again: str = ""
    chunk: str = ""
    batch: bool = True

    def of_scope(self, scope: Scope) -> tuple[Check, ...]:
        """The checks that can be asked of a batch, or of the warehouse."""
        if scope == "batch" and not self.batch:
            return ()
        return tuple(check for check in self.checks if check.scope in (None, scope))


def names() -> tuple[str, ...]:
    """The suites there are, in the order things come into being."""
    order = ("captures", "articles", "mentions", "event_mentions", "events", "sources", "runs")
    found = {path.stem for path in SUITES.glob("*.toml")}
    return (*(name for name in order if name in found), *sorted(found - set(order)))


@cache
def load_suite(name: str) -> Suite:
    """Read ``suites/NAME.toml``.

    Raises:
        SuiteError: no such suite, or a check with a missing, unknown or wrong key.
    """
    path = SUITES / f"{name}.toml"
    if not path.is_file():
        raise SuiteError(f"no suite {name!r}; there are: {', '.join(names())}")
    with path.open("rb") as file:
        data = tomllib.load(file)
    tables = data.pop("check", [])
    checks = tuple(_check(path, number, table) for number, table in enumerate(tables, start=1))
    called = [check.name for check in checks]
    if len(called) != len(set(called)):
        raise SuiteError(f"{path.name}: two checks share a name")
    try:
        suite = Suite(name, checks, **data)
    except TypeError as error:
        raise SuiteError(f"{path.name}: {error}") from None
    for check in checks:
        _known_columns(path, check, suite.columns)
    return suite


def load_suites() -> tuple[Suite, ...]:
    """Every suite."""
    return tuple(load_suite(name) for name in names())


def _check(path: Path, number: int, table: dict[str, Any]) -> Check:
    where = f"{path.name}, check {number} ({table.get('name', 'unnamed')})"
    if table.get("severity") not in ("critical", "warning"):
        raise SuiteError(f'{where}: severity must be "critical" or "warning"')
    if table.get("scope") not in (None, *SCOPES):
        raise SuiteError(f'{where}: scope must be "batch" or "warehouse", or be left out')
    try:
        return Check(**table)
    except TypeError as error:
        raise SuiteError(f"{where}: {error}") from None


def _known_columns(path: Path, check: Check, columns: Mapping[str, str]) -> None:
    for key, value in check.kwargs.items():
        if (key == "column" or key.endswith("_column")) and value not in columns:
            raise SuiteError(
                f"{path.name}, {check.name}: no column {value!r}; there are: {', '.join(columns)}"
            )
