"""``make up``: a real Prefect server, a worker and the deployments, until interrupted.

Starts what is not running yet, applies `prefect.yaml`, says where to look, and takes down
what it started when it is told to stop.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
POOL = "araxes"


def prefect(*arguments: str) -> list[str]:
    """A command line of the Prefect that belongs to this interpreter."""
    return [sys.executable, "-m", "prefect", *arguments]


def environment(api: str) -> dict[str, str]:
    """This environment, with the server's address and without analytics."""
    return os.environ | {
        "PREFECT_API_URL": api,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "GX_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": os.environ.get("PREFECT_LOGGING_LEVEL", "INFO"),
    }


def is_healthy(api: str) -> bool:
    """Whether a Prefect server answers there."""
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until_healthy(api: str, server: subprocess.Popen[bytes], seconds: float = 90.0) -> None:
    """Wait for the server.

    Raises:
        RuntimeError: it ended, or did not answer in time.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_healthy(api):
            return
        if server.poll() is not None:
            raise RuntimeError(f"the Prefect server ended with {server.returncode}")
        time.sleep(0.5)
    raise RuntimeError(f"no Prefect server answered at {api} within {seconds:g} s")


def deploy(env: dict[str, str]) -> None:
    """Create the work pool where it is missing and apply every deployment."""
    subprocess.run(
        prefect("work-pool", "create", POOL, "--type", "process", "--overwrite"),
        env=env,
        cwd=REPOSITORY,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run(
        prefect("--no-prompt", "deploy", "--all"),
        env=env,
        cwd=REPOSITORY,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """End what was started, last first."""
    for process in reversed(processes):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in reversed(processes):
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def main() -> int:
    """Start, deploy, wait."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4200)
    parser.add_argument("--once", action="store_true", help="deploy, then stop again (a trial)")
    options = parser.parse_args()
    address = f"http://{options.host}:{options.port}"
    api = f"{address}/api"
    env = environment(api)
    started: list[subprocess.Popen[bytes]] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if not is_healthy(api):
            server = subprocess.Popen(
                prefect("server", "start", "--host", options.host, "--port", str(options.port)),
                env=env,
                cwd=REPOSITORY,
            )
            started.append(server)
            wait_until_healthy(api, server)
        deploy(env)
        started.append(
            subprocess.Popen(prefect("worker", "start", "--pool", POOL), env=env, cwd=REPOSITORY)
        )
        print(f"\nAraxes is up. Runs and schedules: {address}/deployments", flush=True)
        print("Run one now:  .venv/bin/prefect deployment run ingest/daily", flush=True)
        print("The warehouse is data/; stop with Ctrl-C.", flush=True)
        if not options.once:
            started[-1].wait()
    except KeyboardInterrupt:
        pass
    finally:
        stop(started)
    return 0


if __name__ == "__main__":
    sys.exit(main())
