"""Scanning a large archive for the few pages that matter, at the speed of its decompression.

`connectors.warc_reading` verifies every record; here only those somebody wants are made into
captures, and verified then. Where the fast reader stumbles over damage, or ends, the careful
one takes over from that byte on, so nothing behind it is lost and no cut goes unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from connectors.errors import ArchiveError
from connectors.records import Capture
from connectors.warc_members import MAX_MEMBER_BYTES
from connectors.warc_reading import (
    DamagedRecord,
    Unbelievable,
    capture_of,
    read_records,
    record_length,
)

Wants = Callable[[bytes, str | None], bool]
"""Told a body as it came and the charset its transport declares: is the page worth taking?"""
_ENCODED = re.compile(rb"^(?:content|transfer)-encoding:", re.I | re.M)
_TYPE = re.compile(rb"^content-type:[ \t]*([^\r\n]*)", re.I | re.M)
_CHARSET = re.compile(r"charset=[\"']?([\w:.-]+)", re.I)
_HEAD: Final = 8192


@dataclass(frozen=True, slots=True)
class Scanned:
    """One record looked at.

    Attributes:
        number: its place among the archive's responses, from 1.
        capture: the page, where it is wanted; else None.
        damage: why it could not be read, else None.
        is_page: whether it was an HTML page at all.
        offset: the byte its record begins at, where that is known.
    """

    number: int
    capture: Capture | None = None
    damage: DamagedRecord | None = None
    is_page: bool = True
    offset: int = 0


def scan(
    path: Path, wants: Wants, skip: int = 0, span: tuple[int, int] | None = None
) -> Iterator[Scanned]:
    """Look at every response of an archive, or of a part of it.

    Args:
        path: a WARC file, gzipped or plain.
        wants: whether a page is worth taking.
        skip: responses to pass over unseen (an earlier run took them in).
        span: the byte the first record begins at, and the byte no record may begin behind.

    Raises:
        ArchiveError: the file cannot be opened.
    """
    if not path.is_file():
        raise ArchiveError("archive", str(path), "is not a file; check the path")
    begin, stop = span or (0, path.stat().st_size)
    number, offset, is_told = 0, begin, True
    with path.open("rb") as stream:
        stream.seek(begin)
        try:
            for record in ArchiveIterator(
                stream, record_types=WarcRecordType.response, parse_http=False, strict_mode=False
            ):
                if span and record.stream_pos >= stop:
                    break
                number, offset, is_told = number + 1, record.stream_pos, number + 1 <= skip
                if not is_told:
                    found = _look(record, path, wants, number)
                    is_told = True
                    yield found
        except (ValueError, OSError, RuntimeError):
            # Raised while it was read, the record at `offset` has been counted and not told.
            number -= not is_told
    rest = read_records(path, offset, stop)
    if number and is_told:
        next(rest, None)
    for found_number, carefully in enumerate(rest, number + 1):
        if found_number > skip:
            yield _taken(carefully, wants, found_number)


def _look(record: WarcRecord, path: Path, wants: Wants, number: int) -> Scanned:
    length = record_length(record)
    if length > MAX_MEMBER_BYTES:
        detail = f"{path.name}, record at byte {record.stream_pos}: says it has {length:,} bytes"
        return Scanned(number, damage=DamagedRecord(path, record.stream_pos, "too_large", detail))
    block = record.reader.read(MAX_MEMBER_BYTES)
    head = block[:_HEAD].partition(b"\r\n\r\n")[0]
    declared = _TYPE.search(head)
    kind = declared[1].decode("latin-1") if declared else ""
    if kind and "html" not in kind.lower():
        return Scanned(number, is_page=False, offset=record.stream_pos)
    try:
        if len(block) != length:
            raise Unbelievable("truncated", f"{len(block)} bytes of {length}")
        if _ENCODED.search(head):
            return _taken(capture_of(record, block), wants, number)
        charset = _CHARSET.search(kind)
        if not wants(block.partition(b"\r\n\r\n")[2], charset[1] if charset else None):
            return Scanned(number, offset=record.stream_pos)
        capture = capture_of(record, block)
    except Unbelievable as error:
        detail = f"{path.name}, record at byte {record.stream_pos}: {error}"
        return Scanned(number, damage=DamagedRecord(path, record.stream_pos, error.reason, detail))
    return Scanned(number, capture=capture, offset=record.stream_pos)


def _taken(found: Capture | DamagedRecord | None, wants: Wants, number: int) -> Scanned:
    """What was read in full already, where it is wanted."""
    if isinstance(found, DamagedRecord):
        return Scanned(number, damage=found)
    if found is None or (found.content_type and "html" not in found.content_type.lower()):
        return Scanned(number, is_page=False)
    is_wanted = wants(found.body, found.charset)
    return Scanned(number, capture=found if is_wanted else None)
