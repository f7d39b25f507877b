"""Expectations of events: allowed, placed, told by somebody, and climbing for a reason."""

from __future__ import annotations

from typing import ClassVar

from expectations.news.base import NewsExpectation


class ExpectColumnValuesToBeAllowedForTheirType(NewsExpectation):
    """A status is one that events of this type can have: a speech act is made, not held."""

    type_column: str
    offends: ClassVar[str] = (
        "NOT list_contains(getvariable('known_status'), {type_column} || ' ' || {column})"
    )


class ExpectColumnMembersToNotAlsoBeParties(NewsExpectation):
    """A third party is not a party too.

    A warning by nature: a state can mediate and sign for itself in one text.
    """

    parties_column: str
    offends: ClassVar[str] = "list_has_any({column}, {parties_column})"


class ExpectColumnValuesToLieInTheirCountry(NewsExpectation):
    """A venue's country is the one the dossier knows the place to lie in."""

    country_column: str
    offends: ClassVar[str] = (
        "map_extract_value(getvariable('countries'), {column}) <> {country_column}"
    )


class ExpectColumnValuesToNotClimbDownWithoutAReason(NewsExpectation):
    """A status does not fall to a lower rung of its ladder unless something says why.

    Reasons: the new status itself (called off, denied, suspended …), a correction or
    contradiction, a dispute about the status, an analyst's verdict, or that the passage which
    told the higher one is gone.
    """

    earlier_column: str
    type_column: str
    reason_column: str
    offends: ClassVar[str] = (
        "NOT {reason_column} "
        "AND map_extract_value(getvariable('rungs'), {type_column} || ' ' || {earlier_column}) "
        "> map_extract_value(getvariable('rungs'), {type_column} || ' ' || {column})"
    )


class ExpectColumnValuesToHaveAnOrigin(NewsExpectation):
    """An event is told by at least one independent origin, and as many as are counted.

    ``column`` is the number of origins, ``origins_column`` their list.
    """

    origins_column: str
    offends: ClassVar[str] = "{column} < 1 OR len({origins_column}) <> {column}"


class ExpectColumnValuesToBeAPassage(NewsExpectation):
    """Evidence is a passage: neither a word nor the whole article."""

    min_chars: int = 15
    max_chars: int = 1500
    offends: ClassVar[str] = "length({column}) NOT BETWEEN {min_chars} AND {max_chars}"


class ExpectSeedFactToHold(NewsExpectation):
    """What is known of a document of the seed corpus is what the pipeline makes of it today.

    Counted by `expectations.seeds`, not by SQL.
    """

    column: str = "fact"
