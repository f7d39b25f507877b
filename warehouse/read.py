"""Reading what is published: read-only, one whole run a connection.

Imports DuckDB and the standard library only, so that a query starts about as fast as bare
DuckDB. The symlink is resolved once, before opening, so that a publication in between
changes nothing for a query under way.

A session of somebody who opened the snapshot for writing (only root can) either locks it or
leaves a write-ahead log beside it. Neither reaches a reader: it then reads a private copy
of the snapshot's own file, which holds exactly what was published.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from warehouse import snapshots
from warehouse.as_of import shadow
from warehouse.connection import connect_reader
from warehouse.errors import NoSnapshot, QueryError, SnapshotAltered, WarehouseLocked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ATTEMPTS = 5
"""A snapshot can be pruned between resolving the symlink and opening it; look again then."""


class Result(NamedTuple):
    """Columns and rows of a query; values are DuckDB's Python values, times UTC-aware."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def records(self) -> list[dict[str, Any]]:
        """The rows as dictionaries of plain JSON values: dates and times in ISO 8601."""
        return [
            {name: plain(value) for name, value in zip(self.columns, row, strict=True)}
            for row in self.rows
        ]


class Reader:
    """A read-only connection to one published snapshot; made by `open_reader`."""

    def __init__(self, con: duckdb.DuckDBPyConnection, snapshot: Path) -> None:
        self.con = con
        self.snapshot = snapshot

    def query(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Result:
        """Run SQL and fetch everything; parameters are ``?`` or ``$name``.

        Parameters travel as literals of an ``EXECUTE``, since DuckDB's client imports pandas
        (0.4 s) to look at the first one it is given.

        Raises:
            QueryError: the SQL is wrong, or would write.
        """
        try:
            if params:
                self.con.execute(f"PREPARE araxes_query AS {sql}")
                sql = f"EXECUTE araxes_query({_arguments(params)})"
            result = self.con.execute(sql)
            columns = tuple(d[0] for d in result.description or ())
            return Result(columns, tuple(result.fetchall()))
        except duckdb.Error as error:
            raise QueryError(str(error)) from error


@contextmanager
def open_reader(
    directory: Path, *, as_of: datetime | None = None, is_sandboxed: bool = False
) -> Iterator[Reader]:
    """Open the published snapshot of a warehouse directory.

    Args:
        directory: the warehouse directory.
        as_of: show what was believed at that time instead of now (see `warehouse.as_of`).
        is_sandboxed: for SQL of strangers: no files, no network, no settings.

    Raises:
        NoSnapshot: nothing is published there.
        SnapshotAltered: somebody wrote into the snapshot and checkpointed.
        WarehouseTooNew, WarehouseCorrupt.
    """
    with tempfile.TemporaryDirectory(prefix="araxes-") as scratch:
        con, snapshot = _connected(directory, Path(scratch))
        try:
            if as_of is not None:
                shadow(con, as_of)
            if is_sandboxed:
                con.execute("SET enable_external_access = false")
                con.execute("SET lock_configuration = true")
            yield Reader(con, snapshot)
        finally:
            con.close()


def query(
    directory: Path,
    sql: str,
    params: Sequence[Any] | Mapping[str, Any] = (),
    *,
    as_of: datetime | None = None,
) -> Result:
    """One query over the published snapshot; errors as `open_reader` and `Reader.query`."""
    with open_reader(directory, as_of=as_of) as reader:
        return reader.query(sql, params)


def scalar(directory: Path, sql: str, params: Sequence[Any] = ()) -> float:
    """The one number a query gives, null as 0.

    Raises:
        QueryError: the query gives no row.
    """
    _, rows = query(directory, sql, params)
    if not rows:
        raise QueryError(f"no row, where one number was asked for: {sql}")
    return float(rows[0][0] or 0)


def parse_moment(text: str) -> datetime:
    """An ISO date (its end, UTC) or an ISO time (UTC where it names no zone).

    Raises:
        ValueError: neither.
    """
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day, time.max, UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _arguments(params: Sequence[Any] | Mapping[str, Any]) -> str:
    if isinstance(params, dict):
        return ", ".join(f"{name} := {literal(value)}" for name, value in params.items())
    return ", ".join(literal(value) for value in params)


def literal(value: Any) -> str:
    """A value as an SQL literal; strings have no escapes in DuckDB but the doubled quote.

    Raises:
        TypeError: a type that no query of ours takes.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(value)
    if isinstance(value, float):
        return f"{value!r}::DOUBLE"
    if isinstance(value, str):
        return "'" + value.replace("\0", "\ufffd").replace("'", "''") + "'"
    if isinstance(value, datetime):
        return f"TIMESTAMPTZ '{value.isoformat()}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(item) for item in value)}]"
    raise TypeError(f"cannot ask with a {type(value).__name__}: {value!r}")


def plain(value: Any) -> Any:
    """A DuckDB value as a plain JSON value."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _connected(directory: Path, scratch: Path) -> tuple[duckdb.DuckDBPyConnection, Path]:
    for attempt in range(ATTEMPTS):
        snapshot = snapshots.current(directory)
        if snapshot is None:
            break
        try:
            return _opened(snapshot, scratch / str(attempt)), snapshot
        except OSError:
            continue
        except Exception:
            if snapshot.exists():
                raise
    raise NoSnapshot(
        f"{directory / snapshots.LINK}: nothing is published here yet. Run `araxes ingest` with "
        f"--warehouse {directory} first, or name another directory."
    )


def _opened(snapshot: Path, scratch: Path) -> duckdb.DuckDBPyConnection:
    if not snapshots.is_intact(snapshot):
        raise SnapshotAltered(
            f"{snapshot}: somebody wrote into this published snapshot, so it no longer is what "
            "its run committed. `araxes ingest` or maintenance publishes a fresh one; the "
            "pipeline's own data are not touched."
        )
    log = snapshots.wal_file(snapshot)
    is_written_to = log.exists()
    try:
        con = connect_reader(snapshot)
    except WarehouseLocked:
        return connect_reader(_private_copy(snapshot, scratch))
    # Looked at before, since a publication may sweep it away while we open, and after: from
    # now on our own lock keeps writers out.
    if is_written_to or log.exists():
        con.close()
        return connect_reader(_private_copy(snapshot, scratch))
    return con


def _private_copy(snapshot: Path, scratch: Path) -> Path:
    scratch.mkdir()
    copy = scratch / snapshot.name
    shutil.copyfile(snapshot, copy)
    return copy
