"""A language's trigger words, compiled to be found in a sentence in one pass over its words.

Words are finer than `transforms.tokens`: hyphens and apostrophes cut, so that a compound
(``X-brokered``), a possessive and a suffix after an apostrophe can be told apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from transforms.folding import fold_word
from transforms.tokens import WORD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dossiers.languages import Language
    from dossiers.triggers import Words

_PIECE = re.compile(r"['’ʼ‘]?[^'’ʼ‘\-‐‑]+")
_CUTS = re.compile(r"[\-‐‑'’ʼ‘]")
_BREAKS = re.compile(r"[,;:().]")
_MARKS = {0x060C: ",", 0x061B: ";"}  # Arabic comma and semicolon
_PREFIX_KEY = 3
_CACHED_WORDS = 50_000


class Word(NamedTuple):
    """A word at ``start``..``end``; ``gap`` is the text between it and the word before."""

    start: int
    end: int
    folded: str
    gap: str
    is_capital: bool = False


class WordTag(NamedTuple):
    """A lexicon entry found at words ``first``..``last`` (exclusive).

    ``kind``: verb, noun, document, cue, level, topic, before, after; ``form`` of verbs;
    ``weak`` for synonyms of machine-rewritten texts.
    """

    kind: str
    name: str
    form: str
    first: int
    last: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[tuple[str, bool], ...]  # (folded, is a prefix)
    kind: str
    name: str
    form: str
    weak: bool
    is_small: bool = False  # only without a capital: a modal that is also a month


@dataclass(frozen=True, slots=True)
class _Begun:
    """The entries one first word begins: single words, and longer ones by second word."""

    single: tuple[tuple[str, str, str, bool, bool], ...]
    exact: dict[str, list[_Entry]]
    prefix: tuple[_Entry, ...]
    has_longer: bool

    @classmethod
    def of(cls, entries: list[_Entry]) -> _Begun:
        single = tuple(
            (e.kind, e.name, e.form, e.weak, e.is_small) for e in entries if len(e.words) == 1
        )
        exact: dict[str, list[_Entry]] = {}
        prefix = []
        for entry in entries:
            if len(entry.words) > 1:
                second, is_prefix = entry.words[1]
                if is_prefix:
                    prefix.append(entry)
                else:
                    exact.setdefault(second, []).append(entry)
        return cls(single, exact, tuple(prefix), len(single) < len(entries))


@lru_cache(maxsize=64)
def _cache_of(language: Language) -> dict[str, str]:
    """Folded pieces by piece: texts repeat their words, and folding is slow."""
    return {}


def _folded(piece: str, language: Language, cache: dict[str, str]) -> str:
    folded = cache.get(piece)
    if folded is None:
        folded = fold_word(piece, language)
        if len(cache) < _CACHED_WORDS:
            cache[piece] = folded
    return folded


def words_of(text: str, start: int, end: int, language: Language) -> list[Word]:
    """The words of ``text[start:end]`` with the gap before each."""
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
            folded = cache.get(token) or _folded(token, language, cache)
            found.append(Word(at, stop, folded, gap, token[0].isupper()))
            last = stop
            continue
        for piece in _PIECE.finditer(token):
            first, stop = at + piece.start(), at + piece.end()
            folded = _folded(piece.group(), language, cache)
            gap = text[last:first].translate(_MARKS)
            found.append(Word(first, stop, folded, gap, text[first].isupper()))
            last = stop
    return found


class Lexicon:
    """All patterns of one language. ``tag`` finds them in a sentence's words.

    ``peoples`` maps folded adjectives of states to actor ids; ``names`` are base forms, whose
    last letters are no case ending.
    """

    def __init__(
        self,
        words: Words,
        language: Language,
        peoples: Mapping[str, str] | None = None,
        names: Iterable[str] = (),
    ) -> None:
        self.words = words
        self.language = language
        self.peoples = dict(peoples or {})
        self.names = frozenset(
            "".join(w.folded for w in words_of(name, 0, len(name), language)) for name in names
        )
        self._exact: dict[str, list[_Entry]] = defaultdict(list)
        self._prefix: dict[str, list[_Entry]] = defaultdict(list)
        self._known: dict[str, _Begun | None] = {}
        for kind, name, form, patterns, weak in _entries(words):
            for pattern in patterns:
                compiled = self._compile(pattern.removeprefix("="))
                small = pattern.startswith("=")
                self._add(_Entry(compiled, kind, name, form, weak, small))
        self.suffixes = {
            name: re.compile("(?:" + "|".join(marker.suffix) + r")\Z")
            for name, marker in words.markers.items()
            if marker.suffix
        }

    def _compile(self, pattern: str) -> tuple[tuple[str, bool], ...]:
        compiled: list[tuple[str, bool]] = []
        for word in pattern.split():
            is_prefix = word.endswith("*")
            bare = word.rstrip("*")
            pieces = [piece.group() for piece in _PIECE.finditer(bare)]
            folded = [fold_word(piece, self.language) for piece in pieces]
            compiled += [(piece, False) for piece in folded[:-1]]
            compiled += [(piece, is_prefix) for piece in folded[-1:]]
        return tuple(compiled)

    def _add(self, entry: _Entry) -> None:
        if not entry.words:
            return
        first, is_prefix = entry.words[0]
        if is_prefix:
            self._prefix[first[:_PREFIX_KEY]].append(entry)
        else:
            self._exact[first].append(entry)

    def _begun_by(self, word: str) -> _Begun | None:
        """Entries whose first word this is, None for none; kept, for texts repeat words."""
        entries = list(self._exact.get(word, ()))
        for length in range(1, min(_PREFIX_KEY, len(word)) + 1):
            begun = self._prefix.get(word[:length], ())
            entries += [entry for entry in begun if word.startswith(entry.words[0][0])]
        found = _Begun.of(entries) if entries else None
        if len(self._known) < _CACHED_WORDS:
            self._known[word] = found
        return found

    def tag(self, words: Sequence[Word]) -> list[WordTag]:
        """All entries found, without those inside a longer one of their own kind."""
        found: list[WordTag] = []
        count, known = len(words), self._known
        for at, word in enumerate(words):
            folded = word.folded
            begun = known[folded] if folded in known else self._begun_by(folded)
            if begun is None:
                continue
            for kind, name, form, weak, is_small in begun.single:
                if not (is_small and word.is_capital and at):
                    found.append(WordTag(kind, name, form, at, at + 1, weak))
            if not begun.has_longer or at + 1 >= count:
                continue
            second = words[at + 1].folded
            for entry in (*begun.exact.get(second, ()), *begun.prefix):
                last = at + len(entry.words)
                if last <= count and _matches(entry, words, at):
                    found.append(WordTag(entry.kind, entry.name, entry.form, at, last, entry.weak))
        return _longest(found)


def _matches(entry: _Entry, words: Sequence[Word], at: int) -> bool:
    """Whether the entry's further words follow, with no punctuation between."""
    for offset in range(1, len(entry.words)):
        wanted, is_prefix = entry.words[offset]
        word = words[at + offset]
        if not (word.folded.startswith(wanted) if is_prefix else word.folded == wanted):
            return False
        if word.gap != " " and _BREAKS.search(word.gap):
            return False
    return True


def _entries(
    words: Words,
) -> Iterator[tuple[str, str, str, Iterable[str], bool]]:
    for name, forms in words.verbs.items():
        for form, patterns in forms.items():
            yield "verb", name, form, patterns, False
    for kind, classes in (
        ("noun", words.nouns),
        ("document", words.documents),
        ("cue", words.cues),
        ("level", words.levels),
        ("topic", words.topics),
    ):
        for name, patterns in classes.items():
            yield kind, name, "", patterns, False
    for name, marker in words.markers.items():
        yield "before", name, "", marker.before, False
        yield "after", name, "", marker.after, False
    for (kind, name), patterns in words.spun.items():
        yield kind, name, "ing" if kind == "verb" else "", patterns, True


def _longest(tags: list[WordTag]) -> list[WordTag]:
    """Drop a tag that lies strictly inside a longer one of its kind (of its name for cues)."""
    longer: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for tag in tags:
        if tag.last - tag.first > 1:
            longer[_family(tag)].append((tag.first, tag.last))
    if not longer:
        return tags
    covered = {w for spans in longer.values() for first, last in spans for w in range(first, last)}
    return [tag for tag in tags if tag.first not in covered or not _is_inside(tag, longer)]


def _is_inside(tag: WordTag, longer: Mapping[str, list[tuple[int, int]]]) -> bool:
    return any(
        first <= tag.first and tag.last <= last and last - first > tag.last - tag.first
        for first, last in longer.get(_family(tag), ())
    )


def _family(tag: WordTag) -> str:
    return (
        tag.kind
        if tag.kind in {"verb", "noun", "before", "level", "document"}
        else tag.kind + tag.name
    )
