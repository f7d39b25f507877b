"""Checks that fail say so and name the rows; checks that crash stop the judging."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from expectations.judge import JudgeError, build_data_docs, judge
from expectations.suites import SUITES, Check, Suite, SuiteError, load_suite


def suite(*checks: Check) -> Suite:
    return Suite("trial", checks)


NOT_NULL = Check(
    "named", "thing", "expect_column_values_to_not_be_null", "critical", "why", {"column": "name"}
)
SMALL = Check(
    "small",
    "thing",
    "expect_column_values_to_be_between",
    "warning",
    "too large",
    {"column": "size", "max_value": 2},
)


def test_failing_rows_are_named_by_their_id() -> None:
    frame = pd.DataFrame({"id": ["a", "b", "c"], "name": ["x", None, "z"], "size": [1, 2, 3]})
    named, small = judge(suite(NOT_NULL, SMALL), {"thing": frame})
    assert (named.success, named.unexpected_ids, named.severity) == (False, ("b",), "critical")
    assert (small.success, small.unexpected_ids, small.detail) == (False, ("c",), "too large")


def test_what_holds_passes() -> None:
    frame = pd.DataFrame({"id": ["a"], "name": ["x"], "size": [1]})
    assert all(row.success for row in judge(suite(NOT_NULL, SMALL), {"thing": frame}))


def test_nothing_to_judge_is_said_not_failed() -> None:
    (row,) = judge(suite(NOT_NULL), {"thing": pd.DataFrame()})
    assert (row.success, row.observed) == (True, "no rows")


def test_a_check_that_crashes_is_an_error_that_names_it_not_a_failure() -> None:
    frame = pd.DataFrame({"id": ["a"], "size": [1]})
    with pytest.raises(JudgeError, match="named crashed"):
        judge(suite(NOT_NULL), {"thing": frame})


def test_a_missing_frame_is_named() -> None:
    with pytest.raises(JudgeError, match="thing"):
        judge(suite(NOT_NULL), {})


def test_results_are_kept_and_become_a_page_with_bounded_history(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": ["a"], "name": [None], "size": [9]})
    for _ in range(3):
        judge(suite(NOT_NULL, SMALL), {"thing": frame}, directory=tmp_path)
    page = build_data_docs(tmp_path, keep=2)
    assert page.is_file()
    validations = tmp_path / "gx" / "uncommitted" / "validations"
    assert len(list(validations.rglob("*.json"))) == 2


@pytest.mark.parametrize("path", sorted(SUITES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_suite_says_why_and_how_strictly(path: Path) -> None:
    for check in load_suite(path.stem).checks:
        assert check.why
        assert check.expectation.startswith("expect_")
        assert check.severity in ("critical", "warning")


def test_an_unknown_suite_is_named_with_the_known_ones() -> None:
    with pytest.raises(SuiteError, match=r"no suite 'nightly'; there are: batch, seed, warehouse"):
        load_suite("nightly")
