"""Rows to a file or a stream: CSV, JSON, Parquet."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

import duckdb

from warehouse.errors import QueryError, is_disk_full
from warehouse.read import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

Format = Literal["csv", "json", "parquet"]


def export(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    file_format: Format,
    output: Path | TextIO | None = None,
) -> None:
    """Write rows to ``output`` (a path, a text stream, or None for standard output).

    CSV: a header, lists joined by ``|``, times in ISO 8601. JSON: one array of objects.
    Parquet: lists stay lists, times and dates become ISO text; needs a path.

    Raises:
        QueryError: Parquet to a stream, or the file cannot be written.
    """
    if file_format == "parquet":
        _parquet(columns, rows, output)
        return
    write = _csv if file_format == "csv" else _json
    if isinstance(output, Path):
        try:
            with output.open("w", encoding="utf-8", newline="") as stream:
                write(columns, rows, stream)
        except OSError as error:
            why = "the disk is full" if is_disk_full(error) else str(error)
            raise QueryError(f"{output}: cannot be written ({why}); choose another path") from error
    else:
        write(columns, rows, output or sys.stdout)


def _csv(columns: Sequence[str], rows: Sequence[Sequence[Any]], stream: TextIO) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    value = plain(value)
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return "|".join("" if item is None else str(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _json(columns: Sequence[str], rows: Sequence[Sequence[Any]], stream: TextIO) -> None:
    records = [
        {name: plain(value) for name, value in zip(columns, row, strict=True)} for row in rows
    ]
    json.dump(records, stream, ensure_ascii=False, indent=1)
    stream.write("\n")


def _parquet(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], output: Path | TextIO | None
) -> None:
    if not isinstance(output, Path):
        raise QueryError("parquet is not text: name a file with --output FILE.parquet")
    records = [dict(zip(columns, map(plain, row), strict=True)) for row in rows]
    kinds = {name: _kind([record[name] for record in records]) for name in columns}
    path = str(output).replace("'", "''")
    try:
        with duckdb.connect(":memory:") as con:
            con.execute(
                f"COPY (SELECT unnest(from_json(?, '{json.dumps([kinds])}'), recursive := true)) "
                f"TO '{path}' (FORMAT parquet)",
                [json.dumps(records, ensure_ascii=False)],
            )
    except (duckdb.Error, OSError) as error:
        raise QueryError(f"{output}: cannot be written ({error})") from error


def _kind(values: Sequence[Any]) -> Any:
    """The DuckDB type of a column of plain values, as ``from_json`` wants it."""
    present = [value for value in values if value is not None]
    if present and all(isinstance(value, list) for value in present):
        return [_kind([item for value in present for item in value])]
    for kind, name in ((bool, "BOOLEAN"), (int, "BIGINT"), (float, "DOUBLE")):
        if present and all(type(value) is kind for value in present):
            return name
    numeric = bool(present) and all(type(value) in (int, float) for value in present)
    return "DOUBLE" if numeric else "VARCHAR"
