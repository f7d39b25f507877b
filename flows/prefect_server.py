"""Which Prefect server a command talks to, and one for it alone when there is none.

Prefect's own ephemeral server outlives a killed command; ours is a child that watches its
parent, listens on loopback only, and keeps its database where Prefect always does
(``PREFECT_HOME``), so that runs stay visible to a server started later. Nothing here imports
Prefect before it must: asking a server is plain HTTP.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

START_SECONDS = 90.0
"""How long a server may take to answer; the first start makes its database."""

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
"""Nothing phones home."""

ONE_COMMAND = QUIET | {
    "PREFECT_API_URL": "",
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
}
"""What the server of a single command can do without: blocks, automations, schedules."""


class ServerUnreachable(Exception):
    """A Prefect server does not answer, or ours did not start."""


class WrongServer(ServerUnreachable):
    """The server the environment names does not answer: a matter of configuration."""

    is_usage = True


def prefect_home() -> Path:
    """Where Prefect keeps its database and settings."""
    return Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect").expanduser()


def note_file() -> Path:
    """Where `flows.up` says which address its server has, as long as it runs."""
    return prefect_home() / "araxes-up.json"


def configured_api() -> str | None:
    """The address of the server to use: the environment's, `make up`'s, or the profile's.

    The last two only count while a server answers there.
    """
    named = os.environ.get("PREFECT_API_URL")
    if named:
        return named.rstrip("/")
    for found in (_noted_api(), _profile_api()):
        if found and is_healthy(found):
            return found
    return None


def is_healthy(api: str) -> bool:
    """Whether a Prefect server answers there."""
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def is_process(pid: int, word: str) -> bool:
    """Whether a process of this machine lives and has ``word`` in its command line.

    Ids are used again; where command lines cannot be read, a living process is believed.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # Empty for a process that has ended and whose parent has not looked yet.
        return word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return not Path("/proc/self").exists()


def ensure_server() -> str:
    """The API address of the configured server, or of one that lives as long as this process.

    To be called before Prefect is imported: exit handlers run last registered first, so the
    server is stopped only after Prefect's own handlers have sent their last logs and events.
    While the server starts, this process imports the flows: both take seconds.

    Raises:
        WrongServer: the configured server does not answer.
        ServerUnreachable: ours did not start; the message shows the end of its log.
    """
    api = configured_api()
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    # Only our own lines belong on the terminal; what went wrong is raised, and Prefect's
    # page keeps the logs.
    level = "WARNING" if os.environ.get("ARAXES_DEBUG") else "CRITICAL"
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", level)
    if api is None:
        return _own_server()
    if not is_healthy(api):
        raise WrongServer(
            f"PREFECT_API_URL is {api}, where no Prefect server answers: start it (`make up`), "
            "or unset the variable and the command starts one for itself"
        )
    os.environ["PREFECT_API_URL"] = api
    return api


_own: str | None = None


def is_own() -> bool:
    """Whether the server in use lives for this command alone, and so keeps no events."""
    return _own is not None and os.environ.get("PREFECT_API_URL") == _own


def _own_server() -> str:
    global _own
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the server
    server = subprocess.Popen(
        [sys.executable, "-m", "flows.prefect_server", str(port)],
        env=os.environ | ONE_COMMAND,
        cwd=Path(__file__).resolve().parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    atexit.register(stop, [server])
    os.environ["PREFECT_API_URL"] = _own = api
    import flows.prefect_flows  # noqa: F401

    wait_until_healthy(api, server, log=log)
    return api


def wait_until_healthy(
    api: str,
    server: subprocess.Popen[bytes],
    seconds: float = START_SECONDS,
    log: IO[bytes] | None = None,
) -> None:
    """Wait for a server that was started.

    Raises:
        ServerUnreachable: it ended, or did not answer in time.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_healthy(api):
            return
        if server.poll() is not None:
            raise ServerUnreachable(
                f"the Prefect server ended with {server.returncode}{_tail(log)}"
            )
        time.sleep(0.1)
    raise ServerUnreachable(f"no Prefect server answered at {api} in {seconds:g} s{_tail(log)}")


def stop(processes: Sequence[subprocess.Popen[bytes]], seconds: float = 20.0) -> None:
    """End what was started, last first: politely, then for certain."""
    for process in reversed(processes):
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + seconds
    for process in reversed(processes):
        try:
            process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A loopback port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tail(log: IO[bytes] | None) -> str:
    if log is None:
        return ""
    log.seek(0)
    return f"; its log ends:\n{log.read()[-2000:].decode(errors='replace')}"


def _noted_api() -> str | None:
    try:
        return str(json.loads(note_file().read_text(encoding="utf-8"))["api"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _profile_api() -> str | None:
    """``PREFECT_API_URL`` of the active profile."""
    try:
        profiles = tomllib.loads((prefect_home() / "profiles.toml").read_text(encoding="utf-8"))
        active = os.environ.get("PREFECT_PROFILE") or profiles["active"]
        return str(profiles["profiles"][active]["PREFECT_API_URL"]).rstrip("/")
    except (OSError, ValueError, KeyError, TypeError):
        return None


def app() -> Any:
    """The server's application, without the services a single command has no use for."""
    from prefect.server.api.server import create_app

    return create_app(ephemeral=True)


def main(port: int) -> None:
    """Serve until the parent is gone or says so."""
    import uvicorn

    from flows.orphans import die_with_parent

    die_with_parent()
    uvicorn.run(app(), host="127.0.0.1", port=port, log_level="error", timeout_keep_alive=5)


if __name__ == "__main__":
    main(int(sys.argv[1]))
