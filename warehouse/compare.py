"""What two states of one warehouse differ in: articles, mentions, coded passages, events.

Both are snapshots; neither is changed. Run ids, times of belief and orders do not count: what
counts is what a reader would see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import duckdb

from warehouse.connection import translated
from warehouse.read import literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EXAMPLES: Final = 200
"""Things named in a comparison, most telling kinds first; the counts are whole."""

KINDS: Final[Mapping[str, str]] = {
    "event": "SELECT event_id AS id, type AS kind, headline AS name, hash(status, track, "
    "  third_parties, mediators, hosts, parties, persons, venue, venue_country, date_start, "
    "  date_end, date_precision, novelty, origins, conflicts::VARCHAR, verdict) AS content "
    "FROM {db}.event",
    "passage": "SELECT mention_id AS id, type AS kind, quote AS name, hash(status, track, "
    "  third_parties, mediators, hosts, parties, persons, venue, date_start, date_end) AS content "
    "FROM {db}.event_mention WHERE is_current",
    "article": "SELECT url AS id, coalesce(language, 'und') AS kind, title AS name, "
    "  hash(title, text_digest, published_at, is_relevant, tracks, topics, author) AS content "
    "FROM {db}.article",
    "mention": "SELECT url || '#' || start_char || '-' || end_char || ' ' || m.entity_id "
    "  || is_in_title AS id, split_part(m.entity_id, ':', 1) AS kind, any_value(surface) AS name, "
    "  hash(any_value(naming)) AS content FROM {db}.mention m JOIN {db}.article USING (article_no) "
    "WHERE m.is_current GROUP BY ALL",
}
"""What there is: id, kind, how it is shown, and a hash over what a reader would see of it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is new, changed or gone."""

    what: str
    kind: str
    change: str
    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """(what, kind) → how many are new, changed and gone; and some of them by name."""

    counts: Mapping[tuple[str, str], tuple[int, int, int]]
    examples: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not self.counts

    def total(self, what: str) -> tuple[int, int, int]:
        """New, changed and gone of one sort, over its kinds."""
        found = [numbers for (name, _), numbers in self.counts.items() if name == what]
        return (sum(n[0] for n in found), sum(n[1] for n in found), sum(n[2] for n in found))


def compare(before: Path, after: Path) -> Difference:
    """Compare two snapshots of one warehouse.

    Raises:
        WarehouseError: one of them cannot be read.
    """
    con = duckdb.connect(":memory:")
    try:
        con.execute("SET TimeZone = 'UTC'")
        for name, file in (("was", before), ("is_now", after)):
            con.execute(f"ATTACH {literal(str(file))} AS {name} (READ_ONLY)")
        counts: dict[tuple[str, str], tuple[int, int, int]] = {}
        examples: list[Change] = []
        for what, sql in KINDS.items():
            con.execute(f"CREATE OR REPLACE TEMP TABLE differs AS {_differs(sql)}")
            for kind, *numbers in con.execute(COUNTS).fetchall():
                counts[what, kind] = (numbers[0], numbers[1], numbers[2])
            rows = con.execute(
                "SELECT kind, change, id, name FROM differs ORDER BY change, kind, id LIMIT ?",
                [EXAMPLES - len(examples)],
            ).fetchall()
            examples += [Change(what, row[0], row[1], row[2], row[3]) for row in rows]
    except duckdb.Error as error:
        raise translated(error, after) from error
    finally:
        con.close()
    return Difference(counts, tuple(examples))


COUNTS: Final = (
    "SELECT kind, count(*) FILTER (change = 'new'), count(*) FILTER (change = 'changed'), "
    "count(*) FILTER (change = 'gone') FROM differs GROUP BY kind ORDER BY kind"
)


def _differs(sql: str) -> str:
    return (
        "SELECT coalesce(n.kind, w.kind) AS kind, coalesce(n.id, w.id) AS id, "
        "coalesce(n.name, w.name) AS name, CASE WHEN w.id IS NULL THEN 'new' "
        "WHEN n.id IS NULL THEN 'gone' ELSE 'changed' END AS change "
        f"FROM ({sql.format(db='is_now')}) n FULL JOIN ({sql.format(db='was')}) w USING (id) "
        "WHERE n.id IS NULL OR w.id IS NULL OR n.content <> w.content OR n.kind <> w.kind"
    )
