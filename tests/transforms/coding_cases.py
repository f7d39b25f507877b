"""Reading the coder's development cases, and comparing what was coded with them."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dossiers import loader
from dossiers.languages import load_languages
from transforms.coding import EventCoder
from transforms.mentions import MentionFinder
from transforms.records import Document, EventMention

HERE = Path(__file__).parent
DOSSIER = loader.load("armenia_azerbaijan")
LANGUAGES = load_languages()
FINDER = MentionFinder(DOSSIER, LANGUAGES)
CODER = EventCoder(DOSSIER, LANGUAGES)


def cases(language: str) -> list[dict[str, Any]]:
    path = HERE / f"coding_cases_{language}.toml"
    return [c | {"language": language} for c in tomllib.loads(path.read_text("utf-8"))["case"]]


def document(
    text: str,
    language: str = "en",
    published: date | None = None,
    title: str | None = None,
    doc_id: str = "case",
) -> Document:
    at = datetime(published.year, published.month, published.day, tzinfo=UTC) if published else None
    return Document(
        doc_id=doc_id,
        url=f"file:{doc_id}",
        source_id=None,
        title=title,
        text=text,
        language=language,
        language_confidence=1.0,
        published=at,
        published_basis="index" if at else None,
        published_is_day=True,
        author=None,
        site_name=None,
        segments=(),
        removed=(),
        text_digest="",
        signature=(),
    )


def mentions_of(doc: Document) -> Any:
    day = doc.published.date() if doc.published else None
    return FINDER.find(doc.text, doc.language, title=doc.title, published=day)


def code_case(case: dict[str, Any]) -> tuple[EventMention, ...]:
    doc = document(
        case["text"], case["language"], case.get("published"), case.get("title"), case["id"]
    )
    return CODER.code(doc, mentions_of(doc))


def _short(entity: str) -> str:
    return entity.split(":", 1)[1]


def described(event: EventMention) -> dict[str, Any]:
    """An event in the cases' own words."""
    return {
        "type": event.type,
        "status": event.status,
        "thirds": {f"{_short(t.id)}:{','.join(t.roles)}" for t in event.third_parties},
        "parties": {_short(p.id) for p in event.parties},
        "initiators": {_short(i) for i in event.initiators},
        "venue": _short(event.venue.id) if event.venue and event.venue.id else None,
        "start": event.date.start,
        "precision": event.date.precision,
        "novelty": event.novelty,
        "cameo": event.cameo,
        "claim": event.claim_source,
        "document": event.document,
        "track": event.track,
    }


def agrees(wanted: dict[str, Any], event: EventMention) -> bool:
    given = described(event)
    for key, value in wanted.items():
        expected = set(value) if isinstance(value, list) else value
        if given[key] != expected:
            return False
    return True


def mistakes(case: dict[str, Any]) -> list[str]:
    """What is missing and what is too much; empty when the case comes out as wanted."""
    events = list(code_case(case))
    found = []
    for wanted in case["events"]:
        hit = next((e for e in events if agrees(wanted, e)), None)
        if hit is None:
            found.append(f"missing {wanted}")
        else:
            events.remove(hit)
    return found + [f"too much {described(e)}" for e in events]
