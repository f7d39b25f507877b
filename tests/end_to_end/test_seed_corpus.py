"""The seed corpus through the whole pipeline: what must alert does, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from expectations.seeds import load_manifest


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, araxes: Any, seeds: Path) -> Path:
    directory = tmp_path_factory.mktemp("seeds") / "warehouse"
    done = araxes(
        "ingest", "--files", seeds, "--warehouse", directory,
        "--alert-horizon", "none", "--without-prefect",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return directory


@pytest.fixture(scope="module")
def events(araxes: Any, warehouse: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = araxes.json("events", "--warehouse", warehouse)
    return rows


def expected_alerts() -> list[tuple[str, dict[str, Any]]]:
    return [
        (document["file"], event)
        for document in load_manifest()["documents"]
        for event in document["events"]
        if event["is_alert"]
    ]


@pytest.mark.parametrize(
    ("file", "expected"), expected_alerts(), ids=lambda v: v["id"] if isinstance(v, dict) else ""
)
def test_each_alert_worthy_seed_event_is_found_as_annotated(
    events: list[dict[str, Any]], file: str, expected: dict[str, Any]
) -> None:
    found = [e for e in events if e["type"] == expected["type"] and _proves(e, file, expected)]
    assert len(found) == 1, [e["headline"] for e in events]
    (event,) = found
    assert event["status"] == expected["status"]
    assert _third(event) == _third(expected)
    assert _parties(event) == _parties(expected)
    assert (event["venue"] or {}).get("id") == (expected["venue"] or {}).get("id")
    for key in ("start", "end", "precision"):
        assert event["date"][key] == expected["date"][key]


def test_exactly_the_alert_worthy_seed_events_alert(araxes: Any, warehouse: Path) -> None:
    alerts = araxes.json("alerts", "--warehouse", warehouse)
    assert sorted((a["payload"]["type"], a["payload"]["status"]) for a in alerts) == sorted(
        (e["type"], e["status"]) for _, e in expected_alerts()
    )
    assert {a["state"] for a in alerts} == {"sent"}
    sent = [json.loads(line) for line in (warehouse / "alerts.jsonl").read_text().splitlines()]
    assert len(sent) == len(alerts)


def test_nothing_that_only_looks_like_an_event_is_coded(events: list[dict[str, Any]]) -> None:
    for document in load_manifest()["documents"]:
        annotated = [span for e in document["events"] for span in e["spans"]]
        for negative in document["not_events"]:
            for event in events:
                for piece in event["evidence"]:
                    if piece["doc"] != Path(document["file"]).stem:
                        continue
                    span = (piece["source_start"], piece["source_end"])
                    if _overlap(span, annotated):
                        continue
                    assert not _overlap(span, negative["spans"]), (
                        negative["id"],
                        event["headline"],
                    )


def test_titles_are_as_printed_and_absent_where_absent(
    araxes: Any, warehouse: Path, seeds: Path
) -> None:
    rows = araxes.json("sql", "SELECT url, title FROM article", "--warehouse", warehouse)
    titles = {row["url"]: row["title"] for row in rows}
    for document in load_manifest()["documents"]:
        text = (seeds / document["file"]).read_text(encoding="utf-8")
        wanted = text[slice(*document["title"])] if document["title"] else None
        assert titles[f"file:{document['file']}"] == wanted


def test_boilerplate_is_stripped_and_kept_with_its_reason(
    araxes: Any, warehouse: Path, seeds: Path
) -> None:
    rows = araxes.json(
        "sql",
        "SELECT url, text, removed::VARCHAR AS removed "
        "FROM article JOIN article_text USING (article_no)",
        "--warehouse",
        warehouse,
    )
    texts = {row["url"]: row for row in rows}
    for document in load_manifest()["documents"]:
        source = (seeds / document["file"]).read_text(encoding="utf-8")
        row = texts[f"file:{document['file']}"]
        removed = {piece["text"].strip() for piece in json.loads(row["removed"])}
        for span in document["strip"]:
            line = source[slice(*span)].strip()
            assert any(line in piece or piece in line for piece in removed if piece), line
            assert line not in row["text"]


def _proves(event: dict[str, Any], file: str, expected: dict[str, Any]) -> bool:
    return any(
        piece["doc"] == Path(file).stem
        and _overlap((piece["source_start"], piece["source_end"]), expected["spans"])
        for piece in event["evidence"]
    )


def _overlap(span: tuple[int | None, int | None], spans: list[list[int]]) -> bool:
    start, end = span
    return start is not None and end is not None and any(start < e and s < end for s, e in spans)


def _third(event: dict[str, Any]) -> list[Any]:
    return sorted(
        (t["id"], t.get("person"), t.get("rank"), sorted(t["roles"]))
        for t in event["third_parties"]
    )


def _parties(event: dict[str, Any]) -> list[Any]:
    return sorted((p["id"], p.get("person")) for p in event["parties"])
