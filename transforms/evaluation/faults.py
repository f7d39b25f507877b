"""What went wrong, one by one: the list a coder is mended with, and errors by kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from transforms.evaluation.matching import (
    SLOTS,
    STRICT,
    Record,
    by_id,
    judge,
    pair_loosely,
    slot_is_right,
    slot_value,
    span,
)

FaultKind = Literal[
    "missed", "spurious", "type", "status", "mediators", "parties", "slot", "relevance"
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One difference from gold.

    Attributes:
        kind: ``missed`` and ``spurious`` events; ``type``: another type on the same evidence;
            ``status``, ``mediators``, ``parties``: a strict slot wrong; ``slot``: any other;
            ``relevance``: of a document.
        wanted, given: what gold says and what the coder says, readable; "" for nothing.
        quote: the passage.
    """

    kind: FaultKind
    doc_id: str
    language: str
    wanted: str
    given: str
    quote: str

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def faults(gold: Iterable[Record], predicted: Iterable[Record]) -> Iterator[Fault]:
    """Every difference, in the order of the documents.

    Raises:
        ValueError: a gold document has no id, or an id occurs twice.
    """
    guesses = by_id(list(predicted), keep_last=True)
    for doc_id, document in by_id(list(gold)).items():
        guess = guesses.get(doc_id, {"events": []})
        language = document.get("language") or "und"
        if "relevant" in document and bool(document["relevant"]) != bool(guess.get("relevant")):
            given = str(bool(guess.get("relevant")))
            start = document.get("title") or document["text"][:120]
            yield Fault("relevance", doc_id, language, str(document["relevant"]), given, start)
        yield from _of_events(document, guess)


def _of_events(document: Record, guess: Record) -> Iterator[Fault]:
    judged = judge(document, guess)
    about = (judged.doc_id, judged.language)
    for wanted, given in judged.pairs:
        for slot in SLOTS:
            if not slot_is_right(slot, wanted, given):
                kind: Any = slot if slot in STRICT else "slot"
                told, said = (f"{slot}={_shown(slot, event)}" for event in (wanted, given))
                yield Fault(kind, *about, told, said, _quote(document, wanted))
    missed = [e for e in judged.gold if all(e is not a for a, _ in judged.pairs)]
    spurious = [e for e in judged.predicted if all(e is not b for _, b in judged.pairs)]
    for wanted, given in pair_loosely(missed, spurious):
        missed = [e for e in missed if e is not wanted]
        spurious = [e for e in spurious if e is not given]
        yield Fault("type", *about, _line(wanted), _line(given), _quote(document, wanted))
    for wanted in missed:
        yield Fault("missed", *about, _line(wanted), "", _quote(document, wanted))
    for given in spurious:
        yield Fault("spurious", *about, "", _line(given), _quote(document, given))


def _line(event: Record) -> str:
    mediators = ", ".join(sorted(slot_value("mediators", event))) or "-"
    parties = ", ".join(sorted(slot_value("parties", event)))
    return f"{event['type']} {event.get('status')} by {mediators} between {parties}"


def _shown(slot: str, event: Record) -> str:
    if slot == "date":
        date = event.get("date") or {}
        return f"{date.get('start')}..{date.get('end')} {date.get('precision')}"
    value = slot_value(slot, event)
    return str(sorted(value, key=str)) if isinstance(value, set) else str(value)


def _quote(document: Record, event: Record) -> str:
    return " […] ".join(
        document["text"][slice(*span(evidence))] for evidence in event.get("evidence", ())
    )
