"""What a run asks the warehouse before it decides: all by key, none by reading everything.

Each scan reads one or two narrow columns, whatever is stored in the wide ones.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from connectors.records import Candidate, FeedState
from transforms.records import Event, SituatedMention
from warehouse import codec
from warehouse.records import CUT_OFF, BackfillFile, KnownArticle, StoredFeatures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    import duckdb

STRETCHES = 6
VECTOR = 2048
"""Rows that DuckDB reads at once: parting closer rows would save nothing."""
FEATURES = """
SELECT f.url, a.story_id, a.text_digest, a.published_at, f.is_relevant, f.signature, f.features
FROM article_feature f JOIN article a USING (article_no)
"""


def feed_states(con: duckdb.DuckDBPyConnection) -> dict[str, FeedState]:
    """Source id → what is remembered of its feed."""
    rows = con.execute(
        "SELECT source_id, url, etag, last_modified, body_digest, last_checked_at, "
        "last_changed_at, last_status, error_count, error, interval_seconds, next_check_at, "
        "item_count, is_retired, catalogue_url, warning, asked_seconds, "
        "coalesce(skip_hours, []), coalesce(skip_days, []), "
        "duplicate_ratio, last_full_at, coalesce(are_validators_false, false) FROM feed"
    ).fetchall()
    states = (FeedState(*row) for row in rows)
    return {
        state.source_id: replace(
            state, skip_hours=tuple(state.skip_hours), skip_days=tuple(state.skip_days)
        )
        for state in states
    }


def backfill_files(con: duckdb.DuckDBPyConnection) -> dict[str, BackfillFile]:
    """Path → how far each archive of a backfill has been taken in."""
    rows = con.execute(
        "SELECT path, size_bytes, state, response_count, page_count, wanted_count, damaged_count "
        "FROM backfill_file"
    ).fetchall()
    return {row[0]: BackfillFile(*row) for row in rows}


def known_articles(con: duckdb.DuckDBPyConnection, urls: Iterable[str]) -> dict[str, KnownArticle]:
    """URL → what is stored of it, for those that are stored."""
    wanted = list(urls)
    if not wanted:
        return {}
    rows = con.execute(
        "WITH found AS MATERIALIZED ("
        "  SELECT article_no, url, text_digest, story_id, changed_at, version, is_relevant,"
        "    coder_version FROM article WHERE url IN (SELECT unnest(?))"
        "), looked AS ("
        "  SELECT * FROM article_check WHERE article_no IN (SELECT article_no FROM found)"
        ") SELECT url, text_digest, story_id, coalesce(checked_at, changed_at), version, "
        "is_relevant, coder_version FROM found LEFT JOIN looked USING (article_no)",
        [wanted],
    ).fetchall()
    return {row[0]: KnownArticle(*row) for row in rows}


def committed_captures(con: duckdb.DuckDBPyConnection, warc_file: str) -> set[int]:
    """Offsets in a WARC file whose captures have been committed."""
    rows = con.execute(
        "SELECT warc_offset FROM capture WHERE warc_file = ? AND warc_offset IS NOT NULL",
        [warc_file],
    ).fetchall()
    return {row[0] for row in rows}


def band_matches(
    con: duckdb.DuckDBPyConnection, bands: Mapping[str, Sequence[int]]
) -> dict[str, list[StoredFeatures]]:
    """Document → stored articles that share at least one band with it, itself excepted.

    One join over the narrow band table for all documents together.
    """
    pairs = [(doc, band) for doc, values in bands.items() for band in values]
    if not pairs:
        return {}
    hits = con.execute(
        "SELECT DISTINCT doc, article_no FROM ("
        "  SELECT unnest(?::VARCHAR[]) AS doc, unnest(?::UBIGINT[]) AS band"
        ") JOIN signature_band USING (band)",
        [[doc for doc, _ in pairs], [band for _, band in pairs]],
    ).fetchall()
    if not hits:
        return {}
    features = _features_of_numbers(con, {number for _, number in hits})
    result: dict[str, list[StoredFeatures]] = {}
    for doc, number in sorted(hits):
        stored = features.get(number)
        if stored is not None and stored.url != doc:
            result.setdefault(doc, []).append(stored)
    return result


def story_candidates(
    con: duckdb.DuckDBPyConnection, since: datetime, until: datetime, *, relevant_only: bool = True
) -> list[StoredFeatures]:
    """Features of the articles published (else captured) in a window, by time."""
    rows = con.execute(
        FEATURES + "WHERE f.published_at BETWEEN ? AND ? AND (f.is_relevant OR NOT ?) "
        "ORDER BY f.published_at, f.url",
        [since, until, relevant_only],
    ).fetchall()
    return [_features(row) for row in rows]


def _features_of_numbers(
    con: duckdb.DuckDBPyConnection, numbers: set[int]
) -> dict[int, StoredFeatures]:
    """Article number → features; reads only the stretches of the table that hold them."""
    ordered = sorted(numbers)
    found: dict[int, StoredFeatures] = {}
    for first, last in _stretches(ordered):
        rows = con.execute(
            "SELECT f.article_no, " + FEATURES.strip().removeprefix("SELECT ")
            + " WHERE f.article_no BETWEEN ? AND ? AND f.article_no IN (SELECT unnest(?))",
            [first, last, ordered],
        ).fetchall()  # fmt: skip
        found |= {row[0]: _features(row[1:]) for row in rows}
    return found


def _features(row: Sequence[Any]) -> StoredFeatures:
    url, story, digest, published, relevant, signature, features = row
    return StoredFeatures(
        url, story, digest, published, relevant, tuple(signature), json.loads(features)
    )


def situated_in_blocks(
    con: duckdb.DuckDBPyConnection, block_keys: Iterable[str]
) -> list[SituatedMention]:
    """Stored mentions under any of the keys, by id.

    Those of older versions of an article are among them: a rewritten article whose passage
    has another quote joins the event it told before, whose id must stay.
    """
    keys = list(block_keys)
    if not keys:
        return []
    found = con.execute(
        "SELECT DISTINCT mention_id FROM event_block WHERE block_key IN (SELECT unnest(?))",
        [keys],
    ).fetchall()
    stored = payloads(con, "event_mention", "mention_id", [row[0] for row in found])
    return [codec.decode(SituatedMention, text) for _, text in sorted(stored.items())]


def payloads(
    con: duckdb.DuckDBPyConnection, table: str, key: str, ids: Sequence[str]
) -> dict[str, str]:
    """Id → payload, for those of ``ids`` that are stored.

    Only the stretches of the table that hold them are read: a payload is a thousand times as
    wide as a number, and what a batch asks for is mostly recent, or not there at all.
    """
    if not ids:
        return {}
    wanted = list(ids)
    numbers = con.execute(
        f"SELECT rowid FROM {table} WHERE {key} IN (SELECT unnest(?)) ORDER BY rowid", [wanted]
    ).fetchall()
    found: dict[str, str] = {}
    for first, last in _stretches([row[0] for row in numbers]):
        found |= con.execute(
            f"SELECT {key}, payload FROM {table} WHERE rowid BETWEEN ? AND ? "
            f"AND {key} IN (SELECT unnest(?))",
            [first, last, wanted],
        ).fetchall()
    return found


def _stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted row numbers as at most `STRETCHES` spans, parted where the gaps are widest."""
    if not numbers:
        return []
    gaps = sorted((after - one, i) for i, (one, after) in enumerate(pairwise(numbers), start=1))
    cuts = sorted(i for gap, i in gaps[-(STRETCHES - 1) :] if gap > VECTOR)
    bounds = pairwise([0, *cuts, len(numbers)])
    return [(numbers[i], numbers[j - 1]) for i, j in bounds]


def known_event_ids(con: duckdb.DuckDBPyConnection, mention_ids: Iterable[str]) -> dict[str, str]:
    """Mention id → id of the event it belongs to, for those that are stored."""
    wanted = list(mention_ids)
    if not wanted:
        return {}
    rows = con.execute(
        "SELECT mention_id, event_id FROM event_member WHERE mention_id IN (SELECT unnest(?))",
        [wanted],
    ).fetchall()
    return dict(rows)


def events(con: duckdb.DuckDBPyConnection, event_ids: Iterable[str]) -> dict[str, Event]:
    """Asked id → event as stored; an id that was merged gives the event it now stands for."""
    wanted = list(event_ids)
    if not wanted:
        return {}
    rows = con.execute(
        "SELECT asked, payload FROM ("
        "  SELECT asked, coalesce(alias.event_id, asked) AS event_id"
        "  FROM (SELECT unnest(?) AS asked) LEFT JOIN alias ON alias_id = asked"
        ") JOIN event USING (event_id)",
        [wanted],
    ).fetchall()
    return {asked: codec.decode(Event, payload) for asked, payload in rows}


def coming_events(con: duckdb.DuckDBPyConnection, since: date, until: date) -> list[Event]:
    """Events that are planned for, or moved to, days of a span (inclusive), soonest first."""
    rows = con.execute(
        "SELECT payload FROM event WHERE status IN ('planned', 'postponed', 'agreed') "
        "AND date_start BETWEEN ? AND ? AND verdict IS DISTINCT FROM 'rejected' "
        "ORDER BY date_start, event_id",
        [since, until],
    ).fetchall()
    return [codec.decode(Event, row[0]) for row in rows]


def features_of(con: duckdb.DuckDBPyConnection, urls: Iterable[str]) -> dict[str, StoredFeatures]:
    """URL → what the stored article is compared by."""
    wanted = list(urls)
    if not wanted:
        return {}
    numbers = con.execute(
        "SELECT article_no FROM article_feature WHERE url IN (SELECT unnest(?))", [wanted]
    ).fetchall()
    found = _features_of_numbers(con, {row[0] for row in numbers})
    return {stored.url: stored for stored in found.values()}


def story_sources(con: duckdb.DuckDBPyConnection, stories: Iterable[str]) -> dict[str, str | None]:
    """Story → source of its first article."""
    wanted = list(stories)
    if not wanted:
        return {}
    rows = con.execute(
        "SELECT story_id, first_source_id FROM story WHERE story_id IN (SELECT unnest(?))",
        [wanted],
    ).fetchall()
    return dict(rows)


def mentions_of_articles(
    con: duckdb.DuckDBPyConnection, urls: Iterable[str]
) -> list[SituatedMention]:
    """Stored current mentions in any of the articles, by id."""
    wanted = list(urls)
    if not wanted:
        return []
    rows = con.execute(
        "SELECT payload FROM event_mention WHERE is_current AND url IN (SELECT unnest(?)) "
        "ORDER BY mention_id",
        [wanted],
    ).fetchall()
    return [codec.decode(SituatedMention, row[0]) for row in rows]


def mentions_of_events(
    con: duckdb.DuckDBPyConnection, event_ids: Iterable[str]
) -> list[SituatedMention]:
    """Stored mentions of any of the events, by id."""
    wanted = list(event_ids)
    if not wanted:
        return []
    rows = con.execute(
        "SELECT payload FROM event_mention WHERE mention_id IN (SELECT mention_id "
        "FROM event_member WHERE event_id IN (SELECT unnest(?))) ORDER BY mention_id",
        [wanted],
    ).fetchall()
    return [codec.decode(SituatedMention, row[0]) for row in rows]


def captured_pages(con: duckdb.DuckDBPyConnection, urls: Iterable[str]) -> set[str]:
    """Those of the addresses that have been fetched as pages before, however it ended."""
    wanted = list(urls)
    if not wanted:
        return set()
    rows = con.execute(
        "SELECT DISTINCT url FROM capture WHERE kind = 'page' AND url IN (SELECT unnest(?))",
        [wanted],
    ).fetchall()
    return {row[0] for row in rows}


def captured_bodies(con: duckdb.DuckDBPyConnection, urls: Iterable[str]) -> set[tuple[str, str]]:
    """Address and digest of everything those addresses were ever seen to hold."""
    wanted = list(urls)
    if not wanted:
        return set()
    rows = con.execute(
        "SELECT DISTINCT url, digest FROM capture WHERE kind = 'page' "
        "AND url IN (SELECT unnest(?))",
        [wanted],
    ).fetchall()
    return {(url, digest) for url, digest in rows}


PASSING = (
    r"^(timeout|connect|connection_lost|protocol|truncated_body|dns|network|"
    r"http_408|http_425|http_429|http_5\d\d|worker_died)$"
)
"""Failures that may be over next time."""
FAILURE = (
    f"coalesce(error, CASE WHEN outcome = 'quarantined' AND reason IN {CUT_OFF} THEN reason END)"
)
"""Why a page has no result: its fetch failed, or its extraction was cut off."""
RETRY_DAYS = 14


def due_retries(
    con: duckdb.DuckDBPyConnection, now: datetime, max_attempts: int
) -> list[Candidate]:
    """Pages whose every fetch or extraction failed for a passing reason, due again.

    The nth attempt waits 10 minutes × 4ⁿ⁻¹ after the one before; older failures than
    `RETRY_DAYS` are left alone.
    """
    rows = con.execute(
        "WITH failed AS ("
        f"  SELECT url, candidate, fetched_at FROM capture WHERE {FAILURE} IS NOT NULL "
        "  AND kind = 'page' AND fetched_at > $now::TIMESTAMPTZ - to_days($days) "
        "), tried AS ("
        "  SELECT url, count(*) AS attempts, max(fetched_at) AS last_at, "
        f"    any_value(candidate) AS candidate, any_value({FAILURE}) FILTER ("
        f"      {FAILURE} IS NULL OR NOT regexp_matches({FAILURE}, $passing)) AS other, "
        f"    count({FAILURE}) AS errors "
        "  FROM capture WHERE url IN (SELECT url FROM failed) AND kind = 'page' GROUP BY url "
        ") SELECT candidate FROM tried "
        "WHERE attempts = errors AND other IS NULL AND candidate IS NOT NULL "
        "AND attempts < $most "
        "AND last_at + to_minutes((10 * 4 ** (attempts - 1))::BIGINT) <= $now::TIMESTAMPTZ "
        "ORDER BY url",
        {"now": now, "days": RETRY_DAYS, "passing": PASSING, "most": max_attempts},
    ).fetchall()
    return [codec.decode(Candidate, row[0]) for row in rows]


def all_mentions(con: duckdb.DuckDBPyConnection) -> list[SituatedMention]:
    """Every current mention, by id: for the nightly proof that identity would decide the same."""
    rows = con.execute(
        "SELECT payload FROM event_mention WHERE is_current ORDER BY mention_id"
    ).fetchall()
    return [codec.decode(SituatedMention, row[0]) for row in rows]
