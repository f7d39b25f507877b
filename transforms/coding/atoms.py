"""From mentions to atoms: who or what each name in a sentence is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from transforms.coding.sentence import Atom, Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from dossiers.records import Actor, Dossier
    from transforms.coding.words import Word
    from transforms.records import Mention

RANK_LEVEL = {"head": "leaders", "minister": "ministers", "envoy": "officials"}


OFFICE_LEVEL = {
    "speaker": "parliament",
    "duma_speaker": "parliament",
    "deputy_prime_minister": "officials",
    "security_secretary": "officials",
    "presidential_aide": "officials",
}
"""Levels of offices whose rank says less."""


def atoms_of(
    sentence: Sentence, mentions: Sequence[Mention], dossier: Dossier, day: date | None
) -> list[Atom]:
    """The mentions of actors, persons and places inside a sentence, as atoms in order."""
    found: list[Atom] = []
    words = sentence.words
    at = 0
    for mention in mentions:
        while at < len(words) and words[at].end <= mention.start:
            at += 1
        last = at
        while last < len(words) and words[last].start < mention.end:
            last += 1
        if found and last <= found[-1].last:
            continue  # nested in a longer mention, an office phrase as a rule
        if mention.form_kind == "demonym" and sentence.covers("title", at):
            continue  # a title that is spelt like a people's name
        if last > at and (atom := _atom(mention, at, last, dossier, day)):
            found.append(_without_possessive(atom, words))
        elif mention.entity_id in dossier.concepts:
            found += _owners(sentence, at, last)
    return found


def _owners(sentence: Sentence, first: int, last: int) -> list[Atom]:
    """States named by an adjective inside a concept ("X peacekeepers")."""
    peoples, strict = sentence.lexicon.peoples, sentence.lexicon.words.is_strict
    surface = sentence.words[last - 1].folded if strict else ""
    return [
        Atom(actor, None, None, at, last if strict else at + 1, "demonym", surface=surface)
        for at in range(first, last)
        if (actor := peoples.get(sentence.words[at].folded))
    ]


def _without_possessive(atom: Atom, words: Sequence[Word]) -> Atom:
    """The atom without a suffix that an apostrophe parts from the name."""
    surface = "".join(word.folded for word in words[atom.first : atom.last])
    cut = atom.last - 1
    if cut > atom.first and words[cut].folded.startswith("'"):
        return replace(atom, last=cut, is_possessive=True, surface=surface)
    return replace(atom, surface=surface)


def _atom(
    mention: Mention, first: int, last: int, dossier: Dossier, day: date | None
) -> Atom | None:
    entity, kind = mention.entity_id, mention.form_kind
    if person := dossier.persons.get(entity):
        office = person.office_on(day) if day else None
        if office is None and person.offices:
            office = max(person.offices, key=lambda o: o.start)
        actor = office.actor if office else None
        rank = office.rank if office else None
        level = OFFICE_LEVEL.get(office.title if office else "") or RANK_LEVEL.get(rank or "")
        return Atom(actor, entity, None, first, last, kind, rank, level=level)
    if actor_record := dossier.actors.get(entity):
        place = actor_record.capital if kind == "metonym" else None
        rank, country = actor_record.rank, actor_record.country
        return Atom(_state_of(actor_record, dossier), None, place, first, last, kind, rank, country)
    if record := dossier.places.get(entity):
        return Atom(record.names_actor, None, entity, first, last, kind, None, record.country)
    return None


def _state_of(actor: Actor, dossier: Dossier) -> str:
    """A state's own body (its force, say) stands for the state; a party's group for itself."""
    if actor.kind == "state" or actor.country is None or actor.rank is not None:
        return actor.id
    if actor.id in dossier.process.party_groups:
        return actor.id
    states = (a.id for a in dossier.actors.values() if a.kind == "state")
    return next((s for s in states if dossier.actors[s].country == actor.country), actor.id)
