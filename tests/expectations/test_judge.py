"""Checks that fail say so and name the rows; checks that crash stop the judging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from expectations.judge import Counted, JudgeError, build_data_docs, judge
from expectations.sieve import tallies
from expectations.suites import SUITES, Check, Suite, SuiteError, load_suite, load_suites
from warehouse.errors import QueryError
from warehouse.judging import open_batch
from warehouse.records import QualityRow

COLUMNS = {"id": "VARCHAR", "name": "VARCHAR", "size": "INTEGER"}
NAMED = Check(
    "named", "expect_column_values_to_be_present", "critical", "unnamed", {"column": "name"}
)
SMALL = Check(
    "small",
    "expect_column_values_to_be_bounded",
    "warning",
    "too large",
    {"column": "size", "max_value": 2},
)
ROWS = [
    {"id": "a", "name": "x", "size": 1},
    {"id": "b", "name": None, "size": 2},
    {"id": "c", "name": "z", "size": 3},
]


def judged(
    rows: Sequence[Mapping[str, Any]], *checks: Check, directory: Path | None = None
) -> tuple[QualityRow, ...]:
    suite = Suite("trial", checks, COLUMNS)
    with open_batch() as session:
        session.table(suite.name, COLUMNS, rows)
        counted = Counted(suite.name, checks, tallies(session, suite, "batch"))
    return judge([counted], directory=directory)


def test_failing_rows_are_named_by_their_id_with_what_was_seen() -> None:
    named, small = judged(ROWS, NAMED, SMALL)
    assert (named.success, named.unexpected_ids, named.severity) == (False, ("b",), "critical")
    assert (small.success, small.unexpected_ids, small.detail) == (False, ("c",), "too large")
    assert small.observed == "1 of 3 rows; c: 3"


def test_what_holds_passes_and_so_does_what_has_no_rows() -> None:
    assert all(row.success for row in judged(ROWS[:1], NAMED, SMALL))
    (row,) = judged([], NAMED)
    assert (row.success, row.observed) == (True, "0 of 0 rows")


def test_a_share_may_be_allowed_and_a_check_asked_of_some_rows_only() -> None:
    mostly = Check("m", NAMED.expectation, "warning", "why", {"column": "name", "mostly": 0.6})
    some = Check("s", NAMED.expectation, "warning", "why", {"column": "name"}, where="size > 2")
    kept, limited = judged(ROWS, mostly, some)
    assert (kept.success, kept.unexpected_count) == (True, 1)
    assert (limited.success, limited.observed) == (True, "0 of 1 rows")


def test_the_count_is_whole_where_only_the_first_ids_are_kept() -> None:
    rows = [{"id": f"{n:05}", "name": None, "size": 0} for n in range(1500)]
    (row,) = judged(rows, NAMED)
    assert (row.unexpected_count, len(row.unexpected_ids)) == (1500, 1000)


def test_a_condition_that_is_no_sql_is_an_error_that_names_the_check() -> None:
    wrong = Check("wrong", NAMED.expectation, "warning", "why", {"column": "name"}, where="sizes>")
    with pytest.raises(QueryError, match="trial, wrong"):
        judged(ROWS, SMALL, wrong)


def test_an_argument_the_expectation_does_not_know_is_named() -> None:
    wrong = Check("wrong", SMALL.expectation, "warning", "why", {"column": "size", "maxx": 1})
    with pytest.raises(ValueError, match=r"wrong: .* has no argument maxx"):
        judged(ROWS, wrong)


def test_what_was_not_counted_is_named() -> None:
    with pytest.raises(JudgeError, match="nothing was counted for named"):
        judge([Counted("trial", (NAMED,), {})])


def test_results_are_kept_and_become_a_page_with_bounded_history(tmp_path: Path) -> None:
    for _ in range(3):
        judged(ROWS, NAMED, SMALL, directory=tmp_path)
    page = build_data_docs(tmp_path, keep=2)
    assert page.is_file()
    validations = tmp_path / "gx" / "uncommitted" / "validations"
    assert len(list(validations.rglob("*.json"))) == 2


@pytest.mark.parametrize("path", sorted(SUITES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_suite_says_why_and_how_strictly(path: Path) -> None:
    suite = load_suite(path.stem)
    assert suite.sql
    assert "id" in suite.columns
    for check in suite.checks:
        assert check.why.endswith((".", "…"))
        assert check.expectation.startswith("expect_")


def test_no_two_checks_of_any_suites_share_a_name() -> None:
    names = [check.name for suite in load_suites() for check in suite.checks]
    assert len(names) == len(set(names))


def test_every_expectation_is_registered_with_great_expectations() -> None:
    from expectations.news import expectation, gx

    get_expectation_impl = gx.expectations.registry.get_expectation_impl

    for suite in load_suites():
        for check in suite.checks:
            assert get_expectation_impl(check.expectation) is expectation(check.expectation)
            assert expectation(check.expectation).__doc__


def test_an_unknown_suite_is_named_with_the_known_ones() -> None:
    with pytest.raises(SuiteError, match=r"no suite 'nightly'; there are: captures, articles"):
        load_suite("nightly")
