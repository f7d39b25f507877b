"""Analysts' decisions: a review, and what it rules about each mention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.records import Ruling

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from warehouse.records import Review
    from warehouse.rows import Loader

COLUMNS = ("review_id", "kind", "mention_id", "other_id", "ruled_at")


def write(loader: Loader, review: Review, rulings: Sequence[Ruling] = ()) -> bool:
    """Store a review with its rulings; False when it is stored already."""
    row = {
        "review_id": review.review_id,
        "subject_kind": review.subject_kind,
        "subject_id": review.subject_id,
        "verdict": review.verdict,
        "target_id": review.target_id,
        "reviewer": review.reviewer,
        "note": review.note,
        "reviewed_at": review.reviewed_at,
    }
    if not loader.insert("review", [row], unless=["review_id"]):
        return False
    loader.insert("ruling", [{name: getattr(each, name) for name in COLUMNS} for each in rulings])
    return True


def rulings_on(con: duckdb.DuckDBPyConnection, mention_ids: Iterable[str]) -> list[Ruling]:
    """All rulings that bind any of the mentions, in the order they were made."""
    rows = con.execute(
        f"SELECT {', '.join(COLUMNS)} FROM ruling WHERE mention_id IN (SELECT unnest($ids)) "
        "OR other_id IN (SELECT unnest($ids)) ORDER BY ruled_at, review_id, mention_id, other_id",
        {"ids": list(mention_ids)},
    ).fetchall()
    return [Ruling(*row) for row in rows]


def alerted(con: duckdb.DuckDBPyConnection, event_ids: Iterable[str]) -> set[str]:
    """Those of the events that have alerted; alerts that were suppressed told nobody."""
    rows = con.execute(
        "SELECT DISTINCT event_id FROM alert "
        "WHERE state <> 'suppressed' AND event_id IN (SELECT unnest(?))",
        [list(event_ids)],
    ).fetchall()
    return {row[0] for row in rows}
