"""Whether a run costs what is new, or what is stored.

A hundred new articles are ingested, by `flows.ingest.run_ingest` as ever, in turns into an
empty warehouse and into one that holds 200,000. What is stored is made from a few hundred
generated articles that went through the pipeline: SQL multiplies their rows in every table,
with addresses, digests, bands, stories, mentions and events of their own, each copy two days
before the last, so that a day holds about as many articles as a busy catalogue yields.

Publishing copies the file and is measured apart. The ratio is also given without extraction
and the start of its processes, which are the same for both and would flatter it.
"""

from __future__ import annotations

import io
import json
import random
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from demo.pages import generate_pages
from flows.ingest import Step, plain_step, run_ingest
from flows.records import IngestRequest
from flows.settings import Settings
from warehouse.publish import publish
from warehouse.store import Writer, open_writer

NOW = datetime(2025, 8, 10, tzinfo=UTC)
TEMPLATE = 400
DAYS_APART = 2
APART = timedelta(days=10)
"""Between the articles of one repetition and of the next: those of the last are no neighbours,
while what is stored lies as dense around each."""

URL = "{0} || '#' || k"
DIGEST = "'sha256:' || sha256({0} || k)"
SHIFTED = f"{{0}} - to_days(({DAYS_APART} * k)::INTEGER)"
STORY = "'story_' || left(md5({0} || k), 16)"
CAPTURE = "'cap_' || left(sha256({0} || k), 24)"
MENTION = "'evm_' || left(sha256({0} || k), 24)"
EVENT = "'evt_' || left(md5({0} || k), 16)"
NUMBER = "{0} + k * (SELECT max(article_no) FROM article WHERE first_run_id = '{run}')"

COPIES: dict[str, dict[str, str]] = {
    "capture": {"capture_id": CAPTURE, "url": URL, "final_url": URL, "article_url": URL,
                "fetched_at": SHIFTED},
    "article_version": {"article_no": NUMBER, "url": URL, "text_digest": DIGEST,
                        "capture_id": CAPTURE, "seen_at": SHIFTED},
    "article_text": {"article_no": NUMBER},
    "article_search": {"article_no": NUMBER},
    "article_check": {"article_no": NUMBER, "checked_at": SHIFTED},
    "article_feature": {
        "article_no": NUMBER, "url": URL, "published_at": SHIFTED,
        "signature": "list_transform({0}, x -> hash(x + k) % 4294967296)",
        "features": "json_merge_patch({0}, json_object('url', " + URL.format("url") + ", "
        "'text_digest', sha256(url || k), 'published', "
        "strftime(" + SHIFTED.format("published_at") + ", '%Y-%m-%dT%H:%M:%S+00:00')))",
    },
    "signature_band": {"article_no": NUMBER, "band": "hash({0} + k)"},
    "mention": {"article_no": NUMBER},
    "tag": {"article_no": NUMBER},
    "story": {"story_id": STORY, "first_url": URL, "first_published_at": SHIFTED},
    "event_block": {"mention_id": MENTION, "block_key": "md5({0} || k)"},
    "event_member": {"mention_id": MENTION, "event_id": EVENT},
    "event_mention": {
        "mention_id": MENTION, "url": URL, "text_digest": DIGEST, "story_id": STORY,
        "published_at": SHIFTED, "seen_at": SHIFTED,
        "payload": "replace({0}, mention_id, " + MENTION.format("mention_id") + ")",
    },
    "event": {
        "event_id": EVENT, "first_published_at": SHIFTED, "last_published_at": SHIFTED,
        "payload": "replace({0}, event_id, " + EVENT.format("event_id") + ")",
    },
    "event_version": {
        "event_id": EVENT, "believed_from": SHIFTED, "cause_mention_id": MENTION,
        "payload": "replace({0}, event_id, " + EVENT.format("event_id") + ")",
    },
    "identity_step": {"event_id": EVENT, "mention_id": MENTION, "taken_at": SHIFTED},
    # Last, since the numbers of the others are reckoned from it.
    "article": {"article_no": NUMBER, "url": URL, "text_digest": DIGEST, "story_id": STORY,
                "published_at": SHIFTED, "first_seen_at": SHIFTED, "changed_at": SHIFTED,
                "capture_id": CAPTURE},
}  # fmt: skip
"""Table → column → what a copy has there; ``{0}`` is the column, ``k`` the copy's number."""


@dataclass
class Growth:
    """Seconds of every run, by warehouse (``none`` or ``stored``) and part of the run."""

    new: int
    stored: int = 0
    build_seconds: float = 0.0
    file_mb: float = 0.0
    publish_seconds: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: {"none": {}, "stored": {}}
    )

    def median(self, which: str, part: str) -> float:
        """The median seconds of one part of a run."""
        return median(self.seconds[which][part])

    def ratio(self, part: str) -> float:
        """How many times a part costs with what is stored."""
        return self.median("stored", part) / self.median("none", part)


def measure(
    directory: Path,
    *,
    stored: int,
    new: int,
    repetitions: int,
    progress: Callable[[str], None] = lambda text: None,
) -> Growth:
    """Ingest ``new`` articles into both warehouses, in turns.

    Args:
        directory: an empty folder.
        stored: how many articles the large warehouse holds.
        new: how many articles a run brings.
        repetitions: how many runs into each.
        progress: told what has been done.
    """
    growth = Growth(new)
    large = directory / "large"
    began = time.perf_counter()
    growth.stored = build(large, directory / "template", stored)
    growth.build_seconds = time.perf_counter() - began
    growth.file_mb = (large / "warehouse.duckdb").stat().st_size / 2**20
    progress(f"{growth.stored} articles stored in {growth.build_seconds:.0f} s")
    for number in range(repetitions):
        files = directory / f"new-{number}"
        write_documents(files, new, 1000 + number, NOW - (number + 1) * APART)
        runs = [("none", directory / f"none-{number}"), ("stored", large)]
        for which, warehouse in runs[:: 1 if number % 2 else -1]:
            for part, seconds in timed_run(files, warehouse).items():
                growth.seconds[which].setdefault(part, []).append(seconds)
        progress(f"repetition {number + 1} of {repetitions}")
    growth.publish_seconds = {which: timed_publication(path) for which, path in runs}
    return growth


def timed_run(files: Path, warehouse: Path) -> dict[str, float]:
    """One real run over a folder; its seconds by part."""
    spent: dict[str, float] = {}

    def step(name: str, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        if name == "publish":
            function = _checkpoint_only(warehouse)
        began = time.perf_counter()
        result = function(*arguments, **keywords)
        spent[name] = spent.get(name, 0.0) + time.perf_counter() - began
        return result

    began = time.perf_counter()
    ingest(files, warehouse, step)
    whole = time.perf_counter() - began - spent["publish"]
    return {
        "whole run": whole,
        "without extraction and its processes": whole - spent["transform"],
        "judge": spent["judge"],
        "decide and commit": spent["commit"],
        "tell": spent["tell"],
        "checkpoint (apart)": spent["publish"],
    }


def timed_publication(warehouse: Path) -> float:
    """Seconds of one publication: the copy of the file, flushed to the disk."""
    began = time.perf_counter()
    publish(warehouse, "run_growth", NOW)
    return time.perf_counter() - began


def ingest(files: Path, warehouse: Path, step: Step = plain_step) -> None:
    """Ingest a folder as `araxes ingest --files` does; the seed corpus is left out."""
    request = IngestRequest(warehouse, files=files, now=NOW)
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):  # the console channel
        run_ingest(request, step=step, settings=Settings(seeds=files, alert_urls=[]))


def _checkpoint_only(warehouse: Path) -> Callable[..., None]:
    """What publishing does before it copies; copying would empty the page cache between runs."""

    def checkpoint(*_: Any, **__: Any) -> None:
        with open_writer(warehouse, timeout_seconds=None, now=NOW) as writer:
            writer.checkpoint()

    return checkpoint


def build(
    warehouse: Path, files: Path, stored: int, made: Mapping[str, dict[str, str]] = COPIES
) -> int:
    """A warehouse of about ``stored`` articles; returns how many it holds.

    ``made`` are the tables that are multiplied, as `COPIES`; others keep what was ingested.
    """
    write_documents(files, min(TEMPLATE, stored), 1, NOW)
    ingest(files, warehouse)
    with open_writer(warehouse, timeout_seconds=None, now=NOW) as writer:
        run, there = _first(writer, "SELECT first_run_id, count(*) FROM article GROUP BY ALL")
        copies = round(stored / there)
        for table, columns in made.items():
            _multiply(writer, table, columns, run, copies)
        return int(_first(writer, "SELECT count(*) FROM article")[0])


def write_documents(folder: Path, count: int, seed: int, last: datetime) -> None:
    """Generated pages as JSON Lines, published within the two days before ``last``."""
    folder.mkdir(parents=True)
    rng = random.Random(seed)
    with (folder / "documents.jsonl").open("w", encoding="utf-8") as file:
        for page in generate_pages(count, seed=seed):
            published = last - timedelta(minutes=rng.randrange(1, DAYS_APART * 1440))
            html = page.html.decode(page.charset)
            record = {"url": page.url, "published": published.isoformat(), "html": html}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _multiply(writer: Writer, table: str, columns: dict[str, str], run: str, copies: int) -> None:
    """Add ``copies - 1`` copies of every row of a table, oldest first, as they would have come."""
    names = _column_names(writer, table)
    chosen = ", ".join(
        f"{columns[name].format(name, run=run)} AS {name}" if name in columns else name
        for name in names
    )
    writer.con.execute(
        f"INSERT INTO {table} BY NAME SELECT {chosen} FROM {table}, range(1, {copies}) AS r(k) "
        "ORDER BY k DESC"
    )
    writer.checkpoint()


def _column_names(writer: Writer, table: str) -> Iterable[str]:
    _, rows = writer.frame("SELECT column_name FROM (DESCRIBE " + table + ")")
    return [row[0] for row in rows]


def _first(writer: Writer, sql: str) -> tuple[Any, ...]:
    return writer.frame(sql)[1][0]
