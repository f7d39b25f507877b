"""Versions of one article: what an older version told follows what the latest one tells.

A rewritten article brings its passages again, often in other words and sometimes with
another date, status or type. Those of its older versions stay members of the event, so that
ids and history hold, but neither vote nor shape the clustering.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from transforms.identity.compare import compare
from transforms.identity.ladders import group_of, types_agree
from transforms.identity.signature import signature
from transforms.records import SituatedMention

SAME_PASSAGE: Final = 0.5
"""Share of words two quotes have in common to be one passage rewritten."""


def successors(mentions: Iterable[SituatedMention]) -> dict[str, str]:
    """Mention of an older version to the mention of the latest version that took its place.

    Versions are told apart by their text digest and ordered by when they were first seen.
    The successor is of an agreeing type and the most alike, or is the same passage coded as
    another type of its group. Where slots conflict, a successor takes over from one passage
    of a version only: an article that told of two rounds and now tells of one has dropped
    the other. A mention without one (the latest version tells of no such event, or the order
    is unknown) stands for itself.
    """
    by_article: dict[tuple[str, str], list[SituatedMention]] = defaultdict(list)
    for mention in mentions:
        by_article[mention.url, group_of(mention.mention.type)].append(mention)
    found: dict[str, str] = {}
    for told in by_article.values():
        if len({m.text_digest for m in told}) > 1:
            found |= _of_article(told)
    return found


def recoded(
    withdrawn: Iterable[SituatedMention], fresh: Iterable[SituatedMention]
) -> dict[str, str]:
    """Fresh mention to the withdrawn one of its article that is the same passage, otherwise coded.

    For corrections that change the kind of a deed (signed, no: talked about): those are other
    mentions of another group, which `successors` keeps apart. The same passage is the one with
    the most words in common, or the only one that came where the only one went.
    """
    went, came = (_by_url(mentions) for mentions in (withdrawn, fresh))
    found: dict[str, str] = {}
    for url, mentions in came.items():
        before = went.get(url, [])
        is_only = len(before) == len(mentions) == 1
        for heir in mentions:
            likeness = {m.mention.mention_id: _shared_words(m, heir) for m in before}
            best = max(sorted(likeness), key=lambda name: likeness[name], default=None)
            if best is not None and (is_only or likeness[best] >= SAME_PASSAGE):
                found[heir.mention.mention_id] = best
    return found


def _by_url(mentions: Iterable[SituatedMention]) -> dict[str, list[SituatedMention]]:
    grouped: dict[str, list[SituatedMention]] = defaultdict(list)
    for mention in mentions:
        grouped[mention.url].append(mention)
    return grouped


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
    found: dict[str, str] = {}
    for digest in sorted(set(seen) - set(newest)):
        found |= _of_version([m for m in told if m.text_digest == digest], current)
    return found


def _of_version(
    older: Sequence[SituatedMention], current: Sequence[SituatedMention]
) -> dict[str, str]:
    """Heirs of one older version's mentions, the surest pairs first."""
    pairs = sorted(pair for m in older for heir in current if (pair := _likeness(m, heir)))
    found: dict[str, str] = {}
    for (is_weak, *_), mention_id, heir_id in pairs:
        if mention_id not in found and not (is_weak and heir_id in found.values()):
            found[mention_id] = heir_id
    return found


def _likeness(
    mention: SituatedMention, heir: SituatedMention
) -> tuple[tuple[float, ...], str, str] | None:
    """How well one passage follows another, best first; None where it cannot."""
    overlap = _shared_words(mention, heir)
    is_agreeing = types_agree(mention.mention.type, heir.mention.type)
    if not is_agreeing and overlap < SAME_PASSAGE:
        return None
    verdict = compare(signature(mention), signature(heir), {})
    is_weak = bool(verdict.conflicts) or not is_agreeing
    rank = (is_weak, not is_agreeing, len(verdict.conflicts), -overlap, -verdict.score)
    return rank, mention.mention.mention_id, heir.mention.mention_id


def _shared_words(one: SituatedMention, other: SituatedMention) -> float:
    mine, theirs = (
        {word for piece in m.mention.evidence for word in piece.quote.casefold().split()}
        for m in (one, other)
    )
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0
