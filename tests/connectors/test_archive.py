from __future__ import annotations

import errno
import gc
import gzip
import io
import os
import random
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as OtherReader
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from connectors.captures import failed_capture, make_capture
from connectors.errors import ArchiveError, ArchiveFull
from connectors.records import Candidate, Capture
from connectors.warc import (
    CaptureArchive,
    DamagedRecord,
    list_archives,
    read_capture,
    read_captures,
)

NOW = datetime(2025, 8, 9, 6, 0, 0, 123456, tzinfo=UTC)


def capture(body: bytes = b"<p>hello</p>", number: int = 0, **changes: object) -> Capture:
    made = make_capture(
        url=f"http://example.org/{number}",
        kind="page",
        source_id="src",
        fetched_at=NOW,
        body=body,
        content_type="text/html; charset=utf-8",
        charset="utf-8",
        headers={"content-type": "text/html; charset=utf-8", "etag": '"é"'},
        candidate=Candidate(f"http://example.org/{number}", "src", title="Тест", published=NOW),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def as_kept(replayed: Capture) -> Capture:
    return replace(replayed, replayed=False)


def archive_of(directory: Path, captures: list[Capture]) -> tuple[Path, list[Capture]]:
    with CaptureArchive(directory, "run", NOW, durable=False) as archive:
        kept = [archive.append(c) for c in captures]
        assert archive.path is not None
        return archive.path, kept


text = st.text(st.characters(exclude_categories=()), max_size=40)
candidates = st.builds(
    Candidate,
    url=text,
    source_id=text,
    title=st.none() | text,
    published=st.none() | st.datetimes(timezones=st.just(UTC)),
    summary=st.none() | text,
    alternates=st.lists(text, max_size=2).map(tuple),
    published_is_day=st.booleans(),
    is_authoritative=st.booleans(),
)
captures = st.builds(
    make_capture,
    url=text,
    kind=st.sampled_from(["page", "feed", "file"]),
    source_id=text,
    fetched_at=st.datetimes(timezones=st.just(UTC)),
    body=st.binary(max_size=300) | st.just(b"\r\n\r\nWARC/1.1\r\n") | st.just(b"\x1f\x8b\x08" * 9),
    content_type=text,
    charset=st.none() | text,
    candidate=st.none() | candidates,
    status=st.sampled_from([200, 203]),
    final_url=st.none() | text,
    headers=st.dictionaries(text, text, max_size=2),
    permanent_url=st.none() | text,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(captures, min_size=1, max_size=4))
def test_what_is_kept_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, some: list[Capture]
) -> None:
    path, kept = archive_of(tmp_path_factory.mktemp("warc"), some)
    back = list(read_captures(path))
    assert [as_kept(c) for c in back if isinstance(c, Capture)] == kept
    assert all(isinstance(c, Capture) and c.replayed for c in back)
    for one in kept:
        assert one.warc_offset is not None
        assert as_kept(read_capture(path, one.warc_offset)) == one


def test_a_long_hint_and_a_large_body_survive(tmp_path: Path) -> None:
    long = Candidate("http://example.org/", "src", summary="😀" * 20_000)
    body = random.Random(1).randbytes(5_000_000)
    path, kept = archive_of(tmp_path, [capture(body, candidate=long)])
    assert [as_kept(c) for c in read_captures(path) if isinstance(c, Capture)] == kept


def test_other_tools_read_what_we_write(tmp_path: Path) -> None:
    body = "<p>Ղարաբաղ</p>".encode()
    path, _ = archive_of(tmp_path, [capture(body), capture(b"notes", 1, kind="file")])
    with path.open("rb") as stream:
        records = [(r.rec_type, r.content_stream().read()) for r in OtherReader(stream)]
    assert [kind for kind, _ in records] == ["warcinfo", "response", "resource"]
    assert [content for _, content in records[1:]] == [body, b"notes"]
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=False):
            assert record.verify_block_digest()
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_a_file_is_made_at_the_first_capture_and_never_shared(tmp_path: Path) -> None:
    directory = tmp_path / "deep" / "captures"
    with (
        CaptureArchive(directory, "run/../1", NOW) as first,
        CaptureArchive(directory, "run/../1", NOW) as second,
    ):
        assert not directory.exists()
        one, two = first.append(capture()), second.append(capture())
    assert one.warc_file != two.warc_file
    assert sorted(p.name for p in list_archives(directory)) == sorted(
        [str(one.warc_file), str(two.warc_file)]
    )
    assert all(p.parent == directory for p in directory.rglob("*") if p.is_file())


def test_what_has_nothing_to_keep_is_not_kept(tmp_path: Path) -> None:
    failed = failed_capture(
        url="http://example.org/",
        kind="page",
        source_id="s",
        fetched_at=NOW,
        reason="dns",
        detail="-",
    )
    with CaptureArchive(tmp_path, "run", NOW) as archive:
        assert archive.append(failed) == failed
        unchanged = capture(b"", status=304)
        assert archive.append(unchanged) == unchanged
        assert archive.path is None
        kept = archive.append(capture())
        assert archive.append(kept) == kept
    assert len(list(read_captures(tmp_path / str(kept.warc_file)))) == 1


def test_threads_may_share_an_archive(tmp_path: Path) -> None:
    with CaptureArchive(tmp_path, "run", NOW, durable=False) as archive:

        def work(number: int) -> None:
            for i in range(20):
                archive.append(capture(b"x" * 999, number * 100 + i))

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        path = archive.path
    assert path is not None
    back = [c for c in read_captures(path) if isinstance(c, Capture)]
    assert len({c.url for c in back}) == 80


def make_varied() -> list[Capture]:
    rng = random.Random(7)
    return [
        capture(b"first " * 200, 0),
        capture(rng.randbytes(400), 1),
        capture(b"", 2),
        capture(gzip.compress(b"WARC/1.1\r\n" * 30), 3),
        capture(b"last " * 300, 4),
    ]


def test_a_file_cut_anywhere_never_yields_a_short_body(tmp_path: Path) -> None:
    path, kept = archive_of(tmp_path / "whole", make_varied())
    data = path.read_bytes()
    ends = [*(c.warc_offset or 0 for c in kept[1:]), len(data)]
    cut = tmp_path / path.name
    for size in range(len(data)):
        cut.write_bytes(data[:size])
        back = list(read_captures(cut))
        whole = [as_kept(c) for c in back if isinstance(c, Capture)]
        assert whole == [c for c, end in zip(kept, ends, strict=True) if end <= size], size
        damaged = [d for d in back if isinstance(d, DamagedRecord)]
        is_between = size in (0, kept[0].warc_offset, *ends)
        assert [d.reason for d in damaged] in ([], ["truncated"], ["not_warc"])
        assert bool(damaged) is not is_between, size


def test_what_is_appended_behind_a_cut_record_is_still_found(tmp_path: Path) -> None:
    path, kept = archive_of(tmp_path, make_varied())
    data = path.read_bytes()
    start, end = kept[1].warc_offset, kept[2].warc_offset
    assert start is not None and end is not None
    path.write_bytes(data[: start + (end - start) // 2] + data[end:])
    back = list(read_captures(path))
    assert [type(c).__name__ for c in back] == ["Capture", "DamagedRecord", *["Capture"] * 3]


def test_a_flipped_bit_is_never_believed(tmp_path: Path) -> None:
    path, kept = archive_of(tmp_path / "whole", make_varied())
    data = path.read_bytes()
    flipped = tmp_path / path.name
    rng = random.Random(3)
    for position in rng.sample(range(len(data)), 400):
        damaged = bytearray(data)
        damaged[position] ^= 1 << rng.randrange(8)
        flipped.write_bytes(damaged)
        back = list(read_captures(flipped))
        whole = [as_kept(c) for c in back if isinstance(c, Capture)]
        assert all(c in kept for c in whole), position
        assert len(whole) >= len(kept) - 1, position
        if len(whole) < len(kept):
            assert any(isinstance(d, DamagedRecord) for d in back), position


@pytest.mark.parametrize("target", [b"hello", b"SRC", b"ETag"])
def test_a_wrong_digest_is_found_where_gzip_sees_nothing(tmp_path: Path, target: bytes) -> None:
    body = b"hello SRC ETag " * 4
    path, _ = archive_of(tmp_path, [capture(body), capture(b"next", 1)])
    plain = gzip.decompress(path.read_bytes()).replace(target, target.swapcase(), 1)
    for suffix, content in ((".warc", plain), (".warc.gz", gzip.compress(plain))):
        changed = tmp_path / f"changed{suffix}"
        changed.write_bytes(content)
        back = list(read_captures(changed))
        assert [getattr(c, "reason", "whole") for c in back] == ["digest", "whole"]


def test_a_changed_hint_is_not_believed(tmp_path: Path) -> None:
    path, _ = archive_of(tmp_path, [capture()])
    plain = gzip.decompress(path.read_bytes()).replace(
        b'"url":"http://example.org/0","final', b'"url":"http://example.com/0","final', 1
    )
    (tmp_path / "a.warc").write_bytes(plain)
    assert [getattr(c, "reason", "") for c in read_captures(tmp_path / "a.warc")] == ["metadata"]


def test_a_plain_file_cut_anywhere_never_yields_a_short_body(tmp_path: Path) -> None:
    path, kept = archive_of(tmp_path, [capture(b"one", 1), capture(b"two", 2)])
    plain = gzip.decompress(path.read_bytes())
    cut = tmp_path / "cut.warc"
    for size in range(0, len(plain), 3):
        cut.write_bytes(plain[:size])
        back = list(read_captures(cut))
        bodies = [c.body for c in back if isinstance(c, Capture)]
        assert bodies == [c.body for c in kept][: len(bodies)]
    cut.write_bytes(plain)
    assert [c.body for c in read_captures(cut) if isinstance(c, Capture)] == [b"one", b"two"]


@pytest.mark.parametrize("content", [b"", b"not a warc", bytes(5000), b"\x1f\x8b\x08", b"WARC/1.1"])
def test_rubbish_is_reported_not_raised(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    back = list(read_captures(path))
    assert len(back) == bool(content)
    assert all(isinstance(d, DamagedRecord) and path.name in d.detail for d in back)


def test_a_missing_file_or_record_says_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be opened"):
        list(read_captures(tmp_path / "none.warc.gz"))
    path, _ = archive_of(tmp_path, [capture()])
    with pytest.raises(ArchiveError, match="no capture is recorded"):
        read_capture(path, 0)
    with pytest.raises(ArchiveError, match="at byte 5"):
        read_capture(path, 5)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_records_of_another_tool_are_read_decoded(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    page = "<p>новости</p>".encode("cp1251")
    chunked = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in (page[:5], page[5:])) + b"0\r\n\r\n"
    kinds = {
        "plain": (page, {}, "200 OK"),
        "gzip": (gzip.compress(page), {"Content-Encoding": "gzip"}, "200 OK"),
        "chunked": (chunked, {"Transfer-Encoding": "chunked"}, "200 OK"),
        "missing": (b"no", {}, "404 Not Found"),
    }
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for name, (body, headers, status) in kinds.items():
            head = {"Content-Type": "text/html; charset=windows-1251", **headers}
            writer.write_record(
                writer.create_warc_record(
                    f"http://example.org/{name}",
                    "response",
                    payload=io.BytesIO(body),
                    http_headers=StatusAndHeaders(status, list(head.items()), "HTTP/1.1"),
                    warc_headers_dict={"WARC-Date": "2024-01-02T03:04:05Z"},
                )
            )
    del writer
    gc.collect()  # the other tool leaves its temporary files to the collector, with a warning
    back = list(read_captures(path))
    assert [getattr(c, "url", c) for c in back] == [
        f"http://example.org/{n}" for n in ("plain", "gzip", "chunked")
    ]
    for found in back:
        assert isinstance(found, Capture)
        assert (found.body, found.charset, found.kind) == (page, "windows-1251", "page")
        assert found.fetched_at == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


FILL = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
sys.path[:0] = [{here!r}, {root!r}]
from test_archive import capture
from connectors.errors import ArchiveFull
from connectors.warc import CaptureArchive, read_captures
import random
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
archive = CaptureArchive(Path({directory!r}), "run", datetime(2025, 8, 9, tzinfo=UTC))
kept = 0
try:
    for i in range(100):
        archive.append(capture(random.Random(i).randbytes(3000), i))
        kept += 1
except ArchiveFull as error:
    assert "free some space" in str(error) and error.reason == "archive_full", error
    archive.close()
    back = list(read_captures(archive.path))
    assert len(back) == kept > 3, (len(back), kept)
    print("full after", kept)
"""


def test_a_full_disk_is_named_and_loses_nothing_kept_before(tmp_path: Path) -> None:
    here = Path(__file__).parent
    code = FILL.format(
        here=str(here), root=str(here.parents[1]), limit=30_000, directory=str(tmp_path)
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("full after")


def test_no_room_at_all_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_open = os.open

    def open_full(path: str | Path, flags: int, mode: int = 0o777) -> int:
        is_archive = str(path).endswith(".warc.gz")
        return real_open("/dev/full", os.O_WRONLY) if is_archive else real_open(path, flags, mode)

    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    monkeypatch.setattr(os, "open", open_full)
    monkeypatch.setattr(os, "ftruncate", lambda descriptor, size: None)
    with pytest.raises(ArchiveFull, match=str(tmp_path)) as caught:
        CaptureArchive(tmp_path, "run", NOW, durable=False).append(capture())
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="cannot be written"):
        CaptureArchive(tmp_path / "file" / "captures", "run", NOW).append(capture())


def test_a_killed_process_leaves_every_record_it_returned(tmp_path: Path) -> None:
    here = Path(__file__).parent
    code = (
        f"import sys; sys.path[:0] = [{str(here)!r}, {str(here.parents[1])!r}]\n"
        "import os, signal\nfrom pathlib import Path\n"
        "from test_archive import NOW, CaptureArchive, capture\n"
        f"archive = CaptureArchive(Path({str(tmp_path)!r}), 'run', NOW, durable=False)\n"
        "for i in range(5): archive.append(capture(b'x' * 5000, i))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == -9, done.stderr
    (path,) = list_archives(tmp_path)
    assert len([c for c in read_captures(path) if isinstance(c, Capture)]) == 5
