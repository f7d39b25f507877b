"""The signed webhook over a real loopback server, checked by the convention's own library."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from alerts_making import NOW, House, Receiver, alert, key_of
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from alerts.digest import build_digest
from alerts.errors import PermanentChannelError, TransientChannelError
from alerts.letters import Letter
from alerts.rules import build_alerts, build_retractions
from alerts.subscriptions import Subscription
from alerts.webhook import LONGEST_REST, WebhookChannel, body_of, retry_after, secret_bytes
from flows.stages.payload import public_event
from transforms.records import (
    Event,
    EventDate,
    EventMention,
    Evidence,
    Party,
    ThirdParty,
    Venue,
)

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER = "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZnaGlq"
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "webhook.schema.json").read_text(encoding="utf-8")
)


def check(body: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(body)
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(
        told
    )
    return told


def letter(**more: Any) -> Letter:
    row = alert(1, **more)
    return Letter(row.alert_id, row.payload, NOW)


@pytest.fixture
def channel(receiver: Receiver):
    found = WebhookChannel(f"http://{receiver.address}", SECRET, owner="desk", seconds=2)
    yield found
    found.close()


def test_a_message_verifies_with_the_conventions_library_and_fits_the_schema(
    channel: WebhookChannel, receiver: Receiver
) -> None:
    channel.send(letter())
    (body,), (headers,) = receiver.bodies, receiver.headers
    Webhook(SECRET).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"held", b"made"), headers)
    told = check(body)
    assert told["type"] == "araxes.event.new"
    assert headers["webhook-id"] == told["data"]["alert_id"] == key_of(1)


def test_what_the_rules_make_fits_the_schema() -> None:
    before = Event(
        event_id="evt_0123456789abcdef",
        slots=EventMention(
            mention_id="",
            type="leaders_talks",
            status="planned",
            parties=(Party("actor:ARM"), Party("actor:AZE")),
            third_parties=(ThirdParty("actor:USA", roles=("mediator", "host")),),
            venue=Venue("place:washington", "USA"),
            date=EventDate(date(2025, 8, 8), date(2025, 8, 8), "day", "text"),
            track="US-TRUMP",
            confidence=0.8,
            evidence=(Evidence("They met.", 0, 9, "en", url="https://outlet.example/a"),),
        ),
        mention_ids=("m1",),
        novelties=(("m1", "new"),),
        origins=("one",),
        first_reported=NOW,
        last_reported=NOW,
    )
    cancelled = replace(
        before,
        slots=replace(before.slots, status="cancelled"),
        mention_ids=("m1", "m2"),
        novelties=(("m1", "new"), ("m2", "update")),
    )
    rows = [
        *build_alerts({}, [before], now=NOW, horizon=None, payload=public_event),
        *build_alerts(
            {before.event_id: before},
            [cancelled],
            now=NOW,
            horizon=None,
            payload=public_event,
        ),
        *build_retractions([before], alerted={before.event_id}, now=NOW, payload=public_event),
    ]
    kinds = [check(body_of(Letter(r.alert_id, r.payload, NOW)))["type"] for r in rows]
    assert kinds == ["araxes.event.new", "araxes.event.status", "araxes.event.retraction"]
    digest = build_digest(
        "dig_0123456789abcdef",
        [r.payload for r in rows],
        coming=[public_event(before)],
        at=NOW,
    )
    told = check(body_of(Letter("dig_0123456789abcdef", digest, NOW)))["data"]
    sizes = {key: len(told[key]) for key in ("new", "moved", "taken_back", "coming")}
    assert sizes == {"new": 1, "moved": 1, "taken_back": 1, "coming": 1}


def test_an_update_names_the_first_message_it_belongs_to(
    house: House, channel: WebhookChannel, receiver: Receiver
) -> None:
    house.serve({"desk": channel})
    house.put(alert(1, event="evt_a"))
    house.tell()
    later = NOW + timedelta(minutes=1)
    house.put(alert(2, event="evt_b", at=later, cause="status", aliases=["evt_a"]))
    house.tell(later)
    assert [check(body)["data"]["thread"] for body in receiver.bodies] == [key_of(1), key_of(1)]


def test_ten_messages_are_under_way_at_most(
    house: House, channel: WebhookChannel, receiver: Receiver
) -> None:
    house.serve({"desk": channel})
    house.put(*(alert(n) for n in range(40)))
    assert house.tell().total("sent") == 40
    assert receiver.busiest <= 10
    assert sorted(h["webhook-id"] for h in receiver.headers) == [key_of(n) for n in range(40)]


def test_a_receiver_that_asks_for_rest_is_left_alone_that_long(
    house: House, channel: WebhookChannel, receiver: Receiver
) -> None:
    house.serve({"desk": channel})
    house.put(*(alert(n) for n in range(3)))
    receiver.answers += [(429, {"Retry-After": "600"})] * 3
    assert house.tell().total("retry") == 3
    assert house.tell(NOW + timedelta(minutes=9)).total("retry") == 0 and not receiver.bodies
    house.tell(NOW + timedelta(minutes=11))
    assert len(receiver.bodies) == 3


@pytest.mark.parametrize("status", [400, 410, 422])
def test_a_message_that_is_refused_for_good_is_a_dead_letter_and_holds_up_nothing(
    house: House, channel: WebhookChannel, receiver: Receiver, status: int
) -> None:
    house.serve({"desk": channel})
    receiver.answers.append((status, {}))
    house.put(alert(1), alert(2))
    report = house.tell()
    assert (report.total("failed"), report.total("sent")) == (1, 1)
    assert sorted(house.states().values()) == ["failed", "sent"]


@pytest.mark.parametrize("status", [301, 401, 404, 500, 503])
def test_other_answers_are_tried_again_and_redirects_not_followed(
    channel: WebhookChannel, receiver: Receiver, status: int
) -> None:
    receiver.answers.append((status, {"Location": f"http://{receiver.address}"}))
    with pytest.raises(TransientChannelError, match=f"desk: answered {status}"):
        channel.send(letter())
    assert not receiver.bodies


def test_a_server_that_drips_its_answer_is_given_up_in_time() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            for byte in b"HTTP/1.1 200 OK\r\n":
                if over.wait(0.3):
                    return
                connection.sendall(bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    port = listener.getsockname()[1]
    channel = WebhookChannel(f"http://127.0.0.1:{port}/", SECRET, owner="desk", seconds=1)
    with pytest.raises(TransientChannelError, match="no answer within 1 seconds"):
        channel.send(letter())
    over.set()
    channel.close()
    thread.join()
    listener.close()


def test_a_server_that_is_not_there_is_named_by_its_subscription_alone() -> None:
    channel = WebhookChannel("http://127.0.0.1:1/secret-path", SECRET, owner="desk")
    with pytest.raises(TransientChannelError) as told:
        channel.send(letter())
    channel.close()
    assert "desk" in str(told.value) and "secret-path" not in str(told.value)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%%%", "MDEyMzQ1", "whsec_c2hvcnQ="])
def test_a_secret_that_is_none_is_refused_with_the_mend(secret: str) -> None:
    with pytest.raises(ValueError, match="openssl"):
        secret_bytes(secret)
    with pytest.raises(PermanentChannelError, match="desk: its secret must be"):
        WebhookChannel("http://127.0.0.1:1/", secret, owner="desk")


def test_a_secret_is_shown_nowhere() -> None:
    assert SECRET not in repr(Subscription("desk", "webhook:https://desk.example/", secret=SECRET))


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Sat, 09 Aug 2025 12:05:00 GMT", timedelta(minutes=5)),
        ("Sat, 09 Aug 2025 11:00:00 GMT", timedelta()),
        ("99999999999999999999", LONGEST_REST),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_bounded(
    value: str | None, wait: timedelta | None
) -> None:
    assert retry_after(value, datetime(2025, 8, 9, 12, tzinfo=UTC)) == wait


def test_a_body_of_any_text_is_utf8_json() -> None:
    row = alert(1, headline="a\ud800b", evidence=[{"quote": "\u202ex", "lang": "en"}])
    assert check(body_of(Letter(row.alert_id, row.payload, NOW)))
