"""What a critical check blocks waits, is never told, and comes back only by a decision."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from expectations import suites
from flows.quarantining import QuarantineError, carry_out
from flows.records import EXIT_PARTIAL
from tests.flows.held_making import LATER, NOW, ingest, listening, one_pool, rows, settings, write


@pytest.fixture(scope="module", autouse=True)
def pool() -> Iterator[None]:
    with one_pool():
        yield


def waiting(warehouse: Path) -> list[tuple[Any, ...]]:
    return rows(
        warehouse,
        "SELECT quarantine_id, reason FROM quarantine_state "
        "WHERE state = 'waiting' AND stage = 'judge' ORDER BY reason, quarantine_id",
    )


def told(warehouse: Path) -> int:
    return len((warehouse / "alerts.jsonl").read_text().splitlines())


def test_a_blocked_document_alerts_only_once_it_is_released_and_the_decision_stays(
    tmp_path: Path,
) -> None:
    folder, warehouse = tmp_path / "in", tmp_path / "wh"
    write(folder, "early", garbled=30)
    report = ingest(folder, warehouse)
    assert report.exit_code == EXIT_PARTIAL
    ((name, reason),) = waiting(warehouse)
    assert reason == "quality"
    assert rows(warehouse, "SELECT * FROM alert") == []
    with pytest.raises(QuarantineError, match="--reason"):
        carry_out(warehouse, [name], "release", settings=settings(), now=NOW)

    found, _ = carry_out(
        warehouse, [name], "release", reason="a quotation of garbage", settings=settings(), now=NOW
    )
    assert [each.outcome for each in found] == ["new"]
    assert told(warehouse) == 1
    assert waiting(warehouse) == []
    assert rows(warehouse, "SELECT count(*) FROM quarantine") == [(1,)]
    assert rows(warehouse, "SELECT outcome, article_url IS NULL FROM capture") == [("new", False)]
    kept = rows(warehouse, "SELECT decision, outcome, reason FROM quarantine_decision")
    assert kept == [("release", "new", "a quotation of garbage")]
    # The same bytes again, fetched anew: the decision holds, and nobody is told twice.
    again = ingest(folder, warehouse, NOW + timedelta(hours=1))
    assert again.exit_code == 0
    assert again.outcomes == {"unchanged": 1}
    assert told(warehouse) == 1


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """The suites as they may have been yesterday: a single lost character blocks a text."""
    shutil.copytree(suites.SUITES, tmp_path / "suites")
    file = tmp_path / "suites" / "articles.toml"
    mild = 'expectation = "expect_column_values_to_be_readable"\nkwargs = { column = "text" }'
    text = file.read_text(encoding="utf-8")
    assert mild in text
    file.write_text(text.replace(mild, mild[:-2] + ", max_share = 0.0 }"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suites, "SUITES", tmp_path / "suites")
        suites.load_suite.cache_clear()
        yield patch
    suites.load_suite.cache_clear()


def test_a_retry_after_the_fix_takes_in_what_passes_now_and_leaves_the_rest(
    tmp_path: Path, strict: pytest.MonkeyPatch
) -> None:
    folder, warehouse = tmp_path / "in", tmp_path / "wh"
    write(folder, "little", garbled=1)
    write(folder, "much", place="Astana", day=9, garbled=30)
    ingest(folder, warehouse)
    strict.undo()
    suites.load_suite.cache_clear()
    names = [name for name, _ in waiting(warehouse)]
    found, report = carry_out(warehouse, names, "retry", settings=settings(), now=LATER)
    assert sorted(each.outcome for each in found) == ["new", "quarantined"]
    assert report.exit_code == EXIT_PARTIAL
    assert told(warehouse) == 1
    assert len(waiting(warehouse)) == 1
    assert rows(warehouse, "SELECT count(*) FROM quarantine_decision") == [(2,)]
    with pytest.raises(QuarantineError, match="qua_nothing"):
        carry_out(warehouse, ["qua_nothing"], "retry", settings=settings(), now=LATER)


def test_a_failing_batch_holds_all_its_alerts_and_the_operator_is_told_where_he_wants(
    tmp_path: Path,
) -> None:
    folder, warehouse = tmp_path / "in", tmp_path / "wh"
    write(folder, "good")
    for number in range(3):
        write(folder, f"bad{number}", place="Astana", day=number + 3, garbled=30)
    with listening() as listener:
        report = ingest(folder, warehouse, operator_url=f"json://{listener.address}/ops")
        assert report.exit_code == EXIT_PARTIAL
        ((_, path, body),) = listener.asked
    assert path == "/ops"
    assert b"article_text_is_readable" in body
    assert b"araxes quarantine release" in body
    assert rows(warehouse, "SELECT state, count(*) FROM alert GROUP BY ALL") == [("held", 1)]
    assert not (warehouse / "alerts.jsonl").exists()
    held = {reason: name for name, reason in waiting(warehouse)}["failing_batch"]

    # What is said of the same event meanwhile waits behind it.
    more = tmp_path / "more"
    write(more, "moved", place="Astana", day=10)
    ingest(more, warehouse, NOW + timedelta(hours=2))
    assert {s for (s,) in rows(warehouse, "SELECT state FROM alert")} <= {"held", "pending", "sent"}
    with pytest.raises(QuarantineError, match="release it"):
        carry_out(warehouse, [held], "retry", settings=settings(), now=NOW)
    before = rows(warehouse, "SELECT count(*) FROM alert WHERE state = 'held'")[0][0]
    found, _ = carry_out(warehouse, [held], "release", reason="fine", settings=settings(), now=NOW)
    assert [(each.outcome, each.note) for each in found] == [
        ("released", f"{before} alerts released")
    ]
    assert rows(warehouse, "SELECT count(*) FROM alert WHERE state = 'held'") == [(0,)]
    assert told(warehouse) >= 1
    assert held not in [name for name, _ in waiting(warehouse)]


def test_an_operator_who_cannot_be_reached_stops_no_run(tmp_path: Path) -> None:
    folder, warehouse = tmp_path / "in", tmp_path / "wh"
    for number in range(3):
        write(folder, f"bad{number}", day=number + 3, garbled=30)
    report = ingest(folder, warehouse, operator_url="json://127.0.0.1:9/secret-token")
    (note,) = [text for text in report.notes if "operator could not be told" in text]
    assert "secret-token" not in note
    assert report.status == "partial"
