"""A real warehouse with alerts in its outbox, and a real server on loopback to send them to."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from alerts.channels import Channel
from alerts.dispatch import DispatchReport, dispatch
from alerts.plan import plan
from alerts.subscriptions import Subscription
from warehouse.records import AlertRow, Batch
from warehouse.store import open_writer

NOW = datetime(2025, 8, 9, 12, tzinfo=UTC)
SIDES = frozenset({"ARM", "AZE"})
PAYLOAD: dict[str, Any] = {
    "cause": "new",
    "event_id": "evt_1",
    "type": "leaders_talks",
    "status": "held",
    "headline": "A headline built from slots",
    "third_parties": [{"id": "actor:USA", "person": None, "rank": None, "roles": ["mediator"]}],
    "parties": [{"id": "actor:ARM", "person": None}, {"id": "actor:AZE", "person": None}],
    "venue": {"id": "place:washington", "country": "USA"},
    "date": {"start": "2025-08-08", "end": "2025-08-08", "precision": "day", "basis": "text"},
    "track": "US-TRUMP",
    "novelty": "new",
    "confidence": 0.9,
    "evidence": [
        {"quote": "The sentence that says so.", "lang": "en", "url": "https://outlet.example/a"}
    ],
}


def key_of(number: int) -> str:
    return f"alr_{number:016x}"


def alert(
    number: int, *, event: str | None = None, at: datetime = NOW, cause: str = "new", **more: Any
) -> AlertRow:
    """An alert as `alerts.rules` makes it, each of an event of its own unless told otherwise."""
    key, event_id = key_of(number), event or f"evt_{number}"
    shape = {"changes": [], "aliases": [], "replaces": []} | more
    payload = {**PAYLOAD, "alert_id": key, "event_id": event_id, "cause": cause, **shape}
    return AlertRow(key, event_id, cause, "pending", payload, at)


@dataclass
class House:
    """A warehouse directory, its outbox filled and worked through as the flows do it."""

    directory: Path
    subscriptions: tuple[Subscription, ...] = ()
    channels: dict[str, Channel] = field(default_factory=dict)

    def put(self, *rows: AlertRow) -> None:
        with open_writer(self.directory, timeout_seconds=5, now=NOW) as writer:
            writer.commit(Batch("run_test", NOW, alerts=rows))

    def serve(self, channels: Mapping[str, Channel]) -> None:
        """Channels that get everything at once."""
        self.channels = dict(channels)
        self.subscriptions = tuple(Subscription(name, "console") for name in channels)

    def tell(self, now: datetime = NOW, coming: Sequence[Mapping[str, Any]] = ()) -> DispatchReport:
        with open_writer(self.directory, timeout_seconds=5, now=now) as writer:
            plan(writer.outbox, self.subscriptions, sides=SIDES, now=now)
            return dispatch(
                writer.outbox,
                self.subscriptions,
                self.channels,
                clock=lambda: now,
                coming=lambda _: coming,
            )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with open_writer(self.directory, timeout_seconds=5, now=NOW) as writer:
            return writer.frame(sql)[1]

    def states(self) -> dict[str, str]:
        return dict(self.rows("SELECT alert_id, state FROM alert"))

    def deliveries(self) -> dict[tuple[str, str], tuple[str, str | None]]:
        found = self.rows("SELECT alert_id, channel, state, detail FROM alert_delivery")
        return {(row[0], row[1]): (row[2], row[3]) for row in found}


@dataclass
class Receiver:
    """A loopback server: what it received, and the answers it gives before it takes anything."""

    port: int
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    busiest: int = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}/hook"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens."""
    under_way: list[int] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            with lock:
                under_way.append(1)
                found.busiest = max(found.busiest, len(under_way))
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = found.answers.pop(0) if found.answers else (200, {})
            if status == 200:
                found.bodies.append(body)
                found.headers.append({k.lower(): v for k, v in self.headers.items()})
            with lock:
                under_way.pop()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()
