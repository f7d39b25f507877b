"""Expectations of times: in order, not from the future, not before what they follow from."""

from __future__ import annotations

from typing import ClassVar

from expectations.news.base import NewsExpectation

_YEAR = "/(?:19|20)[0-9][0-9][/-]"
_DATE_IN_URL = (
    "try_strptime(regexp_extract({url_column}, "
    "'/((?:19|20)\\d\\d[/-](?:0[1-9]|1[0-2])[/-](?:0[1-9]|[12]\\d|3[01]))(?:\\D|$)', 1)"
    ".replace('/', '-'), '%Y-%m-%d')"
)


class ExpectColumnValuesToNotLieInTheFuture(NewsExpectation):
    """A moment is not after the one it is judged at, but for a tolerance in hours."""

    tolerance_hours: int = 0
    offends: ClassVar[str] = "{column} > getvariable('judged_at') + to_hours({tolerance_hours})"


class ExpectColumnValuesToBeOfTheAgeOfTheWeb(NewsExpectation):
    """A date of publication or capture is not of a time before there was a web.

    Zero and epoch dates are what servers and generators write where they know none.
    """

    first_year: int = 1994
    offends: ClassVar[str] = "year({column}) < {first_year}"


class ExpectColumnValuesToNotPrecedeTheDateInTheirAddress(NewsExpectation):
    """An article is not older than the date in its address, but for a day of time zones."""

    url_column: str
    offends: ClassVar[str] = (
        f"CASE WHEN regexp_matches({{url_column}}, '{_YEAR}') THEN {{column}} < "
        + _DATE_IN_URL
        + "::TIMESTAMP - INTERVAL 36 HOUR ELSE false END"
    )


class ExpectColumnValuesToNotOutliveTheDateInTheirAddress(NewsExpectation):
    """An article is not published long after the date in its address."""

    url_column: str
    max_days: int = 31
    offends: ClassVar[str] = (
        f"CASE WHEN regexp_matches({{url_column}}, '{_YEAR}') THEN {{column}} > "
        + _DATE_IN_URL
        + "::TIMESTAMP + to_days({max_days}) ELSE false END"
    )


class ExpectColumnValuesToNotPrecede(NewsExpectation):
    """A time is not before another of the same row."""

    earlier_column: str
    offends: ClassVar[str] = "{column} < {earlier_column}"


class ExpectColumnValuesToFitTheirPrecision(NewsExpectation):
    """An interval is as long as its precision says, and an unknown date is no date.

    ``column`` is the precision. A day's precision allows for an event of two weeks; weeks,
    months and years have their length and some days.
    """

    start_column: str
    end_column: str
    offends: ClassVar[str] = (
        "CASE {column} WHEN 'unknown' THEN {start_column} IS NOT NULL OR {end_column} IS NOT NULL "
        "WHEN 'day' THEN {start_column} IS NULL OR {end_column} - {start_column} > 14 "
        "WHEN 'week' THEN {start_column} IS NULL OR {end_column} - {start_column} > 14 "
        "WHEN 'month' THEN {end_column} - {start_column} > 100 "
        "WHEN 'year' THEN {end_column} - {start_column} > 3700 END"
    )


class ExpectColumnValuesToBeReportedAfterTheyHappened(NewsExpectation):
    """What is told as done does not lie after the report, but for a day of time zones.

    ``column`` is the first day of the event.
    """

    status_column: str
    published_column: str
    done: list[str] = ["held", "signed", "initialled", "done", "ratified"]  # noqa: RUF012
    offends: ClassVar[str] = (
        "list_contains({done}, {status_column}) "
        "AND {column} > ({published_column}::TIMESTAMP + INTERVAL 1 DAY)::DATE"
    )


class ExpectColumnValuesToBePlannedForLater(NewsExpectation):
    """What is told as planned does not lie long before the report: then it is background.

    ``column`` is the last day of the event.
    """

    status_column: str
    novelty_column: str
    published_column: str
    max_days: int = 7
    offends: ClassVar[str] = (
        "{status_column} = 'planned' AND {novelty_column} NOT IN ('retrospective', 'undated') "
        "AND {column} < ({published_column}::TIMESTAMP - to_days({max_days}))::DATE"
    )
