"""``araxes ingest``: one run, through Prefect."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import click

from flows.cli.options import Horizon, Moment, json_option, warehouse_option
from flows.records import IngestRequest, RunReport


@click.command()
@warehouse_option
@click.option(
    "--sources",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A catalogue file (TOML, [[source]]) instead of the dossier's.",
)
@click.option(
    "--files",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of documents (.txt, .html, .jsonl, .warc.gz) instead of a catalogue.",
)
@click.option("--only", multiple=True, metavar="ID", help="Only this source; may be repeated.")
@click.option("--now", type=Moment(), help="The moment the run is to believe in.")
@click.option(
    "--alert-horizon",
    type=Horizon(),
    default="7d",
    show_default=True,
    help="Events first reported longer ago are stored but not sent; none sends all.",
)
@click.option(
    "--allow-private",
    multiple=True,
    metavar="HOST",
    help="A host that may be on a private or loopback address; may be repeated.",
)
@click.option("--no-wait", is_flag=True, help="Yield to a run under way instead of queueing.")
@click.option(
    "--without-prefect", is_flag=True, help="Run the same stages without a Prefect server."
)
@json_option
def ingest(
    warehouse: Path,
    sources: Path | None,
    files: Path | None,
    only: tuple[str, ...],
    now: datetime | None,
    alert_horizon: timedelta | None,
    allow_private: tuple[str, ...],
    no_wait: bool,
    without_prefect: bool,
    as_json: bool,
) -> int:
    """Run one ingestion: discover, capture, transform, judge, decide, commit, tell, publish.

    Exit codes: 0 complete (failures of single sources are recorded, not fatal); 1 failed;
    2 usage or configuration; 3 partial (rows quarantined by a critical check, or no source
    reachable at all).
    """
    if sources and files:
        raise click.UsageError("--sources and --files exclude each other: give one of them")
    request = IngestRequest(
        warehouse=warehouse,
        sources=sources,
        files=files,
        only=only,
        now=now,
        alert_horizon=alert_horizon,
        allow_private=frozenset(allow_private),
        wait=not no_wait,
    )
    report = run_plainly(request) if without_prefect else run_through_prefect(request)
    show(report, as_json=as_json)
    return report.exit_code


def run_plainly(request: IngestRequest) -> RunReport:
    """The run as plain functions."""
    from flows.ingest import run_ingest

    return run_ingest(request)


def run_through_prefect(request: IngestRequest) -> RunReport:
    """The run as a Prefect flow run, on the configured server or one of its own."""
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    from flows.prefect_server import ensure_server

    ensure_server()
    from prefect import flow

    from flows.prefect_flows import ingest_request

    run: RunReport = flow(name="ingest", validate_parameters=False)(ingest_request)(request)
    return run


def show(report: RunReport, *, as_json: bool) -> None:
    """Print a report: one JSON array, or plain lines."""
    from flows.summary import plain_lines

    if as_json:
        json.dump([report.as_dict()], sys.stdout, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    for line in plain_lines(report):
        click.echo(line)
