"""Meetings: talks of an unstated level, commissions, places within places."""

from __future__ import annotations

from dataclasses import replace
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


@pytest.mark.parametrize("other", ["FRA", "EU", "RUS"])
def test_who_convened_talks_of_one_level_day_and_city_is_a_detail(other: str) -> None:
    event = only(
        told("a", "2025-08-20", "leaders_talks", "held", third_parties=(third("USA", "mediator"),)),
        told("b", "2025-08-20", "leaders_talks", "held", third_parties=(third(other, "mediator"),)),
    )
    assert len(event.slots.third_parties) == 2


def test_talks_with_other_mediators_in_two_cities_or_at_two_levels_are_two() -> None:
    usa, fra = ((third(name, "mediator"),) for name in ("USA", "FRA"))
    held = told("a", "2025-08-20", "leaders_talks", "held", third_parties=usa)
    for other in (
        told("b", "2025-08-20", "leaders_talks", "held", third_parties=fra, place="place:paris"),
        told("b", "2025-08-20", "leaders_talks", "held", third_parties=fra, place=None),
        told("b", "2025-08-20", "ministers_talks", "held", third_parties=fra),
    ):
        assert len(events_of(held, other)) == 2


def test_two_buildings_of_one_city_on_one_day_are_one_venue() -> None:
    within = {"place:white_house": "place:washington", "place:blair_house": "place:washington"}
    days = on("2025-08-20"), on("2025-08-27")
    one, other, later = (
        tell(outlet, "2025-08-28", "ministers_talks", "held", day, place=f"place:{house}")
        for outlet, day, house in (
            ("a", days[0], "white_house"),
            ("b", days[0], "blair_house"),
            ("c", days[1], "blair_house"),
        )
    )
    assert len(events_of(one, other, within=within)) == 1
    assert len(events_of(one, later, within=within)) == 2


def test_talks_told_a_day_after_the_day_they_were_planned_for_are_those() -> None:
    planned = tell("a", "2025-08-18", "ministers_talks", "planned", on("2025-08-20"))
    assert len(events_of(planned, told("b", "2025-08-21", "ministers_talks", "held"))) == 1
    held = tell("b", "2025-08-28", "ministers_talks", "held", on("2025-08-27"), place=GABALA)
    assert len(events_of(planned, held)) == 2


def test_talks_put_off_are_those_planned_in_that_country() -> None:
    planned, moved = (
        replace(told, mention=replace(told.mention, venue=Venue(None, "GEO")))
        for told in (
            tell("a", "2027-01-12", "ministers_talks", "planned", on("2027-01-19")),
            tell("b", "2027-01-17", "ministers_talks", "postponed", on("2027-01-26")),
        )
    )
    assert len(events_of(planned, moved)) == 1
