"""May two tellings be of one deed? Slot by slot, with the reasons in words.

A comparison names the slots that agree and those that conflict. One conflict is enough to
keep two tellings apart; the one exception is a date that a postponement explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from transforms.identity.signature import (
    NARROW_DAYS,
    POSTPONED_REACH_DAYS,
    REACH_DAYS,
    RESPONSE_REACH_DAYS,
    Signature,
)
from transforms.identity.vocabulary import (
    DOCUMENT_RUNGS,
    GENERIC,
    RESPONSES,
    is_pending,
    types_agree,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MISREPORT_DAYS: Final = 1
"""Two outlets may differ by a day about one meeting at one place."""

_WEIGHTS: Final = {
    "place": 3,
    "document": 3,
    "third parties": 2,
    "initiators": 2,
    "persons": 2,
    "made at": 1,
    "country": 1,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a comparison.

    Attributes:
        is_related: the two may be of one event.
        score: how much speaks for it; compared between candidates only.
        gap_days: days between the two windows, 0 where they overlap.
        agreements, conflicts: slots, each with its values, in words.
        conflict_slots: the names of the slots in conflict.
    """

    is_related: bool
    score: int
    gap_days: int
    agreements: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    conflict_slots: frozenset[str] = frozenset()


_Finding = tuple[str, bool, str]
"""Slot, whether it agrees, the values in words."""

UNRELATED: Final = Verdict(is_related=False, score=0, gap_days=0)


def compare(one: Signature, other: Signature, within: Mapping[str, str]) -> Verdict:
    """Compares two signatures; symmetric but for the wording.

    Args:
        one: a signature.
        other: another.
        within: place id to the id of the larger place it lies in.
    """
    if one.group != other.group or not types_agree(one.type, other.type):
        return UNRELATED
    findings = [
        *_venues(one, other, within),
        *_parties(one, other),
        *_third_parties(one, other),
        *_movers(one, other),
        *_documents(one, other),
    ]
    findings += _status(one, other, {slot for slot, agrees, _ in findings if agrees})
    identified = any(agrees and slot != "country" for slot, agrees, _ in findings)
    gap = gap_days(one, other)
    if gap is None:
        # No window at all: only a shared story can tie the two, which the caller knows.
        return _verdict(findings, gap=0, is_related=False, bonus=0)
    if gap and (gap > _allowed_gap(one, other) or not identified):
        findings.append(("date", False, f"{_when(one)} / {_when(other)}"))
    elif not gap:
        findings.append(("date", True, _when(one)))
    bonus = 2 * (one.type == other.type) + (_is_placed(one, other) and not gap)
    return _verdict(findings, gap=gap, is_related=identified or _is_placed(one, other), bonus=bonus)


def _verdict(findings: list[_Finding], *, gap: int, is_related: bool, bonus: int) -> Verdict:
    agreements = [(slot, words) for slot, agrees, words in findings if agrees]
    conflicts = [(slot, words) for slot, agrees, words in findings if not agrees]
    return Verdict(
        is_related=is_related and not conflicts,
        score=bonus + sum(_WEIGHTS.get(slot, 0) for slot, _ in agreements),
        gap_days=gap,
        agreements=tuple(f"{slot} {words}" for slot, words in agreements),
        conflicts=tuple(f"{slot} {words}" for slot, words in conflicts),
        conflict_slots=frozenset(slot for slot, _ in conflicts),
    )


def gap_days(one: Signature, other: Signature) -> int | None:
    """Days between two windows, 0 where they overlap, None where one has no window."""
    if one.first_day is None or other.first_day is None:
        return None
    if one.last_day is None or other.last_day is None:
        return None
    return max(0, one.first_day - other.last_day, other.first_day - one.last_day)


def _allowed_gap(one: Signature, other: Signature) -> int:
    if max(one.span_days, other.span_days) > NARROW_DAYS and (
        one.is_satellite or other.is_satellite
    ):
        return 0  # a vague window is generous already
    statuses = {one.status, other.status}
    if one.group == "speech":
        return RESPONSE_REACH_DAYS if statuses & RESPONSES else REACH_DAYS
    if not is_movable(one, other):
        return MISREPORT_DAYS
    return POSTPONED_REACH_DAYS if "postponed" in statuses else REACH_DAYS


def is_movable(one: Signature, other: Signature) -> bool:
    """True where the one dated earlier had not happened: it may have become the later one."""
    earlier = min(one, other, key=lambda sig: sig.first_day or 0)
    return is_pending(earlier.group, earlier.status)


def _is_placed(one: Signature, other: Signature) -> bool:
    """True where the dates alone are sharp enough to tie the two."""
    if one.group == "speech" and not (one.initiators or other.initiators):
        return False
    return one.span_days <= NARROW_DAYS and other.span_days <= NARROW_DAYS


def _venues(one: Signature, other: Signature, within: Mapping[str, str]) -> Iterator[_Finding]:
    if one.place and other.place:
        agrees = is_within(one.place, other.place, within) or is_within(
            other.place, one.place, within
        )
        yield ("place", agrees, one.place if agrees else f"{one.place} / {other.place}")
    elif one.country and other.country:
        agrees = one.country == other.country
        yield ("country", agrees, one.country if agrees else f"{one.country} / {other.country}")


def is_within(inner: str, outer: str, within: Mapping[str, str]) -> bool:
    """True where ``inner`` is ``outer`` or lies in it, at most eight steps up."""
    for _ in range(8):
        if inner == outer:
            return True
        if inner not in within:
            return False
        inner = within[inner]
    return False


def _parties(one: Signature, other: Signature) -> Iterator[_Finding]:
    mine, theirs = set(one.parties), set(other.parties)
    if mine and theirs:
        # Who is bound by a text, or met by a mediator, is what tells two of them apart.
        is_strict = one.group == "instrument" or one.type == "party_meeting"
        if (is_strict and mine != theirs) or not (mine <= theirs or theirs <= mine):
            yield ("parties", False, f"{_list(one.parties)} / {_list(other.parties)}")
    acting, acting_too = dict(one.persons), dict(other.persons)
    shared = sorted(set(acting) & set(acting_too))
    if not shared:
        return
    differing = [party for party in shared if acting[party] != acting_too[party]]
    if not differing:
        yield ("persons", True, _list(acting[party] for party in shared))
    elif one.group == "instrument" or one.type == other.type == "officials_talks":
        words = (f"{acting[party]} / {acting_too[party]}" for party in differing)
        yield ("persons", False, _list(words))


def _third_parties(one: Signature, other: Signature) -> Iterator[_Finding]:
    mine, theirs = set(one.third_parties), set(other.third_parties)
    if not mine or not theirs:
        return
    if mine & theirs:
        yield ("third parties", True, _list(sorted(mine & theirs)))
        return
    clash = (one.mediators and other.mediators) or (one.hosts and other.hosts)
    if clash or not one.place or one.place != other.place:
        # Disjoint, and not merely one outlet naming the host and another the mediator.
        yield (
            "third parties",
            False,
            f"{_list(one.third_parties)} / {_list(other.third_parties)}",
        )


def _movers(one: Signature, other: Signature) -> Iterator[_Finding]:
    if one.made_at and other.made_at and one.group == "speech":
        agrees = one.made_at == other.made_at
        yield ("made at", agrees, one.made_at if agrees else f"{one.made_at} / {other.made_at}")
    mine, theirs = set(one.initiators), set(other.initiators)
    if mine and theirs and one.group in {"speech", "deed"}:
        agrees = bool(mine & theirs)
        words = _list(sorted(mine & theirs))
        if not agrees:
            words = f"{_list(one.initiators)} / {_list(other.initiators)}"
        yield ("initiators", agrees, words)


def _documents(one: Signature, other: Signature) -> Iterator[_Finding]:
    if not one.document or not other.document:
        return
    mine, theirs = set(one.document), set(other.document)
    agrees = mine <= theirs or theirs <= mine
    if agrees:
        yield ("document", True, " ".join(one.document))
    elif one.group == "instrument" or one.type == "proposal":
        yield ("document", False, f"{' '.join(one.document)} / {' '.join(other.document)}")


def _status(one: Signature, other: Signature, agreed: set[str]) -> list[_Finding]:
    """Initialled and signed are one text climbing only where the text is known to be one."""
    if one.group != "instrument" or {one.status, other.status} != DOCUMENT_RUNGS:
        return []
    if agreed & {"document", "persons"}:
        return []
    return [("status", False, f"{one.status} / {other.status}, document unknown")]


def _when(sig: Signature) -> str:
    if sig.first_day is None or sig.last_day is None:
        return "unknown"
    first, last = (
        date.fromordinal(min(max(day, 1), date.max.toordinal()))
        for day in (sig.first_day, sig.last_day)
    )
    return first.isoformat() if first == last else f"{first}..{last}"


def _list(values: Iterable[str]) -> str:
    return ", ".join(values)


def type_words(one: Signature, other: Signature) -> str:
    """The types in words, for the log."""
    if one.type == other.type:
        return f"type {one.type}"
    return f"type {GENERIC} covers {one.type if other.type == GENERIC else other.type}"
