"""What the outside world hands over: candidates, captures and the state of a feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something a source says exists: an address, and what the source says of it.

    Attributes:
        url: absolute http(s) address, or ``file:NAME`` for a document of a folder.
        source_id: the catalogue id of the source that named it.
        published: as the source gives it, UTC; None where absent or impossible.
        title, language, summary, author: hints, never trusted over the page itself.
        alternates: other addresses the source gives for the same item.
        published_is_day: True when ``published`` is a day only (time of day is midnight).
        is_authoritative: True when an index, or the line itself, describes the document:
            its hints then win over what is found inside.
        content: the whole text, where the source carries it itself (a channel's post), so
            that nothing more need be fetched; plain text, paragraphs parted by blank lines.
        article_url: the article this is another look at, by its canonical URL.
        etag, last_modified: validators of the page as it was last seen.
    """

    url: str
    source_id: str
    title: str | None = None
    published: datetime | None = None
    language: str | None = None
    summary: str | None = None
    author: str | None = None
    alternates: tuple[str, ...] = ()
    published_is_day: bool = False
    is_authoritative: bool = False
    content: str | None = None
    article_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """One fetch, whole, as it was appended to a WARC file.

    Attributes:
        capture_id: ``cap_`` + 24 hex digits of SHA-256 over url, fetched_at and digest.
        kind: what the bytes are for: a ``page``, a ``feed``, or a ``file`` from a folder.
        url: address asked for; ``final_url`` after redirects.
        status: HTTP status (200 for files); 0 when no response was had.
        content_type: media type without parameters, lower case; ``charset`` as declared.
        body: decoded of transfer and content encodings; empty for 304 and failures.
        digest: ``sha256:`` + hex over the body.
        fetched_at: UTC.
        warc_file: file name inside ``captures/``; None when nothing was written.
        warc_offset: byte offset of the record in it.
        candidate: what the source said of the address; kept in the record, so that a
            replay knows what the first run knew.
        error: a named reason when there is no usable body (``timeout``, ``too_large``,
            ``robots``, ``dns``, ``refused_address``, ``http_404`` …), else None.
        error_detail: the human sentence for it.
        replayed: True when read back from a WARC that an earlier run left uncommitted.
        permanent_url: where ``url`` has moved for good (301 or 308), else None.
    """

    capture_id: str
    kind: Literal["page", "feed", "file"]
    url: str
    final_url: str
    source_id: str
    status: int
    content_type: str
    charset: str | None
    body: bytes
    digest: str
    fetched_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    warc_file: str | None = None
    warc_offset: int | None = None
    candidate: Candidate | None = None
    error: str | None = None
    error_detail: str | None = None
    replayed: bool = False
    permanent_url: str | None = None


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between runs: its row in the ``feed`` table.

    ``url`` is the address to ask next (a permanent redirect changes it).
    ``retired`` is set by a 410. ``next_check`` honours Retry-After and ttl.
    ``catalogue_url`` is the address the catalogue gave when the state was made: when the
    catalogue is mended, the state starts afresh (None = not known, taken as unchanged).
    ``warning`` is what was odd about the last body that could be read (recovered items,
    unreadable dates), None when nothing was.
    ``asked_seconds`` is the pause the feed or server asks for; ``skip_hours`` (GMT) and
    ``skip_days`` (Monday 0) are when it wants to be spared (RSS 2.0).
    ``duplicate_ratio`` is the share of known items in the last answer.
    ``last_full`` is when a whole body was last had; ``validators_false`` marks a server caught
    answering 304 though its body had changed.
    """

    source_id: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    last_checked: datetime | None = None
    last_changed: datetime | None = None
    last_status: int | None = None
    error_count: int = 0
    error: str | None = None
    interval_seconds: int | None = None
    next_check: datetime | None = None
    item_count: int | None = None
    retired: bool = False
    catalogue_url: str | None = None
    warning: str | None = None
    asked_seconds: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    duplicate_ratio: float | None = None
    last_full: datetime | None = None
    validators_false: bool = False


@dataclass(frozen=True, slots=True)
class FeedResult:
    """One poll of one source: the candidates it named and its new state.

    ``reason`` is the stable word of a failure (``not_a_feed``, ``malformed_feed``, ``timeout``
    …), None unless the outcome is ``failed`` or ``retired``; the sentence for it is
    ``state.error``.
    """

    state: FeedState
    outcome: Literal["parsed", "unchanged", "failed", "retired", "skipped"]
    candidates: tuple[Candidate, ...] = ()
    capture: Capture | None = None
    warnings: tuple[str, ...] = ()
    reason: str | None = None
