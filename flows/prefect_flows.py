"""The flows as Prefect sees them: thin wrappers, a task for each stage of a batch.

A task run costs milliseconds and some twenty rows in the server's database, so a task is a
stage of a batch, never a URL. Nothing is cached as deduplication: idempotency is the
warehouse's. Overlap is guarded by the warehouse's run lock, not by Prefect's concurrency
limits, whose slots outlive a killed server (see DECISIONS.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from alerts.channels import Channel
from dossiers.loader import load
from flows import prefect_server
from flows.ingest import IngestFailed, run_ingest
from flows.maintenance import run_maintenance
from flows.prefect_events import NAME, PrefectChannel
from flows.records import (
    DEFAULT_HORIZON,
    EXIT_FAILED,
    FailedCheck,
    IngestRequest,
    RunReport,
)
from flows.retries import is_transient
from flows.settings import REPOSITORY, Settings
from flows.stages.tell import names_of
from flows.summary import checks_page, markdown_summary, table_rows

RETRY_SECONDS = (2.0, 10.0)
"""Pauses before a stage that failed for a passing reason is tried again."""


def _retry(_task: Any, _run: Any, state: Any) -> bool:
    """Retry what is transient by its type (a lock, a network), nothing else."""
    try:
        state.result()
    except Exception as error:  # the state's exception, whatever it was
        return is_transient(error)
    return False


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A stage's result as Prefect sees it: one thing, not to be looked into.

    Prefect walks through every collection a task takes or returns, page bodies and all, and
    uses up an iterator on the way.
    """

    value: Any


def as_task(name: str, function: Any, *arguments: Any, **keywords: Any) -> Any:
    """Run one stage as a Prefect task of that name."""

    def stage() -> _Sealed:
        return _Sealed(function(*arguments, **keywords))

    as_prefect_task = task(
        name=name,
        description=function.__doc__,
        retries=len(RETRY_SECONDS),
        retry_delay_seconds=list(RETRY_SECONDS),
        retry_condition_fn=_retry,
        cache_policy=NO_CACHE,
        persist_result=False,
        log_prints=False,
    )
    return as_prefect_task(stage)().value


@flow(name="ingest", log_prints=False, validate_parameters=True)
def ingest(
    warehouse: str | None = None,
    sources: str | None = None,
    files: str | None = None,
    only: list[str] | None = None,
    now: str | None = None,
    alert_horizon_days: float | None = DEFAULT_HORIZON.days,
    allow_private: list[str] | None = None,
    wait: bool = True,
) -> dict[str, Any]:
    """Run one ingestion and leave a table and a summary beside the flow run.

    Args:
        warehouse: the warehouse directory; None for the settings'. A relative one lies in the
            repository, wherever the worker was started.
        sources: a catalogue file; None for the dossier's catalogue.
        files: a folder of documents instead of a catalogue.
        only: source ids to keep.
        now: ISO moment the run is to believe in; None for the real one.
        alert_horizon_days: None sends however old an event is.
        allow_private: hosts that may be on private addresses.
        wait: True queues behind a run under way (daily), False yields to it (polls).
    """
    from flows.cli.options import Moment

    request = IngestRequest(
        warehouse=warehouse_directory(warehouse),
        sources=Path(sources) if sources else None,
        files=Path(files) if files else None,
        only=tuple(only or ()),
        now=Moment().convert(now, None, None) if now else None,
        alert_horizon=None if alert_horizon_days is None else timedelta(days=alert_horizon_days),
        allow_private=frozenset(allow_private or ()),
        wait=wait,
    )
    return ingest_request(request).as_dict()


def warehouse_directory(named: str | None) -> Path:
    """The warehouse of a flow run: as named, else as set; relative to the repository."""
    return REPOSITORY / (Path(named) if named else Settings().warehouse)


def ingest_request(request: IngestRequest) -> RunReport:
    """`run_ingest` with every stage as a task; to be called inside a flow run."""
    report = run_ingest(request, step=as_task, channels=event_channels())
    key = report.run_id.replace("_", "-").lower()
    create_table_artifact(key=f"ingest-{key}", table=table_rows(report), description="Ingestion")
    create_markdown_artifact(key=f"summary-{key}", markdown=markdown_summary(report))
    _quality_artifact("quality", report.failed_checks.values(), request.warehouse, report.run_id)
    if report.exit_code == EXIT_FAILED:
        raise IngestFailed(report)
    return report


def event_channels() -> dict[str, Channel]:
    """The channel that makes Prefect events of alerts; none on a server that keeps no events."""
    if prefect_server.is_own():
        return {}
    return {NAME: PrefectChannel(name=names_of(load()))}


def _quality_artifact(
    key: str, checks: Iterable[FailedCheck], warehouse: Path, run_id: str
) -> None:
    """The checks that failed; always under one key, so that Prefect shows its history."""
    page = checks_page(list(checks), directory=warehouse, title=f"Quality of {run_id}")
    create_markdown_artifact(key=key, markdown=page, description="Checks that failed, with links")


@flow(name="maintain", log_prints=False)
def maintain(warehouse: str | None = None) -> dict[str, Any]:
    """Nightly maintenance: checkpoint, judge the whole warehouse, prune, build Data Docs."""
    directory = warehouse_directory(warehouse)
    report: dict[str, Any] = run_maintenance(directory, step=as_task, channels=event_channels())
    _quality_artifact("quality-warehouse", report.pop("failed_checks"), directory, report["run"])
    create_markdown_artifact(
        key="maintenance",
        markdown="\n".join(f"- **{name}**: {value}" for name, value in report.items()),
    )
    return report
