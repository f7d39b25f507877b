"""Reading actors, persons, places, concepts and offices from their tables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, cast

from dossiers.catalogue import VERIFICATIONS
from dossiers.errors import suggest
from dossiers.forms import FormRules, read_forms, read_phrases
from dossiers.records import (
    Actor,
    Concept,
    EntityKind,
    Office,
    OfficePhrase,
    Person,
    Place,
    Verification,
)
from dossiers.tables import Table

OfficeRank = Literal["head", "minister", "envoy", "igo", "ngo"]
PlaceKind = Literal["city", "region", "building", "border", "route", "waters"]

RANKS: Final = ("head", "minister", "envoy", "igo", "ngo")
ACTOR_KINDS: Final = ("state", "organisation", "group")
PLACE_KINDS: Final = ("city", "region", "building", "border", "route", "waters")
_ID: Final = {
    "actor": re.compile(r"actor:[A-Z0-9][A-Z0-9_]*"),
    "person": re.compile(r"person:[a-z0-9_]+"),
    "place": re.compile(r"place:[a-z0-9_]+"),
    "concept": re.compile(r"concept:[a-z0-9_]+"),
}
_QID: Final = re.compile(r"Q[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the readers need to know besides the table: form rules and country codes."""

    rules: FormRules
    countries: frozenset[str]


def _identity(table: Table, prefix: str) -> str:
    identity = table.required("id")
    if identity and not _ID[prefix].fullmatch(identity):
        table.note("id", f'"{identity}" must look like {_ID[prefix].pattern}')
    return identity


def _wikidata(table: Table) -> str | None:
    qid = table.text("wikidata")
    if qid is not None and not _QID.fullmatch(qid):
        table.note("wikidata", f'"{qid}" is not an item id as Q42')
        return None
    return qid


def _verification(table: Table) -> Verification:
    return cast("Verification", table.choice("verification", VERIFICATIONS, "M"))


def _country(table: Table, reading: Reading) -> str | None:
    code = table.text("country")
    if code is not None and code not in reading.countries:
        hint = suggest(code.upper(), reading.countries)
        table.note("country", f'"{code}" is not an ISO 3166-1 alpha-3 code{hint}')
        return None
    return code


def read_actor(table: Table, reading: Reading) -> Actor:
    """One ``[[actor]]``: a state, an organisation or a group."""
    rank = table.choice("rank", ("igo", "ngo"), "igo") if "rank" in table.row else None
    return Actor(
        id=_identity(table, "actor"),
        name=table.required("name"),
        kind=cast("EntityKind", table.choice("kind", ACTOR_KINDS, "organisation")),
        forms=read_forms(table, reading.rules),
        wikidata=_wikidata(table),
        verification=_verification(table),
        note=table.text("note"),
        country=_country(table, reading),
        rank=cast("Literal['igo', 'ngo'] | None", rank),
        capital=table.text("capital"),
        members=table.texts("members"),
    )


def read_person(table: Table, reading: Reading) -> Person:
    """One ``[[person]]`` with its dated offices."""
    gender = table.choice("gender", ("m", "f"), "m") if "gender" in table.row else None
    return Person(
        id=_identity(table, "person"),
        name=table.required("name"),
        kind="person",
        forms=read_forms(table, reading.rules),
        wikidata=_wikidata(table),
        verification=_verification(table),
        note=table.text("note"),
        gender=cast("Literal['m', 'f'] | None", gender),
        offices=tuple(_office(row) for row in table.rows("offices")),
    )


def _office(table: Table) -> Office:
    start, end = table.period()
    if start is None:
        table.note("start", "is missing or unusable; a term needs its first day, as 2018-05-08")
    office = Office(
        actor=table.required("actor"),
        title=table.required("title"),
        rank=_rank(table),
        start=start or date.min,
        end=end,
    )
    table.done()
    return office


def _rank(table: Table) -> OfficeRank:
    table.required("rank")
    return cast("OfficeRank", table.choice("rank", RANKS, "envoy"))


def read_office_phrase(table: Table, reading: Reading) -> OfficePhrase:
    """One ``[[office]]``: the words by which an office is named, in each language."""
    return OfficePhrase(
        actor=table.required("actor"),
        title=table.required("title"),
        rank=_rank(table),
        forms=read_phrases(table, reading.rules),
    )


def read_place(table: Table, reading: Reading) -> Place:
    """One ``[[place]]``."""
    return Place(
        id=_identity(table, "place"),
        name=table.required("name"),
        kind="place",
        forms=read_forms(table, reading.rules),
        wikidata=_wikidata(table),
        verification=_verification(table),
        note=table.text("note"),
        country=_country(table, reading),
        place_kind=cast("PlaceKind", table.choice("place_kind", PLACE_KINDS, "city")),
        within=table.text("within"),
        names_actor=table.text("names_actor"),
    )


def read_concept(table: Table, reading: Reading) -> Concept:
    """One ``[[concept]]``: ``related`` is a table of relation to concept id."""
    related = table.table("related")
    pairs = []
    for relation, target in related.items():
        if isinstance(target, str):
            pairs.append((relation, target))
        else:
            table.note(f"related.{relation}", f"must be a concept id, not {target!r}")
    return Concept(
        id=_identity(table, "concept"),
        name=table.required("name"),
        kind="concept",
        forms=read_forms(table, reading.rules),
        wikidata=_wikidata(table),
        verification=_verification(table),
        note=table.text("note"),
        related=tuple(pairs),
        topic=table.text("topic"),
    )
