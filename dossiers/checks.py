"""Checks that need the whole dossier: every id that is named must exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from dossiers.errors import Problems, suggest
from dossiers.records import Dossier, Track

_Reference = tuple[str, str, str, str]
"""Kind and id of the record that refers, the key it does so in, the id referred to."""


def check_references(dossier: Dossier, written: Mapping[str, str], problems: Problems) -> None:
    """Note every reference to an id the dossier does not hold.

    ``written`` maps ``"kind id"`` to the file it stands in, so that the message can name it.
    """
    pools: Mapping[str, Collection[str]] = {
        "actor": dossier.actors,
        "person": dossier.persons,
        "place": dossier.places,
        "concept": dossier.concepts,
    }
    for kind, identity, key, target in _references(dossier):
        prefix = target.partition(":")[0]
        pool = pools.get(prefix)
        where = f"{written.get(f'{kind} {identity}', 'process.toml')} [[{kind}]] {identity}, {key}"
        if pool is None:
            problems.add(where, f'"{target}" is no id; ids begin with actor:, place:, concept: …')
        elif target not in pool:
            problems.add(where, f'no such {prefix} "{target}"{suggest(target, pool)}')
    for source_id, source in dossier.sources.items():
        # a pointer names pages in any language, each of which says its own
        has_language = source.language is not None or source.kind == "gdelt"
        if not has_language or source.country is None:
            where = f"{written.get(f'source {source_id}', '?')} [[source]] {source_id}"
            problems.add(where, "a dossier's source needs both language and country")


def _references(dossier: Dossier) -> Iterator[_Reference]:
    process = dossier.process
    for key, ids in (
        ("parties", process.parties),
        ("party_groups", process.party_groups),
        ("disputed", process.disputed),
        ("convenors", process.convenors),
        ("mediators", process.mediators),
    ):
        for target in ids:
            yield "process", process.id, key, target
    yield from _actor_and_person_references(dossier)
    yield from _place_and_concept_references(dossier)
    yield from _form_references(dossier)
    for track in dossier.tracks.values():
        for rule in (track, *track.also):
            yield from _track_references(rule)
    for phrase in dossier.offices:
        yield "office", f"{phrase.actor} {phrase.title}", "actor", phrase.actor


def _actor_and_person_references(dossier: Dossier) -> Iterator[_Reference]:
    for actor in dossier.actors.values():
        if actor.capital is not None:
            yield "actor", actor.id, "capital", actor.capital
        for member in actor.members:
            yield "actor", actor.id, "members", member
    for person in dossier.persons.values():
        for office in person.offices:
            yield "person", person.id, f"offices ({office.title})", office.actor


def _place_and_concept_references(dossier: Dossier) -> Iterator[_Reference]:
    for place in dossier.places.values():
        if place.within is not None:
            yield "place", place.id, "within", place.within
        if place.names_actor is not None:
            yield "place", place.id, "names_actor", place.names_actor
    for concept in dossier.concepts.values():
        for relation, target in concept.related:
            yield "concept", concept.id, f"related.{relation}", target


def _form_references(dossier: Dossier) -> Iterator[_Reference]:
    for entity in dossier.entities.values():
        kind = "actor" if entity.kind in ("state", "organisation", "group") else entity.kind
        for form in entity.forms:
            if form.naming is not None:
                yield kind, entity.id, f'naming of "{form.text}"', form.naming
            for word in form.requires:
                if ":" in word:
                    yield kind, entity.id, f'requires of "{form.text}"', word


def _track_references(track: Track) -> Iterator[_Reference]:
    for target in track.third_parties:
        if target != "none":
            yield "track", track.id, "third_parties", target
    for key, ids in (
        ("venues", track.venues),
        ("concepts", track.concepts),
        ("parties", track.parties),
    ):
        for target in ids:
            yield "track", track.id, key, target
    for round_ in track.rounds:
        if round_.place is not None:
            yield "track", track.id, f"rounds ({round_.name})", round_.place
