"""What subscriptions would have received: the same decisions, asked of the past.

Nothing is sent and nothing is stored. Alerts are taken in the order in which they were caused,
each telling at the moment it was seen, so that what waited for confirmation is released when it
would have been.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from alerts.plan import NO_FACTS, Standing, decisions, kin
from alerts.render import LABELS
from alerts.subscriptions import Subscription
from warehouse.records import Decided, EventFacts, OutboxItem, Told


@dataclass(frozen=True, slots=True)
class Previewed:
    """One message: when it would have come, and the alerts in it (one, unless a digest)."""

    at: datetime
    alerts: tuple[OutboxItem, ...]
    is_digest: bool = False

    @property
    def lines(self) -> list[str]:
        """Each alert as its label and headline."""
        return [
            f"[{LABELS.get(item.cause, item.cause)}] {item.payload.get('headline', '')}"
            for item in self.alerts
        ]


@dataclass(slots=True)
class Preview:
    """What one subscription would have received, and why it would not have got the rest.

    Attributes:
        messages: in the order of their coming.
        refused: key of the filter, or reason, to how many alerts.
        waiting: alerts not confirmed, or not due, by the end, with why.
    """

    subscription: Subscription
    messages: list[Previewed] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    waiting: list[tuple[OutboxItem, str]] = field(default_factory=list)


def preview(
    items: Sequence[OutboxItem],
    subscriptions: Sequence[Subscription],
    facts: Mapping[str, EventFacts],
    *,
    sides: Collection[str],
    until: datetime,
) -> list[Preview]:
    """What each subscription would have received of alerts, by a moment.

    Args:
        items: alerts, oldest first.
        subscriptions: those to try.
        facts: event id to who told it when.
        sides: ISO 3166-1 alpha-3 of the parties' states.
        until: the end of the time looked at, UTC; what came due later counts as waiting.
    """
    return [_one(items, s, facts, sides, until) for s in subscriptions]


def _one(
    items: Sequence[OutboxItem],
    subscription: Subscription,
    facts: Mapping[str, EventFacts],
    sides: Collection[str],
    until: datetime,
) -> Preview:
    found = Preview(subscription)
    by_id = {item.alert_id: item for item in items}
    decided: dict[str, Decided] = {}
    of_event: dict[str, list[str]] = {}
    for item in items:
        names = kin({"event_id": item.event_id, **item.payload})
        earlier = [decided[a] for name in names for a in of_event.get(name, ())]
        standing = Standing.of(
            _told(one, by_id[one.alert_id].event_id, item.created_at)
            for one in earlier
            if one.state != "skipped"
        )
        known = facts.get(item.event_id, NO_FACTS)
        for one in decisions(item, subscription, standing, known, sides=sides, now=until):
            decided[one.alert_id] = one
        of_event.setdefault(item.event_id, []).append(item.alert_id)
    sent: dict[datetime, list[OutboxItem]] = {}
    for name, one in decided.items():
        if one.state == "skipped":
            found.refused[(one.detail or "").partition(":")[0]] += 1
        elif one.state == "held" or one.due is None or one.due > until:
            when = f"due {one.due:%Y-%m-%d %H:%M} UTC" if one.due else "waits"
            found.waiting.append((by_id[name], one.detail or when))
        else:
            sent.setdefault(one.due, []).append(by_id[name])
    for at in sorted(sent):
        found.messages += _messages(subscription, at, sent[at])
    return found


def _told(decided: Decided, event_id: str, at: datetime) -> Told:
    """How a decision stood at a moment: sent if its time had come."""
    is_sent = decided.state == "queued" and decided.due is not None and decided.due <= at
    state = "sent" if is_sent else decided.state
    return Told(decided.channel, event_id, decided.alert_id, state, attempts=int(is_sent))


def _messages(
    subscription: Subscription, at: datetime, items: Sequence[OutboxItem]
) -> list[Previewed]:
    is_file = subscription.channel.startswith("jsonl")
    if subscription.schedule.is_digest and not is_file:
        return [Previewed(at, tuple(items), is_digest=True)]
    return [Previewed(at, (item,)) for item in items]


def as_json(found: Preview) -> dict[str, Any]:
    """A preview as JSON-ready values."""
    return {
        "subscription": found.subscription.name,
        "messages": [
            {
                "at": message.at.isoformat(),
                "is_digest": message.is_digest,
                "alerts": [
                    {
                        "alert_id": item.alert_id,
                        "event_id": item.event_id,
                        "cause": item.cause,
                        "headline": item.payload.get("headline"),
                    }
                    for item in message.alerts
                ],
            }
            for message in found.messages
        ],
        "not_wanted": dict(sorted(found.refused.items())),
        "waiting": [
            {"alert_id": item.alert_id, "headline": item.payload.get("headline"), "why": why}
            for item, why in found.waiting
        ],
    }
