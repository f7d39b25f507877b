"""Planted events, alerts and retrospectives beside those found: pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from demo.found import (
    CODED_LANGUAGES,
    Addresses,
    Difference,
    Found,
    Row,
    expected_articles,
    overlaps,
)


def match_events(truth: Row, found: Found, addresses: Addresses) -> dict[str, str]:
    """Found event id → planted event id, by type and by a sentence that tells it."""
    types = {e["event_id"]: e["type"] for e in found.events}
    votes: dict[str, Counter[str]] = {}
    for mention in found.mentions:
        planted = truth["articles"].get(addresses.key(mention["url"]) or "")
        event_id = str(mention.get("event_id"))
        if not planted or event_id not in types:
            continue
        for telling in (*planted["tells"], *planted["recalls"]):
            event = truth["events"].get(telling["event"])
            if (
                event
                and event["type"] == types[event_id]
                and overlaps(telling["quote"], mention.get("quote"))
            ):
                votes.setdefault(event_id, Counter())[telling["event"]] += 1
    return {event_id: _winner(event_id, count, truth, found) for event_id, count in votes.items()}


def _winner(event_id: str, votes: Counter[str], truth: Row, found: Found) -> str:
    """The planted event with most votes; one sentence may tell two, then status decides."""
    status = next(e["status"] for e in found.events if e["event_id"] == event_id)
    return max(votes, key=lambda e: (truth["events"][e]["status"] == status, votes[e]))


def compare_events(truth: Row, found: Found, addresses: Addresses, stage: int) -> list[Difference]:
    """Every planted event is found once, with its slots, proved by a sentence that tells it."""
    matched = match_events(truth, found, addresses)
    by_id = {e["event_id"]: e for e in found.events}
    differences = []
    for event_id, planted in truth["events"].items():
        if not is_told(planted, stage) or not planted.get("required", True):
            continue
        ids = [found_id for found_id, name in matched.items() if name == event_id]
        if not ids:
            differences.append(Difference("event", event_id, planted["type"], "nothing"))
            continue
        if len(ids) > 1:
            differences.append(Difference("event", event_id, "one event", f"{len(ids)} events"))
        best = max((by_id[i] for i in ids), key=_standing)
        differences += compare_slots(event_id, planted, best, stage)
    return differences


def _standing(event: Row) -> tuple[bool, int]:
    """Which of several events that stand for one is looked at: a new one, often told."""
    return event.get("novelty") != "retrospective", len(event.get("evidence") or ())


def is_told(planted: Row, stage: int) -> bool:
    """True when a language that is coded tells the event by ``stage``."""
    return any(t["stage"] <= stage and t["language"] in CODED_LANGUAGES for t in planted["told_by"])


def compare_slots(name: str, planted: Row, event: Row, stage: int) -> list[Difference]:
    """The slots of one event; dates match when precision is equal and intervals overlap."""
    status = planted["status"]
    if stage >= 2:
        status = planted.get("status_at_stage_2", status)
    parties = {p["id"]: p.get("person") for p in event.get("parties", ())}
    pairs: list[tuple[str, Any, Any]] = [
        ("type", planted["type"], event["type"]),
        ("status", status, event["status"]),
        ("parties", sorted(p["id"] for p in planted["parties"]), sorted(parties)),
    ]
    pairs += [
        (f"person of {p['id']}", p["person"], parties.get(p["id"]))
        for p in planted["parties"]
        if "person" in p
    ]
    differences = [
        Difference("event", f"{name} ({slot})", str(wanted), str(got))
        for slot, wanted, got in pairs
        if wanted != got
    ]
    return [
        *differences,
        *_third_parties(name, planted, event),
        *_venue(name, planted, event),
        *_date(name, planted, event),
        *_words(name, planted, event),
    ]


def _third_parties(name: str, planted: Row, event: Row) -> list[Difference]:
    found = {t["id"]: t for t in event.get("third_parties", ())}
    wanted = {t["id"]: t for t in planted["third_parties"]}
    differences = [
        Difference(
            "event", f"{name} (third party)", "none such", f"{other} {found[other]['roles']}"
        )
        for other in found.keys() - wanted.keys()
    ]
    for actor, row in wanted.items():
        if actor not in found:
            if not row.get("optional"):
                differences.append(Difference("event", f"{name} (third party)", actor, "absent"))
            continue
        roles = set(found[actor].get("roles", ()))
        must = set(row.get("roles", ()))
        may = must | set(row.get("optional_roles", ()))
        if not must <= roles or not roles <= may:
            differences.append(
                Difference(
                    "event", f"{name} (roles of {actor})", str(sorted(must)), str(sorted(roles))
                )
            )
        if "person" in row and found[actor].get("person") != row["person"]:
            got = str(found[actor].get("person"))
            differences.append(
                Difference("event", f"{name} (person of {actor})", row["person"], got)
            )
    return differences


def _venue(name: str, planted: Row, event: Row) -> list[Difference]:
    venue = planted.get("venue")
    if venue is None:
        return []
    got = (event.get("venue") or {}).get("id")
    if got in (venue["id"], *venue.get("also", ())):
        return []
    return [Difference("event", f"{name} (venue)", venue["id"], str(got))]


def _date(name: str, planted: Row, event: Row) -> list[Difference]:
    want, got = planted["date"], event.get("date") or {}
    start, end = got.get("start"), got.get("end") or got.get("start")
    overlap = start is not None and start <= want["end"] and want["start"] <= end
    if overlap and got.get("precision") == want["precision"]:
        return []
    return [
        Difference(
            "event",
            f"{name} (date)",
            f"{want['start']}/{want['end']} by {want['precision']}",
            f"{start}/{end} by {got.get('precision')}",
        )
    ]


def _words(name: str, planted: Row, event: Row) -> list[Difference]:
    differences = []
    track = (event.get("track") or "").removeprefix("track:")
    if planted.get("tracks") and track not in planted["tracks"]:
        wanted = " or ".join(planted["tracks"])
        differences.append(Difference("event", f"{name} (track)", wanted, track or "none"))
    words = planted.get("document_words")
    document = (event.get("document") or "").casefold()
    if words and not any(word in document for word in words):
        wanted = " or ".join(words)
        differences.append(Difference("event", f"{name} (document)", wanted, document or "none"))
    return differences


def compare_alerts(
    truth: Row, found: Found, addresses: Addresses, stage: int, earlier: Found | None = None
) -> list[Difference]:
    """Every alert that must come came once, in its stage, and no other did."""
    matched = match_events(truth, found, addresses)
    before = {alert_key(a) for a in earlier.alerts} if earlier else set()
    fresh = [a for a in found.alerts if alert_key(a) not in before and not is_suppressed(a)]
    got: Counter[tuple[str, str]] = Counter()
    differences = []
    for alert in fresh:
        name = matched.get(event_id_of(alert) or "")
        if name is None:
            headline = str(alert.get("headline") or _payload(alert).get("headline"))
            differences.append(Difference("alert", headline, "no alert", str(alert.get("cause"))))
        else:
            got[name, str(alert.get("cause") or _payload(alert).get("cause"))] += 1
    wanted: Counter[tuple[str, str]] = Counter()
    for name, planted in truth["events"].items():
        for alert in planted["alerts"]:
            if alert["stage"] == stage or (earlier is None and alert["stage"] < stage):
                wanted[name, alert["cause"]] += 1
    for name, cause in sorted(wanted.keys() | got.keys()):
        if wanted[name, cause] != got[name, cause]:
            differences.append(
                Difference(
                    "alert",
                    f"{name} ({cause}) in stage {stage}",
                    f"{wanted[name, cause]}",
                    f"{got[name, cause]}",
                )
            )
    return differences


def alert_key(alert: Row) -> str:
    """The alert's id, or what stands for it."""
    return str(alert.get("alert_id") or (event_id_of(alert), alert.get("cause")))


def is_suppressed(alert: Row) -> bool:
    """True for an alert that was stored but is sent to nobody: too old when it came."""
    return alert.get("state") == "suppressed"


def event_id_of(alert: Row) -> str | None:
    """The event an alert tells of, wherever the row keeps it."""
    found = alert.get("event_id") or _payload(alert).get("event_id")
    return str(found) if found else None


def _payload(alert: Row) -> Row:
    payload = alert.get("payload") or alert.get("event") or {}
    return payload if isinstance(payload, Mapping) else {}


def compare_retrospectives(
    truth: Row, found: Found, addresses: Addresses, stage: int
) -> list[Difference]:
    """What is only recalled, in a language that is coded, is seen and is not called new.

    A faint recall may be passed over, but not be called new.
    """
    differences = []
    for key, recalled, novelties in seen_recalls(truth, found, addresses, stage):
        is_missed = not novelties and not recalled["is_faint"]
        if is_missed or "new" in novelties:
            subject = f"{key} recalls {recalled['event']}"
            got = ", ".join(sorted(novelties)) or "nothing"
            differences.append(Difference("retrospective", subject, "retrospective", got))
    return differences


def seen_recalls(
    truth: Row, found: Found, addresses: Addresses, stage: int
) -> list[tuple[str, Row, set[str]]]:
    """Every recall in a language that is coded, with the novelties found for its sentence."""
    by_key: dict[str, list[Row]] = {}
    for mention in found.mentions:
        by_key.setdefault(addresses.key(mention["url"]) or "", []).append(mention)
    return [
        (
            key,
            recalled,
            {
                str(m.get("novelty"))
                for m in by_key.get(key, [])
                if overlaps(recalled["quote"], m.get("quote"))
            },
        )
        for key, planted in expected_articles(truth, stage).items()
        if planted["language"] in CODED_LANGUAGES
        for recalled in planted["recalls"]
    ]
