from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import connectors.folders
from connectors.captures import make_capture
from connectors.errors import Permanent
from connectors.folders import read_folder, unread_files
from connectors.records import Candidate, Capture
from connectors.warc import CaptureArchive
from tests.connectors.conftest import NOW

OLD = datetime(2001, 1, 1, tzinfo=UTC)


def write(directory: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = directory / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (OLD.timestamp(), OLD.timestamp()))
    return directory


def read(directory: Path) -> list[Capture]:
    return list(read_folder(directory, NOW))


def lines(*objects: object) -> str:
    return "".join(json.dumps(o) + "\n" for o in objects)


def test_documents_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    write(
        tmp_path, b_txt="two", a_html="<p>one", sub__c_HTM="<p>three", notes_md="-", _hidden_txt="x"
    )
    found = read(tmp_path)
    assert [(c.url, c.content_type) for c in found] == [
        ("file:a.html", "text/html"),
        ("file:b.txt", "text/plain"),
        ("file:sub/c.HTM", "text/html"),
    ]
    assert all(c.kind == "file" and c.status == 200 and c.fetched_at == NOW for c in found)
    assert all(c.source_id == "files" for c in found)
    assert unread_files(tmp_path) == ["notes.md"]


def test_a_files_time_is_never_a_date(tmp_path: Path) -> None:
    (capture,) = read(write(tmp_path, a_txt="text"))
    assert capture.candidate is not None
    assert capture.candidate.published is None
    assert not capture.candidate.is_authoritative


def test_the_index_describes_and_is_no_document(tmp_path: Path) -> None:
    index = lines(
        {"file": "a.txt", "published": "2024-08-20"},
        {
            "file": "sub/b.txt",
            "published": "2024-08-20T14:00:00+04:00",
            "url": "https://example.org/b",
            "source": "outlet",
            "language": "ru",
            "title": "Title",
        },
    )
    first, second = read(write(tmp_path, a_txt="one", sub__b_txt="two", index_jsonl=index))
    assert first.candidate == Candidate(
        "file:a.txt",
        "files",
        published=datetime(2024, 8, 20, tzinfo=UTC),
        published_is_day=True,
        is_authoritative=True,
    )
    assert (second.url, second.source_id) == ("https://example.org/b", "outlet")
    assert second.candidate is not None
    assert second.candidate.published == datetime(2024, 8, 20, 10, tzinfo=UTC)
    assert not second.candidate.published_is_day
    assert (second.candidate.language, second.candidate.title) == ("ru", "Title")


def test_each_trouble_in_the_index_is_named_with_its_line(tmp_path: Path) -> None:
    index = (
        lines({"file": "a.txt", "published": "2024-02-30", "title": 7, "url": "nowhere"})
        + "{broken\n\n"
        + lines({"file": "gone.txt"}, ["list"], {"file": "a.txt"}, {"file": {}})
    )
    *problems, document = read(write(tmp_path, a_txt="text", index_jsonl=index))
    assert document.url == "file:a.txt" and document.error is None
    assert document.candidate is not None and document.candidate.published is None
    assert {p.error for p in problems} == {"bad_index"}
    assert len({p.capture_id for p in problems}) == len(problems) == 6
    details = " | ".join(p.error_detail or "" for p in problems)
    for expected in (
        "line 1: a.txt: title is 7",
        "; impossible date '2024-02-30'",
        "; url 'nowhere'",
        "line 2: is no JSON object",
        "line 4: names 'gone.txt'",
        "line 5: is no JSON object",
        "line 6: describes 'a.txt' a second time",
        "line 7: names '{}'",
    ):
        assert expected in details


def test_each_line_of_a_jsonl_is_a_document(tmp_path: Path) -> None:
    body = lines(
        {"id": "x1", "text": "one", "published": "2024-08-20", "title": "T"},
        {"url": "https://example.org/2", "html": "<p>two", "source": "own"},
        {"text": "three"},
    )
    index = lines({"file": "d.jsonl", "source": "outlet", "published": "2020-01-01"})
    found = read(write(tmp_path, d_jsonl=body, index_jsonl=index))
    assert [c.url for c in found] == ["file:d.jsonl#x1", "https://example.org/2", "file:d.jsonl#3"]
    assert [c.source_id for c in found] == ["outlet", "own", "outlet"]
    assert all(c.content_type == "application/json" and c.error is None for c in found)
    assert json.loads(found[0].body)["text"] == "one"
    assert [c.candidate and c.candidate.published for c in found] == [
        datetime(2024, 8, 20, tzinfo=UTC),
        *[datetime(2020, 1, 1, tzinfo=UTC)] * 2,
    ]


def test_each_trouble_in_a_jsonl_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    body = (
        b"{broken\n"
        + lines([1], {"title": "no body"}, {"text": " "}).encode()
        + '{"text": "привет"}\n'.encode("cp1251")
        + lines({"text": "kept", "published": "never"}, {"text": "\ud800 kept"}).encode()
        + b'{"text": "last, without a line end"}'
    )
    found = read(write(tmp_path, d_jsonl=body))
    errors = [(c.url, c.error) for c in found if c.error]
    assert errors == [
        ("file:d.jsonl#1", "malformed_jsonl"),
        ("file:d.jsonl#2", "malformed_jsonl"),
        ("file:d.jsonl#3", "malformed_jsonl"),
        ("file:d.jsonl#4", "empty"),
        ("file:d.jsonl#5", "malformed_jsonl"),
        ("file:d.jsonl#6", "bad_line"),
    ]
    assert all("d.jsonl line" in (c.error_detail or "") for c in found if c.error)
    assert [c.url for c in found if not c.error] == [f"file:d.jsonl#{n}" for n in (6, 7, 8)]


def test_troubled_files_are_named_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connectors.folders, "MAX_DOCUMENT_BYTES", 1000)
    long_line = lines({"text": "x" * 5000}, {"text": "after"})
    write(
        tmp_path,
        a_txt="",
        b_txt=" \n",
        c_txt=b"\x00\x01\x02\xff" * 50,
        d_txt="x" * 1001,
        e_jsonl="",
        f_jsonl=long_line,
        g_warc="",
        z_txt="fine",
    )
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere")
    found = read(tmp_path)
    assert [(c.url, c.error) for c in found] == [
        ("file:a.txt", "empty"),
        ("file:b.txt", "empty"),
        ("file:c.txt", "undecodable"),
        ("file:d.txt", "too_large"),
        ("file:e.jsonl", "empty"),
        ("file:f.jsonl#1", "too_large"),
        ("file:f.jsonl#2", None),
        ("file:g.warc", "empty"),
        ("file:z.txt", None),
    ]
    for capture in found:
        name = capture.url.removeprefix("file:").partition("#")[0]
        assert capture.error is None or name in (capture.error_detail or "")


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, a_txt="x", b_txt="y")
    (tmp_path / "a.txt").chmod(0)
    if os.access(tmp_path / "a.txt", os.R_OK):  # root reads everything
        real = Path.open

        def refuse(self: Path, *args: object, **kwargs: object) -> object:
            if self.name == "a.txt":
                raise PermissionError(13, "Permission denied")
            return real(self, *args, **kwargs)  # type: ignore[call-overload]

        monkeypatch.setattr(Path, "open", refuse)
    first, second = read(tmp_path)
    assert (first.error, second.error) == ("unreadable", None)
    assert "Permission denied" in (first.error_detail or "")


def test_old_charsets_are_read_and_named(tmp_path: Path) -> None:
    text = "Переговоры министров прошли в столице, сообщили в ведомстве. " * 3
    meta = '<meta charset="windows-1251"><p>' + text
    write(
        tmp_path,
        a_txt=text.encode("cp1251"),
        b_html=meta.encode("cp1251"),
        c_txt=text.encode("utf-8-sig"),
        d_txt=text.encode("utf-16"),
    )
    for capture in read(tmp_path):
        assert capture.charset is not None
        assert text in capture.body.decode(capture.charset)


def test_a_folder_that_is_none_is_a_mistake_of_the_command(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="is not a folder"):
        read_folder(tmp_path / "none", NOW)
    assert read(tmp_path) == []


def test_a_warc_gives_its_pages_with_what_was_known_of_them(tmp_path: Path) -> None:
    fetched = datetime(2024, 1, 2, tzinfo=UTC)
    hint = Candidate("https://example.org/a", "outlet", title="T", published=fetched)
    page = make_capture(
        url="https://example.org/a",
        kind="page",
        source_id="outlet",
        fetched_at=fetched,
        body=b"<p>one",
        content_type="text/html",
        candidate=hint,
    )
    with CaptureArchive(tmp_path, "r", NOW) as archive:
        archive.append(page)
        archive.append(replace(page, kind="feed"))
        archive.append(replace(page, url="https://example.org/b"))
        path = archive.path
    assert path is not None
    path.write_bytes(path.read_bytes()[:-20])
    good, damaged = read(tmp_path)
    assert good == page
    assert damaged.error == "damaged_warc" and path.name in (damaged.error_detail or "")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.binary(max_size=200),
    st.sampled_from(["txt", "html", "jsonl", "warc", "warc.gz"]),
    st.binary(max_size=80),
)
def test_no_bytes_make_it_raise(tmp_path: Path, content: bytes, suffix: str, index: bytes) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    (tmp_path / f"a.{suffix}").write_bytes(content)
    (tmp_path / "index.jsonl").write_bytes(index)
    for capture in read(tmp_path):
        assert (capture.error is None) == bool(capture.body)
