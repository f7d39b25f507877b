"""What is stored of articles' texts, for a reprocessing to compare with what it makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warehouse.lookups import mentions_of_articles

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb


def stored_coding(con: duckdb.DuckDBPyConnection, urls: Sequence[str]) -> dict[str, dict[str, Any]]:
    """URL → what was made of its current text, for those that are stored.

    ``article``: title, language, publication with its basis, author, site name, relevance,
    warnings; ``mentions``: start, end, entity, kind of form, naming, whether in the title;
    ``tags``: kind and id; ``events``: the coded passages, by id.
    """
    rows = con.execute(
        "SELECT url, article_no, title, language, published_at, published_basis, author, "
        "site_name, is_relevant, warnings FROM article WHERE url IN (SELECT unnest(?))",
        [list(urls)],
    ).fetchall()
    found: dict[str, dict[str, Any]] = {
        row[0]: {
            "article": (*row[2:9], tuple(row[9])),
            "mentions": [],
            "tags": [],
            "events": [],
        }
        for row in rows
    }
    url_of = {row[1]: row[0] for row in rows}
    for number, *mention in con.execute(
        "SELECT article_no, start_char, end_char, entity_id, coalesce(form_kind, ''), "
        "coalesce(naming, ''), is_in_title FROM mention "
        "WHERE is_current AND article_no IN (SELECT unnest(?)) ORDER BY ALL",
        [list(url_of)],
    ).fetchall():
        found[url_of[number]]["mentions"].append(tuple(mention))
    for number, *tag in con.execute(
        "SELECT article_no, kind, tag_id FROM tag "
        "WHERE is_current AND article_no IN (SELECT unnest(?)) ORDER BY ALL",
        [list(url_of)],
    ).fetchall():
        found[url_of[number]]["tags"].append(tuple(tag))
    for item in mentions_of_articles(con, list(url_of.values())):
        found[item.url]["events"].append(item.mention)
    return found
