"""Commands as people type them: help, start-up, exit codes, JSON, backup."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from flows.cli import COMMANDS
from tests.conftest import REPOSITORY

TEXT = (
    "Ministers meet in Almaty\n\nThe foreign ministers of Armenia and Azerbaijan, Ararat Mirzoyan "
    "and Jeyhun Bayramov, held talks in Almaty on 10 May 2024. Kazakhstan hosted the talks and "
    "did not mediate in them, its foreign ministry said.\n"
)
LISTINGS = [
    ("events",), ("alerts",), ("sources",), ("status",), ("doctor",),
    ("search", "Almaty"), ("sql", "SELECT 1 AS one"),
]  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, araxes: Any) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    (folder / "index.jsonl").write_text('{"file": "one.txt", "published": "2024-05-11"}\n')
    directory = tmp_path_factory.mktemp("commands") / "warehouse"
    done = araxes(
        "ingest", "--files", folder, "--warehouse", directory, "--without-prefect",
        "--alert-horizon", "none",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return directory


@pytest.mark.parametrize("command", LISTINGS, ids=lambda c: c[0])
def test_a_listing_with_json_is_one_array_of_objects_and_nothing_else(
    araxes: Any, warehouse: Path, command: tuple[str, ...]
) -> None:
    done = araxes(*command, "--warehouse", warehouse, "--json")
    rows = json.loads(done.stdout)
    assert isinstance(rows, list)
    assert rows == [] or isinstance(rows[0], dict)


def test_the_event_has_the_contracts_shape(araxes: Any, warehouse: Path) -> None:
    (event,) = araxes.json("events", "--warehouse", warehouse, "--type", "ministers_talks")
    assert event["third_parties"] == [
        {"id": "actor:KAZ", "person": None, "rank": None, "roles": ["host"]}
    ]
    assert {p["person"] for p in event["parties"]} == {
        "person:ararat_mirzoyan", "person:jeyhun_bayramov",
    }  # fmt: skip
    assert event["venue"] == {"id": "place:almaty", "country": "KAZ"}
    assert event["date"]["start"] == event["date"]["end"] == "2024-05-10"
    assert event["event_id"].startswith("evt_")
    (piece,) = event["evidence"]
    assert (piece["doc"], piece["url"]) == ("one", None)
    assert TEXT[piece["source_start"] : piece["source_end"]] == piece["quote"]


@pytest.mark.parametrize("file_format", ["csv", "json", "parquet"])
def test_events_are_exported(
    araxes: Any, warehouse: Path, tmp_path: Path, file_format: str
) -> None:
    target = tmp_path / f"events.{file_format}"
    done = araxes("events", "--warehouse", warehouse, "--format", file_format, "--output", target)
    assert done.returncode == 0, done.stderr
    assert target.stat().st_size > 0


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_needs_neither_prefect_nor_great_expectations(name: str) -> None:
    code = (
        "import sys; from flows.cli import main\n"
        f"try: main([{name!r}, '--help'])\n"
        "except SystemExit as ended: assert not ended.code\n"
        "heavy = {'prefect', 'great_expectations', 'trafilatura', 'pandas'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "--warehouse" in done.stdout or name in ("code", "dedupe", "evaluate", "quarantine")


def test_sql_starts_within_three_times_a_bare_duckdb_query(warehouse: Path) -> None:
    snapshot = warehouse / "araxes.duckdb"
    bare = (
        f"import duckdb; duckdb.connect({str(snapshot)!r}, read_only=True).sql('SELECT 1').show()"
    )
    ours = ["-m", "flows.cli", "sql", "SELECT 1", "--warehouse", str(warehouse)]

    def seconds(arguments: list[str]) -> float:
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, *arguments], cwd=REPOSITORY, check=True, capture_output=True
        )
        return time.perf_counter() - began

    pairs = [(seconds(["-c", bare]), seconds(ours)) for _ in range(7)]
    assert min(own for _, own in pairs) <= 3 * min(alone for alone, _ in pairs)


def test_a_backup_brings_everything_back(araxes: Any, warehouse: Path, tmp_path: Path) -> None:
    assert araxes("backup", tmp_path / "kept", "--warehouse", warehouse).returncode == 0
    restored = tmp_path / "restored"
    assert araxes("restore", tmp_path / "kept", "--warehouse", restored).returncode == 0
    assert araxes.json("events", "--warehouse", restored) == araxes.json(
        "events", "--warehouse", warehouse
    )


def test_usage_errors_are_two_and_name_the_mend(araxes: Any, tmp_path: Path) -> None:
    done = araxes(
        "ingest", "--only", "no-such-source", "--warehouse", tmp_path, "--without-prefect"
    )
    assert done.returncode == 2, done.stderr
    assert "no-such-source" in done.stderr
    assert araxes("events", "--since", "8 August", "--warehouse", tmp_path).returncode == 2
    assert araxes("no-such-command").returncode == 2


def test_an_empty_directory_is_one_sentence_not_a_traceback(araxes: Any, tmp_path: Path) -> None:
    done = araxes("events", "--warehouse", tmp_path)
    assert done.returncode == 1
    assert "nothing is published here yet" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_source_reachable_is_partial(araxes: Any, tmp_path: Path) -> None:
    catalogue = tmp_path / "sources.toml"
    catalogue.write_text('[[source]]\nid = "a"\nkind = "rss"\nurl = "http://127.0.0.1:9/feed"\n')
    done = araxes(
        "ingest", "--sources", catalogue, "--warehouse", tmp_path / "w", "--without-prefect"
    )
    assert done.returncode == 3, done.stderr
    assert "no source could be reached at all" in done.stdout


def test_a_wrong_query_is_named_and_nothing_can_be_written(araxes: Any, warehouse: Path) -> None:
    assert "FORM" in araxes("sql", "SELECT 1 FORM x", "--warehouse", warehouse).stderr
    done = araxes("sql", "DELETE FROM article", "--warehouse", warehouse)
    assert done.returncode == 1
    assert "read-only" in done.stderr


def test_code_and_dedupe_take_standard_input_and_name_bad_lines(araxes: Any) -> None:
    lines = json.dumps({"id": "a", "published": "2024-05-11", "text": TEXT}) + "\nnot json\n"
    done = araxes("code", stdin=lines)
    assert done.returncode == 3
    good, bad = (json.loads(line) for line in done.stdout.splitlines())
    assert good["relevant"] is True
    assert [e["type"] for e in good["events"]] == ["ministers_talks", "statement"]
    assert bad["id"] == "standard input, line 2"
    assert "not JSON" in bad["error"]
    twice = json.dumps({"id": "a", "text": TEXT}) + "\n" + json.dumps({"id": "b", "text": TEXT})
    relations = [
        json.loads(x)["relation"] for x in araxes("dedupe", stdin=twice).stdout.split("\n") if x
    ]
    assert relations == ["original", "same_text"]


def test_doctor_finds_and_mends_what_a_kill_left(
    araxes: Any, warehouse: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "w"
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    araxes(
        "ingest", "--files", folder, "--warehouse", directory, "--without-prefect",
        ARAXES_CRASH_AT="in_transaction",
    )  # fmt: skip
    found = {row["name"]: row["state"] for row in araxes.json("doctor", "--warehouse", directory)}
    assert found["run"] == "warning"
    assert found["archive"] == "warning"
    mended = araxes("doctor", "--fix", "--warehouse", directory)
    assert "now marked failed" in mended.stdout
    after = {row["name"] for row in araxes.json("doctor", "--warehouse", directory)}
    assert "run" not in after
