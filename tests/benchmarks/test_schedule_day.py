"""A crowd of sources keeps its schedule; the figures at size are `benchmarks.run`'s."""

from __future__ import annotations

from benchmarks.newsrooms import newsrooms
from benchmarks.schedule import adapted_day, fixed_day


def test_sources_are_asked_in_time_not_too_early_and_less_than_by_the_clock() -> None:
    rooms = newsrooms(120, seed=3, days=2)
    day = adapted_day(rooms, warm_up=1)
    fixed = fixed_day(rooms, warm_up=1, conditional=True)
    assert (day.late, day.early) == (0, 0)
    assert day.requests < 0.75 * fixed.requests
    assert day.sent_bytes < 0.75 * fixed.sent_bytes
    assert day.middle < fixed.middle
    assert day.delay(0.95) < 60
    assert day.missed <= fixed.missed + 0.01 * len(fixed.delays)
