"""Which changes of events alert. Pure: events before and after in, alert rows out.

An event is worth an alert when it is of an alert-worthy type, belongs to a track, names a
party, is told by at least one mention that is neither a recollection nor undated, and was not
rejected by an analyst. It
alerts when it is new, and when it changes materially: its status, its third parties, its
parties, its venue, its date, or a contradiction about status or third parties (a denial
disputes occurrence, and is a status). A date made more precise or merely disputed, a venue or
a party filled in, one more confirmation do not alert. What was told and no longer holds is
taken back: rejected, dissolved, or found to be another event that was told as well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from transforms.identity.ballots import dates_meet
from transforms.identity.places import is_nested
from transforms.records import Conflict, Event, EventDate, EventMention, ThirdParty
from transforms.vocabulary import ALERT_TYPES, BACKGROUND, MEDIATING_ROLES
from warehouse.records import AlertRow

CauseKind = Literal[
    "new",
    "status",
    "third_party",
    "party",
    "venue",
    "date",
    "contradiction",
    "correction",
    "retraction",
]

SURE: Final = 0.75
"""The confidence a new event needs to alert on the word of one origin; `docs/alerts.md`."""
UNDATED_DAYS: Final = 7
"""How old an event may be that only undated documents tell, to be news all the same."""

_NO_PLACES: Final[Mapping[str, str]] = {}
_NO_EVENTS: Final[Mapping[str, Event]] = {}
_NO_HEIRS: Final[Mapping[str, str]] = {}
_AHEAD: Final = frozenset({"planned", "postponed", "cancelled"})
_DISPUTED: Final = frozenset({"status", "third_party", "third_party_role"})
_PRIORITY: Final[tuple[CauseKind, ...]] = (
    "retraction",
    "correction",
    "new",
    "contradiction",
    "status",
    "third_party",
    "party",
    "venue",
    "date",
)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an alert is due.

    Attributes:
        kind: what happened to the event.
        before, after: the slot's values (JSON-ready), None where there is none.
        key: kind and new value: the same causes of the same event never alert twice.
    """

    kind: CauseKind
    before: Any
    after: Any
    key: str


def is_alert_worthy(event: Event) -> bool:
    """Whether an event may alert at all, by type, track, parties and how it is told."""
    slots = event.slots
    is_live = any(novelty not in BACKGROUND for _, novelty in event.novelties)
    is_told = slots.track is not None and bool(slots.parties) and is_live
    return slots.type in ALERT_TYPES and is_told and event.verdict != "rejected"


def is_sure(event: Event) -> bool:
    """Whether a new event is told well enough; if not, it waits for a second origin."""
    return event.slots.confidence >= SURE or len(event.origins) > 1


def alert_causes(
    before: Event | None, after: Event, within: Mapping[str, str] = _NO_PLACES
) -> tuple[Cause, ...]:
    """Why ``after`` is due to alert, weightiest first; empty when it is not.

    Args:
        before: the event as stored, None when it is new.
        after: the event as resolved now.
        within: place id to the id of the larger place it lies in.
    """
    if not is_alert_worthy(after):
        return ()
    if before is None or not (is_alert_worthy(before) and is_sure(before)):
        return _as_new(before, after) if is_sure(after) else ()
    known = set(before.mention_ids)
    told = {n for i, n in after.novelties if i not in known} - BACKGROUND
    if not told:
        # What moved a slot is a recollection, or a merge or split of what was known.
        return ()
    found = [*_contradictions(before, after), *_status_change(before.slots, after.slots)]
    if told != {"confirmation"}:
        # A copy read differently fills in third parties and places, but reports nothing.
        found += _cast_changes(before.slots, after.slots, within)
        found += _date_change(before, after)
    return tuple(sorted(found, key=lambda cause: _PRIORITY.index(cause.kind)))


def _as_new(before: Event | None, after: Event) -> tuple[Cause, ...]:
    """Told for the first time; or again, after it was rejected and that was thought better of."""
    is_back = before is not None and before.verdict == "rejected"
    return (_cause("new", None, {"reinstated": True} if is_back else None),)


def _status_change(before: EventMention, after: EventMention) -> list[Cause]:
    """A status that moved. Of what lies ahead the day is in the key: it may be moved again."""
    if before.status == after.status:
        return []
    cause = _cause("status", before.status, after.status)
    if after.status in _AHEAD and after.date.start is not None:
        return [replace(cause, key=f"{cause.key}@{after.date.start}")]
    return [cause]


def _cast_changes(
    before: EventMention, after: EventMention, within: Mapping[str, str]
) -> list[Cause]:
    found = []
    old, new = _roles(before.third_parties), _roles(after.third_parties)
    if old != new:
        found.append(_cause("third_party", old, new))
    were, are = ({party.id for party in slots.parties} for slots in (before, after))
    if _is_other_cast(were, are):
        found.append(_cause("party", sorted(were), sorted(are)))
    if _is_other_venue(before, after, within):
        found.append(_cause("venue", _venue(before), _venue(after)))
    return found


def _is_other_cast(before: set[str], after: set[str]) -> bool:
    """True where a party went, or joined two that were there; naming the other side is none."""
    return not before <= after or (len(before) > 1 and before != after)


def _date_change(before: Event, after: Event) -> list[Cause]:
    """Another day altogether, told by nobody against another: a dispute is no change."""
    old, new = before.slots.date, after.slots.date
    is_known = None not in (old.start or old.end, new.start or new.end)
    is_disputed = any(conflict.slot == "date" for conflict in after.conflicts)
    if not is_known or is_disputed or dates_meet(old, new):
        return []
    return [_cause("date", _days(old), _days(new))]


def _days(value: EventDate) -> dict[str, str | None]:
    start, end = value.start, value.end
    return {
        "start": start.isoformat() if start else None,
        "end": end.isoformat() if end else None,
        "precision": value.precision,
    }


def _contradictions(before: Event, after: Event) -> list[Cause]:
    """A disputed slot alerts when a value joins the dispute, not when a voice does."""
    known = {(c.slot, value) for c in before.conflicts for value in _values(c)}
    told_before = dict(before.novelties)
    is_told = any(
        novelty == "contradiction" and told_before.get(mention_id) != "contradiction"
        for mention_id, novelty in after.novelties
    )
    if not is_told:
        return []
    return [
        _cause("contradiction", None, {"slot": c.slot, "values": _values(c)})
        for c in after.conflicts
        if c.slot in _DISPUTED and any((c.slot, value) not in known for value in _values(c))
    ]


def _values(conflict: Conflict) -> list[str]:
    return sorted(value for value, _ in conflict.values)


def _roles(thirds: Sequence[ThirdParty]) -> list[list[Any]]:
    """Who the third parties are and whether each mediates: what a change is judged by."""
    return sorted([third.id, bool(MEDIATING_ROLES & set(third.roles))] for third in thirds)


def _venue(slots: EventMention) -> dict[str, str | None] | None:
    if slots.venue is None:
        return None
    return {"id": slots.venue.id, "country": slots.venue.country}


def _is_other_venue(before: EventMention, after: EventMention, within: Mapping[str, str]) -> bool:
    """True for another place or country; a place filled in or made more precise is none."""
    old, new = before.venue, after.venue
    if old is None or new is None:
        return False
    if old.country and new.country and old.country != new.country:
        return True
    if old.id is None or new.id is None:
        return False
    return not is_nested(old.id, new.id, within)


def _cause(kind: CauseKind, before: Any, after: Any) -> Cause:
    value = json.dumps(after, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Cause(kind, before, after, kind if after is None else f"{kind}={value}")


def alert_id(event_id: str, *cause_keys: str) -> str:
    """``alr_`` and 16 hex of SHA-256 over the event's id and the keys of all its causes.

    All of them, lest a change that comes with one told before be taken for a repetition.
    """
    digest = hashlib.sha256("\n".join((event_id, *cause_keys)).encode()).hexdigest()
    return f"alr_{digest[:16]}"


def build_alerts(
    before: Mapping[str, Event],
    after: Sequence[Event],
    *,
    now: datetime,
    horizon: timedelta | None,
    payload: Callable[[Event], dict[str, Any]],
    within: Mapping[str, str] = _NO_PLACES,
    corrects: Mapping[str, Event] = _NO_EVENTS,
) -> tuple[AlertRow, ...]:
    """The alerts that a batch causes: at most one for each event.

    An event that changes in several ways at once alerts once, for the weightiest cause; all
    are in its id, and in the payload under ``changes``.

    Args:
        before: events as stored, by id; those merged into an event of ``after`` included.
        after: events as resolved.
        now: the moment of the run, UTC.
        horizon: how old the news may be to be sent; None lifts it.
        payload: an event in the contract's JSON.
        within: place id to the id of the larger place it lies in.
        corrects: id of an event to the one that alerted and that its passages were before a
            correction made something of another kind of them: told as a correction, not as
            new.

    Returns:
        Rows in the order of ``after``, ``suppressed`` where the news is older than the
        horizon: for a new event its first report, for a change the latest report (a round
        planned a month ago and cancelled today is news).
    """
    holders = {mention_id: event for event in before.values() for mention_id in event.mention_ids}
    rows = []
    for event in after:
        mistaken = corrects.get(event.event_id)
        if mistaken is not None:
            causes = _correction(mistaken, event)
        else:
            causes = alert_causes(_former(before, holders, event), event, within)
        if causes:
            told = event.first_reported if causes[0].kind == "new" else event.last_reported
            is_old = horizon is not None and (told is None or now - told > horizon)
            is_stale = told is None and _is_long_past(event, now)
            row = _row(event, causes, now, payload, is_old=is_old or is_stale)
            rows.append(_replacing(row, mistaken) if mistaken else row)
    return tuple(rows)


def _correction(before: Event, after: Event) -> tuple[Cause, ...]:
    if not is_alert_worthy(after):
        return ()
    values = ({"type": e.slots.type, "status": e.slots.status} for e in (before, after))
    return (_cause("correction", *values),)


def _replacing(row: AlertRow, mistaken: Event) -> AlertRow:
    return replace(row, payload={**row.payload, "replaces": [mistaken.event_id]})


def _is_long_past(event: Event, now: datetime) -> bool:
    last = event.slots.date.end or event.slots.date.start
    return last is None or (now.date() - last).days > UNDATED_DAYS


def _former(
    before: Mapping[str, Event], holders: Mapping[str, Event], event: Event
) -> Event | None:
    """The event as it was believed: under its id, or under one that alerted and is now in it.

    An event may have come in by a merge (its id is an alias), or by a split (most of its
    mentions were in events that keep their ids with other mentions).
    """
    own = before.get(event.event_id)
    merged = [before[a] for a in event.aliases if a in before]
    live = [i for i, novelty in event.novelties if novelty not in BACKGROUND]
    parted = [holders[i] for i in live if i in holders]
    if 2 * len(parted) <= len(live):
        parted = []  # mostly told now: a new event that drew a vague telling over to it
    candidates = [e for e in ([own] if own else []) + merged + parted if is_alert_worthy(e)]
    return candidates[0] if candidates else own


def build_retractions(
    gone: Sequence[Event],
    *,
    alerted: Collection[str],
    now: datetime,
    payload: Callable[[Event], dict[str, Any]],
    merged: Mapping[str, str] = _NO_HEIRS,
) -> tuple[AlertRow, ...]:
    """Retractions of events that are no more, or never were, after they had alerted.

    Args:
        gone: events an analyst rejected, that nobody tells any longer, or that were merged.
        alerted: ids of events that have alerted (not suppressed).
        now: UTC.
        payload: an event in the contract's JSON.
        merged: id of an event to the one it was found to be. It is taken back only where both
            were told: one deed told once stands, under the other id.
    """
    return tuple(
        _row(event, (_taken_back(event, merged.get(event.event_id)),), now, payload, is_old=False)
        for event in gone
        if event.event_id in alerted and merged.get(event.event_id, event.event_id) in alerted
    )


def _taken_back(event: Event, heir: str | None) -> Cause:
    if heir is not None:
        return _cause("retraction", None, {"reason": "merged", "into": heir})
    reason = "rejected" if event.verdict == "rejected" else "withdrawn"
    return _cause("retraction", None, {"reason": reason})


def _row(
    event: Event,
    causes: Sequence[Cause],
    now: datetime,
    payload: Callable[[Event], dict[str, Any]],
    *,
    is_old: bool,
) -> AlertRow:
    first = causes[0]
    key = alert_id(event.event_id, *(cause.key for cause in causes))
    changes = [{"cause": c.kind, "before": c.before, "after": c.after} for c in causes]
    extra = {
        "event_id": event.event_id,
        "alert_id": key,
        "cause": first.kind,
        "changes": changes,
        "aliases": list(event.aliases),
        "replaces": [],
    }
    return AlertRow(
        alert_id=key,
        event_id=event.event_id,
        cause=first.kind,
        state="suppressed" if is_old else "pending",
        payload={**payload(event), **extra},
        created_at=now,
    )
