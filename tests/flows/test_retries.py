"""Retries are decided by an error's type."""

from __future__ import annotations

import pytest

from connectors.errors import Permanent, Transient
from flows.retries import is_transient
from warehouse.errors import WarehouseLocked


@pytest.mark.parametrize(
    "error",
    [
        WarehouseLocked("held"),
        ConnectionResetError("reset"),
        TimeoutError("late"),
        Transient("timeout", "http://example.org/", "took too long"),
    ],
)
def test_what_may_pass_is_tried_again(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error", [ValueError("wrong"), Permanent("http_404", "http://example.org/", "gone")]
)
def test_what_will_fail_again_is_not(error: Exception) -> None:
    assert not is_transient(error)
