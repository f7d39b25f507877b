"""``araxes review``: what waits for a decision, and the decisions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from flows.cli.options import export_options, json_option, warehouse_option

Command = TypeVar("Command", bound=Callable[..., Any])


def _decision_options(command: Command) -> Command:
    command = click.option("--reviewer", envvar="USER", help="Who decides, as shown later.")(
        command
    )
    return click.option("--reason", required=True, help="Why; kept with the decision.")(command)


@click.group(invoke_without_command=True)
@warehouse_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@json_option
@export_options
@click.pass_context
def review(
    context: click.Context,
    warehouse: Path,
    limit: int,
    as_json: bool,
    file_format: str | None,
    output: Path | None,
) -> int:
    """List events that wait for a decision, weightiest first, with why; or decide.

    A decision needs a reason, survives reprocessing, makes the event's next version, and is
    never undone by new tellings; a later decision overrules it. Rejecting an event that alerted
    sends a retraction. `araxes events --json` and the view event_evidence show the passages.
    """
    context.obj = warehouse
    if context.invoked_subcommand:
        return 0
    from flows.cli.output import emit
    from warehouse.read import query

    columns, rows = query(warehouse, f"SELECT * FROM review_queue LIMIT {limit}")
    emit(columns, rows, as_json=as_json, file_format=file_format, output=output)
    return 0


@review.command()
@click.argument("event")
@_decision_options
@click.pass_obj
def confirm(warehouse: Path, event: str, reason: str, reviewer: str | None) -> int:
    """Confirm that EVENT happened as coded."""
    return _decide(warehouse, "confirm", event, None, reason, reviewer)


@review.command()
@click.argument("event")
@_decision_options
@click.pass_obj
def reject(warehouse: Path, event: str, reason: str, reviewer: str | None) -> int:
    """Reject EVENT: it is none, or not of this process. It is kept, but not listed."""
    return _decide(warehouse, "reject", event, None, reason, reviewer)


@review.command()
@click.argument("event")
@click.argument("other")
@_decision_options
@click.pass_obj
def merge(warehouse: Path, event: str, other: str, reason: str, reviewer: str | None) -> int:
    """Put EVENT and OTHER together: one event told twice."""
    return _decide(warehouse, "merge", event, other, reason, reviewer)


@review.command()
@click.argument("event")
@click.argument("mention")
@_decision_options
@click.pass_obj
def split(warehouse: Path, event: str, mention: str, reason: str, reviewer: str | None) -> int:
    """Take the passage MENTION (evm_…) out of EVENT: it tells another one."""
    return _decide(warehouse, "split", event, mention, reason, reviewer)


@review.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write there instead of standard output.",
)
@click.pass_obj
def export(warehouse: Path, output: Path | None) -> int:
    """Export decided articles as gold (docs/gold_format.md), one JSON object a line.

    An article is exported once every event told in it was confirmed or rejected: what was
    rejected is then known to be none.
    """
    from flows.reviewing import decided_gold

    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in decided_gold(warehouse)]
    if output:
        output.write_text("".join(lines), encoding="utf-8")
        click.echo(f"{len(lines)} documents", err=True)
    else:
        click.echo("".join(lines), nl=False)
    return 0


def _decide(
    warehouse: Path,
    verdict: Any,
    event: str,
    target: str | None,
    reason: str,
    reviewer: str | None,
) -> int:
    from dossiers.loader import load
    from flows.reviewing import Decision, carry_out

    decision = Decision(verdict, event, reason, reviewer, target)
    outcome = carry_out(decision, directory=warehouse, dossier=load(), now=datetime.now(UTC))
    click.echo(f"{outcome.review_id}: {verdict} {event}; now {', '.join(outcome.event_ids)}")
    for event_id, cause in outcome.alerts:
        click.echo(f"alert: {cause} of {event_id}, sent with the next run")
    return 0
