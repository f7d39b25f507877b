"""Whether a surname is the person we know, or someone else of that name.

Three signs of someone else: another given name before the surname; another initial; a
woman's form of it where the person is a man and the form is not a case of his name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import JaroWinkler

from transforms.folding import fold_pattern, fold_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dossiers.languages import Language
    from transforms.lexicon import Lexicon
    from transforms.mentions import Candidate, Passage

_SAME_NAME_SIMILARITY = 0.8  # two spellings of one given name in the same script
_TITLE_CASE_SHARE = 0.6
_SPACES = " \u00a0"
_OPENERS = "\"'“‘„«‹([{—–-"
_LINE_STOPS = tuple(".…։;:,")  # a question or a cry may be a headline
_WINDOW = 60
_CLAUSE_END = re.compile(r"[.!?…։:;,\"“”«»()\[\]\n—–|•]\s*\Z")
_WORD_AFTER = re.compile(r"[ \u00a0]+([^\W\d_][\w'’-]*)")


def is_other_bearer(
    candidate: Candidate, passage: Passage, lexicon: Lexicon, ends: Mapping[int, Candidate]
) -> bool:
    """Whether a surname standing alone is not the dossier's person.

    ``ends`` are the non-person candidates by where they end: a place or state before a
    surname is no given name.
    """
    if candidate.lexeme.form.kind != "surname":
        return False
    language = lexicon.language
    text = passage.text
    start, end = passage.folded.span(candidate.start, candidate.end)
    if candidate.ending in language.names.feminine_endings and _is_woman(
        text, start, end, language
    ):
        return True
    if candidate.start - 1 in ends:
        return False
    before = _word_before(text, start)
    if before is None:
        return False
    word, at, has_stop = before
    known = lexicon.given_names.get(candidate.lexeme.entity_id, frozenset())
    if has_stop:
        return _is_other_initial(word, known, language)
    return _is_other_given(word, at, passage, (start, end), known, language)


def _word_before(text: str, start: int) -> tuple[str, int, bool] | None:
    """The word before ``start`` with nothing but spaces between: (word, where, has stop)."""
    low = max(0, start - _WINDOW)
    piece = text[low:start].rstrip(_SPACES)
    if low + len(piece) == start:
        return None
    at = max(piece.rfind(" "), piece.rfind("\u00a0"), piece.rfind("\n")) + 1
    word = piece[at:]
    opened = len(word) - len(word.lstrip(_OPENERS))
    plain = word[opened:].removesuffix(".")
    if not plain or not (plain[0].isalpha() and plain[-1].isalnum()):
        return None
    return plain, low + at + opened, word.endswith(".")


def _is_other_initial(word: str, known: frozenset[str], language: Language) -> bool:
    if len(word) > 1 or not word.isupper():
        return False
    initial = fold_word(word, language)
    if initial in _titles(language):
        return False  # a title that is abbreviated to one letter
    return bool(known) and not any(name.startswith(initial) for name in known)


def _is_other_given(
    word: str,
    at: int,
    passage: Passage,
    span: tuple[int, int],
    known: frozenset[str],
    language: Language,
) -> bool:
    text = passage.text
    folded = fold_word(word, language)
    if any(_is_same_name(folded, name) for name in known):
        return False
    if _is_listed(folded, language):
        return True
    if not language.is_cased or not word[:1].isupper() or passage.is_title:
        return False
    if folded in _titles(language) or _is_calendar_word(folded, language):
        return False
    if (
        (word.isupper() and len(word) > 1)
        or not at
        or _CLAUSE_END.search(text[max(0, at - 3) : at])
    ):
        return False
    second = _word_before(text, at)
    if second and any(_is_same_name(fold_word(second[0], language), name) for name in known):
        return False  # a patronymic or middle name between
    return not _is_title_case(text, *span)


def _is_same_name(word: str, name: str) -> bool:
    return word == name or JaroWinkler.similarity(word, name) >= _SAME_NAME_SIMILARITY


def _is_listed(folded: str, language: Language) -> bool:
    """A given name of others, with up to three letters of a case ending."""
    return any(
        folded == name
        or (len(name) > 3 and folded.startswith(name) and len(folded) - len(name) < 4)
        for name in language.names.given
    )


def _is_title_case(text: str, start: int, end: int) -> bool:
    """Whether the line is a headline in title case, where capitals tell nothing."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    line = text[first : last if last >= 0 else len(text)]
    if line.rstrip()[-1:] in _LINE_STOPS:
        return False
    words = re.findall(r"[^\W\d_]{3,}", line[:400])
    capitals = sum(w[0].isupper() for w in words)
    return bool(words) and capitals / len(words) > _TITLE_CASE_SHARE


@lru_cache(maxsize=64)
def _titles(language: Language) -> frozenset[str]:
    """Titles folded as words of a text are."""
    return frozenset(fold_word(title, language) for title in language.names.titles)


@lru_cache(maxsize=64)
def _calendar_pattern(language: Language) -> re.Pattern[str]:
    parts = [*language.calendar.weekdays, *language.calendar.months]
    return re.compile("|".join(f"(?:{fold_pattern(p, language)})" for p in parts) or r"(?!)")


def _is_calendar_word(folded: str, language: Language) -> bool:
    return _calendar_pattern(language).fullmatch(folded) is not None


def _is_woman(text: str, start: int, end: int, language: Language) -> bool:
    """A nominative of a woman's surname: it opens a clause and its predicate is feminine."""
    after = _WORD_AFTER.match(text, end)
    predicate = language.names.feminine_predicate
    if after is None or not predicate:
        return False
    if not re.fullmatch(predicate, fold_word(after.group(1), language)):
        return False
    head = text[max(0, start - 3) : start]
    if not head.strip() or _CLAUSE_END.search(head):
        return True
    before = _word_before(text, start)
    return before is not None and fold_word(before[0], language) in language.names.clause_openers
