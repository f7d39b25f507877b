"""An analyst's decision is carried out at once, survives new tellings, and becomes gold."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dossiers.loader import load
from flows.cli.review import review
from flows.ingest import run_ingest
from flows.records import IngestRequest
from flows.reviewing import Decision, Outcome, ReviewError, carry_out, decided_gold
from flows.settings import Settings
from transforms.evaluation import evaluate
from warehouse.read import query

NOW = datetime(2027, 1, 28, 12, tzinfo=UTC)
TBILISI = (
    "The foreign ministers of Armenia and Azerbaijan, Ararat Mirzoyan and Jeyhun Bayramov, met "
    "in Tbilisi on 26 January 2027. The talks lasted three hours, the {who} ministry said."
)
VIENNA = (
    "Ararat Mirzoyan and Jeyhun Bayramov, the foreign ministers of Armenia and Azerbaijan, met "
    "in Vienna on 12 January 2027, according to the {who} ministry."
)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    directory = tmp_path / "warehouse"
    directory.mkdir()
    (directory / "subscriptions.toml").write_text(
        '[[subscription]]\nname = "log"\nchannel = "jsonl"\n', encoding="utf-8"
    )
    take_in(directory, one=TBILISI.format(who="Georgian"), two=VIENNA.format(who="Austrian"))
    return directory


def take_in(directory: Path, *, hours: int = 0, **texts: str) -> None:
    folder = directory.parent / f"documents-{hours}"
    folder.mkdir()
    lines = [
        json.dumps(
            {
                "id": name,
                "url": f"https://{name}.example/story",
                "published": "2027-01-27T08:00:00Z",
                "text": text,
            }
        )
        for name, text in texts.items()
    ]
    (folder / "texts.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    request = IngestRequest(
        directory, files=folder, now=NOW + timedelta(hours=hours), alert_horizon=None, workers=1
    )
    run_ingest(request, settings=Settings(alert_urls=(), seeds=None))


def events(directory: Path) -> dict[str, dict[str, Any]]:
    columns, rows = query(directory, "SELECT * FROM event")
    return {row["venue"]: row for row in (dict(zip(columns, r, strict=True)) for r in rows)}


def decide(directory: Path, verdict: Any, event_id: str, target: str | None = None) -> Outcome:
    decision = Decision(verdict, event_id, "seen in the archive", "an analyst", target)
    return carry_out(decision, directory=directory, dossier=load(), now=NOW + timedelta(hours=1))


def test_a_rejected_event_is_taken_back_and_stays_rejected(house: Path) -> None:
    event_id = events(house)["place:tbilisi"]["event_id"]
    outcome = decide(house, "reject", event_id)
    assert outcome.alerts == ((event_id, "retraction"),)
    assert events(house)["place:tbilisi"]["verdict"] == "rejected"
    listed = query(house, "SELECT event_id FROM event_current").rows
    assert (event_id,) not in listed
    history = query(house, "SELECT change FROM event_version ORDER BY believed_from, version").rows
    assert history[-1] == ("verdict",)
    take_in(house, hours=3, three="TBILISI. " + TBILISI.format(who="Georgian foreign"))
    row = events(house)["place:tbilisi"]
    assert (row["event_id"], row["mention_count"], row["verdict"]) == (event_id, 2, "rejected")


def test_merged_events_stay_one_and_the_old_id_leads_to_it(house: Path) -> None:
    found = events(house)
    first, second = found["place:vienna"]["event_id"], found["place:tbilisi"]["event_id"]
    outcome = decide(house, "merge", first, second)
    assert len(outcome.event_ids) == 1
    take_in(house, hours=3, three="VIENNA. " + VIENNA.format(who="Austrian foreign"))
    after = query(house, "SELECT mention_count, aliases FROM event").rows
    assert len(after) == 1
    assert after[0][0] == 3
    assert len(after[0][1]) == 1


def test_a_passage_split_off_founds_an_event_and_does_not_come_back(house: Path) -> None:
    take_in(house, hours=2, three="TBILISI. " + TBILISI.format(who="Georgian foreign"))
    event_id = events(house)["place:tbilisi"]["event_id"]
    columns, rows = query(
        house, "SELECT mention_id FROM event_member WHERE event_id = ? ORDER BY 1", [event_id]
    )
    assert len(rows) == 2, columns
    decide(house, "split", event_id, rows[1][0])
    take_in(house, hours=5, four="Correction. " + TBILISI.format(who="Georgian foreign"))
    homes = query(house, "SELECT mention_id, event_id FROM event_member").rows
    told = dict(homes)
    assert told[rows[0][0]] != told[rows[1][0]]


def test_what_waits_is_listed_with_its_reasons_until_it_is_decided(house: Path) -> None:
    waiting = query(house, "SELECT event_id, reasons FROM review_queue").rows
    assert waiting
    assert all("alerted" in reasons for _, reasons in waiting)
    for event_id, _ in waiting:
        decide(house, "confirm", event_id)
    assert query(house, "SELECT event_id FROM review_queue").rows == ()


def test_decisions_are_exported_as_gold_that_the_coder_is_scored_by(house: Path) -> None:
    assert decided_gold(house) == []
    found = events(house)
    decide(house, "confirm", found["place:tbilisi"]["event_id"])
    decide(house, "reject", found["place:vienna"]["event_id"])
    gold = decided_gold(house)
    assert {d["id"]: len(d["events"]) for d in gold} == {
        "https://one.example/story": 1,
        "https://two.example/story": 0,
    }
    assert evaluate(gold, gold).strict.f1 == 1.0
    [event] = gold[0]["events"]
    piece = event["evidence"][0]
    assert gold[0]["text"][piece["start"] : piece["end"]] == piece["quote"]


@pytest.mark.parametrize(
    ("decision", "named"),
    [
        (lambda e: Decision("confirm", "evt_none", "because"), "no event evt_none"),
        (lambda e: Decision("confirm", e, " "), "--reason"),
        (lambda e: Decision("merge", e, "because", None, e), "one event already"),
        (lambda e: Decision("split", e, "because", None, "evm_none"), "evm_none"),
    ],
)
def test_a_decision_that_cannot_be_carried_out_says_why(
    house: Path, decision: Callable[[str], Decision], named: str
) -> None:
    event_id = events(house)["place:tbilisi"]["event_id"]
    with pytest.raises(ReviewError, match=named):
        carry_out(decision(event_id), directory=house, dossier=load(), now=NOW)


def test_the_command_lists_decides_and_exports(house: Path) -> None:
    where = ["--warehouse", str(house)]
    run = CliRunner().invoke
    listed = json.loads(run(review, [*where, "--json"], standalone_mode=False).stdout)
    assert {"event_id", "reasons", "headline"} <= set(listed[0])
    for row in listed:
        done = run(review, [*where, "confirm", row["event_id"], "--reason", "checked"])
        assert done.exit_code == 0, done.output
    exported = run(review, [*where, "export"]).stdout.splitlines()
    assert len(exported) == len(listed)
