"""Folders of documents as captures: ``.txt``, ``.html``, ``.jsonl``, ``.warc.gz``.

Nothing here raises for what a folder holds: each trouble becomes a capture with ``error`` (a
stable word: ``bad_index``, ``empty``, ``too_large``, ``undecodable``, ``unreadable``,
``malformed_jsonl``, ``damaged_warc``) and a sentence naming file and line, and the rest goes
on. A file's modification time is never a date.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.captures import failed_capture, make_capture
from connectors.charsets import decode
from connectors.errors import ArchiveError, Permanent
from connectors.folder_index import (
    INDEX_NAME,
    Described,
    FolderIndex,
    describe,
    read_index,
)
from connectors.plain import storable
from connectors.records import Candidate, Capture
from connectors.warc_reading import FOREIGN_SOURCE, DamagedRecord, read_captures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

MAX_DOCUMENT_BYTES = 50_000_000
DEFAULT_SOURCE = "files"
_TEXT = (".txt",)
_HTML = (".html", ".htm")
_LINES = (".jsonl",)
_WARC = (".warc.gz", ".warc")
_READ = _TEXT + _HTML + _LINES + _WARC
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Folder:
    directory: Path
    now: datetime
    source_id: str
    index: FolderIndex

    def failure(self, name: str, reason: str, detail: str) -> Capture:
        """A capture that says what is wrong with a file or a part of it."""
        return failed_capture(
            url=storable(f"file:{name}"),
            kind="file",
            source_id=self.source_id,
            fetched_at=self.now,
            reason=reason,
            detail=storable(detail),
        )


def document_names(directory: Path) -> list[str]:
    """The documents of a folder and its sub-folders, relative with ``/``, sorted."""
    return [n for n in _file_names(directory) if n != INDEX_NAME and n.lower().endswith(_READ)]


def unread_files(directory: Path) -> list[str]:
    """The files that are passed over for their suffix, so that a run can say so."""
    return [n for n in _file_names(directory) if not n.lower().endswith(_READ)]


def _file_names(directory: Path) -> list[str]:
    paths = (p.relative_to(directory) for p in Path(directory).rglob("*") if p.is_file())
    return sorted(p.as_posix() for p in paths if not any(x.startswith(".") for x in p.parts))


def read_folder(
    directory: Path, now: datetime, *, source_id: str = DEFAULT_SOURCE
) -> Iterator[Capture]:
    """All documents of ``directory``, in the order of their names.

    The URL of a document is the index's, or its own, or ``file:NAME`` (``file:NAME#ID`` or
    ``file:NAME#LINE`` for a line of a ``.jsonl``). A ``.jsonl`` line comes as
    ``application/json``, with its bytes as body; a WARC's records as pages.

    Args:
        directory: the folder.
        now: becomes ``fetched_at``, except for WARC records, which say when they were fetched.
        source_id: for documents the index gives no source.

    Raises:
        Permanent: ``no_folder``, when ``directory`` is none.
    """
    directory = Path(directory)
    if not directory.is_dir():
        raise Permanent("no_folder", str(directory), "is not a folder; check the path")
    names = document_names(directory)
    index = read_index(directory, frozenset(names))
    return _read(_Folder(directory, now, source_id, index), names)


def _read(folder: _Folder, names: list[str]) -> Iterator[Capture]:
    for problem in folder.index.problems:
        place = problem.file if problem.line is None else f"{problem.file}#{problem.line}"
        yield folder.failure(place, problem.reason, problem.detail)
    for name in names:
        try:
            yield from _captures_of(folder, name)
        except OSError as error:
            detail = f"{name}: cannot be read ({error.strerror}); check its permissions"
            yield folder.failure(name, "unreadable", detail)


def _captures_of(folder: _Folder, name: str) -> Iterator[Capture]:
    lower = name.lower()
    if lower.endswith(_WARC):
        yield from _warc(folder, name)
    elif lower.endswith(_LINES):
        yield from _lines(folder, name)
    else:
        yield _document(folder, name, is_html=lower.endswith(_HTML))


def _candidate(url: str, described: Described, source_id: str) -> Candidate:
    return Candidate(
        url=url,
        source_id=source_id,
        title=described.title,
        published=described.published,
        language=described.language,
        published_is_day=described.published_is_day,
        is_authoritative=described != Described(),
    )


def _document(folder: _Folder, name: str, *, is_html: bool) -> Capture:
    path = folder.directory / name
    with path.open("rb") as stream:
        body = stream.read(MAX_DOCUMENT_BYTES + 1)
    if len(body) > MAX_DOCUMENT_BYTES:
        detail = f"{name}: is larger than {MAX_DOCUMENT_BYTES:,} bytes; split it"
        return folder.failure(name, "too_large", detail)
    if not body.strip():
        return folder.failure(name, "empty", f"{name}: is empty; remove or fill it")
    declared = _META_CHARSET.search(body[:4096]) if is_html else None
    decoded = decode(body, declared[1].decode("ascii") if declared else None)
    if decoded is None:
        detail = f"{name}: is not text in any charset known; save it as UTF-8"
        return folder.failure(name, "undecodable", detail)
    described = folder.index.described.get(name, Described())
    source_id = described.source or folder.source_id
    url = described.url or storable(f"file:{name}")
    return make_capture(
        url=url,
        kind="file",
        source_id=source_id,
        fetched_at=folder.now,
        body=body,
        content_type="text/html" if is_html else "text/plain",
        charset=decoded.charset,
        candidate=_candidate(url, described, source_id),
    )


def _lines(folder: _Folder, name: str) -> Iterator[Capture]:
    is_empty = True
    with (folder.directory / name).open("rb") as stream:
        number = 0
        while line := stream.readline(MAX_DOCUMENT_BYTES + 1):
            number += 1
            if len(line) > MAX_DOCUMENT_BYTES:
                detail = f"{name} line {number}: is larger than {MAX_DOCUMENT_BYTES:,} bytes"
                yield folder.failure(f"{name}#{number}", "too_large", detail)
                while line and not line.endswith(b"\n"):
                    line = stream.readline(MAX_DOCUMENT_BYTES)
            elif line.strip():
                yield from _line(folder, name, number, line)
            is_empty = is_empty and not line.strip()
    if is_empty:
        yield folder.failure(name, "empty", f"{name}: is empty; remove or fill it")


def _line(folder: _Folder, name: str, number: int, line: bytes) -> Iterator[Capture]:
    """One document, and a failure that names its hints that cannot be used."""

    def failure(reason: str, detail: str) -> Capture:
        return folder.failure(f"{name}#{number}", reason, f"{name} line {number}: {detail}")

    try:
        told: Any = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        yield failure("malformed_jsonl", f"is not JSON in UTF-8 ({error}); mend the line")
        return
    if not isinstance(told, dict) or not any(isinstance(told.get(k), str) for k in _BODIES):
        yield failure("malformed_jsonl", 'is no JSON object with a "text" or "html"')
        return
    if not any(str(told.get(k) or "").strip() for k in _BODIES):
        yield failure("empty", "has no text; remove or fill it")
        return
    own, troubles = describe(told)
    if troubles:
        yield failure("bad_line", "; ".join(troubles))
    described = _merged(own, folder.index.described.get(name, Described()))
    source_id = described.source or folder.source_id
    mark = told.get("id")
    has_mark = isinstance(mark, str | int) and not isinstance(mark, bool) and mark != ""
    url = own.url or storable(f"file:{name}#{mark if has_mark else number}")
    yield make_capture(
        url=url,
        kind="file",
        source_id=source_id,
        fetched_at=folder.now,
        body=line.strip(),
        content_type="application/json",
        charset="utf-8",
        candidate=_candidate(url, described, source_id),
    )


_BODIES = ("text", "html")


def _merged(own: Described, of_file: Described) -> Described:
    """A line's own description, completed by what the index says of the whole file."""
    from_own = own.published is not None
    return Described(
        published=own.published if from_own else of_file.published,
        published_is_day=own.published_is_day if from_own else of_file.published_is_day,
        url=own.url,
        source=own.source or of_file.source,
        language=own.language or of_file.language,
        title=own.title or of_file.title,
    )


def _warc(folder: _Folder, name: str) -> Iterator[Capture]:
    described = folder.index.described.get(name, Described())
    path = folder.directory / name
    if path.stat().st_size == 0:
        yield folder.failure(name, "empty", f"{name}: is empty; remove or fill it")
        return
    try:
        for number, found in enumerate(read_captures(path), 1):
            if isinstance(found, DamagedRecord):
                detail = f"{name}: {found.detail}"
                yield folder.failure(f"{name}#{number}", "damaged_warc", detail)
            elif found.kind != "feed":
                yield _from_warc(folder, described, found)
    except ArchiveError as error:
        yield folder.failure(name, "unreadable", str(error))


def _from_warc(folder: _Folder, described: Described, found: Capture) -> Capture:
    """The record as a page of this run: it will be kept in this run's own archive."""
    source_id = found.source_id
    if source_id == FOREIGN_SOURCE:
        source_id = described.source or folder.source_id
    candidate = found.candidate or Candidate(found.url, source_id, language=described.language)
    return replace(
        found,
        source_id=source_id,
        candidate=candidate,
        replayed=False,
        warc_file=None,
        warc_offset=None,
    )
