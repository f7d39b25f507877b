"""What commands list: events with their passages, and the views as rows.

Light like `warehouse.read`: DuckDB, the standard library and the records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from transforms.records import Event
from warehouse import codec
from warehouse.read import Result, open_reader

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from warehouse.read import Reader


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that tells of an event: where it is and what it was to the event."""

    mention_id: str
    url: str
    title: str | None
    language: str
    source_id: str | None
    origin: str
    published: datetime | None
    novelty: str
    quote: str | None
    start: int | None
    end: int | None
    source_start: int | None
    source_end: int | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event with the number of its versions and its passages, by publication."""

    event: Event
    versions: int
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events; None is any. ``since`` and ``until`` are days the event touches.

    Events without a date are placed by their first publication. ``rejected`` lists those an
    analyst rejected too; asked for by its id, an event always comes.
    """

    since: datetime | None = None
    until: datetime | None = None
    track: str | None = None
    mediator: str | None = None
    type: str | None = None
    status: str | None = None
    event_id: str | None = None
    rejected: bool = False


EVENTS = """
SELECT payload, version FROM event
WHERE ($since IS NULL OR coalesce(date_end, first_published_at::DATE) >= $since::DATE)
    AND ($until IS NULL OR coalesce(date_start, first_published_at::DATE) <= $until::DATE)
    AND ($track IS NULL OR track = $track)
    AND ($mediator IS NULL OR list_contains(mediators, $mediator))
    AND ($type IS NULL OR type = $type)
    AND ($status IS NULL OR status = $status)
    AND ($event_id IS NULL OR event_id = coalesce(
        (SELECT alias.event_id FROM alias WHERE alias_id = $event_id), $event_id))
    AND ($rejected OR $event_id IS NOT NULL OR verdict IS DISTINCT FROM 'rejected')
ORDER BY date_start NULLS LAST, event_id
"""
PASSAGES = """
SELECT b.event_id, m.mention_id, m.url, a.title, m.language, m.source_id, m.origin,
    m.published_at, b.novelty, m.quote, m.quote_start, m.quote_end, m.quote_source_start,
    m.quote_source_end, m.is_current
FROM event_member b
JOIN event_mention m USING (mention_id)
LEFT JOIN article a USING (url)
WHERE b.event_id IN (SELECT unnest(?))
ORDER BY m.published_at NULLS LAST, m.mention_id
"""


def events(
    directory: Path, wanted: EventFilter | None = None, *, as_of: datetime | None = None
) -> list[ListedEvent]:
    """Events by day, as now believed or as believed at ``as_of``.

    Raises:
        NoSnapshot: nothing is published in the directory.
    """
    wanted = wanted or EventFilter()
    with open_reader(directory, as_of=as_of) as reader:
        return read_events(reader, wanted)


def read_events(reader: Reader, wanted: EventFilter) -> list[ListedEvent]:
    """`events` over an open reader."""
    values = {name: getattr(wanted, name) for name in EventFilter.__slots__}
    found = [
        (codec.decode(Event, payload), version)
        for payload, version in reader.query(EVENTS, values).rows
    ]
    if not found:
        return []
    passages: dict[str, list[Passage]] = {}
    ids = [event.event_id for event, _ in found]
    for event_id, *rest in reader.query(PASSAGES, [ids]).rows:
        passages.setdefault(event_id, []).append(Passage(*rest))
    return [
        ListedEvent(event, version, tuple(passages.get(event.event_id, ())))
        for event, version in found
    ]


def alerts(
    directory: Path,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    state: str | None = None,
    limit: int | None = None,
) -> Result:
    """The view ``alert_log``, filtered by when the alert was caused, newest first."""
    return _view(
        directory, "alert_log", "created_at", since=since, until=until, limit=limit,
        equal={"state": state},
    )  # fmt: skip


def articles(
    directory: Path,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    language: str | None = None,
    source_id: str | None = None,
    relevant_only: bool = False,
    limit: int | None = None,
) -> Result:
    """The view ``article_current`` without its texts, newest first."""
    return _view(
        directory, "article_current", "published_at", since=since, until=until, limit=limit,
        equal={
            "language": language,
            "source_id": source_id,
            "is_relevant": True if relevant_only else None,
        },
        columns="* EXCLUDE (text)",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """An article's text as it was seen at one time."""

    url: str
    version: int
    seen_at: datetime
    title: str | None
    diff_size: int
    text: str


def versions(directory: Path, url: str) -> list[Version]:
    """The versions of an article, oldest first; empty where there is none."""
    with open_reader(directory) as reader:
        rows = reader.query(
            "SELECT v.url, v.version, v.seen_at, v.title, v.diff_size, t.text "
            "FROM article_version v JOIN article_text t USING (article_no, version) "
            "WHERE v.url = ? ORDER BY v.version",
            [url],
        ).rows
    return [Version(*row) for row in rows]


def sources(directory: Path) -> Result:
    """The view ``source_health``."""
    return _view(directory, "source_health")


def quarantine(directory: Path, *, since: datetime | None = None) -> Result:
    """What could not be processed, newest first."""
    return _view(directory, "quarantine", "quarantined_at", since=since)


def runs(directory: Path, *, limit: int | None = None) -> Result:
    """The view ``run_summary``, newest first."""
    return _view(directory, "run_summary", "started_at", limit=limit)


def _view(
    directory: Path,
    view: str,
    moment: str | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    equal: dict[str, Any] | None = None,
    limit: int | None = None,
    columns: str = "*",
) -> Result:
    """Rows of a view; all names are ours, all values are parameters."""
    conditions, values = ["true"], []
    for sign, bound in ((">=", since), ("<=", until)):
        if moment and bound is not None:
            conditions.append(f"{moment} {sign} ?")
            values.append(bound)
    for name, value in (equal or {}).items():
        if value is not None:
            conditions.append(f"{name} = ?")
            values.append(value)
    order = f" ORDER BY {moment} DESC NULLS LAST" if moment else ""
    last = f" LIMIT {int(limit)}" if limit is not None else ""
    sql = f"SELECT {columns} FROM {view} WHERE {' AND '.join(conditions)}{order}{last}"
    with open_reader(directory) as reader:
        return reader.query(sql, values)
