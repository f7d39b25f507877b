"""Scores of mentions: over all, by language, by type, by slot; with bootstrap intervals.

Intervals are percentile bootstraps over documents (Efron & Tibshirani 1993), seeded: the
same files give the same figures.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np

from transforms.evaluation.matching import (
    SLOTS,
    Judged,
    Pair,
    Record,
    by_id,
    is_strictly_right,
    judge,
    slot_is_right,
)

_RESAMPLES: Final = 1000
_SEED: Final = 20_240_819


@dataclass(frozen=True, slots=True)
class Score:
    """Counts and what follows from them; ``low``..``high`` is the 95 % interval of F1."""

    correct: int
    predicted: int
    gold: int
    precision: float
    recall: float
    f1: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SlotScore:
    """How many matched pairs have a slot right."""

    correct: int
    total: int
    accuracy: float


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one document (or of one draw), for one kind of score."""

    correct: int
    predicted: int
    gold: int


@dataclass(frozen=True, slots=True)
class Report:
    """The result: ``overall`` matches on type, ``strict`` on type and `STRICT` as well.

    ``confusion`` maps ``"gold -> predicted"`` statuses of matched pairs to counts;
    ``relevance`` is None when the gold file does not say what is relevant.
    """

    documents: int
    overall: Score
    strict: Score
    by_language: Mapping[str, Score]
    by_type: Mapping[str, Score]
    slots: Mapping[str, SlotScore]
    confusion: Mapping[str, int]
    relevance: Score | None = None
    strict_by_language: Mapping[str, Score] = field(default_factory=dict)
    strict_by_type: Mapping[str, Score] = field(default_factory=dict)
    relevance_by_language: Mapping[str, Score] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def evaluate(gold: Iterable[Record], predicted: Iterable[Record]) -> Report:
    """Compare predictions with gold, document by document.

    Args:
        gold: documents with ``id`` and ``events``; ``language`` and ``relevant`` optional.
        predicted: documents with the same ids; one that is missing counts as no events.

    Raises:
        ValueError: a gold document has no id, or an id occurs twice.
    """
    truth, guesses = by_id(list(gold)), by_id(list(predicted), keep_last=True)
    judged = [
        judge(document, guesses.get(doc_id, {"events": []})) for doc_id, document in truth.items()
    ]
    types = sorted({e["type"] for j in judged for e in (*j.gold, *j.predicted)})
    pairs = [found for j in judged for found in j.pairs]
    relevance = _relevance(truth, guesses)
    return Report(
        documents=len(judged),
        overall=score([_tally(j) for j in judged]),
        strict=score([_strict_tally(j) for j in judged]),
        by_language=_by_language(judged, _tally),
        by_type={name: score([_type_tally(j, name) for j in judged]) for name in types},
        slots=_slots(pairs),
        confusion=_confusion(pairs),
        relevance=relevance.pop("", None),
        strict_by_language=_by_language(judged, _strict_tally),
        strict_by_type={
            name: score([_type_tally(j, name, strict=True) for j in judged]) for name in types
        },
        relevance_by_language=relevance,
    )


def _by_language(judged: Sequence[Judged], tally: Callable[[Judged], Tally]) -> dict[str, Score]:
    languages = sorted({j.language for j in judged})
    return {name: score([tally(j) for j in judged if j.language == name]) for name in languages}


def _tally(judged: Judged) -> Tally:
    return Tally(len(judged.pairs), len(judged.predicted), len(judged.gold))


def _strict_tally(judged: Judged) -> Tally:
    right = sum(is_strictly_right(a, b) for a, b in judged.pairs)
    return Tally(right, len(judged.predicted), len(judged.gold))


def _type_tally(judged: Judged, name: str, *, strict: bool = False) -> Tally:
    right = [(a, b) for a, b in judged.pairs if a["type"] == name]
    return Tally(
        sum(is_strictly_right(a, b) for a, b in right) if strict else len(right),
        sum(e["type"] == name for e in judged.predicted),
        sum(e["type"] == name for e in judged.gold),
    )


def _slots(pairs: Sequence[Pair]) -> dict[str, SlotScore]:
    total = len(pairs)
    right = {slot: sum(slot_is_right(slot, a, b) for a, b in pairs) for slot in SLOTS}
    return {
        slot: SlotScore(count, total, count / total if total else 0.0)
        for slot, count in right.items()
    }


def _confusion(pairs: Sequence[Pair]) -> dict[str, int]:
    counts = Counter(f"{a.get('status')} -> {b.get('status')}" for a, b in pairs)
    return dict(sorted(counts.items()))


def _relevance(truth: Mapping[str, Record], guesses: Mapping[str, Record]) -> dict[str, Score]:
    """By language, and over all under the empty name; empty when gold says nothing."""
    tallies: dict[str, list[Tally]] = {}
    for doc_id, document in truth.items():
        if "relevant" not in document:
            continue
        wanted = bool(document["relevant"])
        given = bool(guesses.get(doc_id, {}).get("relevant"))
        tally = Tally(int(wanted and given), int(given), int(wanted))
        for name in ("", document.get("language") or "und"):
            tallies.setdefault(name, []).append(tally)
    return {name: score(found) for name, found in sorted(tallies.items())}


def f1(correct: float, predicted: float, gold: float) -> tuple[float, float, float]:
    """Precision, recall and F1. Nothing wanted and nothing given is perfect."""
    if not predicted and not gold:
        return 1.0, 1.0, 1.0
    precision = correct / predicted if predicted else 0.0
    recall = correct / gold if gold else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def score(tallies: Sequence[Tally]) -> Score:
    """One score over documents, with its interval."""
    table = np.array([(t.correct, t.predicted, t.gold) for t in tallies] or [(0, 0, 0)])
    correct, predicted, gold = (int(n) for n in table.sum(axis=0))
    precision, recall, both = f1(correct, predicted, gold)
    low, high = _interval(table)
    return Score(correct, predicted, gold, precision, recall, both, low, high)


def _interval(table: np.ndarray[Any, np.dtype[np.int64]]) -> tuple[float, float]:
    rng = np.random.default_rng(random.Random(_SEED).getrandbits(32))
    draws = rng.integers(0, len(table), size=(_RESAMPLES, len(table)))
    sums = table[draws].sum(axis=1)
    values = [f1(*row)[2] for row in sums.tolist()]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
