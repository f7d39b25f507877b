"""Publishing: a whole copy under a fresh name, then the symlink swapped to it.

Checkpoint, close, copy to a temporary name, fsync, mode 0444, rename to a name never used
before, swap the symlink. A kill anywhere leaves the old snapshot published and at most a
temporary file, which the next publication sweeps. Nothing is ever renamed over an existing
file: a session's write-ahead log beside the old one would be replayed into the new one.

Publishing grows with what is stored (the copy); where the file system can share blocks
between files (FICLONE), it does not.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse import snapshots
from warehouse.connection import WAREHOUSE_FILE, translated
from warehouse.errors import PermanentError, is_disk_full
from warehouse.migrate import migrations
from warehouse.store import Writer, no_hook, open_writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

KEEP = 3
_FICLONE = 0x40049409


def publish(
    target: Writer | Path,
    run_id: str,
    now: datetime,
    *,
    keep: int = KEEP,
    hook: Callable[[str], None] = no_hook,
    timeout_seconds: float | None = None,
) -> Path:
    """Publish what is committed; returns the snapshot.

    Args:
        target: an open writer (its connection is closed meanwhile and opened again on its
            next use), or the warehouse directory (the write lock is then waited for).
        run_id: names the snapshot; a name in use gets ``-2``, ``-3`` …
        now: stamped on the manifest.
        keep: how many snapshots stay, at least; those somebody holds stay too.
        timeout_seconds: how long to wait for the lock; None for ever.
        hook: called with ``mid_publish`` once the copy is complete and not yet named.

    Raises:
        WarehouseFull: no room for the copy; what was published stays published.
        PermanentError: ``araxes.duckdb`` is not our symlink.
    """
    if isinstance(target, Path):
        with open_writer(
            target, timeout_seconds=timeout_seconds, now=now, purpose="publish", hook=hook
        ) as writer:
            return publish(writer, run_id, now, keep=keep, hook=hook)
    directory = target.directory
    _check_link(directory)
    target.checkpoint()
    target.detach()
    try:
        (directory / snapshots.FOLDER).mkdir(exist_ok=True)
        snapshots.sweep(directory)
        snapshot = _copied(directory, run_id, now, hook)
        _swap(directory, snapshot)
        snapshots.prune(directory, keep)
    except OSError as error:
        if is_disk_full(error):
            raise translated(error, directory / snapshots.LINK) from error
        raise
    return snapshot


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, sharing its blocks where the file system can, and flush it to the disk."""
    with source.open("rb") as reader, target.open("wb") as writer:
        try:
            fcntl.ioctl(writer.fileno(), _FICLONE, reader.fileno())
        except OSError:
            shutil.copyfile(source, target)
        writer.flush()
        os.fsync(writer.fileno())


def _copied(directory: Path, run_id: str, now: datetime, hook: Callable[[str], None]) -> Path:
    """A complete, durable, read-only copy under its final name, with its manifest."""
    folder = directory / snapshots.FOLDER
    name = _fresh_name(folder, run_id)
    temporary = folder / f".{name}.duckdb.tmp"
    try:
        copy_file(directory / WAREHOUSE_FILE, temporary)
        temporary.chmod(0o444)
        hook("mid_publish")
        snapshot = folder / f"{name}.duckdb"
        manifest = snapshots.Manifest(
            run_id=run_id,
            published_at=now.isoformat(),
            size_bytes=temporary.stat().st_size,
            header_sha256=snapshots.header_digest(temporary),
            schema_version=len(migrations()),
        )
        snapshots.write_manifest(snapshot, manifest)
        temporary.rename(snapshot)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _sync_folder(folder)
    return snapshot


def _swap(directory: Path, snapshot: Path) -> None:
    temporary = directory / f".{snapshots.LINK}.tmp"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(Path(snapshots.FOLDER) / snapshot.name)
    temporary.replace(directory / snapshots.LINK)
    _sync_folder(directory)


def _check_link(directory: Path) -> None:
    link = directory / snapshots.LINK
    if link.exists() and not link.is_symlink():
        raise PermanentError(
            f"{link}: a file of somebody else's is where the symlink to the published snapshot "
            "belongs. Move it away and run again; nothing committed is lost."
        )


def _fresh_name(folder: Path, run_id: str) -> str:
    base = re.sub(r"[^\w.-]+", "_", run_id).strip(".") or "run"
    name, number = base, 1
    while any((folder / f"{name}{suffix}").exists() for suffix in (".duckdb", ".duckdb.wal")):
        number += 1
        name = f"{base}-{number}"
    return name


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
