"""The outbox: what is still to be told, and how far each channel has come.

An alert is written in the commit that causes it and delivered afterwards; each step of a
delivery is a small transaction of its own, so that a kill leaves at most one channel of one
alert in ``sending`` (outcome unknown), which the alerts room decides on by channel.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

from warehouse.records import Delivery, OutboxItem

if TYPE_CHECKING:
    from datetime import datetime

    from warehouse.rows import Loader

DeliveryState = Literal["sending", "sent", "retry", "failed"]
AlertState = Literal["pending", "suppressed", "sent", "failed"]


def pending(loader: Loader, now: datetime) -> list[OutboxItem]:
    """Alerts in state ``pending``, oldest first, with their deliveries.

    An alert all of whose begun deliveries wait for a later ``next_attempt_at`` is left out;
    one that no channel has begun is always in.
    """
    con = loader.con
    rows = con.execute(
        "SELECT alert_id, event_id, cause, payload, created_at FROM alert "
        "WHERE state = 'pending' ORDER BY created_at, alert_id"
    ).fetchall()
    if not rows:
        return []
    deliveries: dict[str, list[Delivery]] = {}
    for alert_id, *rest in con.execute(
        "SELECT alert_id, channel, state, attempts, detail, updated_at, next_attempt_at "
        "FROM alert_delivery WHERE alert_id IN (SELECT unnest(?)) ORDER BY channel",
        [[row[0] for row in rows]],
    ).fetchall():
        deliveries.setdefault(alert_id, []).append(Delivery(*rest))
    items = [
        OutboxItem(alert_id, event_id, cause, json.loads(payload), created_at,
                   tuple(deliveries.get(alert_id, ())))
        for alert_id, event_id, cause, payload, created_at in rows
    ]  # fmt: skip
    return [item for item in items if not _waits(item, now)]


def _waits(item: OutboxItem, now: datetime) -> bool:
    open_ones = [d for d in item.deliveries if d.state in ("retry", "sending")]
    return bool(open_ones) and all(
        d.next_attempt_at is not None and d.next_attempt_at > now for d in open_ones
    )


def mark(
    loader: Loader,
    alert_id: str,
    channel: str,
    state: DeliveryState,
    detail: str | None,
    at: datetime,
    next_attempt_at: datetime | None = None,
) -> None:
    """Set the state of one alert on one channel; ``sending`` counts an attempt."""
    before = loader.con.execute(
        "SELECT attempts FROM alert_delivery WHERE alert_id = ? AND channel = ?",
        [alert_id, channel],
    ).fetchone()
    attempts = (before[0] if before else 0) + (state == "sending")
    loader.con.execute(
        "DELETE FROM alert_delivery WHERE alert_id = ? AND channel = ?", [alert_id, channel]
    )
    row = {
        "alert_id": alert_id,
        "channel": channel,
        "state": state,
        "attempts": max(attempts, 1),
        "detail": detail,
        "updated_at": at,
        "next_attempt_at": next_attempt_at,
    }
    loader.insert("alert_delivery", [row])


def close(loader: Loader, alert_id: str, state: AlertState, at: datetime) -> None:
    """Set the state of an alert as a whole; all but ``pending`` close it."""
    loader.con.execute(
        "UPDATE alert SET state = ?, closed_at = ? WHERE alert_id = ?",
        [state, None if state == "pending" else at, alert_id],
    )
