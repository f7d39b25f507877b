"""How far two texts run in parallel, in whatever languages: alignment of their plans.

A plan is, sentence by sentence, a length and the entities and figures in it. A translation
keeps it; two independent reports of one event do not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plan = Sequence[tuple[int, tuple[str, ...]]]

EMPTY_MATCH = 0.4
"""What two aligned sentences without any name or figure count for."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much an entity or figure says: log of how few of the texts at hand have it."""

    counts: Mapping[str, int]
    total: int

    @classmethod
    def of(cls, texts: Iterable[Iterable[str]]) -> Rarity:
        """Count over the distinct entities and figures of each text."""
        counts: Counter[str] = Counter()
        total = 0
        for items in texts:
            counts.update(items)
            total += 1
        return cls(counts, total)

    def weight(self, item: str) -> float:
        """At least 0.3, so that a pool of two texts can still be compared."""
        seen = self.counts.get(item, 1)
        return 0.3 + math.log((self.total + 1) / (seen + 0.5)) if self.total else 1.0


def weighted_overlap(first: frozenset[str], second: frozenset[str], rarity: Rarity) -> float:
    """Weighted Jaccard of two sets of entities and figures."""
    total = sum(map(rarity.weight, first | second))
    return sum(map(rarity.weight, first & second)) / total if total else 0.0


def align(first: Plan, second: Plan, rarity: Rarity, at_least: float = 0.0) -> float:
    """How well two texts run in parallel, 0 to 1; 0 for what cannot reach ``at_least``.

    The best in-order pairing of sentences, one to one, one to two or two to one (Gale and
    Church 1993); a pair counts for the weighted Jaccard of its contents times the ratio of
    its lengths, weighted by its share of the texts.
    """
    if not first or not second:
        return 0.0
    index: dict[str, int] = {}
    for _, items in (*first, *second):
        for item in items:
            index.setdefault(item, len(index))
    weights = np.sqrt([rarity.weight(item) for item in index])
    one, two = _Side.of(first, index, weights), _Side.of(second, index, weights)
    single = _gain(one, two)
    split, merged = _gain(one, two.paired()), _gain(one.paired(), two)
    if _bound(single, split, merged) < at_least:
        return 0.0
    rows = [np.zeros(len(second) + 1)]
    for i in range(len(first)):
        row = rows[-1].copy()
        row[1:] = np.maximum(row[1:], rows[-1][:-1] + single[i])
        row[2:] = np.maximum(row[2:], rows[-1][:-2] + split[i])
        if i:
            row[1:] = np.maximum(row[1:], rows[-2][:-1] + merged[i - 1])
        # left to right: a sentence of the second text may be left out as well
        rows.append(np.maximum.accumulate(row))
    return float(min(rows[-1][-1], 1.0))


def _bound(
    single: NDArray[np.float64], split: NDArray[np.float64], merged: NDArray[np.float64]
) -> float:
    """No alignment is worth more: each sentence of the first text at its best."""
    best = single.max(axis=1)
    if split.size:
        np.maximum(best, split.max(axis=1), out=best)
    if merged.size:
        both = merged.max(axis=1)
        np.maximum(best[:-1], both, out=best[:-1])
        np.maximum(best[1:], both, out=best[1:])
    return float(best.sum())


@dataclass(frozen=True, slots=True)
class _Side:
    """One text of an alignment: shares of length ``(n,)``, weighted contents ``(n, items)``."""

    shares: NDArray[np.float64]
    contents: NDArray[np.float64]

    @classmethod
    def of(cls, plan: Plan, index: Mapping[str, int], weights: NDArray[np.float64]) -> _Side:
        sizes = np.array([size for size, _ in plan], dtype=np.float64)
        contents = np.zeros((len(plan), len(index)))
        for i, (_, items) in enumerate(plan):
            for item in items:
                contents[i, index[item]] = weights[index[item]]
        return cls(sizes / sizes.sum(), contents)

    def paired(self) -> _Side:
        """Every two neighbouring sentences as one: what was split may have been joined."""
        return _Side(
            self.shares[:-1] + self.shares[1:], np.maximum(self.contents[:-1], self.contents[1:])
        )


def _gain(one: _Side, two: _Side) -> NDArray[np.float64]:
    """What pairing each sentence of one with each of the other is worth."""
    shared = one.contents @ two.contents.T
    sizes = (one.contents**2).sum(axis=1)[:, None] + (two.contents**2).sum(axis=1)[None, :]
    union = sizes - shared
    alike = np.where(union > 0, shared / np.where(union > 0, union, 1.0), EMPTY_MATCH)
    a, b = one.shares[:, None], two.shares[None, :]
    return alike * np.minimum(a, b) / np.maximum(a, b) * (a + b) / 2
