"""Ids, merges, splits and versions of articles: what is stored stays explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

from identity_telling import events_of, novelties, on, only, revised, round_in, tell, third

from transforms.identity import mint, resolve
from transforms.records import EventDate, Evidence, SituatedMention, Venue


def test_an_event_keeps_its_id_when_an_earlier_report_turns_up() -> None:
    late = round_in("place:berlin", on("2024-02-28"), "held", "2024-02-29", "a")
    stored = only(late).event_id
    early = round_in("place:berlin", on("2024-02-28"), "planned", "2024-02-20", "b")
    outcome = resolve([early, late], {late.mention.mention_id: stored}, {})
    assert [e.event_id for e in outcome.events] == [stored]
    assert [(s.action, s.mention_id) for s in outcome.log] == [("join", early.mention.mention_id)]
    assert "place:berlin" in outcome.log[0].reason


def test_a_merge_keeps_the_older_id_and_taking_the_bridge_away_brings_the_other_back() -> None:
    place = "place:moscow"
    planned = round_in(place, on("2020-10-09"), "planned", "2020-10-02", "a")
    held = round_in(place, on("2020-10-20"), "held", "2020-10-20", "b")
    bridge = round_in(place, on("2020-10-09"), "postponed", "2020-10-08", "c")
    apart = resolve([planned, held], {}, {})
    known = {e.mention_ids[0]: e.event_id for e in apart.events}
    merged = resolve([planned, held, bridge], known, {})
    (event,) = merged.events
    assert event.event_id == mint(planned.mention.mention_id)
    assert event.aliases == (mint(held.mention.mention_id),)
    (step,) = [s for s in merged.log if s.action == "merge"]
    assert step.other_event_id == mint(held.mention.mention_id)

    known = dict.fromkeys(event.mention_ids, event.event_id)
    again = resolve([planned, held], known, {event.aliases[0]: event.event_id})
    assert [(e.event_id, e.aliases) for e in again.events] == [
        (e.event_id, ()) for e in apart.events
    ]
    assert [e.slots for e in again.events] == [e.slots for e in apart.events]
    assert [s.action for s in again.log] == ["split"]


def test_resolving_what_is_stored_changes_nothing_and_logs_nothing() -> None:
    told = [
        round_in("place:berlin", on("2024-02-28"), "held", "2024-02-28", "a"),
        round_in("place:munich", on("2024-02-17"), "held", "2024-02-17", "b"),
    ]
    first = resolve(told, {}, {})
    known = {i: e.event_id for e in first.events for i in e.mention_ids}
    again = resolve(told, known, {})
    assert again.events == first.events
    assert again.log == ()


def test_a_rewritten_article_keeps_its_event_and_only_its_latest_version_counts() -> None:
    first = round_in("place:geneva", on("2022-10-02"), "planned", "2022-09-20", "a")
    second = revised(first, 1, on("2022-10-12"))
    stored = only(first).event_id
    outcome = resolve([first, second], {first.mention.mention_id: stored}, {})
    (event,) = outcome.events
    assert event.event_id == stored
    assert event.slots.date == on("2022-10-12")
    assert novelties(event) == ["new", "correction"]
    assert event.conflicts == ()
    assert [piece.mention_id for piece in event.slots.evidence] == [second.mention.mention_id]


def test_versions_of_an_article_that_tells_of_two_rounds_follow_each_its_own() -> None:
    told = [
        round_in("place:geneva", on("2022-10-02"), "held", "2022-10-05", "a"),
        round_in("place:brussels", on("2022-11-01"), "planned", "2022-10-05", "a"),
    ]
    told = [replace(m, url="https://a.example/x", text_digest="sha256:v0") for m in told]
    later = [
        replace(revised(m, 10, m.mention.date), mention=replace(m.mention, mention_id=f"evm_{n}"))
        for n, m in enumerate(told)
    ]
    events = events_of(*told, *later)
    assert [len(e.mention_ids) for e in events] == [2, 2]
    assert {e.slots.venue for e in events} == {Venue("place:geneva"), Venue("place:brussels")}


def version(told: SituatedMention, number: int, quote: str, **slots: Any) -> SituatedMention:
    mention = replace(
        told.mention,
        mention_id=f"evm_{number:024x}",
        evidence=(Evidence(quote, 0, len(quote), "en"),),
        **slots,
    )
    seen = told.seen_at + timedelta(hours=number)
    return replace(told, mention=mention, text_digest=f"sha256:v{number}", seen_at=seen)


def test_a_passage_corrected_to_another_type_keeps_its_event() -> None:
    base = round_in("place:geneva", on("2022-10-02"), "held", "2022-10-02", "a")
    first = version(base, 1, "The heads of the two delegations met by the lake on Sunday")
    second = version(
        base, 2, "The leaders of the two delegations met by the lake on Sunday",
        type="leaders_talks",
    )  # fmt: skip
    outcome = resolve([first, second], {first.mention.mention_id: "evt_stored"}, {})
    (event,) = outcome.events
    assert (event.event_id, event.slots.type) == ("evt_stored", "leaders_talks")
    other = version(base, 3, "A telephone call followed", type="call")
    assert len(events_of(first, other)) == 2


def test_a_round_dropped_from_an_article_is_not_poured_into_the_one_that_stays() -> None:
    geneva = round_in("place:geneva", on("2022-10-02"), "held", "2022-10-05", "a")
    brussels = round_in("place:brussels", on("2022-11-01"), "planned", "2022-10-05", "a")
    old = [
        replace(m, url="https://a.example/x", text_digest="sha256:v0") for m in (geneva, brussels)
    ]
    new = version(old[0], 7, "Talks in Geneva")
    events = events_of(*old, new)
    assert sorted(len(e.mention_ids) for e in events) == [1, 2]


def test_a_recollection_joins_its_event_in_any_order_of_arrival() -> None:
    place = "place:abu_dhabi"
    told = [
        tell("a", "2025-07-10", "leaders_talks", "held", on("2025-07-10"), place=place),
        tell("b", "2025-07-11", "leaders_talks", "held", on("2025-07-10"), place=place),
        tell("c", "2025-08-08", "leaders_talks", "held", on("2025-07-01", "2025-07-31", "month"),
             place=place, novelty="retrospective"),
    ]  # fmt: skip
    for order in permutations(told):
        known: dict[str, str] = {}
        for number in range(1, 4):
            outcome = resolve(order[:number], known, {})
            known = {i: e.event_id for e in outcome.events for i in e.mention_ids}
        (event,) = outcome.events
        assert novelties(event) == ["new", "confirmation", "retrospective"]


def test_what_was_recalled_before_is_new_only_where_it_is_told_when_it_happens() -> None:
    place = "place:tirana"
    recalled = tell("a", "2025-05-18", "leaders_talks", "held", on("2025-05-16"), place=place,
                    novelty="retrospective")  # fmt: skip
    soon = tell("b", "2025-05-19", "leaders_talks", "held", on("2025-05-16"), place=place)
    late = tell("b", "2025-07-12", "leaders_talks", "held", on("2025-05-16"), place=place)
    assert novelties(only(recalled, soon)) == ["retrospective", "new"]
    old = only(recalled, late)
    assert novelties(old) == ["retrospective", "retrospective"]
    assert old.first_reported is None
    assert only(recalled, soon).first_reported == soon.published
    # Nobody told it before: it is news whenever it comes to light.
    assert novelties(only(late)) == ["new"]


def test_an_expected_round_that_was_recalled_as_planned_is_new_when_it_is_held() -> None:
    place = "place:gabala"
    planned = tell("a", "2025-08-05", "commission", "planned", on("2025-08-20"), place=place,
                   novelty="retrospective")  # fmt: skip
    held = tell("b", "2025-08-21", "commission", "held", on("2025-08-20"), place=place)
    assert novelties(only(planned, held)) == ["retrospective", "new"]


def test_a_copy_that_is_read_differently_only_confirms() -> None:
    when = on("2025-07-10")
    first = tell("wire", "2025-07-10", "leaders_talks", "held", when, place="place:abu_dhabi")
    copy = tell(
        "paper", "2025-07-11", "leaders_talks", "held", when, place="place:abu_dhabi",
        story=first.story, origin="wire", third_parties=(third("ARE", "mediator", "host"),),
    )  # fmt: skip
    own = replace(copy, story="story_own", origin="paper")
    assert novelties(only(first, copy)) == ["new", "confirmation"]
    assert novelties(only(first, own)) == ["new", "update"]
    status = replace(copy, mention=replace(copy.mention, status="failed", date=EventDate()))
    assert novelties(only(first, status))[1] != "confirmation"
