"""The rules of finding, on a small invented dossier; real names are in test_mentions_languages."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.languages import load_languages
from dossiers.records import (
    Actor,
    Concept,
    Dossier,
    Form,
    Office,
    OfficePhrase,
    Person,
    Place,
    Process,
)
from transforms.mentions import MentionFinder
from transforms.records import Mention

LANGUAGES = load_languages()
DAY = date(2025, 8, 8)


def forms(kind: str = "name", **texts: str) -> tuple[Form, ...]:
    return tuple(Form(t, code, kind) for code, t in texts.items())  # type: ignore[arg-type]


def person(key: str, actor: str, start: int, end: int | None, *own: Form) -> Person:
    term = Office(actor, "president", "head", date(start, 1, 1), end and date(end, 12, 31))
    return Person(f"person:{key}", key, "person", own, offices=(term,))


def small_dossier() -> Dossier:
    nordia = Actor(
        "actor:NOR",
        "Nordia",
        "state",
        (
            *forms(en="Nordia", ru="Нордия", az="Nordiya"),
            *forms("demonym", en="Nordian", ru="нордийский"),
            Form("NRD", "en", "short", inflects=False),
            Form("NRD", "az", "short"),
        ),
        country="NRD",
        capital="place:velm",
    )
    turkia = Actor("actor:TKX", "Turken", "state", forms(en="Turken"), country="TKX")
    velm = Place("place:velm", "Velm", "place", forms(en="Velm"), country="NRD")
    lind = Place(
        "place:lind",
        "Lind",
        "place",
        (Form("Lind", "en", excludes=("Post", "FC", "state of")),),
    )
    geor = Place(
        "place:orlan", "Orlan", "place", (Form("Orlan", "en", requires=("actor:NOR", "strait")),)
    )
    persons = (
        person(
            "ivar_kalev",
            "actor:NOR",
            2020,
            None,
            *forms(en="Ivar Kalev", ru="Ивар Калев", az="İvar Kalev"),
            *forms("surname", en="Kalev", ru="Калев", az="Kalev"),
        ),
        person("ana_kalev", "actor:NOR", 2001, 2004, *forms(en="Ana Torv")),
        person(
            "jon_brask",
            "actor:TKX",
            2020,
            2024,
            *forms(en="Jon Brask"),
            *forms("surname", en="Brask"),
        ),
        person(
            "per_brask",
            "actor:TKX",
            2025,
            None,
            *forms(en="Per Brask"),
            *forms("surname", en="Brask"),
        ),
    )
    office = OfficePhrase(
        "actor:NOR",
        "president",
        "head",
        (Form("Nordian President", "en", "title"), Form("Nordian leader", "en", "title")),
    )
    return Dossier(
        Process("process:test", "Test", ("actor:NOR", "actor:TKX")),
        {a.id: a for a in (nordia, turkia)},
        {p.id: p for p in persons},
        {p.id: p for p in (velm, lind, geor)},
        {"concept:deal": Concept("concept:deal", "deal", "concept", forms(en="peace deal"))},
        {},
        {},
        offices=(office,),
    )


FINDER = MentionFinder(small_dossier(), LANGUAGES)


def pairs(
    text: str, code: str = "en", *, title: str | None = None, published: date | None = DAY
) -> list[tuple[str, str]]:
    found = FINDER.find(text, code, title=title, published=published)
    for mention in found:
        whole = (title or "") if mention.in_title else text
        assert whole[mention.start : mention.end] == mention.surface
    return [(m.surface, m.entity_id.partition(":")[2]) for m in found]


def titles(text: str, published: date | None) -> list[str]:
    found = FINDER.find(text, "en", published=published)
    return [m.entity_id for m in found if m.form_kind == "title"]


def test_a_name_with_its_possessive_is_one_surface() -> None:
    assert pairs("Nordia’s envoy left Velm.") == [("Nordia’s", "NOR"), ("Velm", "velm")]


def test_the_full_name_wins_over_the_surname_in_it() -> None:
    assert pairs("Ivar Kalev spoke; Kalev left.") == [
        ("Ivar Kalev", "ivar_kalev"),
        ("Kalev", "ivar_kalev"),
    ]


def test_words_that_only_begin_like_a_name_are_not_names() -> None:
    assert pairs("Nordiana, Velmont, Kalevala, unNordia, Turkenland") == []


def test_abbreviations_and_names_need_their_capitals() -> None:
    assert pairs("nrd and velm, NRD and VELM") == [("NRD", "NOR"), ("VELM", "velm")]


def test_an_abbreviation_takes_an_ending_only_where_its_form_says_so() -> None:
    assert pairs("NRD-ın naziri", "az") == [("NRD-ın", "NOR")]
    assert pairs("NRDs and NRD", "en") == [("NRD", "NOR")]


def test_a_demonym_may_be_plural() -> None:
    (mention,) = FINDER.find("The Nordians agreed.", "en")
    assert (mention.surface, mention.form_kind) == ("Nordians", "demonym")


def test_words_forbidden_beside_a_form_forbid_it_within_the_clause() -> None:
    assert pairs("The Lind Post and Lind FC, in the state of Lind.") == []
    assert pairs("They met in Lind. Post arrived.") == [("Lind", "lind")]


def test_an_ambiguous_form_needs_one_of_its_companions() -> None:
    assert pairs("Rain in Orlan.") == []
    assert ("Orlan", "orlan") in pairs("Rain in Orlan, Nordia.")
    assert pairs("Rain in Orlan near the strait.") == [("Orlan", "orlan")]
    assert ("Orlan", "orlan") in pairs("Rain in Orlan.", title="Nordia floods")


def test_another_given_name_or_initial_makes_another_person() -> None:
    assert pairs("Yesterday Tomas Kalev sang.") == []
    assert pairs("It was said that T. Kalev sang.") == []
    assert pairs("It was said that I. Kalev spoke.") == [("Kalev", "ivar_kalev")]
    assert pairs("And Ivarr Kalev spoke.") == [("Kalev", "ivar_kalev")]
    assert pairs("And Ivar Tomas Kalev spoke.") == [("Kalev", "ivar_kalev")]


@pytest.mark.parametrize(
    "text",
    [
        "Later President Kalev spoke.",
        "When Kalev spoke, they left.",
        "It was on Monday Kalev spoke.",
        "In Velm Kalev spoke.",
        "NORDIA HOSTS KALEV",
        "Rain Stops As Kalev Meets Old Friends",
    ],
)
def test_titles_weekdays_places_and_headlines_are_no_given_names(text: str) -> None:
    assert "ivar_kalev" in [key for _, key in pairs(text)]


def test_two_bearers_of_a_surname_are_told_apart_by_full_name_or_office() -> None:
    assert pairs("Jon Brask came. Brask spoke.")[-1] == ("Brask", "jon_brask")
    assert pairs("Brask spoke.", published=date(2025, 3, 1)) == [("Brask", "per_brask")]
    assert pairs("Brask spoke.", published=date(2022, 3, 1)) == [("Brask", "jon_brask")]
    assert pairs("Brask spoke.", published=None) == []
    assert pairs("Jon Brask and Per Brask met. Brask spoke.", published=None) == [
        ("Jon Brask", "jon_brask"),
        ("Per Brask", "per_brask"),
    ]


def test_an_office_phrase_is_its_holder_on_the_day_of_publication() -> None:
    assert titles("The Nordian President spoke.", DAY) == ["person:ivar_kalev"]
    noon = datetime(2002, 5, 1, 12, tzinfo=UTC)
    assert titles("The Nordian leader spoke.", noon) == ["person:ana_kalev"]


def test_an_office_phrase_keeps_the_mention_of_its_state() -> None:
    assert pairs("The Nordian President spoke in Velm.") == [
        ("Nordian President", "ivar_kalev"),
        ("Nordian", "NOR"),
        ("Velm", "velm"),
    ]


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("The former Nordian President spoke.", DAY),
        ("The Nordian President-elect spoke.", DAY),
        ("The Nordian President spoke.", None),
        ("The Nordian President spoke.", date(2010, 1, 1)),
        ("Then Nordian President Olaf Venn spoke.", DAY),
    ],
)
def test_an_office_phrase_without_a_known_holder_names_the_state(
    text: str, published: date | None
) -> None:
    assert titles(text, published) == ["actor:NOR"]


def test_an_office_phrase_before_a_name_is_the_named_person() -> None:
    assert pairs("Nordian President Ana Torv spoke in 2003.") == [
        ("Nordian President", "ana_kalev"),
        ("Nordian", "NOR"),
        ("Ana Torv", "ana_kalev"),
    ]


def test_mentions_of_the_title_come_first_and_are_marked() -> None:
    found = FINDER.find("Velm.", "en", title="Kalev in Velm")
    assert [(m.surface, m.start, m.in_title) for m in found] == [
        ("Kalev", 0, True),
        ("Velm", 9, True),
        ("Velm", 0, False),
    ]


def test_the_form_keeps_its_naming() -> None:
    place = Place("place:x", "X", "place", (Form("Xanta", "en", naming="actor:NOR"),))
    base = small_dossier()
    dossier = Dossier(base.process, {}, {}, {"place:x": place}, {}, {}, {})
    (mention,) = MentionFinder(dossier, LANGUAGES).find("In Xanta.", "en")
    assert mention.naming == "actor:NOR"


def test_a_masculine_genitive_is_the_man_and_a_feminine_subject_is_not() -> None:
    assert pairs("Визит Калева состоялся.", "ru") == [("Калева", "ivar_kalev")]
    assert pairs("Поездка Калева состоялась.", "ru") == [("Калева", "ivar_kalev")]
    assert pairs("Калева заявила об этом.", "ru") == []
    assert pairs("Вчера шёл дождь, и Калева уехала.", "ru") == []
    assert pairs("Он видел, как Мария Калева ушла.", "ru") == []
    assert pairs("Kalevə məktub, Kaleva isə getdi.", "az") == [("Kalevə", "ivar_kalev")]


def test_person_names_of_one_language_are_known_in_others_of_the_script() -> None:
    assert pairs("Hier Ivar Kalev a parlé.", "fr") == [("Ivar Kalev", "ivar_kalev")]
    assert pairs("Velm et Nordia", "fr") == []


def test_an_unknown_language_is_read_as_the_default_of_its_script() -> None:
    assert pairs("Ivar Kalev sprach in Velm.", "de") == [
        ("Ivar Kalev", "ivar_kalev"),
        ("Velm", "velm"),
    ]
    assert pairs("Ивар Калев говорив.", "uk") == [("Ивар Калев", "ivar_kalev")]


def test_names_do_not_reach_over_a_line_end() -> None:
    assert pairs("a peace\ndeal, a peace deal") == [("peace deal", "deal")]


def test_a_finder_can_be_sent_to_a_worker() -> None:
    assert FINDER.find("Velm", "en") == pickle.loads(pickle.dumps(FINDER)).find("Velm", "en")


def test_an_empty_dossier_finds_nothing() -> None:
    empty = Dossier(Process("process:x", "X", ("a", "b")), {}, {}, {}, {}, {}, {})
    assert MentionFinder(empty, LANGUAGES).find("Velm", "en", title="Velm") == ()


PIECES = st.lists(
    st.sampled_from(
        [
            "Kalev",
            "Ivar",
            "Nordia",
            "'s",
            "’s",
            " ",
            "\n",
            ".",
            "-",
            "İ",
            "NRD",
            "Velm",
            "և",
            "\u200c",
        ]
    ),
    max_size=20,
)


@given(pieces=PIECES, noise=st.text(max_size=20), code=st.sampled_from([*LANGUAGES, "und"]))
def test_spans_are_exact_and_do_not_overlap_in_any_text(
    pieces: list[str], noise: str, code: str
) -> None:
    text = "".join(pieces) + noise
    found: tuple[Mention, ...] = FINDER.find(text, code, published=DAY)
    assert all(text[m.start : m.end] == m.surface and m.surface for m in found)
    flat = [m for m in found if m.form_kind != "title"]
    assert all(a.end <= b.start for a, b in pairwise(flat))
