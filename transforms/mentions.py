"""Named entities in a text, in eight languages, with exact spans.

One pass of an Aho-Corasick automaton per text finds stems; endings are validated by the
language's paradigms, capitals by the form, bearers of one surname by what stands around it.
The longest match wins where two overlap; only office phrases ("the president of X") have the
mention of their state inside them as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from transforms.bearers import is_other_bearer
from transforms.folding import fold, fold_word
from transforms.holders import resolve_titles
from transforms.inflection import endings_of
from transforms.lexicon import Lexeme, Lexicon, Pattern, scan_text
from transforms.records import Mention
from transforms.scripts import dominant_script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dossiers.languages import Language
    from dossiers.records import Dossier
    from transforms.folding import Folded
    from transforms.records import LanguageRun

_STOPS = re.compile(r"[.;:!?\n]")
_KIND_ORDER = ("name", "surname", "title", "short", "metonym", "demonym")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A form found in a text. ``start``, ``end`` are into the folded text.

    ``ending`` is the last word's case ending, empty if it stands in the nominative.
    """

    lexeme: Lexeme
    start: int
    end: int
    ending: str

    @property
    def rank(self) -> tuple[bool, bool, bool, int, str]:
        """Order among candidates of one span, best first.

        Own forms before borrowed ones, conditional ones first (they say more), words as
        they stand before words that must be inflected, then by kind.
        """
        form = self.lexeme.form
        kind = _KIND_ORDER.index(form.kind)
        inflected = bool(self.ending)
        return (self.lexeme.is_fallback, not form.requires, inflected, kind, self.lexeme.entity_id)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text (or title) prepared for matching."""

    text: str
    folded: Folded
    scan: str
    is_title: bool


class MentionFinder:
    """Finds the dossier's entities. Lexicons are built when a language is first met."""

    def __init__(self, dossier: Dossier, languages: Mapping[str, Language]) -> None:
        """Keep the dossier and languages; nothing is compiled yet."""
        self._dossier = dossier
        self._languages = dict(languages)
        self._lexicons: dict[str, Lexicon] = {}

    def __getstate__(self) -> dict[str, object]:
        """Pickled without lexicons, which a worker builds faster than it reads them."""
        return {**self.__dict__, "_lexicons": {}}

    @property
    def codes(self) -> frozenset[str]:
        """The languages it knows, ISO 639-1."""
        return frozenset(self._languages)

    def language_for(self, code: str, text: str = "") -> Language:
        """The language of that code; else the default for the script of ``text``."""
        if code in self._languages:
            return self._languages[code]
        script = dominant_script(text)
        ordered = sorted(
            self._languages.values(),
            key=lambda x: (x.script != script, not x.is_script_default, x.code),
        )
        return ordered[0]

    def find(
        self,
        text: str,
        language: str,
        *,
        title: str | None = None,
        published: date | None = None,
        runs: Sequence[LanguageRun] = (),
    ) -> tuple[Mention, ...]:
        """Mentions in title (first, ``in_title``) and text, in order.

        They do not overlap, save that an office phrase (``title``) is followed by the
        mentions inside it.

        Args:
            text: the body; offsets of mentions point into it.
            language: ISO 639-1; an unknown one is treated as its script's default.
            title: searched too; its mentions carry offsets into it.
            published: decides who holds an office; None leaves it to the state.
            runs: the parts of ``text`` by language, where it mixes several.
        """
        if not runs:
            return self._find(text, language, title, published)
        found = list(self._find("", language, title, published)) if title else []
        for run in runs:
            part = self._find(text[run.start : run.end], run.language, None, published)
            found += [replace(m, start=m.start + run.start, end=m.end + run.start) for m in part]
        return tuple(found)

    def _find(
        self, text: str, language: str, title: str | None, published: date | None
    ) -> tuple[Mention, ...]:
        record = self.language_for(language, text)
        day = published.date() if isinstance(published, datetime) else published
        lexicon = self._lexicon(record)
        if lexicon.is_empty:
            return ()
        passages = [_passage(title, record, True)] if title else []
        passages.append(_passage(text, record, False))
        raw = [list(_candidates(passage, lexicon)) for passage in passages]
        kept = _conditions_hold(raw, passages, record)
        chosen = [
            _without_overlaps(_bearers(c, p, lexicon)) for c, p in zip(kept, passages, strict=True)
        ]
        found: list[Mention] = []
        for passage, candidates in zip(passages, chosen, strict=True):
            unique = self._one_bearer(candidates, chosen, day)
            found.extend(resolve_titles(unique, passage, record, self._dossier, day))
        return tuple(found)

    def _lexicon(self, language: Language) -> Lexicon:
        if language.code not in self._lexicons:
            self._lexicons[language.code] = Lexicon(self._dossier, language, self._languages)
        return self._lexicons[language.code]

    def _one_bearer(
        self,
        groups: Sequence[Sequence[Candidate]],
        everything: Sequence[Sequence[Sequence[Candidate]]],
        published: date | None,
    ) -> list[Candidate]:
        """One candidate a span.

        Of several bearers of a surname: the one fully named in the document, or the only
        one in office on that day; none if that does not decide.
        """
        named = {
            group[0].lexeme.entity_id
            for passage in everything
            for group in passage
            if group[0].lexeme.is_person and group[0].lexeme.form.kind == "name"
        }
        chosen: list[Candidate] = []
        for group in groups:
            persons = {c.lexeme.entity_id for c in group if c.lexeme.is_person}
            if len(persons) > 1 and len(persons) == len({c.lexeme.entity_id for c in group}):
                bearer = self._bearer(persons, named, published)
                group = [c for c in group if c.lexeme.entity_id == bearer]
            chosen.extend(group[:1])
        return chosen

    def _bearer(self, persons: set[str], named: set[str], published: date | None) -> str | None:
        if len(known := persons & named) == 1:
            return known.pop()
        if published is None:
            return None
        holders = [p for p in persons if self._dossier.persons[p].office_on(published)]
        return holders[0] if len(holders) == 1 else None


def _passage(text: str, language: Language, is_title: bool) -> Passage:
    folded = fold(text, language)
    return Passage(text, folded, scan_text(folded.text), is_title)


def _candidates(passage: Passage, lexicon: Lexicon) -> Iterator[Candidate]:
    scan = passage.scan
    for last, (length, patterns) in lexicon.automaton.iter(scan):
        start = last - length + 1  # of the space before the word; also the folded start
        for pattern in patterns:
            found = _check(pattern, start, last + 1, passage, lexicon)
            if found is not None:
                yield found


def _check(
    pattern: Pattern, start: int, after: int, passage: Passage, lexicon: Lexicon
) -> Candidate | None:
    """The candidate if ending, further words, gaps and capitals are right."""
    scan, lexeme = passage.scan, pattern.lexeme
    endings = endings_of(lexicon.language)
    word_end = scan.find(" ", after)
    ending = scan[after:word_end]
    if not endings.allows(pattern.paradigm, ending):
        return None
    stem_end = after - 1
    for alternatives, gap in zip(pattern.rest, lexeme.separators, strict=False):
        begin = word_end + len(gap)
        for stem, paradigm in alternatives:
            if scan.startswith(stem, begin):
                stop = scan.find(" ", begin + len(stem))
                ending = scan[begin + len(stem) : stop]
                if endings.allows(paradigm, ending):
                    word_end, stem_end = stop, begin + len(stem) - 1
                    break
        else:
            return None
    folded = passage.folded.text
    end = word_end - 1
    if lexeme.separators and not _gaps_fit(lexeme, folded, start, end):
        return None
    if lexeme.closing:
        if not folded.startswith(lexeme.closing, end):
            return None
        end += len(lexeme.closing)
    if not _case_fits(lexeme, passage, start, stem_end):
        return None
    return Candidate(lexeme, start, *_with_joined_ending(lexicon.language, passage, end, ending))


def _gaps_fit(lexeme: Lexeme, folded: str, start: int, end: int) -> bool:
    """Gaps of the form are in the text; hyphen and space stand for each other."""
    position = start
    for expected in lexeme.separators:
        while position < end and folded[position].isalnum():
            position += 1
        actual = folded[position : position + len(expected)]
        if actual != expected and not (actual in {" ", "-"} and expected in {" ", "-"}):
            return False
        position += len(expected)
    return True


def _case_fits(lexeme: Lexeme, passage: Passage, start: int, stem_end: int) -> bool:
    if lexeme.needs_upper:
        first, last = passage.folded.span(start, stem_end)
        return passage.text[first:last].isupper()
    if lexeme.needs_capital:
        return passage.text[passage.folded.map[start]].isupper()
    return True


def _with_joined_ending(
    language: Language, passage: Passage, end: int, ending: str
) -> tuple[int, str]:
    """The end with an ending after an apostrophe or hyphen, and that ending."""
    folded = passage.folded.text
    joiner = folded[end : end + 1]
    if not joiner or joiner not in language.suffix_joiners:
        return end, ending
    stop = passage.scan.find(" ", end + 2)
    after = folded[end + 1 : stop - 1]
    if after and endings_of(language).allows(language.joined_paradigm, after):
        return stop - 1, after
    return end, ending


def _conditions_hold(
    raw: Sequence[Sequence[Candidate]], passages: Sequence[Passage], language: Language
) -> list[list[Candidate]]:
    """Candidates whose ``requires`` and ``excludes`` are met."""
    present = {c.lexeme.entity_id for group in raw for c in group if not c.lexeme.form.requires}
    scans = " ".join(p.scan for p in passages)
    return [
        [
            c
            for c in group
            if _is_required(c.lexeme, present, scans, language)
            and not _is_excluded(c, passage, language)
        ]
        for group, passage in zip(raw, passages, strict=True)
    ]


def _is_required(lexeme: Lexeme, present: set[str], scans: str, language: Language) -> bool:
    required = lexeme.form.requires
    return not required or any(
        need in present if ":" in need else scan_text(fold_word(need, language)).rstrip() in scans
        for need in required
    )


def _is_excluded(candidate: Candidate, passage: Passage, language: Language) -> bool:
    """Whether a forbidden word stands directly before or after, in the same clause.

    After a name the beginning of a word is enough: it may be inflected.
    """
    scan, folded = passage.scan, passage.folded.text
    start, end = candidate.start, candidate.end
    for word in candidate.lexeme.form.excludes:
        plain = scan_text(fold_word(word, language)).strip()
        before = scan[max(0, start - 60) : start + 1].rstrip()
        if before.endswith(f" {plain}") and not _STOPS.search(folded[max(0, start - 3) : start]):
            return True
        after = scan[end + 1 : end + len(plain) + 4]
        if after.lstrip().startswith(plain) and not _STOPS.match(folded, end):
            return True
    return False


def _bearers(
    candidates: Iterable[Candidate], passage: Passage, lexicon: Lexicon
) -> list[Candidate]:
    """Candidates without surnames that, by what surrounds them, are someone else's.

    A place, a state, an inflected name or a whole one before a surname is no given name of its
    bearer: "X-with Y" is two people, and so is "N X Y-to" where the verb comes last.
    """
    everything = list(candidates)
    starts = {c.end: c for c in everything if not c.lexeme.is_person or c.ending or _is_whole(c)}
    return [
        c
        for c in everything
        if not (c.lexeme.is_person and is_other_bearer(c, passage, lexicon, starts))
    ]


def _is_whole(candidate: Candidate) -> bool:
    """Whether a person is named with given name and surname."""
    form = candidate.lexeme.form
    return form.kind == "name" and " " in form.text.strip()


def _without_overlaps(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """Leftmost, longest first; candidates of one span together, best first.

    Inside an office phrase the state it names is kept too: it is two things at once.
    """
    ordered = sorted(candidates, key=lambda c: (c.start, -c.end, c.rank))
    groups: list[list[Candidate]] = []
    outer = inner = 0  # where the last chosen span ends, and the last one inside a phrase
    phrase_end = 0
    for candidate in ordered:
        start, end = candidate.start, candidate.end
        if groups and (start, end) == (groups[-1][0].start, groups[-1][0].end):
            groups[-1].append(candidate)
        elif start >= outer:
            groups.append([candidate])
            outer = inner = end
            if candidate.lexeme.office is not None:
                phrase_end, inner = end, start
        elif inner <= start and end <= phrase_end and not candidate.lexeme.office:
            groups.append([candidate])
            inner = end
    return groups
