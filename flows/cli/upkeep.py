"""``araxes check``, ``status``, ``doctor``, ``maintain``, ``backup`` and ``restore``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.cli.options import json_option, warehouse_option
from flows.records import EXIT_COMPLETE, EXIT_FAILED, EXIT_PARTIAL

if TYPE_CHECKING:
    from warehouse.records import QualityRun

STATUS = """
SELECT 'articles' AS what, count(*)::VARCHAR AS value FROM article
UNION ALL SELECT 'relevant articles', count(*)::VARCHAR FROM article WHERE is_relevant
UNION ALL SELECT 'stories', count(*)::VARCHAR FROM story
UNION ALL SELECT 'events', count(*)::VARCHAR FROM event
UNION ALL SELECT 'quarantined', count(*)::VARCHAR FROM quarantine
UNION ALL SELECT * FROM (
    SELECT 'alerts ' || state, count(*)::VARCHAR FROM alert GROUP BY state ORDER BY state)
UNION ALL SELECT * FROM (
    SELECT 'sources ' || state, count(*)::VARCHAR FROM source_health GROUP BY state ORDER BY state)
UNION ALL SELECT * FROM (
    SELECT 'last run', run_id || ': ' || status || ', began ' || started_at::VARCHAR
    FROM run ORDER BY started_at DESC LIMIT 1)
UNION ALL SELECT * FROM (
    SELECT 'last failed check', max(quality_run_id) || ' (' || count(*)::VARCHAR || ')'
    FROM quality_result WHERE NOT is_success AND severity = 'critical' HAVING count(*) > 0)
"""


@click.command()
@warehouse_option
@click.option(
    "--seeds",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the seed documents; else ARAXES_SEEDS.",
)
@json_option
def check(warehouse: Path, seeds: Path | None, as_json: bool) -> int:
    """Judge the whole warehouse and the seed corpus now, and record the results.

    Exit codes: 0 no critical check failed; 3 one did. Seed checks that could not run because
    the documents are absent say so.
    """
    from flows.maintenance import judge_all
    from flows.records import Clock, new_run_id
    from flows.settings import Settings

    clock = Clock()
    settings = Settings()
    if seeds:
        settings = settings.model_copy(update={"seeds": seeds})
    run_id = new_run_id(clock()).replace("run_", "run_check_")
    runs = judge_all(warehouse, settings=settings, run_id=run_id, clock=clock)
    rows = quality_rows(runs)
    _print(rows, as_json=as_json)
    if not as_json:
        for run in runs:
            if run.note:
                click.echo(f"{run.scope}: {run.note}")
    critical = any(row["severity"] == "critical" and not row["success"] for row in rows)
    return EXIT_PARTIAL if critical else EXIT_COMPLETE


def quality_rows(runs: list[QualityRun]) -> list[dict[str, Any]]:
    """Results of judgements as rows; a judgement that did not run is a row that says so."""
    rows: list[dict[str, Any]] = []
    for run in runs:
        if not run.ran:
            absent = {"severity": "none", "success": None, "unexpected": None}
            rows.append({"suite": run.scope, "check": "(did not run)", **absent, "why": run.note})
        rows += [
            {
                "suite": row.suite,
                "check": row.expectation,
                "severity": row.severity,
                "success": row.success,
                "unexpected": row.unexpected_count,
                "why": row.detail,
            }
            for row in run.results
        ]
    return rows


@click.command()
@warehouse_option
@json_option
def status(warehouse: Path, as_json: bool) -> int:
    """Say what is in the warehouse and how the last run went."""
    from warehouse import snapshots
    from warehouse.read import query

    _, rows = query(warehouse, STATUS)
    told: list[dict[str, Any]] = [{"what": what, "value": value} for what, value in rows]
    snapshot = snapshots.current(warehouse)
    manifest = snapshots.read_manifest(snapshot) if snapshot else None
    if manifest:
        told.append({"what": "published", "value": f"{manifest.run_id}, {manifest.published_at}"})
    _print(told, as_json=as_json)
    return EXIT_COMPLETE


@click.command()
@warehouse_option
@click.option("--fix", is_flag=True, help="Mend what can be mended without losing anything.")
@json_option
def doctor(warehouse: Path, fix: bool, as_json: bool) -> int:
    """Find what hinders the next run; with --fix, mend what can be mended.

    Exit codes: 0 no problem left; 1 a problem remains.
    """
    from flows.doctor import examine

    findings = examine(warehouse, now=datetime.now(UTC), fix=fix)
    _print([finding.as_dict() for finding in findings], as_json=as_json)
    return EXIT_FAILED if any(f.state == "problem" for f in findings) else EXIT_COMPLETE


@click.command()
@warehouse_option
@json_option
def maintain(warehouse: Path, as_json: bool) -> int:
    """Checkpoint, judge the whole warehouse, prune, and build Data Docs; what nights do."""
    from flows.maintenance import run_maintenance

    report = run_maintenance(warehouse)
    _print([{"what": name, "value": value} for name, value in report.items()], as_json=as_json)
    return EXIT_COMPLETE


@click.command()
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
@warehouse_option
@click.option("--without-captures", is_flag=True, help="Leave the WARC files out.")
@json_option
def backup(target: Path, warehouse: Path, without_captures: bool, as_json: bool) -> int:
    """Copy the warehouse into the new or empty folder TARGET, with digests."""
    from warehouse.backup import backup as copy

    made = copy(warehouse, target, now=datetime.now(UTC), with_captures=not without_captures)
    _print(_manifest_rows(made), as_json=as_json)
    return EXIT_COMPLETE


@click.command()
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@warehouse_option
@click.option("--force", is_flag=True, help="Replace a warehouse that is there; it is kept aside.")
@json_option
def restore(source: Path, warehouse: Path, force: bool, as_json: bool) -> int:
    """Bring the backup in SOURCE back, verifying every file, and publish it."""
    from warehouse.backup import restore as bring_back

    made = bring_back(source, warehouse, now=datetime.now(UTC), is_forced=force)
    _print(_manifest_rows(made), as_json=as_json)
    return EXIT_COMPLETE


def _manifest_rows(manifest: Any) -> list[dict[str, Any]]:
    return [
        {"what": "made at", "value": manifest.made_at},
        {"what": "files", "value": len(manifest.files)},
        {"what": "bytes", "value": manifest.size_bytes},
        *({"what": table, "value": count} for table, count in manifest.rows.items()),
    ]


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    from flows.cli.output import print_json, print_table

    if as_json:
        print_json(rows)
    elif rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
