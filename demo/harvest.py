"""Runs the project's commands as anybody would, and gathers what they print.

Everything goes through the command line contract: ``ingest``, ``sql --json``,
``events --json``, ``alerts --json``, ``sources --json``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from demo.found import Found

if TYPE_CHECKING:
    from collections.abc import Mapping

GENTLE: Final = {
    "ARAXES_HOST_DELAY_SECONDS": "0.02",
    "ARAXES_CONNECT_SECONDS": "2",
    "ARAXES_FIRST_BYTE_SECONDS": "2.5",
    "ARAXES_TOTAL_SECONDS": "6",
    "ARAXES_RETRIES": "1",
    "ARAXES_PAGE_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
}
"""Loopback needs no long courtesy, and the slow host should cost seconds, not minutes. No page
here hangs: a page whose extraction takes long is on a busy machine."""
QUERIES: Final = {
    "articles": (
        "SELECT url, source_id, language, title, published_at, is_relevant, story_id, relation, "
        "duplicate_of_url, similarity, version, gone_at "
        "FROM article LEFT JOIN article_check USING (article_no)"
    ),
    "quarantine": "SELECT url, source_id, stage, reason, detail FROM quarantine",
    "captures": (
        "SELECT url, source_id, kind, status, outcome, reason, error, error_detail FROM capture"
    ),
    "mentions": (
        "SELECT m.url, m.quote, m.type, m.status, m.language, "
        "coalesce(e.novelty, m.novelty) AS novelty, e.event_id "
        "FROM event_mention m LEFT JOIN event_member e USING (mention_id) WHERE m.is_current"
    ),
    "feeds": "SELECT * FROM feed",
    "ledger": "SELECT url, source_id, state, reason FROM url_ledger",
}
QUALITY: Final = (
    "SELECT suite, severity, count(*) AS judged, count(*) FILTER (NOT is_success) AS failed "
    "FROM quality_result GROUP BY ALL ORDER BY ALL"
)


BALANCE: Final = (
    "SELECT count(*) AS sources, sum(discovered) AS discovered, sum(taken) AS taken, "
    "sum(waiting) AS waiting, sum(unreachable) AS unreachable, sum(refused) AS refused, "
    "sum(removed) AS removed, bool_and(is_balanced) AS is_balanced FROM source_ledger"
)


class CommandError(RuntimeError):
    """A command of the project failed; names it, its exit code and what it said."""


@dataclass(frozen=True, slots=True)
class Cli:
    """The project's command, on one warehouse."""

    command: tuple[str, ...]
    warehouse: Path
    prefect_home: Path

    @classmethod
    def find(cls, warehouse: Path, prefect_home: Path) -> Cli:
        """The installed ``araxes`` beside this Python, else the module itself."""
        beside = Path(sys.executable).with_name("araxes")
        found = str(beside) if beside.exists() else shutil.which("araxes")
        command = (found,) if found else (sys.executable, "-m", "flows.cli")
        return cls(command, warehouse, prefect_home)

    def run(self, *arguments: str, accept: tuple[int, ...] = (0,), **settings: str) -> str:
        """Standard output of a command.

        Raises:
            CommandError: when it ends with a code that is not accepted.
        """
        line = [*self.command, *arguments, "--warehouse", str(self.warehouse)]
        done = subprocess.run(
            line,
            capture_output=True,
            text=True,
            env={**self._environment(), **settings},
            check=False,
            timeout=300,
        )
        if done.returncode not in accept:
            said = (done.stderr or done.stdout).strip()[-2000:]
            shown = " ".join(["araxes", *arguments])
            raise CommandError(f"{shown} ended with {done.returncode}:\n{said}")
        return done.stdout

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """A listing's JSON array."""
        printed = self.run(*arguments, "--json")
        try:
            rows: list[dict[str, Any]] = json.loads(printed)
        except json.JSONDecodeError as error:
            shown = " ".join(["araxes", *arguments, "--json"])
            raise CommandError(f"{shown} did not print one JSON array: {error}") from error
        return rows

    def sql(self, query: str) -> list[dict[str, Any]]:
        """Rows of a query over the published snapshot."""
        return self.rows("sql", query)

    def ingest(self, catalogue: Path, now: str) -> float:
        """One real run over the demo's catalogue; returns the seconds it took.

        Exit code 3 is accepted: refusing the planted pages may well count as partial.
        """
        began = time.monotonic()
        self.run(
            *("ingest", "--sources", str(catalogue), "--now", now),
            *("--alert-horizon", "none", "--allow-private", "127.0.0.1"),
            accept=(0, 3),
        )
        return time.monotonic() - began

    def backfill(self, archive: Path, now: str) -> float:
        """The archive through the same transforms; returns the seconds it took."""
        began = time.monotonic()
        # one page is wanted: a second extraction process would only cost its start
        self.run("backfill", str(archive), "--now", now, accept=(0, 3), ARAXES_WORKERS="1")
        return time.monotonic() - began

    def _environment(self) -> Mapping[str, str]:
        own = {"PREFECT_HOME": str(self.prefect_home), "NO_COLOR": "1"}
        return {**os.environ, **GENTLE, **own}


def gather(cli: Cli) -> Found:
    """Everything the comparison needs, as the commands print it."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        listings = {name: pool.submit(cli.rows, name) for name in ("sources", "events", "alerts")}
        queries = {name: pool.submit(cli.sql, query) for name, query in QUERIES.items()}
        listed = {name: tuple(rows.result()) for name, rows in listings.items()}
        tables = {name: tuple(rows.result()) for name, rows in queries.items()}
    feeds = (*tables.pop("feeds"), *listed.pop("sources"))
    return Found(**tables, **listed, feeds=feeds)
