"""Counting what is wrong: DuckDB looks at every row, and only the few that offend leave it.

Quality is judged elsewhere; here one scan of a relation answers for many conditions at once
how many rows they concern, how many offend, and which. A batch that is not committed yet
becomes typed tables in memory; the warehouse is asked in its published snapshot. Either way
the same conditions run over columns of the same names.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import QueryError
from warehouse.read import literal, open_reader
from warehouse.rows import Loader, Row

IDS_KEPT = 1000
"""Most ids of offending rows kept for one condition; the count is always whole."""
EXAMPLES_KEPT = 3
EXAMPLE_CHARS = 120
MEMORY = "1100MB"
"""What DuckDB may hold while judging a warehouse; beyond it spills to disk."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What makes a row offend.

    Attributes:
        name: of the check, to name it in errors and results.
        offends: SQL over the relation's columns; true for a row that offends.
        concerns: SQL; true for the rows it is asked of. None asks all.
        shows: column whose value is shown as an example.
    """

    name: str
    offends: str
    concerns: str | None = None
    shows: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows a condition concerns, how many offend, the ids of these, some values."""

    rows: int
    offending: int
    ids: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


class Judged:
    """A connection to what is judged; made by `open_batch` or `open_published`."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._loader = Loader(con)

    def table(self, name: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
        """Make a table of the session's own, of typed columns, and fill it."""
        typed = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        self.con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" ({typed})')
        if rows:
            self._loader = Loader(self.con)
            self._loader.insert(name, rows)

    def let(self, name: str, sql: str) -> None:
        """Keep the one value of a query as a variable: ``getvariable('name')`` is a constant."""
        self.con.execute(f"SET VARIABLE {name} = ({sql})")

    def keep(self, name: str, sql: str) -> None:
        """Compute a query once and keep its rows as a table of the session's own.

        Raises:
            QueryError: the SQL is wrong; names the table.
        """
        try:
            self.con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')
        except duckdb.Error as error:
            raise QueryError(f"{name}: {error}") from error

    def view(self, name: str, sql: str) -> None:
        """Name a query, for this session.

        Raises:
            QueryError: the SQL is wrong; names the view.
        """
        try:
            self.con.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')
        except duckdb.Error as error:
            raise QueryError(f"{name}: {error}") from error

    def tally(self, relation: str, conditions: Sequence[Condition]) -> dict[str, Tally]:
        """Answer all conditions in one scan; the relation has a column ``id``.

        Raises:
            QueryError: the SQL of a condition is wrong; names it.
        """
        if not conditions:
            return {}
        try:
            row = self.con.execute(_tally_sql(relation, conditions)).fetchone()
        except duckdb.Error as error:
            if len(conditions) == 1:
                raise QueryError(f"{relation}, {conditions[0].name}: {error}") from error
            for condition in conditions:  # which of them is it?
                self.tally(relation, [condition])
            raise QueryError(f"{relation}: {error}") from error
        values = list(row or ())
        return {
            condition.name: _tally(values[4 * n : 4 * n + 4])
            for n, condition in enumerate(conditions)
        }

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a small query."""
        result = self.con.execute(sql)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def merged(parts: Sequence[Tally]) -> Tally:
    """The tally of a whole from those of its parts."""
    return Tally(
        sum(part.rows for part in parts),
        sum(part.offending for part in parts),
        tuple(sorted(one for part in parts for one in part.ids)[:IDS_KEPT]),
        tuple(sorted(one for part in parts for one in part.examples)[:EXAMPLES_KEPT]),
    )


@contextmanager
def open_batch() -> Iterator[Judged]:
    """An empty session in memory, for rows that are not stored."""
    con = duckdb.connect(":memory:")
    try:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET threads = 1")  # a batch is small, and threads cost more than they save
        yield Judged(con)
    finally:
        con.close()


@contextmanager
def open_published(directory: Path) -> Iterator[Judged]:
    """The published snapshot, with room to spill on the warehouse's own disk.

    Raises:
        WarehouseError: as `warehouse.read.open_reader`.
    """
    with (
        open_reader(directory) as reader,
        tempfile.TemporaryDirectory(prefix="judging-", dir=directory) as spill,
    ):
        reader.con.execute(f"SET memory_limit = '{MEMORY}'")
        reader.con.execute(f"SET temp_directory = {literal(spill)}")
        reader.con.execute("SET preserve_insertion_order = false")
        yield Judged(reader.con)


def _tally_sql(relation: str, conditions: Sequence[Condition]) -> str:
    flags, answers = [], []
    for n, condition in enumerate(conditions):
        concerns = f"coalesce(({condition.concerns}), false)" if condition.concerns else "true"
        flags.append(f"{concerns} AS w{n}")
        flags.append(f"{concerns} AND coalesce(({condition.offends}), false) AS f{n}")
        shown = f'left("{condition.shows}"::VARCHAR, {EXAMPLE_CHARS})' if condition.shows else "''"
        # CASE, not FILTER, which would make every row's example to throw it away.
        example = f"id::VARCHAR || ': ' || coalesce({shown}, 'null')"
        answers += [
            f"count(*) FILTER (WHERE w{n})",
            f"count(*) FILTER (WHERE f{n})",
            f"min(CASE WHEN f{n} THEN id::VARCHAR END, {IDS_KEPT})",
            f"min(CASE WHEN f{n} THEN {example} END, {EXAMPLES_KEPT})",
        ]
    return (
        f"SELECT {', '.join(answers)} FROM (SELECT *, {', '.join(flags)} "
        f'FROM "{relation}" AS judged)'
    )


def _tally(values: Sequence[Any]) -> Tally:
    rows, offending, ids, examples = values
    return Tally(int(rows), int(offending), tuple(ids or ()), tuple(examples or ()))
