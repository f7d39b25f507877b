"""The view of who reported first, who confirmed, and which side concerned is silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from warehouse_making import NOW, article, event, passage, situated

from dossiers.records import Source
from warehouse.publish import publish
from warehouse.read import query
from warehouse.records import Batch
from warehouse.store import open_writer

HOUR = timedelta(hours=1)


def source(name: str, country: str, ownership: str) -> Source:
    return Source(
        id=name,
        name=name,
        kind="rss",
        language="en",
        url=f"https://{name}.example/feed",
        country=country,
        ownership=ownership,
        alignment="independent",
    )


def test_sides_that_told_and_sides_that_are_silent_stand_side_by_side(tmp_path: Path) -> None:
    sources = [
        source("a", "AAA", "state"),
        source("b", "BBB", "state"),
        source("c", "CCC", "private"),
    ]
    told = []
    rows = []
    for number, (name, country) in enumerate((("c", "CCC"), ("a", "AAA"))):
        row = article(f"https://{name}.example/1", at=NOW + number * HOUR)
        mention = situated(passage(row.coded.document.url), row)
        published = NOW + number * HOUR
        told.append(
            replace(mention, source_id=name, origin=name, country=country, published=published)
        )
        rows.append(row)
    whole = event(*told)
    with open_writer(tmp_path, timeout_seconds=5, now=NOW) as writer:
        writer.sync_sources(sources, NOW)
        writer.begin_run("run_1", "ingest", NOW)
        writer.commit(
            Batch("run_1", NOW, articles=tuple(rows), situated=tuple(told), events=(whole,))
        )
        publish(writer, "run_1", NOW)
    columns, found = query(
        tmp_path,
        "SELECT country, part, is_silent, is_first, origin_count, ownerships FROM event_coverage",
    )
    assert columns[0] == "country"
    by_country = {row[0]: row[1:] for row in found}
    assert by_country == {
        "AAA": ("party", False, False, 1, ["state"]),
        "BBB": ("party", True, False, 0, []),
        "CCC": ("third party", False, True, 1, ["private"]),
    }
