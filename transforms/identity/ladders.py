"""Status ladders: which statuses an event climbs, and which cannot both be true.

Types, groups and statuses are those of `transforms.vocabulary`. A ladder orders the statuses
an event climbs in the course of its life; cancelled and denied stand beside it.
"""

from __future__ import annotations

from typing import Final, Literal

from transforms.vocabulary import TYPES

StatusRelation = Literal["same", "climb", "stale", "contradiction"]

_GROUP_OF: Final[dict[str, str]] = {kind: group for group, kinds in TYPES.items() for kind in kinds}

GENERIC: Final = "talks"
LEVELLED: Final = frozenset(
    {"leaders_talks", "ministers_talks", "officials_talks", "parliament_talks", "commission"}
)
"""Meetings that an outlet may call talks without saying who sits at the table."""

LADDERS: Final[dict[str, tuple[str, ...]]] = {
    "speech": ("claimed", "made", "accepted", "declined", "withdrawn"),
    "meeting": ("claimed", "planned", "postponed", "under_way", "suspended", "held", "failed"),
    "instrument": (
        "claimed",
        "planned",
        "agreed",
        "initialled",
        "signed",
        "ratified",
        "in_force",
        "extended",
        "suspended",
        "terminated",
    ),
    "deed": (
        "claimed",
        "agreed",
        "planned",
        "postponed",
        "under_way",
        "done",
        "extended",
        "suspended",
        "terminated",
    ),
}
NOT_YET: Final[dict[str, frozenset[str]]] = {
    "speech": frozenset({"claimed"}),
    "meeting": frozenset({"claimed", "planned", "postponed"}),
    "instrument": frozenset({"claimed", "planned"}),
    "deed": frozenset({"claimed", "agreed", "planned", "postponed"}),
}
RESPONSES: Final = frozenset({"accepted", "declined", "withdrawn"})
DOCUMENT_RUNGS: Final = frozenset({"initialled", "signed"})


def group_of(kind: str) -> str:
    """The group of a type; a type this version does not know is a group of its own."""
    return _GROUP_OF.get(kind, kind)


def types_agree(one: str, other: str) -> bool:
    """Equal, or one is talks of a level (or a commission) and the other merely talks."""
    if one == other:
        return True
    return GENERIC in (one, other) and bool({one, other} & LEVELLED)


def is_pending(group: str, status: str) -> bool:
    """True while what the status speaks of lies ahead (or was called off before it began)."""
    return status == "cancelled" or status in NOT_YET.get(group, frozenset())


def _rung(group: str, status: str) -> int:
    ladder = LADDERS.get(group, ())
    return ladder.index(status) if status in ladder else 0


def status_relation(
    group: str, before: str, after: str, *, is_same_date: bool, is_rescheduled: bool
) -> StatusRelation:
    """How a status reported later relates to the one believed so far.

    Args:
        group: the type group whose ladder applies.
        before: the status believed.
        after: the status reported.
        is_same_date: both speak of overlapping dates (initialled and signed on one day
            about one document cannot both be right).
        is_rescheduled: the report names a later date than the one believed.
    """
    if before == after:
        return "same"
    if _excludes(group, before, after, is_same_date):
        return "contradiction"
    if after == "cancelled":
        return "climb"
    if before == "cancelled":
        return "climb" if is_rescheduled else "stale"
    if (before, after) == ("postponed", "planned"):
        return "climb" if is_rescheduled else "stale"
    return "climb" if _rung(group, after) > _rung(group, before) else "stale"


def _excludes(group: str, before: str, after: str, is_same_date: bool) -> bool:
    pair = {before, after}
    ahead = NOT_YET.get(group, frozenset())
    if "denied" in pair or pair == {"accepted", "declined"}:
        return True
    if pair == DOCUMENT_RUNGS:
        return is_same_date
    if after == "cancelled":
        return before not in ahead
    if before == "cancelled":
        return after not in ahead
    return after == "postponed" and before not in ahead
