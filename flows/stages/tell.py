"""Tell: send what the outbox holds, marking each step, so that nothing is told twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

from alerts.dispatch import DeliveryState, DispatchReport, dispatch
from alerts.subscriptions import load_subscriptions, open_channels
from dossiers.records import Dossier
from flows.crashpoints import reach
from warehouse.store import open_writer


def tell(
    directory: Path,
    *,
    clock: Callable[[], datetime],
    dossier: Dossier,
    alert_urls: tuple[str, ...] = (),
) -> DispatchReport:
    """Deliver pending alerts to the console, the JSONL file and any Apprise URL.

    The write lock is held only to read the outbox and to mark a delivery, never while a
    channel is being spoken to.
    """
    names = {entity.id: entity.name for entity in dossier.entities.values()}
    channels = open_channels(
        load_subscriptions(directory, alert_urls=alert_urls),
        name=lambda key: names.get(key, key),
    )
    with open_writer(directory, timeout_seconds=None, now=clock()) as writer:
        pending = writer.outbox(clock())

    def mark(
        alert_id: str, channel: str, state: DeliveryState, detail: str | None, at: datetime
    ) -> None:
        with open_writer(directory, timeout_seconds=None, now=at) as writer:
            writer.mark_delivery(alert_id, channel, state, detail, at)

    def close(alert_id: str, state: Literal["sent", "failed"], at: datetime) -> None:
        with open_writer(directory, timeout_seconds=None, now=at) as writer:
            writer.close_alert(alert_id, state, at)

    return dispatch(pending, channels, mark, clock(), hook=reach, close=close)
