"""A persistent event in the contract's JSON, with documents named as people know them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from transforms.event_json import persistent_event_to_json
from transforms.records import Event


def public_event(event: Event, *, versions: int | None = None) -> dict[str, Any]:
    """The event for alerts, listings and feeds: a file is its stem, and has no URL.

    Args:
        event: as resolved or stored.
        versions: how often what is believed of it has changed, where known.
    """
    shape = persistent_event_to_json(event)
    for piece in shape["evidence"]:
        url = piece["url"] or ""
        if url.startswith("file:"):
            piece["doc"], piece["url"] = document_name(url), None
    shape["mentions"] = len(event.mention_ids)
    shape["versions"] = versions
    return shape


def document_name(url: str) -> str:
    """The stem of a ``file:`` URL, or the id of the line it names."""
    name = unquote(url.removeprefix("file:")).rsplit("/", 1)[-1]
    return name.partition("#")[2] or name.rsplit(".", 1)[0]
