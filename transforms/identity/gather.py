"""Which stored mentions must be looked at together with new ones.

Identity is a function of the set of mentions; so that a batch may be resolved without
reading the whole warehouse, this walks from the new mentions along block keys, but only
onwards from mentions that could really share an event with one already reached. What comes
back is closed: no mention left out can change the events of those taken.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from transforms.identity.cluster import Comparer, Group, group_mentions
from transforms.identity.compare import may_relate
from transforms.identity.signature import mention_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from transforms.records import SituatedMention

_NO_PLACES: Final[Mapping[str, str]] = {}


def gather(
    seeds: Sequence[SituatedMention],
    fetch: Callable[[frozenset[str]], Iterable[SituatedMention]],
    *,
    within: Mapping[str, str] = _NO_PLACES,
) -> tuple[SituatedMention, ...]:
    """All mentions whose events new mentions may touch, the new ones included.

    Args:
        seeds: new or changed mentions. Where an article's new version dropped a mention,
            pass the dropped one too and take it out of the result before `resolve`.
        fetch: stored mentions filed under any of the given block keys.
        within: place id to the id of the larger place, as for `resolve`.

    Returns:
        Seeds and the stored mentions connected with them, in order of telling.
    """
    pool = {m.mention.mention_id: m for m in seeds}
    fresh = frozenset(pool)
    asked: set[str] = set()
    while True:
        reached = _reachable(group_mentions(pool.values()), fresh, within)
        wanted = frozenset().union(*(g.keys for g in reached)) - asked
        if not wanted:
            return tuple(sorted((m for g in reached for m in g.mentions), key=mention_order))
        asked |= wanted
        for mention in fetch(frozenset(wanted)):
            pool.setdefault(mention.mention.mention_id, mention)


def _reachable(
    groups: Sequence[Group], seeds: frozenset[str], within: Mapping[str, str]
) -> list[Group]:
    filed: dict[str, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        for key in group.keys:
            filed[key].append(number)
    comparer = Comparer(within)
    todo = [
        number
        for number, group in enumerate(groups)
        if any(m.mention.mention_id in seeds for m in group.mentions)
    ]
    reached = set(todo)
    while todo:
        group = groups[todo.pop()]
        near = {number for key in group.keys for number in filed[key]} - reached
        for number in sorted(near):
            other = groups[number]
            is_related = (
                may_relate(group.signature, other.signature) and comparer(group, other).is_related
            )
            if is_related or _share_article(group, other):
                reached.add(number)
                todo.append(number)
    return [groups[number] for number in sorted(reached)]


def _share_article(one: Group, other: Group) -> bool:
    """True where versions of one article may be among the two groups' mentions."""
    urls = {m.url for m in one.mentions}
    return any(m.url in urls for m in other.mentions)
