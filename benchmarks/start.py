"""How long a command takes to start."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).resolve().parent.parent
BARE = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True).execute('SELECT 1')"


def measure(warehouse: Path, repetitions: int) -> dict[str, float]:
    """Median seconds of whole processes: `araxes sql`, and bare DuckDB on the same file.

    Args:
        warehouse: the directory of a published warehouse.
        repetitions: how often each is started.
    """
    commands = {
        "araxes sql 'SELECT 1'": [
            "-m", "flows.cli", "sql", "SELECT 1", "--warehouse", str(warehouse),
        ],
        "araxes --help": ["-m", "flows.cli", "--help"],
        "bare duckdb, the same query": ["-c", BARE, str(warehouse / "araxes.duckdb")],
        "python -c pass": ["-c", "pass"],
    }  # fmt: skip
    return {
        name: median(_seconds(arguments) for _ in range(repetitions))
        for name, arguments in commands.items()
    }


def _seconds(arguments: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=REPOSITORY, check=True, capture_output=True)
    return time.perf_counter() - began
