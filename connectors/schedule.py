"""When a source is asked next: as often as it has news, as seldom as it asks for.

Pure, with the instant as an argument. The pause follows the share of items that were new
(the duplicate ratio, as web archives adapt their revisits; Cho and Garcia-Molina 2003):
many new items shorten it, none lengthen it. It never grows past a third of the time that the
source's items span, so that nothing scrolls off unseen, and it never falls below what the
feed or its server ask for.
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

_FACTORS: Final = ((0.5, 0.5), (0.2, 0.7), (0.02, 1.0), (0.0, 1.2))
"""Share of new items above which the pause is multiplied by what."""
_NOTHING_NEW: Final = 1.3
_SPAN_SHARE: Final = 3


def clamped(wait: timedelta) -> timedelta:
    """``wait`` within the shortest and longest pause allowed."""
    return max(MIN_INTERVAL, min(wait, MAX_INTERVAL))


def adapted(
    interval: timedelta | None,
    *,
    fresh: int,
    total: int,
    asked: timedelta | None = None,
    published: Sequence[datetime] = (),
) -> timedelta:
    """The next pause.

    Args:
        interval: the last one, None for a source asked for the first time.
        fresh: items not seen before.
        total: items in the answer; 0 for one that had not changed.
        asked: the pause the feed or server asks for; a floor.
        published: dates of the answer's items, for the time they span.
    """
    if interval is None:  # all items are new to us: that says nothing of the source
        wait = DEFAULT_INTERVAL
    elif fresh <= 0 or total <= 0:
        wait = interval * _NOTHING_NEW
    else:
        share = fresh / total
        wait = interval * next(factor for least, factor in _FACTORS if share > least)
    if len(published) >= 3:
        wait = min(wait, max(MIN_INTERVAL, (max(published) - min(published)) / _SPAN_SHARE))
    return clamped(max(wait, asked or MIN_INTERVAL))


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
    interval = adapted(
        timedelta(seconds=last) if last else None,
        fresh=fresh,
        total=total,
        asked=timedelta(seconds=state.asked_seconds) if state.asked_seconds else None,
        published=published,
    )
    due = now + max(jittered(interval, state.source_id, now), MIN_INTERVAL)
    return replace(
        state,
        interval_seconds=int(interval.total_seconds()),
        duplicate_ratio=round(1 - min(fresh, total) / total, 3) if total else 1.0,
        next_check=outside_quiet(due, state.skip_hours, state.skip_days),
    )
