"""What hinders runs on a Prefect server: read through its API, without importing Prefect.

Slots of a concurrency limit are leases; a server that was killed with a slot held may keep it
for ever (leases live in its memory by default), and later runs wait or are cancelled (measured
with 3.7 and 3.8). The run that held it says it is running as long as nobody says otherwise.
So: a run is dead when its process is gone, and a slot when no living run can be its holder.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx

from flows.prefect_server import is_process

State = Literal["ok", "warning", "problem"]
Row = dict[str, Any]

DEPLOYMENTS = {"daily", "poll", "nightly"}
POOL = "araxes"
LONGEST_RUN = timedelta(days=1)
"""A run whose process cannot be looked at is taken for dead after this long."""


def examine_server(api: str, *, fix: bool) -> Iterator[tuple[str, State, str]]:
    """Findings (name, state, detail) about the server whose API is at ``api``."""
    with httpx.Client(base_url=api, timeout=10) as client:
        try:
            client.get("/health").raise_for_status()
        except httpx.HTTPError as error:
            yield "prefect", "problem", f"no server answers at {api} ({error}); start it: make up"
            return
        yield "prefect", "ok", f"a server answers at {api}"
        yield from _deployments(client)
        yield from _workers(client)
        dead, alive = _active_runs(client)
        yield from _dead_runs(client, dead, fix=fix)
        yield from _slots(client, alive, fix=fix)


def _post(client: httpx.Client, path: str, body: Row) -> Any:
    answer = client.post(path, json=body)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def _deployments(client: httpx.Client) -> Iterator[tuple[str, State, str]]:
    names = {item["name"] for item in _post(client, "/deployments/filter", {})}
    missing = sorted(DEPLOYMENTS - names)
    if missing:
        text = f"not deployed: {', '.join(missing)}; run prefect deploy --all"
        yield "deployments", "warning", text
    else:
        yield "deployments", "ok", ", ".join(sorted(DEPLOYMENTS))


def _workers(client: httpx.Client) -> Iterator[tuple[str, State, str]]:
    answer = client.post(f"/work_pools/{POOL}/workers/filter", json={})
    if answer.status_code == httpx.codes.NOT_FOUND:
        yield "worker", "warning", f"there is no work pool {POOL}; make up makes it"
        return
    answer.raise_for_status()
    online = [item["name"] for item in answer.json() if item.get("status") == "ONLINE"]
    if online:
        yield "worker", "ok", ", ".join(online)
    else:
        text = f"no worker is online; start one: prefect worker start --pool {POOL}"
        yield "worker", "warning", text


def _active_runs(client: httpx.Client) -> tuple[list[Row], list[Row]]:
    """Flow runs the server takes for active: those whose process is gone, and the others."""
    wanted = {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}}
    runs: list[Row] = _post(client, "/flow_runs/filter", {"flow_runs": wanted, "limit": 200})
    is_local = urlsplit(str(client.base_url)).hostname in ("127.0.0.1", "localhost", "::1")
    now = datetime.now(UTC)
    dead = [run for run in runs if _is_dead(run, now, is_local=is_local)]
    return dead, [run for run in runs if run not in dead]


def _is_dead(run: Row, now: datetime, *, is_local: bool) -> bool:
    host, _, pid = str(run.get("infrastructure_pid") or "").rpartition(":")
    if pid.isdigit() and (host == socket.gethostname() or (not host and is_local)):
        return not is_process(int(pid), "prefect")
    began = datetime.fromisoformat(run.get("start_time") or run["created"])
    return now - began > LONGEST_RUN


def _dead_runs(
    client: httpx.Client, dead: list[Row], *, fix: bool
) -> Iterator[tuple[str, State, str]]:
    for run in dead:
        text = f"{run['name']} says {run['state_name']}, but its process is gone"
        if fix:
            state = {"type": "CRASHED", "name": "Crashed", "message": "Its process is gone."}
            path = f"/flow_runs/{run['id']}/set_state"
            _post(client, path, {"state": state, "force": True})
            yield "flow run", "ok", f"{text}; now marked crashed"
        else:
            yield "flow run", "warning", f"{text}; --fix marks it crashed"


def _slots(
    client: httpx.Client, alive: list[Row], *, fix: bool
) -> Iterator[tuple[str, State, str]]:
    for limit in _post(client, "/v2/concurrency_limits/filter", {}):
        held, name = limit.get("active_slots") or 0, limit["name"]
        holders = _possible_holders(name, alive)
        if held <= len(holders):
            continue
        text = f"{held} slots of {name} are held, but only {len(holders)} runs can hold them"
        if fix:
            path = f"/v2/concurrency_limits/{limit['id']}"
            client.patch(path, json={"active_slots": len(holders)}).raise_for_status()
            yield "slots", "ok", f"{text}; the others are freed"
        else:
            yield "slots", "problem", f"{text}: later runs wait for ever; --fix frees them"


def _possible_holders(limit: str, alive: list[Row]) -> list[Row]:
    """Runs that may hold a slot: a deployment's own limit is named after its id."""
    kind, _, deployment = limit.partition(":")
    if kind != "deployment":
        return alive
    return [run for run in alive if run.get("deployment_id") == deployment]
