"""Coded passages and persistent events into their tables, with the history of belief."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from transforms.records import Event, SituatedMention
from warehouse import codec
from warehouse.lookups import payloads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from transforms.records import EventMention
    from warehouse.records import Batch
    from warehouse.rows import Loader, Row

MATERIAL = (
    "type", "status", "third_parties", "parties", "initiators", "venue", "made_at", "status_by",
    "date", "announced", "document", "outcome", "track", "claim_source", "novelty",
)  # fmt: skip
"""Slots whose change makes a new version of an event. A headline follows from the slots; a
confidence or a choice of quotes is no belief about the world."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Events of a batch by what became of them."""

    new: int
    changed: int
    gone: int


def write_mentions(loader: Loader, batch: Batch) -> int:
    """Write coded passages that are new or differ; mark those of older texts; index blocks."""
    rows = {s.mention.mention_id: s for s in batch.situated}
    stored = payloads(loader.con, "event_mention", "mention_id", list(rows))
    fresh: list[SituatedMention] = []
    for mention_id, situated in rows.items():
        text = stored.get(mention_id)
        if text is not None:
            # The same passage again: we have believed it since we first saw it.
            first = codec.decode(SituatedMention, text)
            situated = replace(situated, seen_at=min(first.seen_at, situated.seen_at))
            if codec.encode(situated) == text:
                continue
        fresh.append(situated)
    replaced = [s.mention.mention_id for s in fresh if s.mention.mention_id in stored]
    loader.delete("event_mention", "mention_id", replaced)
    loader.delete("event_block", "mention_id", replaced)
    loader.insert("event_mention", [_mention_row(s, batch.run_id) for s in fresh])
    keys = [
        {"block_key": key, "mention_id": mention_id}
        for mention_id, block_keys in batch.block_keys
        for key in block_keys
    ]
    loader.insert("event_block", keys, unless=["mention_id", "block_key"])
    _mark_current(loader, batch)
    return len(fresh) - len(replaced)


def _mark_current(loader: Loader, batch: Batch) -> None:
    """A passage is current while it is coded in the latest version of its article."""
    changed = [row.coded for row in batch.articles if row.outcome == "changed"]
    if not changed:
        return
    told = {event.mention_id for coded in changed for event in coded.events}
    told |= {item.mention.mention_id for item in batch.situated}
    loader.con.execute(
        "UPDATE event_mention SET is_current = mention_id IN (SELECT unnest($coded)) "
        "WHERE url IN (SELECT unnest($urls)) "
        "AND is_current <> (mention_id IN (SELECT unnest($coded)))",
        {
            "urls": [coded.document.url for coded in changed],
            "coded": sorted(told),
        },
    )


def write_events(loader: Loader, batch: Batch) -> Counts:
    """Write events that are new or differ, their members, versions, aliases and the log."""
    events = {e.event_id: e for e in batch.events}
    stored = {
        key: codec.decode(Event, text)
        for key, text in payloads(loader.con, "event", "event_id", list(events)).items()
    }
    changed = [e for e in events.values() if stored.get(e.event_id) != e]
    versions = _versions(loader, list(events))
    history: list[Row] = []
    rows: list[Row] = []
    languages = _languages(loader, changed)
    for event in changed:
        believed = _believed(event, codec.encode(event), languages.get(event.event_id, []))
        before = stored.get(event.event_id)
        change, cause = describe_change(before, event)
        number = versions.get(event.event_id, 0)
        if change:
            number += 1
            history.append(_version_row(believed, number, batch, change, cause))
        rows.append({**believed, "version": number})
    left = _move_members(loader, changed)
    loader.replace("event", "event_id", rows)
    gone = _bury(loader, batch, changed, left - events.keys())
    loader.insert("event_version", history)
    _write_log(loader, batch)
    new = sum(e.event_id not in stored for e in changed)
    return Counts(new, len(changed) - new, gone)


def describe_change(before: Event | None, after: Event) -> tuple[str, str | None]:
    """What changed materially, in words, and a mention that is new with it; ("", None) if nothing.

    The words are ``new``, or the names of the slots, ``conflicts`` and ``mentions``.
    """
    if before is None:
        return "new", next(iter(after.mention_ids), None)
    words = [n for n in MATERIAL if getattr(before.slots, n) != getattr(after.slots, n)]
    if before.verdict != after.verdict:
        words.append("verdict")
    if before.conflicts != after.conflicts:
        words.append("conflicts")
    if (before.mention_ids, before.novelties) != (after.mention_ids, after.novelties):
        words.append("mentions")
    known = set(before.mention_ids)
    cause = next((m for m in after.mention_ids if m not in known), None)
    return ",".join(words), cause


def _move_members(loader: Loader, events: Sequence[Event]) -> set[str]:
    """Rewrite the membership of events; returns the events that lost a mention to them."""
    rows = [
        {"mention_id": mention_id, "event_id": e.event_id, "novelty": dict(e.novelties)[mention_id]}
        for e in events
        for mention_id in e.mention_ids
    ]
    mention_ids = [row["mention_id"] for row in rows]
    left = {
        row[0]
        for row in loader.con.execute(
            "SELECT DISTINCT event_id FROM event_member WHERE mention_id IN (SELECT unnest(?))",
            [mention_ids],
        ).fetchall()
    }
    loader.delete("event_member", "event_id", [e.event_id for e in events])
    loader.replace("event_member", "mention_id", rows)
    return left


def _bury(loader: Loader, batch: Batch, events: Sequence[Event], left: set[str]) -> int:
    """Take out events that were merged into others, or that have no mention any more."""
    aliases = {alias: e.event_id for e in events for alias in e.aliases}
    suspects = sorted(left | aliases.keys() | set(batch.dissolved))
    if not suspects:
        return 0
    rows = loader.con.execute(
        "SELECT event_id, payload, version FROM event WHERE event_id IN (SELECT unnest(?)) "
        "AND (event_id IN (SELECT unnest(?::VARCHAR[])) "
        "OR event_id NOT IN (SELECT event_id FROM event_member))",
        [suspects, [*aliases, *batch.dissolved]],
    ).fetchall()
    history = []
    for event_id, payload, version in rows:
        change = "merged" if event_id in aliases else "dissolved"
        event = codec.decode(Event, payload)
        believed = _believed(event, payload, [])
        last = _version_row(believed, version + 1, batch, change, None)
        history.append({**last, "is_gone": True})
    loader.insert("event_version", history)
    loader.delete("event", "event_id", [row[0] for row in rows])
    loader.delete("event_member", "event_id", [row[0] for row in rows])
    alias_rows = [
        {"alias_id": a, "event_id": e, "merged_at": batch.now, "run_id": batch.run_id}
        for a, e in aliases.items()
    ]
    loader.insert(
        "alias", alias_rows, on_conflict="ON CONFLICT (alias_id) DO UPDATE SET "
        "event_id = excluded.event_id",
    )  # fmt: skip
    for old, new in aliases.items():
        # What was merged into the merged one now stands for the same event.
        loader.con.execute("UPDATE alias SET event_id = ? WHERE event_id = ?", [new, old])
    return len(rows)


def _write_log(loader: Loader, batch: Batch) -> None:
    rows = [
        {
            "run_id": batch.run_id,
            "taken_at": batch.now,
            "action": s.action,
            "event_id": s.event_id,
            "mention_id": s.mention_id,
            "other_event_id": s.other_event_id,
            "reason": s.reason,
        }
        for s in batch.identity_log
    ]
    key = ["event_id", "action", "mention_id", "other_event_id", "reason"]
    loader.insert("identity_step", rows, unless=key)


def _versions(loader: Loader, ids: Sequence[str]) -> dict[str, int]:
    if not ids:
        return {}
    return dict(
        loader.con.execute(
            "SELECT event_id, max(version) FROM event_version "
            "WHERE event_id IN (SELECT unnest(?)) GROUP BY event_id",
            [list(ids)],
        ).fetchall()
    )


def _languages(loader: Loader, events: Sequence[Event]) -> dict[str, list[str]]:
    """Languages of the mentions of each event, as stored (mentions are written first)."""
    pairs = [(m, e.event_id) for e in events for m in e.mention_ids]
    if not pairs:
        return {}
    return dict(
        loader.con.execute(
            "SELECT event_id, list_sort(list(DISTINCT language)) FROM ("
            "  SELECT unnest(?) AS mention_id, unnest(?) AS event_id"
            ") JOIN event_mention USING (mention_id) GROUP BY event_id",
            [[m for m, _ in pairs], [e for _, e in pairs]],
        ).fetchall()
    )


def slot_columns(m: EventMention) -> dict[str, Any]:
    """The slots of a mention or an event as the columns that both tables have."""
    persons = [t.person for t in m.third_parties] + [p.person for p in m.parties]
    return {
        "type": m.type,
        "status": m.status,
        "track": m.track,
        "third_parties": sorted({t.id for t in m.third_parties}),
        "mediators": list(m.mediators),
        "hosts": sorted({t.id for t in m.third_parties if "host" in t.roles}),
        "parties": sorted({p.id for p in m.parties}),
        "initiators": list(m.initiators),
        "persons": sorted({p for p in persons if p}),
        "venue": m.venue.id if m.venue else None,
        "venue_country": m.venue.country if m.venue else None,
        "made_at": m.made_at,
        "status_by": m.status_by,
        "date_start": m.date.start,
        "date_end": m.date.end,
        "date_precision": m.date.precision,
        "date_basis": m.date.basis,
        "announced_on": m.announced,
        "document": m.document,
        "outcome": m.outcome,
        "novelty": m.novelty,
        "cameo": m.cameo,
        "plover": m.plover,
        "claim_source": m.claim_source,
        "headline": m.headline,
        "confidence": m.confidence,
    }


def _mention_row(s: SituatedMention, run_id: str) -> Row:
    evidence = s.mention.evidence[0] if s.mention.evidence else None
    return {
        "mention_id": s.mention.mention_id,
        "url": s.url,
        "text_digest": s.text_digest,
        "is_current": True,
        "source_id": s.source_id,
        "origin": s.origin,
        "country": s.country,
        "story_id": s.story,
        "language": s.language,
        "published_at": s.published,
        "seen_at": s.seen_at,
        "run_id": run_id,
        **slot_columns(s.mention),
        "quote": evidence.quote if evidence else None,
        "quote_start": evidence.start if evidence else None,
        "quote_end": evidence.end if evidence else None,
        "quote_source_start": evidence.source_start if evidence else None,
        "quote_source_end": evidence.source_end if evidence else None,
        "trigger_rule": s.mention.trigger,
        "payload": codec.encode(s),
    }


def _believed(event: Event, payload: str, languages: Sequence[str]) -> dict[str, Any]:
    """The columns that ``event`` and ``event_version`` share."""
    return {
        "event_id": event.event_id,
        **slot_columns(event.slots),
        "origins": list(event.origins),
        "origin_count": len(event.origins),
        "mention_count": len(event.mention_ids),
        "languages": list(languages),
        "conflicts": json.dumps(codec.to_plain(event.conflicts), ensure_ascii=False),
        "conflict_count": len(event.conflicts),
        "aliases": list(event.aliases),
        "verdict": event.verdict,
        "first_published_at": event.first_published,
        "last_published_at": event.last_published,
        "first_seen_at": event.first_seen,
        "payload": payload,
    }


def _version_row(
    believed: Mapping[str, Any], version: int, batch: Batch, change: str, cause: str | None
) -> dict[str, Any]:
    return {
        **believed,
        "version": version,
        "believed_from": batch.now,
        "run_id": batch.run_id,
        "change": change,
        "cause_mention_id": cause,
        "is_gone": False,
    }
