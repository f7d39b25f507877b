"""What was found, what differs, and how addresses and passages are matched. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Row = Mapping[str, Any]
"""A row of JSON, as printed."""
CODED_LANGUAGES: Final = frozenset({"en", "ru"})
"""Languages in which every event that must alert is told, and every recall must be seen."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the project found, after one stage.

    Attributes:
        articles: rows with url, source_id, language, title, published_at, is_relevant,
            story_id, relation, duplicate_of_url, version, gone_at.
        quarantine: rows with url, source_id, reason.
        captures: rows with url, source_id, kind, outcome, reason, error.
        mentions: current event mentions with url, quote, type, novelty, event_id.
        events: the contract's JSON with ``event_id``.
        alerts: rows with ``event_id`` (or an ``event``/``payload`` that has it) and ``cause``.
        feeds: rows for each source, whatever is known of its health.
        ledger: every address discovered, with its ``state``.
    """

    articles: tuple[Row, ...] = ()
    quarantine: tuple[Row, ...] = ()
    captures: tuple[Row, ...] = ()
    mentions: tuple[Row, ...] = ()
    events: tuple[Row, ...] = ()
    alerts: tuple[Row, ...] = ()
    feeds: tuple[Row, ...] = ()
    ledger: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the truth has it."""

    kind: str
    subject: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True)
class Addresses:
    """Maps between the truth's keys and the addresses of this run."""

    bases: Mapping[str, str]
    paths: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, truth: Row, bases: Mapping[str, str]) -> Addresses:
        """For these servers; an AMP twin stands for its article, a last slash for nothing."""
        paths = {}
        for key, row in truth["articles"].items():
            for path in filter(None, (row["path"], row.get("amp_path"))):
                paths[(bases[row["outlet"]] + path).rstrip("/")] = key
        return cls(bases, paths)

    def key(self, url: str | None) -> str | None:
        """The truth's key of an address, or None when it is no planted page."""
        return self.paths.get(url.rstrip("/")) if url else None

    def key_as_asked(self, url: str | None) -> str | None:
        """The same for an address as it was asked for: tracking and aliases do not count."""
        return self.key((url or "").split("?")[0].replace("/m/", "/", 1))


def expected_articles(truth: Row, stage: int) -> dict[str, Row]:
    """What must be an article after ``stage``, by key."""
    rows: dict[str, Row] = truth["articles"]
    return {k: r for k, r in rows.items() if r["stage"] <= stage and r["outcome"] == "new"}


def fold(text: object) -> str:
    """Text for comparison: case, spaces, joiners and quotation marks do not count."""
    plain = unicodedata.normalize("NFKC", str(text or "")).replace("\u200c", "")
    plain = re.sub(r"[«»“”„\"'’‘]", "", plain)
    return " ".join(plain.casefold().split())


def overlaps(planted: str, quote: object) -> bool:
    """True when two passages share most of the shorter one's words, in order."""
    ours, theirs = fold(planted), fold(quote)
    if not theirs:
        return False
    if ours in theirs or theirs in ours:
        return True
    first, second = ours.split(), theirs.split()
    shingles = {tuple(first[i : i + 3]) for i in range(len(first) - 2)}
    others = {tuple(second[i : i + 3]) for i in range(len(second) - 2)}
    return len(shingles & others) * 2 >= min(len(shingles), len(others)) > 0
