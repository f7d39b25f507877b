"""What people type as dates and horizons, and what they are told when it is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
import pytest

from flows.cli.options import Horizon, Moment
from flows.stages.transform import parse_moment


def test_a_day_without_a_zone_is_midnight_utc() -> None:
    assert Moment().convert("2025-08-08", None, None) == datetime(2025, 8, 8, tzinfo=UTC)


def test_a_moment_with_a_zone_becomes_utc() -> None:
    moment = Moment().convert("2025-08-08T04:00:00+04:00", None, None)
    assert moment == datetime(2025, 8, 8, tzinfo=UTC)


def test_a_wrong_date_is_named_with_the_form_wanted() -> None:
    with pytest.raises(click.BadParameter, match=r"'8 August' is not a date: write 2025-08-08"):
        Moment().convert("8 August", None, None)


@pytest.mark.parametrize(
    ("typed", "meant"), [("7d", timedelta(days=7)), ("36h", timedelta(hours=36)), ("none", None)]
)
def test_horizons(typed: str, meant: timedelta | None) -> None:
    assert Horizon().convert(typed, None, None) == meant


def test_a_wrong_horizon_is_named_with_the_forms_wanted() -> None:
    with pytest.raises(click.BadParameter, match="write 7d, 36h, 30m or none"):
        Horizon().convert("a week", None, None)


def test_an_impossible_date_of_publication_is_named() -> None:
    with pytest.raises(ValueError, match="2025-02-30"):
        parse_moment("2025-02-30")
