"""Which changes alert: a deed once, a material change once, background never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from alerts.rules import SURE, alert_causes, build_alerts, build_retractions
from transforms.records import (
    Conflict,
    Event,
    EventDate,
    EventMention,
    Party,
    ThirdParty,
    Venue,
)

NOW = datetime(2025, 8, 9, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


def event(
    *novelties: tuple[str, Any],
    first: datetime | None = NOW - timedelta(hours=2),
    conflicts: tuple[Conflict, ...] = (),
    **slots: Any,
) -> Event:
    told = novelties or (("m1", "new"),)
    defaults: dict[str, Any] = {
        "type": "leaders_talks",
        "status": "planned",
        "parties": (Party("actor:ARM"), Party("actor:AZE")),
        "third_parties": (ThirdParty("actor:USA", roles=("mediator", "host")),),
        "venue": Venue("place:washington", "USA"),
        "date": EventDate(date(2025, 8, 8), date(2025, 8, 8), "day", "text"),
        "track": "US-TRUMP",
        "confidence": 0.8,
    }
    return Event(
        event_id="evt_0123456789abcdef",
        slots=EventMention(mention_id="", **(defaults | slots)),
        mention_ids=tuple(i for i, _ in told),
        novelties=tuple(told),
        origins=("one",),
        conflicts=conflicts,
        first_published=first,
        last_published=first,
        first_reported=first,
        last_reported=first,
    )


def kinds(before: Event | None, after: Event) -> list[str]:
    return [cause.kind for cause in alert_causes(before, after)]


def updated(before: Event, novelty: str = "update", **slots: Any) -> Event:
    told = (*before.novelties, (f"m{len(before.novelties) + 1}", novelty))
    return replace(
        before,
        slots=replace(before.slots, **slots),
        mention_ids=tuple(i for i, _ in told),
        novelties=told,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("slots", "alerts"),
    [
        ({}, True),
        ({"type": "agreement", "status": "signed"}, True),
        ({"type": "offer", "status": "made"}, True),
        ({"type": "detainee_release", "status": "done"}, True),
        ({"parties": (Party("actor:ARM"),)}, True),
        ({"type": "party_meeting"}, False),
        ({"type": "dialogue"}, False),
        ({"type": "appeal", "status": "made"}, False),
        ({"type": "statement", "status": "made"}, False),
        ({"track": None}, False),
        ({"parties": ()}, False),
    ],
)
def test_new_events_alert_by_type_track_and_parties(slots: dict[str, Any], alerts: bool) -> None:
    assert kinds(None, event(**slots)) == (["new"] if alerts else [])


@pytest.mark.parametrize("novelty", ["retrospective", "undated"])
def test_background_never_alerts_until_somebody_reports_it_as_news(novelty: str) -> None:
    recalled = event(("m1", novelty))
    assert kinds(None, recalled) == []
    assert kinds(recalled, updated(recalled, "new")) == ["new"]


def test_a_status_that_climbs_alerts_with_both_values() -> None:
    before = event()
    (cause,) = alert_causes(before, updated(before, status="held"))
    assert (cause.kind, cause.before, cause.after) == ("status", "planned", "held")


@pytest.mark.parametrize(
    "slots",
    [
        {"date": EventDate(date(2025, 8, 8), date(2025, 8, 9), "day", "text")},
        {"confidence": 0.99},
        {"outcome": "a joint declaration"},
        {"parties": (Party("actor:ARM", "person:a"), Party("actor:AZE"))},
        {"third_parties": (ThirdParty("actor:USA", "person:b", "head", ("mediator", "witness")),)},
    ],
)
def test_details_and_confirmations_do_not_alert_again(slots: dict[str, Any]) -> None:
    before = event()
    assert kinds(before, updated(before, "update", **slots)) == []


def test_a_venue_filled_in_or_refined_does_not_alert_but_another_one_does() -> None:
    unknown, country = event(venue=None), event(venue=Venue(None, "USA"))
    place = Venue("place:washington", "USA")
    assert kinds(unknown, updated(unknown, venue=place)) == []
    assert kinds(country, updated(country, venue=place)) == []
    before = event()
    assert kinds(before, updated(before, venue=Venue("place:geneva", "CHE"))) == ["venue"]


def test_a_palace_in_the_city_told_before_is_no_other_venue() -> None:
    before = event()
    after = updated(before, venue=Venue("place:white_house", "USA"))
    within = {"place:white_house": "place:washington"}
    assert alert_causes(before, after, within) == alert_causes(after, before, within) == ()
    assert kinds(before, after) == ["venue"]


def test_a_copy_that_is_read_differently_does_not_alert_but_its_status_would() -> None:
    before = event(third_parties=())
    usa = (ThirdParty("actor:USA", roles=("mediator",)),)
    assert kinds(before, updated(before, "confirmation", third_parties=usa)) == []
    assert kinds(before, updated(before, "update", third_parties=usa)) == ["third_party"]
    assert kinds(before, updated(before, "confirmation", status="held")) == ["status"]


def test_another_mediator_alerts() -> None:
    before = event()
    more = (*before.slots.third_parties, ThirdParty("actor:FRA", roles=("mediator",)))
    assert kinds(before, updated(before, third_parties=more)) == ["third_party"]


def test_a_contradiction_alerts_once_however_many_join_it() -> None:
    before = event()
    status = Conflict("status", (('"held"', ("m1",)), ('"denied"', ("m2",))))
    disputed = replace(updated(before, "contradiction"), conflicts=(status,))
    assert kinds(before, disputed) == ["contradiction"]
    louder = Conflict("status", (('"denied"', ("m2", "m3")), ('"held"', ("m1",))))
    assert kinds(disputed, replace(updated(disputed, "confirmation"), conflicts=(louder,))) == []


def test_a_dispute_over_a_date_does_not_alert() -> None:
    before = event()
    dates = Conflict("date", (('{"start":"2022-05-22"}', ("m1",)), ('{"start":"2022-05-23"}', ())))
    assert kinds(before, replace(updated(before, "confirmation"), conflicts=(dates,))) == []


def test_a_status_that_only_a_recollection_moves_does_not_alert() -> None:
    before = event()
    assert kinds(before, updated(before, "retrospective", status="held")) == []


def build(before: dict[str, Event], *after: Event, horizon: timedelta | None = WEEK):
    return build_alerts(
        before, after, now=NOW, horizon=horizon, payload=lambda e: {"status": e.slots.status}
    )


def test_an_event_alerts_once_for_all_that_changed_at_once() -> None:
    before = event()
    after = updated(before, status="held", venue=Venue("place:geneva", "CHE"))
    (row,) = build({before.event_id: before}, after)
    assert row.cause == "status"
    assert [c["cause"] for c in row.payload["changes"]] == ["status", "venue"]
    assert row.payload["alert_id"] == row.alert_id
    assert row.alert_id.startswith("alr_") and len(row.alert_id) == 20


def test_the_same_cause_has_the_same_alert_id_and_another_value_another() -> None:
    before = event()
    held = build({before.event_id: before}, updated(before, status="held"))
    again = build({before.event_id: before}, updated(before, status="held"))
    cancelled = build({before.event_id: before}, updated(before, status="cancelled"))
    assert held[0].alert_id == again[0].alert_id != cancelled[0].alert_id


def test_a_change_that_comes_with_one_told_before_is_not_lost() -> None:
    before = event()
    held = build({before.event_id: before}, updated(before, status="held"))
    both = updated(before, status="held", venue=Venue("place:geneva", "CHE"))
    again = build({before.event_id: before}, both)
    assert held[0].cause == again[0].cause == "status"
    assert held[0].alert_id != again[0].alert_id
    # What was told beside the status is not told again by itself.
    assert build({both.event_id: both}, updated(both, "confirmation")) == ()


def test_talks_postponed_a_second_time_alert_a_second_time() -> None:
    before = event()
    first = build({before.event_id: before}, updated(before, status="postponed"))
    later = EventDate(date(2025, 9, 8), date(2025, 9, 8), "day", "text")
    moved = updated(before, date=later)
    second = build({before.event_id: moved}, updated(moved, status="postponed"))
    assert first[0].alert_id != second[0].alert_id


def test_what_a_correction_leaves_behind_is_not_told_as_new() -> None:
    whole = event(("m1", "new"), ("m2", "confirmation"), ("m3", "confirmation"))
    moved = replace(whole, mention_ids=("m1", "m4"), novelties=(("m1", "new"), ("m4", "update")))
    rest = replace(event(("m2", "new"), ("m3", "confirmation")), event_id="evt_rest")
    assert build({whole.event_id: whole}, moved, rest) == ()
    cancelled = replace(
        event(("m2", "new"), ("m3", "confirmation"), ("m5", "update"), status="cancelled"),
        event_id="evt_rest",
    )
    assert [r.cause for r in build({whole.event_id: whole}, cancelled)] == ["status"]
    other = replace(event(("m2", "new"), ("m5", "update"), ("m6", "update")), event_id="evt_b")
    assert [r.cause for r in build({whole.event_id: whole}, other)] == ["new"]


def test_a_recollection_of_long_ago_does_not_make_a_fresh_report_old() -> None:
    told = event(("m1", "retrospective"), ("m2", "new"), first=NOW - timedelta(days=90))
    recalled = event(("m1", "retrospective"), first=NOW - timedelta(days=90))
    fresh = replace(told, first_reported=NOW - timedelta(hours=1))
    assert [r.state for r in build({recalled.event_id: recalled}, fresh)] == ["pending"]


def test_news_older_than_the_horizon_is_stored_but_suppressed() -> None:
    old = event(first=NOW - timedelta(days=8))
    assert [r.state for r in build({}, old)] == ["suppressed"]
    assert [r.state for r in build({}, event())] == ["pending"]
    assert [r.state for r in build({}, old, horizon=None)] == ["pending"]


def test_a_change_reported_today_is_sent_though_the_event_was_planned_long_ago() -> None:
    before = event(first=NOW - timedelta(days=30))
    after = replace(updated(before, status="cancelled"), last_reported=NOW - timedelta(hours=1))
    assert [r.state for r in build({before.event_id: before}, after)] == ["pending"]


def test_an_event_merged_into_another_that_had_not_alerted_is_not_told_as_new_again() -> None:
    quiet = event(("m1", "retrospective"))
    told = replace(event(("m2", "new")), event_id="evt_b")
    merged = replace(
        event(("m1", "retrospective"), ("m2", "new")), aliases=("evt_b",), last_reported=NOW
    )
    assert build({quiet.event_id: quiet, "evt_b": told}, merged) == ()


def day(number: int, precision: Any = "day") -> EventDate:
    return EventDate(date(2025, 8, number), date(2025, 8, number), precision, "text")


def test_talks_moved_to_another_day_alert_but_a_dispute_over_the_day_does_not() -> None:
    before = event()
    moved = updated(before, date=day(20))
    (cause,) = alert_causes(before, moved)
    assert (cause.kind, cause.before["start"], cause.after["start"]) == (
        "date",
        "2025-08-08",
        "2025-08-20",
    )
    dispute = Conflict("date", (('{"start":"2025-08-20"}', ("m2",)), ('"x"', ("m1",))))
    assert kinds(before, replace(moved, conflicts=(dispute,))) == []
    assert kinds(before, updated(before, "confirmation", date=day(20))) == []
    assert kinds(event(date=EventDate()), updated(event(date=EventDate()), date=day(8))) == []


def test_another_party_alerts_but_the_other_side_named_at_last_does_not() -> None:
    alone = event(parties=(Party("actor:ARM"),))
    both = (Party("actor:ARM"), Party("actor:AZE"))
    assert kinds(alone, updated(alone, parties=both)) == []
    assert kinds(alone, updated(alone, parties=(Party("actor:AZE"),))) == ["party"]
    before = event()
    assert kinds(before, updated(before, parties=(*both, Party("actor:GEO")))) == ["party"]


def test_a_correction_that_makes_another_kind_of_deed_of_it_is_told_as_one() -> None:
    signed = event(type="agreement", status="signed")
    talked = replace(event(("m9", "new"), status="held"), event_id="evt_b")
    (row,) = build_alerts(
        {signed.event_id: signed},
        [talked],
        now=NOW,
        horizon=WEEK,
        payload=lambda _: {},
        corrects={"evt_b": signed},
    )
    assert (row.cause, row.payload["replaces"]) == ("correction", [signed.event_id])
    assert row.payload["changes"][0]["before"] == {"type": "agreement", "status": "signed"}


def test_of_two_events_told_and_found_to_be_one_the_other_is_taken_back() -> None:
    lost = replace(event(), event_id="evt_lost")

    def retract(alerted: set[str]) -> list[Any]:
        rows = build_retractions(
            [lost], alerted=alerted, now=NOW, payload=lambda _: {}, merged={"evt_lost": "evt_kept"}
        )
        return [row.payload["changes"][0]["after"] for row in rows]

    assert retract({"evt_lost", "evt_kept"}) == [{"into": "evt_kept", "reason": "merged"}]
    assert retract({"evt_lost"}) == []


def test_what_was_rejected_and_reinstated_alerts_again() -> None:
    told = event()
    (first,) = build({}, told)
    (again,) = build({told.event_id: replace(told, verdict="rejected")}, told)
    assert again.cause == "new" and again.alert_id != first.alert_id


def test_only_events_that_alerted_are_retracted() -> None:
    rejected = event()

    def retract(alerted: set[str]):
        return build_retractions([rejected], alerted=alerted, now=NOW, payload=lambda _: {})

    assert retract(set()) == ()
    (row,) = retract({rejected.event_id})
    assert (row.cause, row.state) == ("retraction", "pending")


def test_a_new_event_told_weakly_waits_for_a_second_origin() -> None:
    weak = event(confidence=SURE - 0.05)
    assert kinds(None, weak) == []
    again = replace(updated(weak, "confirmation"), origins=("one", "two"))
    assert kinds(weak, again) == ["new"]
    assert kinds(again, updated(again, status="held")) == ["status"]


def test_a_weak_event_alerts_once_it_is_told_better() -> None:
    weak = event(confidence=SURE - 0.05)
    assert kinds(weak, updated(weak, confidence=SURE)) == ["new"]
    assert kinds(weak, updated(weak, status="held")) == []


@pytest.mark.parametrize(("day", "state"), [(7, "pending"), (1, "suppressed")])
def test_what_only_undated_documents_tell_is_news_for_a_week(day: int, state: str) -> None:
    when = date(2025, 8, day)
    told = event(first=None, date=EventDate(when, when, "day", "text"))
    rows = build_alerts({}, [told], now=NOW, horizon=None, payload=lambda e: {})
    assert [row.state for row in rows] == [state]
