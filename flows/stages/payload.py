"""A persistent event in the contract's JSON, with documents named as people know them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

from transforms.event_json import persistent_event_to_json
from transforms.records import Event, SituatedMention
from transforms.vocabulary import BACKGROUND


class Report(NamedTuple):
    """One passage that tells an event: where, for whom it counts, from which country, when."""

    url: str
    origin: str
    country: str | None
    language: str
    published: datetime | None


def public_event(event: Event, *, versions: int | None = None) -> dict[str, Any]:
    """The event for alerts, listings and feeds: a file is its stem, and has no URL.

    Args:
        event: as resolved or stored.
        versions: how often what is believed of it has changed, where known.
    """
    shape = persistent_event_to_json(event)
    for piece in shape["evidence"]:
        url = piece["url"] or ""
        if url.startswith("file:"):
            piece["doc"], piece["url"] = document_name(url), None
    shape["mentions"] = len(event.mention_ids)
    shape["versions"] = versions
    return shape


def told_event(event: Event, mentions: Mapping[str, SituatedMention]) -> dict[str, Any]:
    """`public_event` with who tells it (`told`), by its mentions as far as they are at hand."""
    known = [(mentions[i], novelty) for i, novelty in event.novelties if i in mentions]
    reports = [
        (Report(m.url, m.origin, m.country, m.language, m.published), novelty)
        for m, novelty in known
    ]
    return public_event(event) | told(reports)


def told(reports: Iterable[tuple[Report, str]]) -> dict[str, Any]:
    """Where an event was first seen, and who tells it by the country they work from.

    Args:
        reports: each with its novelty. Recollections count only where there is nothing else.

    Returns:
        ``first_report``: url, doc, country, lang, published, or None; ``told_by``: country
        (ISO 3166-1 alpha-3 or None), origins, languages and first_reported of each side, who
        told first standing first. An origin counts for the side that told it first; a side
        that only carries copies of others has none.
    """
    every = list(reports)
    live = [report for report, novelty in every if novelty not in BACKGROUND]
    ordered = sorted(live or [report for report, _ in every], key=_by_time)
    homes: dict[str, str | None] = {}
    sides: dict[str | None, list[Report]] = {}
    for report in ordered:
        homes.setdefault(report.origin, report.country)
        sides.setdefault(report.country, []).append(report)
    return {
        "first_report": _first(ordered[0]) if ordered else None,
        "told_by": [_side(country, of_side, homes) for country, of_side in sides.items()],
    }


def _by_time(report: Report) -> tuple[bool, str, str]:
    published = report.published
    return published is None, published.isoformat() if published else "", report.url


def _first(report: Report) -> dict[str, Any]:
    is_file = report.url.startswith("file:")
    return {
        "url": None if is_file else report.url,
        "doc": document_name(report.url) if is_file else report.url,
        "country": report.country,
        "lang": report.language,
        "published": report.published.isoformat() if report.published else None,
    }


def _side(
    country: str | None, reports: Sequence[Report], homes: Mapping[str, str | None]
) -> dict[str, Any]:
    published = reports[0].published
    return {
        "country": country,
        "origins": sorted({r.origin for r in reports if homes[r.origin] == country}),
        "languages": sorted({report.language for report in reports}),
        "first_reported": published.isoformat() if published else None,
    }


def document_name(url: str) -> str:
    """The stem of a ``file:`` URL, or the id of the line it names."""
    name = unquote(url.removeprefix("file:")).rsplit("/", 1)[-1]
    return name.partition("#")[2] or name.rsplit(".", 1)[0]
