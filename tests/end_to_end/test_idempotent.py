"""The same ingestion twice changes nothing but the books."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from demo.server import World
from tests.end_to_end.conftest import FAST, content, ingest_arguments
from warehouse.read import open_reader

LATER = "2025-08-09T12:20:00+00:00"
BOOKS = ("run", "capture", "feed", "quality_run", "quality_result", "archive", "article_check")
"""Tables in which a second run may add or renew rows; every other table must stay as it is."""


def snapshot(directory: Path) -> dict[str, list[tuple[Any, ...]]]:
    with open_reader(directory) as reader:
        tables = reader.query(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).rows
        return {
            name: list(reader.query(f'SELECT * FROM "{name}" ORDER BY ALL').rows)
            for (name,) in tables
            if name not in BOOKS
        }


def test_feeds_ingested_twice_leave_every_table_but_the_books_identical(
    world: World, araxes: Any, tmp_path: Path
) -> None:
    directory = tmp_path / "warehouse"
    first = araxes(*ingest_arguments(world, directory), **FAST)
    assert first.returncode == 0, first.stderr + first.stdout
    before = snapshot(directory)
    assert before["article"]
    assert before["event"]
    second = araxes(*ingest_arguments(world, directory, LATER), **FAST)
    assert second.returncode == 0, second.stderr + second.stdout
    after = snapshot(directory)
    for name in before:
        if name in ("source", "retry"):
            continue
        assert after[name] == before[name], name


def test_files_ingested_twice_add_only_unchanged_captures(araxes: Any, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "one.txt").write_text(
        "Talks planned\n\nThe foreign ministers of Armenia and Azerbaijan will meet in Almaty on "
        "10 May 2024, Kazakhstan's foreign ministry said. Kazakhstan is hosting the talks.\n",
        encoding="utf-8",
    )
    (folder / "index.jsonl").write_text('{"file": "one.txt", "published": "2024-05-08"}\n')
    directory = tmp_path / "warehouse"
    arguments = ["ingest", "--files", folder, "--warehouse", directory, "--without-prefect"]
    assert araxes(*arguments).returncode == 0
    before = content(directory)
    assert araxes(*arguments).returncode == 0
    assert content(directory) == before
    rows = araxes.json(
        "sql", "SELECT outcome FROM capture ORDER BY fetched_at", "--warehouse", directory
    )
    assert [row["outcome"] for row in rows] == ["new", "unchanged"]
