"""The flows as Prefect sees them: thin wrappers, a task for each stage of a batch.

A task run costs milliseconds and some twenty rows in the server's database, so a task is a
stage of a batch, never a URL. Nothing is cached as deduplication: idempotency is the
warehouse's. Overlap is guarded by the warehouse's run lock, not by Prefect's concurrency
limits, whose slots outlive a killed server (see DECISIONS.md).
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.ingest import IngestFailed, run_ingest
from flows.maintenance import run_maintenance
from flows.records import DEFAULT_HORIZON, EXIT_FAILED, IngestRequest, RunReport
from flows.retries import is_transient
from flows.summary import markdown_summary, table_rows


def _retry(_task: Any, _run: Any, state: Any) -> bool:
    """Retry what is transient by its type (a lock, a network), nothing else."""
    try:
        state.result()
    except Exception as error:  # the state's exception, whatever it was
        return is_transient(error)
    return False


def as_task(name: str, function: Any, *arguments: Any, **keywords: Any) -> Any:
    """Run one stage as a Prefect task of that name."""
    stage = task(
        function,
        name=name,
        retries=2,
        retry_delay_seconds=[2, 10],
        retry_condition_fn=_retry,
        cache_policy=None,
        persist_result=False,
        log_prints=False,
    )
    return stage(*arguments, **keywords)


@flow(name="ingest", log_prints=False, validate_parameters=True)
def ingest(
    warehouse: str = "data",
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
        warehouse: the warehouse directory.
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
        warehouse=Path(warehouse),
        sources=Path(sources) if sources else None,
        files=Path(files) if files else None,
        only=tuple(only or ()),
        now=Moment().convert(now, None, None) if now else None,
        alert_horizon=None if alert_horizon_days is None else timedelta(days=alert_horizon_days),
        allow_private=frozenset(allow_private or ()),
        wait=wait,
    )
    return ingest_request(request).as_dict()


def ingest_request(request: IngestRequest) -> RunReport:
    """`run_ingest` with every stage as a task; to be called inside a flow run."""
    report = run_ingest(request, step=as_task)
    key = report.run_id.replace("_", "-").lower()
    create_table_artifact(key=f"ingest-{key}", table=table_rows(report), description="Ingestion")
    create_markdown_artifact(key=f"summary-{key}", markdown=markdown_summary(report))
    if report.exit_code == EXIT_FAILED:
        raise IngestFailed(report)
    return report


@flow(name="maintain", log_prints=False)
def maintain(warehouse: str = "data") -> dict[str, Any]:
    """Nightly maintenance: checkpoint, judge the whole warehouse, prune, build Data Docs."""
    report: dict[str, Any] = run_maintenance(Path(warehouse), step=as_task)
    create_markdown_artifact(
        key="maintenance",
        markdown="\n".join(f"- **{name}**: {value}" for name, value in report.items()),
    )
    return report
