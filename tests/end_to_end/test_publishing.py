"""Publishing under the eyes of readers: each sees one whole run, whatever else goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.ingest import run_ingest
from flows.records import IngestRequest
from flows.settings import Settings
from tests.conftest import REPOSITORY
from warehouse.read import open_reader, query
from warehouse.snapshots import LINK, current, wal_file
from warehouse.store import open_writer

START = datetime(2025, 8, 10, 6, 0, tzinfo=UTC)
RUNS = 10
ARTICLES = 4
"""How many articles each run adds."""
QUERIES = 1000

HOLDER = """
import duckdb, sys
con = duckdb.connect(sys.argv[1], read_only=True)
print(con.execute("SELECT count(*) FROM article").fetchone()[0], flush=True)
sys.stdin.readline()
print(con.execute("SELECT count(*) FROM article").fetchone()[0], flush=True)
"""
VANDAL = """
import duckdb, sys, time
for _ in range(400):
    try:
        con = duckdb.connect(sys.argv[1])
        break
    except duckdb.IOException:  # a reader has it open just now
        time.sleep(0.01)
con.execute("DELETE FROM article")
con.execute("CREATE TABLE scribble AS SELECT 1 AS x")
print("written", flush=True)
sys.stdin.readline()
"""
WHOLE = """
SELECT
    (SELECT count(*) FROM run WHERE status = 'complete') AS runs,
    (SELECT count(*) FROM run) AS begun,
    (SELECT count(*) FROM article) AS articles,
    (SELECT count(*) FROM article_text) AS texts,
    (SELECT count(*) FROM capture) AS captures,
    (SELECT count(DISTINCT first_run_id) FROM article) AS runs_of_articles,
    (SELECT count(*) FROM archive WHERE state = 'committed') AS archives
"""
READER = """
import json, sys
from pathlib import Path
from warehouse.read import query
directory, stop, sql = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
while not stop.exists():
    print(json.dumps(query(directory, sql).rows[0]), flush=True)
"""


def start(program: str, *arguments: str | Path, output: Any = subprocess.PIPE) -> Any:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=output,
        text=True,
    )


@contextmanager
def asking(directory: Path, folder: Path) -> Iterator[Path]:
    """Two processes that query without pause; yields the folder with what they were told."""
    folder.mkdir()
    stop = folder / "stop"
    files = [(folder / f"answers-{number}.jsonl").open("w") for number in range(2)]
    readers = [start(READER, directory, stop, WHOLE, output=file) for file in files]
    try:
        yield folder
        stop.touch()
        assert [reader.wait(60) for reader in readers] == [0, 0]
    finally:
        for reader, file in zip(readers, files, strict=True):
            reader.kill()
            reader.communicate()
            file.close()


def answers(folder: Path) -> list[list[int]]:
    """What the readers were told so far, whole lines only."""
    return [
        json.loads(line)
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    ]


def take_in(directory: Path, folder: Path, number: int) -> None:
    """One real run that adds `ARTICLES` articles."""
    folder.mkdir()
    now = START + timedelta(hours=number)
    with (folder / "documents.jsonl").open("w", encoding="utf-8") as file:
        for position in range(ARTICLES):
            word = f"{number}-{position}"
            record = {
                "id": f"run{number}-{position}",
                "url": f"https://river.invalid/{word}",
                "published": (now - timedelta(minutes=5 + position)).isoformat(),
                "title": f"Report {word} from the harbour",
                "text": f"Ship {word} carried {number * 37 + position} crates of apples to pier "
                f"{position}. The harbour master counted them twice in {number + 2} hours.",
            }
            file.write(json.dumps(record) + "\n")
    report = run_ingest(
        IngestRequest(directory, files=folder, now=now, workers=1),
        settings=Settings(seeds=folder, alert_urls=[]),
    )
    assert report.status == "complete", report.failures
    assert report.articles.total() == ARTICLES


def contents(ask: Any) -> dict[str, Any]:
    """Rows and a digest of every table."""
    tables = ask(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() "
        "AND NOT internal ORDER BY 1"
    )[1]
    return {
        name: ask(f'SELECT count(*), sum(hash(t)::HUGEINT)::VARCHAR FROM "{name}" t')[1][0]
        for (name,) in tables
    }


def committed(directory: Path) -> dict[str, Any]:
    with open_writer(directory, timeout_seconds=10, now=START) as writer:
        return contents(writer.frame)


def published(directory: Path) -> dict[str, Any]:
    with open_reader(directory) as reader:
        return contents(reader.query)


def scribble_and_die(directory: Path) -> None:
    """A session opened for writing on the published file, killed after it wrote."""
    snapshot = current(directory)
    assert snapshot is not None
    vandal = start(VANDAL, directory / LINK)
    assert vandal.stdout.readline() == "written\n"
    vandal.kill()
    vandal.communicate()
    assert wal_file(snapshot).exists()


@pytest.mark.soak
def test_a_thousand_queries_made_while_ten_runs_publish_each_see_one_whole_run(
    tmp_path: Path,
) -> None:
    """One session holds a snapshot all the while; others are killed after writing to one."""
    directory = tmp_path / "warehouse"
    is_root = os.geteuid() == 0  # others cannot open a snapshot for writing at all
    take_in(directory, tmp_path / "run-0", 0)
    if is_root:
        scribble_and_die(directory)
        assert published(directory) == committed(directory)
    take_in(directory, tmp_path / "run-1", 1)
    holder = start(HOLDER, directory / LINK)
    assert int(holder.stdout.readline()) == 2 * ARTICLES
    runs = 2
    with asking(directory, tmp_path / "answers") as folder:
        while runs < 2 + RUNS or len(answers(folder)) < QUERIES:
            take_in(directory, tmp_path / f"run-{runs}", runs)
            runs += 1
            assert published(directory) == committed(directory)
            if is_root and runs == 6:
                scribble_and_die(directory)
                assert published(directory) == committed(directory)
    seen = answers(folder)
    assert len(seen) >= QUERIES
    for told in seen:
        complete = told[0]
        counts = [complete, complete, *[ARTICLES * complete] * 3, complete, complete]
        assert told == counts
    assert {told[0] for told in seen} > set(range(3, runs))
    out, _ = holder.communicate("\n", timeout=60)
    assert int(out) == 2 * ARTICLES
    assert query(directory, "SELECT count(*) FROM article").rows == ((ARTICLES * runs,),)
