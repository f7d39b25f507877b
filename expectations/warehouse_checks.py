"""The frame of the `warehouse` suite: one row, one number for each check."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from expectations.suites import Suite, SuiteError

if TYPE_CHECKING:
    import pandas as pd


def warehouse_frames(suite: Suite, ask: Callable[[str], float]) -> dict[str, pd.DataFrame]:
    """Compute every number of a suite.

    Args:
        suite: a suite whose checks all carry SQL.
        ask: runs a query that yields one number, on the published snapshot.

    Raises:
        SuiteError: a check has no SQL.
    """
    import pandas as pd

    lacking = [check.name for check in suite.checks if check.sql is None]
    if lacking:
        raise SuiteError(f"suite {suite.name}: no sql for {', '.join(lacking)}")
    frames: dict[str, pd.DataFrame] = {}
    for name in suite.frames:
        numbers = {check.name: ask(check.sql or "") for check in suite.of_frame(name)}
        frames[name] = pd.DataFrame([{"id": name, **numbers}])
    return frames
