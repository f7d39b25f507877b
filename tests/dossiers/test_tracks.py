"""Events are assigned to the tracks an analyst would file them under."""

from __future__ import annotations

from datetime import date

import pytest

from dossiers import load
from dossiers.tracks import TRACK_TYPES

DOSSIER = load()


@pytest.mark.parametrize(
    ("track", "event_type", "third_parties", "venue", "start"),
    [
        ("OSCE-MG", "talks", ["actor:OSCE_MG"], "place:key_west", date(2001, 4, 3)),
        ("OSCE-MG", "format_change", ["actor:OSCE"], None, date(2025, 9, 1)),
        ("RUS-94", "ceasefire", ["actor:RUS"], None, date(1994, 5, 12)),
        ("RUS-KAZAN", "leaders_talks", ["actor:RUS"], "place:kazan", date(2011, 6, 24)),
        ("TRUCE-2020", "ceasefire", ["actor:FRA"], None, date(2020, 10, 17)),
        ("RUS-TRI", "leaders_talks", ["actor:RUS"], "place:moscow", date(2021, 1, 11)),
        ("RUS-SIDE", "leaders_talks", [], "place:st_petersburg", date(2023, 12, 26)),
        ("RUS-OFFER", "offer", ["actor:RUS"], None, date(2024, 8, 19)),
        ("RUS-PKF", "peacekeeping_withdrawal", ["actor:RUS"], None, date(2024, 4, 17)),
        ("GEO", "detainee_release", ["actor:GEO", "actor:USA"], None, date(2021, 6, 12)),
        ("GEO", "ministers_talks", [], "place:tbilisi", date(2022, 7, 16)),
        ("EU-BRU", "leaders_talks", ["actor:EU"], "place:brussels", date(2022, 5, 22)),
        ("EPC", "leaders_talks", ["actor:FRA", "actor:EU"], "place:prague", date(2022, 10, 6)),
        ("BILAT", "ministers_talks", [], "place:geneva", date(2022, 10, 2)),
        ("US-FM", "ministers_talks", ["actor:USA"], "place:munich", date(2023, 2, 18)),
        ("DE", "leaders_talks", ["actor:DEU"], "place:munich", date(2024, 2, 17)),
        ("KZ", "ministers_talks", ["actor:KAZ"], "place:almaty", date(2024, 5, 10)),
        ("UK", "leaders_talks", ["actor:GBR"], "place:blenheim", date(2024, 7, 18)),
        ("3+3", "ministers_talks", ["actor:IRN"], "place:tehran", date(2023, 10, 23)),
        ("IR", "offer", ["actor:IRN"], None, date(2025, 3, 1)),
        ("TR-AM", "officials_talks", ["actor:TUR"], None, date(2022, 7, 1)),
        ("UAE", "leaders_talks", [], "place:abu_dhabi", date(2025, 7, 10)),
        ("US-TRUMP", "agreement", ["actor:USA"], "place:washington", date(2025, 8, 8)),
        ("CIVIL", "dialogue", [], "place:yerevan", date(2025, 10, 21)),
        ("KAR", "talks", [], "place:yevlakh", date(2023, 9, 21)),
        ("KAR", "ceasefire", ["actor:RUS"], None, date(2023, 9, 20)),
        ("HUM", "detainee_release", [], None, date(2023, 12, 13)),
        ("OTHER", "offer", ["actor:CHE"], None, date(2027, 2, 9)),
        ("OTHER", "leaders_talks", ["actor:QAT"], "place:doha", date(2027, 3, 15)),
        ("SPEAKERS", "parliament_talks", [], "place:geneva", date(2024, 3, 23)),
        ("EU-MON", "mission", ["actor:EU"], None, date(2023, 2, 20)),
        ("ICJ", "legal_step", ["actor:ICJ"], None, date(2021, 12, 7)),
        ("BORDER", "commission", [], None, date(2024, 4, 19)),
        ("PRE-91", "talks", ["actor:RUS", "actor:KAZ"], "place:zheleznovodsk", date(1991, 9, 23)),
        ("IRAN-92", "talks", ["actor:IRN"], "place:tehran", date(1992, 5, 7)),
    ],
)
def test_a_known_round_finds_its_track(
    track: str, event_type: str, third_parties: list[str], venue: str | None, start: date
) -> None:
    assert DOSSIER.track_for(event_type, third_parties, venue, (), start, start) == track


def test_an_undated_meeting_belongs_to_the_track_of_its_publication() -> None:
    def found(day: date) -> str | None:
        return DOSSIER.track_for("talks", (), "place:washington", (), None, day)

    assert found(date(2022, 10, 31)) == "US-FM"
    assert found(date(2025, 8, 8)) == "US-TRUMP"


def test_an_appeal_from_outside_belongs_to_no_track() -> None:
    appeal = DOSSIER.track_for("appeal", ("actor:USA", "actor:EU"), end=date(2024, 8, 20))
    assert appeal is None


def test_a_year_that_reaches_beyond_a_track_is_not_in_it() -> None:
    year = (date(2020, 1, 1), date(2020, 12, 31))
    assert DOSSIER.track_for("ceasefire", ("actor:RUS",), None, (), *year) == "RUS-TRI"


def test_every_event_type_of_a_meeting_or_deed_without_third_party_can_be_filed() -> None:
    day = date(2024, 2, 1)
    speech = {"appeal", "statement", "party_meeting", "format_change", "violation", "ceasefire"}
    unfiled = {t for t in TRACK_TYPES if DOSSIER.track_for(t, (), None, (), day, day) is None}
    assert unfiled <= speech
