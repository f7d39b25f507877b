"""What identity compares: a mention boiled down to its slots, and the keys it is filed under.

Mentions with equal signatures (copies of a wire text, mostly) are decided once, together, so
the work grows with the number of *different* tellings of an event, not with the copies.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from transforms.identity.documents import document_key
from transforms.identity.ladders import GENERIC, RESPONSES, group_of, is_pending
from transforms.vocabulary import MEDIATING_ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from transforms.records import EventMention, SituatedMention

NARROW_DAYS: Final = 3
"""A window up to this wide places an event by itself; a wider one needs other slots too."""
CORE_DAYS: Final = 31
RECALL_DAYS: Final = 365
"""How far back an undated recollection may point."""
AHEAD_DAYS: Final = 30
"""How far ahead an undated plan may lie."""
BEHIND_DAYS: Final = 7
"""How long before its publication an undated fresh report may have happened."""
LONGEST_DAYS: Final = 730
REACH_DAYS: Final = 3
POSTPONED_REACH_DAYS: Final = 30
RESPONSE_REACH_DAYS: Final = 14
STANDING_REACH_DAYS: Final = 5
"""How long an offer, a request or a demand stands: told again within it, it is the same."""
STANDING: Final = frozenset({"offer", "request", "demand"})

_LAST = datetime.max.replace(tzinfo=UTC)
_FIRST_DAY, _LAST_DAY = date.min.toordinal(), date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Signature:
    """The slots of a mention that decide its identity; tuples are sorted.

    Attributes:
        is_satellite: recalled or vaguely dated: it joins events, but never shapes them.
        is_inferred: the text gives no day; the window was set from the publication.
        first_day, last_day: proleptic ordinals of the window it may lie in, or None.
        persons: (party, person) pairs.
        addressees: the third parties that are only spoken to.
        document: kind and qualifying words of the document (`documents.document_key`).
        story: set only where there is no window at all.
    """

    group: str
    type: str
    status: str
    is_satellite: bool
    is_retrospective: bool
    is_inferred: bool
    first_day: int | None
    last_day: int | None
    parties: tuple[str, ...]
    persons: tuple[tuple[str, str], ...]
    third_parties: tuple[str, ...]
    mediators: tuple[str, ...]
    hosts: tuple[str, ...]
    addressees: tuple[str, ...]
    initiators: tuple[str, ...]
    place: str | None
    country: str | None
    made_at: str | None
    document: tuple[str, ...]
    story: str | None

    @property
    def span_days(self) -> int:
        """Width of the window in days beyond its first; a year where there is none."""
        if self.first_day is None or self.last_day is None:
            return RECALL_DAYS
        return self.last_day - self.first_day

    @property
    def reach_days(self) -> int:
        """How far beyond its own window it may find its kin."""
        if self.status == "postponed" or self.is_planned_paper:
            return POSTPONED_REACH_DAYS
        if self.group == "speech" and self.status in RESPONSES:
            return RESPONSE_REACH_DAYS
        return STANDING_REACH_DAYS if self.type in STANDING else REACH_DAYS

    @property
    def is_planned_paper(self) -> bool:
        """A paper still to be signed, known by name or place: the day may be moved."""
        is_known = bool(self.document or self.place)
        return is_known and self.group == "instrument" and self.is_ahead

    @property
    def is_ahead(self) -> bool:
        """Told as lying ahead (or called off), not recalled."""
        return is_pending(self.group, self.status) and not self.is_retrospective

    @property
    def is_loose_plan(self) -> bool:
        """A meeting planned for a week or a month: there is hardly a second one."""
        is_wide = NARROW_DAYS < self.span_days <= CORE_DAYS
        return self.group == "meeting" and self.first_day is not None and self.is_ahead and is_wide

    @property
    def is_vague(self) -> bool:
        """Too few slots to found an event while better told ones are at hand."""
        told = (self.place, self.third_parties, self.document, self.initiators)
        return self.status != "postponed" and (self.type != GENERIC) + sum(map(bool, told)) < 2


def mention_order(mention: SituatedMention) -> tuple[datetime, str, datetime, str]:
    """The order of telling: published (undated last), URL, its versions, mention id."""
    return (
        mention.published or _LAST,
        mention.url,
        mention.seen_at,
        mention.mention.mention_id,
    )


def interval(mention: EventMention) -> tuple[date, date] | None:
    """The event's dates as an ordered, closed interval, or None."""
    start, end = mention.date.start or mention.date.end, mention.date.end or mention.date.start
    if start is None or end is None:
        return None
    return (start, end) if start <= end else (end, start)


def signature(situated: SituatedMention) -> Signature:
    """The signature of a mention; independent of everything but the mention itself."""
    mention = situated.mention
    group = group_of(mention.type)
    window = _window(situated, group)
    thirds = mention.third_parties
    return Signature(
        group=group,
        type=mention.type,
        status=mention.status,
        is_satellite=_is_satellite(mention),
        is_retrospective=mention.novelty == "retrospective",
        is_inferred=_is_inferred(mention),
        first_day=window[0] if window else None,
        last_day=window[1] if window else None,
        parties=_sorted(p.id for p in mention.parties),
        persons=tuple(sorted({(p.id, p.person) for p in mention.parties if p.person})),
        third_parties=_sorted(t.id for t in thirds),
        mediators=_sorted(t.id for t in thirds if MEDIATING_ROLES & set(t.roles)),
        hosts=_sorted(t.id for t in thirds if "host" in t.roles),
        addressees=_sorted(t.id for t in thirds if set(t.roles) == {"addressee"}),
        initiators=_sorted(mention.initiators),
        place=mention.venue.id if mention.venue else None,
        country=mention.venue.country if mention.venue else None,
        made_at=mention.made_at,
        document=document_key(mention.document),
        story=None if window else situated.story,
    )


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _is_satellite(mention: EventMention) -> bool:
    dates = interval(mention)
    if dates is None or mention.novelty in {"retrospective", "undated"}:
        return True
    return (
        mention.date.precision not in {"day", "week"}
        or dates[1].toordinal() - dates[0].toordinal() > CORE_DAYS
    )


def _is_inferred(mention: EventMention) -> bool:
    dates = interval(mention)
    if dates is None or mention.date.basis not in {"inferred", "relative"}:
        return False
    return mention.date.basis == "inferred" or dates[0] != dates[1]


def _window(situated: SituatedMention, group: str) -> tuple[int, int] | None:
    mention = situated.mention
    dates = interval(mention)
    published = situated.published.date().toordinal() if situated.published else None
    is_recalled = mention.novelty == "retrospective"
    is_ahead = is_pending(group, mention.status) and mention.status != "cancelled"
    if dates is None:
        if published is None:
            return None
        if is_recalled:
            return published - RECALL_DAYS, published
        if is_ahead:
            return published, published + AHEAD_DAYS
        return published - BEHIND_DAYS, published + 1
    first, last = dates[0].toordinal(), dates[1].toordinal()
    if published is not None and not is_recalled and last - first > NARROW_DAYS:
        # A plan "for May" told on the 10th cannot mean the round held on the 3rd.
        if is_ahead and published <= last:
            first = max(first, published)
        elif not is_ahead and published >= first:
            last = min(last, published + 1)
    return max(first, last - LONGEST_DAYS), last


def block_keys(situated: SituatedMention) -> frozenset[str]:
    """Coarse keys under which a mention is filed: stable text, independent of its parties.

    Any two mentions that `resolve` could put into one event share at least one key:
    ``GROUP|w|YEAR-WEEK`` (weeks its window reaches), ``GROUP|m|YEAR-MONTH|SLOT`` (a slot
    that identifies it, in each month of its window), ``GROUP|s|STORY`` (a story may carry
    the undated), ``GROUP|u|URL`` (versions of one article), ``GROUP|x|DIGEST`` (equal
    signatures).
    """
    sig = signature(situated)
    keys = {
        f"{sig.group}|s|{situated.story}",
        f"{sig.group}|u|{_digest(situated.url)}",
        f"{sig.group}|x|{_digest(repr(sig))}",
    }
    if sig.first_day is None or sig.last_day is None:
        return frozenset(keys)
    if not sig.is_satellite or sig.span_days <= NARROW_DAYS or sig.is_loose_plan:
        weeks = _days(sig.first_day - sig.reach_days, sig.last_day + sig.reach_days, 7)
        keys.update(f"{sig.group}|w|{_week(day)}" for day in weeks)
    months = {_month(day) for day in _days(sig.first_day, sig.last_day, 28)}
    keys.update(f"{sig.group}|m|{month}|{slot}" for month in months for slot in _slots(sig))
    return frozenset(keys)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _slots(sig: Signature) -> set[str]:
    named = {sig.place, sig.country, sig.made_at, *sig.third_parties, *sig.initiators}
    named |= {person for _, person in sig.persons}
    if sig.document:
        named.add("document")
    return {slot for slot in named if slot}


def _days(first: int, last: int, step: int) -> list[date]:
    first, last = max(first, _FIRST_DAY), min(last, _LAST_DAY)
    return [date.fromordinal(day) for day in (*range(first, last, step), last)]


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def _month(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"
