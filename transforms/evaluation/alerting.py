"""Whether the right events alerted, once each, over a stream of documents in date order.

Mentions are not what an analyst receives: alerts are. Gold events carry a ``key`` that is the
same for one event in all documents and languages. A key is *due* when at least one of its gold
mentions is of an alert-worthy type and is news where it stands. An alert answers a key when
one of the passages behind it is a gold mention of that key, of the same group of types. The
first alert that answers a due key is right; a second one for the same key, and one that
answers none, are wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from transforms.evaluation.matching import Record, span
from transforms.evaluation.scores import Score, Tally, score
from transforms.vocabulary import ALERT_TYPES, BACKGROUND, group_of


@dataclass(frozen=True, slots=True)
class Alerted:
    """One event that alerted as new.

    Attributes:
        event_id: the warehouse's id.
        type: the event's type.
        headline: what the alert said.
        passages: document id, start and end of the mentions behind it, in that document.
    """

    event_id: str
    type: str
    headline: str
    passages: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class AlertReport:
    """The result: precision and recall of alerts; what was missed, false, and repeated.

    Intervals are bootstraps over events (keys and unmatched alerts).
    """

    score: Score
    missed: tuple[str, ...]
    false: tuple[str, ...]
    repeated: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def due_keys(gold: Iterable[Record]) -> dict[str, Record]:
    """Keys that must alert, each with the first gold mention that makes it due."""
    found: dict[str, Record] = {}
    for document in sorted(gold, key=lambda d: str(d.get("published") or "")):
        for event in document.get("events", ()):
            if is_due(event) and event.get("key"):
                found.setdefault(event["key"], event)
    return found


def is_due(event: Mapping[str, Any]) -> bool:
    """Whether this mention, alone, is worth an alert."""
    return event.get("type") in ALERT_TYPES and event.get("novelty") not in BACKGROUND


def evaluate_alerts(gold: Sequence[Record], alerted: Sequence[Alerted]) -> AlertReport:
    """Compare the events that alerted, in the order in which they did, with gold."""
    due = due_keys(gold)
    passages = _passages(gold)
    answered: set[str] = set()
    tallies: list[Tally] = []
    false: list[str] = []
    repeated: list[str] = []
    for alert in alerted:
        keys = _keys(alert, passages)
        open_keys = [key for key in keys if key in due and key not in answered]
        told = f"{alert.headline} ({', '.join(keys) or 'no gold event'})"
        if open_keys:
            answered.add(open_keys[0])
            tallies.append(Tally(1, 1, 1))
            continue
        tallies.append(Tally(0, 1, 0))
        (repeated if any(key in answered for key in keys) else false).append(told)
    missed = tuple(key for key in due if key not in answered)
    tallies += [Tally(0, 0, 1)] * len(missed)
    return AlertReport(score(tallies), missed, tuple(false), tuple(repeated))


def _passages(gold: Iterable[Record]) -> dict[str, list[tuple[int, int, str, str]]]:
    return {
        str(document["id"]): [
            (*span(evidence), group_of(event["type"]), event["key"])
            for event in document.get("events", ())
            if event.get("type") and event.get("key")
            for evidence in event.get("evidence", ())
        ]
        for document in gold
    }


def _keys(alert: Alerted, passages: Mapping[str, Sequence[tuple[int, int, str, str]]]) -> list[str]:
    """The keys an alert answers, those with most passages first."""
    votes: dict[str, int] = {}
    for doc_id, start, end in alert.passages:
        for first, last, group, key in passages.get(doc_id, ()):
            if group == group_of(alert.type) and first < end and start < last:
                votes[key] = votes.get(key, 0) + 1
    return sorted(votes, key=lambda key: -votes[key])
