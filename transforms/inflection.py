"""Word stems and endings, from the declensions a language file gives.

A word of a name becomes a few (stem, paradigm) pairs; a word in a text is an inflected form
of it where it begins with a stem and goes on with an ending the paradigm allows.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from transforms.folding import fold_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dossiers.languages import Declension, Language

Stem = tuple[str, str]
"""(folded stem, name of the paradigm its endings come from; empty = no ending)."""


class Endings:
    """The paradigms of a language; remembers each ending it was asked about."""

    def __init__(self, language: Language) -> None:
        self._patterns = {
            name: _pattern(slots, language) for name, slots in language.paradigms.items()
        }
        self._known: dict[tuple[str, str], bool] = {}

    def allows(self, paradigm: str, ending: str) -> bool:
        """Whether ``ending`` (folded, possibly empty) may follow a stem of ``paradigm``."""
        if not paradigm:
            return not ending
        if len(ending) > 14:
            return False
        key = paradigm, ending
        known = self._known.get(key)
        if known is None:
            known = self._patterns[paradigm].fullmatch(ending) is not None
            self._known[key] = known
        return known


def _pattern(slots: Sequence[Sequence[str]], language: Language) -> re.Pattern[str]:
    """All slots are optional, save one marked ``!``: its stem is no word by itself."""
    parts = []
    for slot in slots:
        must = "!" in slot
        endings = sorted({fold_word(e, language) for e in slot if e != "!"}, key=len, reverse=True)
        parts.append(f"(?:{'|'.join(map(re.escape, endings))}){'' if must else '?'}")
    return re.compile("".join(parts))


@lru_cache(maxsize=64)
def endings_of(language: Language) -> Endings:
    """The (cached) endings of a language."""
    return Endings(language)


def stems(word: str, language: Language, kind: str, *, inflects: bool = True) -> list[Stem]:
    """Stems of one word as printed in a name. The word itself is always among them."""
    folded = fold_word(word, language)
    if not inflects:
        return [(folded, "")]
    lowered = word.translate(_lowering(language)).lower()
    found: list[Stem] = []
    for rule in language.declensions:
        if not _applies(rule, lowered, folded, kind, language):
            continue
        cut = folded[: len(folded) - rule.cut] if rule.cut else folded
        found.append((cut + fold_word(rule.add, language), rule.paradigm))
        if rule.is_last:
            break
    if not any(stem == folded for stem, _ in found):
        found.append((folded, ""))
    return list(dict.fromkeys(found))


def _applies(rule: Declension, lowered: str, folded: str, kind: str, language: Language) -> bool:
    if rule.kinds and kind not in rule.kinds:
        return False
    if rule.final and not folded.endswith(fold_word(rule.final, language)):
        return False
    if len(folded) <= rule.cut:
        return False
    if not rule.last_vowel:
        return True
    vowel = next((c for c in reversed(lowered) if c in language.vowels), "")
    return vowel != "" and vowel in rule.last_vowel


@lru_cache(maxsize=64)
def _lowering(language: Language) -> dict[int, str]:
    """Capitals that plain lower-casing gets wrong in this language (``I`` without a dot)."""
    return {ord(c): low for c, low in language.fold.lower.items()}
