"""Which mentions are of one event: a function of the set of mentions, not of their arrival.

Mentions with equal signatures form a group; groups are taken in a fixed order (well told
before vague before recalled or loosely dated, each by order of telling) and join the
cluster they fit best, provided they conflict with none of its members. A group is compared
only with groups it shares a block key with.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from transforms.identity.compare import UNRELATED, Verdict, compare, is_movable, type_words
from transforms.identity.ladders import GENERIC, types_agree
from transforms.identity.revisions import successors
from transforms.identity.rulings import NO_RULINGS, Rulings
from transforms.identity.signature import (
    POSTPONED_REACH_DAYS,
    RESPONSE_REACH_DAYS,
    Signature,
    block_keys,
    mention_order,
    signature,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from transforms.records import SituatedMention


_NEVER: Final = 10**9
_WORTH_A_WORD_DAYS: Final = 7
"""Rounds further apart than this are plainly two: the log need not say so."""


@dataclass(slots=True)
class Group:
    """Mentions with one signature, in order of telling."""

    signature: Signature
    mentions: list[SituatedMention]
    keys: frozenset[str] = frozenset()
    stories: frozenset[str] = frozenset()


@dataclass(slots=True)
class Cluster:
    """Groups held to be of one event, founding group first.

    ``reasons`` are, per group, why it joined; ``near_misses`` why the nearest others were
    kept apart: (the other cluster's founding group, words); ``older`` mentions of older
    versions of its articles.
    """

    groups: list[Group] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    near_misses: list[tuple[Group, str]] = field(default_factory=list)
    older: list[SituatedMention] = field(default_factory=list)

    kind: str = GENERIC
    is_postponed: bool = False
    has_windows: bool = True
    first_day: int = _NEVER
    last_day: int = -_NEVER
    reach_days: int = 0

    def add(self, group: Group, reason: str) -> None:
        """Takes a group in."""
        sig = group.signature
        self.groups.append(group)
        self.reasons.append(reason)
        self.kind = sig.type if self.kind == GENERIC else self.kind
        self.reach_days = max(self.reach_days, sig.reach_days)
        self.is_postponed = self.is_postponed or sig.status == "postponed"
        if sig.first_day is None or sig.last_day is None:
            self.has_windows = False
        else:
            self.first_day = min(self.first_day, sig.first_day)
            self.last_day = max(self.last_day, sig.last_day)

    def is_hopeless(self, group: Group) -> bool:
        """True where type or date alone rule a group out, too plainly to be worth a word."""
        sig = group.signature
        if not types_agree(self.kind, sig.type):
            return True
        if sig.first_day is None or sig.last_day is None or not self.has_windows:
            return False
        is_moved = self.is_postponed or sig.status == "postponed"
        reach = POSTPONED_REACH_DAYS if is_moved else max(_WORTH_A_WORD_DAYS, sig.reach_days)
        reach = max(reach, self.reach_days)
        if sig.group == "speech":
            reach = max(reach, RESPONSE_REACH_DAYS)
        return self.first_day - sig.last_day > reach or sig.first_day - self.last_day > reach

    @property
    def mentions(self) -> list[SituatedMention]:
        """All its mentions, in order of telling."""
        told = [m for g in self.groups for m in g.mentions]
        return sorted([*told, *self.older], key=mention_order)

    @property
    def with_reasons(self) -> list[tuple[SituatedMention, str]]:
        """Each mention with why it is here, founding group first."""
        told = zip(self.groups, self.reasons, strict=True)
        found = [(mention, words) for group, words in told for mention in group.mentions]
        return found + [(mention, "older version of an article in it") for mention in self.older]


@dataclass(frozen=True, slots=True)
class _Fit:
    score: int
    gap_days: int
    verdict: Verdict
    types: str

    @property
    def words(self) -> str:
        return f"agree: {self.types}; {self.verdict.words(agreeing=True)}"


def group_mentions(
    mentions: Iterable[SituatedMention], rulings: Rulings = NO_RULINGS
) -> list[Group]:
    """Groups mentions by signature; a mention id given twice counts once (the last wins).

    A mention that an analyst split off is a group of its own.
    """
    unique = {m.mention.mention_id: m for m in mentions}
    by_signature: dict[tuple[Signature, str], list[SituatedMention]] = defaultdict(list)
    for mention in sorted(unique.values(), key=mention_order):
        label = rulings.label(mention.mention.mention_id)
        by_signature[signature(mention), label].append(mention)
    groups = []
    for (sig, _), members in by_signature.items():
        keys = frozenset().union(*(block_keys(m) for m in members))
        groups.append(Group(sig, members, keys, frozenset(m.story for m in members)))
    return groups


class Comparer:
    """Compares groups, each pair once."""

    def __init__(self, within: Mapping[str, str], rulings: Rulings = NO_RULINGS) -> None:
        self._within = within
        self._rulings = rulings
        self._verdicts: dict[tuple[int, int], Verdict] = {}

    def __call__(self, one: Group, other: Group) -> Verdict:
        """The verdict on two groups; groups without any date are tied by a shared story."""
        key = (id(one), id(other)) if id(one) < id(other) else (id(other), id(one))
        if key not in self._verdicts:
            self._verdicts[key] = self._compare(one, other)
        return self._verdicts[key]

    def _compare(self, one: Group, other: Group) -> Verdict:
        verdict = compare(one.signature, other.signature, self._within)
        if self._rulings.part(one.mentions, other.mentions):
            finding = ("an analyst's decision", False, ())
            return replace(
                verdict,
                findings=(*verdict.findings, finding),
                conflicts=verdict.conflicts | {"decision"},
            )
        has_no_window = one.signature.story is not None or other.signature.story is not None
        if verdict is UNRELATED or verdict.conflicts or not has_no_window:
            return verdict
        if not one.stories & other.stories:
            return verdict
        shared = sorted(one.stories & other.stories)
        findings = (*verdict.findings, ("story", True, (tuple(shared),)))
        return Verdict(True, verdict.score + 1, 0, findings)


def cluster_mentions(
    mentions: Iterable[SituatedMention],
    within: Mapping[str, str],
    rulings: Rulings = NO_RULINGS,
) -> list[Cluster]:
    """Partitions mentions into clusters, older versions of articles with the latest."""
    unique = {m.mention.mention_id: m for m in mentions}
    heirs = successors(unique.values())
    current = [m for mention_id, m in unique.items() if mention_id not in heirs]
    groups = group_mentions(current, rulings)
    clusters = join_ruled(cluster_groups(groups, Comparer(within, rulings)), rulings)
    home = {m.mention.mention_id: c for c in clusters for g in c.groups for m in g.mentions}
    for mention_id, heir in sorted(heirs.items()):
        home[heir].older.append(unique[mention_id])
    return clusters


def join_ruled(clusters: list[Cluster], rulings: Rulings) -> list[Cluster]:
    """Unites clusters whose mentions an analyst put together; the order is kept."""
    if not rulings.together:
        return clusters
    home = {m.mention.mention_id: c for c in clusters for g in c.groups for m in g.mentions}
    for one, others in sorted(rulings.together.items()):
        for other in sorted(others):
            first, second = home.get(one), home.get(other)
            if first is None or second is None or first is second:
                continue
            if clusters.index(second) < clusters.index(first):
                first, second = second, first
            first.near_misses += second.near_misses
            for group, words in zip(second.groups, second.reasons, strict=True):
                first.add(group, f"an analyst put them together; {words}")
                home.update({m.mention.mention_id: first for m in group.mentions})
            clusters.remove(second)
    return clusters


def _turn(group: Group) -> tuple[int, tuple[object, ...]]:
    sig = group.signature
    if sig.story is not None:
        stage = 3
    elif sig.is_satellite:
        stage = 2
    else:
        stage = 1 if sig.is_vague else 0
    return stage, mention_order(group.mentions[0])


def cluster_groups(groups: Sequence[Group], comparer: Comparer) -> list[Cluster]:
    """Partitions groups into clusters, in order of their founding groups."""
    filed: dict[str, dict[int, Cluster]] = defaultdict(dict)
    clusters: list[Cluster] = []
    for group in sorted(groups, key=_turn):
        near = {number: c for key in sorted(group.keys) for number, c in filed[key].items()}
        joined, misses = _choose(group, [near[number] for number in sorted(near)], comparer)
        if joined is None:
            words = f"first told: {_slots_in_words(group.signature)}"
            clusters.append(Cluster(near_misses=misses))
            clusters[-1].add(group, words)
            number = len(clusters) - 1
        else:
            cluster, fit = joined
            cluster.add(group, fit.words)
            number = next(n for n, c in near.items() if c is cluster)
        for key in group.keys:
            filed[key][number] = clusters[number]
    return clusters


def _choose(
    group: Group, candidates: Sequence[Cluster], comparer: Comparer
) -> tuple[tuple[Cluster, _Fit] | None, list[tuple[Group, str]]]:
    """The cluster a group fits best, and what it nearly fitted."""
    fits: list[tuple[Cluster, _Fit]] = []
    misses: list[tuple[int, Group, Verdict]] = []
    for cluster in candidates:
        if cluster.is_hopeless(group):
            continue
        fit, veto = _fit(group, cluster, comparer)
        if fit is not None:
            fits.append((cluster, fit))
        elif veto is not None and veto.score > 0:
            misses.append((veto.score, cluster.groups[0], veto))
    misses.sort(key=lambda miss: -miss[0])
    nearest = [(founder, _veto_words(veto)) for _, founder, veto in misses[:1]]
    if not fits:
        return None, nearest
    best = min(fits, key=lambda f: (-f[1].score, f[1].gap_days))
    rivals = [c for c, fit in fits if fit.score == best[1].score]
    if group.signature.is_retrospective and len(rivals) > 1:
        # A recollection that fits several rounds equally well is evidence of none of them.
        words = f"fits {len(rivals)} events equally well: {best[1].words}"
        return None, [(c.groups[0], words) for c in rivals]
    return best, nearest


def _fit(group: Group, cluster: Cluster, comparer: Comparer) -> tuple[_Fit | None, Verdict | None]:
    """How a group fits a cluster, or the verdict that forbids it."""
    may_be_bridged = cluster.is_postponed or group.signature.status == "postponed"
    verdicts: list[Verdict] = []
    conflict: Verdict | None = None
    for member in cluster.groups:
        verdict = comparer(group, member)
        if verdict.conflicts - {"date"} or (verdict.conflicts and not may_be_bridged):
            return None, verdict
        conflict = conflict or (verdict if verdict.conflicts else None)
        verdicts.append(verdict)
    related = [v for v in verdicts if v.is_related]
    if not related or (conflict is not None and not _is_bridged(group, cluster, verdicts)):
        return None, conflict
    best = max(related, key=lambda v: (v.score, -v.gap_days))
    other = cluster.groups[verdicts.index(best)].signature
    types = type_words(group.signature, other)
    return _Fit(best.score, min(v.gap_days for v in related), best, types), None


def _is_bridged(group: Group, cluster: Cluster, verdicts: Sequence[Verdict]) -> bool:
    """True where a postponement told by either side explains all the different dates.

    What was moved is what had not happened yet: a plan dated after a round that was held is
    the next round.
    """
    for member, verdict in zip(cluster.groups, verdicts, strict=True):
        if verdict.conflicts and not is_movable(group.signature, member.signature):
            return False
    return any(
        verdict.is_related and "postponed" in {member.signature.status, group.signature.status}
        for member, verdict in zip(cluster.groups, verdicts, strict=True)
    )


def _veto_words(verdict: Verdict) -> str:
    agreeing = verdict.words(agreeing=True)
    return f"conflict: {verdict.words(agreeing=False)}" + (agreeing and f"; agree: {agreeing}")


def _slots_in_words(sig: Signature) -> str:
    told = [f"type {sig.type}", f"status {sig.status}"]
    named: list[tuple[str, Sequence[str]]] = [
        ("third parties", sig.third_parties),
        ("parties", sig.parties),
        ("initiators", sig.initiators),
        ("place", [sig.place] if sig.place else []),
        ("document", [" ".join(sig.document).strip()] if sig.document else []),
    ]
    told += [f"{slot} {', '.join(values)}" for slot, values in named if values]
    return "; ".join(told)
