"""Articles are looked at again: what changed is kept, what is gone is marked, once each.

One outlet and one channel over loopback, five runs: at once, and 1 h, 6 h, 24 h and 7 days on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows.cli.history import history
from flows.ingest import run_ingest
from flows.records import IngestRequest
from flows.settings import Settings
from tests.connectors.loopback import Reply, World, serve
from warehouse.read import open_reader

START = datetime(2025, 8, 9, 6, 0, tzinfo=UTC)
LOOKS = ("first", "1h", "6h", "24h", "7d")
WAITS = (0.0, 1.25, 6.25, 24.25, 168.25)
"""Hours of the runs: an article is as old as its first capture, which takes a while."""
PLANNED = (
    "The foreign ministers of Armenia and Azerbaijan will meet in Almaty on 20 August 2025, the "
    "foreign ministry of Kazakhstan said. Kazakhstan is hosting the talks."
)
CANCELLED = (
    "The meeting of the foreign ministers of Armenia and Azerbaijan in Almaty on 20 August 2025 "
    "has been cancelled, the foreign ministry of Kazakhstan said. Kazakhstan was to host the talks."
)
OWN = {
    "changing": "Ports and railways of the region were to be discussed with the hosts as well.",
    "steady": "Armenia and Azerbaijan opened the exhibition of old maps to visitors in spring.",
    "returning": "Farmers in Armenia and Azerbaijan compared the harvest of apricots and nuts.",
    "removed": "Students from Armenia and Azerbaijan wrote about rivers that both countries share.",
    "missing": "A chess match between Armenia and Azerbaijan ended in a draw after long play.",
    "walled": "Doctors of Armenia and Azerbaijan spoke about clinics near the common border.",
    "renamed": "Engineers of Armenia and Azerbaijan measured bridges and tunnels along the line.",
}
"""Articles of the outlet by path, each with a sentence of its own."""
WALL = Reply(
    200,
    b"<html><head><title>Just a moment</title></head><body><h1>Just a moment</h1>"
    b"<p>Checking your browser. Verify you are human: complete the captcha.</p></body></html>",
    {"Content-Type": "text/html"},
)
NOT_FOUND = Reply(
    200,
    b"<html><head><title>Page not found</title></head><body><h1>Page not found</h1>"
    b"<p>The page you requested does not exist. Error 404.</p></body></html>",
    {"Content-Type": "text/html"},
)


def page(world: World, name: str, lead: str, at: str | None = None, **headers: str) -> Reply:
    told = "".join(f"<p>{OWN[name]} {text}</p>" for text in (lead, *FILLERS))
    html = (
        f"<html><head><title>Report: {name}</title>"
        f'<link rel="canonical" href="{world.url("/" + (at or name))}">'
        '<meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2025-08-09T05:00:00Z"></head>'
        f"<body><article><h1>Report: {name}</h1><p>{lead}</p>{told}</article></body></html>"
    )
    return Reply(200, html.encode(), {"Content-Type": "text/html", **headers})


FILLERS = (
    "Both delegations thanked the organisers and promised to go on with the work they had begun.",
    "Nothing more was said about the agenda, and no documents were shown to the reporters there.",
)


def channel(world: World, text: str) -> Reply:
    html = (
        '<html><body><div class="tgme_widget_message" data-post="wire/7">'
        f'<div class="tgme_widget_message_text">{text}<br><br>{FILLERS[0]} {FILLERS[1]}</div>'
        f'<a class="tgme_widget_message_date" href="{world.url("/wire/7")}">'
        '<time datetime="2025-08-09T05:30:00+00:00">05:30</time></a></div></body></html>'
    )
    return Reply(200, html.encode(), {"Content-Type": "text/html"})


@dataclass
class Lived:
    """What each run saw and left: requests of pages, rows of the articles, the report."""

    world: World
    directory: Path
    asked: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    reports: dict[str, Any] = field(default_factory=dict)

    def article(self, look: str, name: str) -> dict[str, Any]:
        return self.rows[look][self.world.url("/" + name)]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with open_reader(self.directory) as reader:
            return list(reader.query(sql).rows)


def publish(world: World, look: str) -> None:
    """The outlet as it stands at one of the looks."""
    text = PLANNED if look == "first" else CANCELLED
    pages = {name: page(world, name, PLANNED) for name in OWN}
    pages["changing"] = page(world, "changing", text)
    pages["steady"] = page(world, "steady", PLANNED, ETag='"steady"')
    if look != "first":
        pages["steady"] = Reply(304, headers={"ETag": '"steady"'})
        pages["removed"] = Reply(410)
        moved = Reply(301, headers={"Location": "/renamed-better"})
        pages |= {
            "renamed": moved,
            "renamed-better": page(world, "renamed", text, "renamed-better"),
        }
    if look in ("1h", "6h"):
        pages["returning"] = Reply(404)
        pages["missing"] = NOT_FOUND if look == "1h" else WALL
    if look in ("24h", "7d"):
        pages["missing"] = NOT_FOUND
    if look == "1h":
        pages["walled"] = WALL
    links = [*OWN, "changing?utm_source=feed", *(["renamed-better"] if look != "first" else [])]
    items = "".join(
        f"<item><title>{n}</title><link>{world.url('/' + n)}</link>"
        "<pubDate>Sat, 09 Aug 2025 05:00:00 GMT</pubDate></item>"
        for n in links
    )
    feed = f"<rss version='2.0'><channel><title>Outlet</title>{items}</channel></rss>"
    world.routes = {f"/{name}": reply for name, reply in pages.items()} | {
        "/changing?utm_source=feed": pages["changing"],
        "/feed": Reply(200, feed.encode(), {"Content-Type": "application/rss+xml"}),
        "/s/wire": channel(world, text),
    }


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    directory = tmp_path_factory.mktemp("revisions")
    with serve() as world:
        catalogue = directory / "sources.toml"
        catalogue.write_text(
            "".join(
                f'[[source]]\nid = "{name}"\nname = "{name}"\nkind = "{kind}"\n'
                f'url = "{world.url(path)}"\nlanguage = "en"\ncountry = "KAZ"\n'
                'ownership = "private"\nalignment = "independent"\nverification = "M"\n\n'
                for name, kind, path in (
                    ("outlet", "rss", "/feed"),
                    ("wire", "telegram", "/s/wire"),
                )
            )
        )
        told = Lived(world, directory / "warehouse")
        for look, hours in zip(LOOKS, WAITS, strict=True):
            publish(world, look)
            world.seen.clear()
            request = IngestRequest(
                told.directory,
                sources=catalogue,
                now=START + timedelta(hours=hours),
                allow_private=frozenset({"127.0.0.1"}),
            )
            settings = Settings(seeds=directory, host_delay_seconds=0, retries=0, workers=1)
            told.reports[look] = run_ingest(request, settings=settings)
            told.asked[look] = {r.path: r.headers for r in world.seen}
            told.rows[look] = articles(told)
        yield told


def articles(told: Lived) -> dict[str, dict[str, Any]]:
    with open_reader(told.directory) as reader:
        found = reader.query(
            "SELECT url, version, gone_at, gone_reason, checked_at, is_relevant, text "
            "FROM article_current"
        )
    return {row[0]: dict(zip(found.columns, row, strict=True)) for row in found.rows}


def test_each_article_is_one_article_however_often_it_is_looked_at(lived: Lived) -> None:
    expected = {lived.world.url("/" + name) for name in (*OWN, "wire/7")}
    for look in LOOKS:
        assert set(lived.rows[look]) == expected, look


def test_a_changed_text_is_a_new_version_and_only_that(lived: Lived) -> None:
    versions = [lived.article(look, "changing")["version"] for look in LOOKS]
    assert versions == [1, 2, 2, 2, 2]
    assert CANCELLED in lived.article("1h", "changing")["text"]


def test_every_look_is_taken_once_and_not_again_between(lived: Lived) -> None:
    for look in LOOKS[1:]:
        assert "/steady" in lived.asked[look], look
        assert "/changing" in lived.asked[look], look
    assert "/changing?utm_source=feed" not in lived.asked["1h"]


def test_an_unchanged_page_is_asked_with_its_validators_and_stores_nothing(lived: Lived) -> None:
    for look in LOOKS[1:]:
        assert lived.asked[look]["/steady"]["if-none-match"] == '"steady"'
        assert lived.article(look, "steady")["gone_at"] is None
    assert lived.article("7d", "steady")["version"] == 1
    assert lived.article("7d", "steady")["checked_at"] > START + timedelta(days=7)


def test_what_changed_can_be_read(lived: Lived) -> None:
    told = CliRunner().invoke(
        history,
        [lived.world.url("/changing?utm_source=x"), "--warehouse", str(lived.directory)],
        standalone_mode=False,
    )
    assert told.exception is None, told.output
    assert "version 2" in told.output
    assert any(line.strip().startswith(f"-{PLANNED[:40]}") for line in told.output.split("\n"))
    assert any(line.strip().startswith(f"+{CANCELLED[:40]}") for line in told.output.split("\n"))


def test_the_events_a_changed_article_tells_of_are_updated_and_alerted(lived: Lived) -> None:
    states = lived.query("SELECT status FROM event WHERE venue = 'place:almaty' ORDER BY 1")
    assert ("cancelled",) in states
    causes = lived.query("SELECT DISTINCT cause FROM alert")
    assert ("new",) in causes
    assert ("status",) in causes or ("contradiction",) in causes


def test_a_page_that_is_gone_is_marked_with_how_and_kept(lived: Lived) -> None:
    for name, reason in (("removed", "gone"), ("missing", "soft_404"), ("returning", "http_404")):
        row = lived.article("1h", name)
        assert (row["gone_reason"], row["version"]) == (reason, 1), name
        assert PLANNED in row["text"]
        ledger = lived.query(
            f"SELECT state, reason FROM url_ledger WHERE url = '{lived.world.url('/' + name)}'"
        )
        wanted = ("taken", None) if name == "returning" else ("removed", reason)
        assert ledger == [wanted], name


def test_it_stays_marked_since_it_was_first_found_gone_whatever_stands_before_it(
    lived: Lived,
) -> None:
    for name in ("removed", "missing"):
        first = lived.article("1h", name)["gone_at"]
        assert first is not None
        assert {lived.article(look, name)["gone_at"] for look in LOOKS[1:]} == {first}, name


def test_a_page_that_is_back_is_unmarked(lived: Lived) -> None:
    assert lived.article("6h", "returning")["gone_at"] is not None
    assert lived.article("24h", "returning")["gone_at"] is None
    assert lived.article("7d", "returning")["version"] == 1


def test_a_wall_before_an_article_changes_nothing(lived: Lived) -> None:
    assert "/walled" in lived.asked["1h"]
    row = lived.article("1h", "walled")
    assert (row["version"], row["gone_at"]) == (1, None)
    assert row["checked_at"] > START + timedelta(hours=1)
    assert lived.query("SELECT DISTINCT reason FROM quarantine") == [("block_page",)]


def test_a_renamed_page_is_the_article_it_was(lived: Lived) -> None:
    assert lived.article("1h", "renamed")["version"] == 2
    assert "/renamed-better" in lived.asked["6h"]
    assert "/renamed" not in lived.asked["6h"]


def test_a_post_is_looked_at_again_in_its_channel_only(lived: Lived) -> None:
    assert lived.article("1h", "wire/7")["version"] == 2
    assert CANCELLED in lived.article("1h", "wire/7")["text"]
    for look in LOOKS:
        assert "/s/wire" in lived.asked[look]
        assert "/wire/7" not in lived.asked[look]


def test_the_books_are_balanced_at_the_end(lived: Lived) -> None:
    assert lived.query("SELECT bool_and(is_balanced) FROM source_ledger") == [(True,)]
    assert lived.query("SELECT bool_and(is_balanced) FROM capture_ledger") == [(True,)]
