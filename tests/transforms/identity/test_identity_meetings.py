"""Meetings: talks of an unstated level, commissions, places within places."""

from __future__ import annotations

from typing import Any

import pytest
from identity_telling import events_of, novelties, on, only, tell, third

from transforms.records import SituatedMention, Venue

DAY = on("2025-08-20")
GABALA = "place:gabala"


def told(outlet: str, day: str, kind: str, status: str, **more: Any) -> SituatedMention:
    return tell(outlet, day, kind, status, DAY, **({"place": GABALA} | more))


@pytest.mark.parametrize(
    "kind",
    ["commission", "leaders_talks", "ministers_talks", "officials_talks", "parliament_talks"],
)
def test_talks_are_the_meeting_of_that_day_and_place_whose_level_others_tell(kind: str) -> None:
    mentions = [
        told("a", "2025-08-05", kind, "planned", track="BORDER"),
        told("b", "2025-08-05", "talks", "planned", track="BILAT"),
        told("c", "2025-08-06", "talks", "planned", track="BILAT"),
        told("d", "2025-08-12", "talks", "postponed", track="BILAT"),
    ]
    event = only(*mentions)
    assert (event.slots.type, event.slots.status) == (kind, "postponed")
    assert event.slots.track == "BORDER"
    assert novelties(event) == ["new", "confirmation", "confirmation", "update"]


@pytest.mark.parametrize(
    "other",
    [
        {"parties": ("actor:ARM", "actor:GEO")},
        {"place": "place:tbilisi"},
        {"third_parties": (third("RUS", "mediator"),)},
    ],
)
def test_talks_that_differ_in_a_slot_are_not_the_commission(other: dict[str, Any]) -> None:
    usa = (third("USA", "mediator"),)
    commission = told("a", "2025-08-05", "commission", "planned", third_parties=usa)
    talks = told("b", "2025-08-05", "talks", "planned", **other)
    assert len(events_of(commission, talks)) == 2


def test_talks_somewhere_on_the_day_of_a_commission_are_not_the_commission() -> None:
    commission = told("a", "2025-08-05", "commission", "planned")
    assert len(events_of(commission, told("b", "2025-08-05", "talks", "planned", place=None))) == 2


def test_talks_do_not_make_one_event_of_two_levels() -> None:
    events = events_of(
        told("a", "2025-08-20", "talks", "held"),
        told("b", "2025-08-20", "leaders_talks", "held"),
        told("c", "2025-08-20", "ministers_talks", "held"),
    )
    assert sorted(e.slots.type for e in events) == ["leaders_talks", "ministers_talks"]


def test_a_third_party_more_or_less_is_one_meeting() -> None:
    both = (third("USA", "mediator", "host"), third("OSCE", "witness"))
    event = only(
        told("a", "2025-08-20", "leaders_talks", "held", third_parties=both),
        told("b", "2025-08-20", "leaders_talks", "held", third_parties=both[:1]),
        told("c", "2025-08-20", "leaders_talks", "held", place=None),
    )
    assert len(event.mention_ids) == 3


def test_a_building_within_a_city_is_the_same_venue() -> None:
    event = only(
        tell("a", "2023-05-25", "leaders_talks", "held", on("2023-05-25"), place="place:kremlin"),
        tell("b", "2023-05-25", "leaders_talks", "held", on("2023-05-25"), place="place:moscow"),
        within={"place:kremlin": "place:moscow"},
    )
    assert event.slots.venue == Venue("place:kremlin")
    assert event.conflicts == ()


def test_talks_of_unstated_level_are_the_leaders_talks_of_that_day_and_place() -> None:
    event = only(
        tell("a", "2022-10-31", "talks", "under_way", on("2022-10-31"), place="place:sochi"),
        tell("b", "2022-11-01", "leaders_talks", "held", on("2022-10-31"), place="place:sochi"),
    )
    assert (event.slots.type, event.slots.status) == ("leaders_talks", "held")
