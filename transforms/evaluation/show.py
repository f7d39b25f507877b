"""Reports for people: plain text tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from transforms.evaluation.alerting import AlertReport
from transforms.evaluation.faults import Fault
from transforms.evaluation.scores import Report, Score

_HEAD: Final = f"{'':28s} {'P':>6s} {'R':>6s} {'F1':>6s}  {'95 % of F1':>13s}  right/given/gold"


def format_report(report: Report) -> str:
    """All scores of mentions."""
    lines = [f"{report.documents} documents", "", _HEAD]
    rows: dict[str, Score] = {"all (type)": report.overall, "all (strict)": report.strict}
    rows |= {f"{name} (type)": score for name, score in report.by_language.items()}
    rows |= {f"{name} (strict)": score for name, score in report.strict_by_language.items()}
    rows |= {f"type {name}": score for name, score in report.by_type.items()}
    if report.relevance is not None:
        rows["relevance"] = report.relevance
        rows |= {f"relevance {n}": score for n, score in report.relevance_by_language.items()}
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


def format_alerts(report: AlertReport) -> str:
    """The score of alerts, and every alert that was wrong or is missing."""
    lines = ["", "alerts over the stream, by event", _HEAD, _row("alerts", report.score)]
    for title, names in (
        ("missed", report.missed),
        ("false", report.false),
        ("repeated", report.repeated),
    ):
        lines += [f"{title}: {len(names)}", *(f"  {name}" for name in names)]
    return "\n".join(lines)


def format_faults(found: Iterable[Fault]) -> str:
    """Every difference on its own lines, then how many there are of each kind."""
    lines, kinds = [], Counter[str]()
    for fault in found:
        kinds[fault.kind] += 1
        lines.append(f"{fault.doc_id} {fault.kind}")
        lines += [f"   wanted {fault.wanted}"] if fault.wanted else []
        lines += [f"   given  {fault.given}"] if fault.given else []
        lines.append(f"   {fault.quote}")
    return "\n".join([*lines, "", *(f"{kind:12s} {count}" for kind, count in kinds.most_common())])


def _row(name: str, s: Score) -> str:
    interval = f"{s.low:.3f}–{s.high:.3f}"
    counts = f"{s.correct}/{s.predicted}/{s.gold}"
    return f"{name:28s} {s.precision:6.3f} {s.recall:6.3f} {s.f1:6.3f}  {interval:>13s}  {counts}"
