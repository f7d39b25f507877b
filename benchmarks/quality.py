"""What judging a whole warehouse costs: ``python -m benchmarks.quality [--articles 1000000]``.

The warehouse is made as `benchmarks.growth` makes one: some hundred generated articles go
through the pipeline, and SQL multiplies the rows that the suites read, with addresses,
digests, mentions and events of their own. It is judged in a process by itself, as `araxes
check` does: wall time includes Python's start and the import of Great Expectations, memory
is the most that was resident.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import growth
from benchmarks.memory import tree_mb
from benchmarks.tables import table
from warehouse.publish import publish
from warehouse.store import open_writer

DAYS = 60
"""Over how many days the articles are spread: what drift looks back on."""
SOURCES = 800
SHIFTED = f"{{0}} - to_days((k % {DAYS})::INTEGER)"
EARLIER = f"{{0}} - (k % {DAYS})::INTEGER"
SOURCE = f"'source-' || (k % {SOURCES})"
URL = "regexp_replace({0}, '/20\\d\\d/\\d\\d/\\d\\d/', '/') || '#' || k"
"""Without the day it names, which a copy does not keep."""
DATES = dict.fromkeys(("date_start", "date_end", "announced_on"), EARLIER)
READ = (
    "capture",
    "article_text",
    "article_version",
    "mention",
    "event_member",
    "event_mention",
    "event",
    "event_version",
    "article",
)
"""Tables the suites read; what only duplicates and search need is not multiplied."""
GOAL_SECONDS = 60.0
GOAL_MB = 2048.0


@dataclass
class Quality:
    """What was judged, how long it took in seconds, and the most memory in MB."""

    articles: int
    build_seconds: float
    file_mb: float
    seconds: float = 0.0
    peak_mb: float = 0.0
    checks: int = 0
    failed: list[str] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        """Whether both goals are met."""
        return self.seconds <= GOAL_SECONDS and self.peak_mb <= GOAL_MB


def copies() -> dict[str, dict[str, str]]:
    """What a copy has in each table: as in `growth`, over fewer days and many sources."""
    made = {
        name: {
            column: {growth.SHIFTED: SHIFTED, growth.URL: URL}.get(told, told)
            for column, told in growth.COPIES[name].items()
        }
        for name in READ
    }
    for name in ("capture", "article", "event_mention"):
        made[name]["source_id"] = SOURCE
    for name in ("event_mention", "event", "event_version"):
        made[name] |= DATES
    return made


def measure(folder: Path, articles: int) -> Quality:
    """Build a warehouse in ``folder``, publish it, and judge it in another process."""
    warehouse = folder / "warehouse"
    began = time.perf_counter()
    stored = growth.build(warehouse, folder / "template", articles, copies())
    with open_writer(warehouse, timeout_seconds=None, now=growth.NOW) as writer:
        writer.con.execute(
            "INSERT INTO source BY NAME SELECT 'source-' || n AS source_id, source_id AS name, "
            "'rss' AS kind, 'https://' || source_id || '.invalid/rss' AS url, "
            "'unknown' AS ownership, 'unknown' AS alignment, 'M' AS verification, "
            "'default' AS user_agent, true AS is_full_text, true AS is_enabled, "
            f"? AS first_seen_at, ? AS updated_at FROM range({SOURCES}) AS s(n)",
            [growth.NOW, growth.NOW],
        )
    publish(warehouse, "run_quality", growth.NOW)
    size = (warehouse / "warehouse.duckdb").stat().st_size / 2**20
    found = Quality(stored, time.perf_counter() - began, size)
    judge_apart(warehouse, found)
    return found


def judge_apart(warehouse: Path, found: Quality) -> None:
    """Judge in a process of its own and note what it took."""
    command = [sys.executable, "-m", "benchmarks.quality", "--judge", str(warehouse)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    while process.poll() is None:
        found.peak_mb = max(found.peak_mb, tree_mb(process.pid))
        time.sleep(0.05)
    found.seconds = time.perf_counter() - began
    output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise RuntimeError(f"judging {warehouse} ended with {process.returncode}")
    told = json.loads(output.splitlines()[-1])
    found.checks, found.failed = told["checks"], told["failed"]
    found.parts, found.rows = told["parts"], told["rows"]


def judge_here(warehouse: Path) -> dict[str, object]:
    """Judge a published warehouse in this process; seconds and rows by suite."""
    from dossiers.loader import load
    from expectations.judge import Counted, judge
    from expectations.profile import load_profile
    from expectations.sieve import prepare, warehouse_tallies
    from expectations.suites import load_suites
    from warehouse.judging import open_published

    counted, parts = [], {}
    with open_published(warehouse) as judged:
        prepare(judged, load(), load_profile(), growth.NOW)
        for suite in load_suites():
            began = time.perf_counter()
            tallies = warehouse_tallies(judged, suite)
            counted.append(Counted(suite.name, suite.of_scope("warehouse"), tallies))
            parts[suite.name] = time.perf_counter() - began
    began = time.perf_counter()
    rows = judge(counted, directory=warehouse / "quality")
    parts["Great Expectations"] = time.perf_counter() - began
    return {
        "checks": len(rows),
        "failed": [f"{row.expectation}: {row.observed}" for row in rows if not row.success],
        "parts": parts,
        "rows": {one.suite: max(t.rows for t in one.tallies.values()) for one in counted},
    }


def render(found: Quality) -> list[str]:
    """The figures as Markdown blocks."""
    rows = [
        [name, f"{found.rows[name]:,}" if name in found.rows else "", f"{seconds:.1f}"]
        for name, seconds in found.parts.items()
    ]
    return [
        f"All suites over a warehouse of {found.articles:,} generated articles "
        f"({found.file_mb:,.0f} MB), in a process of its own: **{found.seconds:.0f} s and "
        f"{found.peak_mb:,.0f} MB** at most (goals {GOAL_SECONDS:.0f} s, {GOAL_MB:,.0f} MB), "
        f"{found.checks} expectations, {len(found.failed)} of them failing.",
        table(["suite", "rows", "seconds"], rows),
    ]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and say by the exit code whether the goals are met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="build there (an empty folder) and leave it")
    parser.add_argument("--judge", type=Path, help="judge this warehouse, in this process")
    options = parser.parse_args(arguments)
    if options.judge:
        print(json.dumps(judge_here(options.judge)))
        return 0
    with tempfile.TemporaryDirectory(prefix="araxes-quality-") as scratch:
        folder = options.keep or Path(scratch)
        found = measure(folder, options.articles)
    print("\n\n".join(render(found)))
    for line in found.failed:
        print(line, file=sys.stderr)
    print(f"built in {found.build_seconds:.0f} s", file=sys.stderr)
    return 0 if found.is_met else 1


if __name__ == "__main__":
    sys.exit(main())
