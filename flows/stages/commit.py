"""Commit: decide and write a judged batch inside one lock and one transaction.

What somebody decided to let through passes although a check blocks it; the alerts of a batch
that fails as a whole are written as held, beside a row in quarantine that stands for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.crashpoints import reach
from flows.stages.decide import Setting, decide, quarantine_row
from flows.stages.judge import Judgement
from flows.stages.transform import Processed, Refusal
from warehouse.quarantine import BATCH, quarantine_id
from warehouse.records import AlertRow, Batch, QuarantineRow
from warehouse.store import open_writer

if TYPE_CHECKING:
    from warehouse.store import Writer

FAILING_BATCH = "failing_batch"
"""Reason of the row that stands for the alerts of a batch."""


def commit_batch(judgement: Judgement, *, directory: Path, setting: Setting) -> Batch:
    """Decide what a batch means, commit it whole, and return what was committed."""
    with open_writer(directory, timeout_seconds=None, now=setting.now) as writer:
        batch = decide(
            let_through(judgement, writer, setting.releases), writer=writer, setting=setting
        )
        batch = replace(batch, quality=(judgement.run,))
        batch = hold(batch, judgement, writer)
        writer.commit(batch, hook=reach)
    return batch


def let_through(
    judgement: Judgement, writer: Writer, releases: frozenset[str]
) -> Sequence[Processed]:
    """The judged batch, with what was blocked and is released put back as it was coded."""
    blocked = judgement.blocked
    if not blocked:
        return judgement.processed
    ids = {
        item.capture.capture_id: refusal_id(item)
        for item in judgement.processed
        if item.capture.capture_id in blocked
    }
    released = writer.quarantine.released(ids.values()) | releases
    return [
        replace(item, result=blocked[name])
        if (name := item.capture.capture_id) in ids and ids[name] in released
        else item
        for item in judgement.processed
    ]


def refusal_id(item: Processed) -> str:
    """Id of the row in quarantine that a refused capture has, or would have."""
    assert isinstance(item.result, Refusal)
    row = quarantine_row(item.capture, item.result)
    return quarantine_id(row.url, row.stage, row.reason, item.capture.digest)


def hold(batch: Batch, judgement: Judgement, writer: Writer) -> Batch:
    """Hold alerts: all of a failing batch, and those that update one that is held already."""
    pending = [row for row in batch.alerts if row.state == "pending"]
    if not pending:
        return batch
    why, judged = judgement.failure, judgement.run.quality_run_id
    holding = writer.quarantine.holding({row.event_id for row in pending})

    def held(row: AlertRow) -> AlertRow:
        by = judged if why else holding.get(row.event_id)
        return replace(row, state="held", held_by=by) if by and row.state == "pending" else row

    batch = replace(batch, alerts=tuple(held(row) for row in batch.alerts))
    if not why:
        return batch
    row = QuarantineRow(
        url=f"{BATCH}{judged}",
        source_id=None,
        stage="judge",
        reason=FAILING_BATCH,
        detail=f"{why}; its {len(pending)} alerts are held. Look at it, then "
        "`araxes quarantine release` tells them; they are never told by themselves",
    )
    return replace(batch, quarantined=(*batch.quarantined, row))
