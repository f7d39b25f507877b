"""Belief time: what the warehouse knew at a moment, through the same names.

Temporary views shadow the tables of a read-only connection, and the published views, which
name tables without a schema, are bound to them too [measured with 1.5.5]. Events come from
``event_version``, articles in the version then known. What keeps no history (``source``,
``feed``, ``story``) shows the present.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

ARRIVAL = {
    "run": "started_at",
    "capture": "fetched_at",
    "quarantine": "quarantined_at",
    "article_version": "seen_at",
    "event_mention": "seen_at",
    "event_version": "believed_from",
    "alias": "merged_at",
    "identity_step": "taken_at",
    "alert": "created_at",
    "alert_delivery": "updated_at",
    "quality_run": "judged_at",
    "review": "reviewed_at",
    "ruling": "ruled_at",
}
"""Tables that only grow, and the column that says when a row came."""

EVENT = """
SELECT {columns} FROM (
    SELECT * FROM {main}.event_version WHERE believed_from <= {moment}
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY version DESC) = 1
) WHERE NOT is_gone
"""
MEMBER = """
SELECT pair[1] AS mention_id, event_id, pair[2] AS novelty FROM (
    SELECT event_id, unnest(from_json(payload -> 'novelties', '[["VARCHAR"]]')) AS pair
    FROM ({event})
)
"""
ARTICLE = """
SELECT a.* REPLACE (v.version AS version, v.text_digest AS text_digest, v.title AS title,
    v.text_length AS text_length, v.seen_at AS changed_at, v.run_id AS run_id,
    v.capture_id AS capture_id, v.coded_by AS coder_version)
FROM {main}.article a JOIN (
    SELECT * FROM {main}.article_version WHERE seen_at <= {moment}
    QUALIFY row_number() OVER (PARTITION BY article_no ORDER BY version DESC) = 1
) v USING (article_no)
"""
VERSIONED = """
SELECT t.* REPLACE (t.version = a.version AS is_current)
FROM {main}.{table} t JOIN ({article}) a USING (article_no) WHERE t.version <= a.version
"""


def shadow(con: duckdb.DuckDBPyConnection, moment: datetime) -> None:
    """Make a read-only connection show what was known at ``moment`` (UTC-aware)."""
    row = con.execute("SELECT current_database()").fetchone()
    name = str(row[0]).replace('"', '""') if row else ""
    main = f'"{name}".main'
    stamp = f"TIMESTAMPTZ '{moment.astimezone(UTC).isoformat()}'"
    columns = ", ".join(
        column
        for (column,) in con.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = 'event' "
            "AND database_name = current_database() ORDER BY column_index"
        ).fetchall()
    )
    event = EVENT.format(main=main, moment=stamp, columns=columns)
    article = ARTICLE.format(main=main, moment=stamp)
    views = {
        table: f"SELECT * FROM {main}.{table} WHERE {column} <= {stamp}"
        for table, column in ARRIVAL.items()
    }
    views["event"] = event
    views["event_member"] = MEMBER.format(event=event)
    views["article"] = article
    for table in ("mention", "tag"):
        views[table] = VERSIONED.format(main=main, table=table, article=article)
    for table, sql in views.items():
        con.execute(f"CREATE TEMP VIEW {table} AS {sql}")
