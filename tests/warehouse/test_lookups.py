"""Reading only the stretches of a table that hold what is asked for."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.lookups import STRETCHES, _stretches, payloads


@given(st.sets(st.integers(0, 1_000_000), max_size=60))
def test_few_stretches_cover_every_row(numbers: set[int]) -> None:
    ordered = sorted(numbers)
    found = _stretches(ordered)
    assert len(found) <= STRETCHES
    assert all(any(first <= n <= last for first, last in found) for n in ordered)
    assert all(first in numbers and last in numbers for first, last in found)


@pytest.fixture(scope="module")
def stored() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE event AS SELECT 'evt_' || n AS event_id, 'payload ' || n AS payload "
        "FROM range(300000) AS r(n)"
    )
    return con


def test_payloads_are_those_of_the_ids_wherever_they_lie(
    stored: duckdb.DuckDBPyConnection,
) -> None:
    numbers = [0, 7, 150_000, 150_001, 299_999]
    asked = [f"evt_{number}" for number in numbers] + ["evt_unknown"]
    assert payloads(stored, "event", "event_id", asked) == {
        f"evt_{number}": f"payload {number}" for number in numbers
    }


def test_nothing_asked_or_nothing_stored_is_nothing_found(
    stored: duckdb.DuckDBPyConnection,
) -> None:
    assert payloads(stored, "event", "event_id", []) == {}
    assert payloads(stored, "event", "event_id", ["evt_unknown"]) == {}
