"""What a run is asked to do and what it says it did."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from warehouse.records import QualityRow

DEFAULT_HORIZON = timedelta(days=7)

EXIT_COMPLETE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3


@dataclass(frozen=True, slots=True)
class IngestRequest:
    """One ingestion run.

    Attributes:
        warehouse: the warehouse directory.
        sources: a catalogue file; None for the dossier's catalogue.
        files: a folder of documents instead of any catalogue.
        only: source ids to keep; empty keeps all.
        now: the moment the run is to believe in; None for the real one.
        alert_horizon: events first reported longer ago are stored but not sent; None sends all.
        allow_private: hosts (``host`` or ``host:port``) that may be on private addresses.
        wait: True queues behind a running ingestion, False yields to it.
        workers, page_seconds, batch_size: None takes the settings' value.
    """

    warehouse: Path
    sources: Path | None = None
    files: Path | None = None
    only: tuple[str, ...] = ()
    now: datetime | None = None
    alert_horizon: timedelta | None = DEFAULT_HORIZON
    allow_private: frozenset[str] = frozenset()
    wait: bool = True
    workers: int | None = None
    page_seconds: float | None = None
    batch_size: int | None = None


def new_run_id(now: datetime) -> str:
    """A run's id: sortable by time, unique."""
    return f"run_{now:%Y%m%dT%H%M%S}_{secrets.token_hex(3)}"


class Clock:
    """A clock that starts at a given moment and runs on at the speed of the real one."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = (start or datetime.now(UTC)).astimezone(UTC)
        self._began = time.monotonic()

    def __call__(self) -> datetime:
        """The moment it is, UTC."""
        return self._start + timedelta(seconds=time.monotonic() - self._began)


EXAMPLES: Final = 5
"""Ids kept of what fails a check, for a run's report."""


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that failed in a run, over all its batches; ``examples`` are ids of offenders."""

    suite: str
    check: str
    severity: str
    unexpected: int
    examples: tuple[str, ...]
    why: str


@dataclass(slots=True)
class RunReport:
    """What a run did: counted, with what went wrong named.

    ``outcomes`` counts captures by their one final state; ``failures`` are
    (subject, reason, detail) of sources and pages that could not be taken in.
    """

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    status: str = "running"
    exit_code: int = EXIT_COMPLETE
    sources_polled: int = 0
    sources_failed: int = 0
    replayed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    alerts: Counter[str] = field(default_factory=Counter)
    quality: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    failed_checks: dict[str, FailedCheck] = field(default_factory=dict)

    def note_check(self, row: QualityRow) -> None:
        """Take in a check that failed, adding to what it found in other batches."""
        name = f"{row.suite}.{row.expectation}"
        before = self.failed_checks.get(name)
        ids = dict.fromkeys([*(before.examples if before else ()), *row.unexpected_ids])
        self.failed_checks[name] = FailedCheck(
            suite=row.suite,
            check=row.expectation,
            severity=row.severity,
            unexpected=row.unexpected_count + (before.unexpected if before else 0),
            examples=tuple(ids)[:EXAMPLES],
            why=row.detail or "",
        )

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values."""
        return {
            "run_id": self.run_id,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
            "status": self.status,
            "exit_code": self.exit_code,
            "sources_polled": self.sources_polled,
            "sources_failed": self.sources_failed,
            "replayed": self.replayed,
            "outcomes": dict(self.outcomes),
            "articles": dict(self.articles),
            "events": dict(self.events),
            "alerts": dict(self.alerts),
            "quality": dict(self.quality),
            "failures": [list(failure) for failure in self.failures],
            "notes": list(self.notes),
            "failed_checks": [asdict(check) for check in self.failed_checks.values()],
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
        }
