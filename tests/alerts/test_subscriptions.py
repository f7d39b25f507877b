"""Who gets what, and when: the file, its mistakes, the filters and the hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alerts_making import PAYLOAD

from alerts.channels import JsonlChannel
from alerts.errors import SubscriptionError
from alerts.schedule import Schedule
from alerts.subscriptions import Subscription, load_subscriptions, open_channels
from alerts.trust import Trust
from dossiers.loader import load

ROOT = Path(__file__).parents[2]
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def read(tmp_path: Path, *keys: str, name: str = "a", channel: str = "console") -> Subscription:
    text = f'[[subscription]]\nname = "{name}"\nchannel = "{channel}"\n' + "\n".join(keys)
    (tmp_path / "mine.toml").write_text(text + "\n", encoding="utf-8")
    (found,) = load_subscriptions(tmp_path, file=tmp_path / "mine.toml", dossier=load())
    return found


def test_the_example_of_the_documentation_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    file = ROOT / "docs" / "subscriptions.toml"
    found = {s.name: s for s in load_subscriptions(tmp_path, file=file, dossier=load())}
    assert list(found) == ["console", "jsonl", "newsroom", "desk", "morning"]
    assert found["desk"].trust == Trust(2, both_sides=True, after=timedelta(hours=12))
    assert found["desk"].secret == SECRET
    assert found["newsroom"].least == Trust(origins=2, confidence=0.8)
    assert found["newsroom"].schedule.quiet == (time(22), time(7))
    assert found["morning"].schedule.is_digest
    for channel in open_channels(tuple(found.values())).values():
        channel.close()


def test_without_a_file_everything_goes_to_the_console_and_the_warehouse_directory(
    tmp_path: Path,
) -> None:
    found = load_subscriptions(tmp_path)
    channels = open_channels(found)
    assert set(channels) == {"console", "jsonl"}
    file = channels["jsonl"]
    assert isinstance(file, JsonlChannel) and file.path == tmp_path / "alerts.jsonl"
    assert all(subscription.wants({}) for subscription in found)


def test_addresses_of_the_settings_are_added_under_names_that_show_no_secret(
    tmp_path: Path,
) -> None:
    found = load_subscriptions(tmp_path, alert_urls=["tgram://secret-token/1"])
    assert [s.name.partition("-")[0] for s in found] == ["console", "jsonl", "tgram"]
    assert "secret" not in found[-1].name


@pytest.mark.parametrize(
    ("key", "passing", "other"),
    [
        ("tracks", "US-TRUMP", "EPC"),
        ("mediators", "actor:USA", "actor:EU"),
        ("types", "leaders_talks", "call"),
        ("statuses", "held", "planned"),
        ("countries", "USA", "GEO"),
        ("languages", "en", "ru"),
        ("causes", "new", "status"),
    ],
)
def test_each_filter_lets_its_own_through_and_names_itself_to_the_rest(
    tmp_path: Path, key: str, passing: str, other: str
) -> None:
    assert read(tmp_path, f'{key} = ["{passing}"]').objection(PAYLOAD) is None
    objection = read(tmp_path, f'{key} = ["{other}"]').objection(PAYLOAD)
    assert objection is not None and objection.startswith(f"{key}: ") and passing in objection


def test_a_host_is_no_mediator_but_its_state_counts_among_the_countries(tmp_path: Path) -> None:
    host = {"id": "actor:KAZ", "roles": ["host"]}
    payload = {**PAYLOAD, "third_parties": [host], "venue": None}
    assert read(tmp_path, 'countries = ["KAZ"]').wants(payload)
    assert not read(tmp_path, 'mediators = ["actor:KAZ"]').wants(payload)


WRONG = [
    ("track = []", r"unknown key track \(did you mean tracks\?\)"),
    ('tracks = ["US-TRUMPP"]', r"'tracks' has 'US-TRUMPP', which is unknown \(did you mean US-T"),
    ('types = ["leader_talks"]', "did you mean leaders_talks"),
    ('statuses = ["signd"]', "did you mean signed"),
    ('causes = ["retracted"]', "did you mean retraction"),
    ('mediators = ["USA"]', "'mediators' has 'USA', which is unknown"),
    ('countries = ["us"]', "three capitals"),
    ('languages = ["english"]', "'languages' has 'english'"),
    ("types = 'x'", "'types' must be a list of texts"),
    ("min_confidence = 80", "'min_confidence' must be a number from 0.0 to 1"),
    ("min_origins = 0", "'min_origins' must be a whole number from 1"),
    ("min_origins = true", "'min_origins' must be a whole number"),
    ('trust = "later"', "'trust' must be \"at once\" or say"),
    ("trust = { origin = 2 }", r"unknown key trust.origin \(did you mean origins"),
    ('trust = { origins = 2, after = "soon" }', "'trust.after' is 'soon'; write \"30m\""),
    ('trust = { both_sides = "yes" }', "'trust.both_sides' must be true or false"),
    ('deliver = "weekly"', "'deliver' is 'weekly'; write 'at once', 'hourly', 'daily'"),
    ('daily_at = "08:00"', "'daily_at' goes with deliver"),
    ('deliver = "daily"\ndaily_at = "8 o\'clock"', "write a time of day"),
    ('deliver = "daily"\ndaily_at = "06:00"\nquiet_hours = "22:00-07:00"', "outside them"),
    ('quiet_hours = "22:00"', "write from-to"),
    ('quiet_hours = "22:00-22:00"', "two different times"),
    ('time_zone = "CEST+1"', "write an IANA name"),
    ('time_zone = "../etc"', "write an IANA name"),
    ('secret = "x"', "'secret' goes with a channel webhook"),
]


@pytest.mark.parametrize(("keys", "names"), WRONG, ids=[text for text, _ in WRONG])
def test_a_mistake_is_told_by_file_entry_key_and_mend(
    tmp_path: Path, keys: str, names: str
) -> None:
    with pytest.raises(SubscriptionError, match=names) as told:
        read(tmp_path, keys)
    assert f"{tmp_path / 'mine.toml'}: subscription 1 (a)" in str(told.value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[[subscription]]\nname = 'a'\n", "'channel' must be a text"),
        ("[[subscription]]\nname = 'a'\nchannel = 'webhook:https://x.example/'\n", "openssl"),
        ("[[subscription]]\nname = 'a'\nchannel = 'webhook:ftp://x'\nsecret = 'x'\n", "http"),
        ("[[subscription]]\nname = 'a'\nchannel = 'json://${NOT_SET_HERE}'\n", "NOT_SET_HERE"),
        ("[[subscription]]\nname = 'a'\nchannel = 'console'\n" * 2, "used twice: a"),
        ("subscription = 3\n", "expected"),
        ("subscription = [3]\n", "'channel' must be"),
        ("[[subscription\n", "TOML"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, names: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(SubscriptionError, match=names) as told:
        load_subscriptions(tmp_path, file=file)
    assert str(file) in str(told.value)


def test_a_channel_that_is_no_address_is_refused_by_its_subscriptions_name() -> None:
    with pytest.raises(SubscriptionError, match="subscription desk"):
        open_channels([Subscription("desk", "printer")])


EAST = ZoneInfo("Etc/GMT-4")
PARIS = ZoneInfo("Europe/Paris")


def utc(day: int, hour: int, minute: int = 0, month: int = 8) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "released", "due"),
    [
        (Schedule(), utc(9, 3), utc(9, 3)),
        (Schedule("hourly"), utc(9, 3, 20), utc(9, 4)),
        (Schedule("hourly"), utc(9, 3), utc(9, 3)),
        (Schedule("daily", time(8), zone=EAST), utc(9, 3), utc(9, 4)),
        (Schedule("daily", time(8), zone=EAST), utc(9, 5), utc(10, 4)),
        (Schedule(quiet=(time(22), time(7)), zone=EAST), utc(9, 20), utc(10, 3)),
        (Schedule(quiet=(time(22), time(7)), zone=EAST), utc(9, 3), utc(9, 3)),
        (Schedule(quiet=(time(12), time(13))), utc(9, 12, 59), utc(9, 13)),
        (Schedule("hourly", quiet=(time(22), time(7))), utc(9, 23, 5), utc(10, 7)),
        # The clocks change on 26 October: 08:00 is an hour later by UTC from then on.
        (Schedule("daily", time(8), zone=PARIS), utc(25, 7, month=10), utc(26, 7, month=10)),
        (Schedule("daily", time(8), zone=PARIS), utc(25, 5, month=10), utc(25, 6, month=10)),
    ],
)
def test_a_message_is_due_by_the_subscribers_clock(
    schedule: Schedule, released: datetime, due: datetime
) -> None:
    assert schedule.due(released) == due


def test_an_hour_that_the_clock_skips_comes_all_the_same() -> None:
    schedule = Schedule("daily", time(2, 30), zone=PARIS)
    due = schedule.due(datetime(2025, 3, 29, 12, tzinfo=UTC))
    assert due == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)
