"""Archives by path or address: what ``araxes backfill`` was given becomes files to scan.

A folder stands for its WARC files, a list of paths (``warc.paths.gz``, as Common Crawl
publishes its news archive by month) for all it names, an http(s) address is downloaded through
the same guarded transport as everything else, and ``s3://`` is read by fsspec's own client.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from connectors.addresses import GuardedTransport
from connectors.errors import ArchiveError, ConnectorError
from connectors.failures import named

COMMON_CRAWL: Final = "https://data.commoncrawl.org/"
"""What the paths of a ``warc.paths`` list are relative to."""
ENDINGS: Final = (".warc", ".warc.gz")
MAX_ARCHIVE_BYTES: Final = 20_000_000_000
MAX_LIST_BYTES: Final = 50_000_000
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class LocalArchive:
    """A WARC file to scan: what it is called in the books, and where it lies.

    ``is_fetched`` marks a download, to be dropped once it has been taken in.
    """

    name: str
    path: Path
    is_fetched: bool = False


def expand(given: Sequence[str]) -> Iterator[str]:
    """Paths and addresses one by one: folders and local lists of paths are opened up.

    Raises:
        ArchiveError: a path that does not exist, or a folder without archives.
    """
    for text in given:
        if "://" in text:
            yield text
            continue
        path = Path(text)
        if path.is_dir():
            found = sorted(str(p) for p in path.rglob("*") if p.name.endswith(ENDINGS))
            if not found:
                raise ArchiveError("archive", text, "holds no .warc or .warc.gz file")
            yield from found
        elif not path.is_file():
            raise ArchiveError("archive", text, "does not exist; check the path")
        elif "paths" in path.name and not path.name.endswith(ENDINGS):
            yield from listed(path.read_bytes(), COMMON_CRAWL)
        else:
            yield text


def listed(body: bytes, base: str) -> Iterator[str]:
    """The addresses in a list of paths, one a line, plain or gzipped."""
    raw = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    for line in raw.decode("utf-8", "replace").split():
        yield urljoin(base, line)


def fetch_archive(url: str, folder: Path, allowed: frozenset[str]) -> LocalArchive:
    """Download an archive into ``folder``; one that lies there whole is not fetched again.

    Raises:
        ArchiveError: what the transport or the server refuses, named.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (urlsplit(url).path.rsplit("/", 1)[-1] or "archive.warc.gz")
    if path.exists():
        return LocalArchive(url, path, is_fetched=True)
    part = path.with_name(path.name + ".part")
    try:
        if url.startswith(("http://", "https://")):
            _over_http(url, part, allowed)
        else:
            _over_fsspec(url, part)
    except ConnectorError as error:
        part.unlink(missing_ok=True)
        raise ArchiveError("archive", url, f"cannot be fetched: {error}") from error
    part.rename(path)
    return LocalArchive(url, path, is_fetched=True)


def _over_http(url: str, part: Path, allowed: frozenset[str]) -> None:
    import asyncio

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
                    if out.tell() > MAX_ARCHIVE_BYTES:
                        raise ArchiveError("archive", url, "is larger than an archive may be")

    try:
        asyncio.run(go())
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise named(error, url) from error


def _over_fsspec(url: str, part: Path) -> None:
    import fsspec

    options: dict[str, Any] = {"anon": True} if url.startswith("s3://") else {}
    try:
        with fsspec.open(url, "rb", **options) as source, part.open("wb") as out:
            while chunk := source.read(_CHUNK):
                out.write(chunk)
    except ImportError as error:
        raise ArchiveError(
            "archive", url, f"needs a client that is not installed ({error}); pip install s3fs"
        ) from error
    except (OSError, ValueError) as error:
        raise ArchiveError("archive", url, f"cannot be read ({error})") from error
