"""What a dossier says: the typed records behind its TOML files.

A dossier is one peace process as data: its parties, the actors and places around it, its
tracks, its sources, and the languages its news is written in. Nothing here reads a file
(`dossiers.loader` does) and nothing here names a country, a person, a place or a language.

Identifiers are readable and stable: ``actor:RUS`` (ISO 3166-1 alpha-3 for states),
``actor:OSCE`` (usual acronym), ``person:given_family``, ``place:city``,
``concept:corridor``, ``track:ID``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

EntityKind = Literal["state", "organisation", "group", "person", "place", "concept"]
Verification = Literal["V", "T", "S", "M"]
"""How far a fact can be trusted: seen in a published reference (V), reported as fetched by
a third party (T), seen in public code (S), from memory (M)."""


@dataclass(frozen=True, slots=True)
class Form:
    """One surface form of an entity in one language.

    Attributes:
        text: as it is printed in the nominative, with its usual capitals.
        language: ISO 639-1 code.
        kind: ``name`` (stands alone), ``surname`` (a person's family name alone),
            ``short`` (abbreviation), ``demonym`` (adjective or people: points to the
            entity but is not its name), ``metonym`` (a capital or palace standing for its
            government), ``title`` (an office phrase that names its holder on a date).
        naming: which naming tradition the form belongs to, where a thing has competing
            names (the id of the party whose usage it is), else None. Data, not judgement.
        requires: other entity ids or plain words of which at least one must occur in the
            document for the form to count (ambiguous names); empty = always counts.
        excludes: plain words that, following or preceding directly, forbid the form
            (a football club bearing a region's name). The beginning of a following word is
            enough, so choose none with which an ordinary verb begins.
        inflects: False for forms that take no suffix (most abbreviations).
    """

    text: str
    language: str
    kind: Literal["name", "surname", "short", "demonym", "metonym", "title"] = "name"
    naming: str | None = None
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    inflects: bool = True


@dataclass(frozen=True, slots=True)
class Entity:
    """Anything that can be mentioned. ``forms`` are its surface forms in all languages."""

    id: str
    name: str
    kind: EntityKind
    forms: tuple[Form, ...]
    wikidata: str | None = None
    verification: Verification = "M"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Actor(Entity):
    """A state, an organisation or a group.

    Attributes:
        country: ISO 3166-1 alpha-3 of the state it is or belongs to, None for
            intergovernmental bodies.
        rank: rank it has as a third party when no person is named
            (``igo``, ``ngo``, else None for states).
        capital: place id of a state's capital (or a body's seat), whose name is used as a
            metonym for it.
        members: actor ids it can be expanded to where a text says "the three co-chairs".
    """

    country: str | None = None
    rank: Literal["igo", "ngo"] | None = None
    capital: str | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """A person's office for a term. ``end`` is None while held; both ends inclusive."""

    actor: str
    title: str
    rank: Literal["head", "minister", "envoy", "igo", "ngo"]
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Person(Entity):
    """A person with dated offices: who is foreign minister depends on ``published``."""

    gender: Literal["m", "f"] | None = None
    offices: tuple[Office, ...] = ()

    def office_on(self, day: date) -> Office | None:
        """The office held on ``day``, the last begun if several, None if none was."""
        held = [o for o in self.offices if o.start <= day and (o.end is None or day <= o.end)]
        return max(held, key=lambda o: o.start, default=None)


@dataclass(frozen=True, slots=True)
class Place(Entity):
    """A place.

    Attributes:
        country: ISO 3166-1 alpha-3 of the state it lies in by international recognition.
        place_kind: ``country`` is never used (states are actors).
        within: place id of the larger place, or None.
        names_actor: actor id for which the place's name serves as a metonym, or None.
    """

    country: str | None = None
    place_kind: Literal["city", "region", "building", "border", "route", "waters"] = "city"
    within: str | None = None
    names_actor: str | None = None


@dataclass(frozen=True, slots=True)
class Concept(Entity):
    """A document, route, format or idea; ``related`` are (relation, concept id) pairs."""

    related: tuple[tuple[str, str], ...] = ()
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One known round of a track, from published references."""

    name: str
    start: date | None = None
    end: date | None = None
    place: str | None = None
    verification: Verification = "M"


@dataclass(frozen=True, slots=True)
class Track:
    """A track of the process and the rule by which an event is assigned to it.

    An event belongs to the first track (by ``priority``, highest first) all of whose
    stated conditions hold: its type is among ``types`` (empty = any), its third parties
    include one of ``third_parties`` (empty = any; ``("none",)`` = there is no third party),
    its venue is one of ``venues`` (empty = any), a concept of ``concepts`` is mentioned in
    the evidence (empty = any), its date interval lies in ``start``..``end``. ``also`` holds
    further sets of conditions, any of which will do, each with its own priority: iterate
    `Dossier.track_rules`, or ask `Dossier.track_for`.
    """

    id: str
    name: str
    third_parties: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    priority: int = 0
    parties: tuple[str, ...] = ()
    rounds: tuple[Round, ...] = ()
    verification: Verification = "M"
    note: str | None = None
    also: tuple[Track, ...] = ()

    def admits(
        self,
        event_type: str,
        third_parties: Collection[str] = (),
        venue: str | None = None,
        concepts: Collection[str] = (),
        start: date | None = None,
        end: date | None = None,
    ) -> bool:
        """Whether these slots meet this one set of conditions (``also`` is not consulted).

        ``third_parties`` should include initiators that are no party. An interval without
        an end is its first day; one without a start is its last: give the day of
        publication as the ``end`` of an undated event, and only a track that ran then
        gets it. With neither, dates exclude nothing.
        """
        if self.types and event_type not in self.types:
            return False
        if self.venues and venue not in self.venues:
            return False
        if self.concepts and not set(self.concepts) & set(concepts):
            return False
        if self.third_parties == ("none",):
            if third_parties:
                return False
        elif self.third_parties and not set(self.third_parties) & set(third_parties):
            return False
        first, last = start or end, end or start
        if self.start is not None and first is not None and first < self.start:
            return False
        return self.end is None or last is None or last <= self.end


SourceKind = Literal[
    "rss", "atom", "jsonfeed", "sitemap", "listing", "telegram", "gdelt", "warc", "files"
]


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a listing page keeps its items, as CSS selectors.

    Attributes:
        item: one news item; empty lets the reader look for headlines itself.
        link: inside the item, the link to the article; its first link where empty.
        title: inside the item, the headline; the link's text where empty.
        date: inside the item, the date; a ``time`` element or a class named so where empty.
    """

    item: str = ""
    link: str = ""
    title: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet's feed as the catalogue describes it.

    ``ownership`` says who owns it, ``alignment`` which side it stands with, on the same two
    scales for every country (see ``OWNERSHIP`` and ``ALIGNMENT`` in ``dossiers.loader``).

    Attributes:
        kind: how it is read.
        url: the feed's address (for ``files`` a folder).
        origin_group: outlets that count as one origin (all state outlets of one
            government are one).
        user_agent: ``default``, or ``browser`` for servers known to refuse honest agents
            (kept as a note; the client never disguises itself).
        full_text: False where only link, title and excerpt may be kept (rights reserved).
        enabled: False for sources known to fail; kept for the record.
        listing: where a listing page keeps its items; None lets the reader look itself.
        countries: FIPS 10-4 codes a row of GDELT must name, all of them.
    """

    id: str
    name: str
    kind: Literal[
        "rss", "atom", "jsonfeed", "sitemap", "listing", "telegram", "gdelt", "warc", "files"
    ]
    url: str
    language: str | None
    country: str | None
    ownership: str
    alignment: str
    verification: Verification = "M"
    outlet: str | None = None
    origin_group: str | None = None
    user_agent: Literal["default", "browser"] = "default"
    full_text: bool = True
    enabled: bool = True
    note: str | None = None
    listing: Listing | None = None
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """The process itself: its name and the ids of the two parties and their groups.

    Attributes:
        parties: the two state ids.
        party_groups: further ids that act as a party (an entity id -> itself).
        disputed: place ids whose mention alone ties a text to the process.
        convenors: third parties with a standing part as mediators: talks that one of their
            officials hosts or invites to, he convenes; where another hosts, it lends its roof.
        mediators: bodies that exist to mediate between the two: who of them sits at a meeting
            of both mediates it.
        languages: ISO 639-1 codes of the languages its surface forms are kept in.
        default: whether it is the process meant where none is named.
    """

    id: str
    name: str
    parties: tuple[str, str]
    party_groups: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    convenors: tuple[str, ...] = ()
    mediators: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    default: bool = False


@dataclass(frozen=True, slots=True)
class OfficePhrase:
    """An office named in words ("the prime minister of X"): who held it depends on the date.

    ``forms`` are the phrases (kind ``title``); `Dossier.holders` gives the holders.
    """

    actor: str
    title: str
    rank: Literal["head", "minister", "envoy", "igo", "ngo"]
    forms: tuple[Form, ...] = ()


@dataclass(frozen=True)
class Dossier:
    """All of it, with lookups. Built by `dossiers.loader.load`."""

    process: Process
    actors: Mapping[str, Actor]
    persons: Mapping[str, Person]
    places: Mapping[str, Place]
    concepts: Mapping[str, Concept]
    tracks: Mapping[str, Track]
    sources: Mapping[str, Source]
    digest: str = field(default="", metadata={"doc": "SHA-256 over the files it came from"})
    offices: tuple[OfficePhrase, ...] = ()

    @cached_property
    def entities(self) -> Mapping[str, Entity]:
        """Every mentionable entity by id."""
        return {**self.actors, **self.persons, **self.places, **self.concepts}

    @cached_property
    def track_rules(self) -> tuple[Track, ...]:
        """Every track's sets of conditions, highest priority first; ``id`` names the track."""
        rules = [rule for track in self.tracks.values() for rule in (track, *track.also)]
        return tuple(sorted(rules, key=lambda rule: -rule.priority))

    def track_for(
        self,
        event_type: str,
        third_parties: Collection[str] = (),
        venue: str | None = None,
        concepts: Collection[str] = (),
        start: date | None = None,
        end: date | None = None,
    ) -> str | None:
        """The id of the track an event with these slots belongs to, None if to none."""
        slots = (event_type, third_parties, venue, concepts, start, end)
        return next((rule.id for rule in self.track_rules if rule.admits(*slots)), None)

    def holders(self, actor: str, title: str, day: date) -> tuple[Person, ...]:
        """Who held the office ``title`` of ``actor`` on ``day``, the last begun first."""
        held = [
            (office.start, person)
            for person in self.persons.values()
            for office in person.offices
            if (office.actor, office.title) == (actor, title)
            and office.start <= day
            and (office.end is None or day <= office.end)
        ]
        return tuple(person for _, person in sorted(held, key=lambda h: h[0], reverse=True))
