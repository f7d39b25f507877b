"""What quality holds back: rows in quarantine with the decisions on them, and held alerts.

Nothing is ever taken out: a decision is a row of its own beside what it is about, and what it
lets through is written as if it had never been refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from warehouse.records import Stored

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from datetime import datetime

    from warehouse.records import CaptureRow, QuarantineDecision
    from warehouse.rows import Loader

BATCH: Final = "batch:"
"""Before the judgement, in the address of a row that stands for a whole batch's alerts."""
LET_THROUGH: Final = "('new', 'changed', 'unchanged', 'released')"
"""Outcomes of a release that came to something."""

CURRENT: Final = """
SELECT DISTINCT c.capture_id, c.url, c.source_id, c.warc_file, c.warc_offset, c.fetched_at,
    c.article_url, a.url IS NULL AS is_refused
FROM capture c
LEFT JOIN article a ON a.capture_id = c.capture_id
LEFT JOIN (
    SELECT url, max(fetched_at) AS at FROM capture WHERE article_url IS NOT NULL GROUP BY url
) t ON t.url = c.url
LEFT JOIN (
    SELECT url, max(fetched_at) AS at FROM capture
    WHERE outcome = 'quarantined' AND warc_file IS NOT NULL AND kind <> 'feed' GROUP BY url
) r ON r.url = c.url
WHERE c.warc_file IS NOT NULL AND c.kind <> 'feed' AND (
    a.url IS NOT NULL
    OR (c.outcome = 'quarantined' AND c.fetched_at = r.at AND (t.at IS NULL OR t.at < r.at)))
"""
"""Of every article the capture its current version was read from; of every address that never
became one since, the last capture that was refused. Older ones would bring old texts back."""


def quarantine_id(url: str, stage: str, reason: str, digest: str) -> str:
    """``qua_`` and 24 hex of SHA-256: the same trouble with the same bytes has the same id."""
    key = "\n".join((url, stage, reason, digest))
    return "qua_" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:24]


class Quarantine:
    """The quarantine of an open warehouse; each step that changes something is a transaction.

    Args:
        loader: of the open warehouse.
        transaction: runs work in a transaction of its own.
    """

    def __init__(self, loader: Loader, transaction: Callable[[Callable[[], object]], None]) -> None:
        self._loader = loader
        self._transaction = transaction

    def released(self, ids: Iterable[str]) -> set[str]:
        """Those of the rows that somebody decided to let through."""
        wanted = list(ids)
        if not wanted:
            return set()
        rows = self._loader.con.execute(
            "SELECT DISTINCT quarantine_id FROM quarantine_decision WHERE decision = 'release' "
            f"AND outcome IN {LET_THROUGH} AND quarantine_id IN (SELECT unnest(?))",
            [wanted],
        ).fetchall()
        return {row[0] for row in rows}

    def note(self, decisions: Sequence[QuarantineDecision]) -> None:
        """Keep decisions."""
        rows = [asdict(decision) for decision in decisions]
        self._transaction(lambda: self._loader.insert("quarantine_decision", rows))

    def holding(self, event_ids: Iterable[str]) -> dict[str, str]:
        """Event id → the judgement that holds an alert of it back."""
        wanted = list(event_ids)
        if not wanted:
            return {}
        rows = self._loader.con.execute(
            "SELECT event_id, max(held_by) FROM alert WHERE state = 'held' "
            "AND event_id IN (SELECT unnest(?)) GROUP BY event_id",
            [wanted],
        ).fetchall()
        return dict(rows)

    def release_alerts(self, judgement: str, now: datetime) -> tuple[int, int]:
        """Give the alerts a batch's judgement holds to the outbox.

        Returns:
            How many will be told, and how many not, since they were taken back meanwhile.
        """
        taken_back = (
            "SELECT h.alert_id FROM alert h JOIN alert r ON r.event_id = h.event_id "
            "AND r.cause = 'retraction' AND r.created_at > h.created_at WHERE h.state = 'held'"
        )
        counts: list[int] = []

        def work() -> None:
            for state, where in (("unwanted", "IN"), ("pending", "NOT IN")):
                done = self._loader.con.execute(
                    f"UPDATE alert SET state = '{state}', closed_at = $closed "
                    f"WHERE state = 'held' AND held_by = $by AND alert_id {where} ({taken_back})",
                    {"by": judgement, "closed": now if state == "unwanted" else None},
                ).fetchone()
                counts.append(int(done[0]) if done else 0)

        self._transaction(work)
        return counts[1], counts[0]

    def rows(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Id → row of view ``quarantine_state``, for those that are stored."""
        result = self._loader.con.execute(
            "SELECT * FROM quarantine_state WHERE quarantine_id IN (SELECT unnest(?))", [list(ids)]
        )
        names = [column[0] for column in result.description or ()]
        found = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        return {row["quarantine_id"]: row for row in found}

    def outcomes(self, capture_ids: Iterable[str]) -> dict[str, str]:
        """Capture id → the state it is in now."""
        rows = self._loader.con.execute(
            "SELECT capture_id, outcome FROM capture WHERE capture_id IN (SELECT unnest(?))",
            [list(capture_ids)],
        ).fetchall()
        return dict(rows)

    def captures(
        self,
        *,
        ids: Collection[str] | None = None,
        url: str | None = None,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Stored]:
        """Stored captures to be run again, oldest first.

        Args:
            ids: captures by id, whatever has become of them; without it the current ones.
            url: an address, or the beginning of addresses where it ends in ``*``.
            source: a source's id.
            since: fetched from this moment on.
            until: fetched before this moment.
        """
        sql = CURRENT
        if ids is not None:
            sql = (
                "SELECT DISTINCT capture_id, url, source_id, warc_file, warc_offset, fetched_at, "
                "article_url, outcome = 'quarantined' AS is_refused FROM capture "
                "WHERE warc_file IS NOT NULL"
            )
        rows = self._loader.con.execute(
            f"SELECT * FROM ({sql}) WHERE ($ids::VARCHAR[] IS NULL "
            "OR list_contains($ids::VARCHAR[], capture_id)) AND ($url::VARCHAR IS NULL "
            "OR url = $url OR article_url = $url OR ($url LIKE '%*' "
            "AND (starts_with(url, rtrim($url, '*')) "
            "OR starts_with(coalesce(article_url, ''), rtrim($url, '*'))))) "
            "AND ($source::VARCHAR IS NULL OR source_id = $source) "
            "AND ($since::TIMESTAMPTZ IS NULL OR fetched_at >= $since) "
            "AND ($until::TIMESTAMPTZ IS NULL OR fetched_at < $until) "
            "ORDER BY fetched_at, url, capture_id",
            {
                "ids": None if ids is None else list(ids),
                "url": url,
                "source": source,
                "since": since,
                "until": until,
            },
        ).fetchall()
        return [Stored(*row) for row in rows]


def settle_captures(loader: Loader, rows: Iterable[CaptureRow]) -> None:
    """Stored captures that were refused and are no more: their rows say what they led to."""
    fresh = [
        row
        for row in rows
        if row.capture.replayed and row.outcome != "quarantined" and row.article_url
    ]
    if not fresh:
        return
    loader.con.execute(
        "UPDATE capture SET outcome = n.outcome, article_url = n.article_url, reason = n.reason "
        "FROM (SELECT unnest($ids) AS capture_id, unnest($outcomes) AS outcome, "
        "  unnest($urls) AS article_url, unnest($reasons::VARCHAR[]) AS reason) n "
        "WHERE capture.capture_id = n.capture_id AND capture.outcome = 'quarantined'",
        {
            "ids": [row.capture.capture_id for row in fresh],
            "outcomes": [row.outcome for row in fresh],
            "urls": [row.article_url for row in fresh],
            "reasons": [row.reason for row in fresh],
        },
    )
