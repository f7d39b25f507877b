"""Trying one source, step by step, without writing anything: ``araxes sources check``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from connectors.policy import FetchPolicy
from connectors.polling import poll
from connectors.records import Capture, FeedResult
from dossiers.records import Source
from flows.stages.capture import carried
from flows.stages.transform import Refusal, process_raw, raw_document
from flows.web import Web

Verdict = Literal["ok", "warn", "fail", "info"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing tried: what, how it went, and in words what was seen."""

    name: str
    verdict: Verdict
    detail: str


def check_source(source: Source, policy: FetchPolicy, now: datetime) -> Iterator[Step]:
    """Ask a source, read its answer, take in its newest item; yields each step as it ends."""
    yield Step("catalogue", "info", f"{source.kind} at {source.url}")
    if not source.enabled:
        yield Step("catalogue", "warn", f"disabled: {source.note or 'no reason noted'}")
    with Web(policy) as web:
        kept: list[Capture] = []

        def keep(capture: Capture) -> Capture:
            kept.append(capture)
            return capture

        result = web.run(poll(source, None, web.fetcher, now, keep))
        yield from _fetched(kept)
        yield _read(result)
        yield from (Step("reading", "warn", warning) for warning in result.warnings)
        if result.candidates:
            yield from _article(result, web, now)


def _fetched(captures: list[Capture]) -> Iterator[Step]:
    for capture in captures:
        if capture.error:
            yield Step("fetch", "fail", f"{capture.error}: {capture.error_detail}")
            continue
        validators = [name for name in ("etag", "last-modified") if name in capture.headers]
        told = f"status {capture.status}, {len(capture.body):,} bytes, {capture.content_type}"
        moved = f"; moved for good to {capture.permanent_url}" if capture.permanent_url else ""
        yield Step("fetch", "warn" if moved else "ok", f"{capture.final_url}: {told}{moved}")
        yield Step(
            "validators",
            "ok" if validators else "warn",
            ", ".join(validators) or "none: the whole body is sent each time",
        )


def _read(result: FeedResult) -> Step:
    if result.outcome != "parsed":
        return Step("reading", "fail", result.state.error or result.reason or result.outcome)
    dates = [c.published for c in result.candidates if c.published]
    newest = f", newest of {max(dates):%Y-%m-%d %H:%M} UTC" if dates else ", none of them dated"
    verdict: Verdict = "ok" if result.candidates and dates else "warn"
    return Step("reading", verdict, f"{len(result.candidates)} items{newest}")


def _article(result: FeedResult, web: Web, now: datetime) -> Iterator[Step]:
    dated = [c for c in result.candidates if c.published]
    newest = max(dated, key=lambda c: c.published or now) if dated else result.candidates[0]
    if newest.content is not None:
        capture = carried(newest, now)
    else:
        capture = web.run(
            web.fetcher.fetch(
                newest.url,
                kind="page",
                source_id=newest.source_id,
                candidate=replace(newest, content=None),
                now=now,
            )
        )
    if capture.error:
        yield Step("article", "fail", f"{newest.url}: {capture.error}: {capture.error_detail}")
        return
    raw = raw_document(capture)
    coded = raw if isinstance(raw, Refusal) else process_raw(raw)
    if isinstance(coded, Refusal):
        yield Step("article", "fail", f"{newest.url}: {coded.reason}: {coded.detail}")
        return
    document = coded.document
    yield Step("article", "ok", f"{newest.url}: {document.title or 'without a title'}")
    published = f"{document.published:%Y-%m-%d %H:%M} UTC" if document.published else "no date"
    yield Step(
        "text",
        "ok" if document.text and document.published else "warn",
        f"{len(document.text):,} characters, language {document.language}, {published}",
    )
    yield Step(
        "process",
        "info",
        f"{'concerns' if coded.relevant else 'does not concern'} the process; "
        f"{len(coded.events)} event mentions",
    )
