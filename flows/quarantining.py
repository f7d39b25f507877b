"""Decisions on what quality holds back: run it again, or let it through as if it had passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from dossiers.loader import load
from flows.records import DEFAULT_HORIZON, Clock, IngestRequest, RunReport, new_run_id
from flows.reprocessing import Reprocess
from flows.settings import Settings
from flows.stages.commit import FAILING_BATCH
from warehouse.locks import run_lock
from warehouse.quarantine import BATCH
from warehouse.records import QuarantineDecision
from warehouse.store import open_writer

Decision = Literal["retry", "release"]


class QuarantineError(Exception):
    """A decision that cannot be carried out; the message names the row and the mend."""

    is_usage = True


@dataclass(frozen=True, slots=True)
class Decided:
    """A row, what became of it by a decision, and in words how many alerts that gave free."""

    quarantine_id: str
    url: str
    outcome: str
    note: str = ""


def carry_out(
    warehouse: Path,
    ids: Sequence[str],
    decision: Decision,
    *,
    reason: str | None = None,
    decided_by: str | None = None,
    settings: Settings | None = None,
    now: datetime | None = None,
) -> tuple[list[Decided], RunReport]:
    """Decide on rows of the quarantine, and keep the decision.

    A retry runs a row's capture again through today's transforms and checks. A release does
    too, and lets it through whatever critical check it fails; of a failing batch it gives the
    alerts to the outbox. Alerts go out as they would have in their day.

    Args:
        warehouse: its directory.
        ids: rows of table ``quarantine``.
        decision: ``retry`` or ``release``.
        reason: why; a release needs one.
        decided_by: who decides.
        settings: the deployment's settings; read from the environment by default.
        now: the moment it is; None for the real one.

    Raises:
        QuarantineError: a row is unknown, or is of a kind that this cannot be done to.
        WarehouseError: the warehouse cannot be written.
    """
    if decision == "release" and not (reason or "").strip():
        raise QuarantineError("a release needs a reason: give one with --reason")
    settings, clock = settings or Settings(), Clock(now)
    report = RunReport(new_run_id(clock()), clock())
    with run_lock(warehouse, wait=True, now=clock(), purpose="quarantine"):
        with open_writer(warehouse, timeout_seconds=None, now=clock()) as writer:
            rows = writer.quarantine.rows(ids)
            _check(ids, rows, decision)
            chosen = writer.quarantine.captures(ids=_captures(rows))
            told = _give_free(writer, rows, clock())
        run = Reprocess(
            IngestRequest(warehouse, alert_horizon=_horizon(rows, clock())),
            settings,
            dossier := load(),
            dict(dossier.sources),
            clock,
            report,
            kind="quarantine",
            chosen=chosen,
            folder=warehouse / "captures",
            is_silent=False,
            releases=frozenset(rows) if decision == "release" else frozenset(),
            decide=lambda: _keep(run, rows, told, decision, reason, decided_by),
        )
        run.carry_out()
    return run.decided, report


def _check(ids: Sequence[str], rows: Mapping[str, Any], decision: Decision) -> None:
    """Raise for what cannot be done, before anything is done."""
    for name in ids:
        row = rows.get(name)
        if row is None:
            raise QuarantineError(
                f"{name}: no such row in quarantine; `araxes quarantine list` shows them"
            )
        if row["reason"] == FAILING_BATCH and decision == "retry":
            raise QuarantineError(
                f"{name} stands for the alerts of a batch: release it, or run its captures again "
                "with `araxes reprocess`"
            )
        if row["stage"] != "judge" and decision == "release":
            raise QuarantineError(
                f"{name} was refused by {row['stage']} ({row['reason']}), not by a check: there "
                "is nothing coded to let through. Retry runs it through today's transforms"
            )


def _captures(rows: Mapping[str, Any]) -> list[str]:
    """The captures to run again: not those whose address gave an article since."""
    return [
        row["capture_id"] for row in rows.values() if row["capture_id"] and row["state"] != "mended"
    ]


def _give_free(writer: Any, rows: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """Release the alerts of batches; row id → in words how many."""
    told = {}
    for name, row in rows.items():
        if row["reason"] == FAILING_BATCH:
            free, taken_back = writer.quarantine.release_alerts(row["url"].removeprefix(BATCH), now)
            told[name] = f"{free} alerts released"
            if taken_back:
                told[name] += f", {taken_back} not told: taken back meanwhile"
    return told


def _horizon(rows: Mapping[str, Any], now: datetime) -> timedelta:
    """The alert horizon as it was on the day the oldest row was refused."""
    ages: list[timedelta] = [now - row["quarantined_at"] for row in rows.values()]
    return DEFAULT_HORIZON + max([timedelta(), *ages])


def _keep(
    run: Reprocess,
    rows: Mapping[str, Any],
    told: Mapping[str, str],
    decision: Decision,
    reason: str | None,
    decided_by: str | None,
) -> list[Decided]:
    """Store the decisions with what became of each row."""
    now = run.clock()
    with open_writer(run.request.warehouse, timeout_seconds=None, now=now) as writer:
        outcomes = writer.quarantine.outcomes(_captures(rows))
        found = []
        for name, row in rows.items():
            outcome, note = outcomes.get(row["capture_id"], "lost"), told.get(name, "")
            if name in told:
                outcome = "released"
            elif row["state"] == "mended":
                outcome, note = "unchanged", "taken in since: an older text is not brought back"
            elif row["warc_file"] is None or row["capture_id"] in run.lost:
                outcome = "lost"
            found.append(Decided(name, row["url"], outcome, note))
        writer.quarantine.note(
            [
                QuarantineDecision(
                    each.quarantine_id, decision, each.outcome, reason, decided_by, now,
                    run.report.run_id,
                )
                for each in found
            ]
        )  # fmt: skip
    return found
