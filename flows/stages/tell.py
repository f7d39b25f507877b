"""Tell: decide who gets what the outbox holds, and send it, so that nothing is told twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.channels import Channel
from alerts.digest import COMING_DAYS
from alerts.dispatch import DispatchReport, dispatch
from alerts.plan import plan
from alerts.render import Name
from alerts.subscriptions import Subscription, load_subscriptions, open_channels
from dossiers.records import Dossier
from flows.crashpoints import reach
from flows.stages.payload import public_event
from warehouse.store import open_writer

if TYPE_CHECKING:
    from warehouse.store import Writer


def tell(
    directory: Path,
    *,
    clock: Callable[[], datetime],
    dossier: Dossier,
    alert_urls: tuple[str, ...] = (),
    extra: Mapping[str, Channel] | None = None,
) -> DispatchReport:
    """Decide on new alerts and deliver what is due, by the subscriptions in force.

    ``extra`` are channels by name that get every alert besides, whatever the subscriptions say.

    One writer stays open throughout, each step a transaction of its own: opening it for every
    step would cost more than all the rest. Whoever else wants to write waits for the channels,
    which give up by themselves.
    """
    subscriptions = load_subscriptions(directory, alert_urls=alert_urls, dossier=dossier)
    channels = open_channels(subscriptions, name=names_of(dossier))
    if extra:
        named = {subscription.name for subscription in subscriptions}
        besides = {name: channel for name, channel in extra.items() if name not in named}
        subscriptions += tuple(Subscription(name, name) for name in besides)
        channels |= besides
    try:
        with open_writer(directory, timeout_seconds=None, now=clock(), purpose="tell") as writer:
            plan(writer.outbox, subscriptions, sides=sides_of(dossier), now=clock())
            return dispatch(
                writer.outbox,
                subscriptions,
                channels,
                clock=clock,
                hook=reach,
                coming=lambda subscription: coming(writer, subscription, clock().date()),
            )
    finally:
        for channel in channels.values():
            channel.close()


def names_of(dossier: Dossier) -> Name:
    """Entity id to the name it is shown by."""
    names = {entity.id: entity.name for entity in dossier.entities.values()}
    return lambda key: names.get(key, key)


def sides_of(dossier: Dossier) -> frozenset[str]:
    """The parties' states, ISO 3166-1 alpha-3: where outlets of either side work from."""
    found = (dossier.actors[party].country for party in dossier.process.parties)
    return frozenset(country for country in found if country)


def coming(writer: Writer, subscription: Subscription, today: date) -> Sequence[Mapping[str, Any]]:
    """Events planned for the next days that pass a subscription's filters, soonest first."""
    events = writer.coming_events(today, today + timedelta(days=COMING_DAYS))
    shapes = [public_event(event) for event in events]
    # What happened to an event is no property of one that only lies ahead.
    asked = replace(subscription, causes=())
    return [shape for shape in shapes if asked.wants(shape)]
