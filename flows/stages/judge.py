"""Judge: what may be committed, what must wait in quarantine.

The batch is judged before anything is decided about it, so that a blocked document leaves no
event behind; the seed corpus is judged in every run where its documents are present.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from expectations.frames import batch_frames
from expectations.judge import judge
from expectations.profile import load_profile
from expectations.seeds import read_seeds, seed_frames
from expectations.suites import load_suite
from expectations.warehouse_checks import warehouse_frames
from flows.stages.transform import Processed, Refusal, process_raw
from transforms.records import CodedDocument
from warehouse.records import QualityRow, QualityRun


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judged batch: refusals added where a critical check failed."""

    processed: tuple[Processed, ...]
    run: QualityRun


def judge_batch(
    processed: Sequence[Processed], *, run_id: str, now: datetime, directory: Path | None
) -> Judgement:
    """Judge the coded documents of a batch; those a critical check names become refusals."""
    coded = [item.result for item in processed if isinstance(item.result, CodedDocument)]
    frames = batch_frames(coded, now=now, profile=load_profile())
    rows = judge(load_suite("batch"), frames, directory=directory)
    blocked = _blocked(rows)
    return Judgement(
        tuple(_with_verdict(item, blocked) for item in processed),
        _quality_run("batch", rows, run_id=run_id, now=now),
    )


def judge_seeds(*, seeds: Path | None, run_id: str, now: datetime) -> QualityRun:
    """Judge the seed corpus; says plainly when it could not."""
    raws, absent = read_seeds(seeds) if seeds else ([], ["all of them"])
    if absent:
        note = f"did not run: seed documents absent ({', '.join(absent)}); set ARAXES_SEEDS"
        return _quality_run("seed", (), run_id=run_id, now=now, note=note)
    coded: list[CodedDocument] = []
    for raw in raws:
        result = process_raw(raw)
        if isinstance(result, Refusal):
            note = f"did not run: {raw.doc_id} could not be read ({result.detail})"
            return _quality_run("seed", (), run_id=run_id, now=now, note=note)
        coded.append(result)
    rows = judge(load_suite("seed"), seed_frames(raws, coded))
    return _quality_run("seed", rows, run_id=run_id, now=now)


def judge_warehouse(
    ask: Callable[[str], float], *, run_id: str, now: datetime, directory: Path | None
) -> QualityRun:
    """Judge the whole warehouse by numbers it computes itself."""
    suite = load_suite("warehouse")
    rows = judge(suite, warehouse_frames(suite, ask), directory=directory)
    return _quality_run("warehouse", rows, run_id=run_id, now=now)


def _blocked(rows: Sequence[QualityRow]) -> dict[str, str]:
    return {
        identifier: f"{row.expectation}: {row.detail}"
        for row in rows
        if row.severity == "critical" and not row.success
        for identifier in row.unexpected_ids
    }


def _with_verdict(item: Processed, blocked: dict[str, str]) -> Processed:
    if not isinstance(item.result, CodedDocument) or item.result.document.url not in blocked:
        return item
    why = blocked[item.result.document.url]
    return Processed(item.capture, Refusal("quality", f"{item.result.document.url}: {why}"))


def _quality_run(
    scope: str,
    rows: tuple[QualityRow, ...],
    *,
    run_id: str,
    now: datetime,
    note: str | None = None,
) -> QualityRun:
    return QualityRun(
        quality_run_id=f"qrn_{uuid.uuid4().hex[:16]}",
        run_id=run_id,
        scope=scope,  # type: ignore[arg-type]
        judged_at=now,
        ran=note is None,
        note=note,
        results=rows,
    )
