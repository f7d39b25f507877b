"""A hostile page costs itself, never the others."""

from __future__ import annotations

import os
import signal
import time

from flows.pools import KillablePool, PoolFailure


def work(item: str) -> str:
    if item == "hang":
        time.sleep(60)
    if item == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "raise":
        raise ValueError("not a page")
    return item.upper()


def nothing() -> None:
    """No preparation needed."""


def test_one_hung_dead_or_failing_page_leaves_the_others_their_results_in_order() -> None:
    items = [f"page {n}" for n in range(30)]
    items[5], items[11], items[17] = "hang", "die", "raise"
    with KillablePool(work, workers=2, seconds=1.0, initialise=nothing) as pool:
        results = list(pool.map(items))
    reasons = {n: r.reason for n, r in enumerate(results) if isinstance(r, PoolFailure)}
    assert reasons == {5: "timeout", 11: "worker_died", 17: "error"}
    for number, result in enumerate(results):
        if number not in reasons:
            assert result == items[number].upper()


def test_nothing_to_do_gives_nothing() -> None:
    with KillablePool(work, workers=1, seconds=1.0, initialise=nothing) as pool:
        assert list(pool.map([])) == []
