"""Sources beside the truth: feeds, manners, health, the ledger of addresses, the archive. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from demo.compare_events import event_id_of, is_suppressed
from demo.found import Addresses, Difference, Found, Row, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

LEDGER_STATES = ("taken", "waiting", "unreachable", "refused", "removed")


def compare_feeds(truth: Row, found: Found, stage: int) -> list[Difference]:
    """Every feed in trouble is known to be, in words that name it; no other is."""
    rows: dict[str, list[Row]] = {}
    for row in (*found.feeds, *(q for q in found.quarantine if q.get("stage") == "feed")):
        rows.setdefault(str(row.get("source_id") or row.get("id")), []).append(row)
    for row in found.captures:
        if row.get("kind") == "feed" and row.get("source_id") in rows:
            rows[row["source_id"]].append(row)
    differences = []
    for source, planted in truth["feeds"].items():
        trouble = planted.get("trouble")
        errors = [str(r["error"]) for r in rows.get(source, []) if r.get("error")]
        if trouble and trouble["stage"] <= stage:
            said = fold(" ".join(str(v) for r in rows.get(source, []) for v in r.values()))
            if not any(fold(word) in said for word in trouble["words"]):
                got = ", ".join(errors) or "no trouble"
                differences.append(Difference("feed", source, trouble["kind"], got))
        elif errors:
            differences.append(Difference("feed", source, "no trouble", ", ".join(errors)))
    return differences


def compare_requests(
    truth: Row, requests: Iterable[tuple[str, str, int]], stage: int
) -> list[Difference]:
    """What the servers saw, as (outlet, path, status): manners and conditional requests."""
    seen = {(outlet, path.split("?")[0], status) for outlet, path, status in requests}
    asked = {(outlet, path) for outlet, path, _ in seen}
    differences = [
        Difference("manners", key, "never asked for", "asked for")
        for key, row in truth["articles"].items()
        if not row["ledger"]["is_asked_for"] and (row["outlet"], row["path"]) in asked
    ]
    for source, feed in truth["feeds"].items():
        wanted = feed.get("unchanged_at_stage")
        if wanted and wanted <= stage and (feed["outlet"], feed["path"], 304) not in seen:
            differences.append(Difference("feed", source, "a 304", "none"))
        old = (feed["outlet"], feed.get("moved_from"))
        if stage >= 2 and old in asked:
            differences.append(Difference("feed", source, "asked where it moved to", str(old[1])))
        differences += [
            Difference("manners", decoy, "never asked for", "asked for")
            for decoy in feed.get("decoys", ())
            if tuple(decoy.split(":", 1)) in asked
        ]
    return differences


def health_by_source(found: Found) -> dict[str, dict[str, object]]:
    """All that is known of each source, the feed's own row and its health in one."""
    merged: dict[str, dict[str, object]] = {}
    for row in found.feeds:
        merged.setdefault(str(row.get("source_id")), {}).update(row)
    return merged


def compare_health(truth: Row, found: Found, addresses: Addresses, stage: int) -> list[Difference]:
    """In the end each source is called what it is, and its walls are counted against it."""
    if stage < 2:
        return []
    differences = []
    health = health_by_source(found)
    for source, planted in truth["feeds"].items():
        row = health.get(source, {})
        state, wanted = str(row.get("state")), planted.get("state")
        if wanted and state != wanted and not (wanted == "ok" and state == "quiet"):
            differences.append(Difference("health", source, wanted, state))
        for reason, count in planted.get("not_news", {}).items():
            if f"{reason} {count}" not in str(row.get("not_news")):
                got = str(row.get("not_news"))
                differences.append(Difference("health", source, f"{reason} {count}", got))
        if planted.get("warning", "") not in str(row.get("warning")):
            got = str(row.get("warning"))
            differences.append(Difference("health", source, planted["warning"], got))
        moved = addresses.bases.get(planted["outlet"], "") + planted["path"]
        if planted.get("moved_from") and row.get("url") != moved:
            differences.append(Difference("health", source, moved, str(row.get("url"))))
        if planted.get("is_stuck") and not row.get("are_validators_false"):
            differences.append(Difference("health", source, "false validators", "believed"))
    return differences


def ledger_by_key(found: Found, addresses: Addresses) -> dict[str | None, set[str]]:
    """The states in which the addresses of each planted page stand; None for all others."""
    states: dict[str | None, set[str]] = {}
    for row in found.ledger:
        states.setdefault(addresses.key_as_asked(row["url"]), set()).add(row["state"])
    return states


def expected_ledger(truth: Row, stage: int) -> dict[str, str]:
    """In which state each planted page must stand after ``stage``."""
    return {
        key: "removed"
        if row.get("removed_at_stage", stage + 1) <= stage
        else str(row["ledger"]["state"])
        for key, row in truth["articles"].items()
        if row["stage"] <= stage
    }


def compare_ledger(truth: Row, found: Found, addresses: Addresses, stage: int) -> list[Difference]:
    """Every page stands in the one state it must; no other address was ever found."""
    states = ledger_by_key(found, addresses)
    differences = [
        Difference("ledger", key, wanted, ", ".join(sorted(states.get(key, ()))) or "nothing")
        for key, wanted in expected_ledger(truth, stage).items()
        if states.get(key) != {wanted}
    ]
    differences += [
        Difference("ledger", str(row["url"]), "not discovered", str(row["state"]))
        for row in found.ledger
        if addresses.key_as_asked(row["url"]) is None
    ]
    sums = Counter(str(row["state"]) for row in found.ledger)
    known = sum(sums[state] for state in LEDGER_STATES)
    if known != sums.total():
        differences.append(Difference("ledger", "sum of states", f"{sums.total()}", f"{known}"))
    return differences


def compare_archive(truth: Row, found: Found, addresses: Addresses, stage: int) -> list[Difference]:
    """What the archive told is known, and nobody was alerted to it."""
    if stage < 2:
        return []
    archived = {key for key, row in truth["articles"].items() if row.get("archived")}
    events = {str(m["event_id"]) for m in found.mentions if addresses.key(m["url"]) in archived} - {
        "None"
    }
    alerts = [alert for alert in found.alerts if event_id_of(alert) in events]
    differences = [
        Difference("archive", str(event_id_of(alert)), "a suppressed alert", "an alert")
        for alert in alerts
        if not is_suppressed(alert)
    ]
    if archived and not alerts:
        what = ", ".join(sorted(archived))
        differences.append(Difference("archive", what, "a suppressed alert", "none"))
    return differences
