"""Newsrooms that publish by their rhythm, and servers with their manners: made up, seeded.

What is assumed, since it decides the figures: rates are lognormal (median 8 items a day, one
source in twenty above 90), night and weekend are quieter, a fifth publish in bursts, and feeds
hold 10 to 100 items. Of the servers 65 % honour validators, 10 % ask for a pause (ttl or
Cache-Control), 3 % ask to be spared some hours, 3 % fail now and then, with a Retry-After.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connectors.captures import failed_capture, make_capture
from connectors.items import ParsedFeed
from connectors.records import Candidate, Capture, FeedState
from dossiers.records import Source

START = datetime(2025, 8, 4, tzinfo=UTC)
"""Midnight before a Monday."""
DAY = 86_400.0
HEAD_BYTES = 350
"""Of an answer's status line and header."""
ITEM_BYTES = 300
"""Of an item in a feed, compressed as most servers send it."""
ROBOTS_BYTES = 600
_BY_HOUR = (*[0.15] * 6, *[0.8] * 3, *[1.7] * 10, *[1.0] * 4, 0.5)
"""Items by hour of the newsroom's day; their mean is about 1."""
_WEEKEND = 0.5


@dataclass(slots=True)
class Newsroom:
    """One source: when it publishes, and how its server answers. Times in seconds from `START`.

    Attributes:
        items: when each item appears, ascending.
        window: how many items the feed holds.
        has_validators: it answers 304 to a conditional request.
        asks: Cache-Control max-age, 0 for none; ``ttl`` likewise, told in the feed.
        spared: hours (GMT) it asks to be spared.
        fails: share of requests it answers with 503 and ``Retry-After: 1800``.
        is_dated: its items carry their dates.
    """

    source: Source
    rate: float
    items: list[float]
    window: int
    has_validators: bool
    asks: int = 0
    ttl: int = 0
    spared: tuple[int, ...] = ()
    fails: float = 0.0
    is_dated: bool = True
    rng: random.Random = field(default_factory=random.Random)

    def published(self, until: float) -> int:
        """How many items have appeared."""
        return bisect_right(self.items, until)

    @property
    def body_bytes(self) -> int:
        """Of a whole feed, compressed."""
        return 600 + ITEM_BYTES * self.window

    def answer(self, state: FeedState, at: float) -> Capture:
        """What its server answers to a request made with what ``state`` remembers."""
        url, name, now = self.source.url, self.source.id, moment(at)
        if self.fails and self.rng.random() < self.fails:
            return failed_capture(
                url=url,
                kind="feed",
                source_id=name,
                fetched_at=now,
                reason="http_503",
                detail=f"{url}: not now",
                status=503,
                headers={"retry-after": "1800"},
            )
        count = self.published(at)
        headers = {"etag": f'"{count}"'} if self.has_validators else {}
        if self.asks:
            headers["cache-control"] = f"max-age={self.asks}"
        is_same = self.has_validators and state.etag == headers["etag"]
        return make_capture(
            url=url,
            kind="feed",
            source_id=name,
            fetched_at=now,
            body=b"" if is_same else str(count).encode(),
            content_type="application/rss+xml",
            status=304 if is_same else 200,
            headers=headers,
        )

    def read(self, body: bytes, **_: object) -> ParsedFeed:
        """The feed behind an `answer`, which holds only how many items there have been."""
        last = int(body)
        shown = range(max(0, last - self.window), last)
        return ParsedFeed(
            tuple(
                Candidate(
                    f"{self.source.url}{n}",
                    self.source.id,
                    published=moment(self.items[n]) if self.is_dated else None,
                )
                for n in reversed(shown)
            ),
            ttl_seconds=self.ttl or None,
            skip_hours=self.spared,
        )


def moment(at: float) -> datetime:
    """Seconds from `START` as an instant."""
    return START + timedelta(seconds=at)


def newsrooms(count: int, seed: int, days: int) -> list[Newsroom]:
    """``count`` sources with what they publish from a while before `START` to ``days`` after."""
    rng = random.Random(seed)
    return [_newsroom(n, rng, days) for n in range(count)]


def _newsroom(number: int, rng: random.Random, days: int) -> Newsroom:
    rate = min(400.0, max(0.02, rng.lognormvariate(2.08, 1.5)))
    window = rng.choice((10, 20, 30, 30, 50, 100))
    before = min(60.0, 2 * window / rate)
    url = f"https://outlet-{number}.example/"
    room = Newsroom(
        Source(f"s{number}", url, "rss", url, None, None, "unknown", "unknown"),
        rate,
        list(_publications(rng, rate, -before, days)),
        window,
        has_validators=rng.random() < 0.65,
        is_dated=rng.random() < 0.95,
        rng=random.Random(number),
    )
    manner = rng.random()
    if manner < 0.05:
        room.ttl = rng.choice((600, 1800, 3600))
    elif manner < 0.10:
        room.asks = rng.choice((60, 300, 600, 3600))
    elif manner < 0.13:
        room.spared = tuple(range(rng.randrange(0, 3), rng.randrange(4, 7)))
    elif manner < 0.16:
        room.fails = rng.uniform(0.05, 0.5)
    return room


def _publications(rng: random.Random, rate: float, first: float, days: int) -> Iterator[float]:
    """A Poisson process thinned by the hours of a newsroom's day; some publish in bursts."""
    burst = rng.choice((1, 1, 1, 1, 4))
    shift = rng.choice((1, 3, 4, 4, 4)) * 3600
    most = max(_BY_HOUR)
    at = first * DAY
    while at < days * DAY:
        at += rng.expovariate(rate * most / burst) * DAY
        local = at + shift
        usual = _BY_HOUR[int(local % DAY // 3600)]
        if local // DAY % 7 >= 5:
            usual *= _WEEKEND
        if rng.random() * most > usual:
            continue
        for n in range(1 if burst == 1 else 1 + int(rng.expovariate(1 / (burst - 0.5)))):
            yield at + n * 1.0
