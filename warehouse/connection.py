"""Opening DuckDB files, with its errors turned into ours.

Every connection speaks UTC. The pipeline's own file is opened with
``disable_checkpoint_on_shutdown`` and a high automatic checkpoint limit: a commit costs what
it writes, and the checkpoint, which rewrites the last row group of every changed table, is
left to `warehouse.publish` and `warehouse.maintain`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from warehouse.errors import (
    PermanentError,
    WarehouseCorrupt,
    WarehouseError,
    WarehouseFull,
    WarehouseLocked,
    WarehouseTooNew,
    is_disk_full,
)

if TYPE_CHECKING:
    from pathlib import Path

WAREHOUSE_FILE = "warehouse.duckdb"
WAL_LIMIT = "128MB"
"""Beyond this a commit checkpoints by itself, so that replaying stays a matter of seconds."""
REPLAY_LIMIT = 16_000_000
"""Bytes of log beyond which a writer checkpoints when it closes: the next one would replay
them first, at about 20 ms a MB, while a checkpoint costs 0.5 s and more [measured]."""


def connect_writer(file: Path) -> duckdb.DuckDBPyConnection:
    """Open the pipeline's own file for reading and writing; the caller holds the lock.

    Raises:
        WarehouseError: too new, damaged, held by another process, or the disk is full.
    """
    try:
        con = duckdb.connect(str(file))
        con.execute("SET TimeZone = 'UTC'")
        con.execute("PRAGMA disable_checkpoint_on_shutdown")
        con.execute(f"SET checkpoint_threshold = '{WAL_LIMIT}'")
        con.execute("SET preserve_insertion_order = true")
    except (duckdb.Error, OSError) as error:
        raise translated(error, file) from error
    return con


def connect_reader(file: Path) -> duckdb.DuckDBPyConnection:
    """Open a file read-only.

    Raises:
        WarehouseError: as `connect_writer`.
    """
    try:
        con = duckdb.connect(str(file), read_only=True)
        con.execute("SET TimeZone = 'UTC'")
    except (duckdb.Error, OSError) as error:
        raise translated(error, file) from error
    return con


def translated(error: Exception, file: Path) -> WarehouseError:
    """Our error for one of DuckDB's about ``file``."""
    text = str(error)
    low = text.lower()
    if is_disk_full(error):
        return WarehouseFull(
            f"{file.parent}: the disk is full ({_first_line(text)}). Nothing committed is lost. "
            "Free some space (`araxes doctor` lists old snapshots and captures), then run again."
        )
    if "could not set lock" in low or "conflicting lock" in low:
        return WarehouseLocked(
            f"{file}: another program has the file open ({_first_line(text)}). People open "
            f"{file.parent / 'araxes.duckdb'}, never this file; close that program and run again."
        )
    if "newer version" in low or "version number" in low or "storage version" in low:
        return WarehouseTooNew(
            f"{file}: written by a newer DuckDB than ours ({duckdb.__version__}): "
            f"{_first_line(text)}. Update this program, or restore a backup made with it."
        )
    damaged = ("not a valid duckdb", "corrupt", "checksum", "serialization", "deserialize")
    if any(word in low for word in damaged) or isinstance(
        error, duckdb.SerializationException | duckdb.FatalException | duckdb.InternalException
    ):
        return WarehouseCorrupt(
            f"{file}: not a DuckDB database, or a damaged one ({_first_line(text)}). "
            "Move it away and restore a backup with `araxes restore`."
        )
    return PermanentError(f"{file}: {_first_line(text)}")


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "no message"
