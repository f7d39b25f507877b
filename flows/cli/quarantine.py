"""``araxes quarantine``: what was refused, and what is decided about it."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from flows.cli.options import Moment, json_option, warehouse_option

LIST = """
SELECT quarantine_id, state, stage, reason, source_id, held_alert_count, quarantined_at, url, detail
FROM quarantine_state
WHERE ($all OR state = 'waiting') AND ($stage IS NULL OR stage = $stage)
    AND ($reason IS NULL OR reason = $reason) AND ($source IS NULL OR source_id = $source)
ORDER BY stage = 'judge' DESC, quarantined_at DESC, quarantine_id LIMIT $limit
"""
CHECKS = """
SELECT r.suite, r.expectation, r.severity, r.detail, r.observed FROM quality_result r
JOIN quality_run q USING (quality_run_id)
WHERE NOT r.is_success AND r.severity = 'critical'
    AND (q.run_id = $run OR 'batch:' || q.quality_run_id = $url)
    AND (list_contains(r.unexpected_ids, $url) OR list_contains(r.unexpected_ids, $capture)
        OR contains($detail, r.expectation))
ORDER BY ALL
"""
DECISIONS = """
SELECT decision, outcome, reason, decided_by, decided_at, run_id FROM quarantine_decision
WHERE quarantine_id = $id ORDER BY decided_at
"""
ALERTS = """
SELECT alert_id, cause, state, payload ->> 'headline' AS headline, created_at FROM alert
WHERE 'batch:' || held_by = $url ORDER BY created_at, alert_id
"""


@click.group()
def quarantine() -> None:
    """List what was refused, run it again, or let it through; nothing is ever deleted by it.

    A row of stage judge failed a critical check and waits for a decision; so does a batch whose
    alerts are held. Other rows (walls, lists, pages that could not be read) are looked at again
    by themselves where that makes sense.
    """


@quarantine.command("list")
@warehouse_option
@click.option("--stage", help="Only what this stage refused: capture, extract or judge.")
@click.option("--reason", help="Only this reason.")
@click.option("--source", help="Only this source, by id.")
@click.option("--all", "is_all", is_flag=True, help="Also what was released or taken in since.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True)
@json_option
def list_rows(
    warehouse: Path,
    stage: str | None,
    reason: str | None,
    source: str | None,
    is_all: bool,
    limit: int,
    as_json: bool,
) -> int:
    """List what waits, what failed a check first, then the newest."""
    from flows.cli.output import emit
    from warehouse.read import query

    asked = {"all": is_all, "stage": stage, "reason": reason, "source": source, "limit": limit}
    columns, rows = query(warehouse, LIST, asked)
    emit(columns, rows, as_json=as_json, file_format=None, output=None)
    return 0


@quarantine.command()
@click.argument("row_id", metavar="ID")
@warehouse_option
@json_option
def show(row_id: str, warehouse: Path, as_json: bool) -> int:
    """Show one row: why it was refused, the checks it failed, what was decided so far.

    Exit code 1 where there is no such row.
    """
    from flows.cli.output import print_json
    from warehouse.read import open_reader

    with open_reader(warehouse) as reader:
        sql = "SELECT * FROM quarantine_state WHERE quarantine_id = ?"
        found = reader.query(sql, [row_id]).records()
        if not found:
            click.echo(f"{row_id}: no such row; `araxes quarantine list` shows them", err=True)
            return 1
        row = found[0]
        asked = {
            "run": row["run_id"], "url": row["url"], "capture": row["capture_id"] or "",
            "detail": row["detail"],
        }  # fmt: skip
        row["checks"] = reader.query(CHECKS, asked).records()
        row["decisions"] = reader.query(DECISIONS, {"id": row_id}).records()
        row["alerts"] = reader.query(ALERTS, {"url": row["url"]}).records()
    if as_json:
        print_json([row])
        return 0
    for line in _lines(row):
        click.echo(line)
    return 0


def _lines(row: dict[str, Any]) -> list[str]:
    lists = ("checks", "decisions", "alerts")
    plain = [f"{name}: {value}" for name, value in row.items() if name not in lists and value]
    for name in lists:
        for item in row[name]:
            said = ", ".join(f"{key} {value}" for key, value in item.items() if value is not None)
            plain.append(f"{name.rstrip('s')}: {said}")
    return plain


@quarantine.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@warehouse_option
@click.option("--now", type=Moment(), help="The moment it is to believe in.")
@json_option
def retry(ids: tuple[str, ...], warehouse: Path, now: datetime | None, as_json: bool) -> int:
    """Run rows again through today's transforms and checks, after a fix.

    Exit codes: 0 all were taken in; 3 some were refused again, or their bytes are gone.
    """
    from flows.quarantining import carry_out

    found, _ = carry_out(warehouse, ids, "retry", decided_by=_user(), now=now)
    return _told([asdict(each) for each in found], as_json=as_json)


@quarantine.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@warehouse_option
@click.option("--reason", required=True, help="Why it is good all the same; kept with it.")
@click.option("--by", "decided_by", help="Who decides; by default the user of this machine.")
@click.option("--now", type=Moment(), help="The moment it is to believe in.")
@json_option
def release(
    ids: tuple[str, ...],
    warehouse: Path,
    reason: str,
    decided_by: str | None,
    now: datetime | None,
    as_json: bool,
) -> int:
    """Let rows through as if they had passed; of a failing batch, let its alerts go out.

    The decision is kept: the same page is let through whenever it is run again.

    Exit codes: 0 all went through; 3 some did not (their bytes are gone, or today's transforms
    make no article of them).
    """
    from flows.quarantining import carry_out

    who = decided_by or _user()
    found, _ = carry_out(warehouse, ids, "release", reason=reason, decided_by=who, now=now)
    return _told([asdict(each) for each in found], as_json=as_json)


def _user() -> str | None:
    """The user of this machine, where it has a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return None


def _told(rows: list[dict[str, Any]], *, as_json: bool) -> int:
    from flows.cli.output import print_json, print_table
    from flows.records import EXIT_COMPLETE, EXIT_PARTIAL

    if as_json:
        print_json(rows)
    else:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    is_left = any(row["outcome"] in ("quarantined", "lost") for row in rows)
    return EXIT_PARTIAL if is_left else EXIT_COMPLETE
