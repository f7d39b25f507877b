"""Scanning a large archive for the few pages that matter, at the speed of its decompression.

`connectors.warc_reading` verifies every record; here only those somebody wants are made into
captures, and verified then. Where the fast reader stumbles over damage, the careful one takes
over from that record on, so nothing behind it is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from connectors.errors import ArchiveError
from connectors.records import Capture
from connectors.warc_reading import DamagedRecord, Unbelievable, foreign, read_captures, verify

_ENCODED = (b"content-encoding:", b"transfer-encoding:")
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Scanned:
    """One record looked at.

    Attributes:
        number: its place among the archive's responses, from 1.
        capture: the page, where it is wanted; else None.
        damage: why it could not be read, else None.
        is_page: whether it was an HTML page at all.
    """

    number: int
    capture: Capture | None = None
    damage: DamagedRecord | None = None
    is_page: bool = True


def scan(path: Path, wants: Callable[[bytes], bool], skip: int = 0) -> Iterator[Scanned]:
    """Look at every response of an archive.

    Args:
        path: a WARC file, gzipped or plain.
        wants: told the body as it came; whether the page is worth taking.
        skip: responses to pass over unseen (an earlier run took them in).

    Raises:
        ArchiveError: the file cannot be opened.
    """
    if not path.is_file():
        raise ArchiveError("archive", str(path), "is not a file; check the path")
    number = 0
    try:
        records = ArchiveIterator(
            str(path), record_types=WarcRecordType.response, parse_http=False, strict_mode=False
        )
        for record in records:
            number += 1
            if number > skip:
                yield _look(record, path, wants, number)
    except (ValueError, OSError, RuntimeError):
        yield from _carefully(path, wants, max(number, skip))


def _look(record: WarcRecord, path: Path, wants: Callable[[bytes], bool], number: int) -> Scanned:
    expected = record.content_length
    block = record.reader.read()
    head = block[:_HEAD].partition(b"\r\n\r\n")[0].lower()
    if b"html" not in head and b"content-type" in head:
        return Scanned(number, is_page=False)
    try:
        if len(block) != expected:
            raise Unbelievable("truncated", f"{len(block)} bytes of {expected}")
        if any(name in head for name in _ENCODED):
            capture = foreign(record, block)
            is_wanted = capture is not None and wants(capture.body)
        else:
            is_wanted = wants(block.partition(b"\r\n\r\n")[2])
            capture = foreign(record, block) if is_wanted else None
        if not is_wanted or capture is None:
            return Scanned(number)
        verify(record.headers.get("WARC-Block-Digest"), block)
    except Unbelievable as error:
        detail = f"{path.name}, response {number}: {error}"
        return Scanned(number, damage=DamagedRecord(path, 0, error.reason, detail))
    return Scanned(number, capture=capture)


def _carefully(path: Path, wants: Callable[[bytes], bool], skip: int) -> Iterator[Scanned]:
    for number, found in enumerate(read_captures(path), 1):
        if number <= skip:
            continue
        if isinstance(found, DamagedRecord):
            yield Scanned(number, damage=found)
        else:
            yield Scanned(number, capture=found if wants(found.body) else None)
