"""Planned and past events as an iCalendar file (RFC 5545), for any calendar to subscribe to.

One VEVENT an event, all day, never blocking time. ``UID`` is the event's for good; ``SEQUENCE``
and ``LAST-MODIFIED`` grow with the versions of what is believed of it. Without a ``METHOD``,
``DTSTAMP`` says when the entry was last revised (3.8.7.2), so that a file of the same events is
the same file.

A postponed event is the same event on another day (RFC 5546, 3.2.2.1): with a new date it moves
there and is tentative; without one, what stood on the old day is cancelled. What was taken back
is cancelled too, so that calendars that copied it learn of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import quote

import icalendar

from alerts.feeds import About, Entry
from alerts.harmless import bare
from alerts.render import Name, describe, plain_name

Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]

PRECISE: Final = frozenset({"day", "week", "month"})
"""Of what is known to the year only there is no day to show it on."""
_UNSURE: Final = frozenset({"claimed", "planned", "postponed"})
_UNDONE: Final = frozenset({"cancelled", "denied"})
_REFRESH: Final = timedelta(hours=1)


class Slot(NamedTuple):
    """Where in a calendar an event stands: first day, the day after its last, how firmly."""

    first: date
    beyond: date
    status: Status


def slot(entry: Entry) -> Slot | None:
    """The days and the status of an event; None for one that has no day and never had."""
    payload = entry.payload
    status = str(payload.get("status"))
    now, before = _days(payload.get("date")), _days(entry.former)
    if now is None:
        return Slot(*before, "CANCELLED") if before else None
    if entry.withdrawn or status in _UNDONE:
        return Slot(*now, "CANCELLED")
    if status == "postponed" and now == before:
        return Slot(*now, "CANCELLED")
    is_disputed = any(c.get("slot") == "status" for c in payload.get("conflicts") or ())
    return Slot(*now, "TENTATIVE" if is_disputed or status in _UNSURE else "CONFIRMED")


def calendar(entries: Sequence[Entry], about: About, *, name: Name = plain_name) -> bytes:
    """An iCalendar object of the entries that have a day, by day."""
    found = icalendar.Calendar()
    found.add("prodid", "-//Araxes//Events//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("name", bare(about.title))  # RFC 7986; the X- form is what most programs read
    found.add("x-wr-calname", bare(about.title))
    found.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    found.add("x-published-ttl", "PT1H")
    placed = [(where, entry) for entry in entries if (where := slot(entry))]
    for where, entry in sorted(placed, key=lambda pair: (pair[0].first, _uid(pair[1]))):
        found.add_component(_event(entry, where, name))
    return bytes(found.to_ical())


def _event(entry: Entry, where: Slot, name: Name) -> icalendar.Event:
    words = entry.words(name)
    told = describe(entry.payload, name)
    event = icalendar.Event()
    event.add("uid", _uid(entry))
    event.add("dtstamp", _utc(entry.changed_at))
    event.add("created", _utc(entry.first_at))
    event.add("last-modified", _utc(entry.changed_at))
    event.add("sequence", entry.version - 1)
    event.add("dtstart", where.first)
    event.add("dtend", where.beyond)
    event.add("summary", entry.title)
    event.add("description", words.text.strip())
    event.add("status", where.status)
    event.add("transp", "TRANSPARENT")
    event.add("categories", entry.tags)
    if told["where"] != "unknown":
        event.add("location", bare(told["where"]))
    if entry.link and (link := _uri(entry.link)):
        event.add("url", link)
    return event


def _uid(entry: Entry) -> str:
    return f"{entry.payload['event_id']}@araxes"


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


def _days(when: Mapping[str, Any] | None) -> tuple[date, date] | None:
    """First day and the day after the last; None where they are not known well enough."""
    if not when or not when.get("start") or when.get("precision") not in PRECISE:
        return None
    first = date.fromisoformat(str(when["start"]))
    last = date.fromisoformat(str(when.get("end") or when["start"]))
    return first, max(first, last) + timedelta(days=1)


def _uri(address: str) -> str | None:
    """An address in ASCII (RFC 3986); None where its host is not."""
    encoded = quote(address, safe=":/?#[]@!$&'()*+,;=%~-._")
    return encoded if encoded.split("/")[2] == address.split("/")[2] else None
