"""Full text search over the published snapshot, in every script.

Each article's title and text are stored folded (`warehouse.fold`) when they are committed,
and a search scans that one column for the folded words of the query, ranked by BM25
(Robertson & Zaragoza 2009, k1 = 1.2, b = 0.75) over the articles that hold them all.

DuckDB's FTS extension was measured against it, at 10,000 articles of about 3,200 characters
on two busy cores, and not taken: its index took 14 s to build, cannot be added to, so every
publication would build it anew, at a cost that grows with what is stored, and it finds whole
words only (in 0.15 s), while most languages here put suffixes on names: here a word of a
query finds every word that begins with it. The scan costs 0.1 to 0.5 s there and 2 to 3 s
at 200,000 articles, and nothing when publishing.

Syntax: words are joined by *and*; ``"quoted words"`` must stand together; ``-word`` must
not occur.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.errors import QueryError
from warehouse.fold import fold, fold_with_offsets
from warehouse.read import open_reader

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from warehouse.read import Reader

K1, B = 1.2, 0.75
SNIPPET_BEFORE, SNIPPET_CHARS = 60, 220
_PARTS = re.compile(r'(-?)(?:"([^"]+)"|(\S+))')


@dataclass(frozen=True, slots=True)
class Found:
    """An article that matches. ``snippet`` is a piece of its text around the first match."""

    url: str
    title: str | None
    language: str
    source_id: str | None
    published: datetime | None
    story: str
    relation: str
    score: float
    snippet: str


def search(
    directory: Path,
    query: str,
    limit: int = 20,
    *,
    language: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Found]:
    """Articles that match, best first.

    Args:
        directory: the warehouse directory.
        query: see the module's text.
        limit: how many at most.
        language: only this language, ISO 639-1.
        since: published from then on.
        until: published up to then.

    Raises:
        QueryError: no word in the query.
        NoSnapshot: nothing is published there.
    """
    wanted, unwanted = parse(query)
    if not wanted:
        raise QueryError(f"{query!r}: no word to search for; give at least one word")
    with open_reader(directory) as reader:
        rows = _ranked(reader, wanted, unwanted, limit, (language, since, until))
        return [_found(row, wanted) for row in rows]


def parse(query: str) -> tuple[list[str], list[str]]:
    """Folded terms that must occur and that must not, each with its leading space.

    A quoted phrase ends at a word's end; a single word is the beginning of a word.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in _PARTS.findall(query):
        term = fold(phrase or word)
        if term:
            (unwanted if minus else wanted).append(term + (" " if phrase else ""))
    return list(dict.fromkeys(wanted)), list(dict.fromkeys(unwanted))


def _ranked(
    reader: Reader,
    wanted: Sequence[str],
    unwanted: Sequence[str],
    limit: int,
    bounds: tuple[str | None, datetime | None, datetime | None],
) -> Sequence[tuple[Any, ...]]:
    """The best matches: BM25 over occurrences, computed for matching articles only."""
    values: dict[str, Any] = {f"w{i}": term for i, term in enumerate(wanted)}
    values |= {f"u{i}": term for i, term in enumerate(unwanted)}
    conditions = [f"contains(s.folded, $w{i})" for i in range(len(wanted))]
    conditions += [f"NOT contains(s.folded, $u{i})" for i in range(len(unwanted))]
    language, since, until = bounds
    if language or since or until:
        values |= {"language": language, "since": since, "until": until}
        conditions.append(
            "s.article_no IN (SELECT article_no FROM article "
            "WHERE ($language::VARCHAR IS NULL OR language = $language) "
            "AND ($since::TIMESTAMPTZ IS NULL OR published_at >= $since) "
            "AND ($until::TIMESTAMPTZ IS NULL OR published_at <= $until))"
        )
    counts = ", ".join(
        f"(s.folded_length - length(replace(s.folded, $w{i}, ''))) / {len(term)}"
        for i, term in enumerate(wanted)
    )
    averages = reader.query("SELECT count(*), avg(folded_length) FROM article_search").rows[0]
    total, average = averages[0], averages[1] or 1.0
    hits = reader.query(
        f"SELECT s.article_no, s.folded_length, {counts} FROM article_search s "
        f"WHERE {' AND '.join(conditions)}",
        values,
    ).rows
    rarity = math.log(1 + (total - len(hits) + 0.5) / (len(hits) + 0.5))
    scored = sorted(
        ((_score(counts, size / average, rarity), number) for number, size, *counts in hits),
        key=lambda pair: (-pair[0], pair[1]),
    )[:limit]
    scores = {number: score for score, number in scored}
    rows = reader.query(
        "SELECT a.article_no, a.url, a.title, a.language, a.source_id, a.published_at, a.story_id, "
        "a.relation, t.text FROM article a JOIN article_text t "
        "ON t.article_no = a.article_no AND t.version = a.version "
        "WHERE a.article_no IN (SELECT unnest(?::BIGINT[]))",
        [list(scores)],
    ).rows
    by_number = {row[0]: row[1:] for row in rows}
    return [(*by_number[number], score) for score, number in scored if number in by_number]


def _score(counts: Sequence[float], length: float, rarity: float) -> float:
    return sum(rarity * n * (K1 + 1) / (n + K1 * (1 - B + B * length)) for n in counts)


def _found(row: tuple[Any, ...], wanted: Sequence[str]) -> Found:
    url, title, language, source_id, published, story, relation, text, score = row
    return Found(
        url, title, language, source_id, published, story, relation, round(score, 4),
        snippet(text, wanted),
    )  # fmt: skip


def snippet(text: str, wanted: Sequence[str]) -> str:
    """A piece of ``text`` around the first match of any folded term, cut at words."""
    folded, origin = fold_with_offsets(text)
    places = [folded.find(term.rstrip()) for term in wanted]
    first = min((place for place in places if place >= 0), default=0)
    start = origin[first] if origin else 0
    begin = 0 if start <= SNIPPET_BEFORE else text.find(" ", start - SNIPPET_BEFORE, start) + 1
    begin = begin or (start if start > SNIPPET_BEFORE else 0)
    end = min(len(text), begin + SNIPPET_CHARS)
    if end < len(text):
        space = text.rfind(" ", begin + SNIPPET_CHARS // 2, end)
        end = space if space > 0 else end
    piece = " ".join(text[begin:end].split())
    return ("… " if begin else "") + piece + (" …" if end < len(text) else "")
