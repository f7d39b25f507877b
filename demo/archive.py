"""The demo's archive: pages that are served no more, in a WARC file as a crawler leaves it.

ISO 28500 (WARC 1.1): a gzip member a record. Beside what must be found it holds pages of the
world that are none of the process's business, which a scan must pass over.
"""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING, Final

from fastwarc.warc import WarcRecord, WarcRecordType

from demo.site import render_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from demo.articles import NewsWorld
    from demo.site import Page

CRAWLED_AT: Final = "2025-08-10T04:00:00Z"


def write_archive(world: NewsWorld, bases: Mapping[str, str], path: Path) -> Path:
    """Write the archive to ``path``, under the addresses of these servers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for url, page in _pages(world, bases):
            record = WarcRecord()
            record.init_headers(record_type=WarcRecordType.response)
            record.headers["WARC-Target-URI"] = url
            record.headers["WARC-Date"] = CRAWLED_AT
            record.headers["Content-Type"] = "application/http; msgtype=response"
            record.set_bytes_content(_answer(page))
            member = io.BytesIO()
            record.write(member, checksum_data=True)
            file.write(gzip.compress(member.getvalue(), mtime=0))
    return path


def _pages(world: NewsWorld, bases: Mapping[str, str]) -> Iterator[tuple[str, Page]]:
    """The archived pages, and what their outlets had beside them that is no concern of ours."""
    archived = world.archived()
    for name in sorted({article.outlet for article in archived}):
        base = bases[name]
        others = [a for a in world.of_outlet(name, 1) if a.kind == "article" and not a.relevant]
        for article in (*others, *(a for a in archived if a.outlet == name)):
            yield base + article.path, render_article(world, article, base, 1)


def _answer(page: Page) -> bytes:
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {page.content_type}\r\n"
        f"Content-Length: {len(page.body)}\r\n\r\n"
    )
    return head.encode("ascii") + page.body
