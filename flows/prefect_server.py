"""A Prefect server for one command, when none is configured.

Prefect's own ephemeral server outlives a killed command; this one is a child that watches its
parent, listens on loopback only, and keeps its database where Prefect always does
(``PREFECT_HOME``), so that runs stay visible to a server started later.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import tempfile
from typing import Any

from flows.up import environment, stop, wait_until_healthy


def ensure_server() -> str:
    """The API address of the configured server, or of one that lives as long as this process.

    To be called before Prefect is imported: exit handlers run last registered first, so the
    server is stopped only after Prefect's own handlers have sent their last logs and events.

    Raises:
        RuntimeError: the server did not start; the message shows the end of its log.
    """
    configured = os.environ.get("PREFECT_API_URL")
    if configured:
        return configured
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
    server = subprocess.Popen(
        [sys.executable, "-m", "flows.prefect_server", str(port)],
        env=environment(api) | {"PREFECT_API_URL": ""},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    atexit.register(stop, [server])
    try:
        wait_until_healthy(api, server)
    except RuntimeError as error:
        log.seek(0)
        tail = log.read()[-2000:].decode(errors="replace")
        raise RuntimeError(f"{error}; its log ends:\n{tail}") from None
    os.environ["PREFECT_API_URL"] = api
    return api


def free_port() -> int:
    """A loopback port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def app() -> Any:
    """The server's application, without the services a single command has no use for."""
    from prefect.server.api.server import create_app

    return create_app(ephemeral=True)


def main(port: int) -> None:
    """Serve until the parent is gone or says so."""
    import uvicorn

    from flows.orphans import die_with_parent

    die_with_parent()
    uvicorn.run(app(), host="127.0.0.1", port=port, log_level="warning", timeout_keep_alive=5)


if __name__ == "__main__":
    main(int(sys.argv[1]))
