"""What was found beside what is true: pure functions that return the differences.

`demo.found.Found` is what the commands of the project print (rows of ``araxes sql --json``,
events and alerts in the contract's JSON). Nothing here knows how any of it was made. Events
and alerts are compared in `demo.compare_events`, sources in `demo.compare_sources`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from demo.compare_events import compare_alerts, compare_events, compare_retrospectives
from demo.compare_sources import (
    compare_archive,
    compare_feeds,
    compare_health,
    compare_ledger,
)
from demo.found import Addresses, Difference, Found, Row, expected_articles, fold

if TYPE_CHECKING:
    from collections.abc import Mapping


def compare_all(
    truth: Row, found: Found, bases: Mapping[str, str], stage: int, earlier: Found | None = None
) -> list[Difference]:
    """Every difference after ``stage``; ``earlier`` is what was found after stage 1."""
    addresses = Addresses.of(truth, bases)
    return [
        *compare_articles(truth, found, addresses, stage),
        *compare_duplicates(truth, found, addresses, stage),
        *compare_refusals(truth, found, addresses, stage),
        *compare_events(truth, found, addresses, stage),
        *compare_alerts(truth, found, addresses, stage, earlier),
        *compare_retrospectives(truth, found, addresses, stage),
        *compare_feeds(truth, found, stage),
        *compare_health(truth, found, addresses, stage),
        *compare_ledger(truth, found, addresses, stage),
        *compare_archive(truth, found, addresses, stage),
    ]


def compare_articles(
    truth: Row, found: Found, addresses: Addresses, stage: int
) -> list[Difference]:
    """Every planted article is there, once, as printed; and nothing else is."""
    differences = []
    for row in found.articles:
        key = addresses.key(row["url"])
        if key is None or truth["articles"][key]["outcome"] != "new":
            differences.append(Difference("article", row["url"], "no article", "an article"))
    by_key = rows_by_key(found, addresses)
    for key, planted in expected_articles(truth, stage).items():
        rows = by_key.get(key, [])
        if not rows:
            differences.append(Difference("article", key, "an article", "nothing"))
        elif len(rows) > 1:
            differences.append(Difference("article", key, "one article", f"{len(rows)}"))
        else:
            differences += _article_slots(key, planted, rows[0], stage)
    return differences


def rows_by_key(found: Found, addresses: Addresses) -> dict[str, list[Row]]:
    """The article rows of each planted page.

    A twin (AMP) that was kept as a row of its own and linked as the same text does not count.
    """
    by_key: dict[str, list[Row]] = {}
    for row in found.articles:
        key = addresses.key(row["url"])
        if key:
            by_key.setdefault(key, []).append(row)
    return {
        key: [r for r in rows if len(rows) == 1 or not _is_linked_twin(r, key, addresses)]
        for key, rows in by_key.items()
    }


def _is_linked_twin(row: Row, key: str, addresses: Addresses) -> bool:
    of = row.get("duplicate_of_url")
    return row.get("relation") == "same_text" and addresses.key(of) == key


def _article_slots(key: str, planted: Row, row: Row, stage: int) -> list[Difference]:
    pairs: list[tuple[str, Any, Any]] = [
        ("title", fold(planted["title"]), fold(row.get("title"))),
        ("language", planted["language"], row.get("language")),
        ("published", _day(planted["published"]), _day(row.get("published_at"))),
        ("relevance", planted["relevant"], bool(row.get("is_relevant"))),
    ]
    if stage >= 2 and "version" in row:
        is_changed = planted.get("changed_at_stage") == 2
        pairs.append(("number of versions", 2 if is_changed else 1, row["version"]))
    is_gone = bool(planted.get("removed_at_stage")) and planted["removed_at_stage"] <= stage
    pairs.append(("marked as gone", is_gone, bool(row.get("gone_at"))))
    return [
        Difference("article", f"{key} ({name})", str(wanted), str(got))
        for name, wanted, got in pairs
        if wanted != got
    ]


def _day(moment: object) -> str:
    """The day (UTC) of a printed moment, whatever zone it was printed in."""
    text = str(moment or "")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text[:10]
    return (found.astimezone(UTC) if found.tzinfo else found).date().isoformat()


def compare_duplicates(
    truth: Row, found: Found, addresses: Addresses, stage: int
) -> list[Difference]:
    """Every planted copy is linked to its story, and what is no copy stands alone."""
    rows = {k: r[0] for k, r in rows_by_key(found, addresses).items() if r}
    differences = []
    for key, planted in expected_articles(truth, stage).items():
        row = rows.get(key)
        if row is None:
            continue
        relation = row.get("relation")
        if relation not in planted["accept"]:
            wanted = " or ".join(planted["accept"])
            differences.append(Difference("duplicate", key, wanted, str(relation)))
        elif planted["relation"] != "original":
            original = rows.get(planted["of"])
            if original is None or row.get("story_id") != original.get("story_id"):
                differences.append(
                    Difference("duplicate", key, f"the story of {planted['of']}", "another story")
                )
        elif relation == "same_story":
            differences += _clustered(key, row, truth, addresses)
    return differences


def _clustered(key: str, row: Row, truth: Row, addresses: Addresses) -> list[Difference]:
    """An independent telling may only be clustered with a telling of the same event."""
    other = addresses.key(row.get("duplicate_of_url"))
    told = {t["event"] for t in truth["articles"][key]["tells"]}
    also = {t["event"] for t in truth["articles"][other]["tells"]} if other else set()
    if told & also:
        return []
    return [Difference("duplicate", key, "a story of its own", f"the story of {other}")]


def compare_refusals(
    truth: Row, found: Found, addresses: Addresses, stage: int
) -> list[Difference]:
    """Every page that is no article was refused for its reason; no article was."""
    reasons = reasons_by_key(found, addresses)
    differences = []
    for key, planted in truth["articles"].items():
        if planted["stage"] <= stage and planted["outcome"] != "new":
            got = reasons.get(key, set())
            if not got & set(planted["reasons"]):
                wanted = " or ".join(planted["reasons"])
                differences.append(
                    Difference("refusal", key, wanted, ", ".join(sorted(got)) or "nothing")
                )
    for row in found.quarantine:
        key = addresses.key_as_asked(row["url"])
        if key and truth["articles"][key]["outcome"] == "new":
            differences.append(Difference("refusal", key, "an article", str(row.get("reason"))))
    return differences


def reasons_by_key(found: Found, addresses: Addresses) -> dict[str, set[str]]:
    """The words under which planted pages were refused, or their fetching failed."""
    reasons: dict[str, set[str]] = {}
    for row in (*found.quarantine, *found.captures):
        key = addresses.key_as_asked(row["url"])
        if key:
            words = (row.get("reason"), row.get("error"))
            reasons.setdefault(key, set()).update(w for w in words if w)
    return reasons
