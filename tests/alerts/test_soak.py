"""Every alert arrives, whatever fails and whoever is killed; repeats only where somebody was."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from alerts_making import House, alert, key_of

from alerts.webhook import IN_FLIGHT

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SPEED = 600.0
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Soak:
    """A sender and a receiver as processes of their own, and what they leave on disk."""

    folder: Path
    house: House = field(init=False)
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.house = House(self.folder / "house")
        self.house.directory.mkdir()
        (self.house.directory / "subscriptions.toml").write_text(
            f'[[subscription]]\nname = "hook"\nsecret = "{SECRET}"\n'
            f'channel = "webhook:http://127.0.0.1:{self.port}/"\n'
        )
        self.mode("ok")

    @property
    def log(self) -> Path:
        return self.folder / "received.log"

    def mode(self, name: str) -> None:
        scratch = self.folder / "mode.new"
        scratch.write_text(name)
        scratch.replace(self.folder / "mode")

    def start(self, script: str, *arguments: object) -> subprocess.Popen[bytes]:
        path = os.pathsep.join((str(ROOT), str(HERE)))
        with (self.folder / f"{script}.err").open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, str(HERE / script), *map(str, arguments)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": path},
                stderr=errors,
            )
        self.running.append(process)
        return process

    def sender(self) -> subprocess.Popen[bytes]:
        return self.start("soak_sender.py", self.house.directory, SPEED)

    def receiver(self) -> subprocess.Popen[bytes]:
        process = self.start("soak_receiver.py", self.port, self.log, self.folder / "mode")
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return process
            time.sleep(0.02)
        raise AssertionError("the receiver does not listen")

    def received(self) -> Counter[str]:
        return Counter(self.log.read_text().split()) if self.log.exists() else Counter()

    def fill(self, count: int) -> set[str]:
        self.house.put(*(alert(number) for number in range(count)))
        (self.house.directory / "began").write_text(str(time.time()))
        return {key_of(number) for number in range(count)}

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def soak(tmp_path: Path):
    found = Soak(tmp_path)
    yield found
    found.end()


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def wait_for(soak: Soak, count: int, sender: subprocess.Popen[bytes]) -> None:
    """Until the log holds so many lines, the sender still at it."""
    end = time.monotonic() + 120
    while sum(soak.received().values()) < count:
        assert sender.poll() is None, "done before it could be killed often enough"
        assert time.monotonic() < end, "nothing arrives any more"
        time.sleep(0.02)


def carry_out(soak: Soak, count: int, kills: int, receiver_kills: int, seed: int) -> None:
    """Kill the sender while it sends, and the receiver in between, until all has arrived."""
    wanted = soak.fill(count)
    chance = random.Random(seed)
    receiver = soak.receiver()
    soak.mode("mixed")
    sender_deaths = receiver_deaths = 0
    while sender_deaths < kills:
        sender = soak.sender()
        before = sum(soak.received().values())
        step = chance.randrange(1, max(2, count // (2 * kills)))
        wait_for(soak, before + step, sender)
        if receiver_deaths < receiver_kills:
            kill(receiver)
            receiver_deaths += 1
            time.sleep(chance.random() / 2)
            receiver = soak.receiver()
        kill(sender)
        sender_deaths += 1
    assert soak.sender().wait(timeout=1800) == 0
    received = soak.received()
    repeats = sum(received.values()) - len(received)
    deaths = sender_deaths + receiver_deaths
    print(f"{count} alerts, {sender_deaths} + {receiver_deaths} kills, {repeats} repeats")
    assert set(received) == wanted
    assert repeats <= sender_deaths * IN_FLIGHT + receiver_deaths * IN_FLIGHT, deaths
    assert set(soak.house.states().values()) == {"sent"}


def test_without_kills_every_alert_arrives_once_however_the_receiver_behaves(soak: Soak) -> None:
    wanted = soak.fill(40)
    soak.receiver()
    soak.mode("mixed")
    assert soak.sender().wait(timeout=120) == 0
    assert soak.received() == Counter(wanted)


def test_every_alert_arrives_though_sender_and_receiver_are_killed(soak: Soak) -> None:
    carry_out(soak, 60, kills=2, receiver_kills=1, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_ten_thousand_alerts_arrive_once_each_through_a_receiver_that_misbehaves(
    soak: Soak,
) -> None:
    wanted = soak.fill(10_000)
    soak.receiver()
    soak.mode("mixed")
    assert soak.sender().wait(timeout=3000) == 0
    assert soak.received() == Counter(wanted)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_ten_thousand_alerts_arrive_though_the_sender_is_killed_twenty_times(soak: Soak) -> None:
    carry_out(soak, 10_000, kills=20, receiver_kills=5, seed=20)
