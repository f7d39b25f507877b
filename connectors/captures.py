"""Building captures: one place that mints ids and digests, whatever the bytes came from."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from connectors.records import Candidate, Capture

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["page", "feed", "file"]


def capture_id_of(url: str, fetched_at: datetime, digest: str) -> str:
    """``cap_`` + 24 hex digits of SHA-256 over url, fetched_at (ISO 8601, UTC) and digest."""
    key = "\n".join((url, fetched_at.astimezone(UTC).isoformat(), digest))
    return "cap_" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def digest_of(body: bytes) -> str:
    """``sha256:`` + hex over ``body``."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


def make_capture(
    *,
    url: str,
    kind: Kind,
    source_id: str,
    fetched_at: datetime,
    body: bytes,
    content_type: str,
    charset: str | None = None,
    candidate: Candidate | None = None,
    status: int = 200,
    final_url: str | None = None,
    headers: Mapping[str, str] | None = None,
    permanent_url: str | None = None,
) -> Capture:
    """A capture that holds what was had. ``content_type`` may still carry parameters."""
    digest = digest_of(body)
    return Capture(
        capture_id=capture_id_of(url, fetched_at, digest),
        kind=kind,
        url=url,
        final_url=final_url or url,
        source_id=source_id,
        status=status,
        content_type=content_type.partition(";")[0].strip().lower(),
        charset=charset,
        body=body,
        digest=digest,
        fetched_at=fetched_at,
        headers=dict(headers or {}),
        candidate=candidate,
        permanent_url=permanent_url,
    )


def failed_capture(
    *,
    url: str,
    kind: Kind,
    source_id: str,
    fetched_at: datetime,
    reason: str,
    detail: str,
    candidate: Candidate | None = None,
    status: int = 0,
    headers: Mapping[str, str] | None = None,
) -> Capture:
    """A capture that says why nothing was had: empty body, ``error`` and ``error_detail``."""
    digest = digest_of(b"")
    return Capture(
        capture_id=capture_id_of(url, fetched_at, digest),
        kind=kind,
        url=url,
        final_url=url,
        source_id=source_id,
        status=status,
        content_type="",
        charset=None,
        body=b"",
        digest=digest,
        fetched_at=fetched_at,
        headers=dict(headers or {}),
        candidate=candidate,
        error=reason,
        error_detail=detail,
    )
