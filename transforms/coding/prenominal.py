"""Participles before their noun, in languages whose verbs strictly come last.

There one form closes what is said ("that they met, said X") and qualifies a noun ("the talks
that they held"): what follows it tells which. A date beside such a participle dates its noun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.endings import title_ending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Phrase, Sentence
    from transforms.coding.words import Word

_CLOSING: Final = frozenset(
    ["report", "deny", "hearsay", "coordinator", "negation", "hypothetical", "obligation", "future"]
)
"""Cues after which a verb is what is said, not what qualifies a noun."""
_SITTINGS: Final = ("talks", "meeting", "summit", "commission", "call")
_HEAD: Final = 4  # words from a participle to the noun it qualifies
_NEAR_OWNED: Final = 2  # words from an owner to the event noun that is its own
_OWN: Final = 7  # words from a date to the participle it belongs to


def settle_forms(words: Sequence[Word], tags: list[WordTag]) -> list[WordTag]:
    """The tags with each word that may be a participle before its noun read as one or not."""
    prenominal = {(t.first, t.last) for t in tags if t.kind == "verb" and t.form == "attributive"}
    others = {
        (t.first, t.last)
        for t in tags
        if t.kind == "verb" and t.form in {"past", "passive"} and (t.first, t.last) in prenominal
    }
    if not others:
        return tags
    qualifying = {span for span in others if _qualifies(words, tags, span[1])}

    def _stays(tag: WordTag) -> bool:
        span = (tag.first, tag.last)
        if tag.kind != "verb" or span not in others:
            return True
        return (tag.form == "attributive") == (span in qualifying)

    return [tag for tag in tags if _stays(tag)]


def _qualifies(words: Sequence[Word], tags: Sequence[WordTag], last: int) -> bool:
    """Whether a noun follows a word at once: no stop, no report, no other verb."""
    if last >= len(words) or words[last].gap != " ":
        return False
    return not any(
        t.first == last
        and (
            (t.kind == "cue" and t.name in _CLOSING)
            or (t.kind == "verb" and t.form in {"past", "passive", "present", "negated"})
        )
        for t in tags
    )


def is_head_noun(sentence: Sentence, verb: WordTag, noun: WordTag) -> bool:
    """Whether a noun is the one that a participle qualifies, or its own object right before."""
    if noun.last <= verb.first:
        return noun.last == verb.first
    near = noun.first - verb.last < _HEAD
    return near and not sentence.gap_has(verb.last, noun.first + 1, ",;:")


def dates_another(sentence: Sentence, word: int, anchor: WordTag, noun: WordTag | None) -> bool:
    """Whether a date at a word belongs to a participle whose noun is not where it happened:
    "while the clashes begun on Monday went on, they met".
    """
    if not sentence.lexicon.words.is_strict:
        return False
    for tag in sentence.kind("verb"):
        if not word < tag.first <= word + _OWN or tag.last > anchor.first:
            continue
        if tag.form != "attributive" or sentence.gap_has(word + 1, tag.first + 1, ",;:"):
            continue
        if noun is not None and is_head_noun(sentence, tag, noun):
            return False
        return not any(
            _is_site(sentence, tag, t) for n in _SITTINGS for t in sentence.of("noun", n)
        )
    return False


def _is_site(sentence: Sentence, verb: WordTag, noun: WordTag) -> bool:
    """Whether a participle's noun is a gathering at which something more is told."""
    if noun.first < verb.last or not is_head_noun(sentence, verb, noun):
        return False
    owner = sentence.lexicon.title_suffixes.get("of")
    last = noun.last
    if last < len(sentence.words) and sentence.words[last].folded.startswith("'"):
        last += 1
    return owner is None or not owner.search(sentence.words[last - 1].folded)


def relative_span(
    sentence: Sentence, verb: WordTag, noun: WordTag | None, first: int
) -> tuple[int, int]:
    """The words of a clause before its noun: from the last comma that parts no list."""
    inside = {word for p in sentence.phrases for word in range(p.first + 1, p.last)}
    commas = (
        at
        for at in range(first + 1, verb.first)
        if "," in sentence.words[at].gap and at not in inside
    )
    last = max(verb.last, noun.last if noun is not None else 0)
    return max(commas, default=first), last


def is_dated_here(sentence: Sentence, verb: WordTag) -> bool:
    """Whether a day, week or month stands in the clause of a participle before its noun."""
    words = sentence.words
    floor = words[max(0, verb.first - _OWN - 2)].start
    return any(
        floor <= m.start < words[verb.first].start and m.date.precision != "year"
        for m in sentence.dates
    )


def is_lead_occasion(sentence: Sentence, verb: WordTag) -> bool:
    """Whether a lead tells news by the occasion: "in the call that he had with X, Y said …"."""
    if sentence.number > 0 or verb.name not in {"phone", "meet", "hold"}:
        return False
    return any(p.marker == "with" and p.atoms and p.last <= verb.first for p in sentence.phrases)


def is_planned_in_passing(sentence: Sentence, verb: WordTag) -> bool:
    """As in "the paper whose signing is planned": a plan that qualifies a noun, undated."""
    if not sentence.lexicon.words.is_strict or verb.form != "noun":
        return False
    qualifies = any(
        t.form == "attributive" and 0 <= t.first - verb.last <= 1 and t.name == "plan"
        for t in sentence.kind("verb")
    )
    return qualifies and not is_dated_here(sentence, verb)


def qualified(sentence: Sentence, verb: WordTag) -> Phrase | None:
    """Whom a participle right before a name qualifies: "the met-with-Y X"."""
    if verb.form != "attributive" or not sentence.lexicon.words.is_strict:
        return None
    heads = [p for p in sentence.phrases if p.first == verb.last]
    return next((p for p in heads if p.marker not in {"in", "to", "from"}), None)


def owns_noun(sentence: Sentence, phrase: Phrase, limit: int) -> bool:
    """Whether an event noun with an owner's ending follows a genitive at once: "X's offer"."""
    return any(
        0 <= t.first - phrase.last <= _NEAR_OWNED
        and t.last <= limit
        and title_ending(sentence.lexicon, sentence.words[t.last - 1].folded)
        for t in sentence.kind("noun")
    )


def is_of_quarrel(sentence: Sentence, phrase: Phrase) -> bool:
    """Whether "between X and Y" stands before the noun it qualifies, and that is no talk:
    "the X and Y between conflict".
    """
    if not sentence.lexicon.words.is_strict or phrase.marker != "between":
        return False
    if sentence.cue("filler", phrase.marker_first, phrase.last) is None:
        return False  # "talks are held between X and Y"
    near = [
        tag
        for tag in sentence.kind("noun")
        if phrase.last <= tag.first < phrase.last + _HEAD
        and not sentence.gap_has(phrase.last, tag.first + 1, ",;:")
    ]
    return bool(near) and not any(tag.name in (*_SITTINGS, "agreement") for tag in near)


def is_past_setting(sentence: Sentence, verb: WordTag, noun: WordTag) -> bool:
    """Where verbs strictly come last: of what is held, a noun that says where ("at the meeting
    efforts are pursued"); of what is planned, one that a participle tells as held already.
    """
    if verb.name == "hold":
        ending = title_ending(sentence.lexicon, sentence.words[noun.last - 1].folded)
        return noun.last <= verb.first and ending == "in"
    return any(
        tag.form == "attributive" and tag.last == noun.first
        for tag in sentence.of("verb", "happen")
    )
