"""Killed anywhere, run again: the same articles, events and alerts, each alert told once."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from demo.server import World
from tests.end_to_end.conftest import FAST, content, ingest_arguments

POINTS = [
    "after_warc_append:30",
    "mid_extraction:5",
    "in_transaction:2",
    "before_send:2",
    "after_send:2",
    "mid_publish:1",
    pytest.param("after_warc_append:3", marks=pytest.mark.soak),
    pytest.param("mid_extraction:40", marks=pytest.mark.soak),
    pytest.param("in_transaction:1", marks=pytest.mark.soak),
]


@pytest.fixture(scope="module")
def undisturbed(
    shared_world: World, araxes: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], list[str]]:
    directory = tmp_path_factory.mktemp("undisturbed") / "warehouse"
    done = araxes(*ingest_arguments(shared_world, directory), **FAST)
    assert done.returncode == 0, done.stderr + done.stdout
    return content(directory), told(directory)


@pytest.mark.parametrize("point", POINTS)
def test_a_run_killed_at_a_named_point_is_made_good_by_the_next(
    point: str,
    shared_world: World,
    araxes: Any,
    undisturbed: tuple[dict[str, Any], list[str]],
    tmp_path: Path,
) -> None:
    directory = tmp_path / "warehouse"
    arguments = ingest_arguments(shared_world, directory)
    killed = araxes(*arguments, **FAST, ARAXES_CRASH_AT=point)
    assert killed.returncode == -signal.SIGKILL, killed.stderr + killed.stdout
    assert_nothing_left(directory)
    again = araxes(*arguments, **FAST)
    assert again.returncode == 0, again.stderr + again.stdout
    assert content(directory) == undisturbed[0]
    assert sorted(told(directory)) == sorted(undisturbed[1])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_a_run_killed_at_a_random_moment_is_made_good_by_the_next(
    seed: int,
    shared_world: World,
    araxes: Any,
    undisturbed: tuple[dict[str, Any], list[str]],
    tmp_path: Path,
) -> None:
    directory = tmp_path / "warehouse"
    arguments = ingest_arguments(shared_world, directory)
    process = araxes.start(*arguments, **FAST)
    for _ in _until_captures(directory, process):
        time.sleep(0.02)
    time.sleep(random.Random(seed).uniform(0.0, 6.0))
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert_nothing_left(directory)
    again = araxes(*arguments, **FAST)
    assert again.returncode == 0, again.stderr + again.stdout
    assert content(directory) == undisturbed[0]
    assert sorted(told(directory)) == sorted(undisturbed[1])


def _until_captures(directory: Path, process: Any) -> Iterator[None]:
    until = time.monotonic() + 60
    while not list((directory / "captures").glob("*.warc.gz")):
        assert process.poll() is None
        assert time.monotonic() < until
        yield


def told(directory: Path) -> list[str]:
    """Headlines with causes, as the JSONL channel has them; a repeated key would show twice."""
    file = directory / "alerts.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    alerts = [json.loads(line) for line in lines]
    keys = [alert["alert_id"] for alert in alerts]
    assert len(keys) == len(set(keys))
    return [f"{alert['cause']} {alert['headline']}" for alert in alerts]


def assert_nothing_left(directory: Path) -> None:
    """No process of the killed run lives on."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        left = [
            p for p in psutil.process_iter(["pid", "cmdline", "ppid"]) if _is_ours(p, directory)
        ]
        if not left:
            return
        time.sleep(0.2)
    pytest.fail(f"processes left behind: {[p.info for p in left]}")


def _is_ours(process: psutil.Process, directory: Path) -> bool:
    """Named after the warehouse, or one of its extraction workers, orphaned."""
    line = " ".join(process.info["cmdline"] or [])
    return str(directory) in line or ("multiprocessing" in line and process.info["ppid"] == 1)
