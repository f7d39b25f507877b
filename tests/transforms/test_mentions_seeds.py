"""Persons, states and places of the seed documents, as their facts list them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from dossiers.languages import load_languages
from dossiers.loader import load
from transforms.mentions import MentionFinder
from transforms.relevance import is_relevant

DOSSIER = load()
LANGUAGES = load_languages()
FINDER = MentionFinder(DOSSIER, LANGUAGES)

PERSONS = {
    "000": {"vladimir_putin", "ilham_aliyev"},
    "001": {
        "vladimir_putin",
        "nikol_pashinyan",
        "ilham_aliyev",
        "antony_blinken",
        "emmanuel_macron",
    },
    "002": {"vladimir_putin", "nikol_pashinyan"},
    "003": {"vladimir_putin", "ilham_aliyev"},
    "004": {"ilham_aliyev", "nikol_pashinyan", "donald_trump"},
}
STATES = {
    "000": {"RUS", "AZE", "ARM", "USA"},
    "001": {"RUS", "ARM", "AZE", "USA", "FRA", "UKR"},
    "002": {"RUS", "ARM", "AZE", "USA", "TUR", "IRN", "GEO", "UKR", "SYR"},
    "003": {"RUS", "AZE", "ARM", "TUR", "IRN", "UKR"},
    "004": {"AZE", "ARM", "RUS", "USA", "TUR", "ISR", "GEO", "UKR"},
}
PLACES = {
    "000": {"baku", "nagorno_karabakh", "moscow"},
    "001": {"sochi", "geneva", "brussels", "prague", "washington", "nagorno_karabakh", "moscow"},
    "002": {"moscow", "nagorno_karabakh", "ankara", "sochi", "geneva", "astana"},
    "003": {"baku", "nagorno_karabakh", "moscow", "ankara"},
    "004": {"abu_dhabi", "washington", "baku", "yerevan", "moscow", "nakhchivan"},
}


def document(seeds: Path, doc: str) -> tuple[str, date]:
    lines = (seeds / "index.jsonl").read_text(encoding="utf-8").splitlines()
    rows = {json.loads(line)["file"]: json.loads(line) for line in lines}
    name = next(n for n in rows if n.startswith(doc))
    return (seeds / name).read_text(encoding="utf-8"), date.fromisoformat(rows[name]["published"])


@pytest.mark.parametrize("doc", sorted(PERSONS))
def test_the_people_states_and_places_of_a_seed_are_found(seeds: Path, doc: str) -> None:
    text, published = document(seeds, doc)
    mentions = FINDER.find(text, "en", published=published)
    assert all(text[m.start : m.end] == m.surface for m in mentions)
    ids = {m.entity_id for m in mentions}
    assert {f"person:{p}" for p in PERSONS[doc]} <= ids
    assert {f"actor:{s}" for s in STATES[doc]} <= ids
    assert {f"place:{p}" for p in PLACES[doc]} <= ids


@pytest.mark.parametrize("doc", sorted(PERSONS))
def test_every_seed_is_relevant(seeds: Path, doc: str) -> None:
    text, published = document(seeds, doc)
    mentions = FINDER.find(text, "en", published=published)
    assert is_relevant(text, None, mentions, DOSSIER, LANGUAGES["en"])
