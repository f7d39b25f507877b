"""Cutting a WARC file into records, whatever state it is in.

Libraries return a last body that was cut short as if it were whole, and stop at the first
damaged byte. Here a file is cut at its gzip members (or, where it is not compressed, at its
record lengths), each is read whole or reported, and after a damaged one the search goes on for
the next that begins like a record.
"""

from __future__ import annotations

import os
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MEMBER_BYTES = 256_000_000
_CHUNK = 1 << 16
_MAX_HEADER = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b\x08"
_WARC_MAGIC = b"WARC/"
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Member:
    """One stretch of a file: its records' bytes, or what is wrong with it.

    Attributes:
        offset: where it begins in the file.
        data: uncompressed; empty when damaged.
        damage: stable word (``truncated``, ``corrupt``, ``too_large``, ``not_warc``) or None.
        detail: a sentence for ``damage``.
    """

    offset: int
    data: bytes
    damage: str | None = None
    detail: str = ""


class _Damage(Exception):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def read_members(descriptor: int, start: int = 0, stop: int | None = None) -> Iterator[Member]:
    """The members of an open file that begin from byte ``start`` to before ``stop``, in order.

    Never raises for what is in it.
    """
    size = os.fstat(descriptor).st_size
    end_of_all = size if stop is None else min(size, stop)
    is_gzip = os.pread(descriptor, 3, 0) == _GZIP_MAGIC[: min(size, 3)]
    offset: int | None = start
    while offset is not None and offset < end_of_all:
        try:
            data, end = (_gzip_member if is_gzip else _plain_member)(descriptor, offset)
            yield Member(offset, data)
            offset = end
        except _Damage as damage:
            yield Member(offset, b"", damage.reason, str(damage))
            offset = _next_start(descriptor, offset + 1, is_gzip=is_gzip)


def gzip_start(descriptor: int, offset: int) -> int | None:
    """Where the first gzipped record at or after ``offset`` begins; None when there is none."""
    return _next_start(descriptor, offset, is_gzip=True)


def read_member(descriptor: int, offset: int) -> Member:
    """The member at ``offset``."""
    is_gzip = os.pread(descriptor, 3, offset) == _GZIP_MAGIC
    try:
        data, _ = (_gzip_member if is_gzip else _plain_member)(descriptor, offset)
    except _Damage as damage:
        return Member(offset, b"", damage.reason, str(damage))
    return Member(offset, data)


def _gzip_member(descriptor: int, offset: int) -> tuple[bytes, int]:
    """Inflate one member; zlib checks its CRC and length at the end."""
    engine = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    room, position = MAX_MEMBER_BYTES, offset
    while not engine.eof:
        chunk = os.pread(descriptor, _CHUNK, position)
        if not chunk:
            raise _Damage("truncated", "the file ends inside this record")
        position += len(chunk)
        try:
            part = engine.decompress(chunk, room)
        except zlib.error as error:
            raise _Damage("corrupt", f"its compressed bytes are damaged ({error})") from error
        room -= len(part)
        parts.append(part)
        if room <= 0:
            raise _Damage(
                "too_large",
                f"is larger than {MAX_MEMBER_BYTES:,} bytes; recompress the file record by record",
            )
    data = b"".join(parts)
    if not data.startswith(_WARC_MAGIC):
        raise _Damage("not_warc", "is not a WARC record")
    return data, position - len(engine.unused_data)


def _plain_member(descriptor: int, offset: int) -> tuple[bytes, int]:
    head = os.pread(descriptor, _MAX_HEADER, offset)
    if not head.startswith(_WARC_MAGIC):
        raise _Damage("not_warc", "no WARC record begins here")
    end = head.find(b"\r\n\r\n")
    if end < 0:
        raise _Damage("truncated", "the file ends inside this record's headers")
    length = _LENGTH.search(head, 0, end + 1)
    if length is None:
        raise _Damage("corrupt", "the record does not say its length")
    total = end + 4 + int(length[1]) + 4
    if total > MAX_MEMBER_BYTES:
        raise _Damage("too_large", f"is larger than {MAX_MEMBER_BYTES:,} bytes")
    data = os.pread(descriptor, total, offset)
    if len(data) < total or not data.endswith(b"\r\n\r\n"):
        reason = "truncated" if len(data) < total else "corrupt"
        raise _Damage(reason, "the record is not as long as it says")
    return data, offset + total


def _next_start(descriptor: int, offset: int, *, is_gzip: bool) -> int | None:
    """Where the next record begins at or after ``offset``; None when there is none."""
    needle = _GZIP_MAGIC if is_gzip else _WARC_MAGIC
    position = offset
    while chunk := os.pread(descriptor, _CHUNK, position):
        found = chunk.find(needle)
        while found >= 0:
            if not is_gzip or _begins_a_record(descriptor, position + found):
                return position + found
            found = chunk.find(needle, found + 1)
        if len(chunk) < len(needle):
            return None
        position += len(chunk) - len(needle) + 1
    return None


def _begins_a_record(descriptor: int, offset: int) -> bool:
    """Whether what looks like a gzip header really opens a record (3 bytes can be chance)."""
    try:
        start = zlib.decompressobj(wbits=31).decompress(os.pread(descriptor, 4096, offset), 5)
    except zlib.error:
        return False
    return start == _WARC_MAGIC
