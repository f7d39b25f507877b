"""Plans for a month, papers whose day is moved, and what several outlets name differently."""

from __future__ import annotations

from identity_telling import events_of, on, only, tell, third

APRIL = on("2025-04-01", "2025-04-30", "month")


def test_a_meeting_planned_for_a_month_is_one_plan_and_the_meeting_that_comes_of_it() -> None:
    event = only(
        tell("a", "2025-03-03", "commission", "planned", APRIL),
        tell("b", "2025-03-05", "commission", "planned", APRIL, place="place:ijevan"),
        tell("c", "2025-04-07", "commission", "held", on("2025-04-06")),
    )
    assert event.slots.status == "held"


def test_a_plan_of_an_unstated_level_is_not_any_round_of_its_month() -> None:
    plan = tell("a", "2025-03-03", "talks", "planned", APRIL)
    round_ = tell("b", "2025-04-07", "leaders_talks", "held", on("2025-04-06"))
    assert len(events_of(plan, round_)) == 2


def test_a_meeting_called_off_in_a_month_is_not_the_one_planned_at_another_level() -> None:
    plan = tell("a", "2025-03-03", "ministers_talks", "planned", APRIL)
    other = tell("b", "2025-04-07", "leaders_talks", "cancelled", on("2025-04-06"))
    assert len(events_of(plan, other)) == 2


def test_a_named_paper_whose_day_is_moved_stays_one() -> None:
    event = only(
        tell("a", "2025-06-01", "agreement", "planned", on("2025-06-30"), document="treaty"),
        tell("b", "2025-06-20", "agreement", "planned", on("2025-07-14"), document="treaty"),
        tell("c", "2025-07-14", "agreement", "signed", on("2025-07-14"), document="treaty"),
    )
    assert event.slots.status == "signed"


def test_two_papers_signed_a_fortnight_apart_are_two() -> None:
    mentions = (
        tell("a", "2025-06-30", "agreement", "signed", on("2025-06-30"), document="protocol"),
        tell("b", "2025-07-14", "agreement", "signed", on("2025-07-14"), document="protocol"),
    )
    assert len(events_of(*mentions)) == 2


def test_a_border_commission_is_one_whichever_side_of_the_border_is_named() -> None:
    day = on("2025-04-06")
    only(
        tell("a", "2025-04-06", "commission", "held", day, place="place:ijevan"),
        tell("b", "2025-04-06", "commission", "held", day, place="place:gazakh"),
    )


def test_a_mission_is_one_whether_it_is_named_or_who_sent_it() -> None:
    day = on("2025-05-12")
    only(
        tell("a", "2025-05-12", "mission", "extended", day, third_parties=(third("EU"),)),
        tell("b", "2025-05-13", "mission", "extended", day, third_parties=(third("EUMA"),)),
    )


def test_an_offer_told_again_within_days_stands_and_weeks_later_is_another() -> None:
    host = (third("GEO", "host"),)
    offers = [
        tell("a", day, "offer", "made", on(day), third_parties=host, initiators=("actor:GEO",))
        for day in ("2025-05-02", "2025-05-06", "2025-05-28")
    ]
    assert sorted(len(event.mention_ids) for event in events_of(*offers)) == [1, 2]
