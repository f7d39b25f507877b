"""Nightly maintenance: checkpoint, judge the whole warehouse, prune, build Data Docs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from alerts.channels import Channel
from dossiers.loader import load
from expectations.judge import build_data_docs
from flows.records import Clock, RunReport, new_run_id
from flows.runs import Step, plain_step
from flows.settings import Settings
from flows.stages.judge import judge_seeds, judge_warehouse
from flows.stages.tell import tell
from warehouse.maintain import maintain
from warehouse.publish import publish
from warehouse.records import Batch, QualityRun
from warehouse.store import open_writer


def run_maintenance(
    directory: Path,
    *,
    step: Step = plain_step,
    settings: Settings | None = None,
    now: datetime | None = None,
    channels: Mapping[str, Channel] | None = None,
) -> dict[str, Any]:
    """Keep a warehouse in order; safe to run at any time, beside readers.

    ``channels`` get every alert besides the subscriptions' channels.

    Returns:
        What was done, by name: quality failures, pruned files, the Data Docs page.
    """
    settings = settings or Settings()
    clock = Clock(now)
    run_id = new_run_id(clock()).replace("run_", "run_maintain_")
    kept = step("maintain", maintain, directory, now=clock(), keep_days=settings.keep_captures_days)
    step("publish", publish, directory, run_id, clock())
    runs = step("judge", judge_all, directory, settings=settings, run_id=run_id, clock=clock)
    step(
        "tell",
        tell,
        directory,
        clock=clock,
        dossier=load(),
        alert_urls=tuple(settings.alert_urls),
        extra=channels,
    )
    docs = step("docs", build_docs, directory, settings)
    report = RunReport(run_id, clock())
    for row in (row for run in runs for row in run.results if not row.success):
        report.note_check(row)
    return {
        "run": run_id,
        "kept": kept,
        "checks": sum(len(run.results) for run in runs),
        "failed": [f"{n} ({check.severity})" for n, check in report.failed_checks.items()],
        "failed_checks": list(report.failed_checks.values()),
        "notes": [run.note for run in runs if run.note],
        "data_docs": str(docs),
    }


def build_docs(directory: Path, settings: Settings) -> Path:
    """Render the Data Docs, with a bounded history; their index page."""
    return build_data_docs(directory / "quality", keep=settings.keep_quality_runs)


def judge_all(
    directory: Path, *, settings: Settings, run_id: str, clock: Callable[[], datetime]
) -> list[QualityRun]:
    """Judge warehouse and seed corpus, and record the results."""
    runs = [
        judge_warehouse(directory, run_id=run_id, now=clock()),
        judge_seeds(seeds=settings.seed_directory(), run_id=run_id, now=clock()),
    ]
    with open_writer(directory, timeout_seconds=None, now=clock()) as writer:
        writer.commit(Batch(run_id=run_id, now=clock(), quality=tuple(runs)))
    return runs
