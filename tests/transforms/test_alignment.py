"""The early way out of an alignment never changes what it decides."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transforms.duplicates.alignment import Rarity, align

PLAN = st.lists(
    st.tuples(st.integers(1, 300), st.frozensets(st.sampled_from("abcdef"), max_size=3)),
    min_size=1,
    max_size=8,
).map(lambda plan: tuple((size, tuple(sorted(items))) for size, items in plan))


@given(PLAN, PLAN, st.floats(0, 1))
def test_a_bound_only_spares_work(first: tuple, second: tuple, at_least: float) -> None:
    rarity = Rarity.of([{"a", "b"}, {"b", "c"}, {"d"}])
    whole = align(first, second, rarity)
    short = align(first, second, rarity, at_least)
    assert short == whole or (short == 0.0 and whole < at_least)
