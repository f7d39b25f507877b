"""Documents: a declaration is not a treaty, and one text told eight ways is one event."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from identity_telling import BOTH, events_of, novelties, on, only, tell, third

from transforms.identity.documents import document_key, documents_agree
from transforms.records import EventDate, SituatedMention, ThirdParty, Venue

LEADERS = {"actor:ARM": "person:nikol_pashinyan", "actor:AZE": "person:ilham_aliyev"}
MINISTERS = {"actor:ARM": "person:ararat_mirzoyan", "actor:AZE": "person:jeyhun_bayramov"}
WITHIN = {"place:white_house": "place:washington"}
THE_DAY = on("2025-08-08")


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        ("peace treaty", "treaty", True),
        ("peace agreement", "draft treaty", True),
        ("joint declaration", "declaration", True),
        ("joint declaration", "joint statement", True),
        ("joint declaration", "peace treaty", False),
        ("protocol", "memorandum", False),
        ("border protocol", "transit protocol", False),
        ("border protocol", "protocol", True),
        ("framework agreement", "peace agreement", False),
        ("agreement", "treaty", None),
        (None, "treaty", None),
        (None, None, None),
    ],
)
def test_names_of_documents_agree_by_kind(one: Any, other: Any, agrees: bool | None) -> None:
    assert documents_agree(document_key(one), document_key(other)) is agrees
    assert documents_agree(document_key(other), document_key(one)) is agrees


def inferred(day: str, end: str) -> EventDate:
    return replace(on(day, end), basis="inferred")


def text(outlet: str, status: str, when: EventDate, **slots: Any) -> SituatedMention:
    day = when.end.isoformat() if when.end else "2025-08-08"
    return tell(outlet, day, "agreement", status, when, **slots)


def declaration_told_eight_ways() -> list[SituatedMention]:
    usa = (third("USA", "mediator"),)
    loose, later = inferred("2025-08-06", "2025-08-08"), inferred("2025-08-07", "2025-08-09")
    white_house: dict[str, Any] = {"place": "place:white_house", "track": "US-TRUMP"}
    return [
        text("a", "signed", THE_DAY, document="joint declaration", persons=LEADERS, **white_house),
        text("b", "signed", loose, document="declaration", track="BILAT"),
        text("c", "signed", loose, document="joint declaration", persons=LEADERS, track="BILAT"),
        text("d", "signed", later, document="declaration", third_parties=usa, track="US-TRUMP"),
        text("e", "signed", THE_DAY, place="place:washington", third_parties=usa, persons=LEADERS),
        text("f", "signed", later, document="joint statement", persons=LEADERS, track="BILAT"),
        text("g", "signed", later, document="joint declaration", track="BILAT"),
        text("h", "signed", later, document="declaration", track="BILAT", **{"place": None}),
    ]


def treaty_told_eight_ways() -> list[SituatedMention]:
    loose, later = inferred("2025-08-06", "2025-08-08"), inferred("2025-08-07", "2025-08-09")
    return [
        text("a", "initialled", loose, document="peace treaty", persons=MINISTERS, number=1),
        text("b", "initialled", loose, document="treaty", track="BILAT", number=1),
        text("c", "initialled", later, document="peace agreement", track="BILAT", number=1),
        text("d", "initialled", later, document="treaty", persons=MINISTERS, number=1),
        text("e", "initialled", THE_DAY, place="place:washington", track="US-TRUMP", number=1,
             document="peace treaty"),
        text("f", "initialled", THE_DAY, persons=MINISTERS, number=1),
        text("g", "initialled", later, document="draft peace treaty", track="BILAT", number=1),
        text("h", "initialled", inferred("2025-08-09", "2025-08-11"), document="treaty", number=1),
    ]  # fmt: skip


def test_one_declaration_and_one_treaty_stay_two_events_however_they_are_told() -> None:
    events = events_of(*declaration_told_eight_ways(), *treaty_told_eight_ways(), within=WITHIN)
    assert sorted((e.slots.status, len(e.mention_ids)) for e in events) == [
        ("initialled", 8),
        ("signed", 8),
    ]
    signed, initialled = sorted(events, key=lambda e: e.slots.status, reverse=True)
    assert signed.slots.date == initialled.slots.date == THE_DAY
    assert signed.slots.venue == Venue("place:white_house")
    assert {e.slots.track for e in events} == {"US-TRUMP"}
    assert signed.conflicts == initialled.conflicts == ()


def test_leaders_sign_and_ministers_initial_two_texts_though_neither_is_named() -> None:
    events = events_of(
        text("a", "signed", THE_DAY, persons=LEADERS),
        text("a", "initialled", THE_DAY, persons=MINISTERS),
        text("b", "signed", THE_DAY, persons={"actor:ARM": LEADERS["actor:ARM"]}),
        text("b", "initialled", THE_DAY, persons=MINISTERS),
    )
    assert [len(e.mention_ids) for e in events] == [2, 2]


def test_one_named_treaty_with_other_signatories_is_one_event_with_the_dispute_kept() -> None:
    event = only(
        text("a", "initialled", THE_DAY, document="peace treaty", persons=MINISTERS),
        text("b", "initialled", THE_DAY, document="treaty", persons=LEADERS),
    )
    assert {c.slot for c in event.conflicts} == {"person"}


def test_a_day_set_from_the_publication_neither_parts_an_event_nor_outvotes_a_told_day() -> None:
    late = inferred("2025-08-10", "2025-08-12")
    event = only(
        text("a", "signed", THE_DAY, document="joint declaration"),
        text("b", "signed", late, document="joint declaration"),
        text("c", "signed", late, document="declaration"),
    )
    assert event.slots.date == THE_DAY
    assert event.conflicts == ()
    told = on("2025-08-11")
    assert len(events_of(
        text("a", "signed", THE_DAY, document="joint declaration"),
        text("b", "signed", told, document="joint declaration"),
    )) == 2  # fmt: skip


def test_an_appeal_is_one_whether_its_addressee_or_its_witness_is_named() -> None:
    common: dict[str, Any] = {"initiators": BOTH}
    event = only(
        tell("a", "2025-08-08", "appeal", "made", THE_DAY,
             third_parties=(third("OSCE", "addressee"),), **common),
        tell("b", "2025-08-08", "appeal", "made", THE_DAY,
             third_parties=(third("USA", "witness"),), **common),
        tell("c", "2025-08-08", "appeal", "made", THE_DAY, made_at="place:washington", **common),
        tell("d", "2025-08-08", "appeal", "made", THE_DAY, made_at="place:white_house", **common),
        within=WITHIN,
    )  # fmt: skip
    assert {t.id for t in event.slots.third_parties} == {"actor:OSCE", "actor:USA"}


def test_appeals_to_two_addressees_are_two() -> None:
    events = events_of(
        *(
            tell("a", "2025-08-08", "appeal", "made", THE_DAY, initiators=BOTH, number=number,
                 third_parties=(third(name, "addressee"),))
            for number, name in enumerate(("OSCE", "UN"))
        )
    )  # fmt: skip
    assert len(events) == 2


def test_washington_is_four_events() -> None:
    usa = (ThirdParty("actor:USA", "person:donald_trump", "head", ("mediator", "host", "witness")),)
    leaders = {"actor:ARM": "person:nikol_pashinyan", "actor:AZE": "person:ilham_aliyev"}
    ministers = {"actor:ARM": "person:ararat_mirzoyan", "actor:AZE": "person:jeyhun_bayramov"}
    day, place = on("2025-08-08"), "place:washington"
    told = []
    for outlet in ("a", "b", "c"):
        common: dict[str, Any] = {"third_parties": usa, "place": place}
        told += [
            tell(outlet, "2025-08-09", "leaders_talks", "held", day, persons=leaders, **common),
            tell(
                outlet,
                "2025-08-09",
                "agreement",
                "signed",
                day,
                persons=leaders,
                number=1,
                document="joint declaration",
                **common,
            ),
            tell(
                outlet,
                "2025-08-09",
                "agreement",
                "initialled",
                day,
                persons=ministers,
                number=2,
                document="peace treaty",
                **common,
            ),
            tell(
                outlet,
                "2025-08-09",
                "appeal",
                "made",
                day,
                initiators=BOTH,
                number=3,
                third_parties=(third("OSCE", "addressee"),),
            ),
        ]
    # Told without the document's name, only the rung keeps the two texts apart.
    told.append(tell("d", "2025-08-09", "agreement", "signed", day, third_parties=usa, place=place))
    events = events_of(*told)
    assert sorted((e.slots.type, e.slots.status, len(e.mention_ids)) for e in events) == [
        ("agreement", "initialled", 3),
        ("agreement", "signed", 4),
        ("appeal", "made", 3),
        ("leaders_talks", "held", 3),
    ]


def test_a_treaty_reported_signed_that_was_initialled_is_a_contradiction_not_a_step_up() -> None:
    day = on("2025-08-08")
    event = only(
        tell("a", "2025-08-08", "agreement", "initialled", day, document="peace treaty"),
        tell("b", "2025-08-08T12", "agreement", "initialled", day, document="peace treaty"),
        tell("c", "2025-08-09", "agreement", "signed", day, document="treaty"),
    )
    assert event.slots.status == "initialled"
    assert novelties(event)[-1] == "contradiction"
    assert [c.slot for c in event.conflicts] == ["status"]


def test_an_agreement_with_one_side_is_not_the_agreement_between_both() -> None:
    usa = (third("USA", "mediator"),)
    events = events_of(
        tell("a", "2025-08-08", "agreement", "signed", on("2025-08-08"), third_parties=usa),
        tell(
            "b",
            "2025-08-08",
            "agreement",
            "signed",
            on("2025-08-08"),
            third_parties=usa,
            parties=("actor:ARM",),
        ),
    )
    assert len(events) == 2
