"""What the dossier that comes with the application holds."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from dossiers import ALIGNMENT, OWNERSHIP, load, names
from dossiers.catalogue import render_catalogue
from dossiers.records import Entity

DOSSIER = load()
LANGUAGES = set(DOSSIER.process.languages)
TRACKS = {
    "PRE-91",
    "IRAN-92",
    "OSCE-MG",
    "RUS-94",
    "RUS-KAZAN",
    "TRUCE-2020",
    "RUS-TRI",
    "RUS-SIDE",
    "GEO",
    "EU-BRU",
    "EPC",
    "BILAT",
    "US-FM",
    "DE",
    "KZ",
    "UK",
    "3+3",
    "IR",
    "TR-AM",
    "UAE",
    "US-TRUMP",
    "CIVIL",
    "RUS-OFFER",
    "KAR",
    "HUM",
    "SPEAKERS",
    "EU-MON",
    "ICJ",
    "BORDER",
    "RUS-PKF",
}


def languages_of(entity: Entity) -> set[str]:
    return {form.language for form in entity.forms}


def test_the_dossier_that_says_so_is_the_default() -> None:
    assert names() == ("armenia_azerbaijan", "serbia_kosovo")
    assert load("armenia_azerbaijan") is load()


def test_eight_languages() -> None:
    assert {"en", "ru", "hy", "az", "tr", "ka", "fa", "fr"} == LANGUAGES


def test_it_is_large_enough_to_follow_the_process() -> None:
    assert len(DOSSIER.sources) >= 90
    assert sum(source.enabled for source in DOSSIER.sources.values()) >= 60
    assert len(DOSSIER.actors) >= 60
    assert len(DOSSIER.persons) >= 70
    assert len(DOSSIER.places) >= 90
    assert len(DOSSIER.concepts) >= 20


def test_every_track_of_the_domain_is_there() -> None:
    assert set(DOSSIER.tracks) == TRACKS | {"OTHER"}
    assert all(track.rounds or track.id in {"IR", "OTHER"} for track in DOSSIER.tracks.values())


def test_states_persons_and_concepts_have_forms_in_all_languages() -> None:
    for group in (DOSSIER.actors, DOSSIER.persons, DOSSIER.concepts):
        lacking = {
            entity.id: LANGUAGES - languages_of(entity)
            for entity in group.values()
            if LANGUAGES - languages_of(entity)
        }
        assert not lacking


def test_places_of_talks_have_forms_in_all_languages() -> None:
    hosts = {r.place for track in DOSSIER.tracks.values() for r in track.rounds if r.place}
    hosts |= {v for rule in DOSSIER.track_rules for v in rule.venues}
    hosts |= {a.capital for a in DOSSIER.actors.values() if a.capital}
    lacking = {
        place: LANGUAGES - languages_of(DOSSIER.places[place])
        for place in hosts
        if LANGUAGES - languages_of(DOSSIER.places[place])
    }
    assert not lacking


def test_every_office_phrase_is_said_in_all_languages_and_has_had_a_holder() -> None:
    held = {(o.actor, o.title): o.rank for p in DOSSIER.persons.values() for o in p.offices}
    for phrase in DOSSIER.offices:
        assert {form.language for form in phrase.forms} == LANGUAGES, phrase
        assert held.get((phrase.actor, phrase.title)) == phrase.rank, phrase
    pairs = Counter((phrase.actor, phrase.title) for phrase in DOSSIER.offices)
    assert max(pairs.values()) == 1


@pytest.mark.parametrize(
    ("actor", "title", "day", "holder"),
    [
        ("actor:ARM", "foreign_minister", date(2020, 10, 9), "person:zohrab_mnatsakanyan"),
        ("actor:ARM", "foreign_minister", date(2021, 1, 11), "person:ara_aivazian"),
        ("actor:ARM", "foreign_minister", date(2025, 8, 8), "person:ararat_mirzoyan"),
        ("actor:AZE", "foreign_minister", date(2019, 1, 16), "person:elmar_mammadyarov"),
        ("actor:AZE", "foreign_minister", date(2022, 10, 2), "person:jeyhun_bayramov"),
        ("actor:USA", "secretary_of_state", date(2020, 10, 24), "person:mike_pompeo"),
        ("actor:USA", "secretary_of_state", date(2022, 11, 7), "person:antony_blinken"),
        ("actor:USA", "secretary_of_state", date(2025, 8, 8), "person:marco_rubio"),
        ("actor:EU", "president", date(2022, 8, 31), "person:charles_michel"),
        ("actor:EU", "president", date(2025, 5, 16), "person:antonio_costa"),
        ("actor:RUS", "president", date(2011, 6, 24), "person:dmitry_medvedev"),
        ("actor:RUS", "president", date(2022, 10, 31), "person:vladimir_putin"),
        ("actor:IRN", "foreign_minister", date(2023, 10, 23), "person:hossein_amir_abdollahian"),
    ],
)
def test_who_held_an_office_depends_on_the_date(
    actor: str, title: str, day: date, holder: str
) -> None:
    assert [p.id for p in DOSSIER.holders(actor, title, day)] == [holder]


def test_an_office_of_two_heads_gives_only_one_holder_a_day() -> None:
    single = {"president", "prime_minister", "foreign_minister", "secretary_of_state", "speaker"}
    for phrase in DOSSIER.offices:
        if phrase.title not in single:
            continue
        starts = {
            o.start
            for p in DOSSIER.persons.values()
            for o in p.offices
            if (o.actor, o.title) == (phrase.actor, phrase.title)
        }
        for start in starts:  # a day of handing over may name two
            assert len(DOSSIER.holders(phrase.actor, phrase.title, start)) <= 2


COMPETING = [
    ("Stepanakert", "Khankendi", "place:khankendi"),
    ("Shushi", "Shusha", "place:shusha"),
    ("Syunik", "Zangezur", "place:syunik"),
    ("Artsakh", "Garabagh", "place:nagorno_karabakh"),
    ("Berdzor", "Lachin", "place:lachin"),
    ("Martakert", "Aghdara", "place:aghdara"),
    ("Karvachar", "Kalbajar", "place:kalbajar"),
]


@pytest.mark.parametrize(("one", "other", "place"), COMPETING)
def test_competing_names_are_one_place_and_say_whose_usage_they_are(
    one: str, other: str, place: str
) -> None:
    forms = {f.text: f for f in DOSSIER.places[place].forms if f.language == "en"}
    assert {forms[one].naming, forms[other].naming} == set(DOSSIER.process.parties)
    elsewhere = [
        entity.id
        for entity in DOSSIER.entities.values()
        for form in entity.forms
        if form.text in (one, other) and entity.id != place
    ]
    assert not elsewhere


def test_neither_of_two_competing_names_is_put_first() -> None:
    for place in DOSSIER.places.values():
        if " / " in place.name:
            assert place.name.split(" / ") == sorted(place.name.split(" / "))


def test_namings_are_usages_of_the_two_parties_only() -> None:
    namings = {f.naming for e in DOSSIER.entities.values() for f in e.forms} - {None}
    assert namings == set(DOSSIER.process.parties)


def test_every_source_is_described_on_the_same_two_scales() -> None:
    for source in DOSSIER.sources.values():
        assert source.ownership in OWNERSHIP
        assert source.alignment in ALIGNMENT
        assert source.outlet, source.id


def test_state_outlets_of_one_government_are_one_origin() -> None:
    groups = defaultdict(set)
    for source in DOSSIER.sources.values():
        if source.alignment == "government" and source.origin_group != "eu":
            groups[source.country].add(source.origin_group)
    assert {"ARM", "AZE", "RUS", "TUR", "IRN"} <= set(groups)
    assert all(len(group) == 1 and None not in group for group in groups.values())


def test_languages_of_the_catalogue_cover_both_parties_and_their_region() -> None:
    read = Counter(source.language for source in DOSSIER.sources.values() if source.enabled)
    assert set(read) >= LANGUAGES
    kinds = Counter(source.kind for source in DOSSIER.sources.values() if source.enabled)
    assert {"rss", "atom", "telegram", "sitemap", "listing", "gdelt"} <= set(kinds)
    assert kinds["gdelt"] == 2
    assert len(DOSSIER.sources) >= 135


def test_a_pointer_says_which_countries_a_row_must_name() -> None:
    for source in DOSSIER.sources.values():
        assert bool(source.countries) == (source.kind == "gdelt"), source.id


def test_sources_reported_failing_are_kept_but_not_read_and_say_why() -> None:
    for source in DOSSIER.sources.values():
        if not source.enabled:
            assert source.note, source.id


def test_no_two_sources_read_the_same_address() -> None:
    urls = Counter(source.url for source in DOSSIER.sources.values())
    assert [url for url, count in urls.items() if count > 1] == []


def test_no_two_entities_share_a_form_unless_one_of_them_needs_a_condition() -> None:
    claims: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entity in DOSSIER.entities.values():
        for form in entity.forms:
            if not form.requires:
                claims[form.language, form.text.casefold()].add(entity.id)
    assert {key: ids for key, ids in claims.items() if len(ids) > 1} == {}


def test_ambiguous_names_carry_their_conditions() -> None:
    def form(identity: str, language: str, text: str):
        forms = DOSSIER.entities[identity].forms
        return next(f for f in forms if (f.language, f.text) == (language, text))

    assert "Atlanta" in form("actor:GEO", "en", "Georgia").excludes
    assert "شرقی" in form("actor:AZE", "fa", "آذربایجان").excludes
    assert "FK" in form("place:nagorno_karabakh", "az", "Qarabağ").excludes
    assert "Post reported" in form("place:washington", "en", "Washington").excludes
    assert "agreements" in form("place:minsk", "en", "Minsk").excludes
    assert "actor:EU" in form("person:charles_michel", "fr", "Michel").requires
    assert "actor:EU" in form("person:antonio_costa", "en", "Costa").requires
    grigoryan = form("person:armen_grigoryan", "en", "Grigoryan")
    assert grigoryan.requires == ("person:armen_grigoryan",)


def test_no_exclusion_swallows_the_verbs_of_the_process() -> None:
    verbs = "mediated mediates postponed posted stated techniques signed hosts offered"
    excludes = {w for e in DOSSIER.entities.values() for f in e.forms for w in f.excludes}
    swallowed = {(w, v) for w in excludes for v in verbs.split() if v.startswith(w.casefold())}
    assert swallowed == set()


SCRIPTS = {
    "ru": r"[Ѐ-ӿ]",
    "hy": r"[԰-֏]",
    "ka": r"[Ⴀ-ჿ]",
    "fa": r"[؀-ۿ‌]",
}


def test_names_are_written_in_the_script_of_their_language() -> None:
    wrong = []
    for entity in [*DOSSIER.persons.values(), *DOSSIER.places.values()]:
        for form in entity.forms:
            script = SCRIPTS.get(form.language)
            letters = re.sub(r"[\W\d_IVX]", "", form.text.replace("\u200c", ""))
            if script and not re.fullmatch(f"{script}+", letters):
                wrong.append((entity.id, form.text))
            if script is None and re.search(r"[Ѐ-ӿ԰-֏Ⴀ-ჿ؀-ۿ]", letters):
                wrong.append((entity.id, form.text))
    assert wrong == []


def test_the_published_catalogue_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "sources.md"
    assert page.read_text(encoding="utf-8") == render_catalogue(DOSSIER), (
        "run: python -m dossiers docs/sources.md"
    )
