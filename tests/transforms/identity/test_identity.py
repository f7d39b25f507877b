"""Identity: one deed is one event, two deeds are two, and the log says why."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from identity_telling import MEDIATOR, events_of, novelties, on, only, round_in, tell, third

from transforms.identity import resolve
from transforms.identity.ladders import LADDERS
from transforms.vocabulary import STATUSES


def test_scheduled_postponed_and_held_talks_are_one_event_that_climbs() -> None:
    russia = (third("RUS", *MEDIATOR),)
    event = only(
        round_in(
            "place:moscow", on("2020-10-09"), "planned", "2020-10-02", "a", third_parties=russia
        ),
        round_in(
            "place:moscow", on("2020-10-09"), "postponed", "2020-10-08", "b", third_parties=russia
        ),
        round_in("place:moscow", on("2020-10-20"), "held", "2020-10-20", "a", third_parties=russia),
    )
    assert event.slots.status == "held"
    assert event.slots.date == on("2020-10-20")
    assert novelties(event) == ["new", "update", "update"]


def test_talks_planned_for_a_day_and_held_on_it_are_one_event() -> None:
    event = only(
        round_in("place:moscow", on("2020-10-09"), "planned", "2020-10-08", "a"),
        round_in("place:moscow", on("2020-10-09"), "held", "2020-10-10", "b"),
    )
    assert event.slots.status == "held"
    assert event.conflicts == ()


def test_two_rounds_a_week_apart_are_two_events_and_the_log_says_why() -> None:
    outcome = resolve(
        [
            round_in("place:moscow", on("2020-10-09"), "held", "2020-10-09", "a"),
            round_in("place:moscow", on("2020-10-16"), "planned", "2020-10-10", "a"),
            round_in("place:moscow", on("2020-10-16"), "held", "2020-10-16", "b"),
        ],
        {},
        {},
    )
    assert [e.slots.date.start for e in outcome.events] == [date(2020, 10, 9), date(2020, 10, 16)]
    apart = [step for step in outcome.log if step.action == "keep_apart"]
    assert apart and "date" in apart[0].reason and "place:moscow" in apart[0].reason


def test_a_round_planned_after_a_postponed_one_was_held_is_the_next_round() -> None:
    place = "place:moscow"
    events = events_of(
        round_in(place, on("2020-10-09"), "planned", "2020-10-02", "a"),
        round_in(place, on("2020-10-09"), "postponed", "2020-10-08", "a"),
        round_in(place, on("2020-10-20"), "held", "2020-10-20", "a"),
        round_in(place, on("2020-10-27"), "planned", "2020-10-21", "a"),
    )
    assert [e.slots.status for e in events] == ["held", "planned"]


def test_a_date_reported_a_day_apart_is_one_event_with_both_dates_kept() -> None:
    eu = (third("EU", *MEDIATOR),)
    event = only(
        tell(
            "a",
            "2022-05-23",
            "leaders_talks",
            "held",
            on("2022-05-22"),
            place="place:brussels",
            third_parties=eu,
        ),
        tell(
            "b",
            "2022-05-23",
            "leaders_talks",
            "held",
            on("2022-05-22"),
            place="place:brussels",
            third_parties=eu,
        ),
        tell(
            "c",
            "2022-05-24",
            "leaders_talks",
            "held",
            on("2022-05-23"),
            place="place:brussels",
            third_parties=eu,
        ),
    )
    assert event.slots.date == on("2022-05-22")
    (conflict,) = event.conflicts
    assert conflict.slot == "date"
    assert [json.loads(value)["start"] for value, _ in conflict.values] == [
        "2022-05-22",
        "2022-05-23",
    ]
    assert [len(ids) for _, ids in conflict.values] == [2, 1]


def test_syndicated_copies_count_as_one_origin_and_add_no_confidence() -> None:
    first = round_in("place:berlin", on("2024-02-28"), "held", "2024-02-28T10", "wire")
    copies = [
        round_in(
            "place:berlin",
            on("2024-02-28"),
            "held",
            f"2024-02-28T{hour}",
            f"copy{hour}",
            story=first.story,
            origin="wire",
        )
        for hour in range(11, 21)
    ]
    alone, copied = only(first), only(first, *copies)
    assert copied.origins == ("wire",)
    assert copied.slots.confidence == alone.slots.confidence
    assert len(copied.slots.evidence) == 1
    second = round_in("place:berlin", on("2024-02-28"), "held", "2024-02-28T23", "agency")
    assert only(first, *copies, second).slots.confidence > copied.slots.confidence


def test_a_denial_is_a_contradiction_and_both_sides_are_kept() -> None:
    event = only(
        round_in("place:tbilisi", on("2022-07-16"), "held", "2022-07-16", "a"),
        round_in("place:tbilisi", on("2022-07-16"), "held", "2022-07-17", "b"),
        round_in("place:tbilisi", on("2022-07-16"), "denied", "2022-07-18", "c"),
        round_in("place:tbilisi", on("2022-07-16"), "denied", "2022-07-19", "d"),
    )
    assert novelties(event) == ["new", "confirmation", "contradiction", "confirmation"]
    assert event.slots.status == "held"
    (conflict,) = [c for c in event.conflicts if c.slot == "status"]
    assert {json.loads(value) for value, _ in conflict.values} == {"held", "denied"}
    undisputed = only(
        round_in("place:tbilisi", on("2022-07-16"), "held", "2022-07-16", "a"),
        round_in("place:tbilisi", on("2022-07-16"), "held", "2022-07-17", "b"),
    )
    assert event.slots.confidence < undisputed.slots.confidence


def test_a_plan_told_before_the_talks_does_not_dispute_that_they_were_cancelled() -> None:
    event = only(
        round_in("place:washington", on("2023-11-20"), "planned", "2023-11-10", "a"),
        round_in("place:washington", on("2023-11-20"), "planned", "2023-11-11", "b"),
        round_in(
            "place:washington",
            on("2023-11-20"),
            "cancelled",
            "2023-11-16",
            "c",
            status_by="actor:AZE",
        ),
    )
    assert (event.slots.status, event.slots.status_by) == ("cancelled", "actor:AZE")
    assert event.conflicts == ()
    assert novelties(event) == ["new", "confirmation", "update"]


def test_host_and_mediator_are_kept_apart_with_the_claim_that_says_so() -> None:
    day = on("2024-05-10", "2024-05-11")
    event = only(
        tell(
            "ministry",
            "2024-05-10",
            "ministers_talks",
            "held",
            day,
            place="place:almaty",
            third_parties=(third("KAZ", "host"),),
            claim_source="actor:KAZ",
        ),
        tell(
            "outlet",
            "2024-05-11",
            "ministers_talks",
            "held",
            day,
            place="place:almaty",
            third_parties=(third("KAZ", "mediator"),),
        ),
    )
    (kazakhstan,) = event.slots.third_parties
    assert kazakhstan.roles == ("host",)
    assert novelties(event) == ["new", "contradiction"]
    (conflict,) = event.conflicts
    assert conflict.slot == "third_party_role"
    said = [json.loads(value) for value, _ in conflict.values]
    assert {(tuple(v["roles"]), v["claim_source"]) for v in said} == {
        (("host",), "actor:KAZ"),
        (("mediator",), None),
    }


def test_an_outlet_that_corrects_its_own_date_no_longer_votes_with_the_old_one() -> None:
    event = only(
        round_in("place:geneva", on("2022-10-03"), "held", "2022-10-03", "a"),
        round_in("place:geneva", on("2022-10-02"), "held", "2022-10-04", "a"),
    )
    assert novelties(event) == ["new", "correction"]
    assert event.slots.date == on("2022-10-02")
    assert event.conflicts == ()


def test_a_recollection_joins_the_event_it_recalls_and_founds_none_that_looks_new() -> None:
    held = tell(
        "a", "2025-07-10", "leaders_talks", "held", on("2025-07-10"), place="place:abu_dhabi"
    )
    recalled = tell(
        "b",
        "2025-08-08",
        "leaders_talks",
        "held",
        on("2025-07-01", "2025-07-31", "month"),
        place="place:abu_dhabi",
        novelty="retrospective",
    )
    event = only(held, recalled)
    assert novelties(event) == ["new", "retrospective"]
    assert event.slots.date == on("2025-07-10")
    alone = only(recalled)
    assert alone.slots.novelty == "retrospective"


def test_a_recollection_that_fits_several_rounds_is_attached_to_none() -> None:
    rounds = [
        tell("a", day, "leaders_talks", "held", on(day), place="place:brussels")
        for day in ("2022-04-06", "2022-05-22", "2022-08-31")
    ]
    recalled = tell(
        "b",
        "2022-11-01",
        "talks",
        "held",
        on("2022-01-01", "2022-12-31", "year"),
        place="place:brussels",
        novelty="retrospective",
    )
    outcome = resolve([*rounds, recalled], {}, {})
    assert len(outcome.events) == 4
    reasons = [s.reason for s in outcome.log if s.action == "keep_apart"]
    assert any("equally well" in reason for reason in reasons)


def test_a_restated_offer_is_one_event_and_another_states_offer_is_not() -> None:
    events = events_of(
        tell(
            "a",
            "2024-08-19",
            "offer",
            "made",
            on("2024-08-18", "2024-08-20"),
            initiators=("actor:RUS",),
        ),
        tell(
            "b",
            "2024-08-20",
            "offer",
            "made",
            on("2024-08-20"),
            initiators=("actor:RUS",),
            made_at="place:baku",
        ),
        tell("c", "2024-08-20", "offer", "made", on("2024-08-20"), initiators=("actor:IRN",)),
    )
    assert sorted((e.slots.initiators, len(e.mention_ids)) for e in events) == [
        (("actor:IRN",), 1),
        (("actor:RUS",), 2),
    ]


def test_undated_and_unpublished_mentions_join_only_through_their_story() -> None:
    told = tell("a", "2024-02-28", "ministers_talks", "held", on("2024-02-28"), story="story_x")
    copied = tell("b", None, "ministers_talks", "held", story="story_x", novelty="undated")
    alone = tell("c", None, "ministers_talks", "held", story="story_y", novelty="undated")
    events = events_of(told, copied, alone)
    assert sorted(len(e.mention_ids) for e in events) == [1, 2]
    assert [e.slots.novelty for e in events] == ["new", "undated"]


@pytest.mark.parametrize("value", ["9999-12-31", "0001-01-01"])
def test_impossible_dates_do_not_stop_resolution(value: str) -> None:
    assert len(events_of(tell("a", "2024-01-01", "call", "held", on(value)))) == 1


def test_the_headline_is_built_from_the_merged_slots() -> None:
    event = only(
        round_in("place:berlin", on("2024-02-28"), "planned", "2024-02-20", "a"),
        round_in("place:berlin", on("2024-02-28"), "held", "2024-02-28", "b"),
        headline=lambda slots: f"{slots.type} {slots.status}",
    )
    assert event.slots.headline == "ministers_talks held"


def test_hundreds_of_tellings_of_one_event_are_resolved_in_a_moment() -> None:
    base = round_in("place:berlin", on("2024-02-28"), "held", "2024-02-28", "a")
    told = [
        replace(
            base,
            mention=replace(base.mention, mention_id=f"evm_{n:024x}"),
            url=f"https://o{n}.example/",
        )
        for n in range(3000)
    ]
    assert len(only(*told).mention_ids) == 3000


def test_every_status_is_on_its_ladder_or_stands_beside_it() -> None:
    for group, statuses in STATUSES.items():
        assert set(LADDERS[group]) == set(statuses) - {"cancelled", "denied"}
