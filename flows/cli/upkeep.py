"""``araxes status``, ``doctor``, ``maintain``, ``backup`` and ``restore``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from flows.cli.options import Horizon, Moment, json_option, warehouse_option
from flows.records import EXIT_COMPLETE, EXIT_FAILED


@click.command()
@warehouse_option
@click.option(
    "--run-every",
    type=Horizon(),
    default="26h",
    show_default=True,
    help="How old the last good run may be: a warning beyond it, critical beyond twice that.",
)
@click.option("--now", type=Moment(), help="The moment it is to believe in.")
@json_option
def status(
    warehouse: Path, run_every: timedelta | None, now: datetime | None, as_json: bool
) -> int:
    """Say in ten lines how things stand: the last run, what came in, what fails, what waits.

    Made for a monitor too, as Nagios plugins are: the first line says the worst, and the exit
    code is 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (nothing can be read).
    """
    from flows.cli.output import print_json
    from flows.standing import CODES, RUN_EVERY, plain_lines, standing

    lines = standing(warehouse, now=now or datetime.now(UTC), run_every=run_every or RUN_EVERY)
    if as_json:
        print_json([line.as_dict() for line in lines])
    else:
        click.echo("\n".join(plain_lines(lines)))
    return CODES[lines[0].state]


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
    del report["failed_checks"]  # `failed` names them; `araxes check` says more
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
