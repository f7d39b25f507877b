"""Feeds: the published events as Atom, JSON Feed and iCalendar, in the warehouse directory.

They hold what would alert: events of an alert-worthy type, told well enough (`alerts.rules`),
and for a while what is taken back. Each file is replaced whole, and only when it changes, so
that whoever serves the folder can go by the files' times.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alerts.feeds import ATOM_NAME, CALENDAR_NAME, JSON_NAME, Entry
from alerts.render import taken_back
from alerts.rules import is_alert_worthy, is_sure
from alerts.subscriptions import Subscription
from flows.stages.payload import Report, public_event, told
from flows.stages.tell import names_of
from transforms.vocabulary import ALERT_TYPES
from warehouse.beliefs import Belief, Told, beliefs, state_of
from warehouse.beliefs import told as passages
from warehouse.read import open_reader

if TYPE_CHECKING:
    from dossiers.records import Dossier
    from transforms.records import EventDate
    from warehouse.read import Reader

FOLDER: Final = "feeds"
STATE_NAME: Final = ".state"
FILES: Final = (ATOM_NAME, JSON_NAME, CALENDAR_NAME)
FEED_ENTRIES: Final = 100
"""Entries of the Atom and the JSON feed: those that moved last."""
CALENDAR_ENTRIES: Final = 1000
CALENDAR_PAST: Final = timedelta(days=3 * 365)
"""How far back the calendar goes."""
WITHDRAWN_FOR: Final = timedelta(days=90)
"""How long what is taken back is told as such before it falls out."""
EVERYTHING: Final = Subscription("feeds", "feeds")


@dataclass(frozen=True, slots=True)
class Written:
    """A file, how many events it holds, and whether it had to be replaced."""

    path: Path
    events: int
    is_changed: bool


def write_feeds(
    directory: Path,
    *,
    dossier: Dossier,
    now: datetime,
    base: str | None = None,
    wanted: Subscription | None = None,
    output: Path | None = None,
) -> tuple[Written, ...]:
    """Write the feeds of what is published; nothing where they are of this state already.

    Args:
        directory: the warehouse directory.
        dossier: names, and the title.
        now: UTC; says how far back the calendar goes.
        base: the address the folder is served under.
        wanted: whose filters events must pass; the state is then not looked at.
        output: the folder to write to, ``feeds/`` of the warehouse directory by default.

    Raises:
        OSError: the folder cannot be written.
        NoSnapshot, WarehouseError: see `warehouse.read.open_reader`.
    """
    folder = output or directory / FOLDER
    is_own = wanted is None and output is None
    with open_reader(directory) as reader:
        state = f"{state_of(reader)} {now:%Y-%m} {base or ''}\n"
        if is_own and _read(folder / STATE_NAME) == state.encode() and _are_all_there(folder):
            return ()
        found = collect(reader, now=now, wanted=wanted or EVERYTHING)
    written = _written(folder, found, dossier, now, base)
    if is_own:
        _replace(folder / STATE_NAME, state.encode())
    return written


def _are_all_there(folder: Path) -> bool:
    return all((folder / name).exists() for name in FILES)


def collect(reader: Reader, *, now: datetime, wanted: Subscription = EVERYTHING) -> list[Entry]:
    """What the feeds hold, what moved last first."""
    chosen: list[tuple[Belief, str | None]] = []
    for belief in beliefs(reader, ALERT_TYPES, since=now - CALENDAR_PAST):
        why = _why_withdrawn(belief)
        is_over = why is not None and now - belief.changed_at > WITHDRAWN_FOR
        if is_over or not _is_told(belief) or not wanted.wants(public_event(belief.event)):
            continue
        chosen.append((belief, why))
        if len(chosen) == CALENDAR_ENTRIES:
            break
    telling = passages(reader, [belief.event.event_id for belief, _ in chosen])
    return [
        Entry(
            payload=public_event(belief.event, versions=belief.version)
            | told(_reports(telling.get(belief.event.event_id, ()))),
            version=belief.version,
            first_at=belief.first_at,
            changed_at=belief.changed_at,
            moved_at=belief.moved_at,
            withdrawn=why,
            former=_plain_date(belief.former_date),
        )
        for belief, why in chosen
    ]


def _is_told(belief: Belief) -> bool:
    event = replace(belief.event, verdict=None)
    return is_alert_worthy(event) and is_sure(event)


def _why_withdrawn(belief: Belief) -> str | None:
    if belief.is_gone:
        return taken_back("merged" if belief.heir else "withdrawn", belief.heir)
    return taken_back("rejected") if belief.event.verdict == "rejected" else None


def _reports(passages: Sequence[Told]) -> list[tuple[Report, str]]:
    return [
        (Report(p.url, p.origin, p.country, p.language, p.published), p.novelty) for p in passages
    ]


def _plain_date(value: EventDate | None) -> dict[str, Any] | None:
    if value is None or value.start is None:
        return None
    end = value.end or value.start
    return {
        "start": value.start.isoformat(),
        "end": end.isoformat(),
        "precision": value.precision,
    }


def _written(
    folder: Path, found: Sequence[Entry], dossier: Dossier, now: datetime, base: str | None
) -> tuple[Written, ...]:
    from alerts.calendar import calendar, slot
    from alerts.feeds import About, atom, json_feed

    about = About(
        title=f"Araxes: {dossier.process.name}",
        at=max((entry.moved_at for entry in found), default=now),
        base=f"{base.rstrip('/')}/" if base else None,
    )
    name, newest = names_of(dossier), list(found[:FEED_ENTRIES])
    placed = [entry for entry in found if slot(entry)]
    made = (
        (atom(newest, about, name=name), len(newest)),
        (json_feed(newest, about, name=name), len(newest)),
        (calendar(placed, about, name=name), len(placed)),
    )
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(
        Written(folder / file, count, _replace(folder / file, data))
        for file, (data, count) in zip(FILES, made, strict=True)
    )


def _replace(path: Path, data: bytes) -> bool:
    """Put a file in the place of another, whole or not at all; False where it is the same."""
    if _read(path) == data:
        return False
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return True


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
