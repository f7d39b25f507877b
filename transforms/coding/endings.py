"""Endings that mark names and titles, and what they join or set off.

In languages with cases an ending says what an adposition says elsewhere: a genitive, an object,
"with". Where all that marks a name follows it (``is_strict``), a name's ending also decides
whether the next name belongs to the same phrase.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from transforms.coding.lexicon import Lexicon
    from transforms.coding.sentence import Atom, Sentence
    from transforms.coding.words import Word

_PARTICLES: Final = frozenset({"bin", "bint", "al", "el", "ibn", "van", "von", "de"})
NOT_OF_TITLES: Final = frozenset({"object", "in", "to", "from"})
"""Markers whose endings are too common to be read on titles."""


def is_located(sentence: Sentence, name: Atom) -> bool:
    """Whether a name's ending makes it a place or a direction, so that it opens no list."""
    return ending(sentence, name, name.last) in {"in", "from", "to"}


def are_apart(sentence: Sentence, left: Atom, right: Atom, gaps: str) -> bool:
    """Whether two names are no list: "in V, X", "with X in V"."""
    if "," in gaps and is_located(sentence, left):
        return True
    if left.person and right.place and not right.person:
        return True
    is_site = right.place and not right.person and not left.place
    return bool(is_site) and ending(sentence, right, right.last) == "in"


def is_conjoined(sentence: Sentence, left: Atom, right: Atom) -> bool:
    """Whether the ending "with" of a name joins it to the next of its kind: "X-with Y"."""
    are_alike = bool(left.person) == bool(right.person)
    if not are_alike or (right.place and not left.place and not left.person and not right.actor):
        return False
    return ending(sentence, left, left.last) == "with"


def joining_suffixes(sentence: Sentence) -> list[int]:
    """Endings after an apostrophe that more of the phrase may follow: a genitive ("X's minister
    Y"), or any before a conjunction ("X-ACC and Y-ACC").
    """
    words, joins = sentence.words, {t.first for t in sentence.of("cue", "coordinator")}
    genitive = sentence.lexicon.suffixes.get("of")
    return [
        at
        for at, word in enumerate(words)
        if word.folded.startswith("'")
        and (at + 1 in joins or (genitive is not None and genitive.search(word.folded)))
    ]


def parted(sentence: Sentence, groups: list[list[Atom]]) -> list[list[Atom]]:
    """Groups without the subject that a comma sets off, in languages that write one after it.

    "X, Y's offer refused": a list ends in a conjunction, so a last comma parts. "X, Y and Z's
    mediation with": a party is not listed with two others; "X, Y and Z-ACC hosted": nor is
    another with an object.
    """
    if not sentence.lexicon.words.is_strict:
        return groups
    parted: list[list[Atom]] = []
    for group in groups:
        start = 0
        for at in range(1, len(group)):
            if sets_off(sentence, group[start:], at - start):
                parted.append(group[start:at])
                start = at
        parted.append(group[start:])
    return parted


def sets_off(sentence: Sentence, group: list[Atom], at: int) -> bool:
    """Whether the comma before atom ``at`` of a group sets its subject off."""
    if not sentence.gap_has(group[at - 1].last, group[at].first + 1, ","):
        return False
    later = range(at, len(group) - 1)
    is_list = any(not sentence.gap_has(group[i].last, group[i + 1].first + 1, ",") for i in later)
    if not is_list:
        return True
    last = group[-1]
    end = next(
        (t for t in sentence.kind("after") if t.first == last.last + last.is_possessive), None
    )
    marker = end.name if end is not None else ending(sentence, last, last.last)
    if at != 1:
        return False
    if marker == "of":  # "N, X and Y's talks announced": whoever announces is not in the list
        return bool(group[0].person) != bool(group[1].person) or _has_speaker(sentence)
    return marker in {"object", "with", "between", "to", "mediated_by", "hosted_by", "presence_of"}


def _has_speaker(sentence: Sentence) -> bool:
    """Whether a sentence closes with a verb of saying that wants somebody who says it."""
    last = len(sentence.words)
    closing = [t for name in ("report", "aftermath") for t in sentence.of("cue", name)]
    told = any(t.last == last or t.first >= last - 2 for t in closing)
    return told and not any(t.last == last for t in sentence.of("cue", "impersonal"))


def ending(sentence: Sentence, name: Atom, last: int) -> str | None:
    """What the ending of a phrase's last word marks: its last name's, or that of the title
    after it ("the X and Y leaders"). A name's own last letters mark nothing.
    """
    lexicon, surface, barred = sentence.lexicon, name.surface, frozenset[str]()
    if last > name.last:
        surface, barred = sentence.words[last - 1].folded, NOT_OF_TITLES
        if lexicon.title_suffixes:
            return title_ending(lexicon, surface)
    elif surface in lexicon.names or _is_with_article(lexicon, surface):
        return None
    elif lexicon.words.is_strict and _is_common(name) and "'" not in surface:
        return title_ending(lexicon, sentence.words[last - 1].folded)
    for marker, pattern in lexicon.suffixes.items():
        if marker not in barred and pattern.search(surface):
            return marker
    return None


def _is_common(name: Atom) -> bool:
    """Whether a name ends in a common noun, as offices and "X's peacekeepers" do."""
    if name.person is not None:
        return False  # "minister X": the person's name closes it
    return name.kind == "title" or (name.kind == "demonym" and name.last - name.first > 1)


def title_ending(lexicon: Lexicon, surface: str) -> str | None:
    """What the ending of a title or anaphor marks, where titles take endings of their own."""
    found = (name for name, pattern in lexicon.title_suffixes.items() if pattern.search(surface))
    return next(found, None)


def named_behind(sentence: Sentence, name: Atom, last: int, limit: int) -> Atom:
    """The last name of a phrase: one nobody told us of behind its title, else ``name``.

    As in "the emir of X, Sheikh Y bin Z": his name carries the ending of the phrase. An
    unknown name that says where is a town ("the speakers met in V").
    """
    words, at = sentence.words, last
    if not sentence.lexicon.words.is_strict or last == name.last:
        return name
    while at < limit and words[at].gap == " " and _may_be_named(words[at], is_first=at == last):
        at += 1
    if at == last:
        return name
    suffix = words[at].folded if past_suffix(sentence, at) > at else ""
    where = sentence.lexicon.suffixes.get("in")
    if where is not None and where.search(words[at - 1].folded + suffix):
        return name
    return replace(name, last=at, surface=words[at - 1].folded + suffix)


def _may_be_named(word: Word, *, is_first: bool) -> bool:
    return word.is_capital or (not is_first and word.folded in _PARTICLES)


def past_suffix(sentence: Sentence, last: int) -> int:
    """Past the ending that an apostrophe parts from a name, in languages that write it so."""
    words = sentence.words
    is_suffix = last < len(words) and words[last].folded.startswith("'")
    return last + 1 if is_suffix and sentence.lexicon.words.is_strict else last


def _is_with_article(lexicon: Lexicon, surface: str) -> bool:
    """Whether a name has only its article on: its last letters look like a case ending."""
    found = lexicon.article.search(surface) if lexicon.article is not None else None
    return found is not None and surface[: found.start()] in lexicon.names
