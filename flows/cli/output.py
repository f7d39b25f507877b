"""How listings are printed: a table, one JSON array, or an export."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from warehouse.export import Format, export
from warehouse.read import plain


def emit(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    as_json: bool,
    file_format: str | None,
    output: Path | None,
) -> None:
    """Print rows as asked for; a table by default.

    Raises:
        click.UsageError: two forms asked for at once, or an output without a form.
    """
    if as_json and file_format:
        raise click.UsageError("--json and --format exclude each other: give one of them")
    if file_format:
        form: Format = file_format  # type: ignore[assignment]
        export(columns, rows, form, output)
        return
    if output:
        raise click.UsageError("--output needs --format csv, parquet or json")
    if as_json:
        records = [dict(zip(columns, map(plain, row), strict=True)) for row in rows]
        print_json(records)
        return
    print_table(columns, rows)


def print_json(records: Sequence[Mapping[str, Any]]) -> None:
    """One JSON array and a newline."""
    json.dump(list(records), sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table on a terminal, tab-separated lines elsewhere."""
    if not sys.stdout.isatty():
        click.echo("\t".join(columns))
        for row in rows:
            click.echo("\t".join(_cell(value) for value in row))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns)
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    Console().print(table)


def _cell(value: Any) -> str:
    shown = plain(value)
    if shown is None:
        return ""
    if isinstance(shown, list | dict):
        return json.dumps(shown, ensure_ascii=False)
    return str(shown).replace("\n", " ").replace("\t", " ")
