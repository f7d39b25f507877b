"""Transform: captures become coded documents, in processes that can be killed."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.records import Capture
from flows.crashpoints import reach
from flows.orphans import die_with_parent
from flows.pools import KillablePool, PoolFailure
from transforms.errors import ExtractionError
from transforms.pipeline import Pipeline
from transforms.records import CodedDocument, RawDocument

NOT_MODIFIED = "not_modified"
"""Reason of a page looked at again that answers 304: there is nothing to transform."""

_pipeline: Pipeline | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a document could not be coded: a stable word and a sentence."""

    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Processed:
    """A capture with what became of it."""

    capture: Capture
    result: CodedDocument | Refusal


def build_pipeline() -> Pipeline:
    """The pipeline of this process, built on first use."""
    global _pipeline
    if _pipeline is None:
        from dossiers.boilerplate import load_rules
        from dossiers.languages import load_languages
        from dossiers.loader import load

        _pipeline = Pipeline.build(load(), load_languages(), load_rules())
    return _pipeline


def start_worker() -> None:
    """Prepare an extraction process before its first page.

    A service manager sends SIGTERM to every process of a service: pages under way must not
    fail by that. Whoever owns the pool ends it, by SIGKILL where a page hangs.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    die_with_parent()
    build_pipeline()


def process_raw(raw: RawDocument) -> CodedDocument | Refusal:
    """Code one document; a refusal instead of an exception, so that nothing is lost."""
    try:
        return build_pipeline().process(raw)
    except ExtractionError as error:
        return Refusal(error.reason, str(error))
    except Exception as error:  # a text that stumbles us must not stop the rest
        where = raw.url or raw.doc_id
        return Refusal("error", f"{where}: {type(error).__name__}: {error}; please report it")


def open_pool(workers: int, seconds: float) -> KillablePool[RawDocument, CodedDocument | Refusal]:
    """The pool that runs `process_raw`."""
    return KillablePool(process_raw, workers=workers, seconds=seconds, initialise=start_worker)


Pool = KillablePool[RawDocument, CodedDocument | Refusal]


@dataclass(frozen=True, slots=True)
class Begun:
    """A capture on its way: already refused, or being coded in the pool."""

    capture: Capture
    refusal: Refusal | None
    future: Any = None


def begin(capture: Capture, pool: Pool) -> Begun:
    """Let a capture be coded while others are still being found; `finish` waits for it."""
    raw = usable(capture)
    if isinstance(raw, Refusal):
        return Begun(capture, raw)
    return Begun(capture, None, pool.submit(raw))


def finish(begun: Begun, pool: Pool) -> Processed:
    """What became of a capture."""
    if begun.refusal:
        return Processed(begun.capture, begun.refusal)
    return _outcome(begun.capture, pool.collect(begun.future))


def transform(captures: Sequence[Capture], pool: Pool) -> Iterator[Processed]:
    """Code every capture; captures without a usable body come back as refusals."""
    pending: list[Capture] = []
    raws: list[RawDocument] = []
    for capture in captures:
        raw = usable(capture)
        if isinstance(raw, Refusal):
            yield Processed(capture, raw)
            continue
        pending.append(capture)
        raws.append(raw)
    for capture, result in zip(pending, pool.map(raws), strict=True):
        yield _outcome(capture, result)


def usable(capture: Capture) -> RawDocument | Refusal:
    """What there is to be coded of a capture, or why there is nothing."""
    if capture.error:
        return Refusal(capture.error, capture.error_detail or capture.error)
    if capture.status == 304:
        return Refusal(NOT_MODIFIED, f"{capture.url}: has not changed")
    return raw_document(capture)


def _outcome(capture: Capture, result: CodedDocument | Refusal | PoolFailure) -> Processed:
    reach("mid_extraction")
    if isinstance(result, PoolFailure):
        detail = f"{capture.url}: {result.detail}; its bytes are kept in the capture archive"
        return Processed(capture, Refusal(result.reason, detail))
    return Processed(capture, result)


def raw_document(capture: Capture) -> RawDocument | Refusal:
    """What the transforms need of a capture; JSON lines are unpacked here."""
    hint = capture.candidate
    if capture.content_type == "application/json" and capture.kind == "file":
        try:
            return raw_from_record(json.loads(capture.body), capture.url)
        except ValueError as error:
            return Refusal("bad_record", f"{capture.url}: {error}")
    return RawDocument(
        doc_id=document_id(capture),
        url=capture.final_url,
        body=capture.body,
        content_type=capture.content_type,
        charset=capture.charset,
        source_id=capture.source_id,
        published=hint.published if hint else None,
        title=hint.title if hint else None,
        language=hint.language if hint else None,
        author=hint.author if hint else None,
        fetched_at=capture.fetched_at,
        is_hint_final=bool(hint and hint.is_authoritative),
    )


def document_id(capture: Capture) -> str:
    """A file's stem; the capture id for anything fetched."""
    if not capture.url.startswith("file:"):
        return capture.capture_id
    name = capture.url.removeprefix("file:").rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[0] if "#" not in name else name


def raw_from_record(record: Any, fallback_id: str) -> RawDocument:
    """A document of the JSON Lines contract.

    Args:
        record: ``{"id"?, "url"?, "published"?, "title"?, "language"?, "text" or "html"}``.
        fallback_id: id where the record has none.

    Raises:
        ValueError: the record is not an object, or has neither text nor html, or its
            ``published`` is not a date.
    """
    if not isinstance(record, dict):
        raise ValueError("a record must be a JSON object with a text or an html field")
    body = record.get("text") if record.get("text") is not None else record.get("html")
    if not isinstance(body, str):
        raise ValueError('a record needs a string field "text" or "html"')
    is_text = record.get("text") is not None
    return RawDocument(
        doc_id=str(record.get("id") or record.get("url") or fallback_id),
        url=record.get("url"),
        body=body,
        content_type="text/plain" if is_text else "text/html",
        charset="utf-8",
        source_id=record.get("source"),
        published=parse_moment(record.get("published")),
        title=record.get("title"),
        language=record.get("language"),
        is_hint_final=True,
    )


def parse_moment(value: object) -> datetime | None:
    """An ISO 8601 date or moment as UTC; None for None.

    Raises:
        ValueError: the value is neither; the message shows it.
    """
    if value is None or value == "":
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(
            f"{value!r} is not a date: write 2025-08-08 or 2025-08-08T14:30:00+04:00"
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
