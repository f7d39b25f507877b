"""Reading captures back from WARC files, ours or anybody's, and believing nothing unchecked.

Lengths and digests are verified. A record that does not hold is reported as a `DamagedRecord`
and reading goes on; it is never returned short.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from base64 import b32decode
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from connectors.captures import capture_id_of, digest_of, make_capture
from connectors.errors import ArchiveError
from connectors.records import Candidate, Capture
from connectors.warc_members import Member, read_member, read_members

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

METADATA_HEADER = "WARC-JSON-Metadata"
MAX_BODY_BYTES = 50_000_000
FOREIGN_SOURCE = "warc"
_MAX_HEADER_BYTES = 1 << 24  # our JSON line may be long; the library stops at 32 KiB otherwise
_TYPES = WarcRecordType.response | WarcRecordType.resource
_KEPT = frozenset({"content-type", "content-language", "date", "etag", "last-modified"})
_CANDIDATE_FIELDS = frozenset(f.name for f in fields(Candidate))


@dataclass(frozen=True, slots=True)
class DamagedRecord:
    """A record that cannot be believed.

    Attributes:
        reason: ``truncated``, ``corrupt``, ``too_large``, ``not_warc``, ``digest``,
            ``metadata`` or ``bad_encoding``.
        detail: a sentence naming file and offset.
    """

    path: Path
    offset: int
    reason: str
    detail: str


def read_captures(path: Path) -> Iterator[Capture | DamagedRecord]:
    """All response and resource records of an archive, each whole or reported.

    Records another tool wrote come as pages of the source ``warc``. All are marked
    ``replayed`` and say where they lie.

    Raises:
        ArchiveError: when the file cannot be opened.
    """
    descriptor = _open(path)
    try:
        for member in read_members(descriptor):
            yield from _captures_of(member, path)
    finally:
        os.close(descriptor)


def read_capture(path: Path, offset: int) -> Capture:
    """The capture whose record begins at ``offset``.

    Raises:
        ArchiveError: when there is none, or it is damaged.
    """
    descriptor = _open(path)
    try:
        found = next(_captures_of(read_member(descriptor, offset), path), None)
    finally:
        os.close(descriptor)
    if isinstance(found, Capture):
        return found
    detail = found.detail if found else f"no capture is recorded at byte {offset} of {path.name}"
    raise ArchiveError("damaged_record", str(path), detail)


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise ArchiveError(
            "archive", str(path), f"cannot be opened ({error.strerror}); restore it or drop it"
        ) from error


def read_records(
    path: Path, offset: int = 0, stop: int | None = None
) -> Iterator[Capture | DamagedRecord | None]:
    """As `read_captures`, from a byte to another, one item a record: None where it is no page.

    Raises:
        ArchiveError: when the file cannot be opened.
    """
    descriptor = _open(path)
    try:
        for member in read_members(descriptor, offset, stop):
            yield from _records_of(member, path)
    finally:
        os.close(descriptor)


def _captures_of(member: Member, path: Path) -> Iterator[Capture | DamagedRecord]:
    return (found for found in _records_of(member, path) if found is not None)


def _records_of(member: Member, path: Path) -> Iterator[Capture | DamagedRecord | None]:
    def damaged(reason: str, detail: str) -> DamagedRecord:
        return DamagedRecord(
            path, member.offset, reason, f"{path.name}, record at byte {member.offset}: {detail}"
        )

    if member.damage is not None:
        yield damaged(member.damage, member.detail)
        return
    try:
        records = ArchiveIterator(
            io.BytesIO(member.data),
            record_types=_TYPES,
            parse_http=False,
            max_header_len=_MAX_HEADER_BYTES,
        )
        for record in records:
            try:
                capture = capture_of(record, record.reader.read())
            except Unbelievable as error:
                yield damaged(error.reason, str(error))
                continue
            yield capture and replace(
                capture, warc_file=path.name, warc_offset=member.offset, replayed=True
            )
    except (ValueError, OSError, RuntimeError) as error:
        yield damaged("corrupt", f"cannot be read as WARC ({error})")


class Unbelievable(Exception):
    """A record whose bytes are not what it says of them."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def capture_of(record: WarcRecord, block: bytes) -> Capture | None:
    """The capture in a record whose bytes have been read; None where it is no page.

    Raises:
        Unbelievable: the bytes are not what the record says of them.
    """
    expected, metadata = record_length(record), record.headers.get(METADATA_HEADER)
    if len(block) != expected:
        raise Unbelievable("truncated", f"{len(block)} bytes of {expected}")
    verify(record.headers.get("WARC-Block-Digest"), block)
    if metadata is not None and '"capture_id"' in metadata:
        return _ours(metadata, block, is_http=record.is_http)
    return foreign(record, block)


def record_length(record: WarcRecord) -> int:
    """How long a record says it is; -1 where it does not."""
    told = record.headers.get("Content-Length") or ""
    return int(told) if told.strip().isdigit() else -1


def verify(label: str | None, block: bytes) -> None:
    """Check a labelled digest; an algorithm we do not have is not held against the record."""
    algorithm, _, value = (label or "").partition(":")
    algorithm = algorithm.strip().lower().replace("-", "")
    if algorithm not in ("md5", "sha1", "sha256", "sha512") or not value:
        return
    engine = hashlib.new(algorithm, block, usedforsecurity=False)
    value = value.strip()
    is_hex = len(value) == engine.digest_size * 2
    try:
        told = (
            bytes.fromhex(value) if is_hex else b32decode(value.upper() + "=" * (-len(value) % 8))
        )
    except ValueError:
        told = b""
    if told != engine.digest():
        raise Unbelievable("digest", f"its bytes do not have the recorded {algorithm} digest")


def _ours(metadata: str, block: bytes, *, is_http: bool) -> Capture:
    body = block.partition(b"\r\n\r\n")[2] if is_http else block
    try:
        told: dict[str, Any] = json.loads(metadata)
        capture = Capture(
            capture_id=told["capture_id"],
            kind=told["kind"],
            url=told["url"],
            final_url=told["final_url"],
            source_id=told["source_id"],
            status=told["status"],
            content_type=told["content_type"],
            charset=told["charset"],
            body=body,
            digest=told["digest"],
            fetched_at=datetime.fromisoformat(told["fetched_at"]),
            headers=told["headers"],
            candidate=_candidate(told["candidate"]),
            permanent_url=told.get("permanent_url"),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Unbelievable("metadata", f"its {METADATA_HEADER} cannot be read ({error})") from error
    if digest_of(body) != capture.digest:
        raise Unbelievable("digest", "its body does not have the digest noted when it was kept")
    if capture_id_of(capture.url, capture.fetched_at, capture.digest) != capture.capture_id:
        raise Unbelievable("metadata", f"its {METADATA_HEADER} does not fit its capture id")
    return capture


def _candidate(told: dict[str, Any] | None) -> Candidate | None:
    """Fields a newer version added are left out, not tripped over."""
    if told is None:
        return None
    known = {k: v for k, v in told.items() if k in _CANDIDATE_FIELDS}
    if known.get("published") is not None:
        known["published"] = datetime.fromisoformat(known["published"])
    known["alternates"] = tuple(known.get("alternates", ()))
    return Candidate(**known)


def foreign(record: WarcRecord, block: bytes) -> Capture | None:
    """A page some other tool archived; None for redirects, errors and records without URL."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    if not url:
        return None
    content_type, status, headers = record.headers.get("Content-Type") or "", 200, {}
    charset, body = None, block
    if record.is_http:
        again = WarcRecord()
        again.init_headers(WarcRecordType.response)
        again.is_http = True
        again.set_bytes_content(block)
        again.parse_http(auto_decode="all", strict_mode=False)
        status = again.http_headers.status_code or 0
        if not 200 <= status < 300:
            return None
        pairs = {k.lower(): v for k, v in again.http_headers.to_dict().items()}
        headers = {k: v for k, v in pairs.items() if k in _KEPT}
        content_type, charset = pairs.get("content-type", ""), again.http_charset
        body = _decoded(again)
    if record.record_date is None:
        raise Unbelievable("metadata", "does not say when it was fetched (WARC-Date)")
    if len(body) > MAX_BODY_BYTES:
        raise Unbelievable("too_large", f"is larger than {MAX_BODY_BYTES:,} bytes")
    return make_capture(
        url=url,
        kind="page",
        source_id=FOREIGN_SOURCE,
        fetched_at=record.record_date,
        body=body,
        content_type=content_type,
        charset=charset,
        status=status,
        headers=headers,
    )


def _decoded(record: WarcRecord) -> bytes:
    try:
        return record.reader.read(MAX_BODY_BYTES + 1)
    except (ValueError, OSError, RuntimeError) as error:
        raise Unbelievable("bad_encoding", f"its body cannot be decoded ({error})") from error
