"""Which form of a word that may be several counts: the verb, its noun, or neither.

"The talks in V", "the joint request", "asked about": a word's neighbours tell whether it is the
verb that a frame wants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.coding.event_nouns import is_plain, sentence_final

if TYPE_CHECKING:
    from dossiers.triggers import Frame
    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Sentence


_TITLE = 3  # words from "welcomed" to the office of whom it welcomes


def form_counts(sentence: Sentence, frame: Frame, tag: WordTag) -> bool:
    """One form of a word counts: the noun after a possessive or article, else the verb."""
    if tag.name == "plan" and tag.form == "attributive":
        return False  # "the planned meeting was held": its own verb tells it
    if frame.only and (tag.form not in frame.only or tag.form == "noun"):
        return tag.form in frame.only
    if frame.type == "accept" and (_receives(sentence, tag) or _admits(sentence, tag)):
        return False
    if _is_interview(sentence, tag) or _only_hails(sentence, tag) or _qualifies(sentence, tag):
        return False
    if frame.type == "reject" and sentence.covers("deny", tag.last - 1):
        return False  # "rejected the reports": nothing was proposed
    others = [t for t in sentence.of("verb", tag.name) if t.first == tag.first]
    is_either = any(t.form == "noun" for t in others) and len(others) > 1
    if is_either and (tag.form == "noun") != _is_nominal(sentence, tag):
        return False
    if tag.form in {"base", "present"} and _is_governed(sentence, tag):
        return False
    if tag.form == "present" and _is_homonym(sentence, tag):
        return False
    if tag.form == "base":
        same = sentence.of("verb", tag.name)
        return not any(t.first == tag.first and t.form == "present" for t in same)
    return True


def _only_hails(sentence: Sentence, tag: WordTag) -> bool:
    """Whether a verb that also means to receive people praises a thing: "welcomed the talks"."""
    if tag.name != "host" or sentence.cue("hail", tag.first, tag.last) is None:
        return False
    if any(sentence.cue(name, tag.first - 1, tag.first) for name in ("be", "have")):
        return False
    people = (p for p in sentence.phrases if p.marker in {None, "object"} and not p.is_possessive)
    near = any(0 <= p.first - tag.last <= 1 and (p.atoms or p.level) for p in people)
    owned = {t.first for t in sentence.of("cue", "possessive")}
    offices = (t for t in sentence.kind("level") if 0 <= t.first - tag.last <= _TITLE)
    near = near or any(t.last not in owned for t in offices)
    return not near and sentence.cue("they", tag.last, tag.last + 1) is None


def _qualifies(sentence: Sentence, tag: WordTag) -> bool:
    """Whether a participle only qualifies the meeting behind it: "to hold the proposed meeting"."""
    if tag.name != "propose" or tag.form != "past" or sentence_final(sentence):
        return False
    article = sentence.cue("determiner", tag.first - 1, tag.first)
    nouns = (t for name in ("meeting", "talks", "summit") for t in sentence.of("noun", name))
    return article is not None and any(t.first == tag.last for t in nouns)


def _is_interview(sentence: Sentence, tag: WordTag) -> bool:
    """Whether somebody is asked about something: a journalist's question."""
    if tag.name != "ask":
        return False
    opens = [*sentence.of("cue", "condition"), *sentence.of("before", "about")]
    return any(t.first == tag.last for t in opens)


def _is_homonym(sentence: Sentence, tag: WordTag) -> bool:
    """Whether the word is also a noun, and stands after an article or adposition."""
    nouns = [*sentence.kind("noun"), *(t for t in sentence.kind("verb") if t.form == "noun")]
    if sentence_final(sentence):
        return False
    if tag.name == "meet" and _opens_occasion(sentence, tag):
        return True
    if not any(t.first == tag.first for t in nouns):
        return False
    governed = any(t.last == tag.first for t in sentence.kind("before"))
    marks = {t.last for t in sentence.of("cue", "to")}  # "to hold": an infinitive
    return (governed and tag.first not in marks) or _is_nominal(sentence, tag)


def _opens_occasion(sentence: Sentence, tag: WordTag) -> bool:
    """As in "after long talks in V, …": a noun behind the conjunction, no verb."""
    clause = sentence.clauses[sentence.clause_of(tag.first)]
    if clause.opener not in {"adverbial", "prospective"}:
        return False
    whole = (t for t in sentence.kind("noun") if t.first <= tag.first < t.last)
    return any(t.first - clause.first <= 1 for t in whole)


def _admits(sentence: Sentence, tag: WordTag) -> bool:
    """Whether "accepted that …" only admits something."""
    at = tag.last
    while at < len(sentence.words) and sentence.cue("aux", at, at + 1):
        at += 1
    return sentence.cue("that", at, at + 1) is not None


def _receives(sentence: Sentence, tag: WordTag) -> bool:
    """Whether a verb that means both is said of people: "received them", not "accepted it"."""
    if not any(t.first == tag.first for t in sentence.of("verb", "host")):
        return False
    clause = sentence.clauses[sentence.clause_of(tag.first)]
    people = [p for p in sentence.phrases if p.marker == "object" and p.first >= clause.first]
    they = sentence.cue("they", clause.first, tag.first)
    return any(p.last <= tag.first for p in people) or they is not None


def _is_governed(sentence: Sentence, tag: WordTag) -> bool:
    """Whether an adposition governs the word: "the role of host", "as host".

    One that belongs to an auxiliary ("s'apprête à") does not.
    """
    auxiliaries = [t for n in ("future", "achieved") for t in sentence.of("cue", n)]
    if any(t.last == tag.first for t in auxiliaries):
        return False
    return any(
        t.last == tag.first and t.name in {"of", "other", "for", "by"}
        for t in sentence.kind("before")
    )


def _is_nominal(sentence: Sentence, tag: WordTag) -> bool:
    near = range(max(0, tag.first - 2), tag.first)
    owned = any(p.is_possessive and p.last in (tag.first - 1, *near) for p in sentence.phrases)
    at = tag.first
    if not sentence_final(sentence) and (
        sentence.cue("filler", at - 1, at) or is_plain(sentence, at - 1)
    ):
        at -= 1  # "the joint request", "a long meeting"
    return owned or sentence.cue("determiner", max(0, at - 1), at) is not None
