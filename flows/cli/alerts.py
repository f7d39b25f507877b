"""``araxes alerts``: what was told to whom; what would be; a test; once more."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from flows.cli.options import (
    Moment,
    export_options,
    filter_options,
    json_option,
    warehouse_option,
)

Command = TypeVar("Command", bound=Callable[..., Any])

ALERTS = """
SELECT l.*, a.payload FROM alert_log AS l JOIN alert AS a USING (alert_id)
ORDER BY l.created_at DESC, l.alert_id
"""
CHANNELS = """
SELECT d.channel, count(*) FILTER (d.state = 'sent') AS sent,
    count(*) FILTER (d.state IN ('queued', 'sending', 'retry')) AS to_send,
    count(*) FILTER (d.state = 'held') AS held, count(*) FILTER (d.state = 'failed') AS dead,
    count(*) FILTER (d.state = 'skipped') AS skipped, any_value(c.failures) AS failures,
    any_value(c.rests_until) AS rests_until, any_value(c.last_sent_at) AS last_sent_at,
    any_value(c.last_error) AS last_error
FROM alert_delivery d LEFT JOIN alert_channel c USING (channel) GROUP BY d.channel ORDER BY 1
"""
DELIVERIES = """
SELECT a.created_at, d.alert_id, d.channel, d.state, d.attempts, d.next_attempt_at, d.detail,
    d.digest_id, a.payload ->> 'headline' AS headline
FROM alert_delivery d JOIN alert a USING (alert_id) WHERE d.state = $state
ORDER BY a.created_at DESC, d.alert_id, d.channel
"""


def _preview_options(command: Command) -> Command:
    for option in (
        click.option(
            "--days", type=click.FloatRange(0, min_open=True), default=7.0, show_default=True,
            help="How many days back.",
        ),
        click.option("--until", type=Moment(), help="The last moment looked at; now by default."),
    ):  # fmt: skip
        command = option(command)
    return command


def _file_option(command: Command) -> Command:
    return click.option(
        "--subscriptions",
        "file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="This file instead of the subscriptions in force.",
    )(command)


@click.group(invoke_without_command=True)
@warehouse_option
@filter_options
@click.option("--dry-run", is_flag=True, help="The same as `preview` with its defaults.")
@json_option
@export_options
@click.pass_context
def alerts(
    context: click.Context, /, warehouse: Path, dry_run: bool, as_json: bool, **listing: Any
) -> int:
    """List alerts, newest first, and how far each has come on every channel.

    Who gets what is said in subscriptions.toml (docs/alerts.md).
    """
    context.obj = warehouse
    if context.invoked_subcommand:
        return 0
    if dry_run:
        return int(context.invoke(preview, as_json=as_json))
    return _list(warehouse, as_json=as_json, **listing)


@alerts.command("list")
@click.option(
    "--state",
    type=click.Choice(["held", "queued", "sending", "sent", "retry", "failed", "skipped"]),
    help="One line for each delivery in this state, with why. failed: the dead letters.",
)
@click.option("--channels", is_flag=True, help="How each channel fares, instead.")
@filter_options
@json_option
@export_options
@click.pass_obj
def list_(warehouse: Path, /, state: str | None, channels: bool, **listing: Any) -> int:
    """List alerts, or deliveries in one state, or channels."""
    if not state and not channels:
        return _list(warehouse, **listing)
    from flows.cli.output import emit
    from warehouse.read import query

    result = query(warehouse, CHANNELS) if channels else query(
        warehouse, DELIVERIES, {"state": state}
    )  # fmt: skip
    form = {key: listing[key] for key in ("as_json", "file_format", "output")}
    emit(result.columns, result.rows, **form)
    return 0


@alerts.command()
@_preview_options
@_file_option
@click.option("--name", "names", multiple=True, help="Only this subscription; may be repeated.")
@click.option("--suppressed", is_flag=True, help="Also alerts older than the alert horizon.")
@json_option
@click.pass_obj
def preview(
    warehouse: Path,
    days: float,
    until: datetime | None,
    file: Path | None,
    names: tuple[str, ...],
    suppressed: bool,
    as_json: bool,
) -> int:
    """Say what each subscription would have received in the last days; sends nothing.

    Filters, confirmation, quiet hours and digests are applied to the alerts of that time as
    they came, from the published snapshot. Edit the file and ask again.
    """
    from alerts.preview import as_json as shape
    from dossiers.loader import load
    from flows.alerting import in_force, preview_alerts
    from flows.cli.output import print_json
    from flows.settings import Settings

    dossier = load()
    urls = Settings().alert_urls if file is None else ()
    found = preview_alerts(
        warehouse,
        in_force(warehouse, file, dossier, urls, names),
        dossier=dossier,
        until=until or datetime.now(UTC),
        days=days,
        with_suppressed=suppressed,
    )
    if as_json:
        print_json([shape(one) for one in found])
        return 0
    for one in found:
        click.echo("\n".join(_lines(one)))
    return 0


@alerts.command()
@click.argument("names", nargs=-1)
@_file_option
@click.pass_obj
def test(warehouse: Path, names: tuple[str, ...], file: Path | None) -> int:
    """Send a test message to the channels NAMES (all, without any), filters and hours aside.

    Exits with 1 when one does not take it, and says why.
    """
    from dossiers.loader import load
    from flows.alerting import in_force, try_channels
    from flows.settings import Settings

    dossier = load()
    urls = Settings().alert_urls if file is None else ()
    wanted = in_force(warehouse, file, dossier, urls, names)
    trials = try_channels(wanted, dossier=dossier, now=datetime.now(UTC))
    for trial in trials:
        click.echo(trial.trouble or f"{trial.name}: took it")
    return int(any(trial.trouble for trial in trials))


@alerts.command()
@click.argument("alert_ids", metavar="[ALERT]...", nargs=-1)
@click.option("--failed", is_flag=True, help="All dead letters.")
@click.option("--channel", help="Only on this channel, by name; also if it never was to get them.")
@click.pass_obj
def resend(warehouse: Path, alert_ids: tuple[str, ...], failed: bool, channel: str | None) -> int:
    """Send alerts again, by id (alr_…), or all dead letters, now.

    The id stays the same, so that a receiver that has the message can tell.
    """
    from dossiers.loader import load
    from flows.alerting import resend as again
    from flows.records import Clock
    from flows.settings import Settings

    if not alert_ids and not failed:
        raise click.UsageError("name alerts (araxes alerts list), or give --failed")
    count, failures = again(
        warehouse,
        alert_ids,
        channel=channel,
        dead=failed,
        dossier=load(),
        urls=Settings().alert_urls,
        clock=Clock(),
    )
    click.echo(f"{count} deliveries queued again, {len(failures)} failures")
    for key, name, why in failures:
        click.echo(f"{key} on {name}: {why}")
    return int(bool(failures))


def _list(
    warehouse: Path,
    *,
    since: datetime | None,
    until: datetime | None,
    track: str | None,
    mediator: str | None,
    event_type: str | None,
    status: str | None,
    as_json: bool,
    file_format: str | None,
    output: Path | None,
) -> int:
    from alerts.subscriptions import Subscription
    from flows.cli.output import emit
    from warehouse.read import query

    wanted = Subscription(
        "listing",
        "console",
        tracks=(track,) if track else (),
        mediators=(mediator,) if mediator else (),
        types=(event_type,) if event_type else (),
        statuses=(status,) if status else (),
    )
    columns, rows = query(warehouse, ALERTS)
    payload, made = columns.index("payload"), columns.index("created_at")
    kept = []
    for row in rows:
        told = json.loads(row[payload])
        is_outside = (since and row[made] < since) or (until and row[made] > until)
        if wanted.wants(told) and not is_outside:
            kept.append([told if index == payload else value for index, value in enumerate(row)])
    if not as_json and not file_format:
        columns = tuple(name for name in columns if name != "payload")
        kept = [[v for i, v in enumerate(row) if i != payload] for row in kept]
    emit(columns, kept, as_json=as_json, file_format=file_format, output=output)
    return 0


def _lines(found: Any) -> list[str]:
    """A preview as people read it, in the subscriber's time."""
    zone = found.subscription.schedule.zone
    told = sum(len(message.alerts) for message in found.messages)
    refused = ", ".join(f"{key} {count}" for key, count in found.refused.most_common())
    head = f"{found.subscription.name}: {len(found.messages)} messages with {told} alerts"
    if refused:
        head += f"; not for it: {refused}"
    lines = [head]
    for message in found.messages:
        when = f"{message.at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
        if message.is_digest:
            lines.append(f"  {when}  digest of {len(message.alerts)}")
            lines += [f"      {line}" for line in message.lines]
        else:
            lines.append(f"  {when}  {message.lines[0]}")
    for item, why in found.waiting:
        lines.append(f"  waiting: {item.payload.get('headline', '')} ({why})")
    return lines
