"""``araxes code`` and ``dedupe``: documents in, judgements out, no warehouse."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input: where it stood, and what it holds or why it holds nothing."""

    where: str
    record: dict[str, Any] | None
    problem: str | None = None


files_argument = click.argument(
    "files", nargs=-1, type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)


@click.command()
@files_argument
@click.option("--explain", is_flag=True, help="Show triggers, roles and vetoes for people to read.")
def code(files: tuple[Path, ...], explain: bool) -> int:
    """Code documents: JSON Lines in (files or standard input), JSON Lines out.

    In: {"id"?, "url"?, "published"?, "title"?, "language"?, "text" or "html"}. Out:
    {"id", "url", "language", "title", "published", "relevant", "text", "mentions", "tags",
    "events"}, one line for each line of input, in the same order. A line that cannot be coded
    comes out as {"id", "error"}; the exit code is then 3.
    """
    from flows.stages.transform import Refusal, build_pipeline, process_raw

    worst = 0
    for line in read_lines(files):
        outcome = line.problem or _raw(line)
        if isinstance(outcome, str):
            told = outcome if line.where in outcome else f"{line.where}: {outcome}"
            write({"id": _id(line), "error": told})
            worst = 3
            continue
        result = process_raw(outcome)
        if isinstance(result, Refusal):
            write({"id": _id(line), "error": result.detail})
            worst = 3
        elif explain:
            pipeline = build_pipeline()
            explanation = pipeline.coder.explain(result.document, result.mentions)
            click.echo("\n".join([f"{_id(line)}: {result.document.title}", *explanation.lines()]))
        else:
            write(coded_to_json(result, line.record or {}))
    return worst


@click.command()
@files_argument
def dedupe(files: tuple[Path, ...]) -> int:
    """Find duplicates: JSON Lines in, one line for each document out, in the same order.

    Out: {"id", "story", "relation": "original|same_text|near_duplicate|revision|same_story",
    "of": id or null, "similarity"}.
    """
    from flows.stages.transform import Refusal, process_raw
    from transforms.duplicates.link import dedupe as find_duplicates

    worst = 0
    lines, coded = [], []
    for line in read_lines(files):
        outcome = line.problem or _raw(line)
        result = outcome if isinstance(outcome, str) else process_raw(outcome)
        if isinstance(result, str | Refusal):
            detail = result if isinstance(result, str) else result.detail
            click.echo(f"araxes: {line.where}: {detail}", err=True)
            worst = 3
            continue
        lines.append(line)
        coded.append(result)
    for found in find_duplicates(coded):
        write(found)
    return worst


def read_lines(files: Iterable[Path], *, strict: bool = False) -> Iterator[Line]:
    """The lines of JSON Lines files, or of standard input when none is named.

    Raises:
        click.UsageError: with ``strict``, for the first line that is not a JSON object.
    """
    for path in files or (Path("-"),):
        name = "standard input" if str(path) == "-" else str(path)
        stream = sys.stdin.buffer if str(path) == "-" else path.open("rb")
        with stream:
            for number, raw in enumerate(stream, start=1):
                if raw.strip():
                    line = _line(f"{name}, line {number}", raw)
                    if strict and line.problem:
                        raise click.UsageError(f"{line.where}: {line.problem}")
                    yield line


def _line(where: str, raw: bytes) -> Line:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Line(where, None, "not UTF-8: save the file as UTF-8")
    except (ValueError, RecursionError) as error:
        return Line(where, None, f"not JSON ({error}): one JSON object a line is wanted")
    if not isinstance(record, dict):
        return Line(where, None, "not a JSON object: wrap the value in {…}")
    return Line(where, record)


def _raw(line: Line) -> Any:
    from flows.stages.transform import raw_from_record

    try:
        return raw_from_record(line.record, line.where)
    except ValueError as error:
        return f"{line.where}: {error}"


def _id(line: Line) -> str:
    record = line.record or {}
    return str(record.get("id") or record.get("url") or line.where)


def coded_to_json(coded: Any, record: dict[str, Any]) -> dict[str, Any]:
    """A coded document in the contract's shape."""
    from transforms.event_json import event_to_json

    document = coded.document
    return {
        "id": document.doc_id,
        "url": record.get("url"),
        "language": document.language,
        "title": document.title,
        "published": document.published.isoformat() if document.published else None,
        "relevant": coded.relevant,
        "text": document.text,
        "mentions": [
            {"id": m.entity_id, "surface": m.surface, "start": m.start, "end": m.end}
            for m in coded.mentions
            if not m.in_title
        ],
        "tags": [{"kind": tag.kind, "id": tag.id} for tag in coded.tags],
        "events": [
            event_to_json(event, doc=document.doc_id, url=record.get("url"))
            for event in coded.events
        ],
    }


def write(value: Any) -> None:
    """One JSON value and a newline on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
