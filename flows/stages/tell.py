"""Tell: send what the outbox holds, marking each step, so that nothing is told twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from alerts.dispatch import DispatchReport, dispatch
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

    One writer stays open throughout, each mark a transaction of its own: opening it for every
    mark would cost more than all the rest. Whoever else wants to write waits for the channels,
    which give up by themselves.
    """
    names = {entity.id: entity.name for entity in dossier.entities.values()}
    channels = open_channels(
        load_subscriptions(directory, alert_urls=alert_urls),
        name=lambda key: names.get(key, key),
    )
    with open_writer(directory, timeout_seconds=None, now=clock(), purpose="tell") as writer:
        return dispatch(
            writer.outbox(clock()),
            channels,
            writer.mark_delivery,
            clock(),
            hook=reach,
            close=writer.close_alert,
        )
