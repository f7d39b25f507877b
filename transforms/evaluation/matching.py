"""Which predicted event answers which gold event, and which slots they agree in.

Within a document events are matched one to one: the type must agree and the evidence must
overlap; among the admissible pairings the one with most matches, then most slots right, is
taken. Slots are scored on matched pairs, as one value each: wrong in any part is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from transforms.vocabulary import MEDIATING_ROLES

Record = dict[str, Any]
Pair = tuple[Record, Record]

SLOTS: Final = (
    "status",
    "third_parties",
    "mediators",
    "roles",
    "persons",
    "parties",
    "initiators",
    "venue",
    "date",
    "novelty",
    "track",
)
STRICT: Final = ("status", "mediators", "parties")
"""Slots that must all be right, with the type, for a mention to be *strictly* right."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One document: its gold events, its predicted ones, and the pairs of both."""

    doc_id: str
    language: str
    gold: tuple[Record, ...]
    predicted: tuple[Record, ...]
    pairs: tuple[Pair, ...]


def by_id(documents: Sequence[Record], *, keep_last: bool = False) -> dict[str, Record]:
    """Documents by their id.

    Raises:
        ValueError: a document has no id, or an id occurs twice.
    """
    found: dict[str, Record] = {}
    for number, document in enumerate(documents, 1):
        doc_id = document.get("id")
        if doc_id is None:
            raise ValueError(f"document no. {number} has no id; give every document one")
        if doc_id in found and not keep_last:
            raise ValueError(f'document id "{doc_id}" occurs twice; ids must be unique')
        found[str(doc_id)] = document
    return found


def judge(gold: Record, predicted: Record) -> Judged:
    """Match the events of one document; gold events whose type is null are ignored."""
    wanted = tuple(e for e in gold.get("events", ()) if e.get("type"))
    given = tuple(predicted.get("events", ()))
    language = gold.get("language") or predicted.get("language") or "und"
    return Judged(str(gold.get("id")), language, wanted, given, pair(wanted, given))


def pair(gold: Sequence[Record], predicted: Sequence[Record]) -> tuple[Pair, ...]:
    """The best one-to-one pairing of events of one type with overlapping evidence."""
    return _assign(gold, predicted, lambda a, b: bool(a["type"] == b["type"]))


def pair_loosely(gold: Sequence[Record], predicted: Sequence[Record]) -> tuple[Pair, ...]:
    """The same for overlapping evidence alone: what was taken for what."""
    return _assign(gold, predicted, lambda _a, _b: True)


def _assign(
    gold: Sequence[Record], predicted: Sequence[Record], admits: Callable[[Record, Record], bool]
) -> tuple[Pair, ...]:
    if not gold or not predicted:
        return ()
    worth = np.zeros((len(gold), len(predicted)))
    for i, wanted in enumerate(gold):
        for j, given in enumerate(predicted):
            if admits(wanted, given) and evidence_overlaps(wanted, given):
                worth[i, j] = 100 + sum(slot_is_right(slot, wanted, given) for slot in SLOTS)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return tuple(
        (gold[i], predicted[j]) for i, j in zip(rows, columns, strict=True) if worth[i, j] > 0
    )


def evidence_overlaps(gold: Record, predicted: Record) -> bool:
    """Whether any two spans share a character."""
    return any(
        a[0] < b[1] and b[0] < a[1]
        for a in map(span, gold.get("evidence", ()))
        for b in map(span, predicted.get("evidence", ()))
    )


def span(evidence: Mapping[str, Any]) -> tuple[int, int]:
    """A span in the document as it was given, where cleaning it shifted the offsets."""
    if evidence.get("source_start") is not None and evidence.get("source_end") is not None:
        return evidence["source_start"], evidence["source_end"]
    return evidence["start"], evidence["end"]


def slot_is_right(slot: str, gold: Record, predicted: Record) -> bool:
    """Whether a matched pair agrees in a slot. A slot the gold event leaves out is right."""
    if slot not in {"mediators", "roles", "persons"} and slot not in gold:
        return True
    if slot == "date":
        return dates_match(gold["date"] or {}, predicted.get("date") or {})
    if slot == "venue" and not (gold["venue"] or {}).get("id"):
        wanted = (gold["venue"] or {}).get("country")
        given = predicted.get("venue") or {}
        return bool(given.get("country") == wanted) if wanted else not given.get("id")
    return bool(slot_value(slot, gold) == slot_value(slot, predicted))


def is_strictly_right(gold: Record, predicted: Record) -> bool:
    """Whether a pair is right in `STRICT` too."""
    return all(slot_is_right(slot, gold, predicted) for slot in STRICT)


def dates_match(gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> bool:
    """The precision is equal and the intervals overlap (an open end is its start)."""
    if (gold.get("precision") or "unknown") != (predicted.get("precision") or "unknown"):
        return False
    a, b = gold.get("start"), predicted.get("start")
    if a is None or b is None:
        return a is None and b is None
    return bool(a <= (predicted.get("end") or b) and b <= (gold.get("end") or a))


def slot_value(slot: str, event: Record) -> Any:
    """A slot as one comparable value."""
    thirds = event.get("third_parties") or []
    if slot == "third_parties":
        return {t["id"] for t in thirds}
    if slot == "mediators":
        return {t["id"] for t in thirds if MEDIATING_ROLES & set(t.get("roles") or ())}
    if slot == "roles":
        return {(t["id"], role) for t in thirds for role in t.get("roles") or ()}
    if slot == "persons":
        people = [*thirds, *(event.get("parties") or [])]
        return {(p["id"], p.get("person")) for p in people}
    if slot == "parties":
        return {p["id"] for p in event.get("parties") or []}
    if slot == "initiators":
        return set(event.get("initiators") or ())
    if slot == "venue":
        return (event.get("venue") or {}).get("id")
    return event.get(slot)
