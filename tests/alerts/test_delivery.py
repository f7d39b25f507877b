"""Delivery over a real outbox, real files, a real loopback server and a real kill."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from alerts_making import NOW, PAYLOAD, House, Receiver, alert, key_of

from alerts.channels import AppriseChannel, ConsoleChannel, JsonlChannel
from alerts.dispatch import GIVE_UP_AGE, MAX_ATTEMPTS
from alerts.errors import PermanentChannelError, TransientChannelError
from alerts.letters import Letter
from warehouse.store import open_writer

ROOT = Path(__file__).parents[2]


def letter(key: str = "alr_1") -> Letter:
    return Letter(key, PAYLOAD, NOW)


def lines(path: Path) -> list[str]:
    return [json.loads(line)["alert_id"] for line in path.read_text().splitlines()]


def cut_off(house: House, *numbers: int) -> None:
    """Leave deliveries as a kill in the middle of a send does."""
    house.put(*(alert(number) for number in numbers))
    ids = ", ".join(f"'{key_of(number)}'" for number in numbers)
    with open_writer(house.directory, timeout_seconds=5, now=NOW) as writer:
        from alerts.plan import plan

        plan(writer.outbox, house.subscriptions, sides=(), now=NOW)
        writer.con.execute(
            f"UPDATE alert_delivery SET state = 'sending', attempts = 1 WHERE alert_id IN ({ids})"
        )


def test_an_alert_reaches_a_real_service_with_key_quote_and_link(
    house: House, receiver: Receiver
) -> None:
    house.serve({"hook": AppriseChannel(f"json://{receiver.address}")})
    house.put(alert(1))
    assert house.tell().total("sent") == 1
    message = json.loads(receiver.bodies[0])
    assert message["title"] == "[New] A headline built from slots"
    for part in (key_of(1), "that says so", "https://outlet.example/a"):
        assert part in message["message"]
    assert house.states() == {key_of(1): "sent"}
    assert house.tell().total("sent") == 0 and len(receiver.bodies) == 1


def test_a_failing_service_is_retried_later_and_never_stops_the_file(
    house: House, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.answers.append((503, {}))
    hook = AppriseChannel(f"json://{receiver.address}")
    house.serve({"hook": hook, "file": JsonlChannel(tmp_path / "a.jsonl")})
    house.put(alert(1))
    report = house.tell()
    assert (report.total("retry"), report.total("sent"), report.closed) == (1, 1, ())
    (failure,) = report.failures
    assert failure[1] == "hook" and "/hook" not in failure[2]
    assert house.tell().total("waiting") == 1 and not receiver.bodies
    assert house.tell(NOW + timedelta(minutes=2)).closed == (key_of(1),)
    assert len(receiver.bodies) == 1
    assert lines(tmp_path / "a.jsonl") == [key_of(1)]


def test_a_message_becomes_a_dead_letter_only_after_days_and_can_be_sent_again(
    house: House, tmp_path: Path
) -> None:
    blocked = tmp_path / "folder"
    blocked.mkdir()
    house.serve({"file": JsonlChannel(blocked)})
    house.put(alert(1))
    for step in range(MAX_ATTEMPTS + 4):
        house.tell(NOW + step * timedelta(hours=6))
    assert house.states() == {key_of(1): "pending"}
    house.tell(NOW + GIVE_UP_AGE + timedelta(hours=7))
    assert house.states() == {key_of(1): "failed"}
    ((state, detail),) = house.deliveries().values()
    assert state == "failed" and detail and "given up after" in detail
    blocked.rmdir()
    with open_writer(house.directory, timeout_seconds=5, now=NOW) as writer:
        assert writer.outbox.revive("another", NOW) == 0
        assert writer.outbox.revive(None, NOW) == 1
    house.tell(NOW + GIVE_UP_AGE + timedelta(days=1))
    assert house.states() == {key_of(1): "sent"} and lines(blocked) == [key_of(1)]


def test_a_dead_channel_is_left_alone_and_then_tried_with_one_message(
    house: House, tmp_path: Path
) -> None:
    blocked = tmp_path / "folder"
    blocked.mkdir()
    file = JsonlChannel(tmp_path / "a.jsonl")
    house.serve({"broken": JsonlChannel(blocked), "file": file})
    house.put(*(alert(n) for n in range(6)))
    report = house.tell()
    assert report.counts == {
        ("broken", "retry"): 3, ("broken", "waiting"): 6, ("file", "sent"): 6
    }  # fmt: skip
    assert house.tell().total("retry") == 0
    report = house.tell(NOW + timedelta(minutes=1))
    assert report.counts[("broken", "retry")] == 1
    blocked.rmdir()
    house.tell(NOW + timedelta(days=1))
    assert sorted(lines(blocked)) == [key_of(n) for n in range(6)]


def test_an_update_never_overtakes_what_it_updates(house: House, tmp_path: Path) -> None:
    blocked = tmp_path / "folder"
    blocked.mkdir()
    house.serve({"file": JsonlChannel(blocked)})
    house.put(alert(9, event="evt"))
    house.tell()
    blocked.rmdir()
    house.put(alert(1, event="evt", at=NOW + timedelta(seconds=1), cause="status"))
    assert house.tell(NOW + timedelta(seconds=20)).total("sent") == 0
    house.tell(NOW + timedelta(minutes=2))
    assert lines(blocked) == [key_of(9), key_of(1)]


def test_an_address_apprise_cannot_use_fails_at_once_without_showing_its_secret() -> None:
    with pytest.raises(PermanentChannelError) as told:
        AppriseChannel("nosuch://secret-token").send(letter())
    assert "secret-token" not in str(told.value)


def test_jsonl_holds_each_alert_once_and_mends_a_torn_last_line(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.jsonl"
    JsonlChannel(path).send(letter("alr_1"))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2].replace(b"alr_1", b"alr_2"))
    channel = JsonlChannel(path)
    assert channel.knows("alr_1") and not channel.knows("alr_2")
    for key in ("alr_1", "alr_2", "alr_2"):
        channel.send(letter(key))
    assert lines(path) == ["alr_1", "alr_2"]


def test_two_writers_of_one_file_do_not_repeat_each_other(tmp_path: Path) -> None:
    one, other = JsonlChannel(tmp_path / "a.jsonl"), JsonlChannel(tmp_path / "a.jsonl")
    for channel in (one, other, one):
        for number in range(3):
            channel.send(letter(f"alr_{number}"))
    assert lines(tmp_path / "a.jsonl") == ["alr_0", "alr_1", "alr_2"]


def test_a_file_that_cannot_be_written_is_a_transient_failure_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TransientChannelError, match=r"file/a\.jsonl"):
        JsonlChannel(tmp_path / "file" / "a.jsonl").send(letter())


def test_the_console_says_that_an_alert_may_repeat_after_a_cut_off_attempt(house: House) -> None:
    stream = io.StringIO()
    house.serve({"console": ConsoleChannel(stream)})
    cut_off(house, 1)
    house.tell()
    assert stream.getvalue().startswith("This may repeat an alert sent before")


def test_a_file_is_asked_whether_a_cut_off_attempt_arrived(house: House, tmp_path: Path) -> None:
    file = JsonlChannel(tmp_path / "a.jsonl")
    house.serve({"file": file})
    cut_off(house, 1, 2)
    file.send(letter(key_of(1)))
    report = house.tell()
    assert (report.total("already"), report.total("sent")) == (1, 1)
    assert lines(tmp_path / "a.jsonl") == [key_of(1), key_of(2)]


KILLED = """
import os, signal, sys
from pathlib import Path
from alerts.channels import JsonlChannel
from alerts_making import House
from warehouse.outbox import Outbox

folder, moment, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

class Killing(Outbox):
    def mark(self, marks, at, channels=()):
        due = any(m.alert_id == f"alr_{number:016x}" for m in marks)
        state = marks[0].state if marks else None
        if due and (moment, state) in [("before_sending_mark", "sending"), ("after_send", "sent")]:
            os.kill(os.getpid(), signal.SIGKILL)
        super().mark(marks, at, channels)
        if due and (moment, state) == ("before_send", "sending"):
            os.kill(os.getpid(), signal.SIGKILL)

class Torn(JsonlChannel):
    def _append(self, data):
        if moment == "mid_write" and b"alr_%016x" % number in data:
            with self.path.open("ab") as file:
                file.write(data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        super()._append(data)

import warehouse.store
warehouse.store.Outbox = Killing
house = House(folder / "house")
house.serve({"file": Torn(folder / "alerts.jsonl")})
house.tell()
"""


def _run(folder: Path, moment: str, number: int) -> int:
    arguments = [sys.executable, "-c", KILLED, str(folder), moment, str(number)]
    path = os.pathsep.join((str(ROOT), str(Path(__file__).parent)))
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(arguments, cwd=ROOT, env=environment, check=False, timeout=60).returncode


@pytest.mark.parametrize(
    "moment", ["before_sending_mark", "before_send", "mid_write", "after_send"]
)
def test_a_kill_at_any_moment_of_a_send_leaves_each_alert_in_the_file_once(
    tmp_path: Path, moment: str
) -> None:
    House(tmp_path / "house").put(*(alert(number) for number in range(5)))
    assert _run(tmp_path, moment, 2) == -signal.SIGKILL
    assert _run(tmp_path, "never", 0) == 0
    assert sorted(lines(tmp_path / "alerts.jsonl")) == [key_of(n) for n in range(5)]
