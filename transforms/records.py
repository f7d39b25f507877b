"""The records the transforms pass on: from a raw document to coded event mentions.

All are frozen and picklable (they cross process borders). All offsets are Unicode code
points, end exclusive. All datetimes are UTC-aware.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Day = date  # within a class that has a field named `date`, the bare name is that field
DatePrecision = Literal["day", "week", "month", "year", "unknown"]
DateBasis = Literal["text", "relative", "inferred", "external"]
Novelty = Literal[
    "new", "update", "confirmation", "contradiction", "correction", "retrospective", "undated"
]
DuplicateRelation = Literal["original", "same_text", "near_duplicate", "revision", "same_story"]


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document before anything was done to it: bytes of a page or a plain text.

    Attributes:
        doc_id: the caller's id for it (a capture id, a file's stem, a JSONL id).
        url: where it was found, or None.
        body: the bytes, or already decoded text.
        content_type: ``text/html``, ``text/plain``, or what the server said.
        published, title, language, author: what the source said, used where the page itself
            says nothing better.
        fetched_at: UTC; an upper bound for ``published``.
        is_hint_final: True when ``title``/``published`` come from an index that describes
            the document with authority (they then win over what is found inside).
    """

    doc_id: str
    url: str | None
    body: bytes | str
    content_type: str = "text/html"
    charset: str | None = None
    source_id: str | None = None
    published: datetime | None = None
    title: str | None = None
    language: str | None = None
    author: str | None = None
    fetched_at: datetime | None = None
    is_hint_final: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """Something cut from a document and why; ``source_start``/``end`` None for HTML."""

    reason: str
    text: str
    source_start: int | None = None
    source_end: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """``text[start:start+length]`` is ``source[source_start:source_start+length]``."""

    start: int
    source_start: int
    length: int


@dataclass(frozen=True, slots=True)
class LanguageRun:
    """``text[start:end]`` is in one language: neighbouring paragraphs, as a rule all of them."""

    start: int
    end: int
    language: str


@dataclass(frozen=True, slots=True)
class Document:
    """A cleaned document.

    Attributes:
        url: canonical URL (``file:NAME`` for folder documents without one).
        text: body, paragraphs parted by one newline, title excluded; offsets of mentions
            and evidence point into it.
        title: as printed, or None: never invented.
        language: ISO 639-1, or ``und``; identified from the text.
        published: UTC or None; ``published_basis`` says where it was found (``index``,
            ``feed``, ``metadata``, ``url``, ``text``).
        published_is_day: True when only the day is known (time of day is then midnight).
        segments: map from ``text`` back to a plain-text original; empty for HTML.
        removed: what the boilerplate rules cut.
        text_digest: ``sha256:`` + hex over the normalised text (case, space, quotes folded).
        signature: MinHash over word 5-shingles, 128 unsigned 32-bit values.
        published_day: the calendar day of ``published`` in the zone the page gave it in: what
            "today" and "on Monday" in the text are relative to.
        runs: the parts of ``text`` by language, where it mixes several; else empty.
        not_news: reason when the page is not an article (``consent_wall``, ``block_page``,
            ``soft_404``, ``empty``, ``not_html`` …), else None.
    """

    doc_id: str
    url: str
    source_id: str | None
    title: str | None
    text: str
    language: str
    language_confidence: float
    published: datetime | None
    published_basis: str | None
    published_is_day: bool
    author: str | None
    site_name: str | None
    segments: tuple[Segment, ...]
    removed: tuple[Removed, ...]
    text_digest: str
    signature: tuple[int, ...]
    not_news: str | None = None
    warnings: tuple[str, ...] = ()
    published_day: date | None = None
    runs: tuple[LanguageRun, ...] = ()

    def source_span(self, start: int, end: int) -> tuple[int | None, int | None]:
        """The span of ``text[start:end]`` in the plain-text original, or (None, None)."""
        first = next((s for s in self.segments if s.start <= start < s.start + s.length), None)
        last = next((s for s in self.segments if s.start < end <= s.start + s.length), None)
        if first is None or last is None:
            return None, None
        return first.source_start + start - first.start, last.source_start + end - last.start


@dataclass(frozen=True, slots=True)
class Mention:
    """A named entity in a text. ``surface`` is ``text[start:end]``, suffix included.

    ``form_language`` and ``naming`` keep which of an entity's names the text chose.
    ``in_title`` mentions carry offsets into the title and are not stored as spans.
    """

    entity_id: str
    surface: str
    start: int
    end: int
    form_kind: str = "name"
    naming: str | None = None
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """What a document is about: ``kind`` is ``track`` or ``topic``."""

    kind: Literal["track", "topic"]
    id: str


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """A third party with its explicit roles (domain: mediator, host, good_offices, …)."""

    id: str
    person: str | None = None
    rank: str | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """A party to the process, with the person who acted for it where named."""

    id: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Venue:
    """Where talks are: ``id`` a place id or None, ``country`` ISO 3166-1 alpha-3 or None."""

    id: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class EventDate:
    """When, as far as known: an inclusive interval, its precision and its basis."""

    start: date | None = None
    end: date | None = None
    precision: DatePrecision = "unknown"
    basis: DateBasis | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The passage that proves an event: offsets into ``text`` and into the original.

    ``url`` and ``mention_id`` say where it stands; filled in on events, None on mentions.
    """

    quote: str
    start: int
    end: int
    language: str
    source_start: int | None = None
    source_end: int | None = None
    url: str | None = None
    mention_id: str | None = None


@dataclass(frozen=True, slots=True)
class EventMention:
    """A coded passage. Field meanings and value lists: `docs/events.md`.

    Attributes:
        mention_id: ``evm_`` + 24 hex of SHA-256 over the document's canonical URL, the type
            and the first evidence's quote: stable across runs and coder versions that find
            the same passage.
        novelty: as far as one document can tell: ``new``, ``retrospective``, ``undated``.
        trigger: the rule that fired and what gave each slot, for ``--explain``.
    """

    mention_id: str
    type: str
    status: str
    third_parties: tuple[ThirdParty, ...] = ()
    parties: tuple[Party, ...] = ()
    initiators: tuple[str, ...] = ()
    venue: Venue | None = None
    made_at: str | None = None
    status_by: str | None = None
    date: EventDate = field(default_factory=EventDate)
    announced: Day | None = None
    document: str | None = None
    outcome: str | None = None
    track: str | None = None
    novelty: Novelty = "new"
    cameo: str | None = None
    plover: str | None = None
    evidence: tuple[Evidence, ...] = ()
    claim_source: str | None = None
    headline: str = ""
    confidence: float = 0.0
    trigger: str = ""

    @property
    def mediators(self) -> tuple[str, ...]:
        """Third parties that mediate: roles mediator, good_offices or intermediary."""
        wanted = {"mediator", "good_offices", "intermediary"}
        return tuple(sorted(t.id for t in self.third_parties if wanted & set(t.roles)))


@dataclass(frozen=True, slots=True)
class CodedDocument:
    """A document with all that was found in it: what is decided on and committed."""

    document: Document
    relevant: bool
    mentions: tuple[Mention, ...] = ()
    tags: tuple[Tag, ...] = ()
    events: tuple[EventMention, ...] = ()
    coder_version: str = ""


@dataclass(frozen=True, slots=True)
class DuplicateLink:
    """How a document relates to an earlier one; ``of`` and ``similarity`` None for originals.

    ``story`` is the id of the story cluster: ``story_`` + 16 hex over its first member's URL.
    """

    doc: str
    story: str
    relation: DuplicateRelation
    of: str | None = None
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class SituatedMention:
    """An event mention with where and when it was published: what identity works on.

    Attributes:
        origin: the independent origin it counts for: the source's origin group (all state
            outlets of one government are one) or, for copies of one story, the origin of
            the story's first member.
        seen_at: when it was captured (belief time), UTC.
    """

    mention: EventMention
    url: str
    text_digest: str
    source_id: str | None
    origin: str
    country: str | None
    story: str
    language: str
    published: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values of one slot that mentions of one event disagree on, kept side by side.

    ``values`` are (value as canonical JSON, mention ids that say so), most supported first.
    """

    slot: str
    values: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A persistent event: one deed in the world, however often it is told.

    Attributes:
        event_id: ``evt_`` + 16 hex minted from its first mention and kept; ``aliases`` are
            ids merged into it.
        slots: its merged slots in the shape of an event mention (evidence of the best
            mention first, one piece for each distinct story; ``mention_id`` is empty).
        mention_ids: its mentions, by published then id.
        novelties: (mention id, novelty) in the same order.
        origins: independent origins that tell it, sorted.
        first_published: UTC, of its earliest dated mention; ``first_seen`` belief time.
        first_reported, last_reported: UTC, of the earliest and the latest mention that tells
            it as news: neither a recollection nor undated.
    """

    event_id: str
    slots: EventMention
    mention_ids: tuple[str, ...]
    novelties: tuple[tuple[str, Novelty], ...]
    origins: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()
    aliases: tuple[str, ...] = ()
    first_published: datetime | None = None
    last_published: datetime | None = None
    first_seen: datetime | None = None
    first_reported: datetime | None = None
    last_reported: datetime | None = None
    verdict: Literal["confirmed", "rejected"] | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """One mention, or two, as an analyst decided about them.

    Attributes:
        kind: ``confirm`` or ``reject`` of a mention; ``together`` or ``apart`` of two.
        other_id: the other mention of a pair, None for a single one.
        ruled_at: UTC; of two rulings that disagree the later holds.
    """

    review_id: str
    kind: Literal["confirm", "reject", "together", "apart"]
    mention_id: str
    other_id: str | None
    ruled_at: datetime


@dataclass(frozen=True, slots=True)
class IdentityStep:
    """One line of the log that explains an identity: why a mention joined, or ids merged."""

    action: Literal["mint", "join", "merge", "split", "keep_apart"]
    event_id: str
    mention_id: str | None
    other_event_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What identity decided for the blocks it was given."""

    events: tuple[Event, ...]
    log: tuple[IdentityStep, ...] = ()
