"""Great Expectations judges what DuckDB counted, and every verdict is kept.

Great Expectations 1.24 has no DuckDB data source and its SQLAlchemy path fails under
duckdb-engine (upstream issue 10738), so it is given a small pandas frame: one row for each
check (`expectations.news.base`). A check that crashed reports ``success=False`` like one
that failed; here it raises instead.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.suites import Check
from warehouse.records import QualityRow

if TYPE_CHECKING:
    from warehouse.judging import Tally


RESULT_FORMAT = "COMPLETE"
"""Great Expectations' fullest: with the ids of what offends."""

_lock = threading.Lock()


class JudgeError(Exception):
    """A check could not be run: names the check and what it stumbled on."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A suite's checks that were asked, and what was counted for each, by its name."""

    suite: str
    checks: tuple[Check, ...]
    tallies: Mapping[str, Tally]


def judge(counted: Sequence[Counted], *, directory: Path | None = None) -> tuple[QualityRow, ...]:
    """Judge what was counted.

    Args:
        counted: suites with their tallies.
        directory: where results and Data Docs are kept (``quality/``); None keeps nothing.

    Returns:
        One row for each check, in their order.

    Raises:
        JudgeError: a check was not counted, or crashed.
    """
    for one in counted:
        missing = [check.name for check in one.checks if check.name not in one.tallies]
        if missing:
            raise JudgeError(f"suite {one.suite}: nothing was counted for {', '.join(missing)}")
    asked = [one for one in counted if one.checks]
    if not asked:
        return ()
    with _lock:  # a context and its stores are one process's, and not made for threads
        context = open_context(directory)
        results = [_validate(context, one, is_kept=directory is not None) for one in asked]
    return tuple(
        _row(one.suite, check, one.tallies[check.name], result[check.name])
        for one, result in zip(asked, results, strict=True)
        for check in one.checks
    )


def preload() -> threading.Thread:
    """Import Great Expectations in the background while others wait for the network."""
    thread = threading.Thread(target=open_context, args=(None,), name="preload", daemon=True)
    thread.start()
    return thread


def open_context(directory: Path | None) -> Any:
    """A Great Expectations context: on disk in ``directory``, or in memory."""
    from expectations.news import gx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context: Any
        if directory is None:
            context = gx.get_context(mode="ephemeral")
        else:
            directory.mkdir(parents=True, exist_ok=True)
            context = gx.get_context(mode="file", project_root_dir=str(directory))
    context.variables.progress_bars = {"globally": False}
    return context


def _validate(context: Any, counted: Counted, *, is_kept: bool) -> dict[str, Any]:
    """Great Expectations' results by check.

    Only a checkpoint keeps results for the Data Docs, and writing its parts into the stores
    costs more than judging: where nothing is to be kept the batch is validated by itself.
    """
    suite = _suite(counted.suite, counted.checks)
    frame = {"dataframe": _frame(counted.checks, counted.tallies)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas deprecations inside Great Expectations
        if is_kept:
            result = _checkpoint(context, suite).run(batch_parameters=frame)
            (result,) = result.run_results.values()
        else:
            definition = _definition(context, counted.suite)
            result = definition.get_batch(frame).validate(suite, result_format=RESULT_FORMAT)
    return {item.expectation_config.meta["check"]: item for item in result.results}


def _definition(context: Any, name: str) -> Any:
    source = context.data_sources.add_or_update_pandas("counted_by_duckdb")
    return source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("whole")


def _checkpoint(context: Any, suite: Any) -> Any:
    from expectations.news import gx

    validation = gx.ValidationDefinition(
        name=suite.name,
        data=_definition(context, suite.name),
        suite=context.suites.add_or_update(suite),
    )
    return context.checkpoints.add_or_update(
        gx.Checkpoint(
            name=suite.name,
            validation_definitions=[context.validation_definitions.add_or_update(validation)],
            result_format={"result_format": RESULT_FORMAT},
        )
    )


def _suite(name: str, checks: Sequence[Check]) -> Any:
    from great_expectations.expectations.metadata_types import FailureSeverity

    from expectations.news import expectation, gx

    return gx.ExpectationSuite(
        name=name,
        expectations=[
            expectation(check.expectation)(
                check_name=check.name,
                meta={"check": check.name, "why": check.why, "where": check.where},
                severity=FailureSeverity(check.severity),
                description=f"{check.name}: {check.why}",
                **check.kwargs,
            )
            for check in checks
        ],
    )


def _frame(checks: Sequence[Check], tallies: Mapping[str, Tally]) -> Any:
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "check": check.name,
                "rows": (tally := tallies[check.name]).rows,
                "offending": tally.offending,
                "ids": tally.ids,
                "examples": tally.examples,
            }
            for check in checks
        ]
    )


def _row(name: str, check: Check, tally: Tally, result: Any) -> QualityRow:
    crash = _crash(result.exception_info or {})
    if crash:
        raise JudgeError(f"suite {name}, check {check.name} crashed: {crash}")
    found = result.result or {}
    is_success = bool(result.success)
    return QualityRow(
        suite=name,
        expectation=check.name,
        subject=str(check.kwargs.get("column", name)),
        severity=check.severity,
        success=is_success,
        observed="; ".join((str(found.get("observed_value")), *tally.examples)),
        unexpected_count=tally.offending or int(not is_success),
        unexpected_ids=tally.ids,
        detail=None if is_success else check.why,
    )


def _crash(info: Mapping[str, Any]) -> str | None:
    """The message of the exception a check died of; the mapping may be nested by metric."""
    if info.get("raised_exception"):
        return str(info.get("exception_message"))
    for value in info.values():
        if isinstance(value, Mapping) and value.get("raised_exception"):
            return str(value.get("exception_message"))
    return None


def build_data_docs(directory: Path, *, keep: int) -> Path:
    """Render the kept results as a static site; returns its index page.

    Args:
        directory: the ``quality/`` folder the results were kept in.
        keep: how many of the newest results stay.
    """
    validations = directory / "gx" / "uncommitted" / "validations"
    kept = sorted(validations.rglob("*.json"), key=lambda path: path.parent.name)
    for path in kept[:-keep] if keep else kept:
        path.unlink()
    context = open_context(directory)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.build_data_docs()
    return directory / "gx" / "uncommitted" / "data_docs" / "local_site" / "index.html"
