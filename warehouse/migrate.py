"""Bringing a file to this version's schema.

Migrations are ``migrations/NNNN_name.sql``, append-only, each run in one transaction with
its own record in ``schema_migration`` (as sqlite-utils does), so that a kill between two
leaves a file that the next start takes further. Views are ``views/*.sql``: re-created
whenever their text, or the schema under them, has changed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from warehouse.connection import translated
from warehouse.errors import MigrationError, WarehouseCorrupt, WarehouseTooNew, is_disk_full

if TYPE_CHECKING:
    from datetime import datetime

HERE = Path(__file__).parent
BOOKKEEPING = """
CREATE TABLE IF NOT EXISTS schema_migration (
    number INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE schema_migration IS 'Which changes of the schema this file has had.';
COMMENT ON COLUMN schema_migration.number IS 'Number of the migration; they run in this order.';
COMMENT ON COLUMN schema_migration.name IS 'Name of the migration.';
COMMENT ON COLUMN schema_migration.digest IS 'sha256 of its text: an applied one is never edited.';
COMMENT ON COLUMN schema_migration.applied_at IS 'When it was applied to this file.';
CREATE TABLE IF NOT EXISTS schema_view (
    name VARCHAR PRIMARY KEY,
    digest VARCHAR NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE schema_view IS 'Which text of the views this file has.';
COMMENT ON COLUMN schema_view.name IS 'Always all: the views are re-created together.';
COMMENT ON COLUMN schema_view.digest IS 'sha256 over the views and migrations they rest on.';
COMMENT ON COLUMN schema_view.applied_at IS 'When they were created.';
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered change of the schema."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """sha256 of its text."""
        return "sha256:" + hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def migrations(folder: Path = HERE / "migrations") -> tuple[Migration, ...]:
    """The migrations of this version, in order.

    Raises:
        MigrationError: numbers are missing or double.
    """
    found = []
    for file in sorted(folder.glob("*.sql")):
        number, _, name = file.stem.partition("_")
        found.append(Migration(int(number), name, file.read_text(encoding="utf-8")))
    if [m.number for m in found] != list(range(1, len(found) + 1)):
        raise MigrationError(f"{folder}: migrations must be numbered 0001, 0002, … without gaps")
    return tuple(found)


@cache
def views(folder: Path = HERE / "views") -> tuple[tuple[str, str], ...]:
    """(name, SQL) of each view file, those that others read first, else by name."""
    texts = {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.sql"))}
    words = {name: set(re.findall(r"\w+", text)) for name, text in texts.items()}
    needs = {name: sorted((words[name] & set(texts)) - {name}) for name in texts}
    return tuple((name, texts[name]) for name in TopologicalSorter(needs).static_order())


def migrate(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    now: datetime,
    wanted: tuple[Migration, ...] | None = None,
) -> int:
    """Apply what is missing; returns how many migrations that were.

    Raises:
        WarehouseTooNew: the file has migrations we do not know.
        MigrationError: an applied migration was edited, or one failed.
        WarehouseCorrupt: a DuckDB file that is not a warehouse.
        WarehouseFull: no room left.
    """
    wanted = migrations() if wanted is None else wanted
    done = applied(con, file)
    _check(done, wanted, file)
    missing = [m for m in wanted if m.number not in done]
    for migration in missing:
        _apply(con, file, migration, now)
    _create_views(con, file, wanted, now)
    return len(missing)


def applied(con: duckdb.DuckDBPyConnection, file: Path) -> dict[int, tuple[str, str]]:
    """Migration number → (name, digest) of the migrations a file has had."""
    tables = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "schema_migration" not in tables:
        if tables:
            raise WarehouseCorrupt(
                f"{file}: a DuckDB file, but not a warehouse (it holds {sorted(tables)[:3]} and "
                "no schema_migration). Choose another directory with --warehouse."
            )
        return {}
    rows = con.execute("SELECT number, name, digest FROM schema_migration").fetchall()
    return {number: (name, digest) for number, name, digest in rows}


def _check(done: dict[int, tuple[str, str]], wanted: tuple[Migration, ...], file: Path) -> None:
    ours = len(wanted)
    theirs = max(done, default=0)
    if theirs > ours:
        raise WarehouseTooNew(
            f"{file}: its schema is version {theirs} ({done[theirs][0]}), this program knows "
            f"versions up to {ours}. Update this program, or restore a backup made with it."
        )
    for migration in wanted:
        if migration.number in done and done[migration.number][1] != migration.digest:
            raise MigrationError(
                f"{file}: migration {migration.number:04d}_{migration.name} was edited after it "
                "was applied here. Restore its text and write a new migration instead."
            )


def _apply(con: duckdb.DuckDBPyConnection, file: Path, migration: Migration, now: datetime) -> None:
    try:
        con.execute("BEGIN")
        con.execute(BOOKKEEPING)
        con.execute(migration.sql)
        con.execute(
            "INSERT INTO schema_migration VALUES (?, ?, ?, ?)",
            [migration.number, migration.name, migration.digest, now],
        )
        con.execute("COMMIT")
    except duckdb.Error as error:
        _rollback(con)
        if is_disk_full(error):
            raise translated(error, file) from error
        raise MigrationError(
            f"{file}: migration {migration.number:04d}_{migration.name} failed: {error}. "
            "The file is as before; report this with the message."
        ) from error


def _create_views(
    con: duckdb.DuckDBPyConnection, file: Path, wanted: tuple[Migration, ...], now: datetime
) -> None:
    text = "".join(m.digest for m in wanted) + "".join(sql for _, sql in views())
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    if con.execute("SELECT 1 FROM schema_view WHERE digest = ?", [digest]).fetchone():
        return
    try:
        con.execute("BEGIN")
        for (name,) in con.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall():
            con.execute(f'DROP VIEW IF EXISTS "{name}"')
        for _, sql in views():
            con.execute(sql)
        con.execute("DELETE FROM schema_view")
        con.execute("INSERT INTO schema_view VALUES ('all', ?, ?)", [digest, now])
        con.execute("COMMIT")
    except duckdb.Error as error:
        _rollback(con)
        raise translated(error, file) from error


def _rollback(con: duckdb.DuckDBPyConnection) -> None:
    try:
        con.execute("ROLLBACK")
    except duckdb.Error:
        # The connection is already out of the transaction (a fatal error invalidated it).
        return
