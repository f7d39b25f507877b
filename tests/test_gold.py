"""The gold set is what it says: large enough, complete, marked as fiction, and well annotated."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dossiers.loader import load
from transforms.vocabulary import ALL_TYPES, ROLES, STATUSES, allows, group_of

GOLD = Path(__file__).parent / "gold"
LANGUAGES = ("en", "ru", "hy", "az", "tr", "ka", "fa", "fr")
HALVES = ("dev", "test")


@cache
def documents(half: str, language: str) -> tuple[dict[str, Any], ...]:
    lines = (GOLD / half / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def everything() -> list[dict[str, Any]]:
    return [d for half in HALVES for code in LANGUAGES for d in documents(half, code)]


def test_there_are_480_documents_a_third_of_them_hard_negatives() -> None:
    found = everything()
    assert len(found) >= 480
    assert len({d["id"] for d in found}) == len(found)
    without = [d for d in found if not d["events"]]
    assert 0.3 <= len(without) / len(found) <= 0.37
    assert sum(not d["relevant"] for d in without) >= 70


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_two_halves_and_enough_events_to_be_judged_by(language: str) -> None:
    for half in HALVES:
        found = documents(half, language)
        assert len(found) == 30
        assert sum(len(d["events"]) for d in found) >= 60
        assert all(d["split"] == half and d["language"] == language for d in found)


def test_every_type_and_every_status_occurs() -> None:
    events = [e for d in everything() for e in d["events"]]
    assert {e["type"] for e in events} == set(ALL_TYPES)
    assert {e["status"] for e in events} == {s for names in STATUSES.values() for s in names}


def test_annotations_are_in_the_vocabulary_and_their_quotes_in_the_text() -> None:
    dossier = load()
    for document in everything():
        assert document["fictional"] is True
        for event in document["events"]:
            where = (document["id"], event["type"], event["status"])
            assert allows(event["type"], event["status"]), where
            assert event["key"], where
            assert event["evidence"], where
            for piece in event["evidence"]:
                assert document["text"][piece["start"] : piece["end"]] == piece["quote"], where
            for actor in (*event["parties"], *event["third_parties"]):
                assert actor["id"] in dossier.actors, (where, actor["id"])
                assert set(actor.get("roles") or ()) <= set(ROLES), where


def test_one_key_is_one_group_of_types() -> None:
    for half in HALVES:
        groups: dict[str, set[str]] = {}
        for code in LANGUAGES:
            for event in (e for d in documents(half, code) for e in d["events"]):
                groups.setdefault(event["key"], set()).add(group_of(event["type"]))
        assert {key for key, found in groups.items() if len(found) > 1} == set()
