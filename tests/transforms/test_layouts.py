"""Events leave in the columns that users of CAMEO and PLOVER data sets expect."""

from typing import Any

import pytest

from transforms.coding.layouts import LAYOUTS, rows

NAMES = {"actor:USA": "United States", "place:doha": "Doha", "person:x": "X"}


def _event(**slots: Any) -> dict[str, Any]:
    return {
        "event_id": "evt_1",
        "type": "leaders_talks",
        "third_parties": [{"id": "actor:QAT", "person": None, "roles": ["mediator", "host"]}],
        "parties": [{"id": "actor:ARM", "person": "person:x"}, {"id": "actor:AZE", "person": None}],
        "initiators": ["actor:QAT"],
        "venue": {"id": "place:doha", "country": "QAT"},
        "date": {"start": "2027-03-15", "end": "2027-03-15"},
        "cameo": "045",
        "plover": "CONSULT/-/diplomatic,territory",
        "evidence": [{"doc": "d", "url": "https://a.example/1", "start": 3, "lang": "fr"}],
        "origins": ["a", "b"],
        "headline": "Qatar mediates",
    } | slots


def test_the_mediator_acts_on_each_party_and_the_parties_on_each_other() -> None:
    found = list(rows(_event(), "phoenix", NAMES))
    pairs = [(row["SourceActorFull"], row["TargetActorFull"]) for row in found]
    assert pairs == [
        ("QATGOV", "ARMGOV"),
        ("QATGOV", "AZEGOV"),
        ("ARMGOV", "AZEGOV"),
        ("AZEGOV", "ARMGOV"),
    ]
    first = found[0]
    assert (first["EventCode"], first["EventRootCode"], first["QuadClass"]) == ("045", "04", 1)
    assert (first["Date"], first["Year"], first["Month"], first["Day"]) == (
        "20270315",
        "2027",
        "03",
        "15",
    )
    assert first["URLs"] == "https://a.example/1"


def test_plover_rows_name_actor_recipient_and_contexts() -> None:
    row = next(rows(_event(), "polecat", NAMES))
    assert (row["Event Type"], row["Event Mode"], row["Contexts"]) == (
        "CONSULT",
        "",
        "diplomatic;territory",
    )
    assert (row["Recipient Name"], row["Recipient Country"], row["Placename"]) == (
        "X",
        "ARM",
        "Doha",
    )


def test_a_request_goes_from_the_party_to_whom_it_asks() -> None:
    event = _event(
        type="request",
        initiators=["actor:ARM"],
        parties=[{"id": "actor:ARM", "person": None}],
        third_parties=[{"id": "actor:USA", "person": None, "roles": ["addressee"]}],
    )
    pairs = [(r["SourceActorEntity"], r["TargetActorEntity"]) for r in rows(event, "phoenix", {})]
    assert pairs == [("ARM", "USA")]


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_every_row_has_exactly_the_columns_of_its_layout(layout: str) -> None:
    for row in rows(_event(), layout, NAMES):
        assert tuple(row) == LAYOUTS[layout]


def test_what_a_standard_has_no_code_for_has_no_row() -> None:
    assert list(rows(_event(cameo=None), "phoenix", NAMES)) == []
    assert list(rows(_event(plover=None), "polecat", NAMES)) == []
