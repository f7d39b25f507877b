"""The parsed tables of a dossier folder, kept beside it so that commands start quickly.

Parsing a quarter of a megabyte of TOML costs more than all the rest of reading a dossier,
and every command pays it. So the parsed tables (plain dicts, strings, dates: no classes of
ours) are kept under ``__pycache__`` like compiled modules, under the digest of the files
they came from. A cache that is missing, stale, damaged or unwritable changes nothing but time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import tempfile
from pathlib import Path
from typing import Any

from dossiers.errors import Problems
from dossiers.tables import read_toml

_HEAD = 128  # two SHA-256 hex digests: of the files, and of the payload that follows


def parse_folder(folder: Path, problems: Problems) -> tuple[str, dict[str, dict[str, Any]]]:
    """The digest of all ``*.toml`` files of a folder, and their tables by file name.

    Files with problems are noted, read as empty, and nothing is kept.
    """
    paths = sorted(folder.glob("*.toml"))
    digest = _digest(paths)
    cache = folder / "__pycache__" / "parsed.bin"
    kept = _load(cache, digest)
    if kept is not None:
        return digest, kept
    before = len(problems.found)
    parsed = {path.name: read_toml(path, problems) for path in paths}
    if len(problems.found) == before:
        _save(cache, digest, parsed)
    return digest, parsed


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with contextlib.suppress(OSError):  # reading it again names the problem
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _load(cache: Path, digest: str) -> dict[str, dict[str, Any]] | None:
    try:
        data = cache.read_bytes()
    except OSError:
        return None
    head, payload = data[:_HEAD], data[_HEAD:]
    # The payload's own digest is checked first: a truncated file is never unpickled.
    if head != (digest + hashlib.sha256(payload).hexdigest()).encode():
        return None
    kept: dict[str, dict[str, Any]] = pickle.loads(payload)
    return kept


def _save(cache: Path, digest: str, parsed: dict[str, dict[str, Any]]) -> None:
    payload = pickle.dumps(parsed, protocol=5)
    head = (digest + hashlib.sha256(payload).hexdigest()).encode()
    with contextlib.suppress(OSError):  # an installation may be read-only
        cache.parent.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=cache.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(head + payload)
        Path(name).replace(cache)
