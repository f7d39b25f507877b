"""What hinders runs on a configured Prefect server: read through its API.

Slots of a concurrency limit are leases kept in the server's memory; a server that was killed
with a slot held keeps it for minutes, and later runs wait or are cancelled (measured with
3.7 and 3.8). A slot is dead when no flow run is running or pending at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Literal

import httpx

State = Literal["ok", "warning", "problem"]

DEPLOYMENTS = {"daily", "poll", "nightly"}
POOL = "araxes"


def examine_server(*, fix: bool) -> Iterator[tuple[str, State, str]]:
    """Findings (name, state, detail) about the server at ``PREFECT_API_URL``."""
    api = os.environ["PREFECT_API_URL"].rstrip("/")
    with httpx.Client(base_url=api, timeout=10) as client:
        try:
            client.get("/health").raise_for_status()
        except httpx.HTTPError as error:
            yield "prefect", "problem", f"no server answers at {api} ({error}); start it: make up"
            return
        yield "prefect", "ok", f"a server answers at {api}"
        yield from _deployments(client)
        yield from _workers(client)
        yield from _slots(client, fix=fix)


def _post(client: httpx.Client, path: str, body: dict[str, Any]) -> Any:
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


def _slots(client: httpx.Client, *, fix: bool) -> Iterator[tuple[str, State, str]]:
    active = {"state": {"type": {"any_": ["RUNNING", "PENDING"]}}}
    if _post(client, "/flow_runs/filter", {"flow_runs": active, "limit": 1}):
        return
    for limit in _post(client, "/v2/concurrency_limits/filter", {}):
        if not limit.get("active_slots"):
            continue
        name = limit["name"]
        text = f"{limit['active_slots']} slots of {name} are held though no flow run is active"
        if fix:
            path = f"/v2/concurrency_limits/{limit['id']}"
            client.patch(path, json={"active_slots": 0}).raise_for_status()
            yield "slots", "ok", f"{text}; freed"
        else:
            yield "slots", "problem", f"{text}; --fix frees them"
