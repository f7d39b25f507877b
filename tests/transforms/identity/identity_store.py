"""A store in memory that takes mentions in batch by batch, as the warehouse does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from transforms.identity import block_keys, gather, resolve
from transforms.records import Event, SituatedMention

WITHIN = {"place:palace": "place:capital"}


class Store:
    """What a warehouse keeps for identity: mentions by key, events, aliases."""

    def __init__(self, within: Mapping[str, str] = WITHIN) -> None:
        self.within = within
        self.by_key: dict[str, dict[str, SituatedMention]] = defaultdict(dict)
        self.known: dict[str, str] = {}
        self.events: dict[str, Event] = {}
        self.aliases: dict[str, str] = {}

    def fetch(self, keys: Iterable[str]) -> list[SituatedMention]:
        return [m for key in keys for m in self.by_key[key].values()]

    def take(self, batch: Sequence[SituatedMention]) -> None:
        closed = gather(batch, self.fetch, within=self.within)
        outcome = resolve(closed, self.known, self.aliases, within=self.within)
        for mention in batch:
            for key in block_keys(mention):
                self.by_key[key][mention.mention.mention_id] = mention
        for event in outcome.events:
            self.known.update(dict.fromkeys(event.mention_ids, event.event_id))
            self.aliases.pop(event.event_id, None)
            self.aliases.update(dict.fromkeys(event.aliases, event.event_id))
        for event in outcome.events:
            self.events[event.event_id] = event
        for alias in self.aliases:
            self.events.pop(alias, None)


def beliefs(events: Iterable[Event]) -> set[object]:
    return {
        (e.mention_ids, e.novelties, repr(e.slots), e.origins, e.conflicts, e.first_published)
        for e in events
    }
