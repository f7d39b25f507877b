"""When a source is asked next: as often as it has news, as seldom as it asks for.

Pure, with the instant as an argument. The pause follows the rate at which a source brings
items that were not known (its duplicate ratio over time): to keep the delay of news least for
a given number of requests, it goes with the inverse square root of the rate (Sia, Cho and Cho,
"Efficient Monitoring Algorithm for Fast News Alerts", IEEE TKDE 19(7), 2007). The pause itself
remembers the rate; each answer corrects it, the older what it knows, the less it counts. It
never grows past a third of the time that the source's items span, so that nothing scrolls off
unseen, and it never falls below what the feed or its server ask for. How much that saves, and
how late the news is, is measured in ``benchmarks/schedule.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from connectors.records import FeedState

MIN_INTERVAL: Final = timedelta(minutes=5)
MAX_INTERVAL: Final = timedelta(hours=24)
DEFAULT_INTERVAL: Final = timedelta(minutes=15)
JITTER: Final = 0.1
"""Share by which a pause is shifted, so that sources do not fall into step."""
WAITED: Final = 375.0
"""New items to expect in a pause times its seconds, the same for all sources. It sets the
scale: a source of 10 items a day is asked every half hour, one of 100 every 9.5 minutes, one
of an item in ten days every 5 hours."""

_MEMORY_ITEMS: Final = 4.0
"""The rate is reckoned over the time of about so many items, within `_MEMORY`."""
_MEMORY: Final = (timedelta(hours=6), timedelta(days=30))
"""At least a few hours, so that night is told from day; at most a month."""
_SPAN_SHARE: Final = 3


def clamped(wait: timedelta) -> timedelta:
    """``wait`` within the shortest and longest pause allowed."""
    return max(MIN_INTERVAL, min(wait, MAX_INTERVAL))


def pause_for(rate: float) -> timedelta:
    """The pause for a source of ``rate`` new items a second."""
    return clamped(timedelta(seconds=min((WAITED / max(rate, 1e-9)) ** 0.5, 1e6)))


def adapted(
    interval: timedelta | None,
    *,
    fresh: int,
    total: int,
    elapsed: timedelta | None = None,
    asked: timedelta | None = None,
    published: Sequence[datetime] = (),
    now: datetime | None = None,
) -> timedelta:
    """The next pause.

    Args:
        interval: the last one, None for a source asked for the first time.
        fresh: items not seen before.
        total: items in the answer; 0 for one that had not changed.
        elapsed: since the source was last asked; the last pause by default.
        asked: the pause the feed or server asks for; a floor.
        published: dates of the answer's items, for the time they span.
        now: the instant of the answer, up to which a source's first answer counts.
    """
    span = max(published) - min(published) if len(published) >= 3 else None
    if interval is not None:
        wait = pause_for(_corrected(interval, max(0, fresh), elapsed or interval))
        if total > 0 and fresh / total > 0.5:  # what came before may have scrolled off
            wait = min(wait, interval / 2)
    elif span:  # all items are new to us: only their dates say something of the source
        since = max(span, now - min(published) if now else span)
        wait = pause_for(len(published) / since.total_seconds())
    else:
        wait = DEFAULT_INTERVAL
    if span is not None:
        wait = min(wait, max(MIN_INTERVAL, span / _SPAN_SHARE))
    return clamped(max(wait, asked or MIN_INTERVAL))


def _corrected(interval: timedelta, fresh: int, elapsed: timedelta) -> float:
    """New items a second: what the last pause stood for, corrected by what came since."""
    rate = WAITED / interval.total_seconds() ** 2
    shortest, longest = _MEMORY
    memory = min(max(_MEMORY_ITEMS / rate, shortest.total_seconds()), longest.total_seconds())
    return (rate * memory + fresh) / (memory + elapsed.total_seconds())


def jittered(interval: timedelta, key: str, now: datetime) -> timedelta:
    """``interval`` shifted by up to `JITTER`, the same for the same key and instant."""
    digest = hashlib.sha256(f"{key}\n{now.astimezone(UTC).isoformat()}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 0xFFFF_FFFF * 2 - 1
    return interval * (1 + JITTER * share)


def outside_quiet(
    moment: datetime, hours: Collection[int] = (), days: Collection[int] = ()
) -> datetime:
    """The first moment from ``moment`` on that lies in no hour or day a feed wants to be spared.

    Args:
        moment: UTC.
        hours: ``skipHours`` of RSS 2.0, hours of GMT, 0 to 23.
        days: ``skipDays``, Monday being 0.
    """
    if len(set(hours)) >= 24 or len(set(days)) >= 7:  # never is not what it can mean
        return moment
    then = moment.astimezone(UTC)
    for _ in range(24 * 8):
        if then.hour not in hours and then.weekday() not in days:
            return then
        then = then.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment


def paced(
    state: FeedState,
    *,
    before: FeedState | None,
    fresh: int,
    published: Sequence[datetime] = (),
) -> FeedState:
    """``state``, as an answer left it, with its next check by what of the answer was new.

    Args:
        state: after the poll; one that failed or was retired is returned as it is.
        before: what was remembered before it.
        fresh: items of the answer that were not known.
        published: dates of its items.
    """
    now = state.last_checked
    if state.retired or state.error_count or now is None:
        return state
    total = 0 if state.last_changed != now else state.item_count or 0
    last = before.interval_seconds if before and before.last_checked else None
    asked = clamped(timedelta(seconds=state.asked_seconds)) if state.asked_seconds else None
    interval = adapted(
        timedelta(seconds=last) if last else None,
        fresh=fresh,
        total=total,
        elapsed=now - before.last_checked if before and before.last_checked else None,
        asked=asked,
        published=published,
        now=now,
    )
    # The shift may go either way, but never below what was asked for.
    due = now + max(jittered(interval, state.source_id, now), asked or MIN_INTERVAL, MIN_INTERVAL)
    return replace(
        state,
        interval_seconds=int(interval.total_seconds()),
        duplicate_ratio=round(1 - min(fresh, total) / total, 3) if total else 1.0,
        next_check=outside_quiet(due, state.skip_hours, state.skip_days),
    )
