"""Events as JSON: the contract's keys, and the way back."""

import json
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import coding_cases as cc

from transforms.event_json import (
    event_from_json,
    event_to_json,
    persistent_event_to_json,
)
from transforms.records import Conflict, Event

KEYS = [
    *("type", "status", "third_parties", "parties", "initiators", "venue", "made_at"),
    *("status_by", "date", "announced", "document", "outcome", "track", "novelty", "cameo"),
    *("plover", "evidence", "claim_source", "headline", "confidence"),
]


def _events() -> list:
    return [event for case in cc.cases("en") for event in cc.code_case(case)]


def test_the_keys_are_the_contracts_in_its_order() -> None:
    event = _events()[0]
    data = event_to_json(event, doc="001", url=None)
    assert list(data) == KEYS
    assert list(data["evidence"][0]) == [
        "doc",
        "url",
        "lang",
        "quote",
        "start",
        "end",
        "source_start",
        "source_end",
    ]
    assert data["evidence"][0]["doc"] == "001"


def test_the_way_back_loses_nothing_of_the_contract() -> None:
    for event in _events():
        data = json.loads(json.dumps(event_to_json(event, doc="d", url="http://example.org/a")))
        back = event_from_json(data)
        url = "http://example.org/a"
        evidence = tuple(replace(piece, url=url) for piece in event.evidence)
        assert back == replace(event, mention_id="", trigger="", evidence=evidence)
        assert event_to_json(back, doc="d", url=None) == data


def test_a_persistent_event_adds_its_identity_and_conflicts() -> None:
    slots = _events()[0]
    conflict = Conflict("status", (('"held"', ("evm_1",)), ('"denied"', ("evm_2",))))
    event = Event("evt_1", slots, ("evm_1", "evm_2"), (), ("a", "b"), (conflict,))
    data = persistent_event_to_json(event)
    assert data["event_id"] == "evt_1"
    assert data["origins"] == ["a", "b"]
    assert data["conflicts"][0]["values"][1] == {"value": "denied", "mentions": ["evm_2"]}
