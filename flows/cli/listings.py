"""``araxes events`` and ``search``: what the snapshot holds."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from flows.cli.options import (
    Moment,
    export_options,
    filter_options,
    json_option,
    warehouse_option,
)


@click.command()
@warehouse_option
@filter_options
@click.option("--as-of", type=Moment(), help="As believed on this date.")
@click.option("--rejected", is_flag=True, help="Also those an analyst rejected.")
@click.option(
    "--layout",
    type=click.Choice(["phoenix", "polecat"]),
    help="Rows in the columns of a CAMEO (phoenix) or PLOVER (polecat) data set, with --format.",
)
@json_option
@export_options
def events(
    warehouse: Path,
    since: datetime | None,
    until: datetime | None,
    track: str | None,
    mediator: str | None,
    event_type: str | None,
    status: str | None,
    as_of: datetime | None,
    rejected: bool,
    layout: str | None,
    as_json: bool,
    file_format: str | None,
    output: Path | None,
) -> int:
    """List events, by day, each with the sentences that prove it.

    --since and --until take the days an event touches; an undated event is placed by its first
    publication. --json prints the contract's shape (docs/events.md) with event_id, first_seen,
    origins, versions and conflicts.
    """
    from flows.cli.output import emit, print_json
    from flows.stages.payload import public_event
    from warehouse import listing

    wanted = listing.EventFilter(
        since, until, track, mediator, event_type, status, rejected=rejected
    )
    found = listing.events(warehouse, wanted, as_of=as_of)
    shapes = [public_event(item.event, versions=item.versions) for item in found]
    if layout:
        columns, rows = _in_layout(shapes, layout)
        emit(columns, rows, as_json=as_json, file_format=file_format, output=output)
    elif as_json and not file_format:
        print_json(shapes)
    elif file_format:
        columns = list(shapes[0]) if shapes else ["event_id"]
        rows = [[_flat(shape.get(name)) for name in columns] for shape in shapes]
        emit(columns, rows, as_json=False, file_format=file_format, output=output)
    else:
        for shape in shapes:
            click.echo("\n".join(event_lines(shape)))
        click.echo(f"{len(shapes)} events")
    return 0


def _in_layout(shapes: list[dict[str, Any]], layout: str) -> tuple[list[str], list[list[Any]]]:
    """Events as the rows of an event-data standard."""
    from dossiers.loader import load
    from transforms.coding.layouts import LAYOUTS, rows

    names = {entity.id: entity.name for entity in load().entities.values()}
    columns = list(LAYOUTS[layout])
    found = [row for shape in shapes for row in rows(shape, layout, names)]
    return columns, [[row[name] for name in columns] for row in found]


@click.command()
@click.argument("query")
@warehouse_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--language", help="Only this language, ISO 639-1.")
@click.option("--since", type=Moment(), help="Published from this date on.")
@click.option("--until", type=Moment(), help="Published up to this date.")
@json_option
@export_options
def search(
    query: str,
    warehouse: Path,
    limit: int,
    language: str | None,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
    file_format: str | None,
    output: Path | None,
) -> int:
    """Find articles by words, in any script, best first.

    A word finds every word it begins; "words in quotes" are a phrase; -word must not occur.
    """
    from dataclasses import astuple, fields

    from flows.cli.output import emit
    from warehouse.search import Found
    from warehouse.search import search as find

    found = find(warehouse, query, limit, language=language, since=since, until=until)
    columns = [field.name for field in fields(Found)]
    rows = [astuple(item) for item in found]
    emit(columns, rows, as_json=as_json, file_format=file_format, output=output)
    return 0


def event_lines(shape: dict[str, Any]) -> list[str]:
    """An event as people read it."""
    date = shape["date"]
    when = date["start"] or "undated"
    if date["end"] and date["end"] != date["start"]:
        when += f" … {date['end']}"
    lines = [
        f"{shape['event_id']}  {when}  {shape['headline']}",
        f"    {shape['type']} {shape['status']}, {shape['novelty']}, "
        f"confidence {shape['confidence']:.2f}, {len(shape['origins'])} origins",
    ]
    lines += [f"    “{piece['quote']}” ({piece['doc']})" for piece in shape["evidence"][:3]]
    lines += [f"    conflict over {conflict['slot']}" for conflict in shape["conflicts"]]
    return lines


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
