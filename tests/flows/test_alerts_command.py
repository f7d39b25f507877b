"""``araxes alerts``: list, preview, test and resend over a real warehouse and a real server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dossiers.loader import load
from flows.cli.alerts import alerts
from flows.cli.errors import explain
from flows.stages.tell import tell
from warehouse.publish import publish
from warehouse.records import AlertRow, Batch
from warehouse.store import open_writer

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def alert(number: int, **more: Any) -> AlertRow:
    key, event_id = f"alr_{number:016x}", f"evt_{number:016x}"
    payload = {
        "alert_id": key, "event_id": event_id, "cause": "new", "changes": [],
        "type": "leaders_talks", "status": "held", "headline": f"Talks number {number}",
        "track": "US-TRUMP", "parties": [], "third_parties": [], "evidence": [],
        "confidence": 0.9, "date": {}, "origins": ["one"], **more,
    }  # fmt: skip
    return AlertRow(key, event_id, "new", "pending", payload, NOW + timedelta(minutes=number))


@pytest.fixture
def hook() -> Iterator[tuple[str, list[dict[str, Any]], list[int]]]:
    """Address, bodies taken, statuses to answer with first."""
    taken: list[dict[str, Any]] = []
    answers: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = answers.pop(0) if answers else 204
            if status == 204:
                taken.append(json.loads(body))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", taken, answers
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def house(tmp_path: Path, hook: tuple[str, list[dict[str, Any]], list[int]]) -> Path:
    directory = tmp_path / "warehouse"
    directory.mkdir()
    (directory / "subscriptions.toml").write_text(
        f'[[subscription]]\nname = "desk"\nchannel = "webhook:{hook[0]}"\nsecret = "{SECRET}"\n'
        '[[subscription]]\nname = "file"\nchannel = "jsonl"\ntypes = ["call"]\n'
    )
    with open_writer(directory, timeout_seconds=5, now=NOW) as writer:
        writer.commit(Batch("run_1", NOW, alerts=(alert(1), alert(2, type="call"))))
    publish(directory, "run_1", NOW)
    return directory


def run(house: Path, *words: str) -> Result:
    return CliRunner().invoke(alerts, ["--warehouse", str(house), *words])


def send(house: Path) -> None:
    moment = datetime.now(UTC)
    tell(house, clock=lambda: moment, dossier=load())
    publish(house, "run_2", moment)


def test_the_preview_says_what_a_file_would_have_received_and_sends_nothing(
    house: Path, tmp_path: Path, hook: tuple[str, list[dict[str, Any]], list[int]]
) -> None:
    told = run(house, "preview", "--days", "1").output
    assert "desk: 2 messages with 2 alerts" in told and "[New] Talks number 1" in told
    assert "file: 1 messages with 1 alerts; not for it: types 1" in told
    assert run(house, "--dry-run").output == run(house, "preview").output
    other = tmp_path / "other.toml"
    other.write_text('[[subscription]]\nname = "x"\nchannel = "console"\nmin_origins = 2\n')
    result = run(house, "preview", "--subscriptions", str(other), "--json")
    (found,) = json.loads(result.output)
    assert found["messages"] == [] and len(found["waiting"]) == 2
    assert hook[1] == [] and not (house / "alerts.jsonl").exists()


def test_the_listing_shows_alerts_deliveries_dead_letters_and_channels(
    house: Path, hook: tuple[str, list[dict[str, Any]], list[int]]
) -> None:
    hook[2].append(410)
    send(house)
    listed = json.loads(run(house, "--json").output)
    assert sorted(row["state"] for row in listed) == ["failed", "sent"]
    assert listed == json.loads(run(house, "list", "--json").output)
    (dead,) = json.loads(run(house, "list", "--state", "failed", "--json").output)
    assert dead["channel"] == "desk" and dead["detail"] == "desk: answered 410"
    (skipped,) = json.loads(run(house, "list", "--state", "skipped", "--json").output)
    assert (skipped["channel"], skipped["detail"]) == ("file", "types: leaders_talks")
    found = json.loads(run(house, "list", "--channels", "--json").output)
    channels = {row["channel"]: row for row in found}
    assert (channels["desk"]["sent"], channels["desk"]["dead"]) == (1, 1)


def test_dead_letters_are_sent_again_under_their_id(
    house: Path, hook: tuple[str, list[dict[str, Any]], list[int]]
) -> None:
    hook[2].extend([410, 410])
    send(house)
    assert hook[1] == []
    result = run(house, "resend", "--failed")
    assert "2 deliveries queued again, 0 failures" in result.output
    ids = sorted(body["data"]["alert_id"] for body in hook[1])
    assert ids == [alert(1).alert_id, alert(2).alert_id]
    assert run(house, "resend", alert(1).alert_id, "--channel", "file").output.startswith("1 ")
    assert len((house / "alerts.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("resend", "alr_none"), "no alert is named alr_none"),
        (("resend", "alr_none", "--channel", "deks"), "no subscription is named deks"),
        (("preview", "--name", "nobody"), "there are desk, file"),
        (("test", "nobody"), "there are desk, file"),
    ],
)
def test_a_name_that_is_none_is_told_with_those_there_are(
    house: Path, words: tuple[str, ...], names: str
) -> None:
    error = run(house, *words).exception
    assert isinstance(error, Exception)
    sentence, code = explain(error)
    assert names in sentence and code == 2


def test_resending_nothing_in_particular_is_refused(house: Path) -> None:
    result = run(house, "resend")
    assert result.exit_code == 2 and "--failed" in result.output


def test_a_channel_is_tried_and_says_what_is_wrong(
    house: Path, hook: tuple[str, list[dict[str, Any]], list[int]]
) -> None:
    result = CliRunner().invoke(
        alerts, ["--warehouse", str(house), "test", "desk"], standalone_mode=False
    )
    assert (result.return_value, result.output) == (0, "desk: took it\n")
    assert [body["type"] for body in hook[1]] == ["araxes.test"]
    hook[2].append(500)
    result = CliRunner().invoke(
        alerts, ["--warehouse", str(house), "test", "desk"], standalone_mode=False
    )
    assert (result.return_value, result.output) == (1, "desk: answered 500\n")
