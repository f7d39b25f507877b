"""Tell: send what the outbox holds, marking each step, so that nothing is told twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from alerts.dispatch import DispatchReport, dispatch
from alerts.subscriptions import load_subscriptions, open_channels

from flows.crashpoints import reach
from warehouse.store import open_writer


def tell(
    directory: Path, *, clock: Callable[[], datetime], alert_urls: tuple[str, ...] = ()
) -> DispatchReport:
    """Deliver pending alerts to the console, the JSONL file and any Apprise URL.

    The write lock is held only to read the outbox and to mark a delivery, never while a
    channel is being spoken to.
    """
    with open_writer(directory, timeout_seconds=None, now=clock()) as writer:
        pending = writer.outbox(clock())
    subscriptions = load_subscriptions(directory, alert_urls=alert_urls)

    def mark(alert_id: str, channel: str, state: str, detail: str | None, at: datetime) -> None:
        with open_writer(directory, timeout_seconds=None, now=at) as writer:
            writer.mark_delivery(alert_id, channel, state, detail, at)

    return dispatch(pending, open_channels(subscriptions), mark, clock(), hook=reach)
