"""Controlled vocabularies: what a dossier may say of an outlet, and the codes it may use.

Two axes describe every outlet of every country, on the same two scales, so that a reader
can weigh a report without anybody being called biased: who owns the outlet, and which side
it commonly stands with. Both are descriptions in common use, not verdicts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

OWNERSHIP: Final[Mapping[str, str]] = {
    "state": "owned and directed by a government or one of its agencies",
    "public": "publicly funded broadcaster or agency with a charter of its own",
    "official": "an institution speaking for itself: a president, ministry, court or body",
    "party": "owned by a political party or movement",
    "private": "a company or individuals",
    "nonprofit": "a foundation, association or readers",
    "foreign_state": "funded by the government of another country than the one it reports to",
    "unknown": "not established",
}
"""Who owns the outlet, each with its definition. One scale for every country."""

ALIGNMENT: Final[Mapping[str, str]] = {
    "government": "speaks for the government of its country",
    "pro_government": "commonly follows the line of the government of its country",
    "independent": "commonly described as following no side of its country's politics",
    "opposition": "commonly stands against the government of its country",
    "exile": "made from abroad by journalists who left or were banned from the country",
    "diaspora": "made by and for a community abroad",
    "international": "made for readers in many countries, with no side in this process",
    "unknown": "not established",
}
"""Which side the outlet commonly stands with. One scale for every country."""

KINDS: Final[tuple[str, ...]] = (
    "rss",
    "atom",
    "jsonfeed",
    "sitemap",
    "listing",
    "telegram",
    "gdelt",
    "warc",
    "files",
)
"""How a source is read."""


@cache
def known_codes() -> tuple[frozenset[str], frozenset[str]]:
    """ISO 639-1 language codes and ISO 3166-1 alpha-3 country codes, from ``codes.toml``."""
    text = (Path(__file__).parent / "codes.toml").read_text(encoding="utf-8")
    codes = tomllib.loads(text)
    return frozenset(codes["languages"].split()), frozenset(codes["countries"].split())
