"""Identity: from event mentions to persistent events, with a log that explains them.

`resolve` is a function of the *set* of mentions: partition, slots and novelty are the same
for every order and batching, provided each batch is resolved together with what `gather`
returns for it. Ids and the log depend on what was stored before (an id is minted once).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from transforms.identity.cluster import Cluster, cluster_mentions
from transforms.identity.merge import merge
from transforms.identity.names import Named, assign, root
from transforms.identity.novelty import fold
from transforms.identity.rulings import NO_RULINGS, Rulings
from transforms.records import (
    Event,
    EventMention,
    IdentityStep,
    Resolution,
    SituatedMention,
)
from transforms.vocabulary import BACKGROUND

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_NO_PLACES: Final[Mapping[str, str]] = {}


def resolve(
    mentions: Sequence[SituatedMention],
    known: Mapping[str, str],
    aliases: Mapping[str, str],
    *,
    headline: Callable[[EventMention], str] | None = None,
    within: Mapping[str, str] = _NO_PLACES,
    rulings: Rulings = NO_RULINGS,
) -> Resolution:
    """Resolves mentions into events.

    Args:
        mentions: what `gather` returned: new mentions and all stored ones connected with
            them. A mention id given twice counts once, the last one wins.
        known: mention id to event id, as stored (other mentions may be in it too).
        aliases: merged event id to the id it was merged into, as stored.
        headline: builds the headline from merged slots; without it the best mention's is
            kept.
        within: place id to the id of the larger place it lies in.
        rulings: what analysts decided about any of the mentions.

    Returns:
        All events of the given mentions, by first publication then id, and the steps that
        differ from what was stored.
    """
    clusters = cluster_mentions(mentions, within, rulings)
    members = [cluster.mentions for cluster in clusters]
    names = assign(members, known, aliases)
    events = [
        replace(_event(told, name, headline, within), verdict=rulings.verdict(told))
        for told, name in zip(members, names, strict=True)
    ]
    log = _log(clusters, members, names, known, aliases)
    ordered = sorted(
        events, key=lambda e: (e.first_published is None, e.first_published, e.event_id)
    )
    return Resolution(tuple(ordered), tuple(log))


def _event(
    members: Sequence[SituatedMention],
    name: Named,
    headline: Callable[[EventMention], str] | None,
    within: Mapping[str, str],
) -> Event:
    told = fold(members, within)
    slots, conflicts = merge(members, told, within, headline)
    published = [m.published for m in members if m.published is not None]
    live = {mention_id for mention_id, novelty in told.novelties if novelty not in BACKGROUND}
    reported = [m.published for m in members if m.published and m.mention.mention_id in live]
    voters = [m for m in members if m.mention.mention_id not in told.superseded]
    return Event(
        event_id=name.event_id,
        slots=slots,
        mention_ids=tuple(m.mention.mention_id for m in members),
        novelties=told.novelties,
        origins=tuple(sorted({m.origin for m in voters})),
        conflicts=conflicts,
        aliases=name.aliases,
        first_published=min(published, default=None),
        last_published=max(published, default=None),
        first_seen=min(m.seen_at for m in members),
        first_reported=min(reported, default=None),
        last_reported=max(reported, default=None),
    )


def _log(
    clusters: Sequence[Cluster],
    members: Sequence[Sequence[SituatedMention]],
    names: Sequence[Named],
    known: Mapping[str, str],
    aliases: Mapping[str, str],
) -> list[IdentityStep]:
    steps: list[IdentityStep] = []
    bearer = {
        m.mention.mention_id: name.event_id
        for told, name in zip(members, names, strict=True)
        for m in told
    }
    stored = {i: root(e, aliases) for i, e in known.items() if i in bearer}
    for cluster, name in zip(clusters, names, strict=True):
        steps += _steps(cluster, name, stored, bearer)
    return steps


def _steps(
    cluster: Cluster, name: Named, stored: Mapping[str, str], bearer: Mapping[str, str]
) -> list[IdentityStep]:
    """What changed about one cluster, in the order mint or split, merge, join, keep apart."""
    event_id, founder = name.event_id, cluster.mentions[0].mention.mention_id
    is_stored = event_id in stored.values()
    steps: list[IdentityStep] = []
    left: set[str] = set()
    joins: list[IdentityStep] = []
    for mention, reason in cluster.with_reasons:
        mention_id = mention.mention.mention_id
        before = stored.get(mention_id)
        if before is None and (is_stored or mention_id != founder):
            joins.append(IdentityStep("join", event_id, mention_id, None, reason))
        elif before is not None and before not in {event_id, *name.merged, *left}:
            left.add(before)
            why = _why_apart(cluster, reason)
            steps.append(IdentityStep("split", before, mention_id, event_id, why))
    if not is_stored and not left:
        steps.insert(0, IdentityStep("mint", event_id, founder, None, cluster.reasons[0]))
    for other in name.merged:
        bridge, why = _bridge(cluster, other, stored)
        steps.append(IdentityStep("merge", event_id, bridge, other, why))
    steps += joins
    if any(m.mention.mention_id not in stored for m in cluster.mentions):
        steps += _kept_apart(cluster, event_id, bearer)
    return steps


def _why_apart(cluster: Cluster, reason: str) -> str:
    misses = "; ".join(words for _, words in cluster.near_misses)
    return f"{reason}; apart from its former event: {misses}" if misses else reason


def _bridge(cluster: Cluster, other: str, stored: Mapping[str, str]) -> tuple[str | None, str]:
    """The mention of a merged event that ties it in, with the reason."""
    for mention, reason in reversed(cluster.with_reasons):
        if stored.get(mention.mention.mention_id) == other:
            return mention.mention.mention_id, reason
    return None, "its mentions fit one event"


def _kept_apart(cluster: Cluster, event_id: str, bearer: Mapping[str, str]) -> list[IdentityStep]:
    founder = cluster.groups[0].mentions[0].mention.mention_id
    steps = []
    for group, words in cluster.near_misses:
        other = bearer[group.mentions[0].mention.mention_id]
        if other != event_id:
            steps.append(IdentityStep("keep_apart", event_id, founder, other, words))
    return steps
