"""A webhook's receiver in a bad mood, as a process: fails, stalls, is busy, hangs up, by turns.

    python soak_receiver.py PORT LOG MODE_FILE [kind]

It appends the id of every message it takes to LOG, in one write before it answers 200. What it
does with a request else is the mode in MODE_FILE: ok, fail (500), busy (429 with Retry-After),
stall (answers too late), drop (hangs up in the middle), or mixed (each in turn).
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path

STALL_SECONDS = 3.0
MODES = (
    *("ok", "ok", "fail", "ok", "drop", "ok", "busy", "ok", "ok", "stall", "ok", "ok"),
    *(("fail", *("ok",) * 11, "drop", *("ok",) * 11) * 12),
)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    log: int
    mode_file: Path
    moods = cycle(MODES)
    lock = threading.Lock()
    over = threading.Event()

    def do_POST(self) -> None:
        mode = self.mode_file.read_text().strip()
        if mode == "mixed":
            with self.lock:
                mode = next(self.moods)
        if mode == "drop":
            self.rfile.read(16)
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        self.rfile.read(int(self.headers["Content-Length"]))
        if mode == "stall":
            self.over.wait(STALL_SECONDS)
            self.close_connection = True
            return
        if mode == "ok":
            os.write(self.log, f"{self.headers['webhook-id']}\n".encode())
        self.send_response({"fail": 500, "busy": 429}.get(mode, 200))
        if mode == "busy":
            self.send_header("Retry-After", "2")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A client that was killed is no error here."""


def main(port: str, log: str, mode_file: str) -> None:
    Handler.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    Handler.mode_file = Path(mode_file)
    Server(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:4])
