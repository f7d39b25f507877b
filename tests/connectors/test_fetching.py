from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from typing import Any

import pytest

from connectors.http import Fetcher
from connectors.policy import FetchPolicy
from connectors.records import Capture
from tests.connectors.loopback import Reply, World, serve

Fetch = Callable[..., Capture]


def page(text: str = "<p>hello</p>", **headers: str) -> Reply:
    return Reply(200, text.encode(), {"Content-Type": "text/html; charset=UTF-8", **headers})


def raw(*parts: bytes, pause: float = 0.0) -> Reply:
    """Bytes on the wire, one after another."""

    def script(handler: BaseHTTPRequestHandler) -> None:
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause)

    return Reply(script=script)


def test_a_page_becomes_a_capture(world: World, fetch: Fetch, now: datetime) -> None:
    world.routes["/a"] = page("<p>héllo</p>", ETag='"1"', Server="x")
    capture = fetch("/a#part")
    assert (capture.status, capture.error, capture.content_type) == (200, None, "text/html")
    assert capture.charset is not None and capture.charset.lower() == "utf-8"
    assert capture.body == "<p>héllo</p>".encode()
    assert capture.fetched_at == now
    assert capture.capture_id.startswith("cap_") and len(capture.capture_id) == 28
    assert capture.digest.startswith("sha256:")
    assert capture.headers["etag"] == '"1"' and "server" not in capture.headers
    assert world.paths() == ["/a"]


def test_the_agent_is_honest_and_asks_for_no_brotli(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = page()
    fetch("/a", user_agent="araxes/9 (+mailto:a@example.org)")
    sent = world.seen[0].headers
    assert sent["user-agent"] == "araxes/9 (+mailto:a@example.org)"
    assert sent["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in sent


def test_an_unchanged_page_is_a_304_without_body_or_error(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = Reply(304, headers={"ETag": '"1"'})
    capture = fetch("/a", etag='"1"', modified="Fri, 08 Aug 2025 10:00:00 GMT")
    assert (capture.status, capture.body, capture.error) == (304, b"", None)
    assert world.seen[0].headers["if-none-match"] == '"1"'
    assert world.seen[0].headers["if-modified-since"] == "Fri, 08 Aug 2025 10:00:00 GMT"


@pytest.mark.parametrize(
    ("status", "reason"), [(410, "gone"), (404, "http_404"), (403, "http_403"), (451, "http_451")]
)
def test_a_refusal_is_named_and_asked_once(
    world: World, fetch: Fetch, status: int, reason: str
) -> None:
    world.routes["/a"] = Reply(status, b"no")
    capture = fetch("/a")
    assert (capture.status, capture.error, capture.body) == (status, reason, b"")
    assert world.url("/a") in (capture.error_detail or "")
    assert len(world.seen) == 1


def test_a_503_is_tried_again(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = [Reply(503), Reply(502), page()]
    assert fetch("/a").error is None
    assert len(world.seen) == 3


def test_a_lasting_500_ends_after_the_retries(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = Reply(500)
    capture = fetch("/a", retries=1)
    assert (capture.status, capture.error) == (500, "http_500")
    assert len(world.seen) == 2


def test_retry_after_is_waited_for(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = [Reply(429, headers={"Retry-After": "1"}), page()]
    assert fetch("/a").error is None
    assert world.seen[1].at - world.seen[0].at >= 1.0


def test_a_long_retry_after_ends_the_attempts_and_is_kept(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = Reply(429, headers={"Retry-After": "3600"})
    capture = fetch("/a")
    assert (capture.error, capture.headers["retry-after"]) == ("http_429", "3600")
    assert len(world.seen) == 1


def test_retry_after_as_a_date_is_measured_on_the_servers_clock(world: World, fetch: Fetch) -> None:
    dates = {
        "Date": "Fri, 08 Aug 2025 10:00:00 GMT",
        "Retry-After": "Fri, 08 Aug 2025 11:00:00 GMT",
    }
    lines = "".join(f"{k}: {v}\r\n" for k, v in dates.items())
    world.routes["/a"] = raw(f"HTTP/1.1 503 No\r\n{lines}Content-Length: 0\r\n\r\n".encode())
    assert fetch("/a").headers["retry-after"] == "3600"


def test_permanent_redirects_are_followed_and_reported(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = Reply(301, headers={"Location": "/b"})
    world.routes["/b"] = Reply(308, headers={"Location": world.url("/c")})
    world.routes["/c"] = page()
    capture = fetch("/a")
    assert (capture.url, capture.final_url) == (world.url("/a"), world.url("/c"))
    assert capture.permanent_url == world.url("/c")


def test_only_the_permanent_beginning_of_a_chain_is_permanent(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = Reply(301, headers={"Location": "/b"})
    world.routes["/b"] = Reply(302, headers={"Location": "/c"})
    world.routes["/c"] = Reply(301, headers={"Location": "/d"})
    world.routes["/d"] = page()
    capture = fetch("/a")
    assert capture.permanent_url == world.url("/b")
    assert capture.final_url == world.url("/d")


def test_a_redirect_loop_is_named(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = Reply(302, headers={"Location": "/a"})
    assert fetch("/a", max_redirects=3).error == "redirects"
    assert len(world.seen) == 4


def test_a_redirect_to_nowhere_is_named(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = Reply(302)
    world.routes["/b"] = Reply(302, headers={"Location": "http://a:x/"})
    assert fetch("/a").error == "redirects"
    assert fetch("/b").error == "bad_url"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://127.0.0.1:{other}/secret", "refused_address"),
        ("http://localhost:{other}/secret", "refused_address"),
        ("http://[::ffff:127.0.0.1]:{other}/secret", "refused_address"),
        ("http://2130706433:{other}/secret", "refused_address"),
        ("http://169.254.169.254/latest/meta-data/", "refused_address"),
        ("file:///etc/passwd", "refused_scheme"),
        ("gopher://127.0.0.1/", "refused_scheme"),
    ],
)
def test_a_redirect_to_a_private_place_is_refused(
    world: World, fetch: Fetch, location: str, reason: str
) -> None:
    with serve() as other:
        other.routes["/secret"] = page("secret")
        world.routes["/a"] = Reply(
            302, headers={"Location": location.format(other=other.authority.split(":")[1])}
        )
        capture = fetch("/a")
    assert (capture.error, capture.body) == (reason, b"")
    assert other.seen == []


def test_private_names_are_refused_unless_allowed(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = page()
    address = world.url("/a").replace("127.0.0.1", "localhost")
    refused = fetch(address, allow_private=frozenset())
    assert refused.error == "refused_address"
    assert "--allow-private localhost" in (refused.error_detail or "")
    assert world.seen == []
    assert fetch(address, allow_private=frozenset({"localhost"})).error is None


def test_an_allowed_port_does_not_allow_the_others(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = page()
    assert fetch("/a", allow_private=frozenset({"127.0.0.1:1"})).error == "refused_address"
    assert fetch("/a", allow_private=frozenset({"127.0.0.1"})).error is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/", "refused_scheme"),
        ("not a url", "refused_scheme"),
        ("http:///path", "bad_url"),
        ("http://user:secret@127.0.0.1/", "bad_url"),
        ("http://[::1", "bad_url"),
        ("http://" + "a" * 70 + ".invalid/", "bad_url"),
    ],
)
def test_what_is_no_address_is_named(fetch: Fetch, url: str, reason: str) -> None:
    capture = fetch(url)
    assert (capture.error, capture.status) in ((reason, 0), ("dns_unknown", 0))


def test_a_host_that_refuses_connections_is_named(world: World, fetch: Fetch) -> None:
    with serve() as gone:
        url = gone.url("/")
    assert fetch(url, allow_private=frozenset({"127.0.0.1"}), retries=1).error == "connect"


def test_a_body_over_the_limit_is_dropped(world: World, fetch: Fetch) -> None:
    world.routes["/declared"] = Reply(200, b"x" * 2000)
    chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    world.routes["/undeclared"] = raw(head, *[chunk] * 50)
    for path in ("/declared", "/undeclared"):
        capture = fetch(path, max_bytes=1500)
        assert (capture.error, capture.body) == ("too_large", b"")
    assert fetch("/declared", max_bytes=2000).error is None


def test_a_gzip_bomb_is_stopped_by_its_inflated_size(world: World, fetch: Fetch) -> None:
    bomb = gzip.compress(bytes(50_000_000), 9)
    assert len(bomb) < 60_000
    world.routes["/a"] = Reply(200, bomb, {"Content-Encoding": "gzip"})
    assert fetch("/a", max_bytes=1_000_000).error == "too_large"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "bare deflate", "two gzip members"])
def test_compressed_bodies_are_decoded(world: World, fetch: Fetch, encoding: str) -> None:
    text = b"<p>again and again</p>" * 50_000
    bare = zlib.compressobj(wbits=-15)
    body = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "bare deflate": bare.compress(text) + bare.flush(),
        "two gzip members": gzip.compress(text[:1000]) + gzip.compress(text[1000:]),
    }[encoding]
    name = "deflate" if "deflate" in encoding else "gzip"
    world.routes["/a"] = Reply(200, body, {"Content-Encoding": name})
    assert fetch("/a").body == text


def test_a_body_that_is_not_what_its_headers_say_is_named(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = Reply(200, b"plain", {"Content-Encoding": "gzip"})
    world.routes["/b"] = Reply(200, b"\x0b\x02\x80", {"Content-Encoding": "br"})
    world.routes["/c"] = Reply(200, gzip.compress(b"x" * 999)[:-9], {"Content-Encoding": "gzip"})
    assert fetch("/a").error == "bad_encoding"
    assert fetch("/b").error == "bad_encoding"
    assert fetch("/c").error == "truncated_body"


def test_a_body_that_ends_early_is_not_taken_for_whole(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
    world.routes["/b"] = raw(b"this is not HTTP at all\r\n\r\n")
    assert fetch("/a", retries=0).error == "protocol"
    assert fetch("/b", retries=0).error == "protocol"


def test_a_slow_first_byte_ends_in_time(world: World, fetch: Fetch) -> None:
    world.routes["/a"] = Reply(200, b"late", delay_seconds=1.0)
    started = time.monotonic()
    capture = fetch("/a", first_byte_timeout_seconds=0.2, retries=0)
    assert capture.error == "timeout"
    assert time.monotonic() - started < 0.9


def test_headers_that_drip_end_in_time(world: World, fetch: Fetch) -> None:
    head = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100
    world.routes["/a"] = raw(*[bytes([b]) for b in head], pause=0.02)
    capture = fetch("/a", first_byte_timeout_seconds=0.2, connect_timeout_seconds=0.2, retries=0)
    assert capture.error == "timeout" and "headers" in (capture.error_detail or "")


def test_a_body_that_drips_ends_in_time_and_is_not_tried_again(world: World, fetch: Fetch) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n"
    world.routes["/a"] = raw(head, *[b"x"] * 60, pause=0.03)
    capture = fetch("/a", total_timeout_seconds=0.4, retries=3)
    assert capture.error == "timeout" and "complete" in (capture.error_detail or "")
    assert len(world.seen) == 1


def many(world: World, policy: FetchPolicy, paths: list[str], now: datetime) -> list[Capture]:
    async def go() -> list[Capture]:
        async with Fetcher(policy) as fetcher:
            return await asyncio.gather(
                *(
                    fetcher.fetch(world.url(p), kind="page", source_id="s", now=lambda: now)
                    for p in paths
                )
            )

    return asyncio.run(go())


def test_one_host_is_asked_one_thing_at_a_time_at_its_pace(
    world: World, make_policy: Callable[..., FetchPolicy], now: datetime
) -> None:
    paths = [f"/{i}" for i in range(4)]
    world.routes |= {p: Reply(200, b"x", delay_seconds=0.02) for p in paths}
    captures = many(world, make_policy(per_host_delay_seconds=0.1), paths, now)
    assert all(c.error is None for c in captures)
    assert world.most_in_flight == 1
    times = sorted(r.at for r in world.seen)
    assert all(b - a >= 0.1 for a, b in pairwise(times))


def test_concurrency_is_what_the_policy_says(
    world: World, make_policy: Callable[..., FetchPolicy], now: datetime
) -> None:
    paths = [f"/{i}" for i in range(8)]
    world.routes |= {p: Reply(200, b"x", delay_seconds=0.1) for p in paths}
    many(world, make_policy(per_host_concurrency=8, concurrency=3), paths, now)
    assert world.most_in_flight == 3


ROBOTS = b"User-agent: *\nDisallow: /\n\nUser-agent: araxes\nDisallow: /private\nCrawl-delay: 30\n"


def test_robots_is_asked_once_and_obeyed(
    world: World, make_policy: Callable[..., FetchPolicy], now: datetime
) -> None:
    world.routes |= {"/robots.txt": Reply(200, ROBOTS), "/a": page(), "/private/b": page()}
    policy = make_policy(obey_robots=True, max_crawl_delay_seconds=0.0)
    captures = many(world, policy, ["/a", "/private/b", "/a"], now)
    assert [c.error for c in captures] == [None, "robots", None]
    assert sorted(world.paths()) == ["/a", "/a", "/robots.txt"]


def test_a_crawl_delay_is_kept_up_to_the_cap(
    world: World, make_policy: Callable[..., FetchPolicy], now: datetime
) -> None:
    world.routes |= {"/robots.txt": Reply(200, ROBOTS), "/a": page(), "/b": page()}
    policy = make_policy(obey_robots=True, max_crawl_delay_seconds=0.3)
    many(world, policy, ["/a", "/b"], now)
    first, second = (r.at for r in world.seen if r.path != "/robots.txt")
    assert 0.3 <= second - first < 10


def test_a_redirect_does_not_lead_around_robots(world: World, fetch: Fetch) -> None:
    world.routes |= {
        "/robots.txt": Reply(200, ROBOTS),
        "/a": Reply(302, headers={"Location": "/private/b"}),
        "/private/b": page(),
    }
    assert fetch("/a", obey_robots=True).error == "robots"
    assert "/private/b" not in world.paths()


@pytest.mark.parametrize(("status", "error"), [(404, None), (403, None), (500, "robots")])
def test_a_missing_robots_allows_and_a_failing_one_forbids(
    world: World, fetch: Fetch, status: int, error: str | None
) -> None:
    world.routes |= {"/robots.txt": Reply(status), "/a": page()}
    assert fetch("/a", obey_robots=True, retries=0).error == error


def test_an_endless_robots_is_cut_not_refused(world: World, fetch: Fetch) -> None:
    body = b"User-agent: *\nDisallow: /x\n" + b"# padding\n" * 100_000
    world.routes |= {"/robots.txt": Reply(200, body), "/a": page(), "/x": page()}
    assert fetch("/a", obey_robots=True).error is None
    assert fetch("/x", obey_robots=True).error == "robots"


def test_an_unreachable_host_is_named_so_and_not_blamed_on_robots(fetch: Fetch) -> None:
    with serve() as gone:
        url = gone.url("/a")
    allowed = frozenset({"127.0.0.1"})
    assert fetch(url, allow_private=allowed, obey_robots=True, retries=0).error == "connect"
    assert fetch(url, allow_private=frozenset(), obey_robots=True).error == "refused_address"


def test_importing_the_room_costs_nothing() -> None:
    import subprocess
    import sys

    code = (
        "import sys, connectors; assert 'httpx' not in sys.modules; "
        "connectors.Capture; assert 'httpx' not in sys.modules; connectors.Fetcher"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_fetch_outside_its_context_says_how_to_use_it(world: World, now: datetime) -> None:
    fetcher = Fetcher(FetchPolicy(allow_private=frozenset({world.authority}), obey_robots=False))
    args: dict[str, Any] = {"kind": "page", "source_id": "s", "now": now}
    with pytest.raises(RuntimeError, match="context manager"):
        asyncio.run(fetcher.fetch(world.url("/a"), **args))
