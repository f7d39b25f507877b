"""Decide: every capture ends in exactly one state, and new texts find their place.

Runs inside the write lock: it reads what is stored, decides, and hands back one `Batch`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from connectors.records import Capture
from flows.stages.identify import identify, raise_alerts
from flows.stages.recode import marked
from flows.stages.revisit import asked_for, at_their_address
from flows.stages.transform import NOT_MODIFIED, Processed, Refusal
from transforms.duplicates.link import link
from transforms.duplicates.minhash import bands
from transforms.duplicates.story import StoryFeatures, features
from transforms.identity import block_keys, mention_order
from transforms.records import (
    CodedDocument,
    DuplicateLink,
    EventMention,
    SituatedMention,
)
from transforms.urls import host_of
from transforms.vocabulary import TYPES
from warehouse.records import (
    GONE,
    ArticleRow,
    Batch,
    CaptureRow,
    KnownArticle,
    Outcome,
    QuarantineRow,
)

if TYPE_CHECKING:
    from dossiers.records import Dossier, Source
    from warehouse.store import Writer

STORY_DAYS = 3
"""How far apart in days two tellings of one story may be published."""
MAX_WINDOWS = 8
"""Most questions asked of the warehouse for the neighbours of one batch."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a decision needs to know of its run.

    Attributes:
        is_recoding: texts that are known count as changed where they are coded otherwise now.
        is_silent: alerts are stored, and nobody is told.
        releases: rows in quarantine that are being let through.
    """

    run_id: str
    now: datetime
    horizon: timedelta | None
    dossier: Dossier
    sources: Mapping[str, Source]
    is_recoding: bool = False
    is_silent: bool = False
    releases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Fresh:
    """A document whose text is new to the warehouse, and whether its URL is."""

    capture: Capture
    coded: CodedDocument
    is_change: bool


@dataclass(frozen=True, slots=True)
class Sorted:
    """Captures by what they end in."""

    rows: tuple[CaptureRow, ...]
    fresh: tuple[Fresh, ...]
    quarantined: tuple[QuarantineRow, ...]


def decide(processed: Sequence[Processed], *, writer: Writer, setting: Setting) -> Batch:
    """Turn a judged batch into what one transaction takes in."""
    processed = at_their_address(processed, writer)
    recoded: frozenset[str] = frozenset()
    if setting.is_recoding:
        processed, recoded = marked(processed, writer)
    urls = {
        item.result.document.url for item in processed if isinstance(item.result, CodedDocument)
    }
    outcome = sort_captures(processed, writer.known_articles(sorted(urls)), recoded)
    articles = place(outcome.fresh, writer=writer, setting=setting)
    situated = situate(articles, writer=writer, setting=setting)
    changed = sorted(row.coded.document.url for row in articles if row.outcome == "changed")
    outdated = writer.mentions_of_articles(changed)
    found = identify(situated, outdated, writer=writer, setting=setting)
    return Batch(
        run_id=setting.run_id,
        now=setting.now,
        captures=outcome.rows,
        articles=articles,
        quarantined=outcome.quarantined,
        situated=situated,
        block_keys=tuple(
            (item.mention.mention_id, tuple(sorted(block_keys(item)))) for item in situated
        ),
        events=found.resolution.events,
        dissolved=found.dissolved,
        identity_log=found.resolution.log,
        alerts=raise_alerts(found, writer=writer, setting=setting),
    )


def sort_captures(
    processed: Sequence[Processed],
    known: Mapping[str, KnownArticle],
    recoded: Set[str] = frozenset(),
) -> Sorted:
    """Give every capture its one state: new, changed, unchanged or quarantined.

    ``recoded`` are URLs of known texts that are coded otherwise now: changed too.
    """
    rows: list[CaptureRow] = []
    fresh: dict[str, Fresh] = {}
    quarantined: list[QuarantineRow] = []
    for item in sorted(processed, key=lambda each: each.capture.fetched_at):
        refusal = refused(item)
        if refusal and (again := _looked_at_again(item, refusal)):
            rows.append(again)
            continue
        if refusal:
            rows.append(CaptureRow(item.capture, "quarantined", reason=refusal.reason))
            quarantined.append(quarantine_row(item.capture, refusal))
            continue
        coded = item.result
        assert isinstance(coded, CodedDocument)
        outcome = outcome_of(coded, known, fresh, recoded)
        rows.append(CaptureRow(item.capture, outcome, coded.document.url))
        if outcome != "unchanged":
            fresh[coded.document.url] = Fresh(item.capture, coded, outcome == "changed")
    return Sorted(tuple(rows), tuple(fresh.values()), tuple(quarantined))


def _looked_at_again(item: Processed, refusal: Refusal) -> CaptureRow | None:
    """The row of another look that found the page unchanged, or gone; None for other refusals.

    An article that is gone is marked and kept; a wall in front of it says nothing about it.
    """
    article = asked_for(item)
    if article is None:
        return None
    if refusal.reason == NOT_MODIFIED:
        return CaptureRow(item.capture, "unchanged", article, NOT_MODIFIED)
    if refusal.reason in GONE:
        return CaptureRow(item.capture, "changed", article, refusal.reason)
    return None


def refused(item: Processed) -> Refusal | None:
    """Why a processed capture cannot be stored as an article, or None."""
    if isinstance(item.result, Refusal):
        return item.result
    document = item.result.document
    if document.not_news:
        return Refusal(document.not_news, f"{item.capture.url}: not an article; kept as captured")
    return None


def outcome_of(
    coded: CodedDocument,
    known: Mapping[str, KnownArticle],
    fresh: Mapping[str, Fresh],
    recoded: Set[str],
) -> Outcome:
    """New, changed or unchanged; within one batch the first capture of a URL wins.

    Two captures of one canonical URL in one batch are its desktop and mobile twins: their
    small differences of layout are no revision.
    """
    url = coded.document.url
    if url in fresh:
        return "unchanged"
    stored = known.get(url)
    if stored is None:
        return "new"
    is_same = stored.text_digest == coded.document.text_digest and url not in recoded
    return "unchanged" if is_same else "changed"


def quarantine_row(capture: Capture, refusal: Refusal) -> QuarantineRow:
    """A refusal as a row that leads back to the bytes."""
    return QuarantineRow(
        url=capture.url,
        source_id=capture.source_id,
        stage="capture" if capture.error else "judge" if refusal.reason == "quality" else "extract",
        reason=refusal.reason,
        detail=refusal.detail,
        capture_id=capture.capture_id,
        warc_file=capture.warc_file,
        warc_offset=capture.warc_offset,
    )


def place(fresh: Sequence[Fresh], *, writer: Writer, setting: Setting) -> tuple[ArticleRow, ...]:
    """Link fresh documents to the stories they belong to."""
    if not fresh:
        return ()
    own = {item.coded.document.url: features(item.coded) for item in fresh}
    layers = {url: bands(feature.signature) for url, feature in own.items()}
    changed = {item.coded.document.url for item in fresh if item.is_change}
    stored = {match.url: match for found in writer.band_matches(layers).values() for match in found}
    for since, until in windows([f.published for f in own.values() if f.published]):
        stored |= {found.url: found for found in writer.story_candidates(since, until)}
    prior = writer.features_of(sorted(changed))
    known = [as_features(match) for url, match in stored.items() if url not in own]
    links = link(
        [own[item.coded.document.url] for item in fresh],
        known,
        {url: as_features(match) for url, match in prior.items()},
    )
    by_url = {found.doc: found for found in links}
    return tuple(article_row(item, by_url[item.coded.document.url], own, layers) for item in fresh)


def windows(moments: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """The stretches of time in which retellings of texts of these moments may lie.

    At most `MAX_WINDOWS`, parted where the gaps are widest: one old text in a batch must not
    call up everything published since.
    """
    if not moments:
        return []
    ordered = sorted(moments)
    reach = timedelta(days=STORY_DAYS)
    gaps = [(later - one, later) for one, later in pairwise(ordered) if later - one > 2 * reach]
    starts = sorted(later for _, later in sorted(gaps)[-(MAX_WINDOWS - 1) :])
    bounds = [0, *(bisect_left(ordered, start) for start in starts), len(ordered)]
    return [(ordered[i] - reach, ordered[j - 1] + reach) for i, j in pairwise(bounds)]


def as_features(stored: object) -> StoryFeatures:
    """Stored features, with the story they were given since."""
    found = StoryFeatures.from_plain(stored.features)  # type: ignore[attr-defined]
    return replace(found, story=stored.story)  # type: ignore[attr-defined]


def article_row(
    item: Fresh,
    duplicate: DuplicateLink,
    own: Mapping[str, StoryFeatures],
    layers: Mapping[str, Sequence[int]],
) -> ArticleRow:
    """The row of a fresh document."""
    url = item.coded.document.url
    return ArticleRow(
        coded=item.coded,
        outcome="changed" if item.is_change else "new",
        capture_id=item.capture.capture_id,
        fetched_at=item.capture.fetched_at,
        duplicate=duplicate,
        bands=tuple(layers[url]),
        features=own[url].to_plain(),
    )


def situate(
    articles: Sequence[ArticleRow], *, writer: Writer, setting: Setting
) -> tuple[SituatedMention, ...]:
    """Event mentions with where and when they were published, each with its story's origin.

    Stored mentions whose story turns out to have been told first by somebody else come back
    too, with the new origin.
    """
    fresh = [
        situated_mention(row, mention, setting.sources)
        for row in articles
        for mention in row.coded.events
    ]
    keys = {f"{group}|s|{item.story}" for item in fresh for group in TYPES}
    told = writer.situated_in_blocks(sorted(keys)) if keys else []
    origins = story_origins([*told, *fresh], setting.sources)
    rewritten = {row.coded.document.url for row in articles}
    moved = {item.url for item in told if item.origin != origins[item.story]} - rewritten
    standing = writer.mentions_of_articles(sorted(moved)) if moved else []
    return tuple(
        replace(item, origin=origins[item.story])
        for item in (*fresh, *standing)
        if item.story in origins
    )


def situated_mention(
    row: ArticleRow, mention: EventMention, sources: Mapping[str, Source]
) -> SituatedMention:
    """A mention in its article, which for the moment counts as the first of its story."""
    document = row.coded.document
    return SituatedMention(
        mention=mention,
        url=document.url,
        text_digest=document.text_digest,
        source_id=document.source_id,
        origin=origin_of(document.source_id, document.url, sources),
        country=country_of(row, sources),
        story=row.duplicate.story,
        language=document.language,
        published=document.published,
        seen_at=row.fetched_at,
    )


def story_origins(
    mentions: Sequence[SituatedMention], sources: Mapping[str, Source]
) -> dict[str, str]:
    """Story to the origin of its first telling, whichever of them arrived first."""
    firsts: dict[str, SituatedMention] = {}
    for item in sorted(mentions, key=mention_order):
        firsts.setdefault(item.story, item)
    return {
        story: origin_of(first.source_id, first.url, sources) for story, first in firsts.items()
    }


def origin_of(source_id: str | None, url: str, sources: Mapping[str, Source]) -> str:
    """The independent origin that a first telling counts for, and all copies of it.

    State outlets of one government share an origin group; a document without a source
    stands for its host, or for itself.
    """
    source = speaker_of(source_id, url, sources)
    if source:
        return source.origin_group or source.outlet or source.id
    return urlsplit(url).hostname or url


def country_of(row: ArticleRow, sources: Mapping[str, Source]) -> str | None:
    """The state a document's source works from, where known."""
    document = row.coded.document
    source = speaker_of(document.source_id, document.url, sources)
    return source.country if source else None


def speaker_of(source_id: str | None, url: str, sources: Mapping[str, Source]) -> Source | None:
    """Whose words a document is: its source's, or its site's where a pointer led to it.

    GDELT names other people's pages; two of them are not one voice.
    """
    source = sources.get(source_id or "")
    if source is None or source.kind != "gdelt":
        return source
    host = host_of(url)
    owners = (s for s in sources.values() if s.kind != "gdelt" and host_of(s.url) == host)
    return next(owners, None)
