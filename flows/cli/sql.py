"""``araxes sql``: read-only SQL over the published snapshot; imports as little as can be."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from flows.cli.options import Moment, export_options, json_option, warehouse_option


@click.command()
@click.argument("query", required=False)
@warehouse_option
@click.option("--as-of", type=Moment(), help="Show events as they were believed on this date.")
@json_option
@export_options
def sql(
    query: str | None,
    warehouse: Path,
    as_of: datetime | None,
    as_json: bool,
    file_format: str | None,
    output: Path | None,
) -> int:
    """Run read-only SQL over the published snapshot; without QUERY, read it from standard input.

    One query sees one whole run. With --as-of, the table ``event`` holds what was believed on
    that date.
    """
    from flows.cli.output import emit
    from warehouse.read import query as run_query

    text = query if query is not None else sys.stdin.read()
    if not text.strip():
        raise click.UsageError("give a query, as an argument or on standard input")
    columns, rows = run_query(warehouse, text, as_of=as_of)
    emit(columns, rows, as_json=as_json, file_format=file_format, output=output)
    return 0
