"""Cutting a sentence into clauses at subordinators, coordinators and punctuation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.coding.closing import closes_clauses, cuts_at_verbs
from transforms.coding.doers import has_doers
from transforms.coding.sentence import Clause, Opener

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Phrase, Sentence

_OPENERS: dict[str, Opener] = {
    "that": "that",
    "relative": "relative",
    "adverbial": "adverbial",
    "condition": "condition",
    "prospective": "prospective",
    "simultaneous": "simultaneous",
}
_SHORTEST = 3  # letters of a word that a middle stop may follow
_INTO = 3  # words of a clause that a relative pronoun may follow
_AUXILIARIES = ("be", "have", "had", "future", "future_past", "hypothetical", "attempt")


def cut_clauses(sentence: Sentence) -> list[Clause]:
    """The clauses of a sentence, in order; together they hold every word."""
    inside = {word for p in sentence.phrases for word in range(p.first + 1, p.last)}
    if closes_clauses(sentence):
        return _build(sentence, cuts_at_verbs(sentence, inside))
    cuts = _conjunctions(sentence, inside)
    for tag in sentence.of("cue", "adverbial_subject"):
        if tag.first not in inside and _starts_subject(sentence, tag.last):
            cuts.setdefault(tag.first, "adverbial")
    _cut_coordinators(sentence, inside, cuts)
    _cut_punctuation(sentence, inside, cuts)
    if sentence.lexicon.words.is_strict:
        _cut_converbs(sentence, cuts)
    return _build(sentence, cuts)


def _cut_coordinators(sentence: Sentence, inside: set[int], cuts: dict[int, Opener]) -> None:
    """Cut at conjunctions that a predicate follows and that are no part of a phrase or marker."""
    cased = has_doers(sentence)  # endings mark most phrases there: no word before them does
    marked = [p for p in sentence.phrases if p.marker_first >= 0 or not cased]
    markers = {word for p in marked for word in range(p.marker_first, p.first) if word >= 0} | {
        p.marker_first for p in marked
    }
    if sentence.lexicon.words.is_strict:
        markers |= {w for tag in sentence.kind("after") for w in range(tag.first, tag.last)}
    held = {
        w for p in sentence.phrases if p.marker_first >= 0 for w in range(p.marker_first, p.first)
    }
    for tag in sentence.of("cue", "coordinator"):
        if tag.first in inside:
            continue
        opens = (tag.first not in markers or _has_auxiliary(sentence, tag, held)) and (
            _opens_clause(sentence, tag.last)
            or _opens_with_noun(sentence, tag.last)
            or _parts_verbs(sentence, cuts, tag)
        )
        if opens or (not _is_held(sentence, tag) and _joins_predicates(sentence, tag, cuts)):
            cuts.setdefault(tag.first, "coordinate")


def _is_held(sentence: Sentence, joint: WordTag) -> bool:
    """Whether a conjunction stands between an adposition and its phrase, or in an adposition."""
    return any(
        p.marker_first >= 0
        and (p.marker_first <= joint.first < p.first or p.marker_first == joint.first)
        for p in sentence.phrases
    )


def _has_auxiliary(sentence: Sentence, joint: WordTag, held: set[int]) -> bool:
    """Whether an auxiliary follows a conjunction at once: that opens a clause for certain."""
    if joint.first in held:
        return False
    return any(t.first == joint.last for n in ("have", "be") for t in sentence.of("cue", n))


def _conjunctions(sentence: Sentence, inside: set[int]) -> dict[int, Opener]:
    """Where subordinate clauses begin, with what opens them."""
    cuts: dict[int, Opener] = {}
    for name, opener in _OPENERS.items():
        for tag in sentence.of("cue", name):
            if tag.first not in inside and not _is_swallowed(sentence, tag):
                is_relative = opener == "that" and _follows_noun(sentence, tag)
                start = _set_off(sentence, tag)
                if start is not None:
                    cuts.setdefault(start, "relative" if is_relative else opener)
    return cuts


def _set_off(sentence: Sentence, tag: WordTag) -> int | None:
    """Where the clause of a conjunction begins; None where no comma makes it one.

    A relative pronoun may stand a few words into its clause (", the mediator of which").
    """
    if not sentence.lexicon.words.has_commas or tag.first == 0:
        return tag.first
    reach = _INTO if tag.name == "relative" else 0
    for at in range(tag.first, max(0, tag.first - reach - 1), -1):
        if sentence.words[at].gap.strip(" \"'“”„«»"):
            return at
    joined = any(t.last == tag.first for t in sentence.of("cue", "coordinator"))
    return tag.first if joined else None


def _is_swallowed(sentence: Sentence, tag: WordTag) -> bool:
    """Whether a conjunction is the end of a longer one ("que" in "alors que")."""
    names = (*_OPENERS, "coordinator", "report", "now", "adverb")
    others = [other for name in names for other in sentence.of("cue", name)]
    if any(t.first == tag.first and t.last > tag.last for t in sentence.of("cue", "adverb")):
        return True  # "after that": no conjunction
    return any(
        (other.first < tag.first and tag.last <= other.last)
        or (other.first == tag.first and tag.last < other.last)
        for other in (*others, *sentence.kind("before"))
    )


def _ends_predicate(sentence: Sentence, at: int) -> bool:
    """Whether a verb, or a report, ends right before a word."""
    forms = {"noun", "base", "attributive"}
    if any(t.last == at and t.form not in forms for t in sentence.kind("verb")):
        return True
    return any(t.last == at for name in ("report", "deny") for t in sentence.of("cue", name))


def _cut_converbs(sentence: Sentence, cuts: dict[int, Opener]) -> None:
    """A converb ends its clause without a comma; so does a finite verb before "and"."""
    starts = {t.first for t in sentence.of("cue", "coordinator")}
    for tag in sentence.kind("verb"):
        is_converb = tag.form == "ing"
        is_joined = tag.last in starts and tag.form in {"past", "passive", "future", "negated"}
        if (is_converb or is_joined) and 0 < tag.last < len(sentence.words):
            cuts.setdefault(tag.last, "coordinate")


def _follows_noun(sentence: Sentence, that: WordTag) -> bool:
    """Whether "that" stands for the noun before it: "the paper that names the road"."""
    if not any(t.last == that.first for t in sentence.kind("noun")):
        return False
    if sentence.cue("relative_object", that.first, that.last):
        return True
    starts_subject = any(p.first == that.last for p in sentence.phrases)
    return not starts_subject and not any(
        t.first == that.last for t in sentence.of("cue", "determiner")
    )


def _build(sentence: Sentence, cuts: dict[int, Opener]) -> list[Clause]:
    opener: Opener = cuts.pop(0, "main")
    starts = [0, *sorted(cuts)]
    openers = [opener, *(cuts[at] for at in sorted(cuts))]
    ends = [*starts[1:], len(sentence.words)]
    return [Clause(a, b, o) for a, b, o in zip(starts, ends, openers, strict=True)]


def _cut_punctuation(sentence: Sentence, inside: set[int], cuts: dict[int, Opener]) -> None:
    markers = {p.marker_first for p in sentence.phrases}
    opened = 0 in cuts or any(t.first == 0 for t in sentence.kind("before"))
    for at, word in enumerate(sentence.words):
        if word.gap in {" ", ""} and at not in cuts:
            continue
        if at == 0 or at in inside or at in cuts:
            if at in cuts and cuts[at] in {"adverbial", "condition", "prospective", "simultaneous"}:
                opened = True
            continue
        if word.gap == ":" and word.folded.isdigit():
            continue  # "at 18:00"
        if any(mark in word.gap for mark in (";", ":", "—", " – ")) or _is_middle_stop(
            sentence, at
        ):
            cuts[at] = "main"
            opened = False
        elif "," in word.gap and sentence.lexicon.words.is_strict:
            if _ends_predicate(sentence, at):
                cuts[at] = "main"
        elif "," in word.gap and at not in markers:
            opened = _cut_comma(sentence, cuts, at, opened=opened)


def _is_middle_stop(sentence: Sentence, at: int) -> bool:
    """Whether a full stop before a word parts clauses, where it ends no sentence.

    After a short word it is that of an abbreviation or an initial.
    """
    word, rules = sentence.words[at], sentence.lexicon.language.sentences
    if "." not in word.gap or "." in rules.hard_stops + rules.soft_stops:
        return False
    return len(sentence.words[at - 1].folded) >= _SHORTEST and word.gap != "."


def _cut_comma(sentence: Sentence, cuts: dict[int, Opener], at: int, *, opened: bool) -> bool:
    """Cut at a comma where a clause begins; whether an opening is still to be closed."""
    if _is_participle(sentence, at):
        cuts[at] = "participle"
    elif opened and _starts_subject(sentence, at):
        cuts[at] = "main"
        return False
    elif _opens_clause(sentence, at):
        cuts[at] = "coordinate"
    elif _is_asyndetic(sentence, cuts, at):
        joined = any(t.first == at for t in sentence.of("cue", "coordinator"))
        goes_on = joined and sentence.lexicon.words.has_commas
        cuts[at] = "coordinate" if goes_on else "main"
    return opened


def _parts_verbs(sentence: Sentence, cuts: dict[int, Opener], joint: WordTag) -> bool:
    """Whether a coordinator stands between two finite verbs, where words have no fixed order."""
    if not has_doers(sentence):
        return False
    before = max((cut for cut in cuts if cut <= joint.first), default=0)
    stop = min((cut for cut in cuts if cut >= joint.last), default=len(sentence.words))
    return _has_finite(sentence, before, joint.first) and _has_finite(sentence, joint.last, stop)


def _joins_predicates(sentence: Sentence, joint: WordTag, cuts: dict[int, Opener]) -> bool:
    """Whether "and" stands between two finite verbs, where the verb may close its clause."""
    if sentence.lexicon.participle is None or _shares_auxiliary(sentence, joint):
        return False
    words = sentence.words
    before = max((cut for cut in cuts if cut < joint.first), default=0)
    stop = next((i for i in range(joint.last, len(words)) if "," in words[i].gap), len(words))
    return _is_told(sentence, before, joint.first) and _is_told(sentence, joint.last, stop)


def _shares_auxiliary(sentence: Sentence, joint: WordTag) -> bool:
    """Whether "and" stands right between two participles: "greeted and accepted has"."""
    perfect = [t for t in sentence.kind("verb") if t.form == "perfect"]
    return any(t.last == joint.first for t in perfect) and any(
        t.first == joint.last for t in perfect
    )


def _is_told(sentence: Sentence, first: int, last: int) -> bool:
    forms = {"past", "future", "passive", "negated", "present"}
    helped = any(sentence.cue(name, first, last) for name in ("aux", "aux_past", "negation"))
    forms |= {"perfect"} if helped else set()
    forms |= {"base"} if sentence.cue("obligation", first, last) else set()
    return any(first <= t.first < last and t.form in forms for t in sentence.kind("verb"))


def _is_asyndetic(sentence: Sentence, cuts: dict[int, Opener], at: int) -> bool:
    """Whether the comma before a word parts two sentences that nothing else joins.

    What follows, up to the next comma, has a finite verb; so has the clause so far.
    """
    words = sentence.words
    before = max((cut for cut in cuts if cut < at), default=0)
    if cuts.get(before, "main") not in {"main", "coordinate"} or before not in {0, *cuts}:
        return False
    stop = next(
        (i for i in range(at + 1, len(words)) if any(m in words[i].gap for m in ",;:")), len(words)
    )
    return _has_finite(sentence, before, at) and _has_finite(sentence, at, stop)


def _has_finite(sentence: Sentence, first: int, last: int) -> bool:
    return any(
        first <= tag.first < last and tag.form in {"past", "future"}
        for tag in sentence.kind("verb")
    )


def _is_participle(sentence: Sentence, at: int) -> bool:
    return any(t.first == at and t.form == "ing" for t in sentence.kind("verb"))


def _starts_subject(sentence: Sentence, at: int) -> bool:
    """Whether a bare phrase or pronoun begins at a word."""
    if any(p.first == at and p.marker is None for p in sentence.phrases):
        return True
    return any(t.first == at for name in ("he", "it") for t in sentence.of("cue", name))


def _has_verb_at(sentence: Sentence, at: int) -> bool:
    """Whether a finite verb or auxiliary begins at a word or, past an adverb, the next."""
    barred = {"noun", "ing"}
    if not sentence.lexicon.words.cues.get("to"):
        barred.add("base")  # an infinitive without a mark of its own opens nothing
    for first in (at, at + 1):
        if first > at and sentence.gap_has(first, first + 1, ","):
            return False
        for tag in sentence.kind("verb"):
            if tag.first == first and tag.form not in barred:
                return True
        if any(t.first == first for name in _AUXILIARIES for t in sentence.of("cue", name)):
            return True
        if any(t.first == first for t in sentence.of("cue", "report")):
            return True
    return False


def _opens_clause(sentence: Sentence, at: int) -> bool:
    """Whether what begins at a word is a predicate, or a subject with its predicate."""
    if at >= len(sentence.words):
        return False
    phrase: Phrase | None = next((p for p in sentence.phrases if p.first == at), None)
    if phrase is not None:
        parted = sentence.gap_has(phrase.last, phrase.last + 1, ",")
        return phrase.marker is None and not parted and _has_verb_at(sentence, phrase.last)
    if any(t.first == at for name in ("he", "it") for t in sentence.of("cue", name)):
        return True
    return _has_verb_at(sentence, at)


def _opens_with_noun(sentence: Sentence, at: int) -> bool:
    """Whether an event noun with its predicate begins at a word: "and the text was agreed"."""
    if sentence.lexicon.words.order != "svo":
        return False
    article = next((t.last for t in sentence.of("cue", "determiner") if t.first == at), at)
    ends = [t.last for t in sentence.kind("noun") if t.first == article]
    return bool(ends) and article > at and _has_verb_at(sentence, max(ends))
