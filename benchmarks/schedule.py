"""A simulated day of polling: when is who asked, what does it cost, how late is the news.

The schedule is the real one (`connectors.polling.read_feed`, `flows.stages.discover.pace`); the
clock is an argument and the servers are `benchmarks.newsrooms`. Requests take their time and
only so many are under way at once, as with the real client, so that a crowd of due sources is
late here too.
"""

from __future__ import annotations

import heapq
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from statistics import median, quantiles

from benchmarks.newsrooms import DAY, HEAD_BYTES, START, Newsroom, moment
from connectors.polling import read_feed
from connectors.records import FeedState
from flows.stages.discover import pace

AT_ONCE = 32
"""Requests under way at once: `connectors.policy.FetchPolicy.concurrency`."""
QUARTER = 900.0


@dataclass
class Figures:
    """What one way of polling cost on the day, and how late it saw the news.

    Attributes:
        requests, sent_bytes: on the day, of all sources.
        changed: answers that carried something new.
        delays: minutes from an item's appearance until it was seen.
        missed: items that left their feed before anyone asked.
        late: sources asked later than their own interval after they were due.
        latest_seconds: longest anyone waited after being due.
        early: requests made before the source allowed it.
    """

    name: str
    sources: int
    requests: int = 0
    sent_bytes: int = 0
    changed: int = 0
    delays: list[float] = field(default_factory=list)
    missed: int = 0
    late: int = 0
    latest_seconds: float = 0.0
    early: int = 0

    @property
    def requests_a_source(self) -> float:
        """Requests a day and source."""
        return self.requests / self.sources

    @property
    def kilobytes_a_source(self) -> float:
        """Kilobytes received a day and source."""
        return self.sent_bytes / self.sources / 1000

    def delay(self, share: float) -> float:
        """Minutes within which this share of the items was seen."""
        if len(self.delays) < 2:
            return 0.0
        return quantiles(self.delays, n=1000, method="inclusive")[round(share * 1000) - 1]

    @property
    def middle(self) -> float:
        """Median delay in minutes."""
        return median(self.delays) if self.delays else 0.0


@dataclass(slots=True)
class _Asked:
    state: FeedState | None = None
    seen: int = 0
    due: float = 0.0


def adapted_day(
    rooms: Sequence[Newsroom], *, warm_up: int, every: float = 0.0, seed: int = 1
) -> Figures:
    """Poll all sources by their schedule; what is counted is the day after the warm-up.

    Args:
        rooms: the sources.
        warm_up: days before the one that counts; lateness and manners count from the start.
        every: seconds between runs (0: as ``araxes stream``, at once when due).
        seed: of the time requests take.
    """
    figures = Figures("adapted", len(rooms))
    rng = random.Random(seed)
    kept = [_Asked(seen=max(0, room.published(0.0) - room.window)) for room in rooms]
    due = [(0.0, number) for number in range(len(rooms))]
    slots = [0.0] * AT_ONCE
    counts_from, end = warm_up * DAY, (warm_up + 1) * DAY
    while due:
        at, number = heapq.heappop(due)
        woken = ceil(at / every) * every if every else at
        start = max(woken, slots[0])
        if start >= end:
            break
        heapq.heapreplace(slots, start + _service(rng))
        room, asked = rooms[number], kept[number]
        _manners(figures, room, asked, start)
        _ask(figures, room, asked, start, counts=start >= counts_from)
        heapq.heappush(due, (asked.due, number))
    return figures


def _service(rng: random.Random) -> float:
    """Seconds a request takes; one in a hundred ends in a timeout."""
    return 20.0 if rng.random() < 0.01 else min(20.0, rng.lognormvariate(-1.0, 0.8))


def _manners(figures: Figures, room: Newsroom, asked: _Asked, start: float) -> None:
    """Whether the request comes late by the source's interval, or earlier than it allows."""
    state = asked.state
    late = start - asked.due
    figures.latest_seconds = max(figures.latest_seconds, late)
    if state is None:
        figures.late += late > QUARTER
        return
    figures.late += late > (state.interval_seconds or QUARTER)
    last = (state.last_checked or START).timestamp() - START.timestamp()
    wait = 1800 if state.error_count else max(room.asks, room.ttl)
    is_spared = moment(start).hour in room.spared and moment(asked.due).hour in room.spared
    figures.early += start - last < wait - 1e-3 or is_spared


def _ask(figures: Figures, room: Newsroom, asked: _Asked, start: float, *, counts: bool) -> None:
    """One poll: the server's answer, read, paced and counted."""
    now: datetime = moment(start)
    before = asked.state
    fresh_state = before or FeedState(room.source.id, room.source.url)
    capture = room.answer(fresh_state, start)
    result = read_feed(room.source, before, capture, now, room.read)
    seen, count = asked.seen, room.published(start)
    if result.outcome != "failed":
        first_shown = max(seen, count - room.window)
        if counts:
            figures.missed += first_shown - seen
            figures.delays += [(start - room.items[n]) / 60 for n in range(first_shown, count)]
        asked.seen = count
    new = asked.seen - max(seen, asked.seen - room.window)
    known = {room.source.id: before} if before else {}
    (paced,) = pace([result], known, {room.source.id: new})
    asked.state = paced.state
    assert paced.state.next_check is not None
    asked.due = (paced.state.next_check - START).total_seconds()
    if counts:
        figures.requests += 1
        figures.changed += bool(new)
        figures.sent_bytes += HEAD_BYTES + (room.body_bytes if capture.status == 200 else 0)


def fixed_day(rooms: Sequence[Newsroom], *, warm_up: int, conditional: bool) -> Figures:
    """The same day with every source asked every fifteen minutes, whatever it says."""
    how = "with validators" if conditional else "without"
    figures = Figures(f"every 15 minutes, {how}", len(rooms))
    first, last = warm_up * DAY, (warm_up + 1) * DAY
    for room in rooms:
        items = room.items[bisect_right(room.items, first) : bisect_right(room.items, last)]
        slots: dict[int, list[float]] = {}
        offset = room.rng.random() * QUARTER
        for item in items:
            slots.setdefault(ceil((item - offset) / QUARTER), []).append(item)
        for number, group in slots.items():
            shown = group[-room.window :]
            figures.missed += len(group) - len(shown)
            figures.delays += [(number * QUARTER + offset - item) / 60 for item in shown]
        requests = int(DAY / QUARTER)
        whole = len(slots) if conditional and room.has_validators else requests
        figures.requests += requests
        figures.changed += len(slots)
        figures.sent_bytes += requests * HEAD_BYTES + whole * room.body_bytes
    return figures
