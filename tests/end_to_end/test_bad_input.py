"""Bad input gets a clear word that names it; the run goes on; nothing is lost."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

ARTICLE = (
    "<html><head><title>{title}</title>"
    '<meta property="article:published_time" content="{published}"></head><body><article>'
    "<h1>{title}</h1>" + "<p>{body}</p>" * 6 + "</article></body></html>"
)
BODY = (
    "The foreign ministers of Armenia and Azerbaijan are to meet in Almaty next week, the "
    "ministries of both countries said in separate statements. Kazakhstan hosts the talks. "
)
BASQUE = (
    "Herriko kirolariek asteburuan jokatu zuten azken partida, eta zaleek poz handiz jaso "
    "zuten emaitza. Eguraldi ona lagun, jende asko bildu zen plazan arratsalde osoan. "
)


class Handler(BaseHTTPRequestHandler):
    """A server with one page of every trouble."""

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""

    def do_GET(self) -> None:
        body, kind, coding = self.answer()
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", kind)
        if coding:
            self.send_header("Content-Encoding", coding)
        self.end_headers()
        if body is not None:
            self.wfile.write(body)

    def answer(self) -> tuple[bytes | None, str, str | None]:
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        pages = ["good", "empty", "huge", "pdf", "impossible-date", "basque"]
        if self.path == "/feed.xml":
            items = "".join(
                f"<item><title>{p}</title><link>{base}/{p}</link></item>" for p in pages
            )
            feed = f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>"
            return feed.encode(), "application/rss+xml", None
        if self.path == "/broken.xml":
            return b"<rss><channel><item><title>half a fe", "application/rss+xml", None
        page = self.path.strip("/")
        if page == "good":
            return self.article("Talks in Almaty", "2024-05-08T08:00:00Z", BODY), "text/html", None
        if page == "empty":
            return b"", "text/html", None
        if page == "huge":
            return gzip.compress(b"<p>" + b"x" * 200_000_000, 1), "text/html", "gzip"
        if page == "pdf":
            return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "application/pdf", None
        if page == "impossible-date":
            return self.article("No such day", "2024-02-31T99:00:00Z", BODY), "text/html", None
        if page == "basque":
            return self.article("Kirola", "2024-05-08T08:00:00Z", BASQUE), "text/html", None
        return None, "text/plain", None

    def article(self, title: str, published: str, body: str) -> bytes:
        return ARTICLE.format(title=title, published=published, body=body).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()
    running.server_close()


@pytest.fixture(scope="module")
def ingested(
    server: str, araxes: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("bad")
    catalogue = folder / "sources.toml"
    catalogue.write_text(
        f'[[source]]\nid = "mixed"\nname = "Mixed"\nkind = "rss"\nurl = "{server}/feed.xml"\n'
        f'[[source]]\nid = "broken"\nname = "Broken"\nkind = "rss"\nurl = "{server}/broken.xml"\n'
    )
    done = araxes(
        "ingest", "--sources", catalogue, "--warehouse", folder / "w", "--without-prefect",
        "--allow-private", "127.0.0.1", "--now", "2024-05-09",
    )  # fmt: skip
    return folder / "w", done


def test_the_run_goes_on_and_keeps_what_is_good(araxes: Any, ingested: tuple[Path, Any]) -> None:
    directory, done = ingested
    assert done.returncode == 0, done.stderr
    titles = {r["title"] for r in araxes.json("sql", "FROM article", "--warehouse", directory)}
    assert "Talks in Almaty" in titles
    assert "No such day" in titles


@pytest.mark.parametrize(
    ("page", "reason"), [("empty", "empty"), ("huge", "too_large"), ("pdf", "not_html")]
)
def test_each_bad_page_is_quarantined_with_its_reason(
    araxes: Any, ingested: tuple[Path, Any], page: str, reason: str
) -> None:
    rows = araxes.json(
        "sql", f"FROM quarantine WHERE url LIKE '%/{page}'", "--warehouse", ingested[0]
    )
    assert [row["reason"] for row in rows] == [reason]
    assert page in rows[0]["detail"]


def test_a_malformed_feed_is_in_the_feeds_health(araxes: Any, ingested: tuple[Path, Any]) -> None:
    sources = {row["source_id"]: row for row in araxes.json("sources", "--warehouse", ingested[0])}
    assert sources["broken"]["error"]
    assert "broken" in ingested[1].stdout


def test_an_impossible_date_is_no_date_and_an_unknown_language_is_said_to_be_unknown(
    araxes: Any, ingested: tuple[Path, Any]
) -> None:
    rows = {
        row["title"]: row for row in araxes.json("sql", "FROM article", "--warehouse", ingested[0])
    }
    assert rows["No such day"]["published_at"] is None
    assert rows["Kirola"]["language"] not in ("en", "ru", "hy", "az", "tr", "ka", "fa", "fr")


def test_a_typo_in_the_catalogue_names_file_table_key_and_the_likely_word(
    araxes: Any, tmp_path: Path
) -> None:
    catalogue = tmp_path / "my_sources.toml"
    catalogue.write_text(
        '[[source]]\nid = "a"\nkind = "rss"\nlanguge = "en"\nurl = "http://a.b/"\n'
    )
    done = araxes("ingest", "--sources", catalogue, "--warehouse", tmp_path, "--without-prefect")
    assert done.returncode == 2
    for word in ("my_sources.toml", "source", "languge", "language"):
        assert word in done.stderr


def test_a_warehouse_of_a_newer_version_is_left_alone_with_a_clear_word(
    araxes: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text(BODY * 3)
    directory = tmp_path / "w"
    arguments = ("ingest", "--files", folder, "--warehouse", directory, "--without-prefect")
    assert araxes(*arguments).returncode == 0
    with duckdb.connect(str(directory / "warehouse.duckdb")) as con:
        con.execute("INSERT INTO schema_migration SELECT 9999, 'from_the_future', 'x', now()")
    done = araxes(*arguments)
    assert done.returncode == 1
    assert "newer" in done.stderr
    assert "9999" in done.stderr


def test_bad_lines_in_a_folder_are_named_and_the_rest_is_taken_in(
    araxes: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "good.txt").write_text("Talks\n\n" + BODY * 3)
    (folder / "empty.txt").write_text("")
    (folder / "lines.jsonl").write_text(
        '{"id": "l1", "text": "' + BODY * 3 + '"}\n{not json}\n{"id": "l3"}\n'
    )
    (folder / "index.jsonl").write_text('{"file": "good.txt", "published": "2024-13-45"}\n')
    directory = tmp_path / "w"
    done = araxes("ingest", "--files", folder, "--warehouse", directory, "--without-prefect")
    assert done.returncode == 0, done.stderr
    quarantined = araxes.json("sql", "FROM quarantine", "--warehouse", directory)
    details = "\n".join(row["detail"] for row in quarantined)
    for word in ("empty.txt", "lines.jsonl", "index.jsonl"):
        assert word in details
    urls = {row["url"] for row in araxes.json("sql", "FROM article", "--warehouse", directory)}
    assert len(urls) == 2
