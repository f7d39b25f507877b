"""Ten lines for the operator, exit codes for a monitor, and a heartbeat after good runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.heartbeat import beat
from flows.records import FailedCheck
from flows.standing import plain_lines, standing
from flows.summary import checks_page
from tests.flows.held_making import NOW, ingest, listening, one_pool, write
from warehouse.locks import run_lock
from warehouse.store import open_writer


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A good run, then one in which a critical check blocked a document; what was called."""
    place = tmp_path_factory.mktemp("standing")
    write(place / "in", "good")
    write(place / "bad", "bad", garbled=30)
    with listening() as listener, one_pool():
        url = f"http://{listener.address}/ping/secret-token"
        ingest(place / "in", place / "wh", heartbeat_url=url)
        good = list(listener.asked)
        ingest(place / "bad", place / "wh", NOW + timedelta(hours=1), heartbeat_url=url)
        yield {"warehouse": place / "wh", "good": good, "both": list(listener.asked)}


def states(directory: Path, **later: float) -> dict[str, tuple[str, str]]:
    lines = standing(directory, now=NOW + timedelta(hours=1, minutes=5) + timedelta(**later))
    return {line.name: (line.state, line.detail) for line in lines}


def test_a_good_run_calls_the_heartbeat_once_and_a_partial_one_does_not(
    runs: dict[str, Any],
) -> None:
    assert [(method, path) for method, path, _ in runs["good"]] == [("GET", "/ping/secret-token")]
    assert runs["both"] == runs["good"]


def test_a_heartbeat_that_fails_is_a_warning_that_shows_no_secret() -> None:
    assert beat(None) is None
    with listening() as listener:
        listener.status = 503
        said = beat(f"http://{listener.address}/secret-token") or ""
    assert "503" in said
    assert "secret-token" not in said
    assert "could not be sent" in (beat("http://127.0.0.1:9/secret-token") or "")
    assert "could not be sent" in (beat("no address at all") or "")


def test_ten_lines_say_how_things_stand_and_the_first_says_the_worst(runs: dict[str, Any]) -> None:
    lines = list(plain_lines(standing(runs["warehouse"], now=NOW + timedelta(hours=2))))
    assert len(lines) == 10
    assert lines[0].startswith("ARAXES WARNING - ")
    found = states(runs["warehouse"])
    assert found["came in"] == (
        "ok", "2 pages in 24 h, 1 refused; 1 new articles, 1 of them relevant",
    )  # fmt: skip
    assert found["waits"][0] == "warning"
    assert found["waits"][1].startswith("1 documents in quarantine, 0 failed batches")
    assert found["outbox"][0] == "ok"


@pytest.mark.parametrize(
    ("hours", "state"), [(1.0, "warning"), (30.0, "warning"), (60.0, "critical")]
)
def test_a_run_that_did_not_happen_is_a_warning_and_then_critical(
    runs: dict[str, Any], hours: float, state: str
) -> None:
    found = states(runs["warehouse"], hours=hours)
    assert found["run"][0] == state
    assert found["araxes"][0] == state
    assert ("last good run" in found["run"][1]) == (hours > 26)


def test_a_killed_run_and_late_alerts_show_though_nothing_was_published_since(
    runs: dict[str, Any],
) -> None:
    directory, at = runs["warehouse"], NOW + timedelta(hours=2)
    with open_writer(directory, timeout_seconds=5, now=at) as writer:
        writer.begin_run("run_killed", "ingest", at)
        writer.con.execute("UPDATE alert SET state = 'pending', closed_at = NULL")
        writer.con.execute("UPDATE alert_delivery SET state = 'retry', next_attempt_at = NULL")
    found = states(directory, hours=3)
    assert found["run"][0] == "warning"
    assert "was killed" in found["run"][1]
    assert found["outbox"] == (
        "warning",
        "1 alerts wait, 0 were given up on; 1 are late on console, jsonl",
    )
    with run_lock(directory, wait=False, now=at):
        assert "under way" in states(directory, hours=3)["run"][1]
    with open_writer(directory, timeout_seconds=5, now=at) as writer:
        writer.con.execute("DELETE FROM run WHERE run_id = 'run_killed'")


def test_the_exit_code_is_the_one_monitors_know(runs: dict[str, Any], tmp_path: Path) -> None:
    def asked(*arguments: object) -> tuple[int, list[dict[str, str]]]:
        done = CliRunner().invoke(
            cli, ["status", "--json", *map(str, arguments)], standalone_mode=False
        )
        return done.return_value, json.loads(done.stdout)

    late = (NOW + timedelta(days=5)).isoformat()
    code, lines = asked("--warehouse", runs["warehouse"], "--now", late)
    assert (code, len(lines), lines[0]["state"]) == (2, 10, "critical")
    code, lines = asked("--warehouse", tmp_path / "none")
    assert (code, lines[0]["state"]) == (3, "unknown")


def test_checks_that_failed_are_a_table_with_links_that_pages_cannot_break(tmp_path: Path) -> None:
    ids = ("https://outlet.example/a", "evt_1", "file:a|b](http://evil.example)")
    check = FailedCheck("articles", "article_has_text", "critical", 3, ids, "No | text.")
    page = checks_page([check], directory=tmp_path, title="Quality")
    (row,) = [line for line in page.splitlines() if line.startswith("| `")]
    assert row.count("|") == 6
    assert "[outlet.example/a](https://outlet.example/a)" in row
    assert "](http://evil" not in row
    assert "Every check holds" in checks_page([], directory=tmp_path, title="Quality")
