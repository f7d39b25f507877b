from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from warehouse_making import NOW

from warehouse.errors import WarehouseLocked
from warehouse.locks import run_lock
from warehouse.store import open_writer

HOLDER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from warehouse.store import open_writer
from warehouse.locks import run_lock
now = datetime.now(UTC)
with run_lock(Path(sys.argv[1]), wait=False, now=now) as had:
    with open_writer(Path(sys.argv[1]), timeout_seconds=5, now=now, purpose="ingest"):
        print("held", flush=True)
        time.sleep(60)
"""


def test_whoever_waits_is_told_who_holds_and_a_killed_holder_holds_nothing(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(WarehouseLocked, match=rf"process {holder.pid} \(ingest"),
            open_writer(tmp_path, timeout_seconds=0.2, now=NOW),
        ):
            pass
        with run_lock(tmp_path, wait=False, now=NOW) as had:
            assert not had
        os.kill(holder.pid, signal.SIGKILL)
    with run_lock(tmp_path, wait=True, now=NOW) as had:
        assert had
    with open_writer(tmp_path, timeout_seconds=0.2, now=NOW) as writer:
        assert writer.frame("SELECT count(*) FROM run")[1] == [(0,)]


def test_opening_again_inside_one_process_hands_out_the_same_writer(tmp_path):
    with open_writer(tmp_path, timeout_seconds=1, now=NOW) as outer:
        with open_writer(tmp_path, timeout_seconds=0, now=NOW) as inner:
            assert inner is outer
            inner.begin_run("run_1", "ingest", NOW)
        assert outer.frame("SELECT run_id FROM run")[1] == [("run_1",)]
    with open_writer(tmp_path, timeout_seconds=1, now=NOW) as later:
        assert later is not outer
