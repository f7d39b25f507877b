"""May two tellings be of one deed? Slot by slot, with the reasons in words.

A comparison names the slots that agree and those that conflict. One conflict is enough to
keep two tellings apart; the one exception is a date that a postponement explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from transforms.identity.documents import documents_agree
from transforms.identity.ladders import (
    DOCUMENT_RUNGS,
    GENERIC,
    LEVELLED,
    RESPONSES,
    is_pending,
    types_agree,
)
from transforms.identity.places import is_nested
from transforms.identity.signature import (
    NARROW_DAYS,
    POSTPONED_REACH_DAYS,
    REACH_DAYS,
    RESPONSE_REACH_DAYS,
    STANDING,
    STANDING_REACH_DAYS,
    Signature,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MISREPORT_DAYS: Final = 1
"""Two outlets may differ by a day about one meeting at one place."""
ANSWERED: Final = RESPONSES | {"denied"}
"""What is said of a speech act later, and elsewhere: its own place says nothing."""
_OF_A_BODY: Final = frozenset({"mission", "peacekeeping_deployment", "peacekeeping_withdrawal"})
INFERRED_DAYS: Final = 3
"""How far a window set from the publication alone may miss the day."""

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
        findings: the slots compared, in a fixed order.
        conflicts: the names of the slots in conflict.
    """

    is_related: bool
    score: int
    gap_days: int
    findings: tuple[Finding, ...] = ()
    conflicts: frozenset[str] = frozenset()

    def words(self, *, agreeing: bool) -> str:
        """The slots that agree, or those that conflict, with their values."""
        return "; ".join(_in_words(f) for f in self.findings if f[1] is agreeing)


Finding = tuple[str, bool, tuple[object, ...]]
"""Slot, whether it agrees, its value or both values. Put in words only where it is logged."""

UNRELATED: Final = Verdict(False, score=0, gap_days=0, conflicts=frozenset({"type"}))


def may_relate(one: Signature, other: Signature) -> bool:
    """False where type or date alone show that `compare` will not relate the two."""
    if not types_agree(one.type, other.type):
        return False
    gap = gap_days(one, other)
    return gap is None or gap <= max(one.reach_days, other.reach_days)


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
        *_third_parties(one, other, within),
        *_movers(one, other, within),
        *_documents(one, other),
    ]
    findings += _status(one, other, {slot for slot, agrees, _ in findings if agrees})
    identified = any(agrees and slot != "country" for slot, agrees, _ in findings)
    identified = identified or _is_put_off(one, other)
    gap = gap_days(one, other)
    if gap is None:
        # No window at all: only a shared story can tie the two, which the caller knows.
        return _verdict(findings, gap=0, is_related=False, bonus=0)
    is_loose = one.is_inferred or other.is_inferred
    agreed = {slot for slot, agrees, _ in findings if agrees}
    is_one_paper = one.group == "instrument" and bool(agreed & {"document", "place"})
    allowed = _allowed_gap(one, other, is_one_paper=is_one_paper)
    if gap and (gap > allowed or not (identified or is_loose)):
        findings.append(("date", False, (_days(one), _days(other))))
    elif not gap:
        findings.append(("date", True, (_days(one),)))
    # Commissions meet on days when others talk too: a day alone does not tie them to talks.
    is_placed = _is_placed(one, other) and (
        one.type == other.type or "commission" not in {one.type, other.type}
    )
    bonus = 2 * (one.type == other.type) + (is_placed and not gap)
    return _verdict(
        findings, gap=gap, is_related=identified or (is_placed and not gap), bonus=bonus
    )


def _verdict(findings: list[Finding], *, gap: int, is_related: bool, bonus: int) -> Verdict:
    conflicts = frozenset(slot for slot, agrees, _ in findings if not agrees)
    return Verdict(
        is_related=is_related and not conflicts,
        score=bonus + sum(_WEIGHTS.get(slot, 0) for slot, agrees, _ in findings if agrees),
        gap_days=gap,
        findings=tuple(findings),
        conflicts=conflicts,
    )


def gap_days(one: Signature, other: Signature) -> int | None:
    """Days between two windows, 0 where they overlap, None where one has no window."""
    if one.first_day is None or other.first_day is None:
        return None
    if one.last_day is None or other.last_day is None:
        return None
    return max(0, one.first_day - other.last_day, other.first_day - one.last_day)


def _allowed_gap(one: Signature, other: Signature, *, is_one_paper: bool) -> int:
    if is_one_paper and is_movable(one, other):
        return POSTPONED_REACH_DAYS
    if max(one.span_days, other.span_days) > NARROW_DAYS and (
        one.is_satellite or other.is_satellite
    ):
        return 0  # a vague window is generous already
    statuses = {one.status, other.status}
    if one.group == "speech":
        if statuses & RESPONSES:
            return RESPONSE_REACH_DAYS
        return STANDING_REACH_DAYS if one.type in STANDING else REACH_DAYS
    if not is_movable(one, other):
        return INFERRED_DAYS if one.is_inferred or other.is_inferred else MISREPORT_DAYS
    return POSTPONED_REACH_DAYS if "postponed" in statuses else REACH_DAYS


def is_movable(one: Signature, other: Signature) -> bool:
    """True where the one dated earlier had not happened: it may have become the later one."""
    earlier = min(one, other, key=lambda sig: sig.first_day or 0)
    return is_pending(earlier.group, earlier.status)


def _is_placed(one: Signature, other: Signature) -> bool:
    """True where the dates alone are sharp enough to tie the two."""
    if one.group == "speech" and not (one.initiators or other.initiators):
        return False
    if one.is_loose_plan or other.is_loose_plan:
        return _may_fulfil(one, other)
    return one.span_days <= NARROW_DAYS and other.span_days <= NARROW_DAYS


def _may_fulfil(one: Signature, other: Signature) -> bool:
    """Whether a meeting planned for a month is told again, or came about, as the other."""
    if one.is_loose_plan and other.is_loose_plan:
        return True
    sharp = other if one.is_loose_plan else one
    is_of_it = sharp.is_ahead or sharp.status in {"held", "under_way"}
    is_known = one.type == other.type != GENERIC and sharp.span_days <= NARROW_DAYS
    return is_known and is_of_it and not sharp.is_retrospective


def _venues(one: Signature, other: Signature, within: Mapping[str, str]) -> Iterator[Finding]:
    if one.place and other.place:
        if one.type == other.type == "commission" and _on_one_day(one, other):
            return  # a border has two sides, and outlets name either
        agrees = _is_one_sitting(one, other, within) or is_nested(one.place, other.place, within)
        yield ("place", agrees, (one.place, other.place))
    elif one.country and other.country:
        yield ("country", one.country == other.country, (one.country, other.country))


def _parties(one: Signature, other: Signature) -> Iterator[Finding]:
    if one.parties != other.parties and one.parties and other.parties:
        mine, theirs = set(one.parties), set(other.parties)
        # Who is bound by a text, or met by a mediator, is what tells two of them apart.
        is_strict = one.group == "instrument" or one.type == "party_meeting"
        if is_strict or not (mine <= theirs or theirs <= mine):
            yield ("parties", False, (one.parties, other.parties))
    if not one.persons or not other.persons:
        return
    acting, acting_too = dict(one.persons), dict(other.persons)
    shared = sorted(set(acting) & set(acting_too))
    # Who signed tells texts apart only where the texts themselves are not known to be one.
    is_one_text = documents_agree(one.document, other.document) or (
        one.place is not None and one.place == other.place and _on_one_day(one, other)
    )
    named = tuple(acting[party] for party in shared), tuple(acting_too[p] for p in shared)
    if shared and named[0] == named[1]:
        yield ("persons", True, named)
    elif shared and (
        (one.group == "instrument" and not is_one_text)
        or one.type == other.type == "officials_talks"
    ):
        yield ("persons", False, named)


def _third_parties(
    one: Signature, other: Signature, within: Mapping[str, str]
) -> Iterator[Finding]:
    if not one.third_parties or not other.third_parties:
        return
    shared = set(one.third_parties) & set(other.third_parties)
    if shared:
        yield ("third parties", True, (tuple(sorted(shared)),))
        return
    if one.group == "speech" and not _speech_clash(one, other):
        return  # one tells whom it was said to, the other who was there
    if one.type in _OF_A_BODY and _on_one_day(one, other):
        return  # one tells the mission, the other who sent it
    if _is_one_sitting(one, other, within):
        return  # the same people cannot sit down twice in one city on one day
    clash = (one.mediators and other.mediators) or (one.hosts and other.hosts)
    if clash or not one.place or one.place != other.place:
        # Disjoint, and not merely one outlet naming the host and another the mediator.
        yield ("third parties", False, (one.third_parties, other.third_parties))


def _is_put_off(one: Signature, other: Signature) -> bool:
    """True for talks of one level of which one telling says that they were put off, in the
    same country; or that are planned, a day apart from what the other tells.
    """
    if not (_is_one_table(one, other) and is_movable(one, other)):
        return False
    is_there = one.country is not None and one.country == other.country
    gap = gap_days(one, other)
    is_next_day = gap is not None and gap <= MISREPORT_DAYS
    return is_next_day or ("postponed" in {one.status, other.status} and is_there)


def _is_one_table(one: Signature, other: Signature) -> bool:
    """True for talks of one level between the same parties."""
    return one.type == other.type and one.type in LEVELLED and one.parties == other.parties


def _is_one_sitting(one: Signature, other: Signature, within: Mapping[str, str]) -> bool:
    """True for talks of one level, of the same parties, in one city on the same days: who
    brought them together, and in what building, is a detail that outlets tell differently.
    """
    if one.place is None or other.place is None or not _is_one_table(one, other):
        return False
    is_there = is_nested(one.place, other.place, within)
    is_near = one.place in within and within[one.place] == within.get(other.place)
    return (is_there or is_near) and _on_one_day(one, other)


def _on_one_day(one: Signature, other: Signature) -> bool:
    """True where both are dated to the day, and to the same."""
    return one.span_days <= NARROW_DAYS >= other.span_days and gap_days(one, other) == 0


def _speech_clash(one: Signature, other: Signature) -> bool:
    """True where both name addressees, or both name others, none of them shared."""
    present = [set(sig.third_parties) - set(sig.addressees) for sig in (one, other)]
    return bool((one.addressees and other.addressees) or (present[0] and present[1]))


def _movers(one: Signature, other: Signature, within: Mapping[str, str]) -> Iterator[Finding]:
    if one.made_at and other.made_at and one.group == "speech":
        agrees = is_nested(one.made_at, other.made_at, within)
        is_answered = bool({one.status, other.status} & ANSWERED)
        if one.made_at == other.made_at or not (agrees or is_answered):
            yield ("made at", agrees, (one.made_at, other.made_at))
    if one.initiators and other.initiators and one.group in {"speech", "deed"}:
        shared = set(one.initiators) & set(other.initiators)
        yield ("initiators", bool(shared), (one.initiators, other.initiators))


def _documents(one: Signature, other: Signature) -> Iterator[Finding]:
    agrees = documents_agree(one.document, other.document)
    if agrees is None:
        return
    if agrees:
        yield ("document", True, (one.document, other.document))
    elif one.group == "instrument" or one.type == "proposal":
        yield ("document", False, (one.document, other.document))


def _status(one: Signature, other: Signature, agreed: set[str]) -> list[Finding]:
    """Initialled and signed are one text climbing only where the text is known to be one."""
    if one.group != "instrument" or {one.status, other.status} != DOCUMENT_RUNGS:
        return []
    if agreed & {"document", "persons"}:
        return []
    return [("status of an unnamed document", False, (one.status, other.status))]


def _days(sig: Signature) -> tuple[int, int]:
    return sig.first_day or 1, sig.last_day or 1


def _in_words(finding: Finding) -> str:
    slot, _, values = finding
    told = list(dict.fromkeys(_value_in_words(value) for value in values))
    return f"{slot} {' / '.join(told)}"


def _value_in_words(value: object) -> str:
    if not isinstance(value, tuple):
        return str(value)
    if not all(isinstance(part, int) for part in value):
        return ", ".join(str(part) for part in value)
    first, last = (date.fromordinal(min(max(day, 1), date.max.toordinal())) for day in value)
    return first.isoformat() if first == last else f"{first}..{last}"


def type_words(one: Signature, other: Signature) -> str:
    """The types in words, for the log."""
    if one.type == other.type:
        return f"type {one.type}"
    return f"type {GENERIC} covers {one.type if other.type == GENERIC else other.type}"
