from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.errors import FeedError
from connectors.gdelt import newest_file, parse_gkg
from connectors.http import Fetcher
from connectors.policy import FetchPolicy
from connectors.polling import poll
from connectors.records import FeedResult
from dossiers.records import Source
from tests.connectors.loopback import Reply, World


def row(number: int, *places: str, title: str = "A title") -> str:
    located = ";".join(f"1#Somewhere#{code}#{code}#40#45#{code}" for code in places)
    cells = [f"2025080810-{number}", "20250808101500", "1", "wire.example"]
    cells += [f"https://wire.example/{number}", "", "", "", "", located, located]
    cells += [""] * (26 - len(cells))
    moment = "<PAGE_PRECISEPUBTIMESTAMP>20250808093000</PAGE_PRECISEPUBTIMESTAMP>"
    return "\t".join([*cells, f"<PAGE_TITLE>{title}</PAGE_TITLE>{moment}"])


def table(*rows: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("20250808101500.gkg.csv", "\n".join(rows))
    return out.getvalue()


@pytest.fixture
def gdelt(source: Source) -> Source:
    return replace(source, kind="gdelt", countries=("AM", "AJ"))


ROWS = (row(1, "AM", "AJ", title="Caf&#xE9; talks"), row(2, "AM", "GG"), row(3, "AJ"), "broken\tAM")


def test_rows_that_name_both_countries_are_candidates(gdelt: Source, now: datetime) -> None:
    feed = parse_gkg(table(*ROWS), url="https://x.example/f.zip", source=gdelt, now=now)
    (found,) = feed.candidates
    assert found.url == "https://wire.example/1"
    assert found.title == "Café talks"
    assert found.published == datetime(2025, 8, 8, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "md5", "reason"),
    [
        (b"no zip", None, "malformed_feed"),
        (table(*ROWS)[:-30], None, "malformed_feed"),
        (table(*ROWS), "0" * 32, "damaged"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(
    gdelt: Source, now: datetime, body: bytes, md5: str | None, reason: str
) -> None:
    with pytest.raises(FeedError) as told:
        parse_gkg(body, url="https://x.example/f.zip", source=gdelt, now=now, md5=md5)
    assert told.value.reason == reason


def test_an_index_that_names_no_table_is_no_index() -> None:
    with pytest.raises(FeedError, match="lastupdate"):
        newest_file(b"<html>busy</html>", "https://x.example/lastupdate.txt")


def test_the_index_leads_to_its_newest_table(
    world: World, make_policy: Callable[..., FetchPolicy], gdelt: Source, now: datetime
) -> None:
    body = table(*ROWS)
    md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
    index = f"{len(body)} {md5} {world.url('/f.export.CSV.zip')}\n"
    index += f"{len(body)} {md5} {world.url('/f.gkg.csv.zip')}\n"
    world.routes["/last.txt"] = Reply(200, index.encode(), {"Content-Type": "text/plain"})
    world.routes["/f.gkg.csv.zip"] = Reply(200, body, {"Content-Type": "application/zip"})

    async def go() -> FeedResult:
        async with Fetcher(make_policy(retries=0)) as fetcher:
            return await poll(replace(gdelt, url=world.url("/last.txt")), None, fetcher, now)

    result = asyncio.run(go())
    assert (result.outcome, len(result.candidates)) == ("parsed", 1)
    world.routes["/f.gkg.csv.zip"] = Reply(200, body + b"x", {"Content-Type": "application/zip"})
    assert asyncio.run(go()).reason == "damaged"
