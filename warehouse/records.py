"""What is committed: one batch, one transaction.

The flow builds a `Batch` from what connectors and transforms made; `warehouse.store` writes
it whole or not at all. All datetimes are UTC-aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from connectors.records import Capture, FeedState
    from transforms.records import (
        CodedDocument,
        DuplicateLink,
        Event,
        IdentityStep,
        Ruling,
        SituatedMention,
    )

Outcome = Literal["new", "changed", "unchanged", "quarantined"]


GONE: Final = ("gone", "http_404", "soft_404")
"""Reasons for which an article looked at again is marked as removed."""
CUT_OFF: Final = ("timeout", "worker_died")
"""Reasons of an extraction that was cut off, as it is on a busy machine: to be tried again."""


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """One fetch and the one state it ended in. ``article_url`` where it led to an article."""

    capture: Capture
    outcome: Outcome
    article_url: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """A new or changed article with its place among the others.

    Attributes:
        bands: 64-bit hashes of the bands of its signature (the band's number mixed in).
        features: what `transforms` compares stories by, as plain JSON.
    """

    coded: CodedDocument
    outcome: Literal["new", "changed"]
    capture_id: str
    fetched_at: datetime
    duplicate: DuplicateLink
    bands: tuple[int, ...] = ()
    features: Mapping[str, Any] | None = None


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
            ``retraction`` (all: `alerts.rules.CauseKind`).
        state: ``pending`` to be sent, ``suppressed`` beyond the alert horizon, ``held`` where
            its batch failed its checks.
        payload: the event in the contract's JSON, plus ``alert_id``, ``cause``.
    """

    alert_id: str
    event_id: str
    cause: str
    state: Literal["pending", "suppressed", "held"]
    payload: dict[str, Any]
    created_at: datetime
    held_by: str | None = None
    """The judgement that holds it."""


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
class Review:
    """An analyst's judgement of an event, a mention or an alert."""

    review_id: str
    subject_kind: Literal["event", "mention", "alert"]
    subject_id: str
    verdict: Literal["confirm", "reject", "merge", "split"]
    reviewed_at: datetime
    target_id: str | None = None
    reviewer: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything one transaction takes in.

    Attributes:
        block_keys: (mention id, its block keys) for the situated mentions.
        dissolved: ids of events that no mention tells any more and none took over.
        reviews: analysts' decisions, each with what it rules about mentions.
    """

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
    block_keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    dissolved: tuple[str, ...] = ()
    reviews: tuple[tuple[Review, tuple[Ruling, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class CommitReport:
    """What a commit changed. All are counts of rows; a repeated commit has zeros."""

    captures: int = 0
    articles_new: int = 0
    articles_changed: int = 0
    articles_same: int = 0
    quarantined: int = 0
    mentions_new: int = 0
    events_new: int = 0
    events_changed: int = 0
    events_gone: int = 0
    alerts_new: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """A capture that lies in the archive; ``is_refused`` where it led to no article."""

    capture_id: str
    url: str
    source_id: str
    warc_file: str
    warc_offset: int
    fetched_at: datetime
    article_url: str | None
    is_refused: bool


@dataclass(frozen=True, slots=True)
class QuarantineDecision:
    """What was decided about a row in quarantine, and what became of it."""

    quarantine_id: str
    decision: Literal["retry", "release"]
    outcome: str
    reason: str | None
    decided_by: str | None
    decided_at: datetime
    run_id: str


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What is stored of an article. ``last_seen`` is when its page was last fetched."""

    url: str
    text_digest: str
    story: str
    last_seen: datetime
    version: int
    relevant: bool = False
    coder_version: str = ""


@dataclass(frozen=True, slots=True)
class StoredFeatures:
    """What a stored article is compared by. ``features`` as `ArticleRow` gave them."""

    url: str
    story: str
    text_digest: str
    published: datetime | None
    relevant: bool
    signature: tuple[int, ...]
    features: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BackfillFile:
    """How far an archive of a backfill has been taken in; counts are of what is committed."""

    path: str
    size_bytes: int
    state: Literal["under_way", "complete", "failed"]
    response_count: int = 0
    page_count: int = 0
    wanted_count: int = 0
    damaged_count: int = 0


@dataclass(frozen=True, slots=True)
class Archive:
    """A WARC file that may hold captures not committed yet.

    ``run_id`` is None for a file found in the folder that no run had registered.
    """

    warc_file: str
    run_id: str | None
    opened_at: datetime | None


DeliveryState = Literal["held", "queued", "sending", "sent", "retry", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """State of one alert on one channel.

    Attributes:
        attempts: attempts begun.
        next_attempt_at: not to be sent before this; of what is held, when waiting ends.
        digest_id: the digest it is told in, once that is made up.
        reference: what the channel called the message.
    """

    channel: str
    state: str
    attempts: int
    detail: str | None
    updated_at: datetime
    next_attempt_at: datetime | None = None
    digest_id: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An alert that is still to be told, with how far each channel has come."""

    alert_id: str
    event_id: str
    cause: str
    payload: dict[str, Any]
    created_at: datetime
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What is decided for one alert on one channel, before or instead of sending it."""

    alert_id: str
    channel: str
    state: Literal["held", "queued", "skipped"]
    detail: str | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An alert whose time has come on one channel."""

    alert_id: str
    event_id: str
    payload: dict[str, Any]
    created_at: datetime
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Marked:
    """How one alert on one channel stands after a step of its sending."""

    alert_id: str
    channel: str
    state: Literal["sending", "sent", "retry", "failed"]
    detail: str | None = None
    next_attempt_at: datetime | None = None
    digest_id: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel fares: failures in a row, and until when it is left alone."""

    channel: str
    failures: int = 0
    rests_until: datetime | None = None
    last_sent_at: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A message about an event that a channel has, or may have: what updates thread to."""

    channel: str
    event_id: str
    alert_id: str
    state: str
    attempts: int
    reference: str | None = None
    digest_id: str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """One passage that tells an event: for whom it counts, what it says, when it was seen."""

    origin: str
    country: str | None
    status: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Who tells an event, by time; and (believed from, confidence of its coding), by time."""

    tellings: tuple[Telling, ...] = ()
    confidence: tuple[tuple[datetime, float], ...] = ()
