"""What can go wrong with a warehouse; every message names the file and the mend."""

from __future__ import annotations

import errno


class WarehouseError(Exception):
    """Root of all errors of this room."""


class TransientError(WarehouseError):
    """Worth trying again later without anybody's help."""


class PermanentError(WarehouseError):
    """Needs somebody to act first."""


class WarehouseLocked(TransientError):
    """Another process holds the write lock (or the run lock)."""


class NoSnapshot(PermanentError):
    """Nothing has been published in the directory yet."""


class SnapshotAltered(PermanentError):
    """Somebody wrote into a published snapshot."""


class WarehouseTooNew(PermanentError):
    """The file was written by a newer version of this program or of DuckDB."""


class WarehouseCorrupt(PermanentError):
    """The file is not a DuckDB database, or a damaged one, or not a warehouse."""


class WarehouseFull(PermanentError):
    """The disk is full; nothing already committed was lost."""


class MigrationError(PermanentError):
    """An applied migration was edited, or one cannot be applied."""


class QueryError(PermanentError):
    """The SQL of a reader is wrong; carries DuckDB's own message."""


class BackupError(PermanentError):
    """A backup is damaged, or a restore would overwrite something."""


_FULL_WORDS = ("no space left", "disk full", "not enough space", "file too large", "disk quota")


def is_disk_full(error: BaseException) -> bool:
    """Whether an error of DuckDB or of the system says that nothing more can be written."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    text = str(error).lower()
    return any(word in text for word in _FULL_WORDS)
