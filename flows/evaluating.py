"""Running the pipeline over a gold file: predictions, and the alerts of the whole stream."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from flows.ingest import run_ingest
from flows.records import IngestRequest
from flows.settings import Settings
from flows.stages.transform import Refusal, process_raw, raw_from_record
from transforms.evaluation import Alerted
from transforms.evaluation.matching import span
from transforms.records import SituatedMention
from warehouse.codec import decode
from warehouse.read import open_reader

BATCH: Final = 10
"""Documents a commit: few, so that events are met as in a life, not all at once."""

_QUIET: Final = """
[[subscription]]
name = "evaluation"
channel = "jsonl"
"""
"""Nobody is to be told of what gold documents say: the alerts are read from the outbox."""

_ALERTS: Final = """
SELECT a.event_id, e.type, a.payload->>'headline' AS headline,
       list({'url': m.url, 'payload': m.payload} ORDER BY m.mention_id) AS mentions
FROM alert a
JOIN event e USING (event_id)
JOIN event_member b USING (event_id)
JOIN event_mention m USING (mention_id)
WHERE a.cause = 'new' AND a.state <> 'suppressed'
GROUP BY ALL
ORDER BY min(m.published_at), a.event_id
"""


def predict(records: Sequence[dict[str, Any]], where: str) -> list[dict[str, Any]]:
    """What the coder says of each document, in the shape of ``araxes code``.

    A document that cannot be read answers with no events.
    """
    from flows.cli.documents import coded_to_json

    answers: list[dict[str, Any]] = []
    for number, record in enumerate(records, start=1):
        result = process_raw(raw_from_record(record, f"{where}:{number}"))
        if isinstance(result, Refusal):
            answers.append({"id": record.get("id"), "events": []})
        else:
            answers.append({**coded_to_json(result, record), "id": record.get("id")})
    return answers


def alerts_over(records: Sequence[dict[str, Any]]) -> list[Alerted]:
    """Take the documents in as one stream, by date, into a warehouse of their own.

    Args:
        records: gold documents; those without ``published`` come last, as they have no place
            in the stream.

    Returns:
        The events that alerted as new.
    """
    stream = sorted(records, key=lambda record: str(record.get("published") or "9999"))
    published = [str(record["published"]) for record in stream if record.get("published")]
    now = datetime.fromisoformat(max(published)) if published else datetime.now(UTC)
    now = (now if now.tzinfo else now.replace(tzinfo=UTC)) + timedelta(hours=1)
    with TemporaryDirectory(prefix="araxes-evaluate-") as scratch:
        folder, house = Path(scratch) / "documents", Path(scratch) / "warehouse"
        folder.mkdir()
        house.mkdir()
        (house / "subscriptions.toml").write_text(_QUIET, encoding="utf-8")
        with (folder / "stream.jsonl").open("w", encoding="utf-8") as file:
            for record in stream:
                file.write(json.dumps(_input(record), ensure_ascii=False) + "\n")
        request = IngestRequest(house, files=folder, now=now, alert_horizon=None, batch_size=BATCH)
        run_ingest(request, settings=Settings(alert_urls=(), seeds=None))
        with open_reader(house) as reader:
            rows = reader.query(_ALERTS).rows
    return [_alerted(*row) for row in rows]


def _input(record: dict[str, Any]) -> dict[str, Any]:
    """A gold document as a newsroom would have handed it in: without its answers."""
    kept = {key: record[key] for key in ("published", "title", "text") if record.get(key)}
    return {**kept, "id": record["id"], "url": _url(str(record["id"]))}


def _url(doc_id: str) -> str:
    """An address of its own host for each document, so that each is an origin of its own."""
    return f"https://{doc_id.lower()}.invalid/story"


def _alerted(event_id: str, kind: str, headline: str, mentions: Sequence[Any]) -> Alerted:
    passages = []
    for mention in mentions:
        doc_id = mention["url"].removeprefix("https://").split(".")[0]
        evidence = decode(SituatedMention, mention["payload"]).mention.evidence
        passages += [(doc_id, *span(asdict(piece))) for piece in evidence]
    return Alerted(event_id, kind, headline, tuple(passages))
