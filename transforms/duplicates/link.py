"""Putting a batch in its place: which document each new one repeats, and in which story.

Documents are taken by date of publication, then address, so the outcome is the same for any
order inside a batch. Each is compared with candidates only: those that share an address, a
digest or a band of the signature, and those that share most opening words, names and figures
(keys that many texts have are passed over). So a batch costs its own size, nearly whatever
the number of known documents.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from transforms.duplicates.alignment import Rarity
from transforms.duplicates.minhash import bands_of_many, estimated_jaccard
from transforms.duplicates.story import (
    StoryFeatures,
    features,
    near_duplicate,
    same_story,
)
from transforms.records import CodedDocument, DuplicateLink, DuplicateRelation

_LAST = datetime.max.replace(tzinfo=UTC)
_ORDER = ("same_text", "near_duplicate", "same_story")
MIN_WORDS = 8
"""Shorter texts are alike by chance ("Photo of the day") and are not compared."""
COMMON = 100
"""A key that more texts than this have finds no candidates."""
CANDIDATES = 24
"""How many of those with most keys in common a document is compared with."""


def link(
    new: Sequence[StoryFeatures],
    known: Sequence[StoryFeatures],
    revisions: Mapping[str, StoryFeatures] | None = None,
) -> tuple[DuplicateLink, ...]:
    """Relate each new document to an earlier one, or mint a story for it.

    Args:
        new: the batch, in any order.
        known: stored documents that may be related, with their ``story``; those of no
            account do no harm.
        revisions: by canonical URL, the stored features of new documents whose URL is
            already known: they are revisions of these.

    Returns:
        One link for each new document, in the order given; ``doc`` and ``of`` are URLs.
    """
    return tuple(
        DuplicateLink(new[i].url, found.story, found.relation, found.of, found.similarity)
        for i, found in enumerate(_place(new, known, revisions or {}))
    )


def dedupe(documents: Sequence[CodedDocument]) -> tuple[dict[str, Any], ...]:
    """The contract's objects for documents without a warehouse, in the order given.

    ``id`` and ``of`` are the documents' ids. A second document of one URL with another text
    is a revision of the first.
    """
    taken = [features(coded) for coded in documents]
    ids = [coded.document.doc_id for coded in documents]
    return tuple(
        {
            "id": ids[i],
            "story": found.story,
            "relation": found.relation,
            "of": ids[found.at] if found.at is not None else None,
            "similarity": found.similarity,
        }
        for i, found in enumerate(_place(taken, (), {}))
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A link, and the position in the batch of what it points to (None if stored)."""

    story: str
    relation: DuplicateRelation
    of: str | None = None
    similarity: float | None = None
    at: int | None = None


@dataclass(slots=True)
class _Pool:
    """What a document can be compared with so far, and the ways to find it there.

    ``sure`` keys make a candidate alone; ``loose`` keys are counted. Only keys that a
    document of the batch has (``wanted``) are kept.
    """

    wanted: frozenset[object]
    items: list[StoryFeatures] = field(default_factory=list)
    positions: list[int | None] = field(default_factory=list)
    sure: dict[object, list[int]] = field(default_factory=lambda: defaultdict(list))
    loose: dict[object, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, item: StoryFeatures, layers: Sequence[int], position: int | None) -> None:
        """Make a document findable by the keys that anybody will ask for."""
        at = len(self.items)
        self.items.append(item)
        self.positions.append(position)
        for key in self.wanted.intersection(_sure_keys(item, layers)):
            self.sure[key].append(at)
        for key in self.wanted.intersection(_loose_keys(item)):
            self.loose[key].append(at)

    def candidates(self, item: StoryFeatures, layers: Sequence[int]) -> list[int]:
        """Positions worth a comparison, in the order added."""
        found: set[int] = set()
        for key in _sure_keys(item, layers):
            found.update(self.sure.get(key, ())[:COMMON])
        counts: Counter[int] = Counter()
        for key in _loose_keys(item):
            hits = self.loose.get(key, ())
            if len(hits) <= COMMON:
                counts.update(hits)
        ranked = sorted(counts, key=lambda at: (-counts[at], at))
        return sorted(found.union(ranked[:CANDIDATES]))


def _sure_keys(item: StoryFeatures, layers: Sequence[int]) -> Iterable[object]:
    yield item.url
    if item.word_count >= MIN_WORDS:
        yield item.text_digest
        yield from layers


def _loose_keys(item: StoryFeatures) -> Iterable[object]:
    if item.word_count < MIN_WORDS:
        return
    yield from item.entities
    yield from item.numbers
    yield from item.event_keys
    # What the opening sentences name together survives translation and is rarer than each.
    for _, items in item.plan[:2]:
        if len(items) > 1:
            yield items
    # Marked by language, so that equal letters of two languages do not meet.
    yield from ((item.language, term) for term in item.lead)


def _place(
    new: Sequence[StoryFeatures],
    known: Sequence[StoryFeatures],
    revisions: Mapping[str, StoryFeatures],
) -> list[_Found]:
    fresh = {item.url for item in new}
    layers = bands_of_many([item.signature for item in new])
    wanted = (
        key
        for item, own in zip(new, layers, strict=True)
        for key in (*_sure_keys(item, own), *_loose_keys(item))
    )
    pool = _Pool(frozenset(wanted))
    stored = [item for item in sorted(known, key=_when) if item.url not in fresh]
    for item, keys in zip(stored, bands_of_many([item.signature for item in stored]), strict=True):
        pool.add(item, keys, None)
    rarity = Rarity.of(item.items for item in (*stored, *new))
    found: list[_Found | None] = [None] * len(new)
    for i in sorted(range(len(new)), key=lambda j: (*_when(new[j]), new[j].text_digest, j)):
        result = _place_one(new[i], pool, layers[i], revisions.get(new[i].url), rarity)
        found[i] = result
        pool.add(replace(new[i], story=result.story), layers[i], i)
    return [result for result in found if result is not None]


def _when(item: StoryFeatures) -> tuple[datetime, str]:
    return item.published or _LAST, item.url


def _place_one(
    item: StoryFeatures,
    pool: _Pool,
    layers: Sequence[int],
    prior: StoryFeatures | None,
    rarity: Rarity,
) -> _Found:
    if prior is not None:
        return _revision(item, prior, None)
    best: tuple[int, float, int] | None = None
    for at in pool.candidates(item, layers):
        other = pool.items[at]
        if other.url == item.url:
            return _revision(item, other, pool.positions[at])
        judged = compare(item, other, rarity)
        if judged:
            # Stronger relation, then higher similarity, then the earlier document.
            rank = (-_ORDER.index(judged[0]), judged[1], -at)
            best = max(best, rank) if best else rank
    if best is None:
        return _Found(story_id(item.url), "original")
    other = pool.items[-best[2]]
    relation = _ORDER[-best[0]]
    return _Found(
        other.story or story_id(other.url),
        relation,  # type: ignore[arg-type]
        other.url,
        round(best[1], 4),
        pool.positions[-best[2]],
    )


def _revision(item: StoryFeatures, prior: StoryFeatures, at: int | None) -> _Found:
    is_same = item.text_digest == prior.text_digest
    return _Found(
        prior.story or story_id(prior.url),
        "same_text" if is_same else "revision",
        prior.url,
        1.0 if is_same else round(estimated_jaccard(item.signature, prior.signature), 4),
        at,
    )


def compare(
    first: StoryFeatures, second: StoryFeatures, rarity: Rarity
) -> tuple[DuplicateRelation, float] | None:
    """The strongest relation of two texts at different addresses, with its similarity."""
    if min(first.word_count, second.word_count) < MIN_WORDS:
        return None
    if first.text_digest == second.text_digest:
        return "same_text", 1.0
    resemblance = near_duplicate(first, second)
    if resemblance is not None:
        return "near_duplicate", resemblance
    score = same_story(first, second, rarity)
    return ("same_story", score) if score is not None else None


def story_id(url: str) -> str:
    """``story_`` + 16 hex digits over the URL of a story's first member."""
    return "story_" + hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]
