from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.records import FeedState
from connectors.schedule import (
    JITTER,
    MAX_INTERVAL,
    MIN_INTERVAL,
    adapted,
    jittered,
    outside_quiet,
    paced,
    pause_for,
)

NOW = datetime(2025, 8, 9, 6, 0, tzinfo=UTC)  # a Saturday
HOUR = timedelta(hours=1)
intervals = st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=3))


def test_a_busy_source_is_asked_sooner_and_a_quiet_one_later() -> None:
    assert adapted(HOUR, fresh=20, total=20) <= HOUR / 2
    assert adapted(HOUR, fresh=3, total=30) < HOUR
    assert adapted(HOUR, fresh=0, total=30) > HOUR
    assert adapted(HOUR, fresh=0, total=0) > HOUR


def test_a_source_silent_for_long_is_asked_once_a_day_in_the_end() -> None:
    wait = HOUR
    for _ in range(2000):
        wait = adapted(wait, fresh=0, total=0)
    assert wait > timedelta(hours=20)
    assert adapted(wait, fresh=10, total=20) < wait / 2


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 200))
def test_the_pause_settles_where_it_belongs_to_the_rate(a_day: float) -> None:
    """For a steady source, whatever it began with: the square root of what it publishes."""
    for start in (MIN_INTERVAL, 12 * HOUR):
        wait, owed = start, 0.0
        for _ in range(1000):
            owed += a_day * (wait / timedelta(days=1))
            fresh, owed = int(owed), owed % 1.0
            wait = adapted(wait, fresh=fresh, total=0)
        assert 0.5 < wait / pause_for(a_day / 86400) < 2


def test_the_dates_of_a_first_answer_say_how_busy_the_source_is() -> None:
    def first(minutes: int, ago: timedelta = timedelta()) -> timedelta:
        dates = [NOW - ago - timedelta(minutes=minutes * n) for n in range(30)]
        return adapted(None, fresh=30, total=30, published=dates, now=NOW)

    assert first(15) < first(240) < first(1440)
    assert first(15, timedelta(days=90)) > first(240)


def test_nothing_scrolls_off_between_two_looks() -> None:
    span = [NOW - timedelta(minutes=3 * n) for n in range(20)]  # an hour of news
    assert adapted(timedelta(hours=3), fresh=0, total=20, published=span) <= HOUR / 3


def test_what_the_feed_asks_for_is_a_floor() -> None:
    assert adapted(HOUR, fresh=20, total=20, asked=2 * HOUR) == 2 * HOUR


@given(intervals, st.integers(0, 50), st.integers(0, 50), intervals)
def test_the_pause_stays_within_its_bounds(
    last: timedelta, fresh: int, total: int, asked: timedelta
) -> None:
    assert MIN_INTERVAL <= adapted(last, fresh=fresh, total=total, asked=asked) <= MAX_INTERVAL


@given(intervals, st.text())
def test_jitter_is_small_and_the_same_each_time(interval: timedelta, key: str) -> None:
    shifted = jittered(interval, key, NOW)
    assert shifted == jittered(interval, key, NOW)
    assert abs(shifted - interval) <= interval * JITTER + timedelta(microseconds=1)


def test_hours_and_days_to_be_spared_are_spared() -> None:
    assert outside_quiet(NOW, hours=(6, 7)) == NOW.replace(hour=8)
    assert outside_quiet(NOW, days=(5, 6)) == datetime(2025, 8, 11, tzinfo=UTC)
    assert outside_quiet(NOW, hours=tuple(range(24))) == NOW
    assert outside_quiet(NOW) == NOW


def test_the_shift_never_undercuts_what_was_asked_for() -> None:
    for n in range(50):
        state = FeedState(f"s{n}", "https://x.example/", last_checked=NOW, asked_seconds=3600)
        due = paced(state, before=None, fresh=0).next_check
        assert due is not None
        assert due >= NOW + HOUR


def test_a_failure_keeps_the_pause_it_was_given() -> None:
    failed = FeedState("s", "https://x.example/", error_count=1, next_check=NOW + HOUR)
    assert paced(failed, before=None, fresh=0) == failed


def test_a_day_of_a_newsroom_is_followed_with_few_requests() -> None:
    """News by day, silence by night: fewer requests than every 15 minutes, small delays."""
    state = FeedState("s", "https://x.example/", catalogue_url="https://x.example/")
    at, asked, waits, seen = NOW, 0, [], NOW
    appear = [NOW + timedelta(days=d, minutes=m) for d in range(3) for m in range(0, 720, 20)]
    before = None
    while at < NOW + timedelta(days=3):
        fresh = [moment for moment in appear if seen < moment <= at]
        waits += [at - moment for moment in fresh]
        known = [moment for moment in appear if moment <= at][-30:]
        answered = replace(
            state,
            last_checked=at,
            last_changed=at if fresh else state.last_changed,
            item_count=30,
            interval_seconds=900,
        )
        state = paced(answered, before=before, fresh=len(fresh), published=known)
        before, seen, asked = state, at, asked + 1
        assert state.next_check is not None
        at = state.next_check
    assert asked < 3 * 96
    assert sorted(waits)[len(waits) // 2] <= timedelta(minutes=15)
