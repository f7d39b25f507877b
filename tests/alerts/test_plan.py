"""What each channel gets of an alert: confirmation, retractions, digests, and the preview."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from alerts_making import NOW, PAYLOAD, SIDES, House, alert, key_of

from alerts.channels import ConsoleChannel
from alerts.preview import preview
from alerts.schedule import Schedule
from alerts.subscriptions import Subscription
from alerts.trust import HOLD_LIMIT, Trust
from warehouse.records import EventFacts, OutboxItem, Telling
from warehouse.store import open_writer

HOUR = timedelta(hours=1)


def facts(*told: tuple[str, str | None, float], status: str = "held") -> EventFacts:
    """(origin, country, hours after now) of each telling."""
    return EventFacts(
        tuple(Telling(origin, country, status, NOW + h * HOUR) for origin, country, h in told)
    )


BOTH = Trust(2, both_sides=True, after=12 * HOUR)


@pytest.mark.parametrize(
    ("trust", "known", "hours"),
    [
        (Trust(), facts(), 0),
        (Trust(2), facts(("a", "ARM", 0)), None),
        (Trust(2), facts(("a", "ARM", 0), ("b", "ARM", 3)), 3),
        (Trust(2), facts(("a", "ARM", 0), ("a", "AZE", 3)), None),
        (Trust(2, after=6 * HOUR), facts(("a", "ARM", 0)), 6),
        (Trust(2, after=6 * HOUR), facts(("a", "ARM", 0), ("b", None, 9)), 6),
        (BOTH, facts(("a", "ARM", 0), ("b", "USA", 1)), 12),
        (BOTH, facts(("a", "ARM", 0), ("b", "USA", 1), ("c", "AZE", 2)), 2),
        (replace(BOTH, after=None), facts(("a", "ARM", 0), ("b", "USA", 1)), None),
        (Trust(confidence=0.95), EventFacts(confidence=((NOW + HOUR, 0.97),)), 1),
        (Trust(confidence=0.95), EventFacts(confidence=((NOW + HOUR, 0.8),)), None),
    ],
)
def test_an_alert_is_told_once_its_event_is_confirmed_or_its_waiting_time_is_over(
    trust: Trust, known: EventFacts, hours: int | None
) -> None:
    met = trust.met_at(PAYLOAD, NOW, known, SIDES)
    assert met == (None if hours is None else NOW + hours * HOUR)


def test_only_those_confirm_a_changed_status_who_tell_it() -> None:
    planned, held = facts(("a", "ARM", 0), status="planned"), facts(("b", "AZE", 0))
    told = EventFacts(planned.tellings + held.tellings)
    changed = {**PAYLOAD, "cause": "status"}
    assert Trust(2).met_at(PAYLOAD, NOW, told, SIDES) == NOW
    assert Trust(2).met_at(changed, NOW, told, SIDES) is None


def test_what_takes_something_back_waits_for_nobody() -> None:
    for cause in ("retraction", "correction", "contradiction"):
        assert Trust(3).met_at({**PAYLOAD, "cause": cause}, NOW, facts(), SIDES) == NOW


class Printed:
    """A house whose one subscription prints to a stream."""

    def __init__(self, house: House, subscription: Subscription) -> None:
        self.house, self.stream = house, io.StringIO()
        house.subscriptions = (subscription,)
        house.channels = {subscription.name: ConsoleChannel(self.stream)}

    def subjects(self, now: datetime, coming: Sequence[dict[str, object]] = ()) -> str:
        self.house.tell(now, coming)
        return self.stream.getvalue()


def tellings(house: House, event_id: str, *told: tuple[str, str]) -> None:
    """Put who tells an event into the warehouse, as (origin, country)."""
    with open_writer(house.directory, timeout_seconds=5, now=NOW) as writer:
        for number, (origin, country) in enumerate(told):
            name = f"evm_{event_id}_{number}_{origin}"
            writer.con.execute(
                "INSERT INTO event_member BY NAME SELECT ? AS mention_id, ? AS event_id, "
                "'new' AS novelty",
                [name, event_id],
            )
            row = {
                "mention_id": name, "url": "u", "text_digest": "d", "is_current": True,
                "origin": origin, "country": country, "story_id": "s", "language": "en",
                "seen_at": NOW, "run_id": "r", "type": "leaders_talks", "status": "held",
                "third_parties": [], "mediators": [], "hosts": [], "parties": [],
                "initiators": [], "persons": [], "date_precision": "day", "novelty": "new",
                "headline": "h", "confidence": 0.9, "trigger_rule": "t", "payload": "{}",
            }  # fmt: skip
            writer.loader.insert("event_mention", [row])


def test_what_is_not_confirmed_is_held_with_the_reason_and_told_when_it_is(house: House) -> None:
    printed = Printed(house, Subscription("desk", "console", trust=BOTH))
    house.put(alert(1))
    tellings(house, "evt_1", ("one", "ARM"))
    assert printed.subjects(NOW) == ""
    assert house.deliveries() == {
        (key_of(1), "desk"): (
            "held",
            "1 of 2 independent origins tell it; no outlet of AZE tells it",
        )
    }
    tellings(house, "evt_1", ("two", "AZE"))
    assert key_of(1) in printed.subjects(NOW + HOUR)
    assert house.states() == {key_of(1): "sent"}


def test_one_side_that_stays_silent_delays_an_alert_but_does_not_stop_it(house: House) -> None:
    printed = Printed(house, Subscription("desk", "console", trust=BOTH))
    house.put(alert(1))
    tellings(house, "evt_1", ("one", "ARM"))
    assert printed.subjects(NOW + 11 * HOUR) == ""
    assert key_of(1) in printed.subjects(NOW + 13 * HOUR)


def test_what_is_never_confirmed_is_let_go_after_a_month_and_says_so(house: House) -> None:
    printed = Printed(house, Subscription("desk", "console", least=Trust(2)))
    house.put(alert(1))
    printed.subjects(NOW)
    assert printed.subjects(NOW + HOLD_LIMIT + HOUR) == ""
    ((state, why),) = house.deliveries().values()
    assert state == "skipped" and why and why.startswith("not confirmed in 30 days")
    assert house.states() == {key_of(1): "unwanted"}


def test_a_retraction_goes_where_the_event_was_told_whatever_the_filters(house: House) -> None:
    printed = Printed(house, Subscription("desk", "console", causes=("new",)))
    house.put(alert(1, event="evt_told"))
    printed.subjects(NOW)
    later = NOW + HOUR
    house.put(alert(2, event="evt_told", cause="retraction", at=later))
    house.put(alert(3, event="evt_never_told", cause="retraction", at=later))
    assert "[Retracted]" not in printed.subjects(NOW)
    assert printed.subjects(later).count("Retracted:") == 1
    assert house.deliveries()[key_of(3), "desk"] == ("skipped", "not told here before")


def test_a_cancellation_follows_what_was_told_though_the_filter_names_other_statuses(
    house: House,
) -> None:
    printed = Printed(house, Subscription("desk", "console", statuses=("held",)))
    house.put(alert(1, event="evt"))
    printed.subjects(NOW)
    house.put(alert(2, event="evt", cause="status", status="cancelled", at=NOW + HOUR))
    house.put(alert(3, cause="status", status="cancelled", at=NOW + HOUR))
    printed.subjects(NOW + HOUR)
    assert house.deliveries()[key_of(2), "desk"][0] == "sent"
    assert house.deliveries()[key_of(3), "desk"] == ("skipped", "statuses: cancelled")


def test_what_is_taken_back_before_it_was_told_is_not_told_at_all(house: House) -> None:
    daily = Schedule("daily", time(18))
    printed = Printed(house, Subscription("morning", "console", schedule=daily))
    house.put(alert(1, event="evt"), alert(2))
    printed.subjects(NOW)
    house.put(alert(3, event="evt", cause="retraction", at=NOW + HOUR))
    told = printed.subjects(NOW + 7 * HOUR)
    assert key_of(2) in told and key_of(1) not in told and key_of(3) not in told


def test_a_digest_says_what_was_new_moved_contradicted_and_what_is_coming(house: House) -> None:
    daily = Schedule("daily", time(18))
    printed = Printed(house, Subscription("morning", "console", schedule=daily))
    moved = [{"cause": "status", "before": "planned", "after": "held"}]
    house.put(
        alert(1, headline="Talks in one town"),
        alert(2, headline="Talks in another", cause="status", changes=moved),
        alert(3, headline="Talks in dispute", cause="contradiction"),
    )
    assert printed.subjects(NOW + 5 * HOUR) == ""
    ahead = {**PAYLOAD, "event_id": "evt_9", "headline": "Talks next week", "status": "planned"}
    told = printed.subjects(NOW + 6 * HOUR, [ahead])
    order = ["NEW", "Talks in one town", "MOVED", "Talks in another", "status planned → held",
             "CONTRADICTED", "Talks in dispute", "COMING", "Talks next week", "dig_"]  # fmt: skip
    positions = [told.index(part) for part in order]
    assert positions == sorted(positions)
    assert set(house.states().values()) == {"sent"}
    assert printed.subjects(NOW + 30 * HOUR) == told


def test_a_digest_cut_off_is_repeated_with_the_same_members_and_key(house: House) -> None:
    daily = Schedule("daily", time(12))
    printed = Printed(house, Subscription("morning", "console", schedule=daily))
    house.put(alert(1), alert(2))
    printed.subjects(NOW)
    with open_writer(house.directory, timeout_seconds=5, now=NOW) as writer:
        writer.con.execute("UPDATE alert_delivery SET state = 'sending'")
        writer.con.execute("UPDATE alert SET state = 'pending'")
    house.put(alert(3, at=NOW + HOUR))
    first = printed.stream.getvalue()
    key = first.split()[-1]
    told = printed.subjects(NOW + HOUR).removeprefix(first)
    assert told.startswith("This may repeat a digest") and told.split()[-1] == key
    assert key_of(3) not in told


def test_nothing_is_sent_in_quiet_hours_a_retry_included(house: House, tmp_path: Path) -> None:
    quiet = Schedule(quiet=(time(12), time(14)))
    printed = Printed(house, Subscription("desk", "console", schedule=quiet))
    house.put(alert(1))
    assert printed.subjects(NOW) == "" == printed.subjects(NOW + HOUR)
    assert key_of(1) in printed.subjects(NOW + 2 * HOUR)


def test_a_subscription_made_later_gets_later_alerts_only(house: House) -> None:
    house.put(alert(1))
    held = Printed(house, Subscription("desk", "console", least=Trust(2)))
    held.subjects(NOW)
    late = Printed(house, Subscription("late", "console"))
    house.put(alert(2, at=NOW + HOUR))
    told = late.subjects(NOW + HOUR)
    assert key_of(2) in told and key_of(1) not in told


def item(number: int, *, at: datetime = NOW, **more: object) -> OutboxItem:
    row = alert(number, at=at, **more)  # type: ignore[arg-type]
    return OutboxItem(row.alert_id, row.event_id, row.cause, row.payload, row.created_at)


def test_the_preview_says_when_each_message_would_have_come_and_why_others_not() -> None:
    desk = Subscription("desk", "console", types=("leaders_talks",), trust=BOTH)
    known = {
        "evt_1": facts(("a", "ARM", 0), ("b", "AZE", 3)),
        "evt_2": facts(("a", "ARM", 0)),
        "evt_4": facts(("a", "ARM", 20)),
    }
    items = [
        item(1), item(2), item(3, type="call"), item(4, at=NOW + 20 * HOUR),
        item(5, event="evt_1", cause="retraction", at=NOW + 4 * HOUR),
        item(6, event="evt_2", cause="retraction", at=NOW + 4 * HOUR),
    ]  # fmt: skip
    (found,) = preview(
        sorted(items, key=lambda i: i.created_at), [desk], known, sides=SIDES, until=NOW + 24 * HOUR
    )
    assert [(m.at, m.alerts[0].alert_id) for m in found.messages] == [
        (NOW + 3 * HOUR, key_of(1)),
        (NOW + 4 * HOUR, key_of(5)),
    ]
    assert found.refused == {
        "types": 1, "taken back before it was told": 1, "not told here before": 1
    }  # fmt: skip
    ((waiting, why),) = found.waiting
    assert waiting.alert_id == key_of(4) and "1 of 2 independent origins" in why


def test_the_preview_gathers_digests_by_the_subscribers_clock() -> None:
    daily = Subscription("morning", "console", schedule=Schedule("daily", time(8)))
    items = [item(1), item(2, at=NOW + HOUR), item(3, at=NOW + 24 * HOUR)]
    (found,) = preview(items, [daily], {}, sides=SIDES, until=NOW + 30 * HOUR)
    assert [(m.at, len(m.alerts), m.is_digest) for m in found.messages] == [
        (NOW + 20 * HOUR, 2, True)
    ]
    assert [i.alert_id for i, _ in found.waiting] == [key_of(3)]
