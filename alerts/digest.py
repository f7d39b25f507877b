"""Several alerts in one message: what was new, what moved, what is contradicted, what is coming.

A digest's members are fixed when it is made up and stored with it, so that a repeated sending
has the same key and the same members. What is coming is looked up at the moment of sending.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from alerts.render import LABELS, Message, Name, describe, fill, plain_name

SECTIONS: Final = ("new", "moved", "contradicted", "taken_back", "coming")
"""Parts of a digest, in the order they are told."""
COMING_DAYS: Final = 14
COMING_SHOWN: Final = 20
_SECTION_OF: Final = {
    "new": "new",
    "contradiction": "contradicted",
    "correction": "taken_back",
    "retraction": "taken_back",
}


def digest_id(channel: str, alert_ids: Iterable[str]) -> str:
    """``dig_`` and 16 hex of SHA-256 over the channel's name and the ids of its alerts."""
    text = "\n".join((channel, *sorted(alert_ids)))
    return f"dig_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def build_digest(
    key: str,
    alerts: Sequence[Mapping[str, Any]],
    *,
    coming: Sequence[Mapping[str, Any]] = (),
    at: datetime,
) -> dict[str, Any]:
    """A digest's payload: alerts by section, then events that lie ahead.

    Args:
        key: see `digest_id`.
        alerts: payloads, oldest first.
        coming: events in the contract's JSON, soonest first.
        at: when it is made up, UTC.
    """
    sections: dict[str, list[Mapping[str, Any]]] = {name: [] for name in SECTIONS}
    for payload in alerts:
        sections[_SECTION_OF.get(str(payload.get("cause")), "moved")].append(payload)
    told = sections["coming"]
    told.extend(coming[:COMING_SHOWN])
    return {"digest_id": key, "made_at": at.isoformat(), **sections}


def render_digest(
    payload: Mapping[str, Any], *, name: Name = plain_name, may_repeat: bool = False
) -> Message:
    """Words a digest."""
    sections = [
        {"key": key, "items": [describe(item, name) for item in payload[key]]}
        for key in SECTIONS
        if payload.get(key)
    ]
    count = sum(len(payload.get(key) or ()) for key in SECTIONS if key != "coming")
    context = {
        "digest": payload,
        "count": count,
        "sections": sections,
        "may_repeat": may_repeat,
        "labels": LABELS,
    }
    return fill("digest_subject.txt.j2", "digest", context)
