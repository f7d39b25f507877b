"""The development documents, coded: any order and any batches end in the same beliefs."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from identity_store import Store, beliefs

from dossiers import loader
from flows.stages.identify import places_within
from flows.stages.transform import Refusal, process_raw, raw_from_record
from transforms.identity import resolve
from transforms.records import SituatedMention

GOLD = sorted((Path(__file__).parents[2] / "gold" / "dev").glob("??.jsonl"))
EVERY = 4
"""One document of so many is coded: identity is what is tested, not the coder."""


@pytest.fixture(scope="module")
def told() -> list[SituatedMention]:
    lines = [line for path in GOLD for line in path.read_text("utf-8").splitlines()]
    found: list[SituatedMention] = []
    for line in lines[::EVERY]:
        record = json.loads(line)
        url = f"https://{record['id'].lower()}.example/story"
        coded = process_raw(raw_from_record({**record, "url": url}, url))
        assert not isinstance(coded, Refusal)
        document = coded.document
        found += [
            SituatedMention(
                mention=mention,
                url=url,
                text_digest=document.text_digest,
                source_id=None,
                origin=url,
                country=None,
                story=url,
                language=document.language,
                published=document.published,
                seen_at=document.published or fetched(),
            )
            for mention in coded.events
        ]
    return found


def fetched() -> datetime:
    return datetime(2028, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(4))
def test_any_order_and_batching_of_real_texts_gives_the_same_events(
    told: list[SituatedMention], seed: int
) -> None:
    within = places_within(loader.load())
    at_once = resolve(told, {}, {}, within=within).events
    rng = random.Random(seed)
    arrivals = rng.sample(told, len(told))
    store = Store(within)
    while arrivals:
        size = rng.randint(1, 25)
        store.take(arrivals[:size])
        arrivals = arrivals[size:]
    assert beliefs(store.events.values()) == beliefs(at_once)
    assert any(len(event.mention_ids) > 2 for event in at_once)
