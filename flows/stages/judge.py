"""Judge: what may be committed, what must wait in quarantine.

The batch is judged before anything is decided about it, so that a blocked document leaves no
event behind; the seed corpus is judged in every run where its documents are present.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from connectors.records import Capture
from dossiers.loader import load
from expectations.frames import Rows, batch_rows
from expectations.judge import Counted, judge
from expectations.profile import load_profile
from expectations.seeds import read_seeds, seed_facts, seed_suite
from expectations.sieve import batch_tallies, prepare, warehouse_tallies
from expectations.suites import load_suites
from flows.pools import PoolFailure
from flows.stages.transform import Processed, Refusal, process_raw
from transforms.records import CodedDocument, RawDocument
from warehouse.judging import open_batch, open_published
from warehouse.records import QualityRow, QualityRun

Coder = Callable[[Sequence[RawDocument]], Sequence[Any]]
"""Codes documents, in their order: in this process, or in a pool."""


BLOCKED_SHARE: Final = 1 / 3
"""Share of a batch's documents from which what blocks them is no matter of single documents."""
BLOCKED_LEAST: Final = 3
"""Fewer blocked documents never make a batch fail as a whole."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judged batch: refusals added where a critical check failed.

    Attributes:
        blocked: what was coded of the documents that were refused, by their capture: somebody
            may have decided to let one through.
        failure: why the batch is not to be trusted as a whole, so that its alerts wait; or None.
    """

    processed: tuple[Processed, ...]
    run: QualityRun
    blocked: Mapping[str, CodedDocument] = field(default_factory=dict)
    failure: str | None = None


def judge_batch(
    processed: Sequence[Processed], *, run_id: str, now: datetime, directory: Path | None
) -> Judgement:
    """Judge a batch; documents that a critical check names become refusals."""
    rows = batch_rows(_each_once(processed), load_profile())
    results = judge(count_batch(rows, now), directory=directory)
    blocked = _blocked(results, rows)
    judged = tuple(_with_verdict(item, blocked) for item in processed)
    refused = {
        before.capture.capture_id: before.result
        for before, after in zip(processed, judged, strict=True)
        if after is not before and isinstance(before.result, CodedDocument)
    }
    return Judgement(
        judged,
        _quality_run("batch", results, run_id=run_id, now=now),
        refused,
        _failure(results, rows, len(refused)),
    )


def _each_once(processed: Sequence[Processed]) -> list[tuple[Capture, CodedDocument | None]]:
    """What is judged: a page that two captures of a batch brought is judged with the first."""
    seen: set[str] = set()
    items: list[tuple[Capture, CodedDocument | None]] = []
    for item in processed:
        coded = item.result if isinstance(item.result, CodedDocument) else None
        if coded is not None:
            # A page that moved comes by both its addresses, with the same passages.
            own = {event.mention_id for event in coded.events}
            coded = None if own and own <= seen else coded
            seen |= own
        items.append((item.capture, coded))
    return items


def count_batch(rows: Rows, now: datetime) -> list[Counted]:
    """What DuckDB counts in the rows of a batch, suite by suite."""
    with open_batch() as judged:
        prepare(judged, load(), load_profile(), now)
        return [
            Counted(
                suite.name,
                suite.of_scope("batch"),
                batch_tallies(judged, suite, rows.get(suite.name, ())),
            )
            for suite in load_suites()
            if suite.of_scope("batch")
        ]


def judge_seeds(
    *, seeds: Path | None, run_id: str, now: datetime, coder: Coder | None = None
) -> QualityRun:
    """Judge the seed corpus; says plainly when it could not.

    Args:
        seeds: folder of the documents, or None.
        run_id: the run it belongs to.
        now: UTC.
        coder: codes the documents; by default this process does.
    """
    raws, absent = read_seeds(seeds) if seeds else ([], ["all of them"])
    if absent:
        note = f"did not run: seed documents absent ({', '.join(absent)}); set ARAXES_SEEDS"
        return _quality_run("seed", (), run_id=run_id, now=now, note=note)
    coded: list[CodedDocument] = []
    for raw, result in zip(raws, (coder or _code)(raws), strict=True):
        if isinstance(result, Refusal | PoolFailure):
            note = f"did not run: {raw.doc_id} could not be read ({result.detail})"
            return _quality_run("seed", (), run_id=run_id, now=now, note=note)
        coded.append(result)
    rows = judge([seed_suite(seed_facts(raws, coded))])
    return _quality_run("seed", rows, run_id=run_id, now=now)


def _code(raws: Sequence[RawDocument]) -> list[CodedDocument | Refusal]:
    return [process_raw(raw) for raw in raws]


def judge_warehouse(warehouse: Path, *, run_id: str, now: datetime) -> QualityRun:
    """Judge the whole published warehouse; results are kept for its Data Docs.

    Raises:
        NoSnapshot: nothing is published.
    """
    with open_published(warehouse) as judged:
        prepare(judged, load(), load_profile(), now)
        counted = [
            Counted(suite.name, suite.of_scope("warehouse"), warehouse_tallies(judged, suite))
            for suite in load_suites()
        ]
    rows = judge(counted, directory=warehouse / "quality")
    return _quality_run("warehouse", rows, run_id=run_id, now=now)


def critical_failures(run: QualityRun) -> tuple[QualityRow, ...]:
    """The critical results of a judgement that failed."""
    return tuple(row for row in run.results if row.severity == "critical" and not row.success)


def _blocked(results: Sequence[QualityRow], rows: Rows) -> dict[str, str]:
    """Why, by the address of the document (or the id of the capture) that is to be held back."""
    owner = {
        str(row["id"]): row["id"] if suite == "captures" else row["url"]
        for suite, found in rows.items()
        for row in found
    }
    return {
        owner[identifier]: f"{row.expectation}: {row.detail}"
        for row in results
        if row.severity == "critical" and not row.success
        for identifier in row.unexpected_ids
        if identifier in owner
    }


def _failure(results: Sequence[QualityRow], rows: Rows, blocked: int) -> str | None:
    """Why a batch fails as a whole; None where blocking single documents mends it.

    It fails where a critical check found what it cannot pin on single documents, and where so
    many documents are blocked that the others are not to be trusted either: a site's new
    layout, a character set misread, a change of code.
    """
    failed = [row for row in results if row.severity == "critical" and not row.success]
    loose = [row for row in failed if row.unexpected_count > len(row.unexpected_ids)]
    if loose:
        names = ", ".join(sorted({row.expectation for row in loose}))
        return f"{names} failed for more than can be named"
    documents = len(rows.get("articles", ()))
    if blocked >= BLOCKED_LEAST and blocked > BLOCKED_SHARE * documents:
        names = ", ".join(sorted({row.expectation for row in failed}))
        return f"{blocked} of {documents} documents were blocked ({names})"
    return None


def _with_verdict(item: Processed, blocked: dict[str, str]) -> Processed:
    if not isinstance(item.result, CodedDocument):
        return item
    url = item.result.document.url
    why = blocked.get(url) or blocked.get(item.capture.capture_id)
    if why is None:
        return item
    return Processed(item.capture, Refusal("quality", f"{url}: {why}"))


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
