"""When an alert may be told: at once, or when enough independent voices confirm it.

Two sides of a conflict do not confirm each other readily, and one can stay silent for ever:
what waits for confirmation therefore has a waiting time as its other way out, unless whoever
subscribes says otherwise. Pure: what was told when goes in, a moment comes out, so that the
preview of the past and the sending of today decide alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from warehouse.records import EventFacts, Telling

DEFAULT_WAIT: Final = timedelta(hours=24)
"""How long confirmation is waited for where a subscription does not say."""
HOLD_LIMIT: Final = timedelta(days=30)
"""After this, what never was sure enough is not told any more."""
TAKES_BACK: Final = frozenset({"retraction", "correction", "contradiction"})
"""Causes that wait for nobody: they say that something told before does not hold as it was."""
_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Trust:
    """What an event must have before it is told.

    Attributes:
        origins: independent origins that tell it.
        both_sides: whether outlets working from every party's state must be among them.
        confidence: of the coding, 0 to 1.
        after: the waiting time after which it is told all the same; None waits.
    """

    origins: int = 1
    both_sides: bool = False
    confidence: float = 0.0
    after: timedelta | None = None

    @property
    def is_at_once(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.origins <= 1 and not self.both_sides and self.confidence <= 0.0

    def met_at(
        self,
        payload: Mapping[str, Any],
        created_at: datetime,
        facts: EventFacts,
        sides: Collection[str],
    ) -> datetime | None:
        """The moment from which an alert may be told, None while it is not known to come.

        Args:
            payload: the alert's. Of a status that changed only those count who tell the new one.
            created_at: when the alert was caused, UTC.
            facts: who told its event, and when; what lies beyond ``now`` must not be in it.
            sides: ISO 3166-1 alpha-3 of the parties' states.
        """
        if self.is_at_once or payload.get("cause") in TAKES_BACK:
            return created_at
        moments = [self._confirmed_at(_counted(payload, facts.tellings), sides)]
        if self.confidence > float(payload.get("confidence") or 0.0):
            moments.append(_confident_at(facts, self.confidence))
        met = None if None in moments else max(m for m in (created_at, *moments) if m)
        limit = created_at + self.after if self.after is not None else None
        return min((m for m in (met, limit) if m is not None), default=None)

    def missing(
        self, payload: Mapping[str, Any], facts: EventFacts, sides: Collection[str]
    ) -> str | None:
        """What an alert still lacks, in words; None when nothing."""
        told = _counted(payload, facts.tellings)
        origins = {t.origin for t in told}
        lacks = []
        if len(origins) < self.origins:
            lacks.append(f"{len(origins)} of {self.origins} independent origins tell it")
        silent = sorted(set(sides) - {t.country for t in told}) if self.both_sides else []
        if silent:
            lacks.append(f"no outlet of {', '.join(silent)} tells it")
        confidence = max(
            [float(payload.get("confidence") or 0.0), *(c for _, c in facts.confidence[-1:])]
        )
        if confidence < self.confidence:
            lacks.append(f"confidence {confidence:.2f} is below {self.confidence:.2f}")
        return "; ".join(lacks) or None

    def _confirmed_at(self, told: Sequence[Telling], sides: Collection[str]) -> datetime | None:
        origins: set[str] = set()
        silent = set(sides) if self.both_sides else set()
        if self.origins <= 1 and not silent:
            return _ALWAYS
        for telling in sorted(told, key=lambda t: t.seen_at):
            origins.add(telling.origin)
            silent.discard(telling.country or "")
            if len(origins) >= self.origins and not silent:
                return telling.seen_at
        return None


def _counted(payload: Mapping[str, Any], tellings: Sequence[Telling]) -> list[Telling]:
    """The tellings that bear an alert out: of a changed status those that tell the new one."""
    if payload.get("cause") != "status":
        return list(tellings)
    return [t for t in tellings if t.status == payload.get("status")]


def _confident_at(facts: EventFacts, wanted: float) -> datetime | None:
    return next((moment for moment, value in facts.confidence if value >= wanted), None)
