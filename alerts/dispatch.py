"""Working through the outbox: at least once, each channel by itself, nothing lost to a kill.

A delivery is marked ``sending`` before the attempt and ``sent`` after it. One found in
``sending`` was cut off in between: a channel that knows its keys is asked and sent to only
if it lacks this one; to any other the alert is sent again, marked as a possible repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from alerts.channels import Channel
from alerts.errors import PermanentChannelError
from warehouse.records import Delivery, OutboxItem

MAX_ATTEMPTS: Final = 8
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=6)
GIVE_UP_AFTER: Final = 3
"""Failures in a row after which a channel is left alone for the rest of the run."""

Outcome = Literal["sent", "already", "retry", "failed", "waiting", "skipped"]
DeliveryState = Literal["sending", "sent", "retry", "failed"]


class Mark(Protocol):
    """Stores the state of one alert on one channel, durably, before it returns."""

    def __call__(
        self,
        alert_id: str,
        channel: str,
        state: DeliveryState,
        detail: str | None,
        at: datetime,
    ) -> None:
        """``sending`` counts an attempt."""


@dataclass(frozen=True, slots=True)
class DispatchReport:
    """What a run of the outbox did.

    Attributes:
        counts: (channel, outcome) to how many. ``already``: found delivered after a kill;
            ``waiting``: not due yet; ``skipped``: the channel was left alone.
        failures: (alert id, channel, what went wrong).
        closed: alerts with no channel left to tell.
    """

    counts: Mapping[tuple[str, str], int]
    failures: tuple[tuple[str, str, str], ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def sent(self) -> int:
        """Deliveries that arrived in this run."""
        return self.total("sent") + self.total("already")

    @property
    def failed(self) -> int:
        """Deliveries that did not: to be retried, or given up."""
        return self.total("retry") + self.total("failed")

    def total(self, outcome: Outcome) -> int:
        """How many deliveries ended so, over all channels."""
        return sum(n for (_, told), n in self.counts.items() if told == outcome)


@dataclass(slots=True)
class _Run:
    mark: Mark
    now: datetime
    max_attempts: int
    hook: Callable[[str], None]
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    in_a_row: dict[str, int] = field(default_factory=dict)


def dispatch(
    pending: Sequence[OutboxItem],
    channels: Mapping[str, Channel],
    mark: Mark,
    now: datetime,
    *,
    hook: Callable[[str], None] = lambda _point: None,
    close: Callable[[str, Literal["sent", "failed"], datetime], None] | None = None,
    max_attempts: int = MAX_ATTEMPTS,
) -> DispatchReport:
    """Sends what the outbox holds, in its order; never raises for a channel's failure.

    Args:
        pending: what is to be told, oldest first.
        channels: by name.
        mark: see `Mark`; its own errors are raised.
        now: UTC.
        hook: called with ``before_send`` and ``after_send`` at each attempt, between the
            marks; a crash-safety test stops there.
        close: told each alert that no channel has left to tell.
        max_attempts: attempts begun after which a delivery is given up.
    """
    run = _Run(mark, now, max_attempts, hook)
    closed = []
    for item in pending:
        states = {
            name: _deliver(run, item, name, channel)
            for name, channel in channels.items()
            if channel.wants(item.payload)
        }
        if close is not None and not {"retry", "waiting", "skipped"} & set(states.values()):
            close(item.alert_id, "failed" if "failed" in states.values() else "sent", now)
            closed.append(item.alert_id)
    return DispatchReport(run.counts, tuple(run.failures), tuple(closed))


def _deliver(run: _Run, item: OutboxItem, name: str, channel: Channel) -> Outcome:
    """Brings one alert on one channel as far as it goes now."""
    earlier = next((d for d in item.deliveries if d.channel == name), None)
    if earlier is not None and earlier.state in {"sent", "failed"}:
        return "sent" if earlier.state == "sent" else "failed"
    if run.in_a_row.get(name, 0) >= GIVE_UP_AFTER:
        outcome: Outcome = "skipped"
    elif earlier is not None and earlier.state == "retry" and _is_early(earlier, run.now):
        outcome = "waiting"
    else:
        outcome = _attempt(run, item, name, channel, earlier)
    run.counts[name, outcome] = run.counts.get((name, outcome), 0) + 1
    return outcome


def _is_early(earlier: Delivery, now: datetime) -> bool:
    """True while a failed delivery rests: a minute, doubled with each attempt, to 6 hours."""
    wait = min(FIRST_WAIT * 2.0 ** max(earlier.attempts - 1, 0), LONGEST_WAIT)
    return now < max(earlier.updated_at + wait, earlier.next_attempt_at or earlier.updated_at)


def _attempt(
    run: _Run, item: OutboxItem, name: str, channel: Channel, earlier: Delivery | None
) -> Outcome:
    was_cut_off = earlier is not None and earlier.state == "sending"
    attempts = earlier.attempts if earlier is not None else 0
    try:
        if was_cut_off and channel.knows(item.alert_id):
            run.mark(item.alert_id, name, "sent", "found delivered", run.now)
            return "already"
    except Exception as error:
        return _failed(run, item, name, attempts, error)
    if attempts >= run.max_attempts:
        return _failed(run, item, name, attempts, PermanentChannelError("attempts used up"))
    run.mark(item.alert_id, name, "sending", None, run.now)
    try:
        may_repeat = was_cut_off and channel.knows(item.alert_id) is None
        run.hook("before_send")
        channel.send(item.alert_id, item.payload, may_repeat=may_repeat)
        run.hook("after_send")
    except Exception as error:
        # Any failure, a channel's own bug included, must not stop the other channels.
        return _failed(run, item, name, attempts + 1, error)
    run.in_a_row[name] = 0
    run.mark(item.alert_id, name, "sent", None, run.now)
    return "sent"


def _failed(run: _Run, item: OutboxItem, name: str, attempts: int, error: Exception) -> Outcome:
    detail = str(error) or type(error).__name__
    run.failures.append((item.alert_id, name, detail))
    run.in_a_row[name] = run.in_a_row.get(name, 0) + 1
    if isinstance(error, PermanentChannelError) or attempts >= run.max_attempts:
        run.mark(item.alert_id, name, "failed", detail, run.now)
        return "failed"
    run.mark(item.alert_id, name, "retry", detail, run.now)
    return "retry"
