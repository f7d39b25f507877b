"""Archives taken in as live news is: resumable, tolerant of damage, and silent."""

from __future__ import annotations

import json
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from alerts.dispatch import DispatchReport
from connectors.captures import make_capture
from connectors.warc_reading import FOREIGN_SOURCE
from dossiers.loader import load
from flows.records import DEFAULT_HORIZON, Clock
from flows.stages.commit import commit_batch
from flows.stages.decide import Setting
from flows.stages.judge import Judgement
from flows.stages.tell import tell
from flows.stages.transform import Processed, process_raw, raw_document
from tests.end_to_end.archives import Page, five_years, other_news, write
from tests.end_to_end.conftest import content
from transforms.records import RawDocument
from warehouse.publish import publish
from warehouse.read import open_reader
from warehouse.records import QualityRun
from warehouse.store import open_writer

NOW = "2026-01-10T12:00:00+00:00"
SMALL = {"ARAXES_BATCH_SIZE": "12"}


def backfill(directory: Path, *archives: Path) -> list[str | Path]:
    return ["backfill", *archives, "--warehouse", directory, "--now", NOW]


def rows(directory: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_reader(directory) as reader:
        return list(reader.query(sql).rows)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Five years of three outlets among other news, in two files."""
    folder = tmp_path_factory.mktemp("archives")
    pages = five_years()
    idle = other_news(20)
    first, second = folder / "a.warc.gz", folder / "b.warc.gz"
    write(first, [*pages[::2], *idle[:10]])
    write(second, [*idle[10:], *pages[1::2]])
    return first, second


@pytest.fixture(scope="module")
def undisturbed(
    araxes: Any, archives: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    directory = tmp_path_factory.mktemp("undisturbed") / "warehouse"
    done = araxes(*backfill(directory, *archives), "--json", **SMALL)
    assert done.returncode == 0, done.stderr
    (report,) = json.loads(done.stdout)
    return directory, report


def test_an_archive_is_taken_in_and_counted(undisturbed: tuple[Path, dict[str, Any]]) -> None:
    directory, report = undisturbed
    assert report["outcomes"] == {"new": len(five_years())}
    files = rows(
        directory,
        "SELECT state, response_count, page_count, wanted_count, damaged_count FROM backfill_file",
    )
    assert files == [("complete", 22, 22, 12, 0)] * 2
    stored = rows(directory, "SELECT count(*), count(*) FILTER (is_relevant) FROM article")
    assert stored == [(24, 24)]


def test_five_years_taken_in_late_tell_nobody(undisturbed: tuple[Path, dict[str, Any]]) -> None:
    directory, report = undisturbed
    assert report["alerts"]["suppressed"] >= 5
    assert report["alerts"]["delivered"] == 0
    assert rows(directory, "SELECT DISTINCT state FROM alert") == [("suppressed",)]
    assert not (directory / "alerts.jsonl").exists()


def test_five_years_taken_in_late_leave_the_events_of_having_lived_them(
    undisturbed: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    lived = tmp_path / "lived"
    told = live_through(lived, five_years())
    assert told["raised"] > 5
    assert told["delivered"] >= told["raised"]
    assert told["suppressed"] == 0
    before, after = content(lived), content(undisturbed[0])
    assert len(after["event"]) >= 6
    for table in ("article", "mention", "event", "member"):
        assert after[table] == before[table], table


def live_through(directory: Path, pages: list[Page]) -> Counter[str]:
    """Take pages in on the days they were published on, alerts on."""
    told: Counter[str] = Counter()
    for number, (_, of_the_day) in enumerate(groupby(pages, lambda page: page.fetched.date())):
        today = list(of_the_day)
        now = max(page.fetched for page in today) + timedelta(minutes=1)
        run = f"run_{number:03}"
        with open_writer(directory, timeout_seconds=None, now=now) as writer:
            writer.begin_run(run, "ingest", now, {})
        quality = QualityRun(f"qrn_{number}", run, "batch", now, ran=False, note="", results=())
        judged = Judgement(tuple(_processed(page) for page in today), quality)
        setting = Setting(run, now, DEFAULT_HORIZON, load(), load().sources)
        batch = commit_batch(judged, directory=directory, setting=setting)
        told.update("raised" if row.state == "pending" else row.state for row in batch.alerts)
        sent: DispatchReport = tell(directory, clock=Clock(now), dossier=load())
        told["delivered"] += sent.total("sent")
    publish(directory, "run_last", datetime(2026, 1, 10, tzinfo=UTC))
    return told


def _processed(page: Page) -> Processed:
    capture = make_capture(
        url=page.url,
        kind="page",
        source_id=FOREIGN_SOURCE,
        fetched_at=page.fetched,
        body=page.html,
        content_type=f"text/html; charset={page.charset}",
        charset=page.charset,
    )
    raw = raw_document(capture)
    assert isinstance(raw, RawDocument)
    return Processed(capture, process_raw(raw))


def test_an_archive_taken_in_before_is_passed_over(
    araxes: Any, archives: tuple[Path, Path], undisturbed: tuple[Path, dict[str, Any]]
) -> None:
    directory, _ = undisturbed
    before = content(directory)
    done = araxes(*backfill(directory, *archives), **SMALL)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("taken in before; passed over") == 2
    assert content(directory) == before
    captures = rows(directory, "SELECT count(*) FROM capture")
    assert captures == [(len(five_years()),)]


@pytest.mark.parametrize(
    "point",
    [
        "after_warc_append:15",
        "in_transaction:2",
        pytest.param("after_warc_append:1", marks=pytest.mark.soak),
        pytest.param("after_warc_append:23", marks=pytest.mark.soak),
        pytest.param("mid_extraction:20", marks=pytest.mark.soak),
        pytest.param("in_transaction:1", marks=pytest.mark.soak),
        pytest.param("in_transaction:3", marks=pytest.mark.soak),
        pytest.param("mid_publish:1", marks=pytest.mark.soak),
    ],
)
def test_a_backfill_killed_in_the_middle_goes_on_and_doubles_nothing(
    point: str,
    araxes: Any,
    archives: tuple[Path, Path],
    undisturbed: tuple[Path, dict[str, Any]],
    tmp_path: Path,
) -> None:
    directory = tmp_path / "warehouse"
    killed = araxes(*backfill(directory, *archives), **SMALL, ARAXES_CRASH_AT=point)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    again = araxes(*backfill(directory, *archives), **SMALL)
    assert again.returncode == 0, again.stderr
    assert content(directory) == content(undisturbed[0])
    versions = rows(directory, "SELECT count(*) FROM article_version")
    assert versions == [(len(five_years()),)]


def test_damage_is_quarantined_and_the_rest_taken_in(araxes: Any, tmp_path: Path) -> None:
    pages = five_years()[:8]
    good, bad, none = (tmp_path / f"{name}.warc.gz" for name in ("good", "bad", "none"))
    write(good, pages[:2])
    starts = write(bad, pages[2:])
    data = bytearray(bad.read_bytes())
    data[starts[2] + 200 : starts[2] + 230] = bytes(30)
    bad.write_bytes(data[:-40])
    none.write_bytes(b"this is no archive")
    directory = tmp_path / "warehouse"
    done = araxes(*backfill(directory, good, bad, none))
    assert done.returncode == 0, done.stderr
    assert rows(directory, "SELECT count(*) FROM article") == [(6,)]
    refused = rows(directory, "SELECT reason, detail FROM quarantine ORDER BY detail")
    assert [reason for reason, _ in refused] == ["damaged_warc"] * 3
    assert "bad.warc.gz, record at byte" in refused[0][1]
    damaged = rows(directory, "SELECT damaged_count FROM backfill_file ORDER BY path")
    assert damaged == [(2,), (0,), (1,)]


def test_what_does_not_exist_is_named(araxes: Any, tmp_path: Path) -> None:
    done = araxes(*backfill(tmp_path / "warehouse", tmp_path / "gone.warc.gz"))
    assert done.returncode != 0
    assert "gone.warc.gz: does not exist; check the path" in done.stderr
    assert "Traceback" not in done.stderr
