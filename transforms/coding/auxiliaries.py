"""Which auxiliary makes a participle finite, where it may stand on either side of it.

"They have yesterday in V met" and "met have they" are one form in languages that put the
auxiliary after the word in focus. The bare participle is also an infinitive there; it is read
as finite only where an auxiliary of its clause is left for it, or where it shares one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Clause, Sentence

_CARRIERS: Final = ("aux", "aux_past", "negation")
_GOVERNORS: Final = ("hypothetical", "obligation", "ability", "attempt", "condition")
_SHARED: Final = 12  # words back to the verb whose auxiliary a coordinated one shares


def auxiliary_of(sentence: Sentence, clause: Clause, tag: WordTag) -> str | None:
    """The cue (`_CARRIERS`) that makes a bare participle finite, or None: an infinitive."""
    inside = _first(sentence, tag.first, tag.last)
    if inside is not None:
        return inside
    follows = _first(sentence, tag.last, min(tag.last + 1, clause.last))
    if follows is not None:
        return follows
    before = _free_before(sentence, clause, tag)
    if before is not None:
        return before
    return _after(sentence, clause, tag) or _shared(sentence, clause, tag)


def _tags(sentence: Sentence) -> list[WordTag]:
    """The auxiliaries of a sentence that are no part of a modal, in order."""
    barred = {
        word
        for name in _GOVERNORS
        for tag in sentence.of("cue", name)
        for word in range(tag.first, tag.last)
    }
    found = [tag for name in _CARRIERS for tag in sentence.of("cue", name)]
    return sorted((t for t in found if t.first not in barred), key=lambda t: t.first)


def _first(sentence: Sentence, first: int, last: int) -> str | None:
    return next((t.name for t in _tags(sentence) if first <= t.first < last), None)


def _is_owned(sentence: Sentence, aux: WordTag) -> bool:
    """Whether the word right before an auxiliary is a participle that owns it."""
    if aux.first == 0:
        return False
    pattern = sentence.lexicon.participle
    if pattern is not None and pattern.search(sentence.words[aux.first - 1].folded):
        return True
    return any(t.last in {aux.first, aux.last} for t in sentence.kind("verb"))


def _free_before(sentence: Sentence, clause: Clause, tag: WordTag) -> str | None:
    """An auxiliary earlier in the clause that no other participle owns."""
    for aux in reversed(_tags(sentence)):
        if not clause.first <= aux.first < tag.first:
            continue
        return None if _is_owned(sentence, aux) else aux.name
    return None


def _after(sentence: Sentence, clause: Clause, tag: WordTag) -> str | None:
    """The auxiliary of a later participle that this one is coordinated with: "met and spoken"."""
    joins = [t.first for t in sentence.of("cue", "coordinator")]
    for aux in _tags(sentence):
        if aux.first >= tag.last:
            between = any(tag.last <= at < aux.first for at in joins)
            comma = sentence.gap_has(tag.last, aux.first, ",")
            near = aux.first - tag.last <= _SHARED
            return aux.name if near and (between or comma) and aux.first < clause.last else None
    return None


def _shared(sentence: Sentence, clause: Clause, tag: WordTag) -> str | None:
    """The auxiliary of an earlier participle, shared by what is joined to it."""
    for aux in reversed(_tags(sentence)):
        if aux.first >= tag.first or aux.name == "negation":
            continue
        joins = [t for t in sentence.of("cue", "coordinator") if aux.last <= t.first < tag.first]
        comma = sentence.gap_has(aux.last, tag.first + 1, ",")
        near = tag.first - aux.last <= _SHARED and not _governs(sentence, aux, joins, tag)
        return aux.name if near and (joins or comma) and _is_owned(sentence, aux) else None
    return None


def _governs(sentence: Sentence, aux: WordTag, joins: list[WordTag], tag: WordTag) -> bool:
    """Whether an infinitive follows an auxiliary before the joint: "agreed to meet and sign"."""
    pattern, stop = sentence.lexicon.participle, joins[0].first if joins else tag.first
    if pattern is None:
        return False
    return any(pattern.search(word.folded) for word in sentence.words[aux.last : stop])
