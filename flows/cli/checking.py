"""``araxes check``: the quality of what is published, judged now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.cli.options import json_option, warehouse_option

if TYPE_CHECKING:
    from warehouse.records import QualityRun


@click.command()
@warehouse_option
@click.option(
    "--seeds",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the seed documents; else ARAXES_SEEDS.",
)
@click.option("--all", "is_all", is_flag=True, help="Name every check, not only those that fail.")
@click.option("--strict", is_flag=True, help="Warnings count too: exit with 3 for them as well.")
@click.option("--without-docs", is_flag=True, help="Do not build the Data Docs pages.")
@json_option
def check(
    warehouse: Path,
    seeds: Path | None,
    is_all: bool,
    strict: bool,
    without_docs: bool,
    as_json: bool,
) -> int:
    """Judge the whole warehouse and the seed corpus now, record it, and build the Data Docs.

    Says suite by suite how many checks hold, and of each that fails what it found. The Data
    Docs keep the newest ARAXES_KEEP_QUALITY_RUNS results. Seed checks that could not run
    because the documents are absent say so.

    Exit codes, for CI: 0 no critical check failed; 3 one did, or with --strict a warning.
    """
    from flows.cli.output import print_json
    from flows.maintenance import build_docs, judge_all
    from flows.records import EXIT_COMPLETE, EXIT_PARTIAL, Clock, new_run_id
    from flows.settings import Settings

    clock, settings = Clock(), Settings()
    if seeds:
        settings = settings.model_copy(update={"seeds": seeds})
    run_id = new_run_id(clock()).replace("run_", "run_check_")
    runs = judge_all(warehouse, settings=settings, run_id=run_id, clock=clock)
    page = None if without_docs else build_docs(warehouse, settings)
    rows = quality_rows(runs)
    if as_json:
        print_json(rows)
    else:
        click.echo("\n".join(summary(runs, is_all=is_all)))
        if page:
            click.echo(f"Data Docs: {page}")
    failed = {row["severity"] for row in rows if row["success"] is False}
    is_bad = "critical" in failed or (strict and bool(failed))
    return EXIT_PARTIAL if is_bad else EXIT_COMPLETE


def quality_rows(runs: list[QualityRun]) -> list[dict[str, Any]]:
    """Results of judgements as rows; a judgement that did not run is a row that says so."""
    rows: list[dict[str, Any]] = []
    for run in runs:
        if not run.ran:
            absent = {"severity": "none", "success": None, "unexpected": None, "observed": None}
            rows.append({"suite": run.scope, "check": "(did not run)", **absent, "why": run.note})
        rows += [
            {
                "suite": row.suite,
                "check": row.expectation,
                "severity": row.severity,
                "success": row.success,
                "unexpected": row.unexpected_count,
                "observed": row.observed,
                "why": row.detail,
            }
            for row in run.results
        ]
    return rows


def summary(runs: list[QualityRun], *, is_all: bool) -> list[str]:
    """The judgements as people read them: suites, then what fails, worst first."""
    rows = quality_rows(runs)
    lines = [f"{'suite':<16}{'checks':>7}{'hold':>7}{'critical':>10}{'warnings':>10}"]
    for suite in dict.fromkeys(row["suite"] for row in rows if row["success"] is not None):
        own = [row for row in rows if row["suite"] == suite]
        failed = [row["severity"] for row in own if not row["success"]]
        lines.append(
            f"{suite:<16}{len(own):>7}{len(own) - len(failed):>7}"
            f"{failed.count('critical'):>10}{failed.count('warning'):>10}"
        )
    shown = [row for row in rows if row["success"] is False or (is_all and row["success"])]
    for row in sorted(shown, key=lambda row: (row["success"], row["severity"], row["suite"])):
        word = "holds" if row["success"] else f"{row['severity']}, {row['unexpected']} offend"
        lines.append(f"\n{row['suite']}.{row['check']}: {word}")
        lines += [f"  {row[key]}" for key in ("why", "observed") if row[key]]
    lines += [f"\n{run.scope}: {run.note}" for run in runs if run.note]
    return lines
