"""What two tellings of one story are compared by, and how.

Three comparisons, because copies differ in three ways:

* `near_duplicate` for edited copies: shared shingles, but not these alone. In one real
  newsroom, pairs at Jaccard 0.7 to 0.9 are often *different* news over shared background,
  while a first version and its expansion share 0.3. So below near-identity the openings must
  agree as well, figures in the openings must not contradict, and containment counts beside
  resemblance (Broder 1997).
* `same_story` within one language, for rewritten and synonym-spun copies: few shingles
  survive, but some pairs of word stems do, and the plan of the text.
* `same_story` across languages, for translations: no word survives, the plan of the text
  does: sentence by sentence the same names and figures, at the same relative lengths. Two
  independent reports of one event share the names, but not which sentence they stand in.

The plan is compared by aligning sentences (a weighted longest common subsequence), each name
or figure weighted by how rare it is among the texts at hand.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zlib import crc32

from transforms.duplicates.alignment import Rarity, align, weighted_overlap
from transforms.duplicates.minhash import estimated_jaccard
from transforms.normalise import words
from transforms.records import CodedDocument, Document, EventMention

WINDOW = timedelta(days=3)
"""Copies and translations follow within days; the same names a week later are other news."""
SAME_ISSUE = timedelta(hours=12)
STEM = 5
LEAD_WORDS = 60
SKETCH = 128
SENTENCES_MAX = 60
_SENTENCE_BREAK = re.compile(r"(?<=[.!?։؟…])[\"”’»)\]]*\s+|\n+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class StoryFeatures:
    """A telling, reduced to what it is compared by.

    Attributes:
        url: canonical address. ``story``: id of its story, once known.
        published: UTC or None.
        text_digest, signature: of the text (see `digest`, `minhash`).
        word_count: words in the text.
        pairs: the 128 smallest hashes of pairs of neighbouring word stems: a bottom-k
            sketch, whose overlap estimates that of the wordings.
        lead: stems and figures of the title and first 60 words.
        entities, numbers: distinct ones in the text.
        plan: of each sentence (at most 60) its length in characters and the entities and
            figures in it, sorted.
        event_keys: type, third parties, day (where told) and venue of each coded event not told
            as past.
        is_relevant: whether it concerns the process.
    """

    url: str
    language: str
    published: datetime | None
    text_digest: str
    signature: tuple[int, ...]
    word_count: int = 0
    pairs: tuple[int, ...] = ()
    lead: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    plan: tuple[tuple[int, tuple[str, ...]], ...] = ()
    event_keys: frozenset[str] = frozenset()
    story: str | None = None
    is_relevant: bool = False

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready, sets sorted so that equal features give equal JSON."""
        return {
            "url": self.url,
            "language": self.language,
            "published": self.published.isoformat() if self.published else None,
            "text_digest": self.text_digest,
            "signature": list(self.signature),
            "word_count": self.word_count,
            "pairs": list(self.pairs),
            "lead": sorted(self.lead),
            "plan": [[length, list(items)] for length, items in self.plan],
            "entities": sorted(self.entities),
            "numbers": sorted(self.numbers),
            "event_keys": sorted(self.event_keys),
            "story": self.story,
            "is_relevant": self.is_relevant,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> StoryFeatures:
        """Back from `to_plain`. Raises KeyError for what is no such mapping."""
        published = plain["published"]
        return cls(
            url=plain["url"],
            language=plain["language"],
            published=datetime.fromisoformat(published).astimezone(UTC) if published else None,
            text_digest=plain["text_digest"],
            signature=tuple(plain["signature"]),
            word_count=plain["word_count"],
            pairs=tuple(plain["pairs"]),
            lead=frozenset(plain["lead"]),
            plan=tuple((length, tuple(items)) for length, items in plain["plan"]),
            entities=frozenset(plain["entities"]),
            numbers=frozenset(plain["numbers"]),
            event_keys=frozenset(plain["event_keys"]),
            story=plain["story"],
            is_relevant=plain["is_relevant"],
        )

    def to_json(self) -> str:
        """Compact, canonical JSON of `to_plain`."""
        return json.dumps(self.to_plain(), ensure_ascii=False, separators=(",", ":"))

    @property
    def items(self) -> frozenset[str]:
        """Entities and figures together."""
        return self.entities | self.numbers

    @classmethod
    def from_json(cls, text: str) -> StoryFeatures:
        """Back from `to_json`."""
        return cls.from_plain(json.loads(text))


# --- taking features ---------------------------------------------------------------------


def features(coded: CodedDocument) -> StoryFeatures:
    """The features of a coded document."""
    document = coded.document
    tokens = words(document.text)
    opening = [*words(document.title or ""), *tokens[:LEAD_WORDS]]
    numbers = _numbers(document.text)
    marks = [(m.start, m.entity_id) for m in coded.mentions if not m.in_title]
    return StoryFeatures(
        url=document.url,
        language=document.language,
        published=document.published,
        text_digest=document.text_digest,
        signature=document.signature,
        word_count=len(tokens),
        pairs=_sketch(tokens),
        lead=frozenset(s for token in opening if (s := _stem(token))),
        entities=frozenset(entity for _, entity in marks),
        numbers=frozenset(number for _, number in numbers),
        plan=_plan(document.text, [*marks, *numbers]),
        event_keys=frozenset(_event_key(e) for e in coded.events if e.novelty != "retrospective"),
        is_relevant=coded.relevant,
    )


def _stem(token: str) -> str | None:
    """The first five letters: endings differ by case, and spinning keeps most words."""
    if token[0].isdigit():
        return _plain_digits(token)
    return token[:STEM] if len(token) > 3 else None


def _sketch(tokens: Sequence[str]) -> tuple[int, ...]:
    stems = [token[:STEM] for token in tokens]
    pairs = {f"{one} {two}" for one, two in pairwise(stems)}
    return tuple(sorted(crc32(p.encode("utf-8", "surrogatepass")) for p in pairs)[:SKETCH])


def _plan(text: str, items: list[tuple[int, str]]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Length and contents of each sentence; splitting need only be alike for two copies."""
    bounds = [match.end() for match in _SENTENCE_BREAK.finditer(text)] + [len(text)]
    sizes = [end - start for start, end in pairwise([0, *bounds])]
    contents: list[set[str]] = [set() for _ in sizes]
    for at, item in items:
        contents[min(bisect_right(bounds, at), len(sizes) - 1)].add(item)
    plan = [(n, tuple(sorted(c))) for n, c in zip(sizes, contents, strict=True) if n > 1]
    return tuple(plan[:SENTENCES_MAX])


def _plain_digits(text: str) -> str:
    """ASCII digits, whatever digits were written."""
    return (
        text
        if text.isascii()
        else unicodedata.normalize(
            "NFKC", "".join(str(unicodedata.digit(c, -1)) if c.isdigit() else c for c in text)
        )
    )


def _numbers(text: str) -> list[tuple[int, str]]:
    """Figures with their places; thousands separators and single digits dropped."""
    found = []
    for match in _NUMBER.finditer(text):
        plain = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", _plain_digits(match[0])).replace(",", ".")
        if len(plain) > 1:
            found.append((match.start(), "#" + plain))
    return found


def _event_key(event: EventMention) -> str:
    is_told = event.date.basis != "inferred"  # two guesses at one day must not contradict
    day = event.date.start.isoformat() if event.date.start and is_told else ""
    third = ",".join(sorted(t.id for t in event.third_parties))
    return f"{event.type}|{third}|{day}|{event.venue.id if event.venue else ''}"


def bare_features(document: Document) -> StoryFeatures:
    """The features of a document nothing was recognised in."""
    return features(CodedDocument(document, relevant=False))


# --- comparing ---------------------------------------------------------------------------


def near_duplicate(first: StoryFeatures, second: StoryFeatures) -> float | None:
    """Resemblance (estimated Jaccard) of an edited copy or expansion, None if it is neither."""
    resemblance = estimated_jaccard(first.signature, second.signature)
    if resemblance < 0.2 or _is_next_issue(first, second):
        return None
    lead = overlap(first.lead, second.lead)
    is_copy = resemblance >= 0.9 or (resemblance >= 0.6 and lead >= 0.5)
    is_expansion = lead >= 0.6 and containment(first, second, resemblance) >= 0.7
    return resemblance if is_copy or is_expansion else None


def _is_next_issue(first: StoryFeatures, second: StoryFeatures) -> bool:
    """Whether two openings contradict each other in figures, as reports from one template do.

    One figure changed within hours is a correction or a rising toll: the same news.
    """
    differing = contradictions(first.lead, second.lead)
    if differing != 1 or first.published is None or second.published is None:
        return differing > 0
    return abs(first.published - second.published) > SAME_ISSUE


def containment(first: StoryFeatures, second: StoryFeatures, resemblance: float) -> float:
    """Share of the shorter text's shingles found in the longer, from sizes and Jaccard."""
    one, two = max(first.word_count - 4, 1), max(second.word_count - 4, 1)
    shared = resemblance * (one + two) / (1 + resemblance)
    return min(1.0, shared / min(one, two))


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Overlap coefficient: shared over the smaller set; 0 if either is empty."""
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0


def contradictions(first: frozenset[str], second: frozenset[str]) -> int:
    """How many figures each opening has that the other lacks: an expansion only adds some."""
    one = {item for item in first if item[0].isdigit()}
    two = {item for item in second if item[0].isdigit()}
    return min(len(one - two), len(two - one))


def same_story(first: StoryFeatures, second: StoryFeatures, rarity: Rarity) -> float | None:
    """A score of 0 to 1 for a rewritten or translated copy, None if it is none.

    Events coded in both, but none of them the same, speak against it.
    """
    if not _are_close(first.published, second.published):
        return None
    one, two = first.event_keys, second.event_keys
    if one and two and not one & two and _days(one) and _days(one).isdisjoint(_days(two)):
        return None
    if first.language == second.language:
        return _retold(first, second, rarity)
    return _translated(first, second, rarity)


def _are_close(first: datetime | None, second: datetime | None) -> bool:
    return first is None or second is None or abs(first - second) <= WINDOW


def _days(keys: frozenset[str]) -> set[str]:
    return {day for key in keys if (day := key.split("|")[2])}


def _retold(first: StoryFeatures, second: StoryFeatures, rarity: Rarity) -> float | None:
    lead = overlap(first.lead, second.lead)
    if lead < 0.35 or _is_next_issue(first, second):
        return None
    wording = sketch_overlap(first.pairs, second.pairs)
    if wording < 0.08:
        return None
    if wording >= 0.3 and lead >= 0.5:
        return min(1.0, 0.5 + wording / 2)
    least = 0.55 if wording >= 0.2 else 0.72
    alignment = align(first.plan, second.plan, rarity, least)
    return alignment if alignment >= least else None


def _translated(first: StoryFeatures, second: StoryFeatures, rarity: Rarity) -> float | None:
    if len(first.entities & second.entities) < 3 or min(len(first.plan), len(second.plan)) < 4:
        return None
    if weighted_overlap(first.items, second.items, rarity) < 0.45:
        return None
    # a few sentences fall into step by chance more easily
    is_short = min(len(first.plan), len(second.plan)) < 6
    least = 0.82 if is_short else 0.74
    alignment = align(first.plan, second.plan, rarity, least)
    return alignment if alignment >= least else None


def sketch_overlap(first: tuple[int, ...], second: tuple[int, ...]) -> float:
    """Jaccard estimated from two bottom-k sketches (Broder 1997)."""
    if not first or not second:
        return 0.0
    both = set(first).intersection(second)
    if not both:
        return 0.0
    smallest = sorted({*first, *second})[: max(len(first), len(second))]
    return len(both.intersection(smallest)) / len(smallest)
