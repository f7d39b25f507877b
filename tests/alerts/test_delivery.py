"""Delivery over real files, a real loopback server and a real kill."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from alerts.channels import AppriseChannel, ConsoleChannel, JsonlChannel
from alerts.dispatch import MAX_ATTEMPTS, dispatch
from alerts.errors import PermanentChannelError, SubscriptionError, TransientChannelError
from alerts.subscriptions import Subscription, load_subscriptions, open_channels
from warehouse.records import Delivery, OutboxItem

ROOT = Path(__file__).parents[2]
NOW = datetime(2025, 8, 9, 12, tzinfo=UTC)
PAYLOAD: dict[str, Any] = {
    "cause": "new",
    "event_id": "evt_1",
    "type": "leaders_talks",
    "status": "held",
    "headline": "A headline built from slots",
    "third_parties": [{"id": "actor:USA", "person": None, "rank": None, "roles": ["mediator"]}],
    "parties": [{"id": "actor:ARM", "person": None}, {"id": "actor:AZE", "person": None}],
    "venue": {"id": "place:washington", "country": "USA"},
    "date": {"start": "2025-08-08", "end": "2025-08-08", "precision": "day", "basis": "text"},
    "track": "US-TRUMP",
    "novelty": "new",
    "confidence": 0.9,
    "evidence": [
        {"quote": "The sentence that says so.", "lang": "en", "url": "https://outlet.example/a"}
    ],
}


def item(number: int, *deliveries: Delivery) -> OutboxItem:
    key = f"alr_{number:016x}"
    return OutboxItem(key, "evt_1", "new", {**PAYLOAD, "alert_id": key}, NOW, deliveries)


class Outbox:
    """Keeps marks as the warehouse does: one row per alert and channel."""

    def __init__(self, *items: OutboxItem) -> None:
        self.items = {i.alert_id: i for i in items}
        self.trail: list[tuple[str, str, str]] = []
        self.closed: dict[str, str] = {}

    def mark(
        self, alert_id: str, channel: str, state: str, detail: str | None, at: datetime
    ) -> None:
        self.trail.append((alert_id, channel, state))
        found = self.items[alert_id]
        old = next((d for d in found.deliveries if d.channel == channel), None)
        attempts = (old.attempts if old else 0) + (state == "sending")
        new = Delivery(channel, state, attempts, detail, at)
        others = tuple(d for d in found.deliveries if d.channel != channel)
        self.items[alert_id] = replace(found, deliveries=(*others, new))

    def close(self, alert_id: str, state: str, at: datetime) -> None:
        self.closed[alert_id] = state

    def pending(self) -> list[OutboxItem]:
        return [i for i in self.items.values() if i.alert_id not in self.closed]


def lines(path: Path) -> list[str]:
    return [json.loads(line)["alert_id"] for line in path.read_text().splitlines()]


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, Any]], list[int]]]:
    """A loopback server: its Apprise address, what it received, statuses to answer with."""
    received: list[dict[str, Any]] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = answers.pop(0) if answers else 200
            if status == 200:
                received.append(json.loads(body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/hook", received, answers
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_alert_reaches_a_real_webhook_with_key_quote_and_link(
    webhook: tuple[str, list[dict[str, Any]], list[int]],
) -> None:
    url, received, _ = webhook
    outbox = Outbox(item(1))
    report = dispatch(outbox.pending(), {"hook": AppriseChannel(url)}, outbox.mark, NOW)
    assert report.total("sent") == 1
    (message,) = received
    assert message["title"] == "[New] A headline built from slots"
    for part in ("alr_0000000000000001", "that says so", "https://outlet.example/a"):
        assert part in message["message"]
    assert [state for *_, state in outbox.trail] == ["sending", "sent"]


def test_a_failing_webhook_is_retried_later_and_never_stops_the_file(
    webhook: tuple[str, list[dict[str, Any]], list[int]], tmp_path: Path
) -> None:
    url, received, answers = webhook
    answers.append(503)
    channels = {"hook": AppriseChannel(url), "file": JsonlChannel(tmp_path / "a.jsonl")}
    outbox = Outbox(item(1))
    report = dispatch(outbox.pending(), channels, outbox.mark, NOW, close=outbox.close)
    assert (report.total("retry"), report.total("sent"), outbox.closed) == (1, 1, {})
    (failure,) = report.failures
    assert failure[1] == "hook" and "/hook" not in failure[2]

    report = dispatch(outbox.pending(), channels, outbox.mark, NOW, close=outbox.close)
    assert report.total("waiting") == 1 and not received
    later = NOW + timedelta(minutes=2)
    dispatch(outbox.pending(), channels, outbox.mark, later, close=outbox.close)
    assert len(received) == 1
    assert outbox.closed == {"alr_0000000000000001": "sent"}
    assert lines(tmp_path / "a.jsonl") == ["alr_0000000000000001"]


def test_a_delivery_is_given_up_after_its_attempts_and_the_alert_closed_as_failed() -> None:
    outbox, now = Outbox(item(1)), NOW
    channels = {"hook": AppriseChannel("json://127.0.0.1:1/hook")}
    for _ in range(MAX_ATTEMPTS + 1):
        dispatch(outbox.pending(), channels, outbox.mark, now, close=outbox.close)
        now += timedelta(days=1)
    (delivery,) = outbox.items["alr_0000000000000001"].deliveries
    assert (delivery.state, delivery.attempts) == ("failed", MAX_ATTEMPTS)
    assert outbox.closed == {"alr_0000000000000001": "failed"}


def test_a_dead_channel_is_left_alone_after_three_failures_in_a_row(tmp_path: Path) -> None:
    outbox = Outbox(*(item(n) for n in range(6)))
    blocked = tmp_path / "folder"
    blocked.mkdir()
    channels = {"broken": JsonlChannel(blocked), "file": JsonlChannel(tmp_path / "a.jsonl")}
    report = dispatch(outbox.pending(), channels, outbox.mark, NOW)
    assert report.counts == {("broken", "retry"): 3, ("broken", "skipped"): 3, ("file", "sent"): 6}


def test_an_address_apprise_cannot_use_fails_at_once_without_showing_its_secret() -> None:
    with pytest.raises(PermanentChannelError) as told:
        AppriseChannel("nosuch://secret-token").send("alr_1", PAYLOAD, may_repeat=False)
    assert "secret-token" not in str(told.value)


def test_jsonl_holds_each_alert_once_and_mends_a_torn_last_line(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.jsonl"
    JsonlChannel(path).send("alr_1", PAYLOAD, may_repeat=False)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2].replace(b"alr_1", b"alr_2"))
    channel = JsonlChannel(path)
    assert channel.knows("alr_1") and not channel.knows("alr_2")
    for key in ("alr_1", "alr_2", "alr_2"):
        channel.send(key, PAYLOAD, may_repeat=False)
    assert lines(path) == ["alr_1", "alr_2"]


def test_two_writers_of_one_file_do_not_repeat_each_other(tmp_path: Path) -> None:
    one, other = JsonlChannel(tmp_path / "a.jsonl"), JsonlChannel(tmp_path / "a.jsonl")
    for channel in (one, other, one):
        for number in range(3):
            channel.send(f"alr_{number}", PAYLOAD, may_repeat=False)
    assert lines(tmp_path / "a.jsonl") == ["alr_0", "alr_1", "alr_2"]


def test_a_file_that_cannot_be_written_is_a_transient_failure_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TransientChannelError, match=r"file/a\.jsonl"):
        JsonlChannel(tmp_path / "file" / "a.jsonl").send("alr_1", PAYLOAD, may_repeat=False)


def test_the_console_says_that_an_alert_may_repeat_after_a_cut_off_attempt() -> None:
    cut_off = Delivery("console", "sending", 1, None, NOW)
    stream = io.StringIO()
    outbox = Outbox(item(1, cut_off))
    dispatch(outbox.pending(), {"console": ConsoleChannel(stream)}, outbox.mark, NOW)
    assert stream.getvalue().startswith("This may repeat an alert sent before")


def test_alerts_that_no_subscription_wants_are_closed(tmp_path: Path) -> None:
    outbox = Outbox(item(1))
    channels = {"file": JsonlChannel(tmp_path / "a.jsonl", wants=lambda _: False)}
    dispatch(outbox.pending(), channels, outbox.mark, NOW, close=outbox.close)
    assert outbox.closed == {"alr_0000000000000001": "sent"}
    assert not (tmp_path / "a.jsonl").exists()


KILLED = """
import json, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from alerts.channels import JsonlChannel
from alerts.dispatch import dispatch
from warehouse.records import Delivery, OutboxItem

folder, moment, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
journal, now = folder / "journal", datetime(2025, 8, 9, tzinfo=UTC)
rows = [json.loads(r) for r in journal.read_text().splitlines()] if journal.exists() else []
last = {r[0]: r[1] for r in rows}
items = []
for n in range(5):
    key = f"alr_{n}"
    told = (Delivery("file", last[key], 1, None, now),) if key in last else ()
    items.append(OutboxItem(key, "evt", "new", {"status": "held"}, now, told))

def mark(alert_id, channel, state, detail, at):
    is_due = alert_id == f"alr_{number}"
    if is_due and moment == "before_sending_mark" and state == "sending":
        os.kill(os.getpid(), signal.SIGKILL)
    if is_due and moment == "after_send" and state == "sent":
        os.kill(os.getpid(), signal.SIGKILL)
    with journal.open("a") as file:
        file.write(json.dumps([alert_id, state]) + chr(10))
    if is_due and moment == "before_send" and state == "sending":
        os.kill(os.getpid(), signal.SIGKILL)

class Torn(JsonlChannel):
    def _append(self, data):
        if moment == "mid_write" and b"alr_%d" % number in data:
            with self.path.open("ab") as file:
                file.write(data[: len(data) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        super()._append(data)

dispatch(items, {"file": Torn(folder / "alerts.jsonl")}, mark, now)
"""


def _run(folder: Path, moment: str, number: int) -> int:
    arguments = [sys.executable, "-c", KILLED, str(folder), moment, str(number)]
    return subprocess.run(arguments, cwd=ROOT, check=False, timeout=60).returncode


@pytest.mark.parametrize(
    "moment", ["before_sending_mark", "before_send", "mid_write", "after_send"]
)
def test_a_kill_at_any_moment_of_a_send_leaves_each_alert_in_the_file_once(
    tmp_path: Path, moment: str
) -> None:
    assert _run(tmp_path, moment, 2) == -signal.SIGKILL
    assert _run(tmp_path, "never", 0) == 0
    assert sorted(lines(tmp_path / "alerts.jsonl")) == [f"alr_{n}" for n in range(5)]


def test_subscriptions_filter_by_track_mediator_type_and_status(tmp_path: Path) -> None:
    (tmp_path / "subscriptions.toml").write_text(
        '[[subscription]]\nname = "a"\nchannel = "jsonl:a.jsonl"\ntracks = ["US-TRUMP"]\n'
        'mediators = ["actor:USA"]\ntypes = ["leaders_talks"]\nstatuses = ["held"]\n'
    )
    channel = open_channels(load_subscriptions(tmp_path))["a"]
    assert channel.wants(PAYLOAD)
    for key, value in (("track", "EPC"), ("type", "call"), ("status", "planned")):
        assert not channel.wants({**PAYLOAD, key: value})
    assert not channel.wants({**PAYLOAD, "third_parties": []})
    channel.send("alr_1", PAYLOAD, may_repeat=False)
    assert lines(tmp_path / "a.jsonl") == ["alr_1"]


def test_without_a_file_everything_goes_to_the_console_and_the_warehouse_directory(
    tmp_path: Path,
) -> None:
    channels = open_channels(load_subscriptions(tmp_path))
    assert set(channels) == {"console", "jsonl"}
    file = channels["jsonl"]
    assert isinstance(file, JsonlChannel) and file.path == tmp_path / "alerts.jsonl"
    assert all(channel.wants({}) for channel in channels.values())


def test_addresses_of_the_settings_are_added_under_names_that_show_no_secret(
    tmp_path: Path,
) -> None:
    found = load_subscriptions(tmp_path, alert_urls=["tgram://secret-token/1"])
    assert [s.name.partition("-")[0] for s in found] == ["console", "jsonl", "tgram"]
    assert "secret" not in found[-1].name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[[subscription]]\nname = 'a'\n", "channel"),
        ("[[subscription]]\nname = 'a'\nchannel = 'console'\ntrack = []\n", "unknown key track"),
        ("[[subscription]]\nname = 'a'\nchannel = 'console'\ntypes = 'x'\n", "types"),
        ("subscription = 3\n", "expected"),
        ("[[subscription\n", "TOML"),
    ],
)
def test_a_wrong_subscription_file_is_refused_with_the_entry_and_the_mend(
    tmp_path: Path, text: str, names: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(SubscriptionError, match=names) as told:
        load_subscriptions(tmp_path, file=file)
    assert str(file) in str(told.value)


def test_a_channel_that_is_no_address_is_refused_by_its_subscriptions_name() -> None:
    with pytest.raises(SubscriptionError, match="subscription desk"):
        open_channels([Subscription("desk", "printer")])
