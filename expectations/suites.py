"""Suites as data: what is checked, how strictly, and why.

A suite is a TOML file of ``[[check]]`` tables; adding a check is adding a table. Checks of
the ``warehouse`` suite carry the SQL that computes their number.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

SUITES = Path(__file__).parent / "suites"


class SuiteError(Exception):
    """A suite file is wrong; the message names file, check and key."""


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation over one frame.

    ``expectation`` is a Great Expectations type (``expect_…``); ``kwargs`` its arguments.
    ``sql`` yields one number named like the check, where the warehouse computes it.
    """

    name: str
    frame: str
    expectation: str
    severity: Literal["critical", "warning"]
    why: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    sql: str | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """A named list of checks."""

    name: str
    checks: tuple[Check, ...]

    def of_frame(self, frame: str) -> tuple[Check, ...]:
        """The checks over one frame."""
        return tuple(check for check in self.checks if check.frame == frame)

    @property
    def frames(self) -> tuple[str, ...]:
        """Frame names, in order of first use."""
        return tuple(dict.fromkeys(check.frame for check in self.checks))


@cache
def load_suite(name: str) -> Suite:
    """Read ``suites/NAME.toml``.

    Raises:
        SuiteError: no such suite, or a check with a missing, unknown or wrong key.
    """
    path = SUITES / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in SUITES.glob("*.toml")))
        raise SuiteError(f"no suite {name!r}; there are: {known}")
    with path.open("rb") as file:
        tables = tomllib.load(file).get("check", [])
    checks = tuple(_check(path, number, table) for number, table in enumerate(tables, start=1))
    names = [check.name for check in checks]
    if len(names) != len(set(names)):
        raise SuiteError(f"{path.name}: two checks share a name")
    return Suite(name, checks)


def _check(path: Path, number: int, table: dict[str, Any]) -> Check:
    where = f"{path.name}, check {number} ({table.get('name', 'unnamed')})"
    if table.get("severity") not in ("critical", "warning"):
        raise SuiteError(f'{where}: severity must be "critical" or "warning"')
    try:
        return Check(**table)
    except TypeError as error:
        raise SuiteError(f"{where}: {error}") from None
