"""What analysts decided, as constraints on identity: they hold whatever is told later.

Must-link and cannot-link constraints after Wagstaff et al. (2001), *Constrained K-means
Clustering with Background Knowledge*: a ruling binds pairs of mentions, whose ids are stable
across runs, so that a decision outlives reprocessing, merges and new tellings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from transforms.records import Ruling

if TYPE_CHECKING:
    from transforms.records import SituatedMention

EventVerdict = Literal["confirmed", "rejected"]
_REJECTED_SHARE: Final = 0.5
"""An event stays rejected while at least this share of its stories was; told by more, it is
up for judgement again."""


@dataclass(frozen=True)
class Rulings:
    """Rulings by the mentions they bind; of two that disagree the later wins."""

    together: dict[str, frozenset[str]] = field(default_factory=dict)
    apart: dict[str, frozenset[str]] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rulings: Iterable[Ruling]) -> Rulings:
        """The rulings in force, in any order given."""
        pairs: dict[frozenset[str], str] = {}
        verdicts: dict[str, str] = {}
        for ruling in sorted(rulings, key=lambda r: (r.ruled_at, r.review_id)):
            if ruling.other_id is None:
                verdicts[ruling.mention_id] = ruling.kind
            else:
                pairs[frozenset((ruling.mention_id, ruling.other_id))] = ruling.kind
        linked: dict[str, dict[str, set[str]]] = {
            "together": defaultdict(set),
            "apart": defaultdict(set),
        }
        for pair, kind in pairs.items():
            for one in pair:
                linked[kind][one] |= pair - {one}
        return cls(
            {one: frozenset(others) for one, others in linked["together"].items()},
            {one: frozenset(others) for one, others in linked["apart"].items()},
            verdicts,
        )

    def part(self, one: Sequence[SituatedMention], other: Sequence[SituatedMention]) -> bool:
        """Whether an analyst keeps any mention of one group apart from any of the other."""
        if not self.apart:
            return False
        ids = {m.mention.mention_id for m in other}
        return any(self.apart.get(m.mention.mention_id, frozenset()) & ids for m in one)

    def label(self, mention_id: str) -> str:
        """What tells a mention from others with its signature: its id, if it was split off."""
        return mention_id if mention_id in self.apart else ""

    def verdict(self, members: Sequence[SituatedMention]) -> EventVerdict | None:
        """What was decided about an event with these mentions."""
        ruled = {m.mention.mention_id: self.verdicts.get(m.mention.mention_id) for m in members}
        rejected = {m.story for m in members if ruled[m.mention.mention_id] == "reject"}
        if rejected and len(rejected) >= _REJECTED_SHARE * len({m.story for m in members}):
            return "rejected"
        return "confirmed" if "confirm" in ruled.values() else None


NO_RULINGS: Final = Rulings()
