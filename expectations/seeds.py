"""The seed corpus: five documents whose facts are committed and whose text never is.

`seed_corpus.json` holds digests, offsets, entities and events. `read_seeds` turns the folder
into raw documents; `seed_frames` compares what the transforms made of them with the facts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transforms.records import CodedDocument, EventMention, RawDocument
from transforms.vocabulary import ALERT_TYPES

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = Path(__file__).parent / "seed_corpus.json"


@cache
def load_manifest(path: Path = MANIFEST) -> dict[str, Any]:
    """The committed facts."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def read_seeds(directory: Path) -> tuple[list[RawDocument], list[str]]:
    """The seed documents as raw documents, and the names of those that are absent."""
    documents, absent = [], []
    for facts in load_manifest()["documents"]:
        path = directory / facts["file"]
        if not path.is_file():
            absent.append(facts["file"])
            continue
        published = datetime.fromisoformat(facts["published"]).replace(tzinfo=UTC)
        documents.append(
            RawDocument(
                doc_id=path.stem,
                url=f"file:{path.name}",
                body=path.read_bytes(),
                content_type="text/plain",
                source_id="files",
                published=published,
                is_hint_final=True,
            )
        )
    return documents, absent


def seed_frames(
    raws: Sequence[RawDocument], coded: Sequence[CodedDocument]
) -> dict[str, pd.DataFrame]:
    """The frames of the `seed` suite.

    Args:
        raws: what `read_seeds` returned.
        coded: the same documents after the transforms, in the same order.
    """
    import pandas as pd

    facts_of = {Path(facts["file"]).stem: facts for facts in load_manifest()["documents"]}
    rows: dict[str, list[dict[str, Any]]] = {
        "document": [],
        "alert_event": [],
        "background_event": [],
        "not_event": [],
    }
    for raw, document in zip(raws, coded, strict=True):
        facts = facts_of[raw.doc_id]
        body = raw.body if isinstance(raw.body, bytes) else raw.body.encode()
        rows["document"].append(_document_row(facts, body, document))
        for expected in facts["events"]:
            frame = "alert_event" if expected["is_alert"] else "background_event"
            rows[frame].append(_event_row(expected, document.events))
        for negative in facts["not_events"]:
            found = _overlapping(negative["spans"], document.events)
            covered = [s for e in facts["events"] for s in e["spans"]]
            strays = [e for e in found if not _overlapping(covered, [e])]
            rows["not_event"].append({"id": negative["id"], "is_coded": bool(strays)})
    return {name: pd.DataFrame(values) for name, values in rows.items()}


def _document_row(facts: Mapping[str, Any], body: bytes, coded: CodedDocument) -> dict[str, Any]:
    source = body.decode("utf-8")
    lines = source.split("\n")
    text = squeezed(coded.document.text)
    title = source[slice(*facts["title"])] if facts["title"] else None
    mentioned = {mention.entity_id for mention in coded.mentions}
    stripped = [squeezed(source[slice(*span)]) for span in facts["strip"]]
    kept = [squeezed(lines[line - 1]) for line in [*facts["body_lines"], *facts["subheads"]]]
    return {
        "id": facts["doc"],
        "digest_matches": hashlib.sha256(body).hexdigest() == facts["sha256"],
        "language_matches": coded.document.language == facts["language"],
        "title_matches": coded.document.title == title,
        "strip_left": sum(line in text for line in stripped if line),
        "body_missing": sum(line not in text for line in kept),
        "is_relevant": coded.relevant,
        "persons_missing": len(set(facts["persons"]) - mentioned),
        "countries_missing": len(set(facts["countries"]) - mentioned),
    }


def squeezed(text: str) -> str:
    """Text with every run of white space (no-break spaces included) as one space."""
    return " ".join(text.split())


def _event_row(expected: Mapping[str, Any], events: Sequence[EventMention]) -> dict[str, Any]:
    candidates = [
        event
        for event in _overlapping(expected["spans"], events)
        if event.type == expected["type"] and _same_venue(expected, event)
    ]
    if not candidates:
        return {"id": expected["id"], "difference": "not coded", "novelty": None}
    best = min(candidates, key=lambda event: len(differences(expected, event)))
    return {
        "id": expected["id"],
        "difference": "; ".join(differences(expected, best)) or "none",
        "novelty": best.novelty,
        "alertable": best.novelty == "new" and best.type in ALERT_TYPES and best.track is not None,
    }


def _same_venue(expected: Mapping[str, Any], event: EventMention) -> bool:
    wanted = (expected["venue"] or {}).get("id")
    return wanted is None or event.venue is None or event.venue.id == wanted


def differences(expected: Mapping[str, Any], event: EventMention) -> list[str]:
    """The slots in which a coded event departs from an annotated one, by name and value."""
    date = event.date
    found = {
        "status": event.status,
        "third_parties": sorted(
            (t.id, t.person, t.rank, tuple(sorted(t.roles))) for t in event.third_parties
        ),
        "parties": sorted((p.id, p.person) for p in event.parties),
        "venue": event.venue.id if event.venue else None,
        "date": (
            date.start.isoformat() if date.start else None,
            date.end.isoformat() if date.end else None,
            date.precision,
        ),
    }
    wanted = {
        "status": expected["status"],
        "third_parties": sorted(
            (t["id"], t.get("person"), t.get("rank"), tuple(sorted(t["roles"])))
            for t in expected["third_parties"]
        ),
        "parties": sorted((p["id"], p.get("person")) for p in expected["parties"]),
        "venue": (expected["venue"] or {}).get("id"),
        "date": tuple(expected["date"][key] for key in ("start", "end", "precision")),
    }
    return [
        f"{slot} is {found[slot]!r}, not {wanted[slot]!r}"
        for slot in wanted
        if found[slot] != wanted[slot]
    ]


def _overlapping(
    spans: Sequence[Sequence[int]], events: Sequence[EventMention]
) -> list[EventMention]:
    return [
        event
        for event in events
        if any(
            piece.source_start is not None
            and piece.source_end is not None
            and piece.source_start < end
            and start < piece.source_end
            for piece in event.evidence
            for start, end in spans
        )
    ]
