"""A stage as a Prefect task: retried by the error's type, its result untouched, its server clean.

One real server for the whole module; whatever imports Prefect runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from flows.prefect_server import ONE_COMMAND, free_port, stop, wait_until_healthy
from tests.conftest import REPOSITORY

TODAY = datetime.now(UTC)
TEXT = (
    "Ministers to meet\n\nThe foreign ministers of Armenia and Azerbaijan will meet in Almaty on "
    f"{TODAY + timedelta(days=3):%d %B %Y}, the ministries of both countries said. Kazakhstan is "
    "hosting the talks.\n"
)
"""Of today: a server does not show events of long ago."""
KEEPS_EVENTS = {"PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "true"}
RETRIES = """
import json
from prefect import flow
from flows import prefect_flows
from warehouse.errors import WarehouseLocked

prefect_flows.RETRY_SECONDS = (0.1, 0.1)
tries = {"locked": 0, "wrong": 0}

def locked_at_first():
    "Held once."
    tries["locked"] += 1
    if tries["locked"] == 1:
        raise WarehouseLocked("held by process 1")
    return "had it"

def wrong():
    "Never right."
    tries["wrong"] += 1
    raise ValueError("the same input would fail again")

def counted():
    return iter([1, 2, 3])

@flow(name="trial")
def trial():
    got = prefect_flows.as_task("locked", locked_at_first)
    listed = list(prefect_flows.as_task("counted", counted))
    try:
        prefect_flows.as_task("wrong", wrong)
    except ValueError as error:
        return {"got": got, "listed": listed, "raised": str(error), **tries}

print(json.dumps(trial()))
"""

REPEATED = """
import json, sys
from datetime import UTC, datetime
from alerts.errors import TransientChannelError
from alerts.letters import Letter
from flows.prefect_events import PrefectChannel

payload = {"cause": "retraction", "event_id": "evt_1", "headline": "Talks\\x1b[2J",
           "status": "held",
           "changes": [{"cause": "retraction", "before": None, "after": {"reason": "rejected"}}]}
letter = Letter("alr_1", payload, datetime.now(UTC))
try:
    print(json.dumps([PrefectChannel().send(letter) for _ in range(2)]))
except TransientChannelError as error:
    print(json.dumps(str(error)))
"""


class Server:
    """A Prefect server, and the environment that points to it."""

    def __init__(self, home: Path, api: str) -> None:
        self.api = api
        self.environment = {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": api,
            "PREFECT_LOGGING_LEVEL": "CRITICAL",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "GX_ANALYTICS_ENABLED": "false",
        }

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return httpx.post(self.api + path, json=body, timeout=20).raise_for_status().json()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home, port = tmp_path_factory.mktemp("prefect"), free_port()
    api = f"http://127.0.0.1:{port}/api"
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.prefect_server", str(port)],
        cwd=REPOSITORY,
        env=os.environ | ONE_COMMAND | KEEPS_EVENTS | {"PREFECT_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_healthy(api, process)
        yield Server(home, api)
    finally:
        stop([process])


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    (folder / "index.jsonl").write_text('{"file": "one.txt", "published": "' + f'{TODAY:%F}"}}\n')
    return folder


def test_a_stage_is_retried_for_what_may_pass_and_for_nothing_else(server: Server) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RETRIES],
        cwd=REPOSITORY,
        env=os.environ | server.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "got": "had it",
        "listed": [1, 2, 3],
        "raised": "the same input would fail again",
        "locked": 2,
        "wrong": 1,
    }


def test_ingest_through_prefect_prints_only_our_lines_and_leaves_stages_and_artifacts(
    server: Server, araxes: Any, documents: Path, tmp_path: Path
) -> None:
    done = araxes(
        "ingest", "--files", documents, "--warehouse", tmp_path / "w", "--json",
        **server.environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (report,) = json.loads(done.stdout)
    assert report["outcomes"] == {"new": 1}
    assert " | " not in done.stderr, "a line of Prefect's log"
    stages = {run["name"].rsplit("-", 1)[0] for run in server.post("/task_runs/filter", {})}
    assert {"discover", "transform", "judge", "commit", "tell", "publish"} <= stages
    key = report["run_id"].replace("_", "-").lower()
    made = server.post("/artifacts/filter", {})
    kinds = {artifact["type"] for artifact in made if str(artifact["key"]).endswith(key)}
    assert kinds == {"table", "markdown"}

    (event,) = recorded(server, "araxes.event.new")
    labels = event["resource"]
    assert labels["araxes.status"] == "planned" and labels["araxes.type"] == "ministers_talks"
    assert labels["prefect.resource.id"] == f"araxes.event.{event['payload']['event_id']}"
    assert "will meet in Almaty" in event["payload"]["text"]
    roles = {related["prefect.resource.role"] for related in event["related"]}
    assert roles == {"party", "flow-run"}


def recorded(server: Server, name: str) -> list[dict[str, Any]]:
    """The events of this name that the server has, once it has any."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = server.post("/events/filter", {"filter": {"event": {"name": [name]}}})
        if found["events"]:
            return list(found["events"])
        time.sleep(0.2)
    return []


def repeat(**environment: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", REPEATED],
        cwd=REPOSITORY, env=os.environ | environment, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_alert_that_is_repeated_is_one_event_of_the_server(server: Server) -> None:
    one, other = repeat(**server.environment)
    assert one == other
    (event,) = recorded(server, "araxes.event.retraction")
    assert event["id"] == one
    assert event["resource"]["prefect.resource.name"] == "Talks[2J", "no control characters"
    assert "an analyst rejected it" in event["payload"]["text"]


def test_a_server_that_is_gone_is_a_passing_failure_of_the_channel(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/api"
    home = {"PREFECT_HOME": str(tmp_path), "PREFECT_CLIENT_MAX_RETRIES": "0"}
    assert repeat(PREFECT_API_URL=nowhere, **home) == "prefect: ConnectError"


def test_a_server_takes_the_example_automations(server: Server) -> None:
    text = (REPOSITORY / "docs" / "automation.yaml").read_text(encoding="utf-8")
    for automation in yaml.safe_load(text)["automations"]:
        made = server.post("/automations/", automation)
        assert made["name"] == automation["name"]
        assert made["trigger"]["match"]["prefect.resource.id"] == "araxes.event.*"


def test_a_wrong_request_through_prefect_is_one_sentence_and_two(
    server: Server, araxes: Any, tmp_path: Path
) -> None:
    done = araxes("ingest", "--only", "nobody", "--warehouse", tmp_path, **server.environment)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("araxes: no source nobody")
    assert len(done.stderr.splitlines()) == 1


def test_a_server_that_does_not_answer_is_named_with_the_mend(araxes: Any, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/api"
    done = araxes("ingest", "--files", tmp_path, "--warehouse", tmp_path, PREFECT_API_URL=nowhere)
    assert done.returncode == 2
    assert nowhere in done.stderr
    assert "make up" in done.stderr


def test_doctor_frees_a_slot_whose_holder_is_gone_and_no_other(
    server: Server, araxes: Any, tmp_path: Path, living_run: Callable[[int], str]
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    dead, alive = living_run(gone.pid), living_run(_server_pid(server))
    limit = server.post("/v2/concurrency_limits/", {"name": "one", "limit": 2, "active_slots": 2})

    def doctor(*options: str) -> tuple[int, dict[str, dict[str, Any]]]:
        done = araxes("doctor", *options, "--warehouse", tmp_path, "--json", **server.environment)
        return done.returncode, {row["name"]: row for row in json.loads(done.stdout)}

    code, found = doctor()
    assert (code, found["slots"]["state"], found["flow run"]["state"]) == (1, "problem", "warning")
    code, found = doctor("--fix")
    assert (code, found["slots"]["state"]) == (0, "ok")
    now = httpx.get(f"{server.api}/v2/concurrency_limits/{limit['id']}").raise_for_status().json()
    assert now["active_slots"] == 1
    assert _state(server, dead) == "CRASHED"
    assert _state(server, alive) == "RUNNING"


@pytest.fixture
def living_run(server: Server) -> Callable[[int], str]:
    """Makes a flow run that says it is running, in a process of the given id."""
    flow = server.post("/flows/", {"name": "held"})["id"]

    def make(pid: int) -> str:
        state = {"type": "RUNNING", "name": "Running"}
        run = server.post("/flow_runs/", {"flow_id": flow, "state": {"type": "PENDING"}})["id"]
        httpx.patch(
            f"{server.api}/flow_runs/{run}", json={"infrastructure_pid": str(pid)}
        ).raise_for_status()
        server.post(f"/flow_runs/{run}/set_state", {"state": state, "force": True})
        return str(run)

    return make


def _server_pid(server: Server) -> int:
    """A living process whose command line names Prefect."""
    import psutil

    port = int(server.api.rsplit(":", 1)[1].split("/")[0])
    for child in psutil.Process().children(recursive=True):
        if any(c.laddr.port == port for c in child.net_connections("tcp") if c.status == "LISTEN"):
            return int(child.pid)
    pytest.fail("no server listens")


def _state(server: Server, run: str) -> str:
    got = httpx.get(f"{server.api}/flow_runs/{run}").raise_for_status()
    return str(got.json()["state_type"])
