"""Small batches of plainly made-up articles for the warehouse's tests."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from connectors.records import Capture, FeedState
from transforms.records import (
    CodedDocument,
    Document,
    DuplicateLink,
    Event,
    EventDate,
    EventMention,
    Evidence,
    IdentityStep,
    Mention,
    Party,
    Removed,
    Segment,
    SituatedMention,
    Tag,
    ThirdParty,
    Venue,
)
from warehouse.records import (
    AlertRow,
    ArticleRow,
    Batch,
    CaptureRow,
    QualityRow,
    QualityRun,
    QuarantineRow,
)

NOW = datetime(2025, 8, 8, 12, 0, tzinfo=UTC)


def digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def short(prefix: str, text: str, size: int = 24) -> str:
    return prefix + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:size]


def capture(url: str, at: datetime = NOW, text: str = "body", **more: object) -> Capture:
    base = Capture(
        capture_id=short("cap_", f"{url}{at}{text}"),
        kind="page",
        url=url,
        final_url=url,
        source_id="river_post",
        status=200,
        content_type="text/html",
        charset="utf-8",
        body=text.encode("utf-8", "replace"),
        digest=digest(text),
        fetched_at=at,
        warc_file="run.warc.gz",
        warc_offset=int(hashlib.sha256(url.encode()).hexdigest()[:6], 16),
    )
    return replace(base, **more)  # type: ignore[arg-type]


def document(url: str, text: str, **more: object) -> Document:
    base = Document(
        doc_id=url,
        url=url,
        source_id="river_post",
        title="Delegations meet by the river",
        text=text,
        language="en",
        language_confidence=0.99,
        published=NOW - timedelta(hours=2),
        published_basis="feed",
        published_is_day=False,
        author=None,
        site_name="River Post",
        segments=(Segment(0, 4, len(text)),),
        removed=(Removed("caption", "Photo: archive", 0, 4),),
        text_digest=digest(text),
        signature=tuple(range(128)),
    )
    return replace(base, **more)  # type: ignore[arg-type]


def article(
    url: str, text: str = "Two delegations met by the river.", at: datetime = NOW, **more: object
) -> ArticleRow:
    doc = document(url, text, **{k: v for k, v in more.items() if k in Document.__slots__})
    coded = CodedDocument(
        document=doc,
        relevant=True,
        mentions=(
            Mention("actor:AAA", "Two", 0, 3),
            Mention("place:river", "river", 5, 10, naming="AAA"),
            Mention("actor:BBB", "Delegations", 0, 11, in_title=True),
        ),
        tags=(Tag("track", "RIVER-1"), Tag("topic", "talks")),
        coder_version=str(more.get("coder_version", "1")),
    )
    return ArticleRow(
        coded=coded,
        outcome="changed" if more.get("changed") else "new",
        capture_id=capture(url, at, text).capture_id,
        fetched_at=at,
        duplicate=DuplicateLink(url, short("story_", str(more.get("story", url)), 16), "original"),
        bands=tuple(
            int(hashlib.sha256(f"{n}{text}".encode("utf-8", "replace")).hexdigest()[:16], 16)
            for n in range(16)
        ),
        features={"entities": ["actor:AAA"], "numbers": [3, 7]},
    )


def passage(url: str, quote: str = "delegations met", **slots: object) -> EventMention:
    base = EventMention(
        mention_id=short("evm_", url + quote),
        type="officials_talks",
        status="held",
        third_parties=(
            ThirdParty("actor:CCC", "person:one", "envoy", ("mediator", "host")),
            ThirdParty("actor:DDD", None, None, ("host",)),
        ),
        parties=(Party("actor:AAA"), Party("actor:BBB", "person:two")),
        initiators=("actor:CCC",),
        venue=Venue("place:river", "CCC"),
        date=EventDate(date(2025, 8, 7), date(2025, 8, 7), "day", "relative"),
        announced=date(2025, 8, 1),
        track="RIVER-1",
        cameo="045",
        plover="CONSULT/-/diplomatic",
        evidence=(Evidence(quote, 4, 4 + len(quote), "en", 8, 8 + len(quote)),),
        headline="CCC mediates officials' talks between AAA and BBB, 7 August 2025",
        confidence=0.9,
        trigger="meet",
    )
    return replace(base, **slots)  # type: ignore[arg-type]


def situated(mention: EventMention, row: ArticleRow) -> SituatedMention:
    doc = row.coded.document
    return SituatedMention(
        mention=mention,
        url=doc.url,
        text_digest=doc.text_digest,
        source_id=doc.source_id,
        origin=doc.source_id or doc.url,
        country="AAA",
        story=row.duplicate.story,
        language=doc.language,
        published=doc.published,
        seen_at=row.fetched_at,
    )


def event(*mentions: SituatedMention, event_id: str | None = None, **slots: object) -> Event:
    first = mentions[0]
    return Event(
        event_id=event_id or short("evt_", first.mention.mention_id, 16),
        slots=replace(first.mention, mention_id="", **slots),  # type: ignore[arg-type]
        mention_ids=tuple(m.mention.mention_id for m in mentions),
        novelties=tuple(
            (m.mention.mention_id, "new" if n == 0 else "confirmation")
            for n, m in enumerate(mentions)
        ),
        origins=tuple(sorted({m.origin for m in mentions})),
        first_published=first.published,
        last_published=mentions[-1].published,
        first_seen=first.seen_at,
    )


def batch(*rows: ArticleRow, run_id: str = "run_1", now: datetime = NOW) -> Batch:
    """A batch with, for each article, its capture, one passage, one event and one alert."""
    passages = [situated(passage(r.coded.document.url), r) for r in rows]
    events = [event(p) for p in passages]
    return Batch(
        run_id=run_id,
        now=now,
        captures=tuple(
            CaptureRow(
                capture(r.coded.document.url, r.fetched_at, r.coded.document.text),
                r.outcome,
                r.coded.document.url,
            )
            for r in rows
        ),
        articles=rows,
        quarantined=(
            QuarantineRow(
                "https://river.example/wall",
                "river_post",
                "extract",
                "consent_wall",
                "https://river.example/wall: a consent wall, not an article; nothing to mend",
            ),
        ),
        feeds=(FeedState("river_post", "https://river.example/feed", '"abc"', last_checked=now),),
        situated=tuple(passages),
        events=tuple(events),
        identity_log=tuple(
            IdentityStep("mint", e.event_id, e.mention_ids[0], None, "nothing compatible")
            for e in events
        ),
        alerts=tuple(
            AlertRow(
                short("alr_", e.event_id, 16), e.event_id, "new", "pending",
                {"event_id": e.event_id, "headline": e.slots.headline}, now,
            )
            for e in events
        ),
        quality=(
            QualityRun(
                f"qr_{run_id}", run_id, "batch", now, True, None,
                (QualityRow("article", "not_null", "url", "critical", True, "0", 0, ()),),
            ),
        ),
        block_keys=tuple((p.mention.mention_id, ("meeting|AAA+BBB", p.url)) for p in passages),
    )  # fmt: skip
