"""What a backfill is given becomes files to scan, wherever they lie and however damaged."""

from __future__ import annotations

import gzip
import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from connectors.archives import COMMON_CRAWL, Archive, Downloads, at_hand, expand, listed, parts
from connectors.errors import ArchiveError
from connectors.warc_scan import Scanned, scan
from tests.connectors.loopback import Reply, serve

LOOPBACK = frozenset({"127.0.0.1"})


def warc(pages: int = 10, *, is_gzipped: bool = True) -> tuple[bytearray, list[int]]:
    """An archive, and where its records begin."""
    rng, out, starts = random.Random(1), io.BytesIO(), []
    writer = WARCWriter(out, gzip=is_gzipped)
    for number in range(pages):
        starts.append(out.tell())
        body = f"<p>{number}</p>".encode() + bytes(rng.choices(b"abcdefgh ", k=5000))
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=x-own")], "", "1.1")
        head.protocol = "HTTP/1.1"
        url = f"http://news.invalid/{number}"
        record = writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), http_headers=head
        )
        writer.write_record(record)
        record.raw_stream.close()
    return bytearray(out.getvalue()), starts


def said(found: Scanned) -> str:
    if found.capture:
        return found.capture.url[-1]
    return found.damage.reason if found.damage else "-"


def every(_body: bytes, _charset: str | None) -> bool:
    return True


def test_a_folder_stands_for_its_archives(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.warc.gz", "deep/a.warc", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    found = list(expand([str(tmp_path)], Downloads(tmp_path)))
    assert [archive.path for archive in found] == [
        tmp_path / "b.warc.gz",
        tmp_path / "deep" / "a.warc",
    ]


def test_a_list_of_paths_stands_for_what_it_names(tmp_path: Path) -> None:
    (tmp_path / "own.warc.gz").write_bytes(b"")
    lines = "own.warc.gz\n\ncrawl-data/CC-NEWS/2024/01/x.warc.gz\nhttps://h.invalid/y.warc.gz\n"
    (tmp_path / "mine.paths").write_text(lines)
    (tmp_path / "warc.paths.gz").write_bytes(gzip.compress(lines.encode()))
    for name in ("mine.paths", "warc.paths.gz"):
        names = [a.name for a in expand([str(tmp_path / name)], Downloads(tmp_path))]
        assert names == [
            str(tmp_path / "own.warc.gz"),
            f"{COMMON_CRAWL}crawl-data/CC-NEWS/2024/01/x.warc.gz",
            "https://h.invalid/y.warc.gz",
        ]


def test_a_list_in_a_bucket_names_what_lies_in_the_bucket() -> None:
    line = b"crawl-data/CC-NEWS/2024/01/x.warc.gz\n"
    where = "s3://commoncrawl/crawl-data/CC-NEWS/2024/01/warc.paths.gz"
    assert list(listed(line, where)) == ["s3://commoncrawl/crawl-data/CC-NEWS/2024/01/x.warc.gz"]


def test_a_list_by_address_is_fetched_and_its_archives_in_their_turn(tmp_path: Path) -> None:
    data, _ = warc()
    downloads = Downloads(tmp_path / "down", LOOPBACK)
    with serve() as world:
        world.routes["/month/warc.paths.gz"] = Reply(body=gzip.compress(b"a.warc.gz\nb.warc.gz\n"))
        for name in "ab":
            world.routes[f"/month/{name}.warc.gz"] = Reply(body=bytes(data))
        archives = list(expand([world.url("/month/warc.paths.gz")], downloads))
        assert world.paths() == ["/month/warc.paths.gz"]
        assert [archive.path for archive in archives] == [None, None]
        with at_hand(archives[0], downloads) as path:
            assert path.read_bytes() == data
            assert world.paths()[1:] == ["/month/a.warc.gz"]
        assert not path.exists(), "what was read is dropped"


def test_what_is_kept_is_not_fetched_again(tmp_path: Path) -> None:
    downloads = Downloads(tmp_path, LOOPBACK, is_kept=True)
    with serve() as world:
        world.routes["/a.warc.gz"] = Reply(body=b"x")
        for _ in range(2):
            with at_hand(Archive(world.url("/a.warc.gz")), downloads) as path:
                assert path.read_bytes() == b"x"
        assert world.paths() == ["/a.warc.gz"]


def test_a_private_address_is_refused_by_name(tmp_path: Path) -> None:
    with serve() as world:
        url = world.url("/a.warc.gz")
        with (
            pytest.raises(ArchiveError, match=r"private"),
            at_hand(Archive(url), Downloads(tmp_path)),
        ):
            pass
        assert world.seen == []
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_to_a_private_address_is_refused(tmp_path: Path) -> None:
    with serve() as world, serve("127.0.0.2") as other:
        world.routes["/a.warc.gz"] = Reply(302, headers={"Location": other.url("/b.warc.gz")})
        with (
            pytest.raises(ArchiveError, match="cannot be fetched"),
            at_hand(Archive(world.url("/a.warc.gz")), Downloads(tmp_path, LOOPBACK)),
        ):
            pass
        assert other.seen == []


@pytest.mark.parametrize("reply", [Reply(404), Reply(500), Reply(200, b"x" * 99)])
def test_what_a_server_does_not_give_is_named(tmp_path: Path, reply: Reply) -> None:
    with serve() as world:
        world.routes["/a.warc.gz"] = reply
        with (
            pytest.raises(ArchiveError, match=r"a\.warc\.gz"),
            at_hand(Archive(world.url("/a.warc.gz")), Downloads(tmp_path, LOOPBACK), most=50),
        ):
            pass
    assert list(tmp_path.iterdir()) == [], "no part of a download is taken for an archive"


@pytest.mark.parametrize("url", ["ftp9://h.invalid/x.warc.gz", "https://nowhere.invalid/x.warc"])
def test_an_address_nobody_can_fetch_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(ArchiveError, match="invalid"), at_hand(Archive(url), Downloads(tmp_path)):
        pass


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"gone\.warc\.gz: does not exist"):
        list(expand([str(tmp_path / "gone.warc.gz")], Downloads(tmp_path)))
    with pytest.raises(ArchiveError, match=r"holds no \.warc"):
        list(expand([str(tmp_path)], Downloads(tmp_path)))
    (tmp_path / "x.paths.gz").write_bytes(b"\x1f\x8bdamaged")
    with pytest.raises(ArchiveError, match="damaged list"):
        list(expand([str(tmp_path / "x.paths.gz")], Downloads(tmp_path)))


def zeros(data: bytearray, starts: list[int]) -> bytes:
    data[starts[4] + 1500 : starts[4] + 1510] = bytes(10)
    return bytes(data)


def no_magic(data: bytearray, starts: list[int]) -> bytes:
    data[starts[4] : starts[4] + 4] = b"abcd"
    return bytes(data)


def no_head(data: bytearray, starts: list[int]) -> bytes:
    return bytes(data[: starts[4]] + data[starts[4] + 400 :])


def no_tail(data: bytearray, starts: list[int]) -> bytes:
    return bytes(data[: starts[5] - 8] + data[starts[5] :])


@pytest.mark.parametrize("is_gzipped", [True, False])
@pytest.mark.parametrize("damage", [zeros, no_magic, no_head, no_tail])
@pytest.mark.parametrize("skip", [0, 3, 6])
def test_a_damaged_record_costs_itself_alone(
    tmp_path: Path, damage: Callable[..., bytes], is_gzipped: bool, skip: int
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(damage(*warc(is_gzipped=is_gzipped)))
    found = list(scan(path, every, skip))
    assert [one.number for one in found] == list(range(skip + 1, 11))
    told = [said(one) for one in found if one.number != 5]
    assert told == [str(n) for n in range(10) if n >= skip and n != 4]
    for one in found:
        if one.number == 5:
            assert one.damage is not None
            assert "a.warc.gz, record at byte" in one.damage.detail


@pytest.mark.parametrize("is_gzipped", [True, False])
@pytest.mark.parametrize("left", [20, 800])
def test_a_cut_is_noticed(tmp_path: Path, is_gzipped: bool, left: int) -> None:
    data, starts = warc(is_gzipped=is_gzipped)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data[: starts[9] + left])
    found = [said(one) for one in scan(path, every)]
    assert found[:9] == [str(n) for n in range(9)]
    assert found[9:] == ["truncated"]


@pytest.mark.parametrize("damage", [None, zeros, no_magic, no_head, no_tail])
def test_a_large_file_is_read_in_parts_that_together_are_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[..., bytes] | None
) -> None:
    monkeypatch.setattr("connectors.archives.PART_BYTES", 7000)
    data, starts = warc()
    path = tmp_path / "a.warc.gz"
    path.write_bytes(damage(data, starts) if damage else data)
    found = parts(Archive("a", path))
    assert len(found) == 4
    assert sum(part.size_bytes for part in found) == path.stat().st_size
    told = [said(one) for part in found for one in scan(path, every, 0, part.span)]
    whole = [said(one) for one in scan(path, every)]
    assert told == whole
    assert len(whole) == 10
    path.write_bytes(gzip.compress(bytes(warc(is_gzipped=False)[0])))
    assert parts(Archive("a", path)) == [Archive("a", path)], "nothing to part it at"


def test_one_gzip_member_around_all_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(bytes(warc(is_gzipped=False)[0])))
    assert [said(one) for one in scan(path, every)] == [str(n) for n in range(10)]


def test_what_is_no_archive_is_damage_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(b"hello" * 1000)
    assert [said(one) for one in scan(path, every)] == ["not_warc"]
    path.write_bytes(b"")
    assert list(scan(path, every)) == []


def test_only_wanted_pages_become_captures_and_the_charset_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(warc()[0])
    charsets: set[str | None] = set()

    def third(body: bytes, charset: str | None) -> bool:
        charsets.add(charset)
        return b"<p>3</p>" in body

    found = [one.capture for one in scan(path, third)]
    assert [capture.url[-1] for capture in found if capture] == ["3"]
    assert len(found) == 10
    assert charsets == {"x-own"}
