"""How good the coder is: precision, recall and F1 against a gold file, with intervals.

Gold and predictions are documents ``{"id", "language", "events": […]}`` whose events have
the contract's shape (`docs/gold_format.md`). Within a document events are matched one to
one: the type must agree and the evidence must overlap; among the admissible pairings the one
with most matches, then most slots right, is taken. Slots are scored on matched pairs, as one
value each: wrong in any part is wrong.

Intervals are percentile bootstraps over documents (Efron & Tibshirani 1993), seeded.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

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
_MEDIATING: Final = {"mediator", "good_offices", "intermediary"}
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

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Tally:
    """One document's counts, for one kind of score."""

    correct: int
    predicted: int
    gold: int


@dataclass(frozen=True, slots=True)
class _Judged:
    language: str
    gold: tuple[dict[str, Any], ...]
    predicted: tuple[dict[str, Any], ...]
    pairs: tuple[tuple[dict[str, Any], dict[str, Any]], ...]


def evaluate(gold: Iterable[dict[str, Any]], predicted: Iterable[dict[str, Any]]) -> Report:
    """Compare predictions with gold, document by document.

    Args:
        gold: documents with ``id`` and ``events``; ``language`` and ``relevant`` optional.
        predicted: documents with the same ids; one that is missing counts as no events.

    Raises:
        ValueError: a gold document has no id, or an id occurs twice.
    """
    truth = _by_id(gold)
    guesses = _by_id(predicted, keep_last=True)
    judged = [
        _judge(document, guesses.get(doc_id, {"events": []})) for doc_id, document in truth.items()
    ]
    languages = sorted({j.language for j in judged})
    types = sorted({e["type"] for j in judged for e in (*j.gold, *j.predicted)})
    pairs = [pair for j in judged for pair in j.pairs]
    return Report(
        documents=len(judged),
        overall=_score([_tally(j) for j in judged]),
        strict=_score([_strict_tally(j) for j in judged]),
        by_language={
            language: _score([_tally(j) for j in judged if j.language == language])
            for language in languages
        },
        by_type={name: _score([_type_tally(j, name) for j in judged]) for name in types},
        slots=_slots(pairs),
        confusion=_confusion(pairs),
        relevance=_relevance(truth, guesses),
    )


def _by_id(
    documents: Iterable[dict[str, Any]], *, keep_last: bool = False
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for number, document in enumerate(documents, 1):
        doc_id = document.get("id")
        if doc_id is None:
            raise ValueError(f"document no. {number} has no id; give every document one")
        if doc_id in found and not keep_last:
            raise ValueError(f'document id "{doc_id}" occurs twice; ids must be unique')
        found[str(doc_id)] = document
    return found


# ---- matching ----------------------------------------------------------------------------
def _judge(gold: dict[str, Any], predicted: dict[str, Any]) -> _Judged:
    wanted = tuple(e for e in gold.get("events", ()) if e.get("type"))
    given = tuple(predicted.get("events", ()))
    language = gold.get("language") or predicted.get("language") or "und"
    return _Judged(language, wanted, given, _pairs(wanted, given))


def _pairs(
    gold: Sequence[dict[str, Any]], predicted: Sequence[dict[str, Any]]
) -> tuple[tuple[dict[str, Any], dict[str, Any]], ...]:
    if not gold or not predicted:
        return ()
    worth = np.zeros((len(gold), len(predicted)))
    for i, wanted in enumerate(gold):
        for j, given in enumerate(predicted):
            if wanted["type"] == given["type"] and _evidence_overlaps(wanted, given):
                worth[i, j] = 100 + sum(slot_is_right(slot, wanted, given) for slot in SLOTS)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return tuple(
        (gold[i], predicted[j]) for i, j in zip(rows, columns, strict=True) if worth[i, j] > 0
    )


def _evidence_overlaps(gold: dict[str, Any], predicted: dict[str, Any]) -> bool:
    return any(
        a["start"] < b["end"] and b["start"] < a["end"]
        for a in gold.get("evidence", ())
        for b in predicted.get("evidence", ())
    )


# ---- slots -------------------------------------------------------------------------------
def slot_is_right(slot: str, gold: dict[str, Any], predicted: dict[str, Any]) -> bool:
    """Whether a matched pair agrees in a slot. A slot the gold event leaves out is right."""
    if slot not in {"mediators", "roles", "persons"} and slot not in gold:
        return True
    if slot == "date":
        return dates_match(gold["date"] or {}, predicted.get("date") or {})
    return bool(_value(slot, gold) == _value(slot, predicted))


def dates_match(gold: dict[str, Any], predicted: dict[str, Any]) -> bool:
    """The precision is equal and the intervals overlap (an open end is its start)."""
    if (gold.get("precision") or "unknown") != (predicted.get("precision") or "unknown"):
        return False
    a, b = gold.get("start"), predicted.get("start")
    if a is None or b is None:
        return a is None and b is None
    return bool(a <= (predicted.get("end") or b) and b <= (gold.get("end") or a))


def _value(slot: str, event: dict[str, Any]) -> Any:
    thirds = event.get("third_parties") or []
    if slot == "third_parties":
        return {t["id"] for t in thirds}
    if slot == "mediators":
        return {t["id"] for t in thirds if _MEDIATING & set(t.get("roles") or ())}
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


def _slots(pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, SlotScore]:
    total = len(pairs)
    right = {slot: sum(slot_is_right(slot, a, b) for a, b in pairs) for slot in SLOTS}
    return {
        slot: SlotScore(count, total, count / total if total else 0.0)
        for slot, count in right.items()
    }


def _confusion(pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, int]:
    counts = Counter(f"{a.get('status')} -> {b.get('status')}" for a, b in pairs)
    return dict(sorted(counts.items()))


# ---- scores ------------------------------------------------------------------------------
def _tally(judged: _Judged) -> _Tally:
    return _Tally(len(judged.pairs), len(judged.predicted), len(judged.gold))


def _strict_tally(judged: _Judged) -> _Tally:
    right = sum(all(slot_is_right(slot, a, b) for slot in STRICT) for a, b in judged.pairs)
    return _Tally(right, len(judged.predicted), len(judged.gold))


def _type_tally(judged: _Judged, name: str) -> _Tally:
    return _Tally(
        sum(a["type"] == name for a, _ in judged.pairs),
        sum(e["type"] == name for e in judged.predicted),
        sum(e["type"] == name for e in judged.gold),
    )


def _f1(correct: float, predicted: float, gold: float) -> tuple[float, float, float]:
    """Nothing wanted and nothing given is perfect."""
    if not predicted and not gold:
        return 1.0, 1.0, 1.0
    precision = correct / predicted if predicted else 0.0
    recall = correct / gold if gold else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def _score(tallies: Sequence[_Tally]) -> Score:
    table = np.array([(t.correct, t.predicted, t.gold) for t in tallies] or [(0, 0, 0)])
    correct, predicted, gold = (int(n) for n in table.sum(axis=0))
    precision, recall, f1 = _f1(correct, predicted, gold)
    low, high = _interval(table)
    return Score(correct, predicted, gold, precision, recall, f1, low, high)


def _interval(table: np.ndarray[Any, np.dtype[np.int64]]) -> tuple[float, float]:
    rng = np.random.default_rng(random.Random(_SEED).getrandbits(32))
    draws = rng.integers(0, len(table), size=(_RESAMPLES, len(table)))
    sums = table[draws].sum(axis=1)
    values = [_f1(*row)[2] for row in sums.tolist()]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _relevance(
    gold: Mapping[str, dict[str, Any]], predicted: Mapping[str, dict[str, Any]]
) -> Score | None:
    said = {doc_id: doc["relevant"] for doc_id, doc in gold.items() if "relevant" in doc}
    if not said:
        return None
    tallies = []
    for doc_id, wanted in said.items():
        given = bool(predicted.get(doc_id, {}).get("relevant"))
        tallies.append(_Tally(int(wanted and given), int(given), int(bool(wanted))))
    return _score(tallies)


# ---- for people --------------------------------------------------------------------------
def format_report(report: Report) -> str:
    """The report as plain text tables."""
    lines = [f"{report.documents} documents", "", _HEAD]
    rows: dict[str, Score] = {"all (type)": report.overall, "all (strict)": report.strict}
    rows |= {f"language {name}": score for name, score in report.by_language.items()}
    rows |= {f"type {name}": score for name, score in report.by_type.items()}
    if report.relevance is not None:
        rows["relevance"] = report.relevance
    lines += [_row(name, score) for name, score in rows.items()]
    lines += ["", "slot on matched pairs        right  of    share"]
    lines += [
        f"{name:28s} {s.correct:5d}  {s.total:4d}  {s.accuracy:.3f}"
        for name, s in report.slots.items()
    ]
    wrong = {k: n for k, n in report.confusion.items() if k.split(" -> ")[0] != k.split(" -> ")[1]}
    lines += ["", "status confused (gold -> predicted)"]
    lines += [f"{pair:40s} {count:4d}" for pair, count in wrong.items()] or ["none"]
    return "\n".join(lines)


_HEAD: Final = f"{'':28s} {'P':>6s} {'R':>6s} {'F1':>6s}  {'95 % of F1':>13s}  right/given/gold"


def _row(name: str, s: Score) -> str:
    interval = f"{s.low:.3f}–{s.high:.3f}"
    counts = f"{s.correct}/{s.predicted}/{s.gold}"
    return f"{name:28s} {s.precision:6.3f} {s.recall:6.3f} {s.f1:6.3f}  {interval:>13s}  {counts}"
