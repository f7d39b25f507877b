"""Whom a document counts for, when its source only pointed at it."""

from __future__ import annotations

import pytest

from dossiers.records import Source
from flows.stages.decide import origin_of


def source(name: str, kind: str, url: str, group: str | None = None) -> Source:
    told = (name, name, kind, url, None, None, "unknown", "unknown")
    return Source(*told, outlet=name, origin_group=group)  # type: ignore[arg-type]


SOURCES = {
    s.id: s
    for s in (
        source("pointer", "gdelt", "http://pointer.example/lastupdate.txt"),
        source("wire", "rss", "https://wire.example/rss", "gov:X"),
        source("channel", "telegram", "https://t.me/s/channel"),
    )
}


@pytest.mark.parametrize(
    ("found_by", "url", "origin"),
    [
        ("pointer", "https://wire.example/1", "gov:X"),
        ("pointer", "https://village.example/1", "village.example"),
        ("wire", "https://mirror.example/1", "gov:X"),
        ("channel", "https://t.me/channel/7", "channel"),
        (None, "https://wire.example/1", "wire.example"),
        (None, "file:1.txt", "file:1.txt"),
    ],
)
def test_what_a_pointer_found_counts_for_the_site_it_stands_on(
    found_by: str | None, url: str, origin: str
) -> None:
    assert origin_of(found_by, url, SOURCES) == origin
