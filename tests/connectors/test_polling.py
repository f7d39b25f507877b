from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.http import Fetcher
from connectors.policy import FetchPolicy
from connectors.polling import is_due, poll, read_feed
from connectors.records import FeedResult, FeedState
from connectors.warc import CaptureArchive, read_captures
from dossiers.records import Source
from tests.connectors.loopback import Reply, World

FEED = b"""<rss version="2.0"><channel><title>News</title><ttl>30</ttl>
<item><title>One</title><link>/one</link></item>
<item><title>Two</title><link>/two</link></item></channel></rss>"""
Ask = Callable[..., FeedResult]


def feed(body: bytes = FEED, headers: dict[str, str] | None = None) -> Reply:
    return Reply(200, body, {"Content-Type": "application/rss+xml", **(headers or {})})


@pytest.fixture
def ask(make_policy: Callable[..., FetchPolicy], source: Source, now: datetime) -> Ask:
    def run(state: FeedState | None = None, at: datetime = now, **changes: object) -> FeedResult:
        async def go() -> FeedResult:
            async with Fetcher(make_policy(retries=0)) as fetcher:
                return await poll(replace(source, **changes), state, fetcher, at)  # type: ignore[arg-type]

        return asyncio.run(go())

    return run


def test_a_first_poll_names_candidates_and_remembers_validators(
    world: World, ask: Ask, now: datetime
) -> None:
    world.routes["/feed"] = feed(
        headers={"ETag": '"1"', "Last-Modified": "Fri, 08 Aug 2025 10:00:00 GMT"}
    )
    result = ask()
    assert result.outcome == "parsed"
    assert [c.url for c in result.candidates] == [world.url("/one"), world.url("/two")]
    state = result.state
    assert (state.etag, state.last_modified) == ('"1"', "Fri, 08 Aug 2025 10:00:00 GMT")
    assert (state.item_count, state.error_count, state.last_status) == (2, 0, 200)
    assert state.last_checked == state.last_changed == now
    assert state.next_check == now + timedelta(minutes=30)
    assert result.capture is not None and result.capture.body == FEED


def test_an_unchanged_feed_is_asked_with_its_validators(
    world: World, ask: Ask, now: datetime
) -> None:
    world.routes["/feed"] = [feed(headers={"ETag": '"1"'}), Reply(304)]
    first = ask().state
    later = now + timedelta(hours=1)
    second = ask(first, later)
    assert world.seen[1].headers["if-none-match"] == '"1"'
    assert (second.outcome, second.candidates) == ("unchanged", ())
    assert second.state.etag == '"1"'
    assert (second.state.last_changed, second.state.last_checked) == (now, later)
    assert second.state.next_check == later + timedelta(minutes=30)


def test_the_same_bytes_again_are_unchanged_without_validators(world: World, ask: Ask) -> None:
    world.routes["/feed"] = feed()
    first = ask().state
    assert ask(first).outcome == "unchanged"


def test_a_gone_feed_is_retired_and_never_asked_again(world: World, ask: Ask) -> None:
    world.routes["/feed"] = Reply(410)
    result = ask()
    assert (result.outcome, result.reason) == ("retired", "gone")
    assert result.state.retired and "gone" in (result.state.error or "")
    assert ask(result.state).outcome == "skipped"
    assert len(world.seen) == 1


def test_mending_the_catalogue_brings_a_retired_feed_back(world: World, ask: Ask) -> None:
    world.routes |= {"/feed": Reply(410), "/new": feed()}
    retired = ask().state
    assert ask(retired, url=world.url("/new")).outcome == "parsed"


def test_a_feed_moved_for_good_is_asked_at_its_new_address(world: World, ask: Ask) -> None:
    world.routes |= {"/feed": Reply(301, headers={"Location": "/new"}), "/new": feed()}
    result = ask()
    assert result.state.url == world.url("/new")
    assert any("moved for good" in w for w in result.warnings)
    world.seen.clear()
    assert ask(result.state).outcome == "unchanged"
    assert world.paths() == ["/new"]


def test_a_move_to_something_that_is_no_feed_is_not_followed_for_good(
    world: World, ask: Ask
) -> None:
    world.routes |= {
        "/feed": Reply(301, headers={"Location": "/parked"}),
        "/parked": Reply(
            200, b"<html><title>For sale</title></html>", {"Content-Type": "text/html"}
        ),
    }
    result = ask()
    assert (result.outcome, result.reason) == ("failed", "not_a_feed")
    assert "For sale" in (result.state.error or "")
    assert result.state.url == world.url("/feed")


def test_a_failure_keeps_what_was_known_and_backs_off(
    world: World, ask: Ask, now: datetime
) -> None:
    world.routes["/feed"] = [feed(headers={"ETag": '"1"'}), Reply(500)]
    state = ask().state
    waits = []
    for count in (1, 2, 3):
        result = ask(state)
        state = result.state
        assert (result.outcome, result.reason) == ("failed", "http_500")
        assert (state.error_count, state.etag, state.last_status) == (count, '"1"', 500)
        assert state.next_check is not None
        waits.append(state.next_check - now)
    usual = [timedelta(minutes=m) for m in (30, 60, 120)]
    assert all(0.9 <= wait / want <= 1.1 for wait, want in zip(waits, usual, strict=True))


def test_a_broken_answer_does_not_bring_its_validators_in(world: World, ask: Ask) -> None:
    world.routes["/feed"] = feed(b"<html>wall</html>", {"ETag": '"wall"'})
    state = ask().state
    assert (state.etag, state.body_digest) == (None, None)


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({"Retry-After": "7200"}, 120),
        ({"Retry-After": "86400000"}, 24 * 60),
        ({"Retry-After": "60"}, 5),
    ],
)
def test_retry_after_sets_the_next_check_within_bounds(
    world: World, ask: Ask, now: datetime, headers: dict[str, str], minutes: int
) -> None:
    world.routes["/feed"] = Reply(429, headers=headers)
    state = ask().state
    assert state.next_check == now + timedelta(minutes=minutes)
    assert not is_due(state, now)
    assert is_due(state, now + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("cache", "minutes"), [("max-age=60", 30), ("public, max-age=7200", 120), ("no-cache", 30)]
)
def test_the_longest_pause_asked_for_is_kept(
    world: World, ask: Ask, now: datetime, cache: str, minutes: int
) -> None:
    world.routes["/feed"] = feed(headers={"Cache-Control": cache})
    assert ask().state.next_check == now + timedelta(minutes=minutes)


def test_a_kind_not_read_yet_is_recorded_and_nothing_is_fetched(world: World, ask: Ask) -> None:
    result = ask(kind="warc")
    assert (result.outcome, result.reason, result.capture) == ("failed", "unsupported_kind", None)
    assert "warc" in (result.state.error or "")
    assert world.seen == []


def test_what_was_fetched_is_kept_before_it_is_read(
    world: World,
    make_policy: Callable[..., FetchPolicy],
    source: Source,
    now: datetime,
    tmp_path: Path,
) -> None:
    world.routes["/feed"] = feed(b"<rss><channel>", {"ETag": '"1"'})

    async def go(archive: CaptureArchive) -> FeedResult:
        async with Fetcher(make_policy()) as fetcher:
            return await poll(source, None, fetcher, now, keep=archive.append)

    with CaptureArchive(tmp_path, "run", now) as archive:
        result = asyncio.run(go(archive))
        path = archive.path
    assert result.outcome == "failed" and path is not None
    (kept,) = read_captures(path)
    assert getattr(kept, "body", None) == b"<rss><channel>"
    again = read_feed(source, None, kept, now)  # type: ignore[arg-type]
    assert (again.outcome, again.reason, again.state) == ("failed", result.reason, result.state)


def test_a_sitemap_index_is_read_through_its_parts(world: World, ask: Ask) -> None:
    part = "<urlset><url><loc>https://example.org/{}</loc></url></urlset>"
    world.routes |= {
        "/feed": feed(
            "<sitemapindex>{}</sitemapindex>".format(
                "".join(f"<sitemap><loc>{world.url(p)}</loc></sitemap>" for p in ("/1", "/2", "/3"))
            ).encode()
        ),
        "/1": feed(part.format("a").encode()),
        "/2": feed(part.format("b").encode()),
    }
    result = ask(kind="sitemap")
    assert result.outcome == "parsed"
    assert [c.url for c in result.candidates] == ["https://example.org/a", "https://example.org/b"]
    assert any("http_404" in w for w in result.warnings)


def test_a_server_that_says_304_for_ever_is_caught_and_believed_no_more(
    world: World, ask: Ask, now: datetime
) -> None:
    later = FEED.replace(b"/two", b"/three")
    world.routes["/feed"] = [
        feed(headers={"ETag": '"1"'}),
        Reply(304),
        Reply(304),
        feed(later, {"ETag": '"1"'}),
        feed(later, {"ETag": '"1"'}),
    ]
    state = ask().state
    assert ask(state, now + timedelta(hours=1)).outcome == "unchanged"
    caught = ask(state, now + timedelta(hours=25))
    assert caught.outcome == "parsed"
    assert [c.url for c in caught.candidates] == [world.url("/one"), world.url("/three")]
    assert "if-none-match" not in world.seen[3].headers
    assert caught.state.validators_false
    ask(caught.state, now + timedelta(hours=26))
    assert "if-none-match" not in world.seen[4].headers


def test_an_honest_304_survives_the_probe(world: World, ask: Ask, now: datetime) -> None:
    world.routes["/feed"] = [
        feed(headers={"ETag": '"1"'}),
        Reply(304),
        feed(headers={"ETag": '"1"'}),
    ]
    state = ask().state
    probed = ask(state, now + timedelta(hours=25))
    assert (probed.outcome, probed.state.validators_false) == ("unchanged", False)
    assert probed.state.last_full == now + timedelta(hours=25)


def test_hours_and_days_to_be_spared_are_remembered(world: World, ask: Ask) -> None:
    spared = (
        b"<skipHours><hour>1</hour><hour> 2 </hour></skipHours>"
        b"<skipDays><day>Sunday</day></skipDays>"
    )
    world.routes["/feed"] = feed(FEED.replace(b"<ttl>", spared + b"<ttl>"))
    state = ask().state
    assert (state.skip_hours, state.skip_days) == ((1, 2), (6,))
