"""Runs that overlap: the daily one waits its turn, a poll yields, and nothing is taken in twice."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

PAUSE_SECONDS = 4.0
BODY = (
    "The foreign ministers of Armenia and Azerbaijan met in Almaty on Friday, the ministries of "
    "both countries said in separate statements. Kazakhstan hosted the talks. "
)


class Handler(BaseHTTPRequestHandler):
    """A feed of two pages, the second of which takes its time."""

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        if self.path == "/feed.xml":
            items = "".join(
                f"<item><title>Report {n}</title><link>{base}/{n}</link></item>" for n in (1, 2)
            )
            return self.answer(f"<rss version='2.0'><channel>{items}</channel></rss>", "text/xml")
        if self.path == "/robots.txt":
            return self.send_error(404)
        number = self.path.strip("/")
        time.sleep(PAUSE_SECONDS if number == "2" else 0)
        page = (
            f"<html><head><title>Report {number}</title></head><body><article>"
            f"<h1>Report {number}</h1><p>{BODY * 4}</p><p>Report number {number} ends here, with "
            f"{number} points of its own.</p></article></body></html>"
        )
        return self.answer(page, "text/html")

    def answer(self, body: str, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Path]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    file = tmp_path / "slow.toml"
    file.write_text(
        '[[source]]\nid = "slow"\nkind = "rss"\n'
        f'url = "http://127.0.0.1:{server.server_address[1]}/feed.xml"\n'
    )
    yield file
    server.shutdown()
    server.server_close()


def test_a_poll_yields_to_a_run_under_way_and_the_daily_run_waits_for_it(
    araxes: Any, catalogue: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "warehouse"
    arguments = [
        "ingest", "--sources", catalogue, "--warehouse", directory,
        "--allow-private", "127.0.0.1", "--without-prefect", "--json",
    ]  # fmt: skip
    first = araxes.start(*arguments)
    until = time.monotonic() + 60
    while not (directory / "run.lock.holder").exists():
        assert first.poll() is None, first.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    poll = araxes(*arguments, "--no-wait")
    daily = araxes(*arguments)
    first_said, first_wrong = first.communicate(timeout=60)
    assert first.returncode == 0, first_wrong
    assert (poll.returncode, daily.returncode) == (0, 0), poll.stderr + daily.stderr

    (yielded,), (waited,), (went,) = (
        json.loads(x) for x in (poll.stdout, daily.stdout, first_said)
    )
    assert yielded["status"] == "yielded"
    assert yielded["outcomes"] == {}
    assert went["outcomes"] == {"new": 2}
    assert waited["status"] == "complete"
    assert waited["outcomes"].get("new", 0) == 0
    runs = araxes.json(
        "sql", "SELECT run_id, started_at, finished_at FROM run ORDER BY started_at",
        "--warehouse", directory,
    )  # fmt: skip
    assert [run["run_id"] for run in runs] == [went["run_id"], waited["run_id"]]
    assert araxes.json("sql", "SELECT count(*) AS n FROM article", "--warehouse", directory) == [
        {"n": 2}
    ]
