"""Folders of documents of which some fail a critical check, and a listener on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from flows import runs
from flows.ingest import run_ingest
from flows.records import IngestRequest, RunReport
from flows.settings import Settings
from flows.stages.transform import open_pool
from warehouse.read import query

NOW = datetime(2024, 5, 11, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=5)
TALKS = (
    "Ministers meet in {place}\n\nThe foreign ministers of Armenia and Azerbaijan held talks in "
    "{place} on {day} May 2024. Kazakhstan hosted the talks and did not mediate in them, its "
    "foreign ministry said. The talks took {hours} hours, the ministry added.\n"
)


def settings(**more: Any) -> Settings:
    """No seed corpus, whatever lies beside the code."""
    return Settings(seeds=Path("/nonexistent"), workers=1, **more)


def write(folder: Path, name: str, place: str = "Almaty", day: int = 10, garbled: int = 0) -> None:
    """A report of talks; with so many characters lost: 30 are too many for a critical check."""
    folder.mkdir(exist_ok=True)
    text = TALKS.format(place=place, day=day, hours=len(name) + day)
    text += "The ministry's archive has a note on it: " + "\ufffd" * garbled + " was said.\n"
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with (folder / "index.jsonl").open("a", encoding="utf-8") as index:
        index.write(json.dumps({"file": f"{name}.txt", "published": "2024-05-11"}) + "\n")


def ingest(folder: Path, warehouse: Path, now: datetime = NOW, **more: Any) -> RunReport:
    return run_ingest(IngestRequest(warehouse, files=folder, now=now), settings=settings(**more))


def rows(warehouse: Path, sql: str) -> list[tuple[Any, ...]]:
    return list(query(warehouse, sql).rows)


@contextmanager
def one_pool() -> Iterator[None]:
    """All runs meanwhile use the same extraction process: starting one costs seconds."""
    with open_pool(1, 30.0) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "open_pool", lambda _workers, _seconds: nullcontext(pool))
        yield


class Listener:
    """What was asked of an HTTP server on loopback, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bytes]] = []
        self.status = 200
        self.address = ""


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            listener.asked.append((self.command, self.path, body))
            self.send_response(listener.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    listener.address = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
