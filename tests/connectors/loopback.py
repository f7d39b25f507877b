"""A real HTTP server on loopback whose answers a test writes as plain functions."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """What to answer. ``script`` takes over the connection after the status line."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    script: Callable[[BaseHTTPRequestHandler], None] | None = None
    delay_seconds: float = 0.0


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    at: float


class World:
    """Routes of one server, and the requests it has seen."""

    def __init__(self) -> None:
        self.routes: dict[str, Reply | list[Reply]] = {}
        self.seen: list[Request] = []
        self.base = ""
        self.authority = ""
        self.in_flight = 0
        self.most_in_flight = 0
        self._lock = threading.Lock()

    def paths(self) -> list[str]:
        return [r.path for r in self.seen]

    def url(self, path: str) -> str:
        return self.base + path

    def reply_to(self, path: str) -> Reply:
        reply = self.routes.get(path, Reply(404))
        if isinstance(reply, list):
            return reply.pop(0) if len(reply) > 1 else reply[0]
        return reply

    def note(self, handler: BaseHTTPRequestHandler) -> None:
        headers = {k.lower(): v for k, v in handler.headers.items()}
        with self._lock:
            self.seen.append(Request(handler.path, headers, time.monotonic()))
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)

    def leave(self) -> None:
        with self._lock:
            self.in_flight -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that break off are part of what is tested."""


@contextlib.contextmanager
def serve(host: str = "127.0.0.1") -> Iterator[World]:
    world = World()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            world.note(self)
            try:
                self._answer(world.reply_to(self.path))
            finally:
                world.leave()

        def _answer(self, reply: Reply) -> None:
            time.sleep(reply.delay_seconds)
            if reply.script is not None:
                self.close_connection = True
                reply.script(self)
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers and reply.status != 304:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = _Server((host, 0), Handler)
    world.authority = f"{host}:{server.server_port}"
    world.base = f"http://{world.authority}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
