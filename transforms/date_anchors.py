"""Dates that lean on the date told before them: "in 2023 … on 5 October", "six days later".

A day or month without a year is read beside the publication (`date_values`) and beside the
date told last. Which of the two is meant depends on how far apart they are: background stays
in its own time, news in the present.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from transforms.calendars import (
    add_months,
    jalali_month_window,
    jalali_to_gregorian,
    jalali_year,
    make_day,
    month_window,
    year_window,
)
from transforms.records import EventDate

if TYPE_CHECKING:
    from dossiers.languages import RelativeRule

NEWS_DAYS: Final = 31
"""A day this near to publication is more likely the news than a part of older background."""
BACKGROUND_DAYS: Final = 120
"""A date told this long before publication makes what follows it background."""


@dataclass(frozen=True, slots=True)
class Told:
    """The date told last.

    Attributes:
        when: with a known first and last day.
        is_near: in the same sentence, or in one that this one leans on.
    """

    when: EventDate
    is_near: bool

    @property
    def middle(self) -> date:
        """A day that lies in the year it is of, in either calendar."""
        first, last = _bounds(self.when)
        return first + (last - first) / 2

    def is_long_past(self, today: date) -> bool:
        """Whether what follows it is background."""
        return (today - _bounds(self.when)[1]).days > BACKGROUND_DAYS


def _bounds(value: EventDate) -> tuple[date, date]:
    assert value.start is not None
    return value.start, value.end or value.start


def in_year(
    values: dict[str, int], base: date, offset: int, *, is_other_calendar: bool
) -> EventDate | None:
    """The day, month or season of ``values`` in the year of ``base``, or years from it."""
    if is_other_calendar:
        return _in_other_year(values, jalali_year(base) + offset)
    year = base.year + offset
    month, month2 = values["month"], values.get("month2", values["month"])
    if "day" in values:
        day2 = values.get("day2", values["day"])
        start = make_day(year, month, values["day"])
        end = make_day(year + ((month2, day2) < (month, values["day"])), month2, day2)
        return EventDate(start, end, "day", "text") if start and end else None
    start, end = month_window(year, month)[0], month_window(year + (month2 < month), month2)[1]
    return EventDate(start, end, "month", "text")


def _in_other_year(values: dict[str, int], year: int) -> EventDate | None:
    if "day" not in values:
        window = jalali_month_window(year, values["month"], values.get("month2"))
        return EventDate(*window, "month", "text") if window else None
    start = jalali_to_gregorian(year, values["month"], values["day"])
    end = jalali_to_gregorian(
        year, values.get("month2", values["month"]), values.get("day2", values["day"])
    )
    return EventDate(start, end, "day", "text") if start and end and start <= end else None


def leans(rule: RelativeRule, told: Told | None, today: date | None) -> bool:
    """Whether a relative date counts from the one told before it, not from publication."""
    if told is None or rule.origin == "published":
        return False
    if rule.origin == "told" or today is None:
        return True
    return told.is_near or told.is_long_past(today)


def from_told(
    rule: RelativeRule, values: dict[str, int], told: Told, *, is_other_calendar: bool
) -> EventDate | None:
    """A relative date counted from the one told before it, as exactly as that one allows."""
    count = rule.offset * values.get("n", 1)
    first, last = _bounds(told.when)
    edge = last if count > 0 else first
    if rule.unit == "year":
        if "month" in values:
            return in_year(values, told.middle, count, is_other_calendar=is_other_calendar)
        return EventDate(*year_window(told.middle.year + count), "year", "relative")
    if rule.unit == "month":
        if told.when.precision not in {"day", "week", "month"}:
            return None
        start, end = month_window(*add_months(edge.year, edge.month, count))
        return EventDate(start, end, "month", "relative")
    if told.when.precision == "month":
        return EventDate(first, last, "month", "relative")  # the day is not known to the week
    if told.when.precision != "day":
        return None
    if count == 0:
        return EventDate(first, last, "day", "relative")
    day = edge + timedelta(days=count * (7 if rule.unit == "week" else 1))
    return EventDate(day, day, "day", "relative")


def prefers_told(default: EventDate, told_reading: EventDate, told: Told, today: date) -> bool:
    """Whether a day or month without a year belongs to the year told, not to the present."""
    if default.start is None or default.end is None or told_reading == default:
        return False
    age = (today - default.end).days
    is_news = -NEWS_DAYS <= age <= NEWS_DAYS
    if told.is_near:
        return not is_news or told.when.precision != "year"
    return told.is_long_past(today) and age > NEWS_DAYS
