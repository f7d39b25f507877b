"""``make up``: a real Prefect server, a worker and the deployments, until interrupted.

Starts what is not running yet, applies `prefect.yaml`, says where to look, and takes down
what it started when it is told to stop, or when one of them ends by itself: whatever keeps
this process running (systemd, a terminal, a person) then starts all of it again.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.prefect_server import (
    QUIET,
    ServerUnreachable,
    is_healthy,
    is_process,
    note_file,
    prefect_home,
    stop,
    wait_until_healthy,
)
from flows.settings import REPOSITORY

POOL = "araxes"
WATCH_SECONDS = 0.5

SERVER_ENVIRONMENT = {
    # In memory (the default) a killed server forgets its leases and never frees their slots;
    # from files they run out after five minutes.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": (
        "prefect.server.concurrency.lease_storage.filesystem"
    ),
}


def prefect(*arguments: str) -> list[str]:
    """A command line of the Prefect that belongs to this interpreter."""
    return [sys.executable, "-m", "prefect", *arguments]


def environment(api: str) -> dict[str, str]:
    """This environment, with the server's address, our code and without analytics."""
    paths = [str(REPOSITORY), os.environ.get("PYTHONPATH", "")]
    return (
        os.environ
        | QUIET
        | {"PREFECT_API_URL": api, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    )


class Service:
    """The processes of one ``make up``, and the files they write to."""

    def __init__(self, host: str, port: int) -> None:
        self.address = f"http://{host}:{port}"
        self.api = f"{self.address}/api"
        self.host, self.port = host, port
        self.logs = prefect_home() / "logs"
        self.env = environment(self.api)
        self.started: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start a server unless one answers, apply the deployments, start a worker.

        Raises:
            ServerUnreachable: the server did not start.
            subprocess.CalledProcessError: Prefect refused a deployment.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        end_leftovers()
        if not is_healthy(self.api):
            place = ("--host", self.host, "--port", str(self.port))
            server = self._spawn("server", prefect("server", "start", *place), SERVER_ENVIRONMENT)
            with (self.logs / "server.log").open("rb") as log:
                wait_until_healthy(self.api, server, log=log)
        self._run("work-pool", "create", POOL, "--type", "process", "--overwrite")
        self._run("--no-prompt", "deploy", "--all")
        self._spawn("worker", prefect("worker", "start", "--pool", POOL, "--name", POOL), {})

    def pids(self) -> dict[str, int]:
        """What was started, by name, with process ids."""
        return {name: process.pid for name, process in self.started.items()}

    def ended(self) -> str | None:
        """The name of a process that ended by itself, if one did."""
        return next((name for name, p in self.started.items() if p.poll() is not None), None)

    def stop(self) -> None:
        """End all that was started; a run under way is ended too, and made good by the next."""
        note_file().unlink(missing_ok=True)
        for name in reversed(list(self.started)):
            _stop_with_children(self.started.pop(name))

    def _spawn(
        self, name: str, command: list[str], extra: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        with (self.logs / f"{name}.log").open("wb") as log:
            # A session of its own: Ctrl-C in a terminal reaches us alone, and we stop them in
            # order, the worker before the server it must say goodbye to.
            process = subprocess.Popen(
                command, env=self.env | extra, cwd=REPOSITORY, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        self.started[name] = process
        note = {"api": self.api, "pid": os.getpid(), "started": self.pids()}
        note_file().write_text(json.dumps(note), encoding="utf-8")
        return process

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            prefect(*arguments), env=self.env, cwd=REPOSITORY, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ServerUnreachable(
                f"`prefect {' '.join(arguments)}` ended with {done.returncode}:\n"
                f"{(done.stdout + done.stderr)[-2000:]}"
            )


def end_leftovers() -> None:
    """End the server and worker of a ``make up`` that was killed before it could.

    Raises:
        ServerUnreachable: that ``make up`` is alive.
    """
    try:
        note = json.loads(note_file().read_text(encoding="utf-8"))
        owner, left = int(note["pid"]), [int(pid) for pid in note["started"].values()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    if is_process(owner, "flows.up"):
        raise ServerUnreachable(
            f"Araxes is up already, at {note['api']} (process {owner}): stop that one first, or "
            "set PREFECT_HOME to another folder for a second"
        )
    for pid in reversed(left):
        if is_process(pid, "prefect"):
            end_session(pid)
    note_file().unlink(missing_ok=True)


def _stop_with_children(process: subprocess.Popen[bytes]) -> None:
    """End a process; then whatever is left of the session it led (a run, its pool)."""
    stop([process])
    end_session(process.pid)


def end_session(session: int) -> None:
    """End the processes of a session that a process of ours led: politely, then for certain."""
    for kill in (signal.SIGTERM, signal.SIGKILL):
        for member in session_members(session):
            _signal(member, kill)
        until = time.monotonic() + 10
        while session_members(session) and time.monotonic() < until:
            time.sleep(0.1)


def session_members(session: int) -> list[int]:
    """Ids of the living processes of a session that we led, as far as /proc shows them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _signal(pid: int, kill: signal.Signals) -> None:
    try:
        os.kill(pid, kill)
    except ProcessLookupError:
        return


@contextmanager
def running(service: Service) -> Iterator[None]:
    """The service, started and in the end stopped whatever happens."""
    try:
        service.start()
        yield
    finally:
        # A second Ctrl-C must not leave half of it behind.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        service.stop()


def welcome(service: Service) -> str:
    """Where to look, and how to go on."""
    command = Path(os.path.relpath(sys.executable)).with_name("prefect")
    return (
        f"\nAraxes is up. Runs and schedules: {service.address}/deployments\n"
        f"Run one now:  PREFECT_API_URL={service.api} {command} deployment run ingest/daily\n"
        f"The warehouse is {REPOSITORY / 'data'} unless ARAXES_WAREHOUSE names another.\n"
        f"Logs: {service.logs}. Stop with Ctrl-C."
    )


def main() -> int:
    """Start, deploy, wait."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4200)
    parser.add_argument("--once", action="store_true", help="deploy, then stop again (a trial)")
    options = parser.parse_args()
    service = Service(options.host, options.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"Starting Prefect at {service.address} …", flush=True)
    try:
        with running(service):
            print(welcome(service), flush=True)
            while not options.once:
                if name := service.ended():
                    print(
                        f"araxes: the {name} ended by itself (see {service.logs / name}.log); "
                        "stopping the rest. Start again with `make up`: a run that was cut off "
                        "is made good by the next one.",
                        file=sys.stderr,
                    )
                    return 1
                time.sleep(WATCH_SECONDS)
    except KeyboardInterrupt:
        return 0
    except ServerUnreachable as error:
        print(f"araxes: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
