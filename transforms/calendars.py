"""Calendar arithmetic for dates found in texts: windows, weekdays, the Jalali calendar.

The Jalali conversion follows the 33-year-cycle arithmetic of Borkowski (Earth, Moon and
Planets 74, 1996) as used by the common implementations, valid for the years 1244 to 1530
(1865 to 2151), which is more than news needs.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

_JALALI_YEARS = range(1244, 1531)
# Years at which the 33-year cycle is broken (Borkowski), within and around the valid range.
_BREAKS = (-61, 9, 38, 199, 426, 686, 756, 818, 1111, 1181, 1210, 1635, 2060)


def month_window(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def year_window(year: int) -> tuple[date, date]:
    """First and last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def week_window(day: date) -> tuple[date, date]:
    """Monday and Sunday of the ISO week of ``day``."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def add_months(year: int, month: int, count: int) -> tuple[int, int]:
    """(year, month) ``count`` months later (earlier if negative)."""
    index = year * 12 + month - 1 + count
    return index // 12, index % 12 + 1


def make_day(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def jalali_to_gregorian(year: int, month: int, day: int) -> date | None:
    """The Gregorian date of a Jalali one, None if there is no such day.

    ``jalali_to_gregorian(1404, 5, 17)`` is 8 August 2025.
    """
    if year not in _JALALI_YEARS or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    if month > 6 and day > 30:
        return None
    new_year, is_leap = _nowruz(year)
    if month == 12 and day > (30 if is_leap else 29):
        return None
    days_before = (month - 1) * 31 if month <= 7 else 186 + (month - 7) * 30
    return new_year + timedelta(days=days_before + day - 1)


def jalali_year(day: date) -> int:
    """The Jalali year that a Gregorian day lies in."""
    year = day.year - 621
    first = jalali_to_gregorian(year, 1, 1)
    return year if first is not None and day >= first else year - 1


def jalali_month_window(
    year: int, month: int, month2: int | None = None
) -> tuple[date, date] | None:
    """First and last Gregorian day of a Jalali month, or of several; None if there are none."""
    first = jalali_to_gregorian(year, month, 1)
    month2 = month2 or month
    last = next((d for n in (31, 30, 29) if (d := jalali_to_gregorian(year, month2, n))), None)
    return (first, last) if first and last else None


def _nowruz(year: int) -> tuple[date, bool]:
    """The Gregorian date of 1 Farvardin of ``year``, and whether the year is leap."""
    leaps, before, jump = -14, _BREAKS[0], 0
    for following in _BREAKS[1:]:
        jump = following - before
        if year < following:
            break
        leaps += jump // 33 * 8 + jump % 33 // 4
        before = following
    count = year - before
    leaps += count // 33 * 8 + (count % 33 + 3) // 4
    if jump % 33 == 4 and jump - count == 4:
        leaps += 1
    gregorian = year + 621
    leaps_gregorian = gregorian // 4 - (gregorian // 100 + 1) * 3 // 4 - 150
    march = 20 + leaps - leaps_gregorian
    if jump - count < 6:
        count = count - jump + (jump + 4) // 33 * 33
    is_leap = ((count + 1) % 33 - 1) % 4 == 0
    return date(gregorian, 3, march), is_leap
