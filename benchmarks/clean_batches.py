"""Clean batches for the defect injector: rows of every suite, made from generated pages.

Captures, articles, mentions and event mentions are what the pipeline makes of generated pages
(`demo.pages`); events, sources and runs are written around them as the warehouse would hold
them. Everything is seeded.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from connectors.captures import make_capture
from connectors.records import Capture
from demo.pages import generate_pages
from expectations.frames import Rows, batch_rows
from expectations.profile import load_profile
from flows.stages.transform import build_pipeline, raw_document
from transforms.errors import ExtractionError
from transforms.records import CodedDocument, RawDocument

NOW = datetime(2030, 1, 1, tzinfo=UTC)
"""After every date the generated pages name."""
PAGES = 160
ARTICLES = 70
SOURCES = 10
Row = dict[str, Any]


@cache
def _pages() -> tuple[tuple[Capture, CodedDocument], ...]:
    built, made = build_pipeline(), []
    for number, page in enumerate(generate_pages(PAGES, seed=11)):
        capture = make_capture(
            url=page.url,
            kind="page",
            source_id=f"source-{number % SOURCES}",
            status=200,
            content_type="text/html",
            charset=page.charset,
            body=page.html,
            fetched_at=NOW - timedelta(hours=2),
        )
        raw = raw_document(capture)
        try:
            assert isinstance(raw, RawDocument)
            made.append((capture, built.process(raw)))
        except ExtractionError:
            continue
    return tuple(made)


def clean_batch(seed: int) -> Rows:
    """The rows of one batch, by suite; another seed takes other pages."""
    rng = random.Random(seed)
    news = [item for item in _pages() if not item[1].document.not_news]
    told = [item for item in news if item[1].events]
    rest = [item for item in news if not item[1].events]
    chosen = [*told[:25], *rng.sample(rest, min(ARTICLES - 25, len(rest)))]
    rng.shuffle(chosen)
    rows = batch_rows(chosen, load_profile())
    for capture, (_, coded) in zip(rows["captures"], chosen, strict=True):
        capture |= {
            "outcome": "new",
            "article_url": coded.document.url,
            "is_article_there": True,
            "warc_file": "run.warc.gz",
        }
    for article in rows["articles"]:
        article |= {"relation": "original", "version": 1}
    rows["events"] = [_event(row, rng) for row in rows["event_mentions"]]
    rows["sources"] = [_source(number, rng) for number in range(SOURCES)]
    rows["runs"] = [_run(number) for number in range(SOURCES)]
    return rows


def _event(mention: Row, rng: random.Random) -> Row:
    slots = {k: v for k, v in mention.items() if k not in ("url", "quote", "found", "roles")}
    origins = [f"origin-{n}" for n in range(rng.randint(1, 3))]
    published = slots.pop("published_at") or NOW - timedelta(days=3)
    return slots | {
        "id": mention["id"].replace("evm_", "evt_"),
        "origins": origins,
        "origin_count": len(origins),
        "mention_count": len(origins),
        "member_count": len(origins),
        "is_alone_with_its_mentions": True,
        "first_published_at": published,
        "last_published_at": published + timedelta(hours=5),
        "first_seen_at": published + timedelta(hours=1),
        "earlier_status": None,
        "has_reason": False,
        "is_alerted": False,
    }


def _source(number: int, rng: random.Random) -> Row:
    profile = load_profile()
    return {
        "id": f"source-{number}",
        "url": f"https://source-{number}.invalid/rss",
        "language": "en",
        "country": "GEO",
        "error_count": rng.randint(0, 2),
        "last_status": 200,
        "is_alive": True,
        "is_silent": False,
        "history_count": 300,
        "volume_deviation": max(-3.0, min(3.0, rng.gauss(0, 1))),
        "relevance_deviation": max(-3.0, min(3.0, rng.gauss(0, 1))),
        "language_deviation": abs(max(-3.0, min(3.0, rng.gauss(0, 1)))),
        "length_deviation": max(-3.0, min(3.0, rng.gauss(0, 1))),
        "recent_relevant_count": rng.randint(0, 30),
        "recent_median_chars": profile.median_chars * rng.uniform(0.3, 2),
        "recent_mention_rate": profile.median_mention_rate * rng.uniform(0.5, 2),
    }


def _run(number: int) -> Row:
    began = NOW - timedelta(hours=2 * number + 1)
    return {
        "id": f"run_{number}",
        "kind": "ingest",
        "status": "complete",
        "started_at": began,
        "finished_at": began + timedelta(minutes=4),
        "exit_code": 0,
        "capture_count": 200,
        "quarantined_share": 0.05,
        "late_count": 0,
        "lost_count": 0,
        "had_seeds": True,
        "is_connected": True,
        "is_over": True,
        "hours": 0.07,
    }


def free_rows(rows: Sequence[Row], used: set[str]) -> list[Row]:
    """The rows no defect was planted in yet."""
    return [row for row in rows if str(row["id"]) not in used]
