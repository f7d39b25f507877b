"""Backups: a checkpointed copy, the captures if wanted, and a manifest of digests.

A backup is a folder: ``warehouse.duckdb``, ``captures/…``, and ``manifest.json`` written
last, so that a folder without one is no backup. Restoring verifies every digest first.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from warehouse.connection import WAREHOUSE_FILE, connect_reader, translated
from warehouse.errors import BackupError, WarehouseTooNew, is_disk_full
from warehouse.locks import WRITE_LOCK, held
from warehouse.migrate import applied, migrations
from warehouse.publish import copy_file, publish
from warehouse.snapshots import wal_file
from warehouse.store import open_writer

if TYPE_CHECKING:
    from datetime import datetime

MANIFEST = "manifest.json"
CAPTURES = "captures"


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """What a backup holds: relative path → sha256, sizes, and the rows of the main tables."""

    made_at: str
    schema_version: int
    duckdb_version: str
    files: dict[str, str]
    size_bytes: int
    rows: dict[str, int]


def backup(
    directory: Path,
    target: Path,
    *,
    now: datetime,
    with_captures: bool = True,
    timeout_seconds: float | None = None,
) -> BackupManifest:
    """Copy a warehouse into the new or empty folder ``target``.

    Raises:
        BackupError: the target is not empty, or there is no warehouse.
        WarehouseFull: no room; the incomplete backup has no manifest.
    """
    if not (directory / WAREHOUSE_FILE).exists():
        raise BackupError(f"{directory}: no {WAREHOUSE_FILE} here, so nothing to back up")
    if target.exists() and any(target.iterdir()):
        raise BackupError(f"{target}: not empty; name a new folder for the backup")
    try:
        target.mkdir(parents=True, exist_ok=True)
        with open_writer(
            directory, timeout_seconds=timeout_seconds, now=now, purpose="backup"
        ) as writer:
            rows = _counts(writer.con)
            writer.checkpoint()
            writer.detach()
            copy_file(directory / WAREHOUSE_FILE, target / WAREHOUSE_FILE)
        if with_captures and (directory / CAPTURES).is_dir():
            (target / CAPTURES).mkdir()
            for file in sorted((directory / CAPTURES).glob("*.warc.gz")):
                copy_file(file, target / CAPTURES / file.name)
        return _sealed(target, now, rows)
    except OSError as error:
        if is_disk_full(error):
            raise translated(error, target / WAREHOUSE_FILE) from error
        raise


def verify(source: Path) -> BackupManifest:
    """Check every file of a backup against its digest.

    Raises:
        BackupError: no manifest, or a file is missing or differs.
    """
    try:
        manifest = BackupManifest(**json.loads((source / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(
            f"{source}: no readable {MANIFEST}, so no complete backup ({error})"
        ) from error
    for name, digest in manifest.files.items():
        file = source / name
        if not file.is_file():
            raise BackupError(f"{file}: missing from the backup; use another backup")
        if _digest(file) != digest:
            raise BackupError(f"{file}: damaged, its digest differs; use another backup")
    return manifest


def restore(
    source: Path,
    directory: Path,
    *,
    now: datetime,
    is_forced: bool = False,
    timeout_seconds: float | None = None,
) -> BackupManifest:
    """Put a backup in the place of a warehouse directory's content, and publish it.

    What was there before (with ``is_forced``) is kept as ``warehouse.duckdb.before-restore``.

    Raises:
        BackupError: the backup is damaged, or a warehouse is there and it is not forced.
        WarehouseTooNew: the backup was made by a newer version.
    """
    manifest = verify(source)
    if manifest.schema_version > len(migrations()):
        raise WarehouseTooNew(
            f"{source}: made with schema version {manifest.schema_version}, this program knows "
            f"versions up to {len(migrations())}. Update this program, then restore."
        )
    file = directory / WAREHOUSE_FILE
    if file.exists() and not is_forced:
        raise BackupError(
            f"{file}: a warehouse is here already; restore into another directory, or force it"
        )
    try:
        with held(
            directory, WRITE_LOCK, timeout_seconds=timeout_seconds, purpose="restore", now=now
        ):
            _put_in_place(source, directory, manifest)
        publish(directory, f"restored_{now:%Y%m%dT%H%M%SZ}", now, timeout_seconds=timeout_seconds)
    except OSError as error:
        if is_disk_full(error):
            raise translated(error, file) from error
        raise
    return manifest


def _put_in_place(source: Path, directory: Path, manifest: BackupManifest) -> None:
    file = directory / WAREHOUSE_FILE
    temporary = directory / f".{WAREHOUSE_FILE}.restoring"
    copy_file(source / WAREHOUSE_FILE, temporary)
    for name in manifest.files:
        if name.startswith(f"{CAPTURES}/") and not (directory / name).exists():
            (directory / CAPTURES).mkdir(exist_ok=True)
            shutil.copyfile(source / name, directory / name)
    if file.exists():
        kept = file.with_name(f"{file.name}.before-restore")
        # The log belongs to the old file: left beside the new one it would be replayed into it.
        for old, aside in ((wal_file(file), wal_file(kept)), (file, kept)):
            with suppress(FileNotFoundError):
                os.replace(old, aside)  # noqa: PTH105  (one call for both)
    wal_file(file).unlink(missing_ok=True)
    temporary.rename(file)


def _sealed(target: Path, now: datetime, rows: dict[str, int]) -> BackupManifest:
    files = sorted(f for f in target.rglob("*") if f.is_file())
    with_con = connect_reader(target / WAREHOUSE_FILE)
    try:
        version = max(applied(with_con, target / WAREHOUSE_FILE), default=0)
    finally:
        with_con.close()
    manifest = BackupManifest(
        made_at=now.isoformat(),
        schema_version=version,
        duckdb_version=duckdb.__version__,
        files={f.relative_to(target).as_posix(): _digest(f) for f in files},
        size_bytes=sum(f.stat().st_size for f in files),
        rows=rows,
    )
    temporary = target / f".{MANIFEST}.tmp"
    temporary.write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    temporary.rename(target / MANIFEST)
    return manifest


def _counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    names = ("article", "article_version", "mention", "event_mention", "event", "alert", "run")
    return {name: (con.table(name).count("*").fetchone() or (0,))[0] for name in names}


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()
