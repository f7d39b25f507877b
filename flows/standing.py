"""How things stand, in ten lines, for whoever looks once a day and for a monitor.

Exit codes and the first line follow the Nagios plugin guidelines (Monitoring Plugins Project):
0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. What is small and must be true now (runs, outbox, held
batches) is read from the pipeline's own file; the rest from the published snapshot.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from warehouse.connection import WAREHOUSE_FILE
from warehouse.errors import WarehouseError
from warehouse.locks import RUN_LOCK, is_held
from warehouse.read import open_reader
from warehouse.store import open_writer

State = Literal["ok", "warning", "critical", "unknown"]
CODES: Final[Mapping[State, int]] = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}

RUN_EVERY: Final = timedelta(hours=26)
"""A daily run is missed when none has ended well for so long: a day, and room to be late in."""
LATE: Final = timedelta(hours=1)
"""An alert that is due and not sent for longer is late."""
LOW_DISK_BYTES: Final = 1_000_000_000
NAMED: Final = 5
"""Sources named in a line; the rest are counted."""
LOCK_SECONDS: Final = 10.0

INGESTING: Final = "('ingest', 'files', 'stream', 'backfill')"
LIVE: Final[Mapping[str, str]] = {
    "last": "SELECT run_id, kind, status, started_at, finished_at FROM run "
    f"WHERE kind IN {INGESTING} ORDER BY started_at DESC LIMIT 1",
    "good": "SELECT max(finished_at) AS at FROM run WHERE kind IN ('ingest', 'files', 'stream') "
    "AND status IN ('complete', 'partial')",
    "outbox": "SELECT count(*) FILTER (state = 'pending') AS pending, "
    "count(*) FILTER (state = 'failed') AS failed, count(*) FILTER (state = 'held') AS held "
    "FROM alert",
    "late": "SELECT count(DISTINCT alert_id) AS late, "
    "list_sort(list(DISTINCT channel)) AS channels FROM alert_delivery "
    "WHERE state IN ('queued', 'sending', 'retry') "
    "AND coalesce(next_attempt_at, updated_at) < $now - INTERVAL 1 HOUR "
    "OR state = 'retry' AND attempts > 3",
    "quarantine": "SELECT count(*) FILTER (reason <> 'failing_batch') AS blocked, "
    "count(*) FILTER (reason = 'failing_batch') AS batches FROM quarantine_state "
    "WHERE stage = 'judge' AND state = 'waiting'",
}
"""Questions that are cheap whatever is stored."""
PUBLISHED: Final[Mapping[str, str]] = {
    "intake": "SELECT count(*) FILTER (kind <> 'feed') AS captures, "
    "count(*) FILTER (outcome = 'quarantined' AND kind <> 'feed') AS refused FROM capture "
    "WHERE fetched_at > $since",
    "articles": "SELECT count(*) AS fresh, count(*) FILTER (is_relevant) AS relevant FROM article "
    "WHERE first_seen_at > $since",
    "events": "SELECT count(DISTINCT event_id) FILTER (version = 1) AS fresh, "
    "count(DISTINCT event_id) FILTER (version > 1) AS moved FROM event_version "
    "WHERE believed_from > $since",
    "silent": "SELECT source_id FROM source_silence WHERE is_alarming ORDER BY chance, source_id",
    "sources": "SELECT source_id, state FROM source_health ORDER BY source_id",
    "checks": "SELECT scope, suite || '.' || expectation AS name, severity, judged_at "
    "FROM quality_now WHERE NOT is_success AND scope <> 'batch' ORDER BY severity, name",
    "review": "SELECT count(*) AS waits FROM review_queue",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing looked at."""

    name: str
    state: State
    detail: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


Facts = Mapping[str, Sequence[Mapping[str, Any]]]


def standing(
    directory: Path, *, now: datetime, run_every: timedelta = RUN_EVERY
) -> tuple[Line, ...]:
    """Ten lines: a summary with the worst state, then nine things.

    Args:
        directory: the warehouse directory.
        now: UTC.
        run_every: how old the last good run may be; twice that is critical.
    """
    try:
        facts = gather(directory, now)
    except WarehouseError as error:
        return (Line("araxes", "unknown", str(error)),)
    lines = [look(facts, directory, now, run_every) for look in LOOKS]
    worst = max(lines, key=lambda line: CODES[line.state]).state
    bad = [f"{line.name}: {line.detail}" for line in lines if line.state == worst]
    said = "; ".join(bad) if worst != "ok" else lines[0].detail
    return (Line("araxes", worst, said), *lines)


def gather(directory: Path, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """What is known, by question.

    Raises:
        WarehouseError: there is nothing to read.
    """
    since = now - timedelta(days=1)
    with open_reader(directory) as reader:
        facts = {name: _records(reader.query, sql, now, since) for name, sql in PUBLISHED.items()}
        try:
            facts |= _live(directory, now, since)
        except WarehouseError:  # held for long, or on a disk that is full: say what was published
            facts |= {name: _records(reader.query, sql, now, since) for name, sql in LIVE.items()}
            facts["stale"] = [{}]
    return facts


def _live(directory: Path, now: datetime, since: datetime) -> dict[str, list[dict[str, Any]]]:
    if not (directory / WAREHOUSE_FILE).exists():
        return {name: [] for name in LIVE}
    with open_writer(directory, timeout_seconds=LOCK_SECONDS, now=now, purpose="status") as writer:
        return {name: _records(writer.ask, sql, now, since) for name, sql in LIVE.items()}


def _records(ask: Any, sql: str, now: datetime, since: datetime) -> list[dict[str, Any]]:
    given = {"now": now, "since": since}
    result = ask(sql, {name: value for name, value in given.items() if f"${name}" in sql})
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _run(facts: Facts, directory: Path, now: datetime, every: timedelta) -> Line:
    if not facts["last"]:
        return Line("run", "critical", "none has ever begun; `araxes ingest` begins one")
    last, good = facts["last"][0], facts["good"][0]["at"]
    name = f"{last['kind']} {last['run_id']}"
    age = now - good if good else None
    told = f"{name} {last['status']}"
    if last["status"] == "running":
        is_alive = is_held(directory, RUN_LOCK)
        told = (
            f"{name} {'under way' if is_alive else 'was killed'} since {last['started_at']:%H:%M}"
        )
        if not is_alive:
            told += "; the next run makes it good"
    elif last["finished_at"]:
        told += f", ended {ago(now - last['finished_at'])} ago"
    state: State = "ok"
    if last["status"] in ("failed", "partial") or "was killed" in told:
        state = "warning"
    if age is None or age > every:
        state = "critical" if age is None or age > 2 * every else "warning"
        when = f"{ago(age)} ago" if age is not None else "never"
        told += f"; the last good run ended {when}"
    if "stale" in facts:
        told += " (as published: the warehouse is being written)"
    return Line("run", state, told)


def _intake(facts: Facts, _directory: Path, _now: datetime, _every: timedelta) -> Line:
    captures, articles = facts["intake"][0], facts["articles"][0]
    detail = (
        f"{captures['captures']} pages in 24 h, {captures['refused']} refused; "
        f"{articles['fresh']} new articles, {articles['relevant']} of them relevant"
    )
    return Line("came in", "warning" if not articles["fresh"] else "ok", detail)


def _events(facts: Facts, _directory: Path, _now: datetime, _every: timedelta) -> Line:
    found = facts["events"][0]
    return Line("events", "ok", f"{found['fresh']} new in 24 h, {found['moved']} changed")


def _silent(facts: Facts, _directory: Path, _now: datetime, _every: timedelta) -> Line:
    silent = [row["source_id"] for row in facts["silent"]]
    if not silent:
        return Line("silent", "ok", "no source is silent for longer than its rate explains")
    return Line("silent", "warning", f"{len(silent)} sources: {named(silent)}")


def _failing(facts: Facts, _directory: Path, _now: datetime, _every: timedelta) -> Line:
    known = [r for r in facts["sources"] if r["state"] not in ("disabled", "never_checked")]
    failing = [r["source_id"] for r in known if r["state"] in ("failing", "walled", "retired")]
    detail = f"{len(failing)} of {len(known)} sources"
    if not failing:
        return Line("failing", "ok", detail)
    is_many = 4 * len(failing) > len(known)
    state: State = "critical" if len(failing) == len(known) else "warning" if is_many else "ok"
    return Line("failing", state, f"{detail}: {named(failing)}")


def _quality(facts: Facts, _directory: Path, _now: datetime, _every: timedelta) -> Line:
    critical = [r["name"] for r in facts["checks"] if r["severity"] == "critical"]
    warnings = [r["name"] for r in facts["checks"] if r["severity"] == "warning"]
    detail = f"{len(critical)} critical checks fail, {len(warnings)} warnings"
    if critical:
        return Line("quality", "critical", f"{detail}: {named(critical)}")
    return Line("quality", "ok", detail + (f": {named(warnings)}" if warnings else ""))


def _outbox(facts: Facts, _directory: Path, _now: datetime, _every: timedelta) -> Line:
    box, late = facts["outbox"][0], facts["late"][0]
    detail = f"{box['pending']} alerts wait, {box['failed']} were given up on"
    if late["late"]:
        detail += f"; {late['late']} are late on {named(late['channels'])}"
    return Line("outbox", "warning" if late["late"] or box["failed"] else "ok", detail)


def _waiting(facts: Facts, _directory: Path, _now: datetime, _every: timedelta) -> Line:
    held, review = facts["quarantine"][0], facts["review"][0]["waits"]
    detail = (
        f"{held['blocked']} documents in quarantine, {held['batches']} failed batches with "
        f"{facts['outbox'][0]['held']} held alerts; {review} events to review"
    )
    waits = held["blocked"] or held["batches"]
    return Line("waits", "warning" if waits else "ok", detail)


def _disk(_facts: Facts, directory: Path, _now: datetime, _every: timedelta) -> Line:
    free = shutil.disk_usage(directory).free
    file = directory / WAREHOUSE_FILE
    size = file.stat().st_size if file.exists() else 0
    detail = f"{free / 1e9:.1f} GB free; the warehouse has {size / 1e9:.2f} GB"
    state: State = "critical" if free < LOW_DISK_BYTES else "warning" if free < 4 * size else "ok"
    return Line("disk", state, detail)


LOOKS: Final[tuple[Callable[[Facts, Path, datetime, timedelta], Line], ...]] = (
    _run, _intake, _events, _silent, _failing, _quality, _outbox, _waiting, _disk,
)  # fmt: skip


def named(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")


def ago(age: timedelta) -> str:
    """A length of time as people say it."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 72 * 60 else f"{minutes // 1440} days"


def plain_lines(lines: Sequence[Line]) -> Iterator[str]:
    """The lines as a monitoring plugin prints them: the summary first."""
    first, *rest = lines
    yield f"ARAXES {first.state.upper()} - {first.detail}"
    for line in rest:
        yield f"{line.state:<8} {line.name:<8} {line.detail}"
