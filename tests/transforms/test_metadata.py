"""Dates as pages print them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.published import parse_date

SIX = datetime(2025, 7, 10, 6, 0, tzinfo=UTC)
DAY = datetime(2025, 7, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "printed",
    [
        "2025-07-10T10:00:00.000+0400",
        "2025-07-10 10:00:00 +0400",
        "2025-07-10T10:00:00+04:00[Etc/Place]",
        "2025-07-10T06:00Z",
        "2025-07-10 06:00:00 UTC",
        "Thu, 10 Jul 2025 10:00:00 +0400",
        "Thu, 10 Jul 2025 06:00:00 GMT",
        "2025-07-10T06:00",
    ],
)
def test_a_moment_is_read_with_its_zone(printed):
    found = parse_date(printed, "metadata")
    assert found is not None
    assert (found.at, found.is_day) == (SIX, False)


@pytest.mark.parametrize(
    "printed",
    [
        "2025-07-10",
        "20250710",
        "2025/07/10",
        "10.07.2025",
        "10.07.2025 18:00",
        "2025-07-10T00:00:00+04:00",
        "2025-07-10T00:00:00",
    ],
)
def test_a_day_is_a_day_at_midnight(printed):
    found = parse_date(printed, "metadata")
    assert found is not None
    assert (found.at, found.is_day, found.day) == (DAY, True, date(2025, 7, 10))


def test_the_local_day_is_kept_where_the_utc_day_differs():
    found = parse_date("2025-07-10T01:00:00+04:00", "metadata")
    assert found is not None
    assert found.at == datetime(2025, 7, 9, 21, 0, tzinfo=UTC)
    assert found.day == date(2025, 7, 10)


@pytest.mark.parametrize(
    "printed", ["", "yesterday", "07/10/2025", "31.02.2025", "1752130800", "x" * 999]
)
def test_what_could_be_two_days_or_none_is_no_date(printed):
    assert parse_date(printed, "metadata") is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_dates(printed):
    parse_date(printed, "metadata")
