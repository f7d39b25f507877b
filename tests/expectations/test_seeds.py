"""The seed corpus in every run: each fact is a result of its own, and a lost one is named."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations.judge import judge
from expectations.seeds import load_manifest, read_seeds, seed_facts, seed_suite
from flows.ingest import run_ingest
from flows.records import EXIT_PARTIAL, IngestRequest
from flows.settings import Settings
from flows.stages.transform import process_raw
from transforms.records import CodedDocument, RawDocument

NOW = datetime(2025, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def coded(seeds: Path) -> tuple[list[RawDocument], list[CodedDocument]]:
    raws, absent = read_seeds(seeds)
    assert absent == []
    results = [result for raw in raws if isinstance(result := process_raw(raw), CodedDocument)]
    return raws, results


def test_more_than_a_hundred_facts_hold_and_each_red_one_is_explained(
    coded: tuple[list[RawDocument], list[CodedDocument]],
) -> None:
    rows = judge([seed_suite(seed_facts(*coded))])
    assert len(rows) >= 300
    assert len({row.expectation for row in rows}) == len(rows)
    red = [row for row in rows if not row.success]
    assert [row.expectation for row in red if row.severity == "critical"] == []
    reasons = load_manifest()["unreached"]
    assert {row.expectation.removeprefix("seed_") for row in red} == set(reasons)
    assert all(row.detail == reasons[row.unexpected_ids[0]] for row in red)


def test_a_change_of_code_that_loses_an_event_names_its_facts(
    coded: tuple[list[RawDocument], list[CodedDocument]],
) -> None:
    raws, documents = coded
    blind = [*documents[:-1], replace(documents[-1], events=())]
    rows = judge([seed_suite(seed_facts(raws, blind))])
    lost = {row.expectation for row in rows if not row.success and row.severity == "critical"}
    assert "seed_004_E2_coded" in lost
    assert "seed_004_spun_host_still_hosts" in lost
    assert not any(name.startswith("seed_000") for name in lost)


def test_a_run_in_which_a_fact_is_lost_ends_red_and_says_which(seeds: Path, tmp_path: Path) -> None:
    """The document is altered here, since the code cannot be: its body lost a paragraph."""
    altered, folder = tmp_path / "seeds", tmp_path / "folder"
    shutil.copytree(seeds, altered)
    folder.mkdir()
    (folder / "note.txt").write_text("A note about the weather in the valley.\n" * 20)
    facts = load_manifest()["documents"][0]
    file = altered / facts["file"]
    file.chmod(0o644)
    lines = file.read_text(encoding="utf-8").split("\n")
    lines[facts["body_lines"][1] - 1] = "Something else."
    file.write_text("\n".join(lines), encoding="utf-8")
    request = IngestRequest(tmp_path / "warehouse", files=folder, now=NOW, workers=1)
    report = run_ingest(request, settings=Settings(alert_urls=[], seeds=altered))
    assert report.exit_code == EXIT_PARTIAL
    said = json.dumps(report.notes)
    assert "seed.seed_000_digest (critical)" in said
