"""The published snapshots: names, manifests, whether one is intact, who holds one.

A snapshot is a whole copy of the warehouse under a name that is used once,
``snapshots/<run>.duckdb``, mode 0444, beside ``<run>.json``: its size and the digest of its
header. DuckDB's header changes with every checkpoint, so a session of root (whom the mode
does not stop) that checkpointed into a snapshot shows. One that was killed before it did
leaves ``<run>.duckdb.wal`` beside that snapshot, under the name the symlink leads to, never
under the symlink's own [measured with 1.5.5]: only that one snapshot is touched, readers
of ours read past it (`warehouse.read`), and the next publication sweeps it away.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

LINK = "araxes.duckdb"
FOLDER = "snapshots"
HEADER_BYTES = 3 * 4096
"""DuckDB's main header and its two alternating database headers."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a snapshot as it was published."""

    run_id: str
    published_at: str
    size_bytes: int
    header_sha256: str
    schema_version: int


def header_digest(file: Path) -> str:
    """sha256 of the header of a DuckDB file."""
    with file.open("rb") as stream:
        return hashlib.sha256(stream.read(HEADER_BYTES)).hexdigest()


def manifest_file(snapshot: Path) -> Path:
    """Where a snapshot's manifest is."""
    return snapshot.with_suffix(".json")


def wal_file(file: Path) -> Path:
    """Where DuckDB keeps the write-ahead log of a file."""
    return file.with_name(file.name + ".wal")


def write_manifest(snapshot: Path, manifest: Manifest) -> None:
    """Write a manifest so that it is there whole or not at all."""
    temporary = snapshot.with_name(f".{snapshot.stem}.json.tmp")
    temporary.write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    temporary.replace(manifest_file(snapshot))


def read_manifest(snapshot: Path) -> Manifest | None:
    """The manifest of a snapshot; None where there is none that can be read."""
    try:
        return Manifest(**json.loads(manifest_file(snapshot).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def is_intact(snapshot: Path) -> bool:
    """Whether the file is what was published (True where that cannot be known)."""
    manifest = read_manifest(snapshot)
    return manifest is None or manifest.header_sha256 == header_digest(snapshot)


def current(directory: Path) -> Path | None:
    """The snapshot the symlink leads to, resolved; None before the first publication."""
    link = directory / LINK
    try:
        return link.resolve(strict=True)
    except OSError:
        return None


def listed(directory: Path) -> list[Path]:
    """All snapshots, oldest first."""
    files = [(f.stat().st_mtime_ns, f.name, f) for f in (directory / FOLDER).glob("*.duckdb")]
    return [file for _, _, file in sorted(files)]


def held_files(folder: Path) -> set[Path]:
    """Files of a folder that some process has open, as far as /proc shows it."""
    held: set[Path] = set()
    root = folder.resolve()
    for fd_folder in Path("/proc").glob("[0-9]*/fd"):
        with suppress(OSError):
            for entry in os.scandir(fd_folder):
                with suppress(OSError):
                    target = Path(os.readlink(entry.path))  # noqa: PTH115  (resolves nothing)
                    if target.parent == root:
                        held.add(target)
    return held


def sweep(directory: Path) -> list[Path]:
    """Remove what killed publications and killed sessions left; returns what was removed.

    These are temporary names, manifests without a snapshot, and write-ahead logs nobody
    holds: a log beside a snapshot is what somebody wrote into it, and without it the
    snapshot is what was published.
    """
    folder = directory / FOLDER
    strays = [*folder.glob(".*.tmp"), *directory.glob(f".{LINK}.tmp*"), *folder.glob("*.wal")]
    strays += [file for file in (wal_file(directory / LINK),) if file.exists()]
    strays += [f for f in folder.glob("*.json") if not f.with_suffix(".duckdb").exists()]
    if not strays:
        return []
    held = held_files(folder) if folder.is_dir() else set()
    removed = []
    for stray in strays:
        if stray.resolve() in held:
            continue
        stray.unlink(missing_ok=True)
        removed.append(stray)
    return removed


def prune(directory: Path, keep: int) -> list[Path]:
    """Remove old snapshots that nobody holds; the last ``keep`` and the current one stay.

    A snapshot somebody altered (and which is not the current one) goes whatever its age:
    it is no longer what its run committed.
    """
    files = listed(directory)
    now = current(directory)
    young = set(files[-keep:]) if keep > 0 else set()
    candidates = [f for f in files if f.resolve() != now and (f not in young or not is_intact(f))]
    if not candidates:
        return []
    held = held_files(directory / FOLDER)
    removed = []
    for file in candidates:
        if file.resolve() in held:
            continue
        for part in (wal_file(file), file, manifest_file(file)):
            part.unlink(missing_ok=True)
        removed.append(file)
    return removed
