"""A language's trigger words, compiled to be found in a sentence in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from transforms.coding.parted import GAP, Pattern, end_of_heads, parted_before, unbroken
from transforms.coding.words import CACHED_WORDS, Word, pieces_of, words_of
from transforms.folding import fold_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dossiers.languages import Language
    from dossiers.triggers import Words

_BREAKS = re.compile(r"[,;:().]")
_SPLIT_CUES = frozenset({"future", "achieved", "attempt"})  # "sont toutefois convenus de"
_ADVERBS = 3  # that may stand between the words of an idiom
_UNMARKED = ("participle", "article", "oblique", "attribute")  # endings that mark no phrase
_PREFIX_KEY = 3


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


class _Source(NamedTuple):
    """An entry as its language's data give it; most are never met, and never compiled."""

    pattern: str
    kind: str
    name: str
    form: str
    weak: bool


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[tuple[str, bool], ...]  # (folded, is a prefix)
    kind: str
    name: str
    form: str
    weak: bool
    is_small: bool = False  # only without a capital: a modal that is also a month
    spelt: str = ""  # its first word unfolded
    heads: tuple[Pattern, ...] = ()  # what must stand before it in the clause, in order

    def is_spelt(self, word: Word) -> bool:
        """Whether its first word is spelt as in the text, accents and all."""
        if self.words[0][1]:
            return word.spelt.startswith(self.spelt)
        if word.is_capital:
            return word.spelt[1:] == self.spelt[1:]
        return word.spelt == self.spelt


@dataclass(frozen=True, slots=True)
class _Begun:
    """The entries one first word begins: single words, and longer ones by second word."""

    single: tuple[tuple[str, str, str, bool, bool], ...]
    exact: dict[str, list[_Entry]]
    prefix: dict[str, list[_Entry]]  # by the first letters of the second word
    has_longer: bool
    parted: Mapping[str, list[_Entry]]  # by the first word of the head, "" where it is open

    @classmethod
    def of(cls, all_entries: list[_Entry]) -> _Begun:
        entries = [e for e in all_entries if not e.heads]
        single = tuple(
            (e.kind, e.name, e.form, e.weak, e.is_small) for e in entries if len(e.words) == 1
        )
        exact: dict[str, list[_Entry]] = {}
        prefix: dict[str, list[_Entry]] = {}
        for entry in entries:
            if len(entry.words) > 1:
                second, is_prefix = entry.words[1]
                if is_prefix:
                    prefix.setdefault(second[:_PREFIX_KEY], []).append(entry)
                else:
                    exact.setdefault(second, []).append(entry)
        parted: dict[str, list[_Entry]] = {}
        for entry in all_entries:
            if entry.heads:
                head, is_prefix = entry.heads[0][0]
                parted.setdefault("" if is_prefix else head, []).append(entry)
        return cls(single, exact, prefix, len(single) < len(entries), parted)

    def longer(self, second: str) -> Iterator[_Entry]:
        """The entries of several words that may go on with a word, each once."""
        yield from self.exact.get(second, ())
        for length in range(1, min(_PREFIX_KEY, len(second)) + 1):
            yield from self.prefix.get(second[:length], ())


def _endings(words: Words, marker: str) -> re.Pattern[str] | None:
    found = words.markers.get(marker)
    return re.compile("(?:" + "|".join(found.suffix) + r")\Z") if found else None


class Lexicon:
    """All patterns of one language. ``tag`` finds them in a sentence's words.

    ``own`` are names of the process itself: no word for another conflict may begin like them.
    ``peoples`` maps folded adjectives of states to actor ids; ``names`` are base forms, whose
    last letters are no case ending.
    """

    def __init__(
        self,
        words: Words,
        language: Language,
        peoples: Mapping[str, str] | None = None,
        names: Iterable[str] = (),
        own: Iterable[str] = (),
    ) -> None:
        self.words = words
        self.language = language
        self.peoples = dict(peoples or {})
        base_forms = (*names, *words.cues.get("nominative", ()))
        self.names = frozenset(
            "".join(w.folded for w in words_of(name, 0, len(name), language)) for name in base_forms
        )
        self._own = tuple(fold_word(name, language) for name in own)
        self._exact: dict[str, list[_Source]] = defaultdict(list)
        self._prefix: dict[str, list[tuple[str, _Source]]] = defaultdict(list)
        self._known: dict[tuple[str, bool], _Begun | None] = {}
        self._compiled: dict[str, tuple[tuple[tuple[str, bool], ...], str]] = {}
        self._adverbs = self._folded("adverb")
        self._carriers = self._folded("aux", "aux_past")
        for kind, name, form, patterns, weak in _entries(words):
            for pattern in patterns:
                self._add(_Source(pattern, kind, name, form, weak))
        self._compiled.clear()  # most words are never met; those that are come back
        self.suffixes = {
            name: re.compile("(?:" + "|".join(marker.suffix) + r")\Z")
            for name, marker in words.markers.items()
            if marker.suffix and name not in _UNMARKED
        }
        self.title_suffixes = {
            name: re.compile("(?:" + "|".join(marker.title) + r")\Z")
            for name, marker in words.markers.items()
            if marker.title
        }
        shown = words.markers.get("object")
        self.marks_objects = shown is not None and bool(shown.suffix or shown.after)
        self.pluperfect = re.compile(f"(?:{words.pluperfect})\\Z") if words.pluperfect else None
        self.participle, self.article, self.oblique, self.attribute = (
            _endings(words, name) for name in _UNMARKED
        )

    def _folded(self, *cues: str) -> frozenset[str]:
        """The words of some cues, folded."""
        return frozenset(
            fold_word(word, self.language) for cue in cues for word in self.words.cues.get(cue, ())
        )

    def _compile(self, pattern: str) -> tuple[tuple[tuple[str, bool], ...], str]:
        """The folded words of a pattern, and its first word as it is spelt."""
        parts = [self._word(word) for word in pattern.split()]
        compiled = tuple(piece for pieces, _ in parts for piece in pieces)
        return compiled, next((spelt for _, spelt in parts if spelt), "")

    def _word(self, word: str) -> tuple[tuple[tuple[str, bool], ...], str]:
        """One word of a pattern, as `_compile`; kept, for idioms share words."""
        known = self._compiled.get(word)
        if known is None:
            pieces = [piece for _, piece in pieces_of(word.rstrip("*"), self.language)]
            folded = [fold_word(piece, self.language) for piece in pieces]
            last = len(folded) - 1
            is_prefix = word.endswith("*")
            found = tuple((piece, is_prefix and at == last) for at, piece in enumerate(folded))
            known = self._compiled[word] = found, pieces[0].lower() if pieces else ""
        return known

    def _add(self, source: _Source) -> None:
        """Put an entry where its first word is looked up; it is compiled when that is met."""
        first, is_prefix = self._first(source.pattern.removeprefix("=").rpartition(GAP)[2])
        if not first or (
            source.name == "other_conflict" and any(name.startswith(first) for name in self._own)
        ):
            return
        if is_prefix:
            self._prefix[first[:_PREFIX_KEY]].append((first, source))
        else:
            self._exact[first].append(source)

    def _first(self, pattern: str) -> tuple[str, bool]:
        """The folded first word of a pattern, and whether it is a prefix; "" for no word."""
        while pattern:
            word, _, pattern = pattern.partition(" ")
            if pieces := self._word(word)[0]:
                return pieces[0]
        return "", False

    def _entry(self, source: _Source) -> _Entry:
        pattern, kind, name, form, weak = source
        *starts, close = pattern.removeprefix("=").split(GAP)
        compiled, spelt = self._compile(close)
        heads = tuple(self._compile(start)[0] for start in starts)
        return _Entry(compiled, kind, name, form, weak, pattern.startswith("="), spelt, heads)

    def _begun_by(self, word: Word) -> _Begun | None:
        """Entries whose first word this is, None for none; kept, for texts repeat words.

        Where folding makes several words one ("a", "à"), the one spelt so is meant.
        """
        folded = word.folded
        sources = list(self._exact.get(folded, ()))
        for length in range(1, min(_PREFIX_KEY, len(folded)) + 1):
            begun = self._prefix.get(folded[:length], ())
            sources += [source for first, source in begun if folded.startswith(first)]
        entries = [self._entry(source) for source in sources]
        entries = [entry for entry in entries if entry.is_spelt(word)] or entries
        found = _Begun.of(entries) if entries else None
        if len(self._known) < CACHED_WORDS:
            self._known[word.spelt, word.is_capital] = found
        return found

    def tag(self, words: Sequence[Word]) -> list[WordTag]:
        """All entries found, without those inside a longer one of their own kind."""
        found: list[WordTag] = []
        parted: list[tuple[WordTag, int]] = []
        opens: dict[WordTag, int] = {}
        count, known = len(words), self._known
        for at, word in enumerate(words):
            key = (word.spelt, word.is_capital)
            begun = known[key] if key in known else self._begun_by(word)
            if begun is None:
                continue
            for kind, name, form, weak, is_small in begun.single:
                if not (is_small and word.is_capital and at):
                    found.append(WordTag(kind, name, form, at, at + 1, weak))
            for entry in parted_before(begun.parted, words, at):
                last = self._end_of(entry, words, at)
                if last is not None and (head := end_of_heads(entry.heads, words, at)) is not None:
                    tag = WordTag(entry.kind, entry.name, entry.form, at, last, entry.weak)
                    parted.append((tag, head))
                    opens[tag] = head - len(entry.heads[0])
            if not begun.has_longer or at + 1 >= count:
                continue
            longer = [e for each in self._next(words, at) for e in begun.longer(each)]
            found.extend(
                WordTag(entry.kind, entry.name, entry.form, at, last, entry.weak)
                for entry in longer
                if (last := self._end_of(entry, words, at)) is not None
            )
        if parted:
            found = sorted([*found, *self._whole(parted, opens, found)], key=lambda t: t.first)
        if self._carriers and self.participle is not None:
            found = [tag for tag in found if not self._borrows(tag, words)]
        return _longest(found)

    def _borrows(self, tag: WordTag, words: Sequence[Word]) -> bool:
        """Whether a verb begins with the auxiliary of the participle before it: in "begun have
        planned talks" nothing "have planned"; a place before it is only in focus.
        """
        if tag.kind != "verb" or tag.last - tag.first < 2 or not tag.first:
            return False
        if words[tag.first].folded not in self._carriers or words[tag.first].gap != " ":
            return False
        before, place = words[tag.first - 1].folded, self.suffixes.get("in")
        owns = self.participle is not None and self.participle.search(before) is not None
        return owns and not (place is not None and place.search(before))

    def _next(self, words: Sequence[Word], at: int) -> list[str]:
        """What an entry begun at a word may go on with: the next word, and past adverbs."""
        found = [words[at + 1].folded]
        for word in words[at + 2 : at + 2 + _ADVERBS]:
            if found[-1] not in self._adverbs:
                break
            found.append(word.folded)
        return list(dict.fromkeys(found))

    def _whole(
        self,
        parted: list[tuple[WordTag, int]],
        opens: Mapping[WordTag, int],
        others: Sequence[WordTag],
    ) -> list[WordTag]:
        """The idioms whose parts belong together; the verb is where its language puts it."""
        whole = unbroken(parted, _longest(list(others)))
        if self.words.order != "svo":
            return whole
        heads = dict(parted)  # the verb is the head: "brought X together"
        return [t._replace(first=opens[t], last=heads[t]) for t in whole]

    def _end_of(self, entry: _Entry, words: Sequence[Word], at: int) -> int | None:
        """Where an entry of several words that begins at ``at`` ends, None if it does not go on.

        No punctuation stands between them; inside a verb's idiom adverbs may.
        """
        skipped, last = 0, at
        for wanted, is_prefix in entry.words[1:]:
            last += 1
            while (
                last < len(words)
                and not _is(words[last].folded, wanted, is_prefix)
                and (entry.kind == "verb" or entry.name in _SPLIT_CUES)
                and skipped < _ADVERBS
                and words[last].folded in self._adverbs
                and not _BREAKS.search(words[last].gap)
            ):
                last, skipped = last + 1, skipped + 1
            if last >= len(words) or not _is(words[last].folded, wanted, is_prefix):
                return None
            gap = words[last].gap
            if gap != " " and _BREAKS.search(gap):
                return None
        return last + 1


def _is(folded: str, wanted: str, is_prefix: bool) -> bool:
    return folded.startswith(wanted) if is_prefix else folded == wanted


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


_AUXILIARIES = frozenset({"be", "have", "had"})  # "s'est" is no "est"


def _family(tag: WordTag) -> str:
    if tag.kind == "cue" and tag.name in _AUXILIARIES:
        return "auxiliary"
    return (
        tag.kind
        if tag.kind in {"verb", "noun", "before", "level", "document"}
        else tag.kind + tag.name
    )
