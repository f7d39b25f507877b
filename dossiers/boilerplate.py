"""Loader of `boilerplate.toml`: the phrases that mark a line as not part of an article.

Phrases of all languages are merged: pages mix them (a page in one language under a template
in another), and a phrase of one language means nothing in the others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dossiers.errors import DossierError, suggest

LINE_REASONS = ("mobile_exit", "related", "share", "rights", "byline")
"""Reasons a phrase of the tables ``exact`` and ``starts`` can give for cutting a line."""
PAGE_REASONS = ("consent", "block", "not_found", "paywall")
"""Lists by which a whole page is told to be no article."""
_LISTS = ("photo_credit", "photo_caption", "site_word", *PAGE_REASONS)
_SHAPES = ("footer_joiners", "image_name")


@dataclass(frozen=True, slots=True)
class BoilerplateRules:
    """The phrases, as written, all languages merged, in the order of the file.

    Attributes:
        exact: (phrase, reason): the whole line.
        starts: (phrase, reason): the start of a short line.
        photo_credit, photo_caption: openings of credits and captions.
        site_word: words that mark a short first line as an outlet's name.
        consent, block, not_found, paywall: phrases of pages that are no articles.
        footer_joiners: small words of a footer's shape (LABEL on SITE).
        image_name: how image file names begin.
        letters: (language code, the letters only it uses among its neighbours).
    """

    exact: tuple[tuple[str, str], ...]
    starts: tuple[tuple[str, str], ...]
    photo_credit: tuple[str, ...]
    photo_caption: tuple[str, ...]
    site_word: tuple[str, ...]
    consent: tuple[str, ...]
    block: tuple[str, ...]
    not_found: tuple[str, ...]
    paywall: tuple[str, ...]
    footer_joiners: tuple[str, ...]
    image_name: tuple[str, ...]
    letters: tuple[tuple[str, str], ...] = ()


def load_rules(path: Path | None = None) -> BoilerplateRules:
    """Read the phrase file (the one beside this module by default).

    Raises:
        DossierError: unreadable TOML, an unknown table or key, or a value that is not a
            list of non-empty strings.
    """
    path = path or Path(__file__).with_suffix(".toml")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DossierError([f"{path.name}: not valid TOML: {error}"]) from error
    _known(data, ("shape", "letters", "language"), f"{path.name}")
    where = f"{path.name} [shape]"
    _known(data.get("shape", {}), _SHAPES, where)
    shapes = {
        key: _phrases(data.get("shape", {}).get(key, []), f"{where} {key}") for key in _SHAPES
    }
    lines: dict[str, list[tuple[str, str]]] = {"exact": [], "starts": []}
    lists: dict[str, list[str]] = {key: [] for key in _LISTS}
    for code, table in data.get("language", {}).items():
        where = f"{path.name} [language.{code}]"
        _known(table, ("exact", "starts", *_LISTS), where)
        for kind, found in lines.items():
            _known(table.get(kind, {}), LINE_REASONS, f"{where} {kind}")
            for reason, phrases in table.get(kind, {}).items():
                checked = _phrases(phrases, f"{where} {kind}.{reason}")
                found.extend((phrase, reason) for phrase in checked)
        for key, values in lists.items():
            values.extend(_phrases(table.get(key, []), f"{where} {key}"))
    merged = {key: tuple(dict.fromkeys(values)) for key, values in lists.items()}
    return BoilerplateRules(
        exact=tuple(dict.fromkeys(lines["exact"])),
        starts=tuple(dict.fromkeys(lines["starts"])),
        letters=_letters(data.get("letters", {}), f"{path.name} [letters]"),
        **merged,
        **shapes,
    )


def _known(table: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in keys:
            raise DossierError([f"{where}: unknown key {key!r}{suggest(key, keys)}"])


def _phrases(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise DossierError([f"{where}: must be a list of non-empty strings"])
    return tuple(value)


def _letters(table: Mapping[str, Any], where: str) -> tuple[tuple[str, str], ...]:
    for code, letters in table.items():
        if not isinstance(letters, str) or not letters:
            raise DossierError([f"{where} {code}: must be a string of letters"])
    return tuple(table.items())
