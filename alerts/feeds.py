"""Events as an Atom feed (RFC 4287) and a JSON Feed (1.1): the same entries, in the same words.

An entry keeps its id for good (a version-5 UUID of the event's id). Its ``updated`` moves when
what is believed of the event changes, not when one more outlet confirms it. What is taken back
stays as an entry that says so, so that readers that have it see that; in Atom it is marked
deleted besides (RFC 6721), for those that know how to drop it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from alerts.harmless import bare, safe_url
from alerts.render import Message, Name, describe, fill, plain_name

if TYPE_CHECKING:
    from feedgen.feed import FeedGenerator

_NAMESPACE: Final = uuid.UUID("1d2f5b2e-6d0a-5c1e-9c77-2f0a8e4b7a31")
_TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"
ATOM_NAME: Final = "events.atom"
JSON_NAME: Final = "events.json"
CALENDAR_NAME: Final = "events.ics"


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as feeds tell it.

    Attributes:
        payload: the event in the contract's JSON, with ``first_report`` and ``told_by``.
        version: how often the belief about it changed, from 1.
        first_at, changed_at, moved_at: see `warehouse.beliefs.Belief`.
        withdrawn: why it stands no longer, in words; None where it does.
        former: of a postponed or no longer dated event, the date it had before.
    """

    payload: Mapping[str, Any]
    version: int
    first_at: datetime
    changed_at: datetime
    moved_at: datetime
    withdrawn: str | None = None
    former: Mapping[str, Any] | None = None

    @property
    def title(self) -> str:
        """The headline, marked where it is taken back."""
        headline = bare(self.payload.get("headline") or "") or "An event"
        return f"Taken back: {headline}" if self.withdrawn else headline

    @property
    def link(self) -> str | None:
        """The address of the best evidence that has one."""
        pieces = self.payload.get("evidence") or ()
        return next((url for piece in pieces if (url := safe_url(piece.get("url")))), None)

    @property
    def tags(self) -> list[str]:
        """Type, status and track."""
        found = (self.payload.get(key) for key in ("type", "status", "track"))
        return [tag for value in found if (tag := bare(value or ""))]

    def words(self, name: Name = plain_name) -> Message:
        """How it reads."""
        context = describe(self.payload, name) | {"may_repeat": False}
        context["label"] = "Taken back" if self.withdrawn else "Event"
        if self.withdrawn:
            context["changes"] = [self.withdrawn]
        return fill("subject.txt.j2", "body", context)


@dataclass(frozen=True, slots=True)
class About:
    """What a feed says of itself.

    Attributes:
        title: its name.
        at: the moment of an empty feed, UTC.
        base: the address the files are served under, ending in a slash; None where unknown.
    """

    title: str
    at: datetime
    base: str | None = None


def urn(key: str) -> str:
    """The id of an event's entry: ``urn:uuid:…``, the same on every machine."""
    return uuid.uuid5(_NAMESPACE, key).urn


def atom(entries: Sequence[Entry], about: About, *, name: Name = plain_name) -> bytes:
    """An Atom document of these entries, in this order."""
    from feedgen.feed import FeedGenerator

    feed = FeedGenerator()
    feed.id(urn("feed"))
    feed.title(bare(about.title))
    feed.author({"name": "Araxes"})
    feed.generator("Araxes")
    feed.updated(max((entry.moved_at for entry in entries), default=about.at).astimezone(UTC))
    if about.base:
        feed.link(href=about.base + ATOM_NAME, rel="self", type="application/atom+xml")
    for entry in entries:
        _add(feed, entry, name)
    feed.register_extension("tombstones", _tombstones(entries), None, rss=False)
    return bytes(feed.atom_str(pretty=True))


def _add(feed: FeedGenerator, entry: Entry, name: Name) -> None:
    item = feed.add_entry(order="append")
    item.id(urn(str(entry.payload["event_id"])))
    item.title(entry.title)
    item.published(entry.first_at.astimezone(UTC))
    item.updated(entry.moved_at.astimezone(UTC))
    if entry.link:
        item.link(href=entry.link, rel="alternate")
    for tag in entry.tags:
        item.category(term=tag)
    item.content(entry.words(name).html, type="html")


def _tombstones(entries: Sequence[Entry]) -> type[Any]:
    """A feedgen extension that marks as deleted what is taken back (RFC 6721, 3)."""
    from feedgen.ext.base import BaseExtension
    from lxml import etree

    class Tombstones(BaseExtension):  # type: ignore[misc]
        def extend_ns(self) -> dict[str, str]:
            return {"at": _TOMBSTONES}

        def extend_atom(self, feed: Any) -> Any:
            for entry in entries:
                if entry.withdrawn:
                    mark = etree.SubElement(feed, f"{{{_TOMBSTONES}}}deleted-entry")
                    mark.set("ref", urn(str(entry.payload["event_id"])))
                    mark.set("when", entry.moved_at.astimezone(UTC).isoformat())
            return feed

    return Tombstones


def json_feed(entries: Sequence[Entry], about: About, *, name: Name = plain_name) -> bytes:
    """A JSON Feed of these entries; ``_araxes`` of an item holds the event itself."""
    shape: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": bare(about.title),
        "language": "en",
        "authors": [{"name": "Araxes"}],
        "items": [_item(entry, name) for entry in entries],
    }
    if about.base:
        shape["feed_url"] = about.base + JSON_NAME
    text = json.dumps(shape, ensure_ascii=False, indent=1, default=str) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _item(entry: Entry, name: Name) -> dict[str, Any]:
    words = entry.words(name)
    item: dict[str, Any] = {
        "id": urn(str(entry.payload["event_id"])),
        "title": entry.title,
        "content_html": words.html,
        "content_text": words.text,
        "date_published": entry.first_at.astimezone(UTC).isoformat(),
        "date_modified": entry.moved_at.astimezone(UTC).isoformat(),
        "tags": entry.tags,
        "_araxes": {
            "about": "The event as in docs/events.md; withdrawn: why it is taken back.",
            "version": entry.version,
            "withdrawn": entry.withdrawn,
            "event": dict(entry.payload),
        },
    }
    if entry.link:
        item["url"] = entry.link
    return item
