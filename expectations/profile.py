"""The reference profile: what daily batches are compared with.

Derived from the five seed documents by `build`, and committed as figures only (lengths,
mention rates, languages, MinHash sketches): never their text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from statistics import median

from transforms.records import CodedDocument

PROFILE = Path(__file__).parent / "reference_profile.json"


@dataclass(frozen=True, slots=True)
class ReferenceProfile:
    """Figures of the reference corpus.

    Attributes:
        documents: how many documents it was made from.
        languages: their languages, sorted.
        chars: characters of cleaned text, a number for each document.
        mention_rates: mentions per 1,000 characters, a number for each document.
        signatures: MinHash signatures (128 unsigned 32-bit values) of the documents.
    """

    documents: int
    languages: tuple[str, ...]
    chars: tuple[int, ...]
    mention_rates: tuple[float, ...]
    signatures: tuple[tuple[int, ...], ...]

    @property
    def median_chars(self) -> float:
        """Median length in characters."""
        return float(median(self.chars))

    @property
    def median_mention_rate(self) -> float:
        """Median of mentions per 1,000 characters."""
        return float(median(self.mention_rates))

    def nearest(self, signature: Sequence[int]) -> float:
        """Highest estimated Jaccard similarity to a reference document, 0 to 1."""
        return max((_agreement(signature, known) for known in self.signatures), default=0.0)


def _agreement(one: Sequence[int], other: Sequence[int]) -> float:
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


@cache
def load_profile(path: Path = PROFILE) -> ReferenceProfile:
    """The committed profile."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return ReferenceProfile(
        documents=data["documents"],
        languages=tuple(data["languages"]),
        chars=tuple(data["chars"]),
        mention_rates=tuple(data["mention_rates"]),
        signatures=tuple(tuple(signature) for signature in data["signatures"]),
    )


def build(documents: Sequence[CodedDocument]) -> ReferenceProfile:
    """Measure a profile from coded documents."""
    texts = [coded.document for coded in documents]
    return ReferenceProfile(
        documents=len(texts),
        languages=tuple(sorted({document.language for document in texts})),
        chars=tuple(len(document.text) for document in texts),
        mention_rates=tuple(
            round(
                1000
                * sum(not mention.in_title for mention in coded.mentions)
                / max(len(coded.document.text), 1),
                3,
            )
            for coded in documents
        ),
        signatures=tuple(document.signature for document in texts),
    )


def save(profile: ReferenceProfile, path: Path = PROFILE) -> None:
    """Write a profile as JSON."""
    path.write_text(json.dumps(asdict(profile)) + "\n", encoding="utf-8")
