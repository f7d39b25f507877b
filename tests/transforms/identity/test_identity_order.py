"""Any order of arrival, in any batches, ends in the same partition, slots and novelty."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity_store import WITHIN, Store, beliefs

from transforms.identity import block_keys, resolve
from transforms.records import (
    EventDate,
    EventMention,
    Evidence,
    Party,
    SituatedMention,
    ThirdParty,
    Venue,
)

DAY_ZERO = date(2024, 3, 1)
PARTIES = [("party:A", "party:B")] * 4 + [("party:A",), ("party:B",)]
THIRDS = [
    (),
    (ThirdParty("actor:M", roles=("mediator",)),),
    (ThirdParty("actor:M", roles=("host",)),),
    (ThirdParty("actor:N", roles=("mediator", "host")), ThirdParty("actor:M")),
    (ThirdParty("actor:N", roles=("good_offices",)),),
]
VENUES = [
    None,
    Venue("place:capital", "XXA"),
    Venue("place:palace", "XXA"),
    Venue(None, "XXA"),
    Venue("place:port", "XXB"),
]
PERSONS = st.sampled_from([None, None, "person:head", "person:minister"])
QUOTES = [
    (),
    (Evidence("the delegations met", 0, 19, "en"),),
    (Evidence("both delegations met", 0, 20, "en"),),
]
STATUSES = {
    "ministers_talks": ["planned", "postponed", "postponed", "held", "cancelled", "denied"],
    "talks": ["planned", "postponed", "held"],
    "leaders_talks": ["planned", "held"],
    "commission": ["planned", "postponed", "held"],
    "agreement": ["agreed", "initialled", "signed"],
    "offer": ["made", "accepted", "declined"],
    "detainee_release": ["agreed", "done"],
}


@st.composite
def mentions(draw: st.DrawFn) -> list[SituatedMention]:
    """Mentions crowded into few types, places and weeks, so that they nearly all interact."""
    kinds = draw(st.lists(st.sampled_from([*STATUSES]), min_size=1, max_size=2))
    step = draw(st.sampled_from([1, 2, 7, 20]))
    count = draw(st.integers(2, 16))
    return [_mention(draw, number, kinds, step) for number in range(count)]


def _mention(draw: st.DrawFn, number: int, kinds: list[str], step: int) -> SituatedMention:
    kind = draw(st.sampled_from(kinds))
    offset = step * draw(st.integers(0, 5))
    published = DAY_ZERO + timedelta(days=offset + draw(st.integers(-5, 5)))
    happened = DAY_ZERO + timedelta(days=offset)
    precision: Any = draw(st.sampled_from(["day"] * 8 + ["month", "year", "unknown"]))
    mention = EventMention(
        mention_id=f"evm_{number:024x}",
        type=kind,
        status=draw(st.sampled_from(STATUSES[kind])),
        parties=tuple(Party(p, draw(PERSONS)) for p in draw(st.sampled_from(PARTIES))),
        third_parties=draw(st.sampled_from(THIRDS)),
        venue=draw(st.sampled_from(VENUES)),
        initiators=draw(st.sampled_from([(), ("actor:M",), ("party:A",)])),
        document=draw(st.sampled_from([None, "treaty", "peace treaty", "declaration"])),
        date=_dated(happened, precision, is_inferred=draw(st.integers(0, 3)) == 0),
        made_at=draw(st.sampled_from([None, None, "place:capital", "place:palace"])),
        evidence=draw(st.sampled_from(QUOTES)),
        novelty=draw(st.sampled_from(["new"] * 6 + ["retrospective", "undated"])),
        claim_source=draw(st.sampled_from([None, None, "actor:M"])),
        confidence=draw(st.sampled_from([0.5, 0.8])),
        headline=f"headline {number}",
    )
    origin = draw(st.sampled_from(["one", "two", "three"]))
    is_dated = draw(st.integers(0, 9)) > 0
    page = draw(st.sampled_from([number, number, number, 0]))
    version = draw(st.integers(1, 3))
    return SituatedMention(
        mention=mention,
        url=f"https://{origin}.example/{page}",
        text_digest=f"sha256:{page}-{version}",
        source_id=origin,
        origin=origin,
        country=None,
        story=draw(st.sampled_from([f"story_{number}", "story_common"])),
        language="en",
        published=datetime.combine(published, datetime.min.time(), UTC) if is_dated else None,
        seen_at=datetime(2025, 1, version, tzinfo=UTC),
    )


def _dated(day: date, precision: Any, *, is_inferred: bool) -> EventDate:
    if precision == "day" and is_inferred:
        return EventDate(day - timedelta(days=1), day + timedelta(days=1), "day", "inferred")
    if precision == "month":
        return EventDate(day.replace(day=1), day.replace(day=28), "month", "text")
    if precision == "year":
        return EventDate(day.replace(month=1, day=1), day.replace(month=12, day=31), "year", "text")
    if precision == "unknown":
        return EventDate()
    return EventDate(day, day, precision, "text")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=mentions(), data=st.data())
def test_every_order_and_batching_ends_in_the_same_beliefs(
    told: list[SituatedMention], data: st.DataObject
) -> None:
    at_once = resolve(told, {}, {}, within=WITHIN).events
    arrivals = data.draw(st.permutations(told))
    store = Store()
    while arrivals:
        size = data.draw(st.integers(1, len(arrivals)))
        store.take(arrivals[:size])
        arrivals = arrivals[size:]
    assert beliefs(store.events.values()) == beliefs(at_once)
    assert len(store.known) == len(told)
    assert set(store.known.values()) == set(store.events)
    assert not set(store.aliases) & set(store.events)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=mentions())
def test_mentions_of_one_event_are_linked_by_shared_keys(told: list[SituatedMention]) -> None:
    keys = {m.mention.mention_id: block_keys(m) for m in told}
    for event in resolve(told, {}, {}, within=WITHIN).events:
        reached, left = {event.mention_ids[0]}, set(event.mention_ids[1:])
        while linked := {i for i in left if any(keys[i] & keys[j] for j in reached)}:
            reached |= linked
            left -= linked
        assert not left


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=mentions())
def test_every_mention_is_in_exactly_one_event_with_a_novelty_and_a_reason(
    told: list[SituatedMention],
) -> None:
    outcome = resolve(told, {}, {}, within=WITHIN)
    ids = [i for e in outcome.events for i in e.mention_ids]
    assert sorted(ids) == sorted(m.mention.mention_id for m in told)
    for event in outcome.events:
        assert [i for i, _ in event.novelties] == list(event.mention_ids)
        assert sum(n == "new" for _, n in event.novelties) <= 1
        assert event.slots.headline and 0.0 < event.slots.confidence < 1.0
    logged = {s.mention_id for s in outcome.log if s.action in {"mint", "join"}}
    assert logged == set(ids)
    assert all(step.reason for step in outcome.log)
