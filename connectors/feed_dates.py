"""Dates as feeds write them, read strictly: an impossible date is no date.

feedparser's own readers roll an impossible date over (a 30 February becomes 2 March), so they
are asked only for the formats the standard library does not know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import struct_time

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No feed is older; what claims to be is a sentinel (1970, 0001)."""

MAX_DATE = 200
"""Characters looked at; what is longer is no date."""
LATEST_AHEAD = timedelta(days=1)
_ISO = re.compile(r"\d{4}-?\d{2}(-?\d{2})?([T ].*)?$")
_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}$")
_SPACED_ZONE = re.compile(r"\s+([+-]\d{2}:?\d{2})$")
_NAMED_UTC = re.compile(r"\s*(UTC|GMT)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedDate:
    """A date read, or why not.

    Attributes:
        at: UTC, or None.
        is_day: True when only the day was given.
        is_zone_assumed: True when no (known) zone was given and UTC was taken.
        problem: a phrase, or None.
    """

    at: datetime | None = None
    is_day: bool = False
    is_zone_assumed: bool = False
    problem: str | None = None


def read_date(raw: str | None, now: datetime, parsed: struct_time | None = None) -> FeedDate:
    """Read one date.

    Args:
        raw: as the feed writes it; ISO 8601 or RFC 822 (RFC 5322), zone optional.
        now: the run's instant; a date more than a day after it is impossible.
        parsed: feedparser's reading (UTC), for formats neither standard covers.
    """
    text = (raw or "")[:MAX_DATE].strip()
    if not text:
        return FeedDate()
    try:
        moment = _parse(text, parsed)
    except (ValueError, TypeError, OverflowError):
        moment = None
    if moment is None:
        return FeedDate(problem=f"impossible date {text[:60]!r}")
    is_assumed = moment.tzinfo is None
    try:
        moment = moment.replace(tzinfo=UTC) if is_assumed else moment.astimezone(UTC)
    except OverflowError:
        return FeedDate(problem=f"impossible date {text[:60]!r}")
    if moment < EARLIEST:
        return FeedDate(problem=f"date before there were feeds {text[:60]!r}")
    if moment > now + LATEST_AHEAD:
        return FeedDate(problem=f"date in the future {text[:60]!r}")
    return FeedDate(moment, is_day=bool(_DAY.match(text)), is_zone_assumed=is_assumed)


def _parse(text: str, parsed: struct_time | None) -> datetime | None:
    """Naive where the text gives no zone."""
    if _ISO.match(text):
        text = _SPACED_ZONE.sub(r"\1", _NAMED_UTC.sub("+00:00", text))
        return datetime.fromisoformat(text)
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError):
        # A weekday or a month name means RFC 822 was meant, and it was wrong.
        if parsed is None or re.match(r"[A-Za-z]{3},|\d+$", text):
            return None
        return datetime(*parsed[:6])  # noqa: DTZ001
