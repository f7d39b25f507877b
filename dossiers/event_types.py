"""The types of events, by group: what tracks may name and what the coder may emit.

The most upstream room is their home, since a track's rule names them; the other closed word
lists of an event are in `transforms.vocabulary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Group = Literal["speech", "meeting", "instrument", "deed"]

EVENT_TYPES: Final[Mapping[Group, tuple[str, ...]]] = {
    "speech": (
        "offer",
        "request",
        "accept",
        "reject",
        "invitation",
        "proposal",
        "appeal",
        "demand",
        "statement",
    ),
    "meeting": (
        "leaders_talks",
        "ministers_talks",
        "officials_talks",
        "parliament_talks",
        "dialogue",
        "talks",
        "commission",
        "call",
        "party_meeting",
    ),
    "instrument": ("ceasefire", "agreement"),
    "deed": (
        "detainee_release",
        "implementation",
        "peacekeeping_deployment",
        "peacekeeping_withdrawal",
        "mission",
        "legal_step",
        "violation",
        "format_change",
    ),
}
"""Event types by group."""
