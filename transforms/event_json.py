"""An event mention as JSON in the contract's shape, and back without loss.

`event_to_json` adds ``doc`` and ``url`` to each piece of evidence. The way back is exact for
all the contract holds; a mention's id and trail (``mention_id``, ``trigger``) are not in it.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any, cast

from transforms.records import (
    DateBasis,
    DatePrecision,
    Event,
    EventDate,
    EventMention,
    Evidence,
    Novelty,
    Party,
    ThirdParty,
    Venue,
)


def event_to_json(event: EventMention, *, doc: str, url: str | None) -> dict[str, Any]:
    """The event as plain JSON values, keys in the contract's order; unknown is None.

    Args:
        event: what the coder or the warehouse gives.
        doc: the document's id as its caller knows it.
        url: the document's URL, None where it has none.
    """
    return {
        "type": event.type,
        "status": event.status,
        "third_parties": [
            {"id": t.id, "person": t.person, "rank": t.rank, "roles": list(t.roles)}
            for t in event.third_parties
        ],
        "parties": [{"id": p.id, "person": p.person} for p in event.parties],
        "initiators": list(event.initiators),
        "venue": None
        if event.venue is None
        else {"id": event.venue.id, "country": event.venue.country},
        "made_at": event.made_at,
        "status_by": event.status_by,
        "date": {
            "start": _iso(event.date.start),
            "end": _iso(event.date.end),
            "precision": event.date.precision,
            "basis": event.date.basis,
        },
        "announced": _iso(event.announced),
        "document": event.document,
        "outcome": event.outcome,
        "track": event.track,
        "novelty": event.novelty,
        "cameo": event.cameo,
        "plover": event.plover,
        "evidence": [_evidence(piece, doc, url) for piece in event.evidence],
        "claim_source": event.claim_source,
        "headline": event.headline,
        "confidence": event.confidence,
    }


def persistent_event_to_json(event: Event) -> dict[str, Any]:
    """A persistent event: the contract's shape with what the warehouse adds.

    ``doc`` of a piece of evidence is the URL it stands at, or its mention's id without one.
    """
    data = event_to_json(event.slots, doc="", url=None)
    for piece, source in zip(data["evidence"], event.slots.evidence, strict=True):
        piece["doc"] = source.url or source.mention_id
    return data | {
        "event_id": event.event_id,
        "first_seen": event.first_seen.isoformat() if event.first_seen else None,
        "origins": list(event.origins),
        "conflicts": [
            {
                "slot": conflict.slot,
                "values": [
                    {"value": json.loads(value), "mentions": list(mentions)}
                    for value, mentions in conflict.values
                ],
            }
            for conflict in event.conflicts
        ],
    }


def event_from_json(data: dict[str, Any]) -> EventMention:
    """The event mention that `event_to_json` was given.

    Raises:
        KeyError: ``type`` or ``status`` is missing; all else has a default.
        ValueError: a date is not ISO 8601.
    """
    when = data.get("date") or {}
    venue = data.get("venue")
    return EventMention(
        mention_id="",
        type=data["type"],
        status=data["status"],
        third_parties=tuple(
            ThirdParty(t["id"], t.get("person"), t.get("rank"), tuple(t.get("roles", ())))
            for t in data.get("third_parties", ())
        ),
        parties=tuple(Party(p["id"], p.get("person")) for p in data.get("parties", ())),
        initiators=tuple(data.get("initiators", ())),
        venue=None if venue is None else Venue(venue.get("id"), venue.get("country")),
        made_at=data.get("made_at"),
        status_by=data.get("status_by"),
        date=EventDate(
            _day(when.get("start")),
            _day(when.get("end")),
            cast("DatePrecision", when.get("precision") or "unknown"),
            cast("DateBasis | None", when.get("basis")),
        ),
        announced=_day(data.get("announced")),
        document=data.get("document"),
        outcome=data.get("outcome"),
        track=data.get("track"),
        novelty=cast("Novelty", data.get("novelty") or "undated"),
        cameo=data.get("cameo"),
        plover=data.get("plover"),
        evidence=tuple(_evidence_back(piece) for piece in data.get("evidence", ())),
        claim_source=data.get("claim_source"),
        headline=data.get("headline") or "",
        confidence=float(data.get("confidence") or 0.0),
    )


def _evidence(piece: Evidence, doc: str, url: str | None) -> dict[str, Any]:
    return {
        "doc": doc,
        "url": piece.url or url,
        "lang": piece.language,
        "quote": piece.quote,
        "start": piece.start,
        "end": piece.end,
        "source_start": piece.source_start,
        "source_end": piece.source_end,
    }


def _evidence_back(data: dict[str, Any]) -> Evidence:
    return Evidence(
        data["quote"],
        data["start"],
        data["end"],
        data.get("lang") or "und",
        data.get("source_start"),
        data.get("source_end"),
        data.get("url"),
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
