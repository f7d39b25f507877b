"""Tellings to test identity with: short ways to write situated mentions down."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from transforms.identity import resolve
from transforms.records import (
    Event,
    EventDate,
    EventMention,
    Evidence,
    Party,
    SituatedMention,
    ThirdParty,
    Venue,
)

BOTH = ("actor:ARM", "actor:AZE")
MEDIATOR = ("mediator", "host")


def third(name: str, *roles: str) -> ThirdParty:
    return ThirdParty(f"actor:{name}", roles=roles)


def on(day: str, end: str | None = None, precision: Any = "day") -> EventDate:
    return EventDate(date.fromisoformat(day), date.fromisoformat(end or day), precision, "text")


def tell(
    outlet: str,
    published: str | None,
    kind: str,
    status: str,
    when: EventDate | None = None,
    *,
    parties: tuple[str, ...] = BOTH,
    persons: dict[str, str] | None = None,
    place: str | None = None,
    story: str | None = None,
    origin: str | None = None,
    number: int = 0,
    confidence: float = 0.8,
    **slots: Any,
) -> SituatedMention:
    told = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
    url = f"https://{outlet}.example/{published}/{kind}/{number}"
    mention_id = "evm_" + hashlib.sha256(f"{url}{status}".encode()).hexdigest()[:24]
    people = persons or {}
    mention = EventMention(
        mention_id=mention_id,
        type=kind,
        status=status,
        date=when or EventDate(),
        parties=tuple(Party(p, people.get(p)) for p in parties),
        venue=Venue(place, None) if place else None,
        evidence=(Evidence(f"{outlet} tells of {kind}", 0, 10, "en"),),
        headline=f"{kind} {status} by {outlet}",
        confidence=confidence,
        **slots,
    )
    return SituatedMention(
        mention=mention,
        url=url,
        text_digest=f"sha256:{mention_id}",
        source_id=outlet,
        origin=origin or outlet,
        country=None,
        story=story or f"story_{outlet}_{published}_{number}",
        language="en",
        published=told,
        seen_at=(told or datetime(2026, 1, 1, tzinfo=UTC)) + timedelta(minutes=5),
    )


def events_of(*mentions: SituatedMention, **options: Any) -> tuple[Event, ...]:
    return resolve(mentions, {}, {}, **options).events


def only(*mentions: SituatedMention, **options: Any) -> Event:
    events = events_of(*mentions, **options)
    assert len(events) == 1, [(e.slots.type, e.slots.status, e.slots.date) for e in events]
    return events[0]


def novelties(event: Event) -> list[str]:
    return [novelty for _, novelty in event.novelties]


def round_in(place: str, when: EventDate, status: str, published: str, outlet: str, **more: Any):
    return tell(outlet, published, "ministers_talks", status, when, place=place, **more)


def revised(told: SituatedMention, number: int, when: EventDate) -> SituatedMention:
    """The article of ``told`` in another version, whose passage says another day."""
    mention = replace(told.mention, mention_id=f"evm_{number:024x}", date=when)
    return replace(
        told,
        mention=mention,
        text_digest=f"sha256:v{number}",
        seen_at=told.seen_at + timedelta(hours=number),
    )
