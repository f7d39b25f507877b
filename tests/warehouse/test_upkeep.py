"""Backups, nightly maintenance, a full disk."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest
from warehouse_making import NOW, article, batch

from warehouse.backup import backup, restore, verify
from warehouse.errors import BackupError, WarehouseTooNew
from warehouse.maintain import maintain
from warehouse.publish import publish
from warehouse.read import query
from warehouse.store import open_writer

URL = "https://river.example/talks"
COUNT = (
    "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM event), "
    "(SELECT count(*) FROM alert)"
)


@pytest.fixture
def stocked(tmp_path):
    directory = tmp_path / "data"
    with open_writer(directory, timeout_seconds=5, now=NOW) as writer:
        writer.commit(batch(article(URL), article(URL + "/2", "two")))
        writer.open_archive("old.warc.gz", "run_1", NOW)
        writer.open_archive("open.warc.gz", "run_1", NOW)
        writer.close_archive("old.warc.gz", NOW)
    (directory / "captures").mkdir()
    for name in ("old", "open"):
        (directory / "captures" / f"{name}.warc.gz").write_bytes(name.encode())
    return directory


def test_a_backup_comes_back_whole(stocked, tmp_path):
    manifest = backup(stocked, tmp_path / "backup", now=NOW)
    assert manifest.rows["article"] == 2
    assert set(manifest.files) == {
        "warehouse.duckdb",
        "captures/old.warc.gz",
        "captures/open.warc.gz",
    }
    assert verify(tmp_path / "backup") == manifest
    restore(tmp_path / "backup", tmp_path / "again", now=NOW)
    assert query(tmp_path / "again", COUNT).rows == ((2, 2, 2),)
    assert (tmp_path / "again" / "captures" / "open.warc.gz").read_bytes() == b"open"
    with open_writer(tmp_path / "again", timeout_seconds=5, now=NOW) as writer:
        assert writer.commit(batch(article(URL), article(URL + "/2", "two"))).articles_same == 2


def test_a_restore_overwrites_nothing_unless_forced_and_then_keeps_what_was(stocked, tmp_path):
    backup(stocked, tmp_path / "backup", now=NOW, with_captures=False)
    with open_writer(stocked, timeout_seconds=5, now=NOW) as writer:
        writer.commit(batch(article(URL + "/3", "three"), run_id="run_2"))
    with pytest.raises(BackupError, match="already"):
        restore(tmp_path / "backup", stocked, now=NOW)
    restore(tmp_path / "backup", stocked, now=NOW, is_forced=True)
    assert query(stocked, COUNT).rows == ((2, 2, 2),)
    assert (stocked / "warehouse.duckdb.before-restore").exists()
    with open_writer(stocked, timeout_seconds=5, now=NOW) as writer:
        assert writer.frame(COUNT)[1] == [(2, 2, 2)]


def test_damaged_and_incomplete_backups_are_refused_by_name(stocked, tmp_path):
    target = tmp_path / "backup"
    with pytest.raises(BackupError, match="no readable manifest"):
        restore(tmp_path / "none", tmp_path / "again", now=NOW)
    with pytest.raises(BackupError, match="nothing to back up"):
        backup(tmp_path / "empty", target, now=NOW)
    backup(stocked, target, now=NOW)
    with pytest.raises(BackupError, match="not empty"):
        backup(stocked, target, now=NOW)
    (target / "captures" / "old.warc.gz").write_bytes(b"other")
    with pytest.raises(BackupError, match=r"old\.warc\.gz: damaged"):
        restore(target, tmp_path / "again", now=NOW)
    (target / "captures" / "old.warc.gz").unlink()
    with pytest.raises(BackupError, match="missing"):
        verify(target)
    assert not (tmp_path / "again").exists()


def test_a_backup_of_a_newer_version_is_refused(stocked, tmp_path):
    backup(stocked, tmp_path / "backup", now=NOW, with_captures=False)
    file = tmp_path / "backup" / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "schema_version": 99}))
    with pytest.raises(WarehouseTooNew, match="version 99"):
        restore(tmp_path / "backup", tmp_path / "again", now=NOW)


def test_maintenance_removes_what_is_old_and_keeps_what_is_not_committed(stocked):
    publish(stocked, "run_1", NOW)
    later = NOW + timedelta(days=200)
    with open_writer(stocked, timeout_seconds=5, now=NOW) as writer:
        writer.begin_run("killed", "ingest", NOW)
    done = maintain(stocked, now=later)
    assert done["captures_removed"] == 1
    assert done["runs_closed"] == 1
    assert done["quality_results_removed"] == 1
    assert [f.name for f in (stocked / "captures").iterdir()] == ["open.warc.gz"]
    assert not (stocked / "warehouse.duckdb.wal").exists()
    assert query(stocked, COUNT).rows == ((2, 2, 2),)
    assert maintain(stocked, now=later)["captures_removed"] == 0


FULL = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from making import NOW, article, batch
from warehouse.errors import WarehouseFull
from warehouse.publish import publish
from warehouse.store import open_writer
directory = Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = max(f.stat().st_size for f in directory.glob("warehouse.duckdb*"))
limit = 300_000 if sys.argv[3] == "commit" else size + 50_000
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    with open_writer(directory, timeout_seconds=5, now=NOW) as writer:
        rows = [article(f"https://river.example/{i}", f"{i} lengthy " * 400) for i in range(400)]
        if sys.argv[3] == "commit":
            writer.commit(batch(*rows, run_id="run_2"))
        else:
            publish(writer, "run_2", NOW)
except WarehouseFull as error:
    print(error)
"""


@pytest.mark.parametrize("what", ["commit", "publish"])
def test_a_full_disk_is_named_and_loses_nothing_committed(stocked, what, request):
    if what == "publish":
        with open_writer(stocked, timeout_seconds=5, now=NOW) as writer:
            rows = [
                article(f"https://river.example/{i}", f"{i} {i * 7} words" * 90) for i in range(200)
            ]
            writer.commit(batch(*rows, run_id="run_x"))
    else:
        publish(stocked, "run_1", NOW)
    with open_writer(stocked, timeout_seconds=5, now=NOW) as writer:
        before = writer.frame(COUNT)
    here = str(request.path.parent)
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(stocked), here, what],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "disk is full" in done.stdout
    assert str(stocked) in done.stdout
    with open_writer(stocked, timeout_seconds=5, now=NOW) as writer:
        assert writer.frame(COUNT) == before
        assert writer.commit(batch(article(URL + "/9", "nine"), run_id="run_3")).articles_new == 1
        publish(writer, "run_3", NOW)
    assert list((stocked / "snapshots").glob(".*")) == []
