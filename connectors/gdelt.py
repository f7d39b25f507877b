"""GDELT's fifteen-minute files as discovery: what the world's press wrote, in any language.

``lastupdate.txt`` (and ``lastupdate-translation.txt``) names the newest files with their sizes
and MD5 digests; the Global Knowledge Graph file (GKG 2.1 codebook) has a row an article: its
address, the places it names, its title. A row is a candidate when it names all the countries
the catalogue asks for (FIPS 10-4 codes, as GDELT writes them).

GDELT is a pointer, never an authority: its candidates are fetched and coded like any others.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from connectors.errors import FeedError
from connectors.items import Item, ParsedFeed, candidates_of
from connectors.records import Capture, FeedResult, FeedState

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.http import Fetcher
    from dossiers.records import Source

MAX_INFLATED: Final = 300_000_000
MAX_LINE: Final = 1_000_000
_NO_ZIP: Final = (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError)
_COLUMNS: Final = 27
_ADDRESS, _COUNTRIES, _EXTRAS = 4, (9, 10), 26
_TITLE: Final = re.compile(r"<PAGE_TITLE>([^<]*)</PAGE_TITLE>")
_MOMENT: Final = re.compile(r"<PAGE_PRECISEPUBTIMESTAMP>(\d{14})</PAGE_PRECISEPUBTIMESTAMP>")
_LINE: Final = re.compile(r"^(\d+)\s+([0-9a-f]{32})\s+(https?://\S+\.gkg\.csv\.zip)$", re.I | re.M)


def newest_file(body: bytes, url: str) -> tuple[str, str]:
    """The newest GKG file and its MD5, from ``lastupdate.txt``.

    Raises:
        FeedError: ``not_a_feed`` when none is named.
    """
    found = _LINE.search(body.decode("ascii", "replace"))
    if found is None:
        raise FeedError("not_a_feed", url, "names no .gkg.csv.zip file; is it lastupdate.txt?")
    return found[3], found[2].lower()


def parse_gkg(
    body: bytes, *, url: str, source: Source, now: datetime, md5: str | None = None, **_: Any
) -> ParsedFeed:
    """Read a zipped GKG file.

    Args:
        body: the zip as fetched.
        url: where from.
        source: its ``countries`` say which a row must name, all of them.
        now: the run's instant.
        md5: what the index says of it; checked where given.

    Raises:
        FeedError: ``damaged`` (digest), ``malformed_feed`` (no zip, no table), ``too_large``.
    """
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    if md5 is not None and digest != md5:
        raise FeedError("damaged", url, f"has the digest {digest}, its index says {md5}")
    items = _rows(body, url, source.countries)
    candidates, troubles = candidates_of(items, url, source, None, now)
    return ParsedFeed(candidates, tuple(troubles), format="gkg")


def _lines(body: bytes, url: str) -> Iterator[str]:
    """The table's lines, inflated piece by piece: it is never in memory whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            (member,) = archive.infolist()
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise NotImplementedError("it is not deflated")
            room = MAX_INFLATED
            with archive.open(member) as stream:
                while line := stream.readline(MAX_LINE):
                    room -= len(line)
                    if room < 0:
                        raise FeedError("too_large", url, f"is over {MAX_INFLATED:,} bytes")
                    yield line.decode("utf-8", "replace")
    except (*_NO_ZIP, NotImplementedError) as error:
        raise FeedError("malformed_feed", url, f"is no zip of one table ({error})") from error


def _rows(body: bytes, url: str, countries: tuple[str, ...]) -> Iterator[Item]:
    wanted = [f"#{code}#" for code in countries]
    for line in _lines(body, url):
        if not all(code in line for code in wanted):
            continue
        cells = line.rstrip("\r\n").split("\t", _COLUMNS)
        if len(cells) < _COLUMNS:
            continue
        places = " ".join(cells[n] for n in _COUNTRIES)
        if not all(code in places for code in wanted):
            continue
        title, moment = _TITLE.search(cells[_EXTRAS]), _MOMENT.search(cells[_EXTRAS])
        yield Item(
            link=cells[_ADDRESS],
            title=html.unescape(title[1]) if title else None,
            date=_iso(moment[1]) if moment else None,
        )


def _iso(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:]}Z"


async def read_gdelt(
    source: Source,
    state: FeedState,
    capture: Capture,
    fetcher: Fetcher,
    now: datetime,
    read: Callable[..., FeedResult],
    keep: Callable[[Capture], Capture] | None,
) -> FeedResult:
    """Read the index, then the file it names, as one feed."""
    if capture.error is not None or capture.status == 304:
        return read(source, state, capture, now)
    try:
        address, md5 = newest_file(capture.body, capture.final_url)
    except FeedError as error:
        return read(source, state, capture, now, _raising(error))
    table = await fetcher.fetch(address, kind="feed", source_id=source.id, now=now)
    table = keep(table) if keep is not None else table
    if table.error is not None:
        failure = FeedError(table.error, address, table.error_detail or table.error)
        return read(source, state, capture, now, _raising(failure))
    parsed = await asyncio.to_thread(_parsed, table, source, now, md5)
    return read(source, replace(state, body_digest=None), capture, now, parsed)


def _raising(error: FeedError) -> Callable[..., ParsedFeed]:
    def parse(*_: object, **__: object) -> ParsedFeed:
        raise error

    return parse


def _parsed(table: Capture, source: Source, now: datetime, md5: str) -> Callable[..., ParsedFeed]:
    """A reader that answers with what the table held, or raises what was wrong with it."""
    try:
        feed = parse_gkg(table.body, url=table.final_url, source=source, now=now, md5=md5)
    except FeedError as error:
        return _raising(error)
    return lambda *_, **__: feed
