"""From the parts of a date expression to intervals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from transforms.calendars import (
    add_months,
    jalali_month_window,
    jalali_to_gregorian,
    make_day,
    month_window,
    week_window,
    year_window,
)
from transforms.date_anchors import from_told, in_year, leans
from transforms.records import DateBasis, DatePrecision, EventDate

if TYPE_CHECKING:
    from collections.abc import Callable

    from dossiers.languages import CalendarRules, RelativeRule
    from transforms.date_anchors import Told
    from transforms.date_patterns import Found

Reading = tuple[EventDate, ...]
_SEASONS: Final = {
    (1, 3): {"month": 3, "month2": 5},
    (4, 6): {"month": 6, "month2": 8},
    (7, 9): {"month": 9, "month2": 11},
    (10, 12): {"month": 12, "month2": 2},
}
"""Seasons by the months of the second calendar, in those of the first."""
_HALF_YEAR = timedelta(days=183)
_UNKNOWN: Reading = (EventDate(None, None, "unknown", "text"),)


def read(
    found: Found, calendar: CalendarRules, today: date | None, told: Told | None = None
) -> Reading:
    """What ``found`` means: the reading for the past first, then others; empty if nothing.

    ``told`` is the date told before it. "900 years ago" and the like lead out of the calendar
    and mean nothing.
    """
    try:
        return _read(found, calendar, today, told)
    except (OverflowError, ValueError):
        return ()


def _read(found: Found, calendar: CalendarRules, today: date | None, told: Told | None) -> Reading:
    if found.rule is not None:
        return _relative(found, found.rule, today, told)
    if found.is_other_calendar:
        return _other_calendar(found.values, today)
    values = found.values
    if "day" in values:
        return _days(values, today)
    if "month" in values:
        return _months(values, today)
    return _years(values, calendar)


def _event(start: date, end: date, precision: DatePrecision, basis: DateBasis) -> EventDate:
    return EventDate(start, end, precision, basis)


def _days(values: dict[str, int], today: date | None) -> Reading:
    month2 = values.get("month2", values["month"])
    day2 = values.get("day2", values["day"])

    def window(year: int) -> tuple[date, date] | None:
        start = make_day(year, values["month"], values["day"])
        later = year + (1 if (month2, day2) < (values["month"], values["day"]) else 0)
        end = make_day(later, month2, day2)
        return (start, end) if start and end else None

    if "year" in values:
        year = values["year"]
        backwards = (month2, day2) < (values["month"], values["day"])
        found = window(year - 1 if backwards else year)
        return (_event(*found, "day", "text"),) if found else ()
    if today is None:
        return _UNKNOWN if window(2024) else ()
    return _nearest(window, today, "day")


def _months(values: dict[str, int], today: date | None) -> Reading:
    month, month2 = values["month"], values.get("month2", values["month"])

    def window(year: int) -> tuple[date, date] | None:
        later = year + (1 if month2 < month else 0)
        return month_window(year, month)[0], month_window(later, month2)[1]

    if "year" in values:
        first = values["year"] - (1 if month2 < month else 0)
        start, end = month_window(first, month)[0], month_window(values["year"], month2)[1]
        return (_event(start, end, "month", "text"),)
    if today is None:
        return _UNKNOWN
    return _past_then_future(window, today)


def _years(values: dict[str, int], calendar: CalendarRules) -> Reading:
    year, year2 = values["year"], values.get("year2", values["year"])
    if calendar.other_calendar and year < 1600:
        # A bare year of the second calendar spans two years of the first.
        first, last = jalali_month_window(year, 1), jalali_month_window(year2, 12)
        return (_event(first[0], last[1], "year", "text"),) if first and last else ()
    if year2 < year:
        return ()
    return (_event(year_window(year)[0], year_window(year2)[1], "year", "text"),)


def _nearest(
    window: Callable[[int], tuple[date, date] | None], today: date, precision: DatePrecision
) -> Reading:
    """The year that brings it nearest, at most half a year ahead."""
    windows = [w for y in (today.year - 1, today.year, today.year + 1) if (w := window(y))]
    windows = [w for w in windows if w[0] <= today + _HALF_YEAR]
    if not windows:
        return ()
    best = min(windows, key=lambda w: (abs(w[0] - today), w[0]))
    return (_event(*best, precision, "text"),)


def _past_then_future(window: Callable[[int], tuple[date, date] | None], today: date) -> Reading:
    """A month alone: the last that has begun; then the coming one."""
    past = [w for y in (today.year - 1, today.year) if (w := window(y)) and w[0] <= today]
    coming = [w for y in (today.year, today.year + 1) if (w := window(y)) and w[1] >= today]
    readings = [_event(*w, "month", "text") for w in (*past[-1:], *coming[:1])]
    return tuple(dict.fromkeys(readings))


def _other_calendar(values: dict[str, int], today: date | None) -> Reading:
    year, month = values.get("year"), values["month"]
    if year is not None and year > 1600:
        season = None if "day" in values else _SEASONS.get((month, values.get("month2", 0)))
        return _months({**season, "year": year}, today) if season else ()
    if year is None and today is None:
        return _UNKNOWN
    if "day" in values:
        return _other_days(values, year, today)
    if year is not None:
        window = jalali_month_window(year, month, values.get("month2"))
        return (_event(*window, "month", "text"),) if window else ()
    return _past_then_future(
        lambda y: jalali_month_window(y - 621, month, values.get("month2")), today or date.min
    )


def _other_days(values: dict[str, int], year: int | None, today: date | None) -> Reading:
    month2 = values.get("month2", values["month"])

    def window(jalali_year: int) -> tuple[date, date] | None:
        start = jalali_to_gregorian(jalali_year, values["month"], values["day"])
        end = jalali_to_gregorian(jalali_year, month2, values.get("day2", values["day"]))
        return (start, end) if start and end and start <= end else None

    if year is not None:
        found = window(year)
        return (_event(*found, "day", "text"),) if found else ()
    return _nearest(lambda y: window(y - 621), today, "day") if today else _UNKNOWN


def _relative(found: Found, rule: RelativeRule, today: date | None, told: Told | None) -> Reading:
    values, is_other = found.values, found.is_other_calendar
    if told is not None and leans(rule, told, today):
        leaning = from_told(rule, values, told, is_other_calendar=is_other)
        if leaning is not None or rule.origin == "told":
            return (leaning,) if leaning else ()
    if today is None or rule.origin == "told":
        return ()
    if rule.unit == "weekday":
        return _weekday(rule, values["weekday"], today)
    count = rule.offset * values.get("n", 1)
    if rule.unit == "year" and "month" in values:
        placed = in_year(values, today, count, is_other_calendar=is_other)
        return (placed,) if placed else ()
    return (_shifted(rule, count, today),)


def _shifted(rule: RelativeRule, count: int, today: date) -> EventDate:
    if rule.unit == "day":
        day = today + timedelta(days=count)
        return _event(day, day, "day", "relative")
    if rule.unit == "week":
        return _event(*week_window(today + timedelta(weeks=count)), "week", "relative")
    if rule.unit == "month":
        return _event(
            *month_window(*add_months(today.year, today.month, count)), "month", "relative"
        )
    return _event(*year_window(today.year + count), "year", "relative")


def _weekday(rule: RelativeRule, number: int, today: date) -> Reading:
    """The last such day (today counts unless the rule says "last"), and the next."""
    back = (today.weekday() - (number - 1)) % 7
    past = today - timedelta(days=back)
    if rule.offset < 0 and back == 0:
        past -= timedelta(days=7)
    coming = past + timedelta(days=7) if past <= today else past
    events = {
        "past": (_event(past, past, "day", "relative"),),
        "future": (_event(coming, coming, "day", "relative"),),
    }
    return (
        events["past"] + events["future"] if rule.direction == "either" else events[rule.direction]
    )
