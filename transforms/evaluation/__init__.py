"""How good the coder is: precision, recall and F1 against a gold file, with intervals.

Gold and predictions are documents ``{"id", "language", "events": […]}`` whose events have the
contract's shape (`docs/gold_format.md`). `evaluate` scores mentions document by document;
`evaluate_alerts` scores what was alerted over the whole stream of documents.
"""

from __future__ import annotations

from transforms.evaluation.alerting import Alerted, AlertReport, evaluate_alerts
from transforms.evaluation.faults import Fault, faults
from transforms.evaluation.matching import dates_match, slot_is_right
from transforms.evaluation.scores import Report, Score, SlotScore, evaluate

__all__ = [
    "AlertReport",
    "Alerted",
    "Fault",
    "Report",
    "Score",
    "SlotScore",
    "dates_match",
    "evaluate",
    "evaluate_alerts",
    "faults",
    "slot_is_right",
]
