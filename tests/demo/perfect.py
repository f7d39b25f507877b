"""A reader that found everything: what the comparison must have nothing to say about."""

from typing import Any

from demo.found import Found

OUTLETS = ("halcyon", "mtkvari", "vestnik", "lori", "shirvan", "bogaz", "fanal", "zagros")
SERVERS = (*OUTLETS, "ministry", "channels", "pointer", "slow", "control")
BASES = {outlet: f"http://127.0.0.1:{9000 + i}" for i, outlet in enumerate(SERVERS)}


def perfect_found(truth: dict[str, Any], stage: int) -> Found:
    """Everything of ``stage``, as the commands would print it."""
    pages = {k: r for k, r in truth["articles"].items() if r["stage"] <= stage}
    articles = {k: r for k, r in pages.items() if r["outcome"] == "new"}
    events = {n: e for n, e in truth["events"].items() if any_told(e, stage)}
    return Found(
        articles=tuple(_article(k, r, stage) for k, r in articles.items()),
        quarantine=tuple(
            {"url": _url(r), "source_id": r["source"], "reason": r["reasons"][0]}
            for r in pages.values()
            if r["outcome"] != "new"
        ),
        mentions=tuple(
            {
                "url": _url(r),
                "quote": t["quote"],
                "type": truth["events"].get(t["event"], {"type": "talks"})["type"],
                "novelty": "new" if t in r["tells"] else "retrospective",
                "event_id": t["event"],
            }
            for r in articles.values()
            for t in (*r["tells"], *r["recalls"])
        ),
        events=tuple(_event(n, e, stage) for n, e in events.items()),
        alerts=tuple(
            {"alert_id": f"{n}-{a['cause']}", "event_id": n, "cause": a["cause"]}
            for n, e in truth["events"].items()
            for a in e["alerts"]
            if a["stage"] <= stage
        )
        + suppressed(stage),
        ledger=tuple(
            {"url": _url(r), "source_id": r["source"], "state": _ledger(r, stage)}
            for r in pages.values()
        ),
        feeds=tuple(_feed(n, f, stage) for n, f in truth["feeds"].items()),
    )


def suppressed(stage: int) -> tuple[dict[str, Any], ...]:
    alert = {"alert_id": "old", "event_id": "sochi-2022", "cause": "new", "state": "suppressed"}
    return (alert,) if stage == 2 else ()


def _ledger(row: dict[str, Any], stage: int) -> str:
    is_removed = row.get("removed_at_stage", 9) <= stage
    return "removed" if is_removed else str(row["ledger"]["state"])


def any_told(event: dict[str, Any], stage: int) -> bool:
    return any(t["stage"] <= stage for t in event["told_by"])


def _url(row: dict[str, Any]) -> str:
    return BASES[row["outlet"]] + row["path"]


def _article(key: str, row: dict[str, Any], stage: int) -> dict[str, Any]:
    return {
        "url": _url(row),
        "source_id": row["source"],
        "language": row["language"],
        "title": row["title"],
        "published_at": row["published"],
        "is_relevant": row["relevant"],
        "story_id": row.get("of", key),
        "relation": row["accept"][0],
        "duplicate_of_url": None,
        "version": 2 if stage == 2 and row.get("changed_at_stage") else 1,
        "gone_at": "2025-08-12" if row.get("removed_at_stage", 9) <= stage else None,
    }


def _event(name: str, row: dict[str, Any], stage: int) -> dict[str, Any]:
    status = row.get("status_at_stage_2", row["status"]) if stage == 2 else row["status"]
    return {
        "event_id": name,
        "type": row["type"],
        "status": status,
        "parties": row["parties"],
        "third_parties": [
            {"id": t["id"], "person": t.get("person"), "roles": t.get("roles", [])}
            for t in row["third_parties"]
        ],
        "venue": row.get("venue"),
        "date": row["date"],
        "track": f"track:{row['tracks'][0]}",
        "document": row.get("document_words", [None])[0],
    }


def _feed(name: str, row: dict[str, Any], stage: int) -> dict[str, Any]:
    trouble = row.get("trouble")
    is_bad = trouble and trouble["stage"] <= stage
    not_news = ", ".join(f"{reason} {n}" for reason, n in row.get("not_news", {}).items())
    return {
        "source_id": name,
        "error": trouble["words"][0] if is_bad else None,
        "state": row.get("state"),
        "not_news": not_news or None,
        "warning": row.get("warning"),
        "url": BASES[row["outlet"]] + row["path"],
        "are_validators_false": row.get("is_stuck"),
    }
