"""``araxes feeds``: events where people already look."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from flows.cli.options import Moment, json_option, warehouse_option


@click.command()
@warehouse_option
@click.option("--track", multiple=True, help="Only this track, by id; may be repeated.")
@click.option("--mediator", multiple=True, help="Only this mediator (actor:…); may be repeated.")
@click.option("--type", "event_type", multiple=True, help="Only this type; may be repeated.")
@click.option("--status", multiple=True, help="Only this status; may be repeated.")
@click.option("--now", type=Moment(), help="The moment the calendar's past is counted from.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to; needed with filters, else feeds/ of the warehouse directory.",
)
@json_option
def feeds(
    warehouse: Path,
    track: tuple[str, ...],
    mediator: tuple[str, ...],
    event_type: tuple[str, ...],
    status: tuple[str, ...],
    now: datetime | None,
    output: Path | None,
    as_json: bool,
) -> int:
    """Write the published events as events.atom, events.json and events.ics.

    Every ingestion does so for feeds/ of the warehouse directory when it publishes. With
    filters this makes feeds of your own, in a folder of their own.
    """
    from alerts.subscriptions import Subscription
    from dossiers.loader import load
    from flows.cli.output import print_json, print_table
    from flows.records import Clock
    from flows.settings import Settings
    from flows.stages.feeds import STATE_NAME, write_feeds

    is_filtered = any((track, mediator, event_type, status))
    if is_filtered and output is None:
        raise click.UsageError("with filters, name a folder of their own: --output DIR")
    folder = output or warehouse / "feeds"
    (folder / STATE_NAME).unlink(missing_ok=True)  # asked for by hand: written whatever was
    written = write_feeds(
        warehouse,
        dossier=load(),
        now=Clock(now)(),
        base=None if output else Settings().feeds_url,
        wanted=Subscription(
            "feeds", "feeds", tracks=track, mediators=mediator, types=event_type, statuses=status
        )
        if is_filtered
        else None,
        output=output,
    )
    rows = [
        {"file": str(item.path), "events": item.events, "changed": item.is_changed}
        for item in written
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    return 0
