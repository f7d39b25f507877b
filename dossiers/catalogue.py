"""The source catalogue: reading ``[[source]]`` tables, and printing them for people.

`render_catalogue` writes ``docs/sources.md``; run ``python -m dossiers FILE`` to write it anew
after an edit (a test holds the two together).

The same reader serves a dossier's own ``sources*.toml`` and the file a user hands to
``--sources``; only ``id``, ``kind`` and ``url`` are required there.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

import cssselect

from dossiers.errors import Problems, suggest
from dossiers.records import Dossier, Listing, Source, SourceKind, Verification
from dossiers.tables import Table, read_toml, reject_leftovers, tables
from dossiers.vocabulary import ALIGNMENT, KINDS, OWNERSHIP, known_codes

VERIFICATIONS = ("V", "T", "S", "M")


def load_catalogue(path: Path) -> dict[str, Source]:
    """The sources of a user's catalogue file, by id, in the order written.

    Raises:
        DossierError: with every problem of the file, each naming table, key and mend.
    """
    problems = Problems.none_yet()
    data = read_toml(path, problems)
    had_table = "source" in data
    sources = read_sources(data, str(path), problems)
    reject_leftovers(data, str(path), ("source",), problems)
    if not problems.found and not sources:
        what = "has an empty source list" if had_table else "names no source"
        problems.add(str(path), f"{what}; write [[source]] with id, kind and url")
    problems.raise_if_any()
    return sources


def read_sources(data: dict[str, object], file: str, problems: Problems) -> dict[str, Source]:
    """All ``[[source]]`` tables of one file; ids must be unique, problems are noted."""
    found: dict[str, Source] = {}
    for table in tables(data, "source", file, problems):
        source = read_source(table)
        if source.id in found:
            table.note("id", f'"{source.id}" is already taken in this file; give it another')
        elif source.id:
            found[source.id] = source
    return found


def read_source(table: Table) -> Source:
    """One ``[[source]]`` table."""
    identity = table.required("id")
    kind = table.choice("kind", KINDS, "rss") if "kind" in table.row else table.required("kind")
    languages, countries = known_codes()
    source = Source(
        id=identity,
        name=table.text("name") or identity,
        kind=cast("SourceKind", kind or "rss"),
        url=_address(table, kind),
        language=_code(table, "language", languages, "an ISO 639-1 code as en"),
        country=_code(table, "country", countries, "an ISO 3166-1 alpha-3 code as FRA"),
        ownership=table.choice("ownership", OWNERSHIP, "unknown"),
        alignment=table.choice("alignment", ALIGNMENT, "unknown"),
        verification=cast("Verification", table.choice("verification", VERIFICATIONS, "M")),
        outlet=table.text("outlet"),
        origin_group=table.text("origin_group"),
        user_agent=cast(
            "Literal['default', 'browser']",
            table.choice("user_agent", ("default", "browser"), "default"),
        ),
        full_text=table.flag("full_text", True),
        enabled=table.flag("enabled", True),
        note=table.text("note"),
        listing=_listing(table),
        countries=table.texts("countries"),
    )
    table.done()
    return source


def _listing(table: Table) -> Listing | None:
    """``listing = { item = "…", link = "…", title = "…", date = "…" }``, all CSS selectors."""
    row = table.table("listing")
    if not row:
        return None
    rule = Table(row, f"{table.where}, listing", table.problems)
    told = {key: rule.text(key) or "" for key in ("item", "link", "title", "date")}
    rule.done()
    for key, selector in told.items():
        try:
            cssselect.parse(selector or "*")
        except cssselect.SelectorError as error:
            rule.note(key, f"{selector!r} is no CSS selector ({error}); mend it")
            return None
    return Listing(**told)


def _address(table: Table, kind: str) -> str:
    """The url; http(s) with a host, except for kinds that read local files."""
    url = table.required("url")
    if not url or kind in ("files", "warc"):
        return url
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
        valid = valid and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or any(ch.isspace() for ch in url):
        table.note("url", f'"{url}" is not an address; write it in full, as https://host/feed')
    return url


def _code(table: Table, key: str, known: frozenset[str], expected: str) -> str | None:
    code = table.text(key)
    if code is None or code in known:
        return code
    near = next((c for c in (code.lower(), code.upper()) if c in known), None)
    hint = f'; did you mean "{near}"?' if near else suggest(code, known)
    table.note(key, f'unknown code "{code}"; write {expected}{hint}')
    return None


def render_catalogue(dossier: Dossier) -> str:
    """The catalogue as Markdown: vocabularies, one table a country, marks explained."""
    sources = sorted(dossier.sources.values(), key=lambda s: (s.country or "", s.id))
    read = sum(source.enabled for source in sources)
    lines = [
        "# Sources",
        "",
        "Generated from the dossier by `python -m dossiers docs/sources.md`; do not",
        "edit by hand. Every outlet of every country is described on the same two scales.",
        "",
        f"{len(sources)} sources, {read} of them read by default, the rest kept for the record.",
        "",
        *_vocabulary("Ownership: who owns the outlet", OWNERSHIP),
        *_vocabulary("Alignment: which side it commonly stands with", ALIGNMENT),
        "## Verification",
        "",
        "How far an address can be trusted: **V** seen in a published reference, **T** reported",
        "as fetched by a third party, **S** seen in public code, **M** from memory. An origin is",
        "what counts as one voice: all state outlets of one government are one.",
        "",
    ]
    for country, group in groupby(sources, key=lambda s: s.country or "unknown"):
        lines += [f"## {country}", "", *_rows(list(group)), ""]
    return "\n".join(lines)


def _vocabulary(title: str, words: Mapping[str, str]) -> list[str]:
    return [f"## {title}", "", *(f"- `{word}`: {meaning}" for word, meaning in words.items()), ""]


def _rows(sources: list[Source]) -> list[str]:
    lines = [
        "| id | name | language | kind | ownership | alignment | origin | mark | read | notes |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for source in sources:
        notes = [source.note or ""]
        notes += [] if source.full_text else ["excerpt only"]
        cells = (
            f"[{source.id}]({source.url})",
            source.name,
            source.language or "",
            source.kind,
            source.ownership,
            source.alignment,
            source.origin_group or source.outlet or source.id,
            source.verification,
            "yes" if source.enabled else "no",
            "; ".join(note for note in notes if note),
        )
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return lines
