"""The frames of a batch: what the `batch` suite judges, one row for each thing.

``article``: id (URL), url, title, language, published, published_ahead_hours, text_chars,
garbled_share, markup_count, length_ratio. ``relevant``: id, mention_rate_ratio,
reference_similarity. ``mention``: id (URL), span_matches. ``event``: id (URL), type_known,
status_allowed, roles_known, evidence_matches, dates_in_order, held_after_published.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from expectations.profile import ReferenceProfile
from transforms.records import CodedDocument, EventMention
from transforms.vocabulary import ALL_TYPES, ROLES, allows

if TYPE_CHECKING:
    import pandas as pd

MARKUP = re.compile(r"</?(?:p|div|span|a|br|script|img|table|td|tr|li|ul)\b[^<>]*>", re.IGNORECASE)
GARBLED = re.compile("[\ufffd\u0000-\u0008\u000b\u000c\u000e-\u001f\u0080-\u009f]")
DONE = {"held", "signed", "initialled", "done", "ratified"}


def batch_frames(
    documents: Sequence[CodedDocument], *, now: datetime, profile: ReferenceProfile
) -> dict[str, pd.DataFrame]:
    """Frames of a batch of coded documents, compared with the reference profile."""
    import pandas as pd

    news = [coded for coded in documents if not coded.document.not_news]
    rows = {
        "article": [_article(coded, now, profile) for coded in news],
        "relevant": [_relevant(coded, profile) for coded in news if coded.relevant],
        "mention": [row for coded in news for row in _mentions(coded)],
        "event": [_event(coded, event) for coded in news for event in coded.events],
    }
    return {name: pd.DataFrame(values) for name, values in rows.items()}


def _article(coded: CodedDocument, now: datetime, profile: ReferenceProfile) -> dict[str, Any]:
    document = coded.document
    chars = len(document.text)
    ahead = (document.published - now).total_seconds() / 3600 if document.published else None
    return {
        "id": document.url,
        "url": document.url or None,
        "title": document.title,
        "language": document.language,
        "published": document.published.isoformat() if document.published else None,
        "published_ahead_hours": ahead,
        "text_chars": chars,
        "garbled_share": len(GARBLED.findall(document.text)) / max(chars, 1),
        "markup_count": len(MARKUP.findall(document.text)),
        "length_ratio": chars / profile.median_chars,
    }


def _relevant(coded: CodedDocument, profile: ReferenceProfile) -> dict[str, Any]:
    document = coded.document
    rate = 1000 * sum(not m.in_title for m in coded.mentions) / max(len(document.text), 1)
    return {
        "id": document.url,
        "mention_rate_ratio": rate / profile.median_mention_rate,
        "reference_similarity": profile.nearest(document.signature),
    }


def _mentions(coded: CodedDocument) -> list[dict[str, Any]]:
    document = coded.document
    whole = {True: document.title or "", False: document.text}
    return [
        {
            "id": document.url,
            "span_matches": whole[mention.in_title][mention.start : mention.end] == mention.surface,
        }
        for mention in coded.mentions
    ]


def _event(coded: CodedDocument, event: EventMention) -> dict[str, Any]:
    document = coded.document
    text = document.text
    date = event.date
    known = event.type in ALL_TYPES
    published = document.published.date() if document.published else None
    return {
        "id": document.url,
        "type_known": known,
        "status_allowed": known and allows(event.type, event.status),
        "roles_known": all(set(third.roles) <= set(ROLES) for third in event.third_parties),
        "evidence_matches": bool(event.evidence)
        and all(text[piece.start : piece.end] == piece.quote for piece in event.evidence),
        "dates_in_order": not (date.start and date.end) or date.start <= date.end,
        "held_after_published": bool(
            published and date.start and event.status in DONE and date.start > published
        ),
    }
