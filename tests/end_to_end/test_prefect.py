"""The real server, worker and deployments: a run, a killed server, and the next run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from flows.prefect_server import free_port
from tests.conftest import REPOSITORY
from warehouse.read import query

BODY = (
    "The foreign ministers of Armenia and Azerbaijan met in Almaty on Friday, the ministries of "
    "both countries said in separate statements. Kazakhstan hosted the talks. "
)
PAGE = (
    "<html><head><title>Report {n}</title><meta property='article:published_time' "
    "content='2024-05-1{n}T09:00:00Z'></head><body><article><h1>Report {n}</h1>"
    "<p>{body}</p><p>Report number {n} adds that the agenda had {n} points of its own.</p>"
    "</article></body></html>"
)
SLOW_SECONDS = 4.0


class Handler(BaseHTTPRequestHandler):
    """A feed of three pages that take their time."""

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""

    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_address[1]}"
        if self.path == "/feed.xml":
            items = "".join(
                f"<item><title>Report {n}</title><link>{base}/{n}</link></item>" for n in range(3)
            )
            self.answer(f"<rss version='2.0'><channel>{items}</channel></rss>", "text/xml")
        elif self.path == "/robots.txt":
            self.send_error(404)
        else:
            time.sleep(SLOW_SECONDS)
            self.answer(PAGE.format(n=self.path.strip("/"), body=BODY * 4), "text/html")

    def answer(self, body: str, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        try:
            self.wfile.write(body.encode())
        except BrokenPipeError:
            return


@pytest.fixture
def slow_source(tmp_path: Path) -> Iterator[Path]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    catalogue = tmp_path / "slow.toml"
    catalogue.write_text(
        '[[source]]\nid = "slow"\nkind = "rss"\n'
        f'url = "http://127.0.0.1:{server.server_address[1]}/feed.xml"\n'
    )
    yield catalogue
    server.shutdown()
    server.server_close()


class Service:
    """``make up`` in a process of its own, and its API."""

    def __init__(self, home: Path, port: int) -> None:
        self.api = f"http://127.0.0.1:{port}/api"
        self.port = port
        self.env = os.environ | {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "ARAXES_HOST_DELAY_SECONDS": "0",
            # Where a scheduled run would go, should its hour strike meanwhile.
            "ARAXES_WAREHOUSE": str(home.parent / "scheduled"),
            "PREFECT_WORKER_QUERY_SECONDS": "2",
        }
        self.process: subprocess.Popen[str]

    @contextmanager
    def up(self) -> Iterator[None]:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flows.up", "--port", str(self.port)],
            cwd=REPOSITORY,
            env=self.env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            assert self.process.stdout
            said = ""
            for line in self.process.stdout:
                said += line
                if "Araxes is up" in line:
                    break
            else:
                pytest.fail(f"make up ended: {said}")
            yield
        finally:
            self.process.send_signal(signal.SIGTERM)
            self.process.communicate(timeout=60)

    def server_pid(self) -> int:
        """The server itself, which this service's ``prefect server start`` runs."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            for connection in process.net_connections("tcp"):
                if connection.status == "LISTEN" and connection.laddr.port == self.port:
                    return int(process.pid)
        pytest.fail("no server listens")

    def trigger(self, **parameters: Any) -> str:
        deployment = httpx.get(f"{self.api}/deployments/name/ingest/daily").raise_for_status()
        created = httpx.post(
            f"{self.api}/deployments/{deployment.json()['id']}/create_flow_run",
            json={"parameters": parameters, "state": {"type": "SCHEDULED"}},
        ).raise_for_status()
        return str(created.json()["id"])

    def state(self, run: str) -> str:
        return str(httpx.get(f"{self.api}/flow_runs/{run}").raise_for_status().json()["state_type"])

    def wait(self, run: str, wanted: str, seconds: float = 90) -> None:
        wait_for(lambda: self.state(run) == wanted, seconds, lambda: f"run is {self.state(run)}")


def wait_for(done: Callable[[], bool], seconds: float, why: Callable[[], str]) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, why()
        time.sleep(0.3)


def test_the_deployed_flow_runs_and_a_killed_server_does_not_hinder_the_next_run(
    slow_source: Path, tmp_path: Path
) -> None:
    folder, directory = tmp_path / "documents", tmp_path / "warehouse"
    folder.mkdir()
    (folder / "one.txt").write_text("Ministers meet in Almaty\n\n" + BODY * 3)
    home = tmp_path / "prefect"
    service = Service(home, free_port())

    with service.up():
        run = service.trigger(files=str(folder), warehouse=str(directory))
        service.wait(run, "COMPLETED")
        assert count(directory, "article") == 1
        made = httpx.post(f"{service.api}/artifacts/filter", json={}).raise_for_status().json()
        assert {"table", "markdown"} <= {artifact["type"] for artifact in made}
        names = httpx.post(f"{service.api}/task_runs/filter", json={}).raise_for_status().json()
        stages = {task["name"].rsplit("-", 1)[0] for task in names}
        assert {"transform", "judge", "commit", "tell", "publish"} <= stages

        cut_off = service.trigger(
            sources=str(slow_source), warehouse=str(directory), allow_private=["127.0.0.1"]
        )
        wait_for(
            lambda: (directory / "run.lock.holder").exists(), 60, lambda: service.state(cut_off)
        )
        time.sleep(SLOW_SECONDS / 2)
        os.kill(service.server_pid(), signal.SIGKILL)
        service.process.wait(timeout=60)

    with service.up():
        again = service.trigger(
            sources=str(slow_source), warehouse=str(directory), allow_private=["127.0.0.1"]
        )
        service.wait(again, "COMPLETED", 120)
    assert count(directory, "article") == 4
    assert count(directory, "capture WHERE kind = 'page' AND outcome = 'new'") == 3
    wait_for(lambda: not left_behind(home), 20, lambda: f"left behind: {left_behind(home)}")


def test_what_a_killed_make_up_left_is_ended_by_the_next_which_keeps_the_place_to_itself(
    tmp_path: Path,
) -> None:
    home = tmp_path / "prefect"
    service = Service(home, free_port())
    with service.up():
        started = psutil.Process(service.process.pid).children()
        service.process.kill()
        service.process.wait()
    assert [child for child in started if child.is_running()]
    with service.up():
        assert not [child for child in started if child.is_running()]
        second = subprocess.run(
            [sys.executable, "-m", "flows.up", "--port", str(free_port())],
            cwd=REPOSITORY, env=service.env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert second.returncode == 1
        assert f"process {service.process.pid}" in second.stderr
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(timeout=60) == 0
    assert not left_behind(home)


def count(directory: Path, what: str) -> int:
    return int(query(directory, f"SELECT count(*) FROM {what}").rows[0][0])


def left_behind(home: Path) -> list[str]:
    """Processes that were started under this Prefect home and still live."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PREFECT_HOME") == str(home):
                found.append(" ".join(process.cmdline())[:120])
        except (psutil.Error, OSError):
            continue
    return found


def test_the_three_deployments_keep_their_schedules() -> None:
    import yaml

    deployments = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())["deployments"]
    schedules = {item["name"]: item["schedules"][0] for item in deployments}
    assert schedules["daily"] == {"cron": "30 5 * * *", "timezone": "Asia/Yerevan"}
    assert schedules["poll"] == {"interval": 600}
    assert schedules["nightly"]["timezone"] == "Asia/Yerevan"
    assert json.dumps(deployments).count("ingest") >= 2
