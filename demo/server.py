"""The demo world over real HTTP on loopback: a port for each outlet, and two stages.

Stage 1 ends with the morning of 9 August 2025; ``World.advance`` moves to stage 2, in which
the days after appear, a correction is made, one feed is gone (410), and what did not change
answers 304 to conditional requests (RFC 9110, section 13).

    python -m demo.server --catalogue FILE [--stage 1]

serves until interrupted. A control port answers ``GET /state`` and ``POST /advance``.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import select
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from demo.articles import load_world
from demo.feeds import render_feed
from demo.indexes import KINDS, paths_of, render_index
from demo.site import Page, render_amp_twin, render_article, render_front, robots_txt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from demo.articles import FeedSource, NewsWorld

SLOW: Final = "slow"
POINTER: Final = "pointer"
CONTROL: Final = "control"
TEXT: Final = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the server saw it; ``at`` is monotonic seconds."""

    outlet: str
    method: str
    path: str
    status: int
    user_agent: str
    at: float


@dataclass(slots=True)
class _Log:
    requests: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, request: Request) -> None:
        with self.lock:
            self.requests.append(request)


class World:
    """The running world. A context manager; ``start`` binds the ports.

    Args:
        ports: outlet id to port; those not named get a free one.
        slow_seconds: how long the slow host holds an answer back before it hangs up.
    """

    def __init__(self, ports: dict[str, int] | None = None, slow_seconds: float = 20.0) -> None:
        self.data: NewsWorld = load_world()
        self.stage = 1
        self.slow_seconds = slow_seconds
        self.stopping = threading.Event()
        self._ports = ports or {}
        self._log = _Log()
        self._pages: dict[tuple[str, str, int], Page] = {}
        self._servers: dict[str, ThreadingHTTPServer] = {}
        self._threads: list[threading.Thread] = []

    def start(self, stage: int = 1) -> World:
        """Bind a port on 127.0.0.1 for every outlet and begin to answer."""
        self.stage = stage
        for outlet in [*self.data.outlets, POINTER, SLOW, CONTROL]:
            handler = type("Handler", (_Handler,), {"world": self, "outlet": outlet})
            server = _Server(("127.0.0.1", self._ports.get(outlet, 0)), handler)
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            self._servers[outlet] = server
            self._threads.append(thread)
        return self

    def stop(self) -> None:
        """Stop answering and free the ports."""
        self.stopping.set()
        stoppers = [threading.Thread(target=s.shutdown) for s in self._servers.values()]
        for thread in stoppers:
            thread.start()
        for thread in (*stoppers, *self._threads):
            thread.join(timeout=5)
        for server in self._servers.values():
            server.server_close()

    def __enter__(self) -> World:
        return self.start() if not self._servers else self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def advance(self) -> int:
        """Move to the next (and last) stage."""
        self.stage = 2
        return self.stage

    def base(self, outlet: str) -> str:
        """The outlet's address, without a slash at its end."""
        return f"http://127.0.0.1:{self._servers[outlet].server_address[1]}"

    def bases(self) -> dict[str, str]:
        """Every server's address by outlet id, ``slow`` and ``control`` included."""
        return {outlet: self.base(outlet) for outlet in self._servers}

    def requests(self, outlet: str | None = None) -> list[Request]:
        """What was asked so far, in order."""
        with self._log.lock:
            return [r for r in self._log.requests if outlet in (None, r.outlet)]

    def catalogue(self, path: Path) -> Path:
        """Write the source catalogue (TOML) with the actual ports."""
        blocks = []
        for source in self.data.sources.values():
            if source.kind == "warc":
                continue
            row = {
                "id": source.id,
                "name": source.name,
                "kind": source.kind,
                "url": self.base(source.outlet) + (source.moved_from or source.path),
                "language": source.language,
                "country": source.country,
                "ownership": source.ownership,
                "alignment": source.alignment,
                "outlet": source.outlet,
                "countries": list(source.countries),
            }
            lines = [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in row.items() if v]
            lines += [f"listing.{k} = {json.dumps(v)}" for k, v in (source.listing or {}).items()]
            blocks.append("\n".join(["[[source]]", *lines, ""]))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(blocks), encoding="utf-8")
        return path

    def has_page(self, outlet: str, path: str) -> bool:
        """True when an article has exactly this path."""
        return f"{outlet}:{path}" in self.data.articles

    def page(self, outlet: str, path: str) -> Page:
        """What ``outlet`` serves at ``path`` in the present stage."""
        key = (outlet, path, self.stage)
        if key not in self._pages:
            self._pages[key] = self._render(outlet, path, self.stage)
        return self._pages[key]

    def _render(self, outlet: str, path: str, stage: int) -> Page:
        data, base = self.data, self.base(outlet)
        for source in data.sources.values():
            if source.outlet == outlet and path in paths_of(source):
                return self._render_source(source, path, stage)
        site = data.outlets.get(outlet)
        if site and path == "/":
            return render_front(data, site, base, stage)
        if path == "/robots.txt":
            rules = robots_txt(data, site) if site else "User-agent: *\nDisallow:\n"
            return Page(200, TEXT, rules.encode())
        for article in data.of_outlet(outlet, stage):
            if article.path == path:
                return render_article(data, article, base, stage)
            if article.amp_path == path:
                return render_amp_twin(data, article, base, stage)
        removed = data.articles.get(f"{outlet}:{path}")
        if removed and removed.removed_at_stage and removed.removed_at_stage <= stage:
            return Page(410, "text/html; charset=utf-8", b"<h1>410 Gone</h1>")
        return Page(404, "text/html; charset=utf-8", b"<h1>404 Not Found</h1>")

    def _render_source(self, source: FeedSource, path: str, stage: int) -> Page:
        if source.gone_at_stage and stage >= source.gone_at_stage:
            return Page(410, TEXT, b"This feed has been closed.\n")
        if source.kind in KINDS:
            return render_index(self.data, source, path, self.bases(), stage)
        return render_feed(self.data, source, self.base(source.outlet), stage)

    def moved(self, outlet: str, path: str) -> str | None:
        """Where what was at ``path`` has moved to for good, or None."""
        for source in self.data.sources.values():
            if source.outlet == outlet and source.moved_from == path:
                return source.path
        return None

    def is_stuck(self, outlet: str, path: str) -> bool:
        """Whether what is at ``path`` is called unchanged for ever."""
        stuck = (s for s in self.data.sources.values() if s.is_stuck)
        return any(s.outlet == outlet and s.path == path for s in stuck)

    def record(self, request: Request) -> None:
        """Count a request."""
        self._log.add(request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is its own affair; nothing is printed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "DemoWorld/1"
    world: World
    outlet: str

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self.outlet == SLOW and path != "/robots.txt":
            self._hold_back()
        elif self.outlet == SLOW:
            self._send(Page(200, TEXT, b"User-agent: *\nDisallow:\n"))
        elif self.outlet == CONTROL:
            self._send(self._state())
        elif path.startswith("/m/"):
            self._redirect(path.removeprefix("/m"))
        elif moved := self.world.moved(self.outlet, path):
            self._redirect(moved)
        elif self.world.has_page(self.outlet, f"{path}/"):
            self._redirect(f"{path}/")
        else:
            self._send(self.world.page(self.outlet, path))

    do_HEAD = do_GET

    def do_POST(self) -> None:
        if self.outlet == CONTROL and self.path == "/advance":
            self.world.advance()
            self._send(self._state())
        else:
            self._send(Page(405, TEXT, b"Method not allowed.\n"))

    def _state(self) -> Page:
        counts: dict[str, int] = {}
        for request in self.world.requests():
            counts[request.outlet] = counts.get(request.outlet, 0) + 1
        state = {"stage": self.world.stage, "outlets": self.world.bases(), "requests": counts}
        return Page(200, "application/json", json.dumps(state).encode())

    def _hold_back(self) -> None:
        """Answer nothing until the client gives up, the time is over or the world stops."""
        self._count(0)
        deadline = time.monotonic() + self.world.slow_seconds
        while time.monotonic() < deadline and not self.world.stopping.wait(0.05):
            if select.select([self.connection], [], [], 0)[0]:
                break
        self.close_connection = True

    def _redirect(self, path: str) -> None:
        self._count(301)
        self.send_response(301)
        self.send_header("Location", self.world.base(self.outlet) + path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, page: Page) -> None:
        if page.status == 200 and self._is_unchanged(page):
            self._count(304)
            self.send_response(304)
            self._validators(page)
            self.end_headers()
            return
        body = page.body
        self._count(page.status)
        self.send_response(page.status)
        self.send_header("Content-Type", page.content_type)
        if self._may_gzip() and len(body) > 1000:
            body = gzip.compress(body, 1, mtime=0)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        if page.status == 200:
            self._validators(page)
        self.end_headers()
        if self.command != "HEAD":
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

    def _may_gzip(self) -> bool:
        site = self.world.data.outlets.get(self.outlet)
        return bool(site and site.gzip) and "gzip" in self.headers.get("Accept-Encoding", "")

    def _validators(self, page: Page) -> None:
        self.send_header("ETag", page.etag)
        if page.modified:
            self.send_header(
                "Last-Modified", format_datetime(page.modified.astimezone(UTC), usegmt=True)
            )

    def _is_unchanged(self, page: Page) -> bool:
        """If-None-Match goes before If-Modified-Since (RFC 9110, section 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if self.world.is_stuck(self.outlet, urlsplit(self.path).path):
            return tags is not None or "If-Modified-Since" in self.headers
        if tags is not None:
            held = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return "*" in held or page.etag in held
        since = self.headers.get("If-Modified-Since")
        if not since or page.modified is None:
            return False
        try:
            return page.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (ValueError, TypeError):
            return False

    def _count(self, status: int) -> None:
        agent = self.headers.get("User-Agent", "")
        self.world.record(
            Request(self.outlet, self.command, self.path, status, agent, time.monotonic())
        )

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the world keeps its own count."""


def serve(stage: int = 1, ports: dict[str, int] | None = None, slow_seconds: float = 20.0) -> World:
    """A started world."""
    return World(ports, slow_seconds).start(stage)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m demo.server", description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True, help="where to write it")
    parser.add_argument("--stage", type=int, choices=(1, 2), default=1)
    options = parser.parse_args(arguments)
    with serve(options.stage) as world:
        world.catalogue(options.catalogue)
        print(f"catalogue: {options.catalogue}")
        for outlet, base in world.bases().items():
            print(f"{outlet}: {base}/", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
