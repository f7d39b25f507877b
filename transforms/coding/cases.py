"""Telling a subject by its case, where a language has endings for it.

A name in its base form, or a title in the nominative, may be a subject, before its verb or
behind it; any other form is an object, a genitive, an addressee.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Atom, Sentence
    from transforms.coding.words import Word


def is_oblique(sentence: Sentence, group: Sequence[Atom], first: int) -> bool:
    """Whether neither the last name nor the title before it stands in the nominative."""
    lexicon, words = sentence.lexicon, sentence.words
    pattern = lexicon.oblique
    if pattern is None:
        return False
    heads = [first, group[0].first, group[-1].first]
    if _are_two_words(group, first):  # "A and B": either tells, as one may have but one form
        return any(a.surface not in lexicon.names and pattern.search(a.surface) for a in group)
    leads = {_whole_word(words, at) for at in heads}
    if group[-1].surface in lexicon.names or not leads.isdisjoint(lexicon.names):
        return False
    return pattern.search(group[-1].surface) is not None


def _are_two_words(group: Sequence[Atom], first: int) -> bool:
    """Whether a phrase is nothing but names of one word: "A and B"."""
    parts = all(atom.last - atom.first == 1 for atom in group)
    return len(group) > 1 and parts and group[0].first == first


def is_oblique_word(sentence: Sentence, tag: WordTag) -> bool:
    """Whether an anaphor's words are no nominative."""
    lexicon, words = sentence.lexicon, sentence.words
    if lexicon.oblique is None:
        return False
    return _whole_word(words, tag.first) not in lexicon.names


def _whole_word(words: Sequence[Word], at: int) -> str:
    """The pieces of a hyphenated word as one."""
    found = words[at].folded
    while at + 1 < len(words) and words[at + 1].gap == "-":
        at += 1
        found += words[at].folded
    return found
