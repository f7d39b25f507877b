"""What is committed: one batch, one transaction.

The flow builds a `Batch` from what connectors and transforms made; `warehouse.store` writes
it whole or not at all. All datetimes are UTC-aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from connectors.records import Capture, FeedState
from transforms.records import CodedDocument, DuplicateLink, Event, IdentityStep, SituatedMention

Outcome = Literal["new", "changed", "unchanged", "quarantined"]


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """One fetch and the one state it ended in. ``article_url`` where it led to an article."""

    capture: Capture
    outcome: Outcome
    article_url: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """A new or changed article with its place among the others."""

    coded: CodedDocument
    outcome: Literal["new", "changed"]
    capture_id: str
    fetched_at: datetime
    duplicate: DuplicateLink


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """What could not be processed, why, and where its bytes are.

    ``stage`` is the stage that refused it (capture, extract, judge, …); ``reason`` a short
    stable word, ``detail`` a sentence that names the input and the mend.
    """

    url: str
    source_id: str | None
    stage: str
    reason: str
    detail: str
    capture_id: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert for the outbox.

    Attributes:
        alert_id: ``alr_`` + 16 hex over event id and cause key: the same cause never
            alerts twice.
        cause: ``new``, ``status``, ``third_party``, ``venue``, ``contradiction`` or
            ``retraction``.
        state: ``pending`` to be sent, ``suppressed`` beyond the alert horizon.
        payload: the event in the contract's JSON, plus ``alert_id``, ``cause``.
    """

    alert_id: str
    event_id: str
    cause: str
    state: Literal["pending", "suppressed"]
    payload: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class QualityRow:
    """One expectation's result. ``severity`` critical blocks, warning is recorded."""

    suite: str
    expectation: str
    subject: str
    severity: Literal["critical", "warning"]
    success: bool
    observed: str | None
    unexpected_count: int
    unexpected_ids: tuple[str, ...]
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class QualityRun:
    """One judgement of one thing (a batch, the warehouse, the seed corpus)."""

    quality_run_id: str
    run_id: str
    scope: Literal["batch", "warehouse", "seed"]
    judged_at: datetime
    ran: bool
    note: str | None
    results: tuple[QualityRow, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything one transaction takes in."""

    run_id: str
    now: datetime
    captures: tuple[CaptureRow, ...] = ()
    articles: tuple[ArticleRow, ...] = ()
    quarantined: tuple[QuarantineRow, ...] = ()
    feeds: tuple[FeedState, ...] = ()
    situated: tuple[SituatedMention, ...] = ()
    events: tuple[Event, ...] = ()
    identity_log: tuple[IdentityStep, ...] = ()
    alerts: tuple[AlertRow, ...] = ()
    quality: tuple[QualityRun, ...] = ()
