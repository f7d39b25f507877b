"""Words as the coder sees them.

They are finer than `transforms.tokens`: hyphens and apostrophes cut, so that a compound
(``X-brokered``), a possessive and a suffix after an apostrophe can be told apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from transforms.folding import fold_word
from transforms.tokens import WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dossiers.languages import Language


PIECE = re.compile(r"['’ʼ‘]?[^'’ʼ‘\-‐‑]+")


_CUTS = re.compile(r"[\-‐‑'’ʼ‘]")


_APOSTROPHES = "'’ʼ‘"


_MARKS = {0x060C: ",", 0x061B: ";", 0x055D: ",", 0x0060: ",", 0x2024: ".", 0x058A: "-"}
"""Arabic comma and semicolon; Armenian comma, the grave accent older texts type for it, the dot
leader typed for its middle stop, and its hyphen."""


CACHED_WORDS = 50_000


class Word(NamedTuple):
    """A word at ``start``..``end``; ``gap`` is the text between it and the word before.

    ``spelt`` is the word in small letters, unfolded; a capital has lost its accent.
    """

    start: int
    end: int
    folded: str
    gap: str
    is_capital: bool = False
    spelt: str = ""


@lru_cache(maxsize=64)
def _cache_of(language: Language) -> dict[str, str]:
    """Folded pieces by piece: texts repeat their words, and folding is slow."""
    return {}


def _folded(piece: str, language: Language, cache: dict[str, str]) -> str:
    folded = cache.get(piece)
    if folded is None:
        folded = fold_word(piece, language)
        if len(cache) < CACHED_WORDS:
            cache[piece] = folded
    return folded


def words_of(text: str, start: int, end: int, language: Language) -> list[Word]:
    """The words of ``text[start:end]`` with the gap before each.

    The apostrophe of an elision belongs to the word that lost its vowel ("l'accord").
    """
    found: list[Word] = []
    cache = _cache_of(language)
    last = start
    for match in WORD.finditer(text, start, end):
        token = match.group()
        at, stop = match.span()
        if token.isalpha() or not _CUTS.search(token):
            gap = text[last:at]
            if gap != " ":
                gap = gap.translate(_MARKS)
                if gap == ". " and found and found[-1].folded in language.sentences.abbreviations:
                    gap = " "  # "MM. X et Y"
            folded = cache.get(token) or _folded(token, language, cache)
            found.append(Word(at, stop, folded, gap, token[0].isupper(), token.lower()))
            last = stop
            continue
        for first, piece in pieces_of(token, language):
            folded = _folded(piece, language, cache)
            gap = text[last : at + first].translate(_MARKS)
            gap = gap if gap not in _APOSTROPHES else ""
            last = at + first + len(piece)
            spelt = piece.lower().replace("’", "'")
            found.append(Word(at + first, last, folded, gap, piece[0].isupper(), spelt))
    return found


_QUOTES = re.compile('["“”„«»‹›]+')


def unquoted(words: list[Word], names: Iterable[tuple[int, int]]) -> list[Word]:
    """The words without the quotation marks around a name alone, as some newsrooms set every
    name: «N», president of X. Names are spans of the text, in order.
    """
    if not any(_QUOTES.search(word.gap) for word in words):
        return words
    found = list(words)
    firsts = {word.start: at for at, word in enumerate(words)}
    lasts = {word.end: at for at, word in enumerate(words)}
    for start, end in names:
        first, last = firsts.get(start), lasts.get(end)
        if first is None or last is None or last + 1 >= len(words):
            continue
        before, after = found[first].gap, found[last + 1].gap
        if before[-1:] and _QUOTES.match(before[-1]) and _QUOTES.match(after):
            found[first] = found[first]._replace(gap=_QUOTES.sub("", before) or " ")
            found[last + 1] = found[last + 1]._replace(gap=_QUOTES.sub("", after) or " ")
    return found


def pieces_of(token: str, language: Language) -> Iterator[tuple[int, str]]:
    """The pieces of a word at hyphens and apostrophes, each with its offset."""
    before = ""
    for match in PIECE.finditer(token):
        piece, first = match.group(), match.start()
        if piece[0] in _APOSTROPHES and before in language.elisions:
            piece, first = piece[1:], first + 1
        before = piece.lower()
        if piece:
            yield first, piece
