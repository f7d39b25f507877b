"""Named points at which a crash-safety test kills the process.

``ARAXES_CRASH_AT=NAME`` or ``NAME:N`` (the N-th time the point is reached) ends the process
by SIGKILL there: no handler, no clean-up, as a power cut would. Unset, a point costs one
comparison.
"""

from __future__ import annotations

import os
import signal

POINTS = (
    "after_warc_append",
    "mid_extraction",
    "in_transaction",
    "before_send",
    "after_send",
    "mid_publish",
)

_wanted, _, _count = os.environ.get("ARAXES_CRASH_AT", "").partition(":")
_remaining = int(_count or 1)


def reach(name: str) -> None:
    """Die here when the environment says so."""
    global _remaining
    if name != _wanted:
        return
    _remaining -= 1
    if _remaining == 0:
        os.kill(os.getpid(), signal.SIGKILL)
