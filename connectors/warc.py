"""Archives of captures: what was fetched, whole, before anyone looks at it.

One gzipped WARC/1.1 file (ISO 28500) per process run, one gzip member per record, opened at
the first capture and never reopened for append: after a crash a last record may be cut short,
and whatever were appended behind it would be lost to most readers.

A response record holds the decoded body under rewritten HTTP headers, so any WARC tool can
read it. What this project knows besides (the source, what the feed said, the address first
asked for) is one line of JSON in the header ``WARC-JSON-Metadata``: a replay knows what the
first run knew. Reading is in `connectors.warc_reading`.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
import threading
from base64 import b32encode
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from connectors.errors import ArchiveError, ArchiveFull
from connectors.warc_reading import (
    METADATA_HEADER,
    DamagedRecord,
    read_capture,
    read_captures,
)

if TYPE_CHECKING:
    from types import TracebackType

    from connectors.records import Capture

__all__ = ["CaptureArchive", "DamagedRecord", "list_archives", "read_capture", "read_captures"]

COMPRESSION_LEVEL = 4
"""Measured on 60 KB pages: 2 to 6 cost the same (about 1 ms with digests), 1 is no quicker
and 40 % larger, 9 takes twice as long for nothing."""

_SUFFIX = ".warc.gz"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")


def list_archives(directory: Path) -> list[Path]:
    """The archives of ``directory``, oldest first (their names begin with their time)."""
    return sorted(p for p in directory.glob(f"*{_SUFFIX}") if p.is_file())


class CaptureArchive:
    """Appends captures to a file of its own. Safe to call from several threads.

    Args:
        directory: made when missing.
        run_id: goes into the file's name.
        now: the run's instant; goes into the file's name.
        durable: also wait for the disk after each record. Without it a record survives the
            death of the process but not of the machine; `sync` then does it for a batch.
    """

    def __init__(
        self, directory: Path, run_id: str, now: datetime, *, durable: bool = True
    ) -> None:
        self._directory = Path(directory)
        self._run_id = run_id
        self._now = now.astimezone(UTC)
        self._durable = durable
        self._path: Path | None = None
        self._descriptor: int | None = None
        self._end = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def path(self) -> Path | None:
        """The file, None while nothing has been appended."""
        return self._path

    def append(self, capture: Capture) -> Capture:
        """Write ``capture`` as one record and return it with ``warc_file`` and ``warc_offset``.

        A capture without anything to keep (failed, or 304) and one that is already in an
        archive come back as they are.

        Raises:
            ArchiveFull: when there is no room; what was written before stays readable.
            ArchiveError: when the file cannot be made or written otherwise.
        """
        if capture.error is not None or capture.status == 304 or capture.warc_file is not None:
            return capture
        member = _member(_record(capture))
        with self._lock:
            descriptor = self._open()
            offset = self._write(descriptor, member)
            if self._path is None:
                raise RuntimeError("an open archive has a path")
            return replace(capture, warc_file=self._path.name, warc_offset=offset)

    def sync(self) -> None:
        """Wait until all records written so far are on the disk."""
        with self._lock:
            if self._descriptor is not None:
                self._guard(os.fsync, self._descriptor)

    def close(self) -> None:
        """Sync and close; further appends go to a file of their own."""
        self.sync()
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is not None:
            return self._descriptor
        self._guard(lambda: self._directory.mkdir(parents=True, exist_ok=True))
        stem = f"{self._now:%Y%m%dT%H%M%SZ}-{_UNSAFE.sub('_', self._run_id)}-{os.getpid()}"
        for number in range(1, 10_000):
            name = stem if number == 1 else f"{stem}-{number}"
            path = self._directory / f"{name}{_SUFFIX}"
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
                descriptor: int = self._guard(os.open, path, flags, 0o644)
            except FileExistsError:
                continue
            self._path, self._descriptor, self._end = path, descriptor, 0
            self._write(descriptor, _member(_warcinfo(path.name, self._run_id, self._now)))
            self._sync_directory()
            return descriptor
        raise ArchiveError("archive", str(self._directory), f"no free file name for {stem}")

    def _write(self, descriptor: int, member: bytes) -> int:
        """Write one gzip member whole or not at all; its offset."""
        start = self._end
        try:
            view = memoryview(member)
            while view:
                view = view[self._guard(os.write, descriptor, view) :]
            if self._durable:
                self._guard(os.fsync, descriptor)
        except ArchiveError:
            # A half-written record would be reported as damaged at every reading.
            os.ftruncate(descriptor, start)
            os.lseek(descriptor, start, os.SEEK_SET)
            raise
        self._end = start + len(member)
        return start

    def _sync_directory(self) -> None:
        if self._durable:
            descriptor = os.open(self._directory, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def _guard(self, call: Any, *args: Any) -> Any:
        """Call, and name what the operating system refuses."""
        try:
            return call(*args)
        except FileExistsError:
            raise
        except OSError as error:
            where = str(self._path or self._directory)
            if error.errno in _FULL:
                raise ArchiveFull(
                    "archive_full",
                    where,
                    f"no room to keep what is fetched ({error.strerror}); free some space there, "
                    "or put the warehouse on a larger disk, then run again",
                ) from error
            raise ArchiveError(
                "archive", where, f"cannot be written ({error.strerror}); check its permissions"
            ) from error


def _member(record: WarcRecord) -> bytes:
    """``record`` as one gzip member."""
    buffer = io.BytesIO()
    writer = GzipWriter(buffer, compression_level=COMPRESSION_LEVEL)
    record.write(writer, checksum_data=True)
    writer.finish()
    return buffer.getvalue()


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _uri(url: str) -> str:
    """``url`` fit for a header line: no spaces, controls or non-ASCII characters."""
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~", errors="replace")


def _warcinfo(name: str, run_id: str, now: datetime) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(WarcRecordType.warcinfo)
    record.headers["WARC-Date"] = _date(now)
    record.headers["WARC-Filename"] = name
    record.headers["Content-Type"] = "application/warc-fields"
    fields = {"software": "araxes", "format": "WARC File Format 1.1", "isPartOf": _uri(run_id)}
    record.set_bytes_content("".join(f"{k}: {v}\r\n" for k, v in fields.items()).encode())
    return record


def _record(capture: Capture) -> WarcRecord:
    is_http = capture.kind != "file"
    record = WarcRecord()
    record.init_headers(WarcRecordType.response if is_http else WarcRecordType.resource)
    record.headers["WARC-Target-URI"] = _uri(capture.final_url)
    record.headers["WARC-Date"] = _date(capture.fetched_at)
    sha1 = hashlib.sha1(capture.body, usedforsecurity=False).digest()
    record.headers["WARC-Payload-Digest"] = f"sha1:{b32encode(sha1).decode()}"
    record.headers[METADATA_HEADER] = json.dumps(_metadata(capture), separators=(",", ":"))
    if is_http:
        record.headers["Content-Type"] = "application/http; msgtype=response"
        record.set_bytes_content(_http_head(capture) + capture.body)
    else:
        record.headers["Content-Type"] = _header_value(capture.content_type) or "text/plain"
        record.set_bytes_content(capture.body)
    return record


def _http_head(capture: Capture) -> bytes:
    """HTTP headers that fit the decoded body: no encodings, its own length."""
    lines = [f"HTTP/1.1 {capture.status} -"]
    lines += [f"{_header_value(k)}: {_header_value(v)}" for k, v in capture.headers.items()]
    if "content-type" not in capture.headers and capture.content_type:
        charset = f"; charset={_header_value(capture.charset)}" if capture.charset else ""
        lines.append(f"content-type: {_header_value(capture.content_type)}{charset}")
    lines.append(f"content-length: {len(capture.body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace")


def _header_value(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _metadata(capture: Capture) -> dict[str, Any]:
    candidate = None
    if capture.candidate is not None:
        candidate = asdict(capture.candidate)
        if capture.candidate.published is not None:
            candidate["published"] = capture.candidate.published.astimezone(UTC).isoformat()
    return {
        "capture_id": capture.capture_id,
        "kind": capture.kind,
        "url": capture.url,
        "final_url": capture.final_url,
        "source_id": capture.source_id,
        "status": capture.status,
        "content_type": capture.content_type,
        "charset": capture.charset,
        "digest": capture.digest,
        "fetched_at": capture.fetched_at.astimezone(UTC).isoformat(),
        "headers": dict(capture.headers),
        "permanent_url": capture.permanent_url,
        "candidate": candidate,
    }
