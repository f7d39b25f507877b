"""A stream killed at any moment and started again: no item lost, each alert told once."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.wire import Wire
from demo.server import World
from tests.end_to_end.conftest import FAST, NOW, ingest_arguments
from tests.end_to_end.streams import STEADY, Stream, rows, settled
from tests.end_to_end.test_crash_safety import assert_nothing_left, told
from tests.end_to_end.test_stream import ALIKE

KILLS = 20
ALIVE = [
    "after_warc_append:20",
    "mid_extraction:5",
    "in_transaction:2",
    "before_send:1",
    "after_send:2",
    "mid_publish:1",
]


@pytest.mark.parametrize("point", ["in_transaction:1", "after_send:1"])
def test_a_stream_killed_at_a_named_point_is_made_good_when_started_again(
    point: str, araxes: Any, tmp_path: Path
) -> None:
    directory = tmp_path / "w"
    with Wire(4) as wire:
        named = {wire.publish(n % 4, is_relevant=n % 3 == 0) for n in range(12)}
        catalogue = wire.catalogue(tmp_path / "wire.toml")
        environment = araxes.environment | STEADY
        arguments = (environment, directory, catalogue, wire.now.isoformat())
        killed = Stream(*arguments, hosts=wire.hosts(), ARAXES_CRASH_AT=point)
        assert killed.process.wait(150) == -signal.SIGKILL, killed.said()
        assert_nothing_left(directory)
        again = Stream(*arguments, hosts=wire.hosts())
        again.wait_for(lambda: settled(directory, 4))
        assert again.end() == 0, again.said()
    assert {url for (url,) in rows(directory, "SELECT url FROM article")} == named, again.said()
    assert len(told(directory)) == 4
    assert_told_once_but_for_kills([killed, again], kills=1)


@pytest.mark.soak
@pytest.mark.parametrize("point", ALIVE)
def test_over_the_demo_world_it_ends_as_if_it_had_not_been_killed(
    point: str, shared_world: World, araxes: Any, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    directory = tmp_path / "w"
    catalogue = shared_world.catalogue(tmp_path / "sources.toml")
    arguments = (araxes.environment | FAST, directory, catalogue, NOW)
    killed = Stream(*arguments, hosts=["127.0.0.1"], ARAXES_CRASH_AT=point)
    assert killed.process.wait(150) == -signal.SIGKILL, killed.said()
    assert_nothing_left(directory)
    again = Stream(*arguments, hosts=["127.0.0.1"])
    again.wait_for(lambda: settled(directory, again.sources))
    assert again.end() == 0, again.said()
    for name, sql in ALIKE.items():
        assert rows(directory, sql) == undisturbed[name], name
    told(directory)
    assert_told_once_but_for_kills([killed, again], kills=1)


@pytest.fixture(scope="module")
def undisturbed(
    shared_world: World, araxes: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    directory = tmp_path_factory.mktemp("undisturbed") / "warehouse"
    done = araxes(*ingest_arguments(shared_world, directory), **FAST)
    assert done.returncode == 0, done.stderr + done.stdout
    return {name: rows(directory, sql) for name, sql in ALIKE.items()}


@pytest.mark.soak
def test_killed_at_twenty_random_moments_it_loses_no_item_and_repeats_no_alert(
    araxes: Any, tmp_path: Path
) -> None:
    """Each time new items appear, and it is killed while it deals with them."""
    directory, moments = tmp_path / "w", random.Random(20)
    named: set[str] = set()
    streams: list[Stream] = []
    with Wire(6) as wire:
        wire.kept = 200
        catalogue = wire.catalogue(tmp_path / "wire.toml")
        for number in range(KILLS + 1):
            wire.now += timedelta(hours=30)
            named |= {wire.publish(n % 6, is_relevant=n % 5 == 0) for n in range(18)}
            stream = Stream(
                araxes.environment | STEADY,
                directory,
                catalogue,
                wire.now.isoformat(),
                hosts=wire.hosts(),
            )
            streams.append(stream)
            if number == KILLS:
                break
            served = wire.served.total()
            stream.wait_for(lambda served=served: wire.served.total() > served)
            time.sleep(moments.uniform(0.0, 4.0))
            os.kill(stream.process.pid, signal.SIGKILL)
            stream.process.communicate()
            assert_nothing_left(directory)
        stream.wait_for(lambda: settled(directory, 6, wire.now))
        assert stream.end() == 0, stream.said()
    assert {url for (url,) in rows(directory, "SELECT url FROM article")} == named
    assert rows(directory, "SELECT count(*) FROM quarantine") == [(0,)]
    raised = rows(directory, "SELECT alert_id FROM alert")
    assert len(raised) >= KILLS
    assert rows(directory, "SELECT DISTINCT state FROM alert") == [("sent",)]
    assert len(told(directory)) == len(raised)
    lines = (directory / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["alert_id"] for line in lines} == {key for (key,) in raised}
    assert_told_once_but_for_kills(streams, kills=KILLS)


def assert_told_once_but_for_kills(streams: list[Stream], *, kills: int) -> None:
    """On the screen, which cannot be asked what it shows, at most one is told again a kill."""
    shown = Counter(
        key
        for stream in streams
        for key in re.findall(r"^evt_\w+ / (alr_\w+)$", stream.said(), re.M)
    )
    assert sum(count - 1 for count in shown.values()) <= kills
