"""Which stretches of the stored articles a batch looks into for retellings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from flows.stages.decide import MAX_WINDOWS, STORY_DAYS, windows

NOW = datetime(2025, 8, 10, tzinfo=UTC)
REACH = timedelta(days=STORY_DAYS)


def test_one_old_text_does_not_call_up_all_that_was_published_since() -> None:
    old = NOW - timedelta(days=900)
    assert windows([NOW, old, NOW - timedelta(days=1)]) == [
        (old - REACH, old + REACH),
        (NOW - timedelta(days=1) - REACH, NOW + REACH),
    ]


@given(st.lists(st.integers(0, 4000), max_size=40))
def test_every_neighbour_of_every_text_lies_in_one_of_few_windows(hours: list[int]) -> None:
    moments = [NOW - timedelta(hours=8 * number) for number in hours]
    found = windows(moments)
    assert len(found) <= MAX_WINDOWS
    for moment in moments:
        assert any(since <= moment - REACH and moment + REACH <= until for since, until in found)
    for (_, until), (since, _) in pairwise(found):
        assert until < since
