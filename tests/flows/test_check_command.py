"""``araxes check``: a summary people can read, codes CI can read, pages that do not pile up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows.cli import cli
from tests.flows.held_making import NOW, ingest, one_pool, write
from warehouse.publish import publish
from warehouse.store import open_writer


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("check")
    write(place / "in", "good")
    with one_pool():
        ingest(place / "in", place / "wh")
    return place / "wh"


def check(warehouse: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        cli,
        ["check", "--warehouse", str(warehouse), *arguments],
        standalone_mode=False,
        env={"ARAXES_SEEDS": "/nonexistent", "ARAXES_KEEP_QUALITY_RUNS": "4"},
    )
    assert done.exception is None, done.exception
    code: Any = done.return_value
    return code, done.stdout


def pages(warehouse: Path) -> list[Path]:
    site = warehouse / "quality" / "gx" / "uncommitted" / "data_docs" / "local_site"
    return list((site / "validations").rglob("*.html"))


def test_what_is_good_passes_what_is_bad_is_named_and_old_pages_go(warehouse: Path) -> None:
    code, said = check(warehouse)
    assert code == 0
    assert "suite" in said and "articles" in said and "Data Docs: " in said
    assert "did not run: seed documents absent" in said
    assert 0 < len(pages(warehouse)) <= 4
    with open_writer(warehouse, timeout_seconds=5, now=NOW) as writer:
        writer.con.execute("UPDATE event SET status = 'nonsense'")
        publish(writer, "spoilt", NOW)
    code, said = check(warehouse, "--json")
    assert code == 3
    failed = {row["check"] for row in json.loads(said) if row["success"] is False}
    assert "event_status_allowed" in failed
    assert len(pages(warehouse)) <= 4
