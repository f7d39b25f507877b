"""Articles due for another look, and where articles have moved to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.records import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import duckdb

REVISIT_SLACK = timedelta(days=7)
"""An article whose last look is later than this by the time a run comes is left alone."""


def due_revisits(
    con: duckdb.DuckDBPyConnection, now: datetime, ages: Sequence[timedelta]
) -> list[tuple[str, Candidate]]:
    """Relevant articles of the web that passed one of the ages since they were last looked at.

    Those that were found gone are among them: some come back.
    """
    if not ages:
        return []
    rows = con.execute(
        "SELECT url, source_id, title, published_at, language, coalesce(fetch_url, url), etag, "
        "last_modified FROM article LEFT JOIN article_check USING (article_no) "
        "WHERE is_relevant AND first_seen_at > $oldest::TIMESTAMPTZ "
        "AND first_seen_at <= $newest::TIMESTAMPTZ "
        "AND url LIKE 'http%' AND source_id IS NOT NULL "
        "AND list_bool_or([first_seen_at + age <= $now::TIMESTAMPTZ "
        "AND coalesce(checked_at, changed_at) < first_seen_at + age "
        "FOR age IN [to_seconds(s) FOR s IN $ages::BIGINT[]]]) ORDER BY url",
        {
            "now": now,
            "oldest": now - max(ages) - REVISIT_SLACK,
            "newest": now - min(ages),
            "ages": [int(age.total_seconds()) for age in ages],
        },
    ).fetchall()
    return [
        (
            row[0],
            Candidate(
                url=row[5],
                source_id=row[1],
                title=row[2],
                published=row[3],
                language=row[4],
                article_url=row[0],
                etag=row[6],
                last_modified=row[7],
            ),
        )
        for row in rows
    ]


def moved_articles(con: duckdb.DuckDBPyConnection, urls: Iterable[str]) -> dict[str, str]:
    """Those of the addresses, no article's own, that an article has moved to → its URL."""
    wanted = list(urls)
    if not wanted:
        return {}
    rows = con.execute(
        "SELECT fetch_url, min(url) FROM article_check JOIN article USING (article_no) "
        "WHERE fetch_url IN (SELECT unnest($urls)) AND fetch_url <> url "
        "AND fetch_url NOT IN (SELECT url FROM article WHERE url IN (SELECT unnest($urls))) "
        "GROUP BY fetch_url",
        {"urls": wanted},
    ).fetchall()
    return dict(rows)
