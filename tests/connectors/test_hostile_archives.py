"""What a hostile archive tries: bombs in records, lengths that lie, lists that lead inward."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
import pytest

from connectors.archives import Archive, Downloads, at_hand, listed
from connectors.errors import ArchiveError
from connectors.records import Capture
from connectors.warc_reading import DamagedRecord, read_captures
from connectors.warc_scan import scan
from tests.connectors.loopback import Reply, World, serve

HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def record(
    block: bytes, *, length: str = "", date: str = "WARC-Date: 2025-08-08T10:00:00Z"
) -> bytes:
    head = ["WARC/1.0", "WARC-Type: response", "WARC-Target-URI: https://o.example/a", date]
    head += ["Content-Type: application/http;msgtype=response"]
    head += [f"Content-Length: {length or len(block)}"]
    return "\r\n".join(h for h in head if h).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


GOOD = record(HTTP + b"\r\n<p>good</p>")


def both(path: Path, data: bytes) -> list[list[Capture | DamagedRecord | None]]:
    """As the careful reader and as the fast one have it."""
    path.write_bytes(data)
    scanned = scan(path, lambda *_: True)
    return [list(read_captures(path)), [s.damage or s.capture for s in scanned]]


@pytest.mark.parametrize("is_gzip", [False, True])
@pytest.mark.parametrize("length", ["9" * 15, "9" * 5_000, "-1", "abc", "999999999"])
def test_a_record_whose_length_lies_costs_itself(
    tmp_path: Path, length: str, *, is_gzip: bool
) -> None:
    wrap = gzip.compress if is_gzip else bytes
    lying = record(HTTP + b"\r\n<p>lies</p>", length=length)
    for found in both(tmp_path / "a.warc", wrap(GOOD) + wrap(lying) + wrap(GOOD)):
        bodies = [f.body for f in found if isinstance(f, Capture)]
        assert b"<p>good</p>" in bodies and b"<p>lies</p>" not in bodies
        assert any(isinstance(f, DamagedRecord) for f in found)


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_bomb_in_a_record_is_left_at_the_limit(tmp_path: Path, encoding: str) -> None:
    zeros = bytes(60_000_000)
    bomb = gzip.compress(zeros, 9) if encoding == "gzip" else brotli.compress(zeros, quality=1)
    block = HTTP + f"Content-Encoding: {encoding}\r\n\r\n".encode() + bomb
    for found in both(tmp_path / "a.warc", record(block) + GOOD):
        assert isinstance(found[0], DamagedRecord)
        assert found[0].reason in ("too_large", "bad_encoding")
        assert isinstance(found[1], Capture)


def test_a_record_larger_than_any_page_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.warc_members.MAX_MEMBER_BYTES", 100_000)
    monkeypatch.setattr("connectors.warc_scan.MAX_MEMBER_BYTES", 100_000)
    huge = gzip.compress(record(HTTP + b"\r\n" + bytes(200_000)))
    for found in both(tmp_path / "a.warc.gz", huge + gzip.compress(GOOD)):
        assert isinstance(found[0], DamagedRecord) and found[0].reason == "too_large"
        assert isinstance(found[-1], Capture)


def test_a_record_without_a_date_is_named(tmp_path: Path) -> None:
    for found in both(tmp_path / "a.warc", record(HTTP + b"\r\n<p>x</p>", date="") + GOOD):
        assert isinstance(found[0], DamagedRecord) and found[0].reason == "metadata"
        assert isinstance(found[1], Capture)


def test_a_list_of_archives_cannot_lead_to_files_of_this_machine(tmp_path: Path) -> None:
    where = "https://o.example/warc.paths"
    for line in listed(b"file:///etc/passwd\nftp://o.example/a\nlocal:///etc/passwd\n", where):
        with (
            pytest.raises(ArchiveError, match="leave it out"),
            at_hand(Archive(line), Downloads(tmp_path)),
        ):
            pass
    with pytest.raises(ArchiveError, match="longer"):
        list(listed(gzip.compress(bytes(60_000_000)), where))


@pytest.mark.parametrize("target", ["{other}/a.warc", "file:///etc/passwd", "ftp://h/", "data:,x"])
def test_an_archive_cannot_be_moved_into_the_house(
    world: World, tmp_path: Path, target: str
) -> None:
    with serve() as other:
        target = target.format(other=other.base)
        world.routes["/a.warc"] = Reply(302, headers={"Location": target})
        allowed = Downloads(tmp_path, frozenset({world.authority}))
        with pytest.raises(ArchiveError), at_hand(Archive(world.url("/a.warc")), allowed):
            pass
    assert other.seen == [] and list(tmp_path.iterdir()) == []
