"""Articles of a batch into their tables: versions, texts, mentions, stories, features."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidfuzz.distance import Indel

from warehouse.fold import fold
from warehouse.records import GONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.records import ArticleRow, Batch, CaptureRow
    from warehouse.rows import Loader, Row

SPECIFIC = ("article_search", "article_feature", "signature_band")
"""Tables that hold the latest version only."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Articles of a batch by what became of them."""

    new: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An article to write, with its number and version and what was stored before."""

    row: ArticleRow
    article_no: int
    version: int
    previous: dict[str, Any] | None

    @property
    def url(self) -> str:
        """Its canonical URL."""
        return self.row.coded.document.url


def write(loader: Loader, batch: Batch) -> Counts:
    """Write the articles that are new or whose text (or coder) changed."""
    rows = {row.coded.document.url: row for row in batch.articles}
    placed = _place(loader, list(rows.values()))
    new = [p for p in placed if p.previous is None]
    changed = [p for p in placed if p.previous is not None]
    if placed:
        _retire(loader, changed)
        versions = [_version_row(loader, p, batch.run_id) for p in placed]
        loader.insert("article", [_article_row(p, batch.run_id) for p in placed])
        loader.insert("article_version", versions)
        loader.insert("article_text", [_text_row(p) for p in placed])
        loader.insert("article_search", [_search_row(p) for p in placed])
        loader.insert("article_feature", [_feature_row(p) for p in placed])
        loader.insert("signature_band", _band_rows(placed))
        loader.insert("mention", _mention_rows(placed))
        loader.insert("tag", _tag_rows(placed))
        _refresh_stories(loader, placed)
    return Counts(len(new), len(changed), len(rows) - len(placed))


def write_checks(loader: Loader, batch: Batch) -> None:
    """Note when articles were last looked at, be it in vain, and which are gone."""
    seen = [_check(row) for row in sorted(batch.captures, key=lambda c: c.capture.fetched_at)]
    if not seen:
        return
    columns = [list(cells) for cells in zip(*seen, strict=True)]
    loader.con.execute(
        "INSERT INTO article_check BY NAME SELECT article_no, max(checked_at) AS checked_at, "
        "  arg_max(fetch_url, checked_at) AS fetch_url, arg_max(etag, checked_at) AS etag, "
        "  arg_max(modified, checked_at) AS last_modified, "
        "  max(checked_at) FILTER (gone IS NOT NULL) AS gone_at, "
        "  arg_max(gone, checked_at) AS gone_reason FROM ("
        "  SELECT unnest(?::VARCHAR[]) AS url, unnest(?::TIMESTAMPTZ[]) AS checked_at, "
        "    unnest(?::VARCHAR[]) AS fetch_url, unnest(?::VARCHAR[]) AS etag, "
        "    unnest(?::VARCHAR[]) AS modified, unnest(?::VARCHAR[]) AS gone"
        ") JOIN article USING (url) GROUP BY article_no "
        "ON CONFLICT (article_no) DO UPDATE SET "
        "checked_at = greatest(excluded.checked_at, article_check.checked_at), "
        "fetch_url = coalesce(excluded.fetch_url, article_check.fetch_url), "
        "etag = CASE WHEN excluded.fetch_url IS NULL THEN article_check.etag "
        "  ELSE excluded.etag END, "
        "last_modified = CASE WHEN excluded.fetch_url IS NULL THEN article_check.last_modified "
        "  ELSE excluded.last_modified END, "
        "gone_at = CASE WHEN excluded.gone_at IS NOT NULL "
        "  THEN coalesce(article_check.gone_at, excluded.gone_at) "
        "  WHEN excluded.fetch_url IS NULL THEN article_check.gone_at END, "
        "gone_reason = CASE WHEN excluded.gone_reason IS NOT NULL "
        "  THEN coalesce(article_check.gone_reason, excluded.gone_reason) "
        "  WHEN excluded.fetch_url IS NULL THEN article_check.gone_reason END",
        columns,
    )


def _check(row: CaptureRow) -> tuple[Any, ...]:
    """URL, moment, address that gave the page with its validators, and how it is gone.

    The address is None where no page was had; what was known of it then stays. A 304 is a
    page that was had, with the validators it was asked by.
    """
    capture, sent = row.capture, row.capture.candidate
    gone = row.reason if row.article_url and row.reason in GONE else None
    is_there = bool(row.article_url) and gone is None and (capture.body or capture.status == 304)
    kept = sent if sent and capture.status == 304 else None
    return (
        row.article_url or (sent and sent.article_url) or capture.url,
        capture.fetched_at,
        capture.final_url if is_there else None,
        capture.headers.get("etag", kept and kept.etag) if is_there else None,
        capture.headers.get("last-modified", kept and kept.last_modified) if is_there else None,
        gone,
    )


def _place(loader: Loader, rows: Sequence[ArticleRow]) -> list[Placed]:
    """The rows that have something to write, each with its number and version."""
    if not rows:
        return []
    stored = loader.con.execute(
        "SELECT url, article_no, version, text_digest, coder_version, first_seen_at, "
        "first_run_id, story_id FROM article WHERE url IN (SELECT unnest(?))",
        [[row.coded.document.url for row in rows]],
    )
    names = [d[0] for d in stored.description or ()]
    known = {r[0]: dict(zip(names, r, strict=True)) for r in stored.fetchall()}
    top = loader.con.execute("SELECT coalesce(max(article_no), 0) FROM article").fetchone()
    number = int(top[0]) if top else 0
    placed = []
    for row in rows:
        document = row.coded.document
        before = known.get(document.url)
        if before is None:
            number += 1
            placed.append(Placed(row, number, 1, None))
        elif (document.text_digest, row.coded.coder_version) != (
            before["text_digest"],
            before["coder_version"],
        ):
            placed.append(Placed(row, before["article_no"], before["version"] + 1, before))
    return placed


def _retire(loader: Loader, changed: Sequence[Placed]) -> None:
    """Take the rows of the version before out of the way of the new ones."""
    numbers = [p.article_no for p in changed]
    if not numbers:
        return
    for table in ("article", *SPECIFIC):
        loader.delete(table, "article_no", numbers)
    for table in ("mention", "tag"):
        loader.con.execute(
            f"UPDATE {table} SET is_current = false "
            "WHERE is_current AND article_no IN (SELECT unnest(?))",
            [numbers],
        )


def _article_row(p: Placed, run_id: str) -> Row:
    coded, link = p.row.coded, p.row.duplicate
    document = coded.document
    return {
        "article_no": p.article_no,
        "url": document.url,
        "source_id": document.source_id,
        "title": document.title,
        "language": document.language,
        "language_confidence": document.language_confidence,
        "published_at": document.published,
        "published_basis": document.published_basis,
        "is_published_day": document.published_is_day,
        "author": document.author,
        "site_name": document.site_name,
        "text_digest": document.text_digest,
        "text_length": len(document.text),
        "version": p.version,
        "is_relevant": coded.relevant,
        "story_id": link.story,
        "relation": link.relation,
        "duplicate_of_url": link.of,
        "similarity": link.similarity,
        "tracks": sorted(t.id for t in coded.tags if t.kind == "track"),
        "topics": sorted(t.id for t in coded.tags if t.kind == "topic"),
        "warnings": list(document.warnings),
        "first_seen_at": p.previous["first_seen_at"] if p.previous else p.row.fetched_at,
        "changed_at": p.row.fetched_at,
        "first_run_id": p.previous["first_run_id"] if p.previous else run_id,
        "run_id": run_id,
        "capture_id": p.row.capture_id,
        "coder_version": coded.coder_version,
    }


def _version_row(loader: Loader, p: Placed, run_id: str) -> Row:
    document = p.row.coded.document
    return {
        "article_no": p.article_no,
        "url": p.url,
        "version": p.version,
        "text_digest": document.text_digest,
        "previous_digest": p.previous["text_digest"] if p.previous else None,
        "title": document.title,
        "text_length": len(document.text),
        "diff_size": _diff_size(loader, p),
        "seen_at": p.row.fetched_at,
        "capture_id": p.row.capture_id,
        "run_id": run_id,
        "coded_by": p.row.coded.coder_version,
    }


def _diff_size(loader: Loader, p: Placed) -> int:
    """Characters inserted plus deleted since the version before (Indel distance)."""
    if p.previous is None:
        return 0
    before = loader.con.execute(
        "SELECT text FROM article_text WHERE article_no = ? AND version = ?",
        [p.article_no, p.previous["version"]],
    ).fetchone()
    return Indel.distance(before[0], p.row.coded.document.text) if before else 0


def _text_row(p: Placed) -> Row:
    document = p.row.coded.document
    removed = [
        {
            "reason": r.reason,
            "text": r.text,
            "source_start": r.source_start,
            "source_end": r.source_end,
        }
        for r in document.removed
    ]
    segments = [[s.start, s.source_start, s.length] for s in document.segments]
    return {
        "article_no": p.article_no,
        "version": p.version,
        "text": document.text,
        "removed": json.dumps(removed, ensure_ascii=False),
        "segments": json.dumps(segments),
    }


def _search_row(p: Placed) -> Row:
    document = p.row.coded.document
    folded = fold(f"{document.title or ''}\n{document.text}") + " "
    return {"article_no": p.article_no, "folded": folded, "folded_length": len(folded)}


def _feature_row(p: Placed) -> Row:
    document = p.row.coded.document
    return {
        "article_no": p.article_no,
        "url": document.url,
        "published_at": document.published or p.row.fetched_at,
        "is_relevant": p.row.coded.relevant,
        "signature": list(document.signature),
        "features": json.dumps(dict(p.row.features or {}), ensure_ascii=False),
    }


def _band_rows(placed: Sequence[Placed]) -> list[Row]:
    return [{"band": band, "article_no": p.article_no} for p in placed for band in p.row.bands]


def _mention_rows(placed: Sequence[Placed]) -> list[Row]:
    return [
        {
            "article_no": p.article_no,
            "version": p.version,
            "entity_id": m.entity_id,
            "surface": m.surface,
            "start_char": m.start,
            "end_char": m.end,
            "form_kind": m.form_kind,
            "naming": m.naming,
            "is_in_title": m.in_title,
            "is_current": True,
        }
        for p in placed
        for m in p.row.coded.mentions
    ]


def _tag_rows(placed: Sequence[Placed]) -> list[Row]:
    return [
        {
            "article_no": p.article_no,
            "version": p.version,
            "kind": t.kind,
            "tag_id": t.id,
            "is_current": True,
        }
        for p in placed
        for t in p.row.coded.tags
    ]


STORIES = """
SELECT
    story_id,
    arg_min(url, (when_at, article_no)) AS first_url,
    arg_min(source_id, (when_at, article_no)) AS first_source_id,
    min(when_at) AS first_published_at,
    count(*)::INTEGER AS article_count,
    greatest(1, count(DISTINCT origin) FILTER (
        relation NOT IN ('same_text', 'near_duplicate')))::INTEGER AS origin_count,
    list_sort(list(DISTINCT language)) AS languages
FROM (
    SELECT article.*, coalesce(published_at, article.first_seen_at) AS when_at,
        coalesce(source.origin_group, source.outlet, article.source_id, article.url) AS origin
    FROM article LEFT JOIN source USING (source_id)
    WHERE story_id IN (SELECT unnest(?))
)
GROUP BY story_id
"""


def _refresh_stories(loader: Loader, placed: Sequence[Placed]) -> None:
    """Count the touched stories anew; stories do not move with the clock, only with articles."""
    left = {p.previous["story_id"] for p in placed if p.previous is not None}
    touched = sorted({p.row.duplicate.story for p in placed} | left)
    if left:
        loader.con.execute(
            "DELETE FROM story WHERE story_id IN (SELECT unnest(?)) "
            "AND story_id NOT IN (SELECT story_id FROM article)",
            [sorted(left)],
        )
    loader.con.execute(
        f"INSERT INTO story BY NAME ({STORIES}) ON CONFLICT (story_id) DO UPDATE SET "
        "first_url = excluded.first_url, first_source_id = excluded.first_source_id, "
        "first_published_at = excluded.first_published_at, "
        "article_count = excluded.article_count, origin_count = excluded.origin_count, "
        "languages = excluded.languages",
        [touched],
    )
