"""When a channel may be spoken to: at once, each full hour, once a day; never in quiet hours.

Wall-clock times are of the subscriber's zone (IANA name); a time that a clock change skips is
taken as the moment it would have been, one that occurs twice as its first occurrence (PEP 495).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal

Pace = Literal["at once", "hourly", "daily"]
PACES: Final[tuple[Pace, ...]] = ("at once", "hourly", "daily")


@dataclass(frozen=True, slots=True)
class Schedule:
    """The hours of one subscriber.

    Attributes:
        pace: how often; but for ``at once``, what came since the last time is one digest.
        daily_at: when the daily digest goes out, by the zone's clock.
        quiet: from and to, by the zone's clock, over midnight where from is the later; or None.
        zone: the subscriber's time zone.
    """

    pace: Pace = "at once"
    daily_at: time = time(8)
    quiet: tuple[time, time] | None = None
    zone: tzinfo = UTC

    @property
    def is_digest(self) -> bool:
        """Whether alerts are gathered into one message."""
        return self.pace != "at once"

    def due(self, released: datetime) -> datetime:
        """When what may be told from ``released`` (UTC) on is to be sent, UTC."""
        moment = released
        if self.pace == "hourly":
            moment = self._next_hour(released)
        elif self.pace == "daily":
            moment = self._next(self.daily_at, released)
        if self.quiet is not None and self.is_quiet(moment):
            moment = self._next(self.quiet[1], moment)
        return moment

    def is_quiet(self, moment: datetime) -> bool:
        """Whether a moment lies in the quiet hours."""
        if self.quiet is None:
            return False
        start, end = self.quiet
        clock = moment.astimezone(self.zone).time()
        return start <= clock < end if start <= end else clock >= start or clock < end

    def _next_hour(self, moment: datetime) -> datetime:
        local = moment.astimezone(self.zone)
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return moment if not past else moment - past + timedelta(hours=1)

    def _next(self, wall: time, moment: datetime) -> datetime:
        """The next time the zone's clock shows ``wall``, the moment itself included."""
        today = moment.astimezone(self.zone).date()
        found = (self._at(today + timedelta(days=n), wall) for n in range(3))
        return next(at for at in found if at >= moment)

    def _at(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, tzinfo=self.zone).astimezone(UTC)
