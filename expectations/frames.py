"""The rows of a batch before it is committed, by the columns of the suites.

``id`` names the row in results; ``url`` the document it belongs to, so that whoever acts on
a result knows what to hold back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connectors.records import Capture
from expectations.profile import ReferenceProfile
from transforms.records import CodedDocument, Document, EventMention, Mention

Rows = dict[str, list[dict[str, Any]]]


def batch_rows(
    items: Sequence[tuple[Capture | None, CodedDocument | None]], profile: ReferenceProfile
) -> Rows:
    """The rows of a batch, by suite.

    Args:
        items: what was fetched with what was made of it; None where there is no capture (a
            document judged by itself) or no document (it was refused before).
        profile: what texts are compared with.
    """
    news = [(capture, coded) for capture, coded in items if coded and not coded.document.not_news]
    return {
        "captures": [_capture(capture) for capture, _ in items if capture],
        "articles": [_article(capture, coded, profile) for capture, coded in news],
        "mentions": [
            _mention(coded.document, mention) for _, coded in news for mention in coded.mentions
        ],
        "event_mentions": [
            _event(coded.document, event) for _, coded in news for event in coded.events
        ],
    }


def _capture(capture: Capture) -> dict[str, Any]:
    return {
        "id": capture.capture_id,
        "url": capture.url,
        "kind": capture.kind,
        "status": capture.status,
        "content_type": capture.content_type,
        "digest": capture.digest,
        "size_bytes": len(capture.body),
        "fetched_at": capture.fetched_at,
        "error": capture.error,
        "warc_file": capture.warc_file,
    }


def _article(
    capture: Capture | None, coded: CodedDocument, profile: ReferenceProfile
) -> dict[str, Any]:
    document = coded.document
    text = document.text
    inside = sum(not mention.in_title for mention in coded.mentions)
    hint = capture.candidate if capture else None
    return {
        "id": document.url,
        "url": document.url,
        "is_told_once": True,
        "source_id": document.source_id,
        "title": document.title,
        "title_chars": len(document.title or ""),
        "site_name": document.site_name,
        "language": document.language,
        "language_confidence": document.language_confidence,
        "declared_language": hint.language if hint else None,
        "published_at": document.published,
        "seen_at": capture.fetched_at if capture else None,
        "text": text,
        "text_length": len(text),
        "is_length_true": True,
        "text_digest": document.text_digest,
        "is_relevant": coded.relevant,
        "mention_count": inside,
        "mention_rate": 1000 * inside / max(len(text), 1),
        "reference_similarity": profile.nearest(document.signature) if coded.relevant else None,
        "first_line": text[:200].split("\n", 1)[0],
        "last_line": text[-200:].rsplit("\n", 1)[-1],
    }


def _mention(document: Document, mention: Mention) -> dict[str, Any]:
    whole = (document.title or "") if mention.in_title else document.text
    place = "title " if mention.in_title else ""
    return {
        "id": f"{document.url}#{place}{mention.start}-{mention.end} {mention.entity_id}",
        "url": document.url,
        "entity_id": mention.entity_id,
        "surface": mention.surface,
        "surface_chars": len(mention.surface),
        "start_char": mention.start,
        "end_char": mention.end,
        "found": whole[mention.start : mention.end],
    }


def _event(document: Document, event: EventMention) -> dict[str, Any]:
    date, venue = event.date, event.venue
    first = event.evidence[0] if event.evidence else None
    persons = [party.person for party in event.parties if party.person]
    persons += [third.person for third in event.third_parties if third.person]
    return {
        "id": event.mention_id,
        "url": document.url,
        "type": event.type,
        "status": event.status,
        "track": event.track,
        "third_parties": [third.id for third in event.third_parties],
        "mediators": list(event.mediators),
        "hosts": [third.id for third in event.third_parties if "host" in third.roles],
        "parties": [party.id for party in event.parties],
        "initiators": list(event.initiators),
        "persons": persons,
        "venue": venue.id if venue else None,
        "venue_country": venue.country if venue else None,
        "made_at": event.made_at,
        "date_start": date.start,
        "date_end": date.end,
        "date_precision": date.precision,
        "announced_on": event.announced,
        "novelty": event.novelty,
        "cameo": event.cameo,
        "headline": event.headline,
        "confidence": event.confidence,
        "roles": sorted({role for third in event.third_parties for role in third.roles}),
        "published_at": document.published,
        "quote": first.quote if first else None,
        "found": _found(document, event),
    }


def _found(document: Document, event: EventMention) -> str | None:
    """What stands where the evidence says, null if one of its pieces is not what stands there."""
    text = document.text
    if any(text[piece.start : piece.end] != piece.quote for piece in event.evidence):
        return None
    return event.evidence[0].quote if event.evidence else None
