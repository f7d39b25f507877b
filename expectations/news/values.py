"""Expectations of single values: there, known, of the right form, told once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from expectations.news.base import NewsExpectation


class ExpectColumnValuesToBePresent(NewsExpectation):
    """A value is there and is not blank."""

    patterns: ClassVar[Mapping[str, str]] = {"visible": r"[^\s\x{00A0}\x{200B}\x{FEFF}]"}

    offends: ClassVar[str] = "{column} IS NULL OR NOT regexp_matches({column}::VARCHAR, {visible})"


class ExpectColumnValuesToHaveMembers(NewsExpectation):
    """A list names at least one thing."""

    offends: ClassVar[str] = "coalesce(len({column}), 0) = 0"


class ExpectColumnValuesToBeTrue(NewsExpectation):
    """What the relation itself compared came out true; null is not judged."""

    offends: ClassVar[str] = "NOT {column}"


class ExpectColumnValuesToBeAmong(NewsExpectation):
    """The value is one of a closed list; null is not judged."""

    allowed: list[str]
    offends: ClassVar[str] = "NOT list_contains({allowed}, {column}::VARCHAR)"


class ExpectColumnValuesToBeBounded(NewsExpectation):
    """The number lies between two bounds, both included; null is not judged."""

    min_value: float | None = None
    max_value: float | None = None
    offends: ClassVar[str] = "{column} < {min_value} OR {column} > {max_value}"


class ExpectColumnValuesToBeShaped(NewsExpectation):
    """The whole value is of the form of a regular expression; null is not judged."""

    pattern: str
    offends: ClassVar[str] = "NOT regexp_full_match({column}, {pattern})"


class ExpectColumnValuesToBeToldOnce(NewsExpectation):
    """No two rows have the same value."""

    offends: ClassVar[str] = (
        "{column} IN (SELECT {column} FROM {relation} AS judged GROUP BY ALL HAVING count(*) > 1)"
    )


class ExpectColumnValuesToBeKnownToTheDossier(NewsExpectation):
    """An id is one of the dossier's, of a kind (actor, person, place, track, entity).

    A join, not a list: there are a million mentions, and thousands of entities.
    """

    kind: str
    offends: ClassVar[str] = (
        "{column} IS NOT NULL AND {column} NOT IN (SELECT id FROM known WHERE kind = {kind})"
    )


class ExpectColumnValuesToBeInTheVocabulary(NewsExpectation):
    """A word is one of a closed list: of types, novelties, tracks, places."""

    kind: str
    offends: ClassVar[str] = (
        "{column} IS NOT NULL AND NOT list_contains(getvariable('known_' || {kind}), {column})"
    )


class ExpectColumnMembersToBeKnownToTheDossier(NewsExpectation):
    """All ids of a list are the dossier's, of a kind."""

    kind: str
    offends: ClassVar[str] = (
        "len(list_filter({column}, lambda one: "
        "NOT list_contains(getvariable('known_' || {kind}), one))) > 0"
    )


class ExpectColumnMembersToBeMembersOf(NewsExpectation):
    """All members of a list are members of another list of the row."""

    whole_column: str
    offends: ClassVar[str] = "NOT list_has_all({whole_column}, {column})"
