"""Surface forms as a dossier writes them: short to type, exact once read.

A language maps to one string whose variants are parted by `` | ``::

    names   = { en = "Green Lake | Greenlake", fr = "Lac Vert" }

The key says the kind: ``names`` (kind ``name``), ``short``, ``demonym``, ``metonym``,
``title``. A person has ``given`` and ``surname`` instead, from which the full names and the
surname alone are made. Competing names of one thing stand in ``competing``, one table for
each usage; forms that need conditions stand in ``more``, one table each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from dossiers.errors import suggest
from dossiers.records import Form
from dossiers.tables import Table

FormKind = Literal["name", "surname", "short", "demonym", "metonym", "title"]
FORM_KINDS: tuple[FormKind, ...] = ("name", "surname", "short", "demonym", "metonym", "title")
_KEYS: tuple[tuple[str, FormKind], ...] = (
    ("names", "name"),
    ("short", "short"),
    ("demonym", "demonym"),
    ("metonym", "metonym"),
    ("title", "title"),
)


@dataclass(frozen=True, slots=True)
class FormRules:
    """What holds for all forms of a dossier.

    Attributes:
        languages: codes forms may be written in.
        fixed_short: languages whose abbreviations take no suffix.
    """

    languages: frozenset[str]
    fixed_short: frozenset[str]


def variants(text: str) -> list[str]:
    """The variants of one string, in order, without empty ones."""
    return [part for part in (piece.strip() for piece in text.split("|")) if part]


def _by_language(
    table: Table, key: str, words: dict[str, Any], rules: FormRules
) -> Iterator[tuple[str, str]]:
    """Each (language, variant) of a language table, noting what is wrong."""
    for language, text in words.items():
        if language not in rules.languages:
            table.note(f"{key}.{language}", f"unknown language{suggest(language, rules.languages)}")
        elif not isinstance(text, str):
            table.note(f"{key}.{language}", f'must be a string as "A | B", not {text!r}')
        elif found := variants(text):
            for variant in found:
                yield language, variant
        else:
            table.note(f"{key}.{language}", "must not be empty; leave the language out instead")


def _plain(table: Table, rules: FormRules) -> Iterator[Form]:
    for key, kind in _KEYS:
        for language, text in _by_language(table, key, table.table(key), rules):
            inflects = not (kind == "short" and language in rules.fixed_short)
            yield Form(text, language, kind, inflects=inflects)


def _personal(table: Table, rules: FormRules) -> Iterator[Form]:
    """Full names (every given name with every surname) and the surname alone.

    Where the text names the person in full, that meets ``surname_requires``; with
    ``surname_follows`` a surname counts alone only there, as that of a common name should.
    """
    given: dict[str, list[str]] = {}
    for language, text in _by_language(table, "given", table.table("given"), rules):
        given.setdefault(language, []).append(text)
    requires = table.texts("surname_requires")
    excludes = table.texts("surname_excludes")
    alone, follows = table.flag("surname_alone", True), table.flag("surname_follows", False)
    named = (str(table.row.get("id", "")),) if requires or follows else ()
    for language, text in _by_language(table, "surname", table.table("surname"), rules):
        for first in given.get(language, ()):
            yield Form(f"{first} {text}", language, "name")
        if alone or follows:
            yield Form(text, language, "surname", requires=(*requires, *named), excludes=excludes)


def _competing(table: Table, rules: FormRules) -> Iterator[Form]:
    for usage in table.rows("competing"):
        naming = usage.required("naming")
        words = {key: value for key, value in usage.row.items() if key != "naming"}
        for language, text in _by_language(usage, "competing", words, rules):
            yield Form(text, language, "name", naming=naming)


def _conditional(table: Table, rules: FormRules) -> Iterator[Form]:
    for item in table.rows("more"):
        kind = cast("FormKind", item.choice("kind", FORM_KINDS, "name"))
        naming = item.text("naming")
        requires, excludes = item.texts("requires"), item.texts("excludes")
        inflects = item.flag("inflects", True)
        plain = {"kind", "naming", "requires", "excludes", "inflects"}
        words = {key: value for key, value in item.row.items() if key not in plain}
        for language, text in _by_language(item, "more", words, rules):
            yield Form(text, language, kind, naming, requires, excludes, inflects)


def read_forms(table: Table, rules: FormRules) -> tuple[Form, ...]:
    """All forms of one entity, each once, in the order written."""
    found: dict[tuple[str, str], Form] = {}
    for source in (_plain, _personal, _competing, _conditional):
        for form in source(table, rules):
            found.setdefault((form.language, form.text), form)
    return tuple(found.values())


def read_phrases(table: Table, rules: FormRules) -> tuple[Form, ...]:
    """The ``forms`` of an office phrase: one language table, all of kind ``title``."""
    words = table.table("forms")
    return tuple(Form(t, lang, "title") for lang, t in _by_language(table, "forms", words, rules))
