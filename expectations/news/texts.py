"""Expectations of texts: readable, in their language, prose, and the article's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from expectations.news.base import NewsExpectation

_GARBLED = r"[\x{FFFD}\x{0001}-\x{0008}\x{000B}\x{000C}\x{000E}-\x{001F}\x{0080}-\x{009F}]"
_MOJIBAKE = r"(?:[ÐÑ][\x{0080}-\x{00BF}]){3}|(?:Ã[\x{0080}-\x{00BF}]){2}|â€[™œ\x{009D}“”¦]|[À-ÿ]{6}"
_MARKUP = (
    r"(?i)</?(?:p|div|span|a|br|script|style|img|table|td|tr|li|ul|iframe)\b[^<>]*>"
    r"|&(?:nbsp|amp|quot|lt|gt|#\d+);|function\s*\(\w*\)\s*\{|\{\s*\"@(?:type|context)\""
)


class ExpectColumnValuesToBeReadable(NewsExpectation):
    """No more than a share of the characters are signs of a wrong character set.

    Such signs are U+FFFD, control characters, and the sequences that UTF-8 read as a
    single-byte set, or one single-byte set read as another, leave. A wrong set shows from
    the start, so only a text whose first thousand characters look suspect is read through.
    """

    max_share: float = 0.02
    patterns: ClassVar[Mapping[str, str]] = {
        "suspect": f"{_GARBLED}|{_MOJIBAKE}",
        "garbled": _GARBLED,
        "mojibake": _MOJIBAKE,
    }
    offends: ClassVar[str] = (
        "CASE WHEN contains({column}, chr(65533)) "
        "OR regexp_matches(left({column}, 1000), {suspect}) "
        "THEN regexp_matches({column}, {mojibake}) "
        "OR len(regexp_extract_all({column}, {garbled})) > {max_share} * length({column}) "
        "ELSE false END"
    )


class ExpectColumnValuesToBeFreeOfMarkup(NewsExpectation):
    """No tag, no character reference and no script is left in the text."""

    patterns: ClassVar[Mapping[str, str]] = {"markup": _MARKUP}
    offends: ClassVar[str] = (
        "CASE WHEN contains({column}, '<') OR contains({column}, '&') "
        "OR contains({column}, chr(123)) THEN regexp_matches({column}, {markup}) ELSE false END"
    )


class ExpectColumnValuesToBeMoreThanLinks(NewsExpectation):
    """The text is prose: neither mostly addresses nor a list of headings and links.

    A list has at least ``min_lines`` lines, none of them long, of which few end as a sentence
    does.
    """

    min_lines: int = 8
    patterns: ClassVar[Mapping[str, str]] = {
        "long_line": r"[^\n]{120}",
        "ends": r"[.!?…։。؟।][»”\"’)]*(?:\n|$)",
    }
    offends: ClassVar[str] = (
        "CASE WHEN contains({column}, 'http') AND "
        "length(regexp_replace({column}, 'https?://\\S+', '', 'g')) < 0.7 * length({column}) "
        "THEN true "
        "WHEN regexp_matches({column}, {long_line}) THEN false "
        "WHEN len(string_split({column}, chr(10))) < {min_lines} THEN false "
        "ELSE 4 * len(regexp_extract_all({column}, {ends})) "
        "< len(string_split({column}, chr(10))) END"
    )


class ExpectColumnValuesToBeNoWall(NewsExpectation):
    """A short text is not that of a consent, block, error or payment page.

    The phrases are those of `dossiers/boilerplate.toml`; two of one kind make a wall. Long
    texts are not asked: an article may well be about cookies.
    """

    title_column: str
    length_column: str
    kind: str
    max_chars: int = 1200
    offends: ClassVar[str] = (
        "CASE WHEN {length_column} < {max_chars} THEN "
        "len(list_filter(getvariable('known_wall_' || {kind}), "
        "lambda phrase: contains(lower(coalesce({title_column}, '') || ' ' || {column}), phrase)"
        ")) >= 2 ELSE false END"
    )


class ExpectColumnValuesToDifferFromTheSiteName(NewsExpectation):
    """A title is a headline, not the name of the site or of the outlet."""

    site_column: str
    outlet_column: str
    offends: ClassVar[str] = (
        "lower(trim({column})) = lower(trim({site_column})) "
        "OR lower(trim({column})) = lower(trim({outlet_column}))"
    )


class ExpectColumnValuesToNotRepeatOverTheirSource(NewsExpectation):
    """A title or line does not stand in many different texts of one source.

    Such lines are furniture of the page that extraction took for the article's own. Lines
    shorter than ``min_chars`` may repeat.
    """

    source_column: str
    digest_column: str
    times: int = 5
    min_chars: int = 20
    offends: ClassVar[str] = (
        "length({column}) >= {min_chars} AND "
        "({source_column}, hash({column})) IN (SELECT ({source_column}, hash({column})) "
        "FROM {relation} AS judged WHERE length({column}) >= {min_chars} "
        "AND {source_column} IS NOT NULL GROUP BY {source_column}, hash({column}) "
        "HAVING count(DISTINCT {digest_column}) >= {times})"
    )


class ExpectColumnValuesToBeTheDeclaredLanguage(NewsExpectation):
    """The language of the text is the one declared, or the difference is explained.

    Explained: by doubt (low confidence, a short text, no language found), or because the
    source is known to write in that language too.
    """

    declared_column: str
    confidence_column: str
    usual_column: str
    length_column: str
    min_confidence: float = 0.8
    min_chars: int = 200
    offends: ClassVar[str] = (
        "{declared_column} IS NOT NULL AND {column} <> 'und' "
        "AND {column} <> split_part(lower({declared_column}), '-', 1) "
        "AND {confidence_column} >= {min_confidence} AND {length_column} >= {min_chars} "
        "AND NOT list_contains(coalesce({usual_column}, []), {column})"
    )


class ExpectColumnValuesToBeInsideTheirText(NewsExpectation):
    """Offsets yield the passage they claim, in the text they point into.

    ``found_column`` is what stands there; null means that the offsets point outside.
    """

    found_column: str
    offends: ClassVar[str] = "{column} IS NOT NULL AND {found_column} IS DISTINCT FROM {column}"


class ExpectColumnValuesToResembleTheReference(NewsExpectation):
    """A measure is of the order of the seed corpus's median of it (``figure``)."""

    figure: str
    min_ratio: float
    max_ratio: float
    offends: ClassVar[str] = (
        "{column} / map_extract_value(getvariable('figures'), {figure}) "
        "NOT BETWEEN {min_ratio} AND {max_ratio}"
    )
