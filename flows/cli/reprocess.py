"""``araxes reprocess``: stored captures once more through today's transforms."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.cli.options import Horizon, Moment, json_option, warehouse_option

if TYPE_CHECKING:
    from flows.reprocessing import Reprocessed

SHOWN = 20
"""Changes named in the terminal; --json names more."""


@click.command()
@warehouse_option
@click.option("--since", type=Moment(), help="Only what was fetched from this date on.")
@click.option("--until", type=Moment(), help="Only what was fetched before this date.")
@click.option("--url", help="Only this address, or those that begin so: https://example.org/a*")
@click.option("--source", help="Only this source, by id.")
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option(
    "--alerts", "is_loud", is_flag=True, help="Tell of what changes, as an ingestion would."
)
@click.option(
    "--alert-horizon",
    type=Horizon(),
    default="7d",
    show_default=True,
    help="With --alerts: events first reported longer ago are stored but not sent.",
)
@click.option("--now", type=Moment(), help="The moment it is to believe in.")
@json_option
def reprocess(
    warehouse: Path,
    since: datetime | None,
    until: datetime | None,
    url: str | None,
    source: str | None,
    dry_run: bool,
    is_loud: bool,
    alert_horizon: timedelta | None,
    now: datetime | None,
    as_json: bool,
) -> int:
    """Run stored captures again through today's transforms, and report what changed.

    Of each article the capture of its current version is run again, and of each address that
    never became an article the last one that was refused. Nobody is told: alerts are stored as
    suppressed, and counted. Running it twice changes nothing the second time. A dry run works
    on a copy, so it needs room for one. It waits for an ingestion under way.

    Exit codes: 0 done; 3 a critical check blocked something.
    """
    from flows.records import IngestRequest
    from flows.reprocessing import reprocess as run_again

    done = run_again(
        warehouse,
        lambda writer: writer.quarantine.captures(url=url, source=source, since=since, until=until),
        is_dry=dry_run,
        is_silent=not is_loud,
        request=IngestRequest(warehouse, alert_horizon=alert_horizon),
        now=now,
    )
    if as_json:
        from flows.cli.output import print_json

        print_json([as_dict(done)])
    else:
        click.echo("\n".join(lines(done, is_dry=dry_run)))
    return done.report.exit_code


def as_dict(done: Reprocessed) -> dict[str, Any]:
    """JSON-ready: the run's report, counts by sort and kind, and some changes by name."""
    return {
        **done.report.as_dict(),
        "captures": done.captures,
        "lost": done.lost,
        "changes": [
            {"what": what, "kind": kind, "new": new, "changed": changed, "gone": gone}
            for (what, kind), (new, changed, gone) in done.difference.counts.items()
        ],
        "examples": [asdict(change) for change in done.difference.examples],
    }


def lines(done: Reprocessed, *, is_dry: bool) -> list[str]:
    """The report as people read it."""
    from flows.summary import plain_lines

    told = list(plain_lines(done.report))
    told[0] = f"{'dry run, nothing was changed' if is_dry else told[0]}"
    told.append(
        f"  {done.captures} captures were to be run again, {done.lost} of them are kept no more"
    )
    if done.difference.is_empty:
        return [*told, "nothing changed"]
    told.append("what\tkind\tnew\tchanged\tgone")
    told += [
        f"{what}\t{kind}\t" + "\t".join(map(str, numbers))
        for (what, kind), numbers in done.difference.counts.items()
    ]
    told += [
        f"  {change.change} {change.what} {change.kind}: {change.name or ''} ({change.id})"
        for change in done.difference.examples[:SHOWN]
    ]
    return told
