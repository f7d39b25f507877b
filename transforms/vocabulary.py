"""The closed word lists of an event: types by group, statuses, roles, ranks, novelty.

One place for what `docs/events.md` explains, so that the coder, the warehouse, the
expectations and the alerts speak of the same things. *Who hosts is not who mediates.
Initialled is not signed. A speech act is made, not held.*
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dossiers.event_types import EVENT_TYPES, Group

TYPES: Final[Mapping[Group, tuple[str, ...]]] = EVENT_TYPES
"""Event types by group."""

STATUSES: Final[Mapping[Group, tuple[str, ...]]] = {
    "speech": ("claimed", "made", "accepted", "declined", "withdrawn", "denied"),
    "meeting": (
        "claimed",
        "planned",
        "postponed",
        "cancelled",
        "under_way",
        "held",
        "failed",
        "suspended",
        "denied",
    ),
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
        "denied",
    ),
    "deed": (
        "claimed",
        "agreed",
        "planned",
        "postponed",
        "cancelled",
        "under_way",
        "done",
        "extended",
        "suspended",
        "terminated",
        "denied",
    ),
}
"""Statuses a type of a group may have."""

ROLES: Final[tuple[str, ...]] = (
    "mediator",
    "host",
    "good_offices",
    "intermediary",
    "witness",
    "guarantor",
    "monitor",
    "peacekeeper",
    "addressee",
)
"""Roles of a third party, in the order they are written."""

MEDIATING_ROLES: Final[frozenset[str]] = frozenset({"mediator", "good_offices", "intermediary"})
"""A third party with one of these counts as a mediator of the event."""

RANKS: Final[tuple[str, ...]] = ("head", "minister", "envoy", "igo", "ngo")
NOVELTIES: Final[tuple[str, ...]] = (
    "new",
    "update",
    "confirmation",
    "contradiction",
    "correction",
    "retrospective",
    "undated",
)
BACKGROUND: Final[frozenset[str]] = frozenset({"retrospective", "undated"})
"""Novelties of what is told as background, or cannot be placed in time: never news."""
PRECISIONS: Final[tuple[str, ...]] = ("day", "week", "month", "year", "unknown")
BASES: Final[tuple[str, ...]] = ("text", "relative", "inferred", "external")

LEVELS: Final[Mapping[str, str]] = {
    "leaders": "leaders_talks",
    "ministers": "ministers_talks",
    "officials": "officials_talks",
    "parliament": "parliament_talks",
    "civil": "dialogue",
}
"""Who sits at the table -> the type of meeting."""

_NOT_ALERTED: Final[frozenset[str]] = frozenset(
    {"party_meeting", "dialogue", "appeal", "statement"}
)

ALERT_TYPES: Final[frozenset[str]] = frozenset(
    name for names in TYPES.values() for name in names if name not in _NOT_ALERTED
)
"""Types worth an alert by default: every meeting but one with a single party and but Track
II, every instrument and deed, and every speech act but appeals and statements."""

_GROUP_OF: Final[Mapping[str, Group]] = {
    name: group for group, names in TYPES.items() for name in names
}
ALL_TYPES: Final[tuple[str, ...]] = tuple(_GROUP_OF)


def group_of(event_type: str) -> Group:
    """The group of a type.

    Raises:
        ValueError: the type is not in the vocabulary.
    """
    try:
        return _GROUP_OF[event_type]
    except KeyError:
        raise ValueError(
            f'unknown event type "{event_type}"; use one of {", ".join(ALL_TYPES)}'
        ) from None


def allows(event_type: str, status: str) -> bool:
    """Whether an event of this type may have this status."""
    return status in STATUSES[group_of(event_type)]


def ordered_roles(roles: frozenset[str] | set[str]) -> tuple[str, ...]:
    """Roles in their canonical order.

    Raises:
        ValueError: a role is not in the vocabulary.
    """
    unknown = set(roles) - set(ROLES)
    if unknown:
        raise ValueError(f"unknown roles {sorted(unknown)}; use {', '.join(ROLES)}")
    return tuple(role for role in ROLES if role in roles)
