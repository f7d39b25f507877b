"""Versions of one article: what an older version told follows what the latest one tells.

A rewritten article brings its passages again, often in other words and sometimes with
another date or status. Those of its older versions stay members of the event, so that ids
and history hold, but neither vote nor shape the clustering.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from transforms.identity.compare import compare
from transforms.identity.ladders import group_of, types_agree
from transforms.identity.signature import signature
from transforms.records import SituatedMention


def successors(mentions: Iterable[SituatedMention]) -> dict[str, str]:
    """Mention of an older version to the mention of the latest version that took its place.

    Versions are told apart by their text digest and ordered by when they were first seen;
    the successor is of an agreeing type and the most alike. A mention without one (the
    latest version tells of no such event, or the order is unknown) stands for itself.
    """
    by_article: dict[tuple[str, str], list[SituatedMention]] = defaultdict(list)
    for mention in mentions:
        by_article[mention.url, group_of(mention.mention.type)].append(mention)
    found: dict[str, str] = {}
    for told in by_article.values():
        if len({m.text_digest for m in told}) > 1:
            found |= _of_article(told)
    return found


def _of_article(told: Sequence[SituatedMention]) -> dict[str, str]:
    seen: dict[str, datetime] = {}
    for mention in told:
        known = seen.get(mention.text_digest, mention.seen_at)
        seen[mention.text_digest] = max(known, mention.seen_at)
    latest = max(seen.values())
    newest = [digest for digest, moment in seen.items() if moment == latest]
    if len(newest) > 1:
        return {}
    current = [m for m in told if m.text_digest == newest[0]]
    found = {}
    for mention in told:
        if mention.text_digest != newest[0]:
            heir = _most_alike(mention, current)
            if heir is not None:
                found[mention.mention.mention_id] = heir
    return found


def _most_alike(mention: SituatedMention, current: Sequence[SituatedMention]) -> str | None:
    mine = signature(mention)
    ranked = []
    for other in current:
        if types_agree(mention.mention.type, other.mention.type):
            verdict = compare(mine, signature(other), {})
            rank = (len(verdict.conflicts), -verdict.score, verdict.gap_days)
            ranked.append((rank, other.mention.mention_id))
    return min(ranked)[1] if ranked else None
