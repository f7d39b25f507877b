from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import duckdb
import pytest
from warehouse_making import NOW, article, batch

from warehouse import snapshots
from warehouse.errors import NoSnapshot, PermanentError, SnapshotAltered
from warehouse.publish import publish
from warehouse.read import open_reader, query
from warehouse.store import open_writer

SESSION = """
import sys, time, duckdb
con = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
if sys.argv[2] == "write":
    con.execute("INSERT INTO article FROM (SELECT * REPLACE (article_no + 99 AS article_no) "
                "FROM article)")
    con.execute("CREATE TABLE scribble AS SELECT 1 AS a")
print(con.execute("SELECT count(*) FROM article").fetchone()[0], flush=True)
time.sleep(120)
"""
QUERIES = """
import sys
from pathlib import Path
from warehouse.read import query
for _ in range(int(sys.argv[2])):
    rows = query(Path(sys.argv[1]), "SELECT count(*), max(article_no), "
                 "count(DISTINCT first_run_id), (SELECT count(*) FROM run), "
                 "(SELECT count(*) FROM event) FROM article").rows
    print(*rows[0], flush=True)
"""


@contextmanager
def session(path, mode):
    """A person's own DuckDB session, killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", SESSION, str(path), mode],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)


def run(directory, number, *, adding=2):
    """One run that adds articles, and its publication."""
    now = NOW + timedelta(hours=number)
    run_id = f"run_{number}"
    rows = [
        article(f"https://river.example/{number}/{i}", f"text {number} {i}") for i in range(adding)
    ]
    with open_writer(directory, timeout_seconds=20, now=now) as writer:
        writer.begin_run(run_id, "ingest", now)
        writer.commit(batch(*rows, run_id=run_id, now=now))
        writer.finish_run(run_id, "complete", now, {}, 0)
        return publish(writer, run_id, now)


def urls(file):
    with duckdb.connect(str(file), read_only=True) as con:
        tables = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'scribble'")
        assert tables.fetchone() == (0,)
        return [
            row[0] for row in con.execute("SELECT url FROM article ORDER BY article_no").fetchall()
        ]


def test_a_run_is_published_whole_read_only_and_under_its_own_name(tmp_path):
    with pytest.raises(NoSnapshot, match="araxes ingest"):
        query(tmp_path, "SELECT 1")
    snapshot = run(tmp_path, 1)
    assert snapshot.name == "run_1.duckdb"
    assert snapshot.stat().st_mode & 0o777 == 0o444
    assert (tmp_path / "araxes.duckdb").resolve() == snapshot.resolve()
    assert str((tmp_path / "araxes.duckdb").readlink()) == "snapshots/run_1.duckdb"
    assert len(urls(tmp_path / "araxes.duckdb")) == 2
    assert sorted(p.name for p in tmp_path.glob("*.wal")) == []


def test_the_writer_can_go_on_after_publishing(tmp_path):
    now = NOW
    with open_writer(tmp_path, timeout_seconds=5, now=now) as writer:
        writer.commit(batch(article("https://river.example/a", "a")))
        publish(writer, "run_1", now)
        writer.commit(batch(article("https://river.example/b", "b")))
    assert query(tmp_path, "SELECT count(*) FROM article").rows == ((1,),)
    assert publish(tmp_path, "run_1", now).name == "run_1-2.duckdb"
    assert query(tmp_path, "SELECT count(*) FROM article").rows == ((2,),)


def test_old_snapshots_go_unless_somebody_holds_them(tmp_path):
    run(tmp_path, 1)
    with session(tmp_path / "araxes.duckdb", "read") as count:
        assert count == "2"
        for number in range(2, 8):
            run(tmp_path, number)
        names = [file.stem for file in snapshots.listed(tmp_path)]
        assert names == ["run_1", "run_5", "run_6", "run_7"]
    run(tmp_path, 8)
    assert [file.stem for file in snapshots.listed(tmp_path)] == ["run_6", "run_7", "run_8"]


def test_snapshots_equal_their_commits_whatever_sessions_do(tmp_path):
    """One session is killed after writing to the snapshot; another stays open; runs go on."""
    expected = {}
    snapshot = run(tmp_path, 0)
    expected[snapshot] = urls(snapshot)
    with session(tmp_path / "araxes.duckdb", "write") as written:
        assert written in ("4", "")  # only root gets past the mode
        # While that session has the snapshot locked, readers of ours still see the whole run.
        assert query(tmp_path, "SELECT count(*) FROM article").rows == ((2,),)
    assert query(tmp_path, "SELECT count(*) FROM article").rows == ((2,),)
    with session(tmp_path / "araxes.duckdb", "read"):
        seen = []
        for number in range(1, 11):
            snapshot = run(tmp_path, number)
            expected[snapshot] = urls(snapshot)
            seen.append(query(tmp_path, "SELECT count(*) FROM article").rows[0][0])
        assert seen == [2 + 2 * number for number in range(1, 11)]
        for file in snapshots.listed(tmp_path):
            assert snapshots.is_intact(file)
            assert not snapshots.wal_file(file).exists()
    for file, content in expected.items():
        if file.exists():
            assert urls(file) == content
    assert [len(content) for content in expected.values()] == [2 + 2 * n for n in range(11)]
    assert query(tmp_path, "SELECT count(*) FROM article").rows == ((22,),)


def look_on(directory, count, runs):
    """Publish ``runs`` runs while another process asks ``count`` times; what it saw."""
    command = [sys.executable, "-c", QUERIES, str(directory), str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as asking:
        number = 1
        assert asking.stdout is not None
        seen = [tuple(map(int, asking.stdout.readline().split()))]
        for number in range(2, 2 + runs):
            run(directory, number)
        seen += [tuple(map(int, line.split())) for line in asking.stdout]
    assert asking.returncode == 0
    return seen


def assert_whole(seen, count):
    assert len(seen) == count
    assert all(a == top == 2 * runs == events == 2 * done for a, top, runs, done, events in seen)
    assert [row[0] for row in seen] == sorted(row[0] for row in seen)
    assert len(set(seen)) > 1


def test_queries_made_while_runs_publish_each_see_one_whole_run(tmp_path):
    run(tmp_path, 1)
    assert_whole(look_on(tmp_path, 60, 8), 60)


@pytest.mark.soak
def test_a_thousand_queries_made_while_runs_publish_each_see_one_whole_run(tmp_path):
    run(tmp_path, 1)
    with session(tmp_path / "araxes.duckdb", "read"):
        assert_whole(look_on(tmp_path, 1000, 60), 1000)


@pytest.mark.parametrize("point", ["mid_publish", "renamed"])
def test_a_kill_in_mid_publication_leaves_the_last_one_and_the_next_tidies(
    tmp_path, point, monkeypatch
):
    run(tmp_path, 1)

    def stop(*_):
        raise KeyboardInterrupt

    if point == "renamed":
        monkeypatch.setattr("warehouse.publish._swap", stop)
    with open_writer(tmp_path, timeout_seconds=5, now=NOW) as writer:
        writer.commit(batch(article("https://river.example/x", "x"), run_id="run_2"))
        with pytest.raises(KeyboardInterrupt):
            publish(writer, "run_2", NOW, hook=stop if point == "mid_publish" else lambda _: None)
    monkeypatch.undo()
    assert query(tmp_path, "SELECT count(*) FROM article").rows == ((2,),)
    publish(tmp_path, "run_2", NOW)
    assert query(tmp_path, "SELECT count(*) FROM article").rows == ((3,),)
    assert list((tmp_path / "snapshots").glob(".*")) == []
    assert list(tmp_path.glob(".*.tmp")) == []


def test_a_snapshot_somebody_checkpointed_into_is_refused_and_replaced(tmp_path):
    snapshot = run(tmp_path, 1)
    snapshot.chmod(0o644)
    with duckdb.connect(str(snapshot)) as con:
        con.execute("CREATE TABLE scribble AS SELECT 1 AS a")
    with pytest.raises(SnapshotAltered, match=r"run_1\.duckdb"):
        query(tmp_path, "SELECT 1")
    run(tmp_path, 2)
    assert query(tmp_path, "SELECT count(*) FROM article").rows == ((4,),)
    assert [file.stem for file in snapshots.listed(tmp_path)] == ["run_2"]


def test_a_query_under_way_is_not_disturbed_by_a_publication(tmp_path):
    run(tmp_path, 1)
    with open_reader(tmp_path) as reader:
        for number in range(2, 6):
            run(tmp_path, number)
        assert reader.query("SELECT count(*) FROM article").rows == ((2,),)


def test_a_file_of_somebody_elses_in_the_links_place_is_not_overwritten(tmp_path):
    (tmp_path / "araxes.duckdb").write_text("mine")
    with pytest.raises(PermanentError, match="Move it away"):
        run(tmp_path, 1)
    assert (tmp_path / "araxes.duckdb").read_text() == "mine"
