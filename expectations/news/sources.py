"""Expectations of sources over time: each is compared with its own history."""

from __future__ import annotations

from typing import ClassVar

from expectations.news.base import NewsExpectation


class ExpectColumnValuesToFollowTheirOwnHistory(NewsExpectation):
    """A measure of the last week is within so many deviations of the weeks before.

    ``column`` is the deviation (view `source_drift`); sources whose history has fewer than
    ``min_history`` articles have none yet and are not judged.
    """

    history_column: str
    min_history: int = 40
    max_deviation: float = 4.0
    offends: ClassVar[str] = "{history_column} >= {min_history} AND abs({column}) > {max_deviation}"


class ExpectColumnValuesToNotBeSilent(NewsExpectation):
    """A source has not been silent for longer than its rhythm explains."""

    offends: ClassVar[str] = "coalesce({column}, false)"
