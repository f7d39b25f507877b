"""Archives by path or address: what ``araxes backfill`` was given becomes files to scan.

A folder stands for its WARC files, a list of paths (``warc.paths.gz``, as Common Crawl
publishes its news archive by month) for all it names, an http(s) address is downloaded through
the same guarded transport as everything else, and ``s3://`` is read by fsspec's own client.
Archives elsewhere are downloaded one by one, when their turn comes, and dropped after it.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from connectors.addresses import GuardedTransport
from connectors.errors import ArchiveError, ConnectorError
from connectors.failures import named
from connectors.warc_members import gzip_start

COMMON_CRAWL: Final = "https://data.commoncrawl.org/"
"""What paths that begin with ``crawl-data/`` are relative to."""
ENDINGS: Final = (".warc", ".warc.gz")
LISTS: Final = (".paths", ".paths.gz", ".txt", ".txt.gz")
SCHEMES: Final = ("http://", "https://", "s3://")
"""What a list fetched from elsewhere may lead to: not to files of this machine."""
MAX_ARCHIVE_BYTES: Final = 20_000_000_000
MAX_LIST_BYTES: Final = 50_000_000
PART_BYTES: Final = 24_000_000
"""About what one scanner takes at a time."""
_GZIP: Final = b"\x1f\x8b"
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Archive:
    """A WARC file to scan: its name in the books, and where it lies on this machine.

    ``path`` is None while it lies elsewhere; its name is then its address. ``span`` is the part
    of the file meant: the bytes its first record and the part behind it begin at.
    """

    name: str
    path: Path | None = None
    span: tuple[int, int] | None = None

    @property
    def size_bytes(self) -> int:
        """Its size on this machine; 0 where that is not known."""
        if self.span:
            return self.span[1] - self.span[0]
        return self.path.stat().st_size if self.path and self.path.is_file() else 0


@dataclass(frozen=True, slots=True)
class Downloads:
    """How archives elsewhere come to this machine.

    Attributes:
        folder: where they are put.
        allowed: hosts that may be on private addresses.
        is_kept: whether they stay when they have been read.
    """

    folder: Path
    allowed: frozenset[str] = frozenset()
    is_kept: bool = False


def expand(given: Sequence[str], downloads: Downloads) -> Iterator[Archive]:
    """Paths and addresses one by one: folders and lists of paths are opened up.

    Raises:
        ArchiveError: a path that does not exist, a folder without archives, a list that
            cannot be read.
    """
    for text in given:
        path = Path(text)
        if "://" in text and not _is_list(text):
            yield Archive(text)
        elif "://" in text:
            with at_hand(Archive(text), downloads, MAX_LIST_BYTES) as local:
                yield from [Archive(url) for url in listed(local.read_bytes(), text)]
        elif path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.name.endswith(ENDINGS))
            if not found:
                raise ArchiveError("archive", text, "holds no .warc or .warc.gz file")
            yield from (Archive(str(p.resolve()), p) for p in found)
        elif not path.is_file():
            raise ArchiveError("archive", text, "does not exist; check the path")
        elif _is_list(text):
            yield from expand(list(listed(path.read_bytes(), text)), downloads)
        else:
            yield Archive(str(path.resolve()), path)


def parts(archive: Archive) -> list[Archive]:
    """A large gzipped file in parts that can be read side by side; any other as it is."""
    size = archive.size_bytes
    if archive.path is None or size < 2 * PART_BYTES:
        return [archive]
    count = size // PART_BYTES
    descriptor = os.open(archive.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if os.pread(descriptor, 2, 0) != _GZIP:
            return [archive]
        found = [gzip_start(descriptor, size * k // count) for k in range(1, count)]
    finally:
        os.close(descriptor)
    starts = [0, *(start for start in found if start is not None), size]
    if len(set(starts)) != count + 1:
        return [archive]  # one stretch of compression around many records
    return [
        Archive(f"{archive.name} part {k} of {count}", archive.path, span)
        for k, span in enumerate(pairwise(starts), 1)
    ]


def _is_list(name: str) -> bool:
    return urlsplit(name).path.endswith(LISTS)


def listed(body: bytes, where: str) -> Iterator[str]:
    """What a list of paths names, one a line, plain or gzipped.

    Args:
        body: the list.
        where: its own path or address, which its lines are relative to.

    Raises:
        ArchiveError: the list is damaged or larger than a list may be.
    """
    if body.startswith(_GZIP):
        try:
            with gzip.open(io.BytesIO(body)) as stream:
                body = stream.read(MAX_LIST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise ArchiveError("archive", where, f"is a damaged list ({error})") from error
    if len(body) > MAX_LIST_BYTES:
        raise ArchiveError("archive", where, f"is longer than {MAX_LIST_BYTES:,} bytes")
    for line in body.decode("utf-8", "replace").splitlines():
        if name := line.strip():
            yield _beside(name, where)


def _beside(name: str, where: str) -> str:
    if "://" in name:
        return name
    if name.startswith("crawl-data/"):
        root, found, _ = where.partition("crawl-data/")
        return (root if found and "://" in root else COMMON_CRAWL) + name
    if where.startswith(("http://", "https://")):
        return urljoin(where, name)
    if "://" in where:
        return f"{where.rpartition('/')[0]}/{name}"
    return str(Path(where).parent / name)


@contextmanager
def at_hand(
    archive: Archive, downloads: Downloads, most: int = MAX_ARCHIVE_BYTES
) -> Iterator[Path]:
    """An archive on this machine; one from elsewhere is there as long as this is entered.

    Raises:
        ArchiveError: what the transport or the server refuses, named.
    """
    if archive.path is not None:
        yield archive.path
        return
    path = _fetched(archive.name, downloads, most)
    yield path
    # Where reading it failed it stays, and is not fetched again.
    if not downloads.is_kept:
        path.unlink(missing_ok=True)


def _fetched(url: str, downloads: Downloads, most: int) -> Path:
    downloads.folder.mkdir(parents=True, exist_ok=True)
    name = urlsplit(url).path.rpartition("/")[2] or "archive.warc.gz"
    # Names repeat from one folder of a server to the next.
    path = downloads.folder / f"{sha256(url.encode()).hexdigest()[:8]}-{name}"
    if path.exists():
        return path
    if not url.lower().startswith(SCHEMES):
        raise ArchiveError("archive", url, f"is none of {', '.join(SCHEMES)}; leave it out")
    part = path.with_name(path.name + ".part")
    try:
        if url.startswith(("http://", "https://")):
            _over_http(url, part, downloads.allowed, most)
        else:
            _over_fsspec(url, part, most)
    except ArchiveError:
        part.unlink(missing_ok=True)
        raise
    except ConnectorError as error:
        part.unlink(missing_ok=True)
        why = str(error).removeprefix(f"{error.subject}: ")
        raise ArchiveError("archive", url, f"cannot be fetched: it {why}") from error
    part.rename(path)
    return path


def _over_http(url: str, part: Path, allowed: frozenset[str], most: int) -> None:
    async def go() -> None:
        transport = GuardedTransport(allowed, concurrency=1, http2=False)
        async with (
            httpx.AsyncClient(transport=transport, timeout=60.0, trust_env=False) as client,
            client.stream("GET", url, follow_redirects=True) as answer,
        ):
            if answer.status_code != 200:
                raise ArchiveError("archive", url, f"answers {answer.status_code}")
            with part.open("wb") as out:
                async for chunk in answer.aiter_raw(_CHUNK):
                    out.write(chunk)
                    if out.tell() > most:
                        raise ArchiveError("archive", url, f"is larger than {most:,} bytes")

    try:
        asyncio.run(go())
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise named(error, url) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpcore.UnsupportedProtocol) as error:
        raise ArchiveError("archive", url, f"cannot be fetched ({error})") from error


def _over_fsspec(url: str, part: Path, most: int) -> None:
    import fsspec

    options: dict[str, Any] = {"anon": True} if url.startswith("s3://") else {}
    try:
        with fsspec.open(url, "rb", **options) as source, part.open("wb") as out:
            while chunk := source.read(_CHUNK):
                out.write(chunk)
                if out.tell() > most:
                    raise ArchiveError("archive", url, f"is larger than {most:,} bytes")
    except ImportError as error:
        raise ArchiveError(
            "archive", url, f"needs a client that is not installed ({error}); pip install s3fs"
        ) from error
    except (OSError, ValueError) as error:
        raise ArchiveError("archive", url, f"cannot be read ({error})") from error
