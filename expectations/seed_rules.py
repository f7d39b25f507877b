"""How events of the seed corpus are compared, and the rules by which its hazards are told.

A hazard is something in a seed document that a careless reader falls for. Each is data in
`seed_corpus.json`: a rule of `RULES` with its arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from transforms.records import CodedDocument, EventMention

Expected = Mapping[str, Any]
Verdict = tuple[bool, str]


def best_match(expected: Expected, events: Sequence[EventMention]) -> EventMention | None:
    """The coded event that comes nearest to an annotated one, of its passage and type."""
    candidates = [
        event
        for event in overlapping(expected["spans"], events)
        if event.type == expected["type"] and _same_venue(expected, event)
    ]
    wanted = wanted_slots(expected)
    return min(
        candidates,
        key=lambda event: sum(slots(event)[slot] != wanted[slot] for slot in wanted),
        default=None,
    )


def _same_venue(expected: Expected, event: EventMention) -> bool:
    wanted = (expected["venue"] or {}).get("id")
    return wanted is None or event.venue is None or event.venue.id == wanted


def slots(event: EventMention) -> dict[str, Any]:
    """The slots of a coded event that the facts speak of."""
    date = event.date
    return {
        "status": event.status,
        "third_parties": sorted(
            (t.id, t.person or "", t.rank or "", tuple(sorted(t.roles)))
            for t in event.third_parties
        ),
        "parties": sorted((p.id, p.person or "") for p in event.parties),
        "venue": event.venue.id if event.venue else None,
        "date": (
            date.start.isoformat() if date.start else None,
            date.end.isoformat() if date.end else None,
            date.precision,
        ),
    }


def wanted_slots(expected: Expected) -> dict[str, Any]:
    """The same slots of an annotated event."""
    return {
        "status": expected["status"],
        "third_parties": sorted(
            (t["id"], t.get("person") or "", t.get("rank") or "", tuple(sorted(t["roles"])))
            for t in expected["third_parties"]
        ),
        "parties": sorted((p["id"], p.get("person") or "") for p in expected["parties"]),
        "venue": (expected["venue"] or {}).get("id"),
        "date": tuple(expected["date"][key] for key in ("start", "end", "precision")),
    }


def overlapping(
    spans: Sequence[Sequence[int]], events: Sequence[EventMention]
) -> list[EventMention]:
    """The events whose evidence touches one of the spans of the original."""
    return [
        event
        for event in events
        if any(
            piece.source_start is not None
            and piece.source_end is not None
            and piece.source_start < end
            and start < piece.source_end
            for piece in event.evidence
            for start, end in spans
        )
    ]


def check_rule(
    hazard: Expected, facts: Expected, coded: CodedDocument, link: Mapping[str, Any]
) -> Verdict:
    """Whether a hazard was avoided, and what was found.

    Raises:
        KeyError: the rule is not one of `RULES`.
    """
    return RULES[hazard["rule"]](hazard, facts, coded, link)


def _told(events: Sequence[EventMention]) -> str:
    return ", ".join(f"{event.type} {event.status}" for event in events) or "no such event"


def _events(hazard: Expected, coded: CodedDocument) -> list[EventMention]:
    return [
        event
        for event in coded.events
        if event.type in hazard.get("types", (event.type,))
        and event.status in hazard.get("statuses", (event.status,))
    ]


def _one_event(hazard: Expected, _f: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    found = _events(hazard, coded)
    return len(found) == 1, _told(found)


def _no_event(hazard: Expected, _f: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    found = _events(hazard, coded)
    return not found, _told(found)


def _count(hazard: Expected, _f: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    return len(coded.events) == hazard["count"], _told(coded.events)


def _of_passage(hazard: Expected, _f: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    found = overlapping(hazard["spans"], _events(hazard, coded))
    return len(found) == hazard["count"], _told(found)


def _no_event_with(hazard: Expected, _f: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    actors = set(hazard["actors"])
    found = [
        event
        for event in coded.events
        if actors & {*event.initiators, *(t.id for t in event.third_parties)}
    ]
    return not found, _told(found)


def _no_venue(hazard: Expected, _f: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    found = [e for e in coded.events if e.venue and e.venue.id in hazard["venues"]]
    return not found, _told(found)


def _evidence(hazard: Expected, _f: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    pieces = [(p.source_start, p.source_end) for e in coded.events for p in e.evidence]
    nearest = min(pieces, key=lambda piece: abs((piece[0] or 0) - hazard["span"][0]), default=None)
    return tuple(hazard["span"]) in pieces, str(nearest)


def _mention(hazard: Expected, _f: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    there = hazard["entity"] in {mention.entity_id for mention in coded.mentions}
    return there, "mentioned" if there else "not mentioned"


def _no_mention(hazard: Expected, _f: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    found = set(hazard["entities"]) & {mention.entity_id for mention in coded.mentions}
    return not found, ", ".join(sorted(found)) or "not mentioned"


def _no_date(hazard: Expected, _f: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    year = hazard["year"]
    days = [day for e in coded.events for day in (e.date.start, e.date.end) if day]
    found = [day for day in days if day.year == year]
    return not found, ", ".join(map(str, found)) or "no such date"


def _annotated(hazard: Expected, facts: Expected, coded: CodedDocument) -> EventMention | None:
    expected = next(event for event in facts["events"] if event["id"] == hazard["event"])
    return best_match(expected, coded.events)


def _date(hazard: Expected, facts: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    event = _annotated(hazard, facts, coded)
    found = str(event.date.start) if event else "not coded"
    return found == hazard["start"], found


def _role(hazard: Expected, facts: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    event = _annotated(hazard, facts, coded)
    roles = [t.roles for t in event.third_parties if t.id == hazard["actor"]] if event else []
    return any(hazard["role"] in found for found in roles), str(roles)


def _original(_h: Expected, _f: Expected, _c: CodedDocument, link: Expected) -> Verdict:
    return link["relation"] == "original", str(link["relation"])


def _language(_h: Expected, facts: Expected, coded: CodedDocument, _l: Expected) -> Verdict:
    document = coded.document
    sure = document.language_confidence >= 0.8
    found = f"{document.language}, {document.language_confidence:.2f}"
    return document.language == facts["language"] and sure, found


RULES: Mapping[str, Callable[[Expected, Expected, CodedDocument, Expected], Verdict]] = {
    "one_event": _one_event,
    "no_event": _no_event,
    "event_count": _count,
    "events_of_passage": _of_passage,
    "no_event_with": _no_event_with,
    "no_venue": _no_venue,
    "evidence": _evidence,
    "mention": _mention,
    "no_mention": _no_mention,
    "no_date": _no_date,
    "date": _date,
    "role": _role,
    "original": _original,
    "language": _language,
}
"""Rule by name: given the hazard, the document's facts, what was coded, its duplicate link."""
