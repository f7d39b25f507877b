"""What each channel gets of an alert, and from when: decided once, before anything is sent.

Pure, but for `plan`, which works through an outbox. The preview asks the same functions what
would have been.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from alerts.subscriptions import Subscription
from alerts.trust import HOLD_LIMIT
from warehouse.outbox import Outbox
from warehouse.records import Decided, EventFacts, OutboxItem, Told

CHUNK: Final = 1000
"""Alerts decided in one transaction."""
_UNDONE: Final = frozenset({"cancelled", "denied"})
"""Statuses that undo what was told: they follow it whatever the filters say."""
NO_FACTS: Final = EventFacts()


@dataclass(slots=True)
class Standing:
    """What channels have been told, or are to be told, of events; kept up while planning."""

    told: dict[tuple[str, str], list[Told]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Told]) -> Standing:
        """From what is stored."""
        standing = cls()
        for row in rows:
            standing.told.setdefault((row.channel, row.event_id), []).append(row)
        return standing

    def on(self, channel: str, event_ids: Iterable[str]) -> list[Told]:
        """What a channel was told of any of the events."""
        return [row for name in event_ids for row in self.told.get((channel, name), ())]

    def note(self, event_id: str, decided: Decided) -> None:
        """Take in a decision."""
        rows = self.told.setdefault((decided.channel, event_id), [])
        rows[:] = [row for row in rows if row.alert_id != decided.alert_id]
        if decided.state != "skipped":
            rows.append(
                Told(decided.channel, event_id, decided.alert_id, decided.state, attempts=0)
            )


def kin(payload: Mapping[str, Any]) -> list[str]:
    """Ids under which an alert's event may have been told: its own, those merged or corrected."""
    return [payload["event_id"], *(payload.get("aliases") or ()), *(payload.get("replaces") or ())]


def decisions(
    item: OutboxItem,
    subscription: Subscription,
    standing: Standing,
    facts: EventFacts,
    *,
    sides: Collection[str],
    now: datetime,
) -> list[Decided]:
    """What becomes of one alert on one channel, first; then what that overtakes.

    What was told is taken back, cancelled or corrected wherever it was told, filters or not;
    what waits still and is taken back is not told at all.
    """
    channel, payload = subscription.name, item.payload
    told = standing.on(channel, kin({"event_id": item.event_id, **payload}))
    has = [row for row in told if row.attempts or row.state in ("sent", "sending", "retry")]
    undone = [row for row in told if row not in has]
    if item.cause == "retraction":
        own = _skip(item, channel, "not told here before") if not has else None
        return [own or _timed(item, subscription, facts, sides, now), *_overtaken(undone)]
    follows = bool(has) and (
        item.cause == "correction" or (item.cause == "status" and payload["status"] in _UNDONE)
    )
    objection = None if follows else subscription.objection(payload)
    if objection is not None:
        own = _skip(item, channel, objection)
    else:
        own = _timed(item, subscription, facts, sides, now)
    replaced = set(payload.get("replaces") or ())
    return [own, *_overtaken([row for row in undone if row.event_id in replaced])]


def released_at(
    item: OutboxItem, subscription: Subscription, facts: EventFacts, sides: Collection[str]
) -> datetime | None:
    """The moment from which an alert may be told to a subscriber; None while unknown."""
    moments = [
        trust.met_at(item.payload, item.created_at, facts, sides)
        for trust in (subscription.least, subscription.trust)
    ]
    return None if None in moments else max(m for m in moments if m is not None)


def _timed(
    item: OutboxItem,
    subscription: Subscription,
    facts: EventFacts,
    sides: Collection[str],
    now: datetime,
) -> Decided:
    """Queued for its time where it may be told; else held, with what is missing."""
    released = released_at(item, subscription, facts, sides)
    # An alert that need not wait is due, even where the clock was set back since it was made.
    if released is None or released > max(now, item.created_at):
        missing = [
            trust.missing(item.payload, facts, sides)
            for trust in (subscription.least, subscription.trust)
        ]
        why = "; ".join(text for text in missing if text) or None
        return Decided(item.alert_id, subscription.name, "held", why, released)
    due = subscription.schedule.due(released)
    has_waited = released > item.created_at
    lacks = subscription.trust.missing(item.payload, facts, sides) if has_waited else None
    return Decided(
        item.alert_id,
        subscription.name,
        "queued",
        f"waited for confirmation in vain: {lacks}" if lacks else None,
        due,
    )


def _skip(item: OutboxItem, channel: str, why: str) -> Decided:
    return Decided(item.alert_id, channel, "skipped", why)


def _overtaken(rows: Sequence[Told]) -> list[Decided]:
    return [
        Decided(row.alert_id, row.channel, "skipped", "taken back before it was told")
        for row in rows
    ]


def plan(
    outbox: Outbox, subscriptions: Sequence[Subscription], *, sides: Collection[str], now: datetime
) -> None:
    """Decide what is undecided, and look again at what is held.

    Args:
        outbox: where alerts and decisions are stored.
        subscriptions: those in force.
        sides: ISO 3166-1 alpha-3 of the parties' states.
        now: UTC.
    """
    while items := outbox.undecided(CHUNK):
        _decide(outbox, items, subscriptions, sides=sides, now=now)
        if len(items) < CHUNK:
            break
    waits = outbox.held()
    facts = outbox.facts([item.event_id for item in waits]) if waits else {}
    by_name = {s.name: s for s in subscriptions}
    fresh = [
        _look_again(item, by_name[d.channel], facts.get(item.event_id, NO_FACTS), sides, now)
        for item in waits
        for d in item.deliveries
        if d.channel in by_name
    ]
    changed = [d for d in fresh if d.state != "held"]
    if changed:
        outbox.decide({d.alert_id for d in changed}, changed, now)


def _look_again(
    item: OutboxItem,
    subscription: Subscription,
    facts: EventFacts,
    sides: Collection[str],
    now: datetime,
) -> Decided:
    found = _timed(item, subscription, facts, sides, now)
    if found.state == "held" and now - item.created_at > HOLD_LIMIT:
        why = f"not confirmed in {HOLD_LIMIT.days} days: {found.detail}"
        return _skip(item, subscription.name, why)
    return found


def _decide(
    outbox: Outbox,
    items: Sequence[OutboxItem],
    subscriptions: Sequence[Subscription],
    *,
    sides: Collection[str],
    now: datetime,
) -> None:
    standing = Standing.of(
        outbox.told({name for i in items for name in kin({"event_id": i.event_id, **i.payload})})
    )
    is_patient = any(not (s.least.is_at_once and s.trust.is_at_once) for s in subscriptions)
    facts = outbox.facts([item.event_id for item in items]) if is_patient else {}
    decided: dict[tuple[str, str], Decided] = {}
    for item in items:
        begun = {delivery.channel for delivery in item.deliveries}
        for subscription in subscriptions:
            if subscription.name in begun:
                continue
            known = facts.get(item.event_id, NO_FACTS)
            for found in decisions(item, subscription, standing, known, sides=sides, now=now):
                decided[found.alert_id, found.channel] = found
                standing.note(item.event_id, found)
    outbox.decide([item.alert_id for item in items], list(decided.values()), now)
