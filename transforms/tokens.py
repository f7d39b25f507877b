"""Words with their offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.folding import fold_word

if TYPE_CHECKING:
    from dossiers.languages import Language

# A word is letters or digits, with marks, joiners, apostrophes, hyphens and the full stops of
# an abbreviation inside it. Non-spacing marks and the zero-width (non-)joiner are not \w.
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u200c\u200d\u055b\u055c\u055e\u00ad"
WORD = re.compile(
    rf"\w[\w{_MARKS}]*(?:['’ʼ‘\-‐‑]\w[\w{_MARKS}]*|(?<=\b\w)\.(?=\w\b\.?)\w)*", re.UNICODE
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word: ``text`` is the original's ``[start:end]``, ``folded`` as `fold_word` gives."""

    start: int
    end: int
    text: str
    folded: str


def tokenise(
    text: str, start: int = 0, end: int | None = None, language: Language | None = None
) -> tuple[Token, ...]:
    """Words of ``text[start:end]``; offsets are into the whole of ``text``.

    Internal apostrophes and hyphens belong to the word. Without a language ``folded`` is
    the lower-cased text.
    """
    stop = len(text) if end is None else end
    tokens = []
    for match in WORD.finditer(text, start, stop):
        word = match.group()
        folded = word.lower() if language is None else fold_word(word, language)
        tokens.append(Token(match.start(), match.end(), word, folded))
    return tuple(tokens)
