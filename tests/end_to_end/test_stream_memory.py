"""A stream's memory does not grow with what it has taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.stream_memory import measure
from tests.end_to_end.streams import rows

ITEMS = 100_000
FLAT = 1.15
"""Largest factor between a fifth of the way and the end: allocators breathe by a tenth."""


@pytest.mark.soak
@pytest.mark.timeout(36_000)
def test_memory_is_flat_over_a_hundred_thousand_items(tmp_path: Path) -> None:
    memory = measure(tmp_path, items=ITEMS, feeds=500)
    assert memory.exit_code == 0
    (taken,) = rows(tmp_path / "warehouse", "SELECT count(*) FROM article")[0]
    assert taken == ITEMS
    assert memory.growth <= FLAT, memory.samples
    workers = memory.around(0.95, of_children=True) / memory.around(0.2, of_children=True)
    assert workers <= FLAT
