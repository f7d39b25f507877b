"""What is fuzzed: every door through which text of the outside world comes in.

A target takes bytes and may refuse them with its named errors; anything else it raises is a
crash. Samples are written for this purpose.
"""

from __future__ import annotations

import gzip
import io
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from connectors.charsets import decode
from connectors.errors import ArchiveError, FeedError
from connectors.feeds import parse_feed
from connectors.gdelt import newest_file, parse_gkg
from connectors.listings import parse_listing
from connectors.robots import read_rules
from connectors.sitemaps import children_of, parse_sitemap
from connectors.telegram import parse_preview
from connectors.warc_reading import read_captures
from connectors.warc_scan import scan
from dossiers.boilerplate import load_rules
from dossiers.languages import load_languages
from dossiers.loader import load
from dossiers.records import Source
from transforms.errors import ExtractionError
from transforms.pipeline import Pipeline
from transforms.records import RawDocument

URL: Final = "https://outlet.example/news"
NOW: Final = datetime(2025, 8, 9, 6, 0, tzinfo=UTC)
SOURCE: Final = Source("src", "An outlet", "rss", URL, "en", None, "private", "independent")

_SAMPLES: Final = Path(__file__).with_name("fuzz_samples")


@dataclass(frozen=True, slots=True)
class Target:
    """A door: samples that it opens to, and what it does with bytes."""

    name: str
    samples: tuple[bytes, ...]
    run: Callable[[bytes], Any]


def _sample(name: str) -> bytes:
    return (_SAMPLES / name).read_bytes()


def _reader(parse: Callable[..., Any]) -> Callable[[bytes], Any]:
    def run(body: bytes) -> Any:
        told = {"content_type": "text/xml", "charset": None, "url": URL}
        try:
            return parse(body, **told, source=SOURCE, now=NOW)
        except FeedError as error:
            return error.reason

    return run


def _index(body: bytes) -> Any:
    try:
        return children_of(body, URL, NOW)
    except FeedError as error:
        return error.reason


def _gkg(body: bytes) -> Any:
    """Even bodies are tables to be zipped, odd ones are zips."""
    with suppress(FeedError):
        newest_file(body, URL)
    zipped = body if body.startswith(b"PK") else _zip(body)
    return _reader(lambda b, source, now, **_: parse_gkg(b, url=URL, source=source, now=now))(
        zipped
    )


def _zip(table: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.gkg.csv", table)
    return out.getvalue()


def _warc(body: bytes) -> Any:
    """Read by both readers; what is no gzip is also tried as one member."""
    with tempfile.NamedTemporaryFile(suffix=".warc") as file:
        for data in (body, body if body.startswith(b"\x1f\x8b") else gzip.compress(body, 1)):
            file.seek(0)
            file.truncate()
            file.write(data)
            file.flush()
            try:
                found = list(read_captures(Path(file.name)))
                found += list(scan(Path(file.name), lambda *_: True))  # type: ignore[arg-type]
            except ArchiveError as error:
                return error.reason
    return len(found)


def _record() -> bytes:
    page = _sample("page.html")
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        "WARC/1.0",
        "WARC-Type: response",
        f"WARC-Target-URI: {URL}",
        "WARC-Date: 2025-08-08T10:00:00Z",
        "WARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-123456789012>",
        "Content-Type: application/http;msgtype=response",
        f"Content-Length: {len(http)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + http + b"\r\n\r\n"


def _page(pipeline: Pipeline, content_type: str) -> Callable[[bytes], Any]:
    def run(body: bytes) -> Any:
        try:
            raw = RawDocument("d", URL, body, content_type, fetched_at=NOW)
            return pipeline.process(raw).relevant
        except ExtractionError as error:
            if error.reason == "extraction_failed":  # somebody's exception, caught and named
                raise
            return error.reason

    return run


def targets() -> tuple[Target, ...]:
    """All doors. Builds the pipeline, which takes a few seconds."""
    pipeline = Pipeline.build(load(), load_languages(), load_rules())
    feeds = tuple(map(_sample, ("rss.xml", "atom.xml", "rdf.xml", "feed.json")))
    one_map, listing, page = map(_sample, ("sitemap.xml", "listing.html", "page.html"))
    maps = (one_map, _sample("sitemap_index.xml"), gzip.compress(one_map))
    table, plain, record = _sample("table.gkg.csv"), _sample("plain.txt"), _record()
    cyrillic = plain.decode().encode("cp1251", "replace")
    return (
        Target("feed", (*feeds, one_map, listing), _reader(parse_feed)),
        Target("sitemap", (*maps, feeds[0]), _reader(parse_sitemap)),
        Target("sitemap index", maps, _index),
        Target("listing", (listing, page), _reader(parse_listing)),
        Target("channel preview", (_sample("preview.html"), listing), _reader(parse_preview)),
        Target("table", (table, table * 2, _zip(table)), _gkg),
        Target("charset", (*feeds, cyrillic), lambda b: decode(b, "utf-8")),
        Target("robots.txt", (_sample("robots.txt"),), lambda b: read_rules(b).allows(URL)),
        Target("archive", (record, record * 2, gzip.compress(record) * 2), _warc),
        Target("page", (page, listing), _page(pipeline, "text/html")),
        Target("plain text", (plain,), _page(pipeline, "text/plain")),
    )
