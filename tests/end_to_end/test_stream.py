"""The stream over real HTTP: what ingest finds, what appears meanwhile, and a clean end."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.wire import Wire
from connectors.warc import read_captures
from demo.server import World
from tests.connectors.loopback import Reply, serve
from tests.end_to_end.conftest import CONTENT, NOW, ingest_arguments
from tests.end_to_end.conftest import FAST as FAST_SERVERS
from tests.end_to_end.streams import STEADY, Stream, feeds, moment, rows, settled

STAGE_2 = "2025-08-12T18:00:00+00:00"
BETWEEN = 78 * 3600.0

ALIKE = {
    **{name: CONTENT[name] for name in ("mention", "member")},
    "event": "SELECT type, status, track, mediators, hosts, parties, venue, date_start, date_end, "
    "mention_count, headline FROM event ORDER BY ALL",
    "alert": "SELECT DISTINCT e.type, e.status, e.track, e.venue, e.date_start, a.state "
    "FROM alert a LEFT JOIN alias s ON s.alias_id = a.event_id "
    "JOIN event e ON e.event_id = coalesce(s.event_id, a.event_id) ORDER BY ALL",
    "article": "SELECT url, title, language, published_at, text_digest, version, is_relevant "
    "FROM article ORDER BY ALL",
}
"""What order of arrival cannot change. Left out are stories, and so an event's origins: two
tellings that only a third ties together are one story when it comes first or second, two when
it comes last. So are the causes of alerts: what one text told first is news of an event that a
poorer text had made known."""


FAST = FAST_SERVERS | {"ARAXES_PAGE_SECONDS": "120"}
"""A page cut off on a busy machine would be tried again later, by each in its own time."""


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire(4) as running:
        yield running


def open_stream(araxes: Any, wire: Wire, directory: Path, **options: Any) -> Stream:
    catalogue = wire.catalogue(directory.parent / "wire.toml")
    now = wire.now.isoformat()
    return Stream(
        araxes.environment | STEADY, directory, catalogue, now, hosts=wire.hosts(), **options
    )


def told(directory: Path) -> list[dict[str, Any]]:
    file = directory / "alerts.jsonl"
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_stream_ends_with_what_ingest_finds_also_of_news_that_appear_meanwhile(
    world: World, araxes: Any, tmp_path: Path
) -> None:
    streamed, ingested = tmp_path / "streamed", tmp_path / "ingested"
    stream = Stream(
        araxes.environment | FAST,
        streamed,
        world.catalogue(tmp_path / "streamed.toml"),
        NOW,
        hosts=["127.0.0.1"],
        movable=True,
    )
    first = araxes(*ingest_arguments(world, ingested), **FAST)
    assert first.returncode == 0, first.stderr + first.stdout
    stream.wait_for(lambda: settled(streamed, stream.sources))
    world.advance()
    stream.jump(BETWEEN)
    again = araxes(*ingest_arguments(world, ingested, STAGE_2), **FAST)
    assert again.returncode == 0, again.stderr + again.stdout
    expected = {name: rows(ingested, sql) for name, sql in ALIKE.items()}
    later = moment(NOW, seconds=BETWEEN)
    stream.wait_for(lambda: settled(streamed, stream.sources, later))
    assert stream.end() == 0, stream.said()
    found = {name: rows(streamed, sql) for name, sql in ALIKE.items()}
    for name, of_ingest in expected.items():
        assert found[name] == of_ingest, name


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stream_told_to_stop_ends_cleanly_and_leaves_nothing_half_done(
    number: int, wire: Wire, araxes: Any, tmp_path: Path
) -> None:
    """Every process gets the signal, as from a service manager or a terminal."""
    wire.kept = 400
    for feed in range(wire.feeds):
        for _ in range(150):
            wire.publish(feed)
    directory = tmp_path / "w"
    stream = open_stream(araxes, wire, directory)
    stream.wait_for(lambda: wire.served.total() > 30)
    assert stream.end(number, whole_group=True) == 0, stream.said()
    assert "Traceback" not in stream.said()
    (run,) = rows(directory, "SELECT status, exit_code FROM run")
    assert run == ("complete", 0)
    assert rows(directory, "SELECT * FROM quarantine") == []
    taken = {url for (url,) in rows(directory, "SELECT url FROM article")}
    assert 0 < len(taken) < 600
    archived = {
        record.url
        for file in (directory / "captures").glob("*.warc.gz")
        for record in read_captures(file)
        if record.kind == "page"  # type: ignore[union-attr]
    }
    assert archived == taken
    for name in feeds(directory):
        feed = int(name.removeprefix("wire-"))
        assert {wire.address(feed, item) for item in wire.items[feed]} <= taken


def test_servers_that_hang_and_lists_without_end_hold_up_nobody(
    araxes: Any, tmp_path: Path
) -> None:
    with Wire(38, hanging=30) as wire:
        wire.kept = 5000
        for _ in range(5000):
            wire.publish(30)
        for feed in range(31, 38):
            wire.publish(feed, is_relevant=True)
        directory = tmp_path / "w"
        slow = {"ARAXES_FIRST_BYTE_SECONDS": "60", "ARAXES_HOST_DELAY_SECONDS": "0.2"}
        stream = open_stream(araxes, wire, directory, **slow)
        stream.wait_for(lambda: len(told(directory)) >= 7)
        in_time = wire.served["n"]
        committed = {name for name, state in feeds(directory).items() if state.last_checked}
        assert stream.end() == 0, stream.said()
    assert in_time < 500
    assert {f"wire-{n}" for n in range(31, 38)} <= committed
    assert "wire-30" not in committed


def test_another_run_gets_its_turn_while_a_poll_yields(
    wire: Wire, araxes: Any, tmp_path: Path
) -> None:
    directory, documents = tmp_path / "w", tmp_path / "documents"
    documents.mkdir()
    (documents / "one.txt").write_text("A note about the weather.\n\nIt rained all day.\n" * 9)
    first = wire.publish(0)
    stream = open_stream(araxes, wire, directory, movable=True)
    stream.wait_for(lambda: settled(directory, wire.feeds))
    common = ["--warehouse", directory, "--without-prefect", "--json"]
    (polled,) = json.loads(araxes("ingest", "--files", documents, *common, "--no-wait").stdout)
    assert polled["status"] == "yielded"
    (went,) = json.loads(araxes("ingest", "--files", documents, *common).stdout)
    assert (went["status"], went["outcomes"]) == ("complete", {"new": 1})
    second = wire.publish(1)
    stream.jump(30 * 3600)
    stream.wait_for(lambda: settled(directory, wire.feeds, moment(wire.now.isoformat(), hours=30)))
    assert stream.end() == 0, stream.said()
    urls = {url for (url,) in rows(directory, "SELECT url FROM article")}
    assert urls == {first, second, "file:one.txt"}
    kinds = rows(directory, "SELECT kind, status FROM run ORDER BY started_at, kind")
    assert sorted(kinds) == [("files", "complete")] + [("stream", "complete")] * 2


def test_a_full_disk_ends_the_stream_in_one_sentence_and_loses_nothing(
    araxes: Any, tmp_path: Path
) -> None:
    directory = tmp_path / "w"
    with serve() as world:
        items = ""
        for n in range(8):
            world.routes[f"/{n}"] = Reply(
                200, os.urandom(3_000_000), {"Content-Type": "application/octet-stream"}
            )
            items += f"<item><title>{n}</title><link>{world.url(f'/{n}')}</link></item>"
        world.routes["/feed"] = Reply(
            200, f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
        )
        catalogue = tmp_path / "sources.toml"
        catalogue.write_text(
            f'[[source]]\nid = "big"\nkind = "rss"\nurl = "{world.url("/feed")}"\n'
        )
        arguments = (araxes.environment | STEADY, directory, catalogue, NOW)
        full = Stream(*arguments, hosts=["127.0.0.1"], limit_bytes=12_000_000)
        assert full.process.wait(150) == 1, full.said()
        assert "no room to keep what is fetched" in full.said()
        assert "Traceback" not in full.said()
        again = Stream(*arguments, hosts=["127.0.0.1"])
        again.wait_for(lambda: settled(directory, 1))
        assert again.end() == 0, again.said()
    assert rows(directory, "SELECT count(DISTINCT url) FROM quarantine") == [(8,)]
