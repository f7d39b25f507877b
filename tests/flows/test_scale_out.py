"""A backfill over a cluster leaves what one process leaves."""

from __future__ import annotations

import warnings
from datetime import datetime
from pathlib import Path

import pytest

from connectors.archives import Archive
from flows.backfill import run_backfill
from flows.records import IngestRequest
from tests.end_to_end.archives import five_years, other_news, write
from tests.end_to_end.conftest import content

NOW = datetime.fromisoformat("2026-01-10T12:00:00+00:00")


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore")  # of the cluster's own making
def test_two_workers_of_a_cluster_leave_the_articles_and_events_of_one_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    pages, archives = [*five_years(), *other_news(30)], []
    for number in range(3):
        path = tmp_path / f"{number}.warc.gz"
        write(path, pages[number::3])
        archives.append(Archive(path.name, path))
    damaged = bytearray(archives[2].path.read_bytes() if archives[2].path else b"")
    (tmp_path / "2.warc.gz").write_bytes(damaged[:-30])
    run_backfill(IngestRequest(tmp_path / "one", now=NOW), archives)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from prefect.testing.utilities import prefect_test_harness

        from flows.scale_out import run_scaled_out

        with prefect_test_harness(server_startup_timeout=120):
            report = run_scaled_out(IngestRequest(tmp_path / "many", now=NOW), archives, workers=2)
            again = run_scaled_out(IngestRequest(tmp_path / "many", now=NOW), archives, workers=2)
    assert report.exit_code == 0
    assert report.outcomes["quarantined"] == 1
    assert content(tmp_path / "many") == content(tmp_path / "one")
    assert len(again.notes) >= 3, "taken in before; passed over"
    assert not again.outcomes
