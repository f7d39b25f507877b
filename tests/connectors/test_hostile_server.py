"""What a hostile server tries, over real HTTP. `docs/safety.md` lists each attack."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import itertools
import socket
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import brotli
import httpcore
import pytest

from connectors.addresses import GuardedBackend
from connectors.gdelt import parse_gkg
from connectors.http import Fetcher
from connectors.policy import FetchPolicy
from connectors.polling import poll
from connectors.records import Capture, FeedResult
from dossiers.records import Source
from tests.connectors.loopback import Reply, World, serve

Fetch = Callable[..., Capture]
OK = b"HTTP/1.1 200 OK\r\n"


def endless(head: bytes, part: bytes, most: int = 4_000) -> Reply:
    """``part`` again and again, until the other side has had enough."""

    def script(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(head)
        for _ in range(most):
            handler.wfile.write(part)

    return Reply(script=script)


@pytest.mark.parametrize(
    "host",
    [
        *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::1]"),
        *("169.254.169.254", "[fd00:ec2::254]", "100.100.100.200", "10.0.0.1", "[fe80::1]"),
        *("0x7f.1", "2130706433", "0177.0.0.1", "127.1", "0", "localhost", "LOCALHOST."),
    ],
)
def test_a_redirect_into_the_house_is_refused_in_every_dress(
    world: World, fetch: Fetch, host: str
) -> None:
    with serve() as other:
        port = other.authority.split(":")[1]
        world.routes["/a"] = Reply(302, headers={"Location": f"http://{host}:{port}/secret"})
        capture = fetch("/a")
    # a spelling that no URL or name has is refused as such
    assert capture.error in ("refused_address", "bad_url", "dns_unknown") and capture.body == b""
    assert other.seen == []


@pytest.mark.parametrize(
    "target",
    [
        *("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:6379/_x", "data:,x"),
        *(
            "javascript:alert(1)",
            "unix:///run/x",
            "ws://127.0.0.1/",
            "//",
            "http://",
            "http://u:p@x/",
        ),
    ],
)
def test_a_redirect_out_of_the_web_is_refused(world: World, fetch: Fetch, target: str) -> None:
    world.routes["/a"] = Reply(302, headers={"Location": target})
    capture = fetch("/a")
    assert capture.error in ("refused_scheme", "bad_url", "redirects") and capture.body == b""
    assert set(world.paths()) == {"/a"}


class RebindingLoop(asyncio.SelectorEventLoop):
    """A machine whose resolver answers differently each time it is asked."""

    answers: tuple[str, ...] = ()
    asked = 0

    async def getaddrinfo(self, host: Any, port: Any, **_: Any) -> Any:
        address = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]


def in_rebinding(answers: tuple[str, ...], go: Callable[[], Any]) -> tuple[Any, int]:
    loop = RebindingLoop()
    loop.answers = answers
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(go()), loop.asked


def test_a_name_that_turns_inward_after_the_check_leads_nowhere_else(world: World) -> None:
    """DNS rebinding: public when checked, loopback when asked again. It is not asked again."""
    connected: list[str] = []
    port = int(world.authority.split(":")[1])

    class Internet(httpcore.AnyIOBackend):
        """Every public address is the loopback server, which notes what was called."""

        async def connect_tcp(self, host: str, *args: Any, **kwargs: Any) -> Any:
            connected.append(host)
            return await super().connect_tcp("127.0.0.1", port)

    async def go() -> None:
        backend = GuardedBackend(frozenset())
        backend._inner = Internet()
        stream = await backend.connect_tcp("rebind.example", port)
        await stream.aclose()

    _, asked = in_rebinding(("8.8.8.8", "127.0.0.1"), go)
    assert (connected, asked) == (["8.8.8.8"], 1)


def test_a_name_is_checked_anew_on_every_hop(world: World, now: datetime) -> None:
    """Allowed on one port, the same name is refused on another, whatever it resolves to."""
    with serve() as other:
        inward = other.authority.split(":")[1]
        own = world.authority.split(":")[1]
        world.routes["/a"] = Reply(
            302, headers={"Location": f"http://rebind.example:{inward}/secret"}
        )
        policy = FetchPolicy(
            allow_private=frozenset({f"rebind.example:{own}"}), obey_robots=False, retries=0
        )

        async def go() -> Capture:
            async with Fetcher(policy) as fetcher:
                url = f"http://rebind.example:{own}/a"
                return await fetcher.fetch(url, kind="page", source_id="s", now=now)

        capture, _ = in_rebinding(("127.0.0.1",), go)
    assert capture.error == "refused_address"
    assert world.paths() == ["/a"] and other.seen == []


def test_a_long_chain_of_redirects_ends(world: World, fetch: Fetch) -> None:
    for n in range(50):
        world.routes[f"/{n}"] = Reply(302, headers={"Location": f"/{n + 1}"})
    assert fetch("/0").error == "redirects"
    assert len(world.seen) == 9


def test_two_hosts_that_send_us_to_each_other_are_left(world: World, fetch: Fetch) -> None:
    with serve() as other:
        world.routes["/a"] = Reply(307, headers={"Location": other.url("/b")})
        other.routes["/b"] = Reply(307, headers={"Location": world.url("/a")})
        allowed = frozenset({world.authority, other.authority})
        assert fetch("/a", allow_private=allowed).error == "redirects"
    assert len(world.seen) + len(other.seen) == 9


def test_an_endless_body_is_left_at_the_limit(world: World, fetch: Fetch) -> None:
    part = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    world.routes["/chunked"] = endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", part)
    world.routes["/closed"] = endless(OK + b"\r\n", b"x" * 0x10000)
    for path in ("/chunked", "/closed"):
        capture = fetch(path, max_bytes=1_000_000)
        assert (capture.error, capture.body) == ("too_large", b"")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "bare deflate", "gzip members"])
def test_a_compression_bomb_is_stopped_by_its_inflated_size(
    world: World, fetch: Fetch, encoding: str
) -> None:
    zeros = bytes(30_000_000)
    bare = zlib.compressobj(9, wbits=-15)
    body = {
        "gzip": gzip.compress(zeros, 9),
        "deflate": zlib.compress(zeros, 9),
        "bare deflate": bare.compress(zeros) + bare.flush(),
        "gzip members": gzip.compress(zeros[:300_000], 9) * 100,
    }[encoding]
    assert len(body) < 100_000
    name = "deflate" if "deflate" in encoding else "gzip"
    world.routes["/a"] = Reply(200, body, {"Content-Encoding": name})
    assert fetch("/a", max_bytes=1_000_000).error == "too_large"


def test_a_compressed_stream_that_says_nothing_for_ever_is_left(world: World, fetch: Fetch) -> None:
    empty = zlib.compressobj(wbits=-15).flush(zlib.Z_FULL_FLUSH) or b"\x00\x00\x00\xff\xff"
    part = (empty * 2_000)[:0x2000]
    head = OK + b"Content-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n\r\n"
    world.routes["/a"] = endless(head, b"2000\r\n" + part + b"\r\n")
    assert fetch("/a", max_bytes=1_000_000).error in ("too_large", "bad_encoding")


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "br, gzip", "compress"])
def test_an_encoding_that_was_not_asked_for_is_not_opened(
    world: World, fetch: Fetch, encoding: str
) -> None:
    bomb = (
        brotli.compress(bytes(30_000_000), quality=1) if "br" in encoding else gzip.compress(b"x")
    )
    assert len(bomb) < 10_000
    world.routes["/a"] = Reply(200, bomb, {"Content-Encoding": encoding})
    capture = fetch("/a", max_bytes=1_000_000)
    assert (capture.error, capture.body) == ("bad_encoding", b"")


def test_a_bomb_in_a_bomb_is_opened_once(world: World, fetch: Fetch) -> None:
    inner = gzip.compress(bytes(30_000_000), 9)
    world.routes["/a"] = Reply(200, gzip.compress(inner), {"Content-Encoding": "gzip"})
    assert fetch("/a", max_bytes=1_000_000).body == inner


@pytest.mark.parametrize("told", ["-1", "1e3", "0x10", "5, 6", "9" * 30, "abc"])
def test_a_content_length_that_is_no_length_is_named(world: World, fetch: Fetch, told: str) -> None:
    world.routes["/a"] = endless(OK + f"Content-Length: {told}\r\n\r\n".encode(), b"hello", 1)
    assert fetch("/a", retries=0).error in ("protocol", "too_large")


def test_two_lengths_that_differ_are_refused(world: World, fetch: Fetch) -> None:
    """Where a body ends must not be a matter of opinion (response smuggling)."""
    head = OK + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\n"
    world.routes["/a"] = endless(head, b"hello", 1)
    assert fetch("/a", retries=0).error == "protocol"


def test_what_follows_a_body_is_not_taken_for_the_next_answer(
    world: World, make_policy: Callable[..., FetchPolicy], now: datetime
) -> None:
    smuggled = OK + b"Content-Length: 8\r\n\r\nsmuggled"
    world.routes["/a"] = endless(OK + b"Content-Length: 5\r\n\r\nhello", smuggled, 1)
    world.routes["/b"] = Reply(200, b"honest")

    async def go() -> list[bytes]:
        async with Fetcher(make_policy()) as fetcher:
            told: dict[str, Any] = {"kind": "page", "source_id": "s", "now": now}
            first = await fetcher.fetch(world.url("/a"), **told)
            await asyncio.sleep(0.5)  # a server can answer ahead of a request it has not seen yet
            return [first.body, (await fetcher.fetch(world.url("/b"), **told)).body]

    assert asyncio.run(go()) == [b"hello", b"honest"]


def test_a_flood_of_headers_is_refused(world: World, fetch: Fetch) -> None:
    world.routes["/many"] = endless(OK, b"X-Header: value\r\n", 200_000)
    world.routes["/long"] = endless(OK + b"X-Header: ", b"x" * 1000, 5_000)
    world.routes["/trailers"] = endless(
        OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Trailer: value\r\n", 200_000
    )
    world.routes["/chunk"] = endless(
        OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"extension" * 100, 5_000
    )
    for path in ("/many", "/long", "/trailers", "/chunk"):
        assert fetch(path, retries=0).error in ("protocol", "connection_lost"), path


def test_answers_before_the_answer_end_in_time(world: World, fetch: Fetch) -> None:
    def script(handler: BaseHTTPRequestHandler) -> None:
        for _ in itertools.repeat(None, 200_000):
            handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")

    world.routes["/a"] = Reply(script=script)
    limits = {"first_byte_timeout_seconds": 0.3, "connect_timeout_seconds": 0.3}
    assert fetch("/a", retries=0, **limits).error in ("timeout", "protocol")


def test_a_hostile_robots_txt_costs_no_more_than_its_limit(world: World, fetch: Fetch) -> None:
    star = b"User-agent: *\nDisallow: /" + b"*a" * 5_000 + b"$\n"
    bomb = gzip.compress(star + bytes(30_000_000), 9)
    world.routes |= {
        "/robots.txt": Reply(200, bomb, {"Content-Encoding": "gzip"}),
        "/" + "a" * 200: Reply(200, b"hello"),
    }
    assert fetch("/" + "a" * 200, obey_robots=True).error is None


@pytest.fixture
def ask(make_policy: Callable[..., FetchPolicy], source: Source, now: datetime) -> Any:
    def run(kind: str, **changes: Any) -> FeedResult:
        async def go() -> FeedResult:
            async with Fetcher(make_policy(retries=0)) as fetcher:
                return await poll(replace(source, kind=kind, **changes), None, fetcher, now)  # type: ignore[arg-type]

        return asyncio.run(go())

    return run


def test_a_bomb_in_a_sitemap_is_named(world: World, ask: Any) -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 51_000_000, 9)
    world.routes["/feed"] = Reply(200, bomb, {"Content-Type": "application/gzip"})
    result = ask("sitemap")
    assert (result.outcome, result.reason) == ("failed", "too_large")


def test_an_index_cannot_lead_into_the_house_or_in_circles(world: World, ask: Any) -> None:
    with serve() as other:
        parts = (world.url("/feed"), other.url("/secret.xml"), "file:///etc/passwd", "ftp://a/b")
        body = "".join(f"<sitemap><loc>{p}</loc></sitemap>" for p in parts)
        world.routes["/feed"] = Reply(200, f"<sitemapindex>{body}</sitemapindex>".encode())
        result = ask("sitemap")
    assert (result.outcome, result.candidates) == ("failed", ())
    assert world.paths() == ["/feed", "/feed"] and other.seen == []


def zipped(table: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("x.gkg.csv", table)
    return out.getvalue()


def test_a_zip_bomb_among_the_tables_is_named(
    world: World, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.gdelt.MAX_INFLATED", 5_000_000)
    bombs = {"/bomb": zipped(bytes(6_000_000)), "/lzma": zipped(b"x", zipfile.ZIP_LZMA)}
    for path, body in bombs.items():
        name = f"{path}.gkg.csv.zip"
        world.routes[name] = Reply(200, body)
        md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
        world.routes["/feed"] = Reply(200, f"1 {md5} {world.url(name)}\n".encode())
        result = ask("gdelt", countries=("AM", "AJ"))
        assert result.outcome == "failed"
        assert result.reason == {"/bomb": "too_large", "/lzma": "malformed_feed"}[path]


def test_the_index_of_tables_cannot_lead_into_the_house(world: World, ask: Any) -> None:
    with serve() as other:
        line = f"1 {'0' * 32} {other.url('/x.gkg.csv.zip')}\n"
        world.routes["/feed"] = Reply(200, line.encode())
        assert ask("gdelt", countries=("AM",)).reason == "refused_address"
    assert other.seen == []


def test_entities_and_doctypes_fetch_nothing(world: World, ask: Any) -> None:
    with serve() as other:
        doctype = (
            f'<!DOCTYPE x SYSTEM "{other.url("/x.dtd")}" [<!ENTITY % p SYSTEM '
            f'"{other.url("/p")}">%p;<!ENTITY e SYSTEM "{other.url("/e")}">'
            '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        )
        rss = "<rss version='2.0'><channel><title>t</title><item><link>/a</link><title>&e;&f;"
        rss += "</title></item></channel></rss>"
        urls = "<urlset><url><loc>https://o.example/&e;&f;a</loc></url></urlset>"
        for kind, body in (("rss", rss), ("rss", "<!-- -->" + rss), ("sitemap", urls)):
            world.routes["/feed"] = Reply(200, (doctype + body).encode())
            result = ask(kind)
            assert result.outcome in ("parsed", "failed")
            assert "root:" not in str(result.candidates)
            world.routes["/feed"] = Reply(200, ("<!-- -->" + doctype + body).encode())
            assert "root:" not in str(ask(kind).candidates)
    assert other.seen == []


def test_a_table_whose_line_never_ends_is_read_in_pieces(source: Source, now: datetime) -> None:
    body = zipped(b"#AM#" * 3_000_000)
    feed = parse_gkg(body, url="u", source=replace(source, countries=("AM",)), now=now)
    assert feed.candidates == ()
