"""Run a suite over frames with Great Expectations and keep every result.

Great Expectations 1.24 has no DuckDB data source and its SQLAlchemy path fails under
duckdb-engine (upstream issue 10738), so it is given pandas frames. A check that crashed
reports ``success=False`` like one that failed; here it raises instead.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.suites import Check, Suite
from warehouse.records import QualityRow

if TYPE_CHECKING:
    import pandas as pd

MAX_IDS = 1000
"""Most offending ids kept for one result."""


class JudgeError(Exception):
    """A check could not be run: names the check and what it stumbled on."""


def judge(
    suite: Suite, frames: Mapping[str, pd.DataFrame], *, directory: Path | None = None
) -> tuple[QualityRow, ...]:
    """Judge frames by a suite.

    Args:
        suite: the checks.
        frames: a frame for every frame name of the suite, each with an ``id`` column that
            names the row; an empty frame satisfies its checks.
        directory: where results and Data Docs are kept (``quality/``); None keeps nothing.

    Returns:
        One row for each check, in the order of the suite.

    Raises:
        JudgeError: a frame or column is missing, or a check crashed.
    """
    missing = [name for name in suite.frames if name not in frames]
    if missing:
        raise JudgeError(f"suite {suite.name}: no frame named {', '.join(missing)} was given")
    context = open_context(directory)
    rows: dict[str, QualityRow] = {}
    for name in suite.frames:
        if frames[name].empty:
            rows.update(
                (check.name, _nothing_to_judge(suite, check)) for check in suite.of_frame(name)
            )
            continue
        for check, result in _validate(context, suite, name, frames[name]):
            rows[check.name] = _row(suite, check, result)
    return tuple(rows[check.name] for check in suite.checks)


def preload() -> threading.Thread:
    """Import Great Expectations in the background while others wait for the network."""
    thread = threading.Thread(target=open_context, args=(None,), name="preload", daemon=True)
    thread.start()
    return thread


def open_context(directory: Path | None) -> Any:
    """A Great Expectations context: on disk in ``directory``, or in memory."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with warnings.catch_warnings():
        # The import itself warns of a module deprecated in Python 3.11; not ours to mend.
        warnings.simplefilter("ignore")
        import great_expectations as gx

        context: Any
        if directory is None:
            context = gx.get_context(mode="ephemeral")
        else:
            directory.mkdir(parents=True, exist_ok=True)
            context = gx.get_context(mode="file", project_root_dir=str(directory))
    context.variables.progress_bars = {"globally": False}
    return context


def _validate(
    context: Any, suite: Suite, frame_name: str, frame: pd.DataFrame
) -> list[tuple[Check, Any]]:
    import great_expectations as gx
    from great_expectations.expectations.expectation_configuration import (
        ExpectationConfiguration,
    )
    from great_expectations.expectations.metadata_types import FailureSeverity

    checks = suite.of_frame(frame_name)
    name = f"{suite.name}.{frame_name}"
    expectations = gx.ExpectationSuite(name=name)
    for check in checks:
        expectations.add_expectation_configuration(
            ExpectationConfiguration(
                type=check.expectation,
                kwargs=dict(check.kwargs),
                meta={"check": check.name, "why": check.why},
                severity=FailureSeverity(check.severity),
            )
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas deprecations inside Great Expectations
        source = context.data_sources.add_or_update_pandas(suite.name)
        definition = source.add_dataframe_asset(frame_name).add_batch_definition_whole_dataframe(
            "whole"
        )
        validation = gx.ValidationDefinition(
            name=name, data=definition, suite=context.suites.add_or_update(expectations)
        )
        checkpoint = gx.Checkpoint(
            name=name,
            validation_definitions=[context.validation_definitions.add_or_update(validation)],
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["id"]},
        )
        outcome = context.checkpoints.add_or_update(checkpoint).run(
            batch_parameters={"dataframe": frame}
        )
    (result,) = outcome.run_results.values()
    by_name = {item.expectation_config.meta["check"]: item for item in result.results}
    return [(check, by_name[check.name]) for check in checks]


def _row(suite: Suite, check: Check, result: Any) -> QualityRow:
    crash = _crash(result.exception_info or {})
    if crash:
        raise JudgeError(f"suite {suite.name}, check {check.name} crashed: {crash}")
    found = result.result or {}
    ids = [str(item.get("id")) for item in found.get("unexpected_index_list") or []]
    observed = found.get("observed_value", found.get("unexpected_percent"))
    return QualityRow(
        suite=suite.name,
        expectation=check.name,
        subject=check.frame,
        severity=check.severity,
        success=bool(result.success),
        observed=None if observed is None else str(observed),
        unexpected_count=int(found.get("unexpected_count") or 0) or int(not result.success),
        unexpected_ids=tuple(dict.fromkeys(ids))[:MAX_IDS],
        detail=None if result.success else check.why,
    )


def _nothing_to_judge(suite: Suite, check: Check) -> QualityRow:
    return QualityRow(
        suite.name, check.name, check.frame, check.severity, True, "no rows", 0, (), None
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
