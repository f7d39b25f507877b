"""What the demo's sources that are no feed show: sitemaps, listings, previews, pointers. Pure.

A source of these kinds answers at its own path and, for sitemaps and pointers, at those of
its parts; `paths_of` names them, `render_index` gives the page at one of them.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from demo.feeds import TRACKING, item_link
from demo.site import Page, last_change, render_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from demo.articles import Article, FeedSource, NewsWorld

KINDS: Final = frozenset({"sitemap", "listing", "telegram", "gdelt"})
NEWS_PART: Final = "/sitemaps/news.xml.gz"
OLD_PART: Final = "/sitemaps/archive-2019.xml"
_FILES: Final = {1: "20250809114500", 2: "20250812174500"}
_GKG_COLUMNS: Final = 27
_ZIP_DATE: Final = (2025, 8, 9, 0, 0, 0)
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP_NAMES: Final = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def paths_of(source: FeedSource) -> tuple[str, ...]:
    """Every path at which the source answers; an archive is a file, not a page."""
    if source.kind == "warc":
        return ()
    if source.kind == "sitemap":
        return (source.path, NEWS_PART, OLD_PART)
    if source.kind == "gdelt":
        return (source.path, *(_part(source, stage) for stage in _FILES))
    return (source.path,)


def render_index(
    world: NewsWorld, source: FeedSource, path: str, bases: Mapping[str, str], stage: int
) -> Page:
    """The page at one of the source's paths."""
    if source.kind == "sitemap":
        return _sitemap(world, source, path, bases[source.outlet], stage)
    if source.kind == "gdelt":
        return _pointer(world, source, path, bases, stage)
    articles = world.of_source(source.id, stage)
    base = bases[source.outlet]
    return render_template(world, source, articles, base, stage)


# --- sitemaps -----------------------------------------------------------------------------


def _sitemap(world: NewsWorld, source: FeedSource, path: str, base: str, stage: int) -> Page:
    changed = last_change(world, world.outlets[source.outlet], stage)
    if path == OLD_PART:
        body = f"{_XML}<urlset {_SITEMAP_NAMES}></urlset>\n"
        return Page(200, "application/xml", body.encode(), None)
    if path == NEWS_PART:
        articles = world.of_source(source.id, stage)
        entries = "".join(_news_entry(world, source, article, base) for article in articles)
        body = f"{_XML}<urlset {_SITEMAP_NAMES}>\n{entries}</urlset>\n"
        return Page(200, "application/gzip", gzip.compress(body.encode(), mtime=0), changed)
    parts = ((OLD_PART, "2019-12-31T23:00:00+00:00"), (NEWS_PART, changed.isoformat()))
    rows = "".join(
        f"<sitemap><loc>{base}{part}</loc><lastmod>{when}</lastmod></sitemap>\n"
        for part, when in parts
    )
    body = f"{_XML}<sitemapindex {_SITEMAP_NAMES}>\n{rows}</sitemapindex>\n"
    return Page(200, "application/xml", body.encode(), changed)


def _news_entry(world: NewsWorld, source: FeedSource, article: Article, base: str) -> str:
    """An entry; what another source names too is named here with tracking parameters."""
    twin = f"?{TRACKING}" if article.source != source.id else ""
    outlet = world.outlets[source.outlet]
    return (
        f"<url><loc>{escape(base + article.path + twin)}</loc><news:news><news:publication>"
        f"<news:name>{escape(outlet.name)}</news:name>"
        f"<news:language>{article.language}</news:language></news:publication>"
        f"<news:publication_date>{article.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(article.title)}</news:title></news:news></url>\n"
    )


# --- GDELT --------------------------------------------------------------------------------


def _part(source: FeedSource, stage: int) -> str:
    return f"{source.path.rpartition('/')[0]}/{_FILES[stage]}.gkg.csv.zip"


def _pointer(
    world: NewsWorld, source: FeedSource, path: str, bases: Mapping[str, str], stage: int
) -> Page:
    """``lastupdate.txt`` with sizes and digests, or the zipped table it names."""
    table = _table(world, source, bases, stage)
    if path == _part(source, stage):
        return Page(200, "application/zip", table)
    if path != source.path:
        return Page(404, "text/plain; charset=utf-8", b"404\n")
    folder = f"{bases[source.outlet]}{source.path.rpartition('/')[0]}/{_FILES[stage]}"
    digest = hashlib.md5(table, usedforsecurity=False).hexdigest()
    lines = (
        f"{81_204} {'0' * 31}1 {folder}.export.CSV.zip",
        f"{120_337} {'0' * 31}2 {folder}.mentions.CSV.zip",
        f"{len(table)} {digest} {folder}.gkg.csv.zip",
    )
    return Page(200, "text/plain", "".join(f"{line}\n" for line in lines).encode())


def _table(world: NewsWorld, source: FeedSource, bases: Mapping[str, str], stage: int) -> bytes:
    rows = [
        _gkg_row(item_link(a, bases[a.outlet], source), a.title, f"{a.published:%Y%m%d%H%M%S}")
        for a in world.of_source(source.id, stage)
    ]
    rows += [
        _gkg_row(bases[outlet] + path, "A fair", f"{_FILES[stage]}", ("AM",))
        for outlet, path in (decoy.split(":", 1) for decoy in source.decoys)
        if outlet != source.outlet
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        name = zipfile.ZipInfo(f"{_FILES[stage]}.gkg.csv", _ZIP_DATE)
        archive.writestr(name, "".join(rows), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _gkg_row(url: str, title: str, moment: str, countries: tuple[str, ...] = ("AM", "AJ")) -> str:
    """A row of the GKG 2.1 codebook's 27 columns; those nobody reads are left empty."""
    cells = [""] * _GKG_COLUMNS
    cells[0], cells[1], cells[2], cells[3], cells[4] = f"{moment}-1", moment, "1", "demo", url
    cells[9] = ";".join(f"1#{code}#{code}#{code}#40#45#{code}" for code in countries)
    cells[26] = (
        f"<PAGE_TITLE>{escape(title)}</PAGE_TITLE>"
        f"<PAGE_PRECISEPUBTIMESTAMP>{moment}</PAGE_PRECISEPUBTIMESTAMP>"
    )
    return "\t".join(cells) + "\n"
