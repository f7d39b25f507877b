"""Which event noun a verb is about: in its clause, before it or behind, or shared with another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.aspect import aspect_of
from transforms.coding.closing import closes_clauses
from transforms.coding.prenominal import is_head_noun, is_past_setting
from transforms.vocabulary import group_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dossiers.triggers import Frame
    from transforms.coding.frames import FrameMatcher
    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Clause, Phrase, Sentence

_ENDINGS: Final = frozenset({"terminate", "fail", "collapse"})
"""Verbs of ending: "the war ended with a truce" ends no truce."""
_RELATIVE: Final = 4  # words between a noun and the relative clause about it
_FAR: Final = 16  # words between a verb and its noun


_CLOSE: Final = 3  # words after a verb in which its noun stands, where it may also come before


_NOUN_FIRST: Final[frozenset[str]] = frozenset(
    [
        "happen",
        "cancel",
        "turned_down",
        "start",
        "end",
        "fail",
        "postpone",
        "suspend",
        "in_force",
        "plan",
        "withdraw",
        "deploy",
        "extend",
        "no_need",
        "meet",
        "provide",
        "deploy",
        "deliver",
        "open",
        "launch",
        "shoot",
        "sue",
        "collapse",
        "release",
        "hand_over",
        "install",
        "complete",
        "rule",
        "ratify",
        "close",
        "finish_mission",
        "under_way",
    ]
)
"""Verb classes whose event noun may be their subject without a passive."""


def sentence_final(sentence: Sentence) -> bool:
    """Whether verbs close their clause in this language."""
    return sentence.lexicon.words.order == "sov"


def names_round(sentence: Sentence, phrase: Phrase) -> bool:
    """Whether a city only names the event behind it: "V meeting", where verbs come last."""
    if not sentence.lexicon.words.is_strict or len(phrase.atoms) != 1:
        return False
    atom, kinds = phrase.atoms[0], {"talks", "meeting", "summit"}
    is_city = atom.place is not None and atom.person is None
    return is_city and any(
        t.first == phrase.last and t.name in kinds for t in sentence.kind("noun")
    )


def _is_nearer(verb: WordTag, left: WordTag, right: WordTag) -> bool:
    """Whether the noun after a verb is its own rather than the one before it."""
    gap = right.first - verb.last
    return gap < verb.first - left.last and (verb.form == "attributive" or gap <= _CLOSE)


_SPEAKERS: Final = frozenset({"initiator"})
"""Roles of who says something: the noun may stand in what is said."""


def noun_for(matcher: FrameMatcher, frame: Frame, verb: WordTag, clause: Clause) -> WordTag | None:
    """The noun of a frame that a verb is about, or None."""
    sentence = matcher.sentence
    tags = _free_nouns(matcher, frame, verb, clause)
    is_said = frame.subject in _SPEAKERS and not sentence_final(sentence)
    reach = matcher.reach(clause) if is_said else clause.last
    inside = [tag for tag in tags if clause.first <= tag.first < reach]
    if verb.form == "attributive" and sentence.lexicon.words.is_strict:
        inside = [tag for tag in inside if is_head_noun(sentence, verb, tag)]
    if verb.name in _NEEDS_OBJECT and sentence.lexicon.words.is_strict:
        inside = [tag for tag in inside if not is_past_setting(sentence, verb, tag)]
    if verb.name in _TAKING:
        inside = [tag for tag in inside if not _is_aside(matcher, verb, tag)]
    if verb.name in _NOUN_FIRST or verb.name in _ENDINGS:
        free = [tag for tag in inside if not is_governed_noun(matcher, tag)]
        only_free = verb.name in _ENDINGS or sentence.lexicon.words.is_strict
        inside = free if only_free else free or inside
    told = verb.form != "attributive" and sentence_final(sentence)
    sets = [tag for tag in inside if told and is_setting(sentence, tag)]
    if group_of(frame.type) == "deed" and sentence.lexicon.words.order == "svo":
        inside = [tag for tag in inside if not _is_purpose(matcher, tag)]
    found = _noun_inside(matcher, verb, [tag for tag in inside if tag not in sets])
    if found is None and sentence_final(sentence) and group_of(frame.type) == "speech":
        found = _noun_said(matcher, frame, clause)
    if found is not None:
        return found
    if inside or _tells_elsewhere(matcher, frame, clause):
        return None
    return _noun_before(matcher, frame, verb, clause, tags)


_NEEDS_OBJECT: Final = frozenset({"hold", "plan"})
_TAKING: Final = frozenset({"host", "gather", "happen"})


def _is_aside(matcher: FrameMatcher, verb: WordTag, noun: WordTag) -> bool:
    """Whether a meeting is only where something was on the margins of: "beside the summit"."""
    sentence = matcher.sentence
    if sentence_final(sentence) or (verb.name == "happen" and noun.first > verb.first):
        return False
    return any(
        0 <= noun.first - tag.last <= 2
        and not sentence.gap_has(tag.last, noun.first + 1, ",;:")
        and not any(p.marker_first == tag.first for p in sentence.phrases)
        for tag in sentence.of("before", "other")
    )


def _free_nouns(
    matcher: FrameMatcher, frame: Frame, verb: WordTag, clause: Clause
) -> list[WordTag]:
    """Nouns of the frame that no other verb has taken, or that a relative or a list shares."""
    tags = [
        tag
        for name in frame.nouns
        for tag in matcher.sentence.of("noun", name)
        if not (verb.first <= tag.first < verb.last) and not _is_inside_verb(matcher, tag)
    ]
    if frame.status == "terminated":
        withs = {t.last for t in matcher.sentence.kind("before") if t.name == "with"}
        # "the war ended with a truce"
        tags = [t for t in tags if not any(0 <= t.first - at <= 1 for at in withs)]
    if "signing" in frame.nouns:
        bases = {t.last for t in matcher.sentence.of("cue", "basis")}
        tags = [t for t in tags if t.first not in bases]  # "held in order to sign"
    shared = [t for t in tags if clause.opener == "relative" and t.first < clause.first]
    lent = [t for t in tags if t.first in matcher.lent and clause.first <= t.first < clause.last]
    return [t for t in tags if t.first not in matcher.taken or t in shared or t in lent]


def _noun_inside(matcher: FrameMatcher, verb: WordTag, inside: Sequence[WordTag]) -> WordTag | None:
    """The verb's noun in its own clause: behind it, or before it where verbs come last."""
    sentence = matcher.sentence
    after = [t for t in inside if t.first >= verb.last and t.first - verb.last <= _FAR]
    before = [t for t in inside if t.last <= verb.first]
    noun_first = noun_may_come_first(matcher, verb)
    if before and sentence_final(sentence):
        left = max(before, key=lambda tag: tag.first)
        right = min(after, key=lambda tag: tag.first, default=None)
        return right if right is not None and _is_nearer(verb, left, right) else left
    if after and not (noun_first and before and is_passive(matcher, verb)):
        return min(after, key=lambda tag: tag.first)
    is_free = sentence.lexicon.oblique is not None
    if before and (noun_first or is_free or _is_contact(matcher, before[-1], verb)):
        return max(before, key=lambda tag: tag.first)
    return None


def _noun_said(matcher: FrameMatcher, frame: Frame, clause: Clause) -> WordTag | None:
    """The first noun in what is said after a speech act that closes its clause."""
    said = [
        tag
        for name in frame.nouns
        for tag in matcher.sentence.of("noun", name)
        if clause.last <= tag.first < matcher.reach(clause) and tag.first not in matcher.taken
    ]
    return min(said, key=lambda tag: tag.first, default=None)


def _noun_before(
    matcher: FrameMatcher,
    frame: Frame,
    verb: WordTag,
    clause: Clause,
    tags: Sequence[WordTag],
) -> WordTag | None:
    """The noun in an earlier clause that a relative, participle or subjectless clause is about."""
    reported = matcher.sentence.cue("report", 0, clause.first + 1) is not None
    said = (reported and closes_clauses(matcher.sentence)) or group_of(frame.type) == "speech"
    if clause.opener == "that" and said:
        return None  # what is said inside a report is about nothing of its frame
    noun_first = noun_may_come_first(matcher, verb)
    if group_of(frame.type) != "speech" and _has_own_subject(matcher, verb, clause):
        return None
    goings = matcher.sentence.of("noun", "process") if closes_clauses(matcher.sentence) else []
    if any(clause.first <= t.first < verb.first for t in goings):
        return None  # "… the commissions', and the process will go on"
    if not noun_first and clause.opener not in {"relative", "participle", "coordinate"}:
        return None
    is_near = clause.opener == "relative" and matcher.sentence.lexicon.words.order == "svo"
    reach = len(matcher.sentence.words) if noun_first and not is_near else _RELATIVE
    tags = [tag for tag in tags if not _is_circumstance(matcher, verb, clause, tag)]
    earlier = [
        tag
        for tag in tags
        if clause.first - reach <= tag.last <= clause.first
        and not matcher.sentence.gap_has(tag.last, verb.first + 1, ";:")
    ]
    tells_cases = matcher.sentence.lexicon.oblique is not None
    if noun_first and clause.opener in {"coordinate", "main"} and not tells_cases:
        earlier = [tag for tag in earlier if not is_governed_noun(matcher, tag)]
    found = max(earlier, key=lambda tag: tag.first, default=None)
    return found or _shared_noun(matcher, frame, clause)


def _is_circumstance(matcher: FrameMatcher, verb: WordTag, clause: Clause, noun: WordTag) -> bool:
    """Whether a noun stands in a clause of time beside one with its own subject: "After the
    talks, X announced …" announces no talks.
    """
    sentence = matcher.sentence
    if sentence_final(sentence) or sentence.lexicon.oblique is not None:
        return False
    outer = sentence.clauses[sentence.clause_of(noun.first)]
    return outer.opener == "adverbial" and any(
        p.marker is None and clause.first <= p.first and 0 <= verb.first - p.last <= 2
        for p in sentence.phrases
    )


def _has_own_subject(matcher: FrameMatcher, verb: WordTag, clause: Clause) -> bool:
    """Whether a clause names who does it right before its verb and what it is done to right
    behind, where word order tells the two: what an earlier clause names is neither then.
    """
    sentence = matcher.sentence
    if sentence_final(sentence) or sentence.lexicon.oblique is not None:
        return False
    if verb.form == "passive" or is_passive(matcher, verb):
        return False
    if sentence.cue("relative_object", clause.first, clause.first + 1) is not None:
        return False
    starts = {p.first for p in sentence.phrases if p.marker is None}
    has_object = sentence.cue("determiner", verb.last, verb.last + 1) or verb.last in starts
    return (
        bool(has_object)
        and clause.opener in {"relative", "adverbial"}
        and any(
            p.marker is None and clause.first < p.first and 0 <= verb.first - p.last <= 1
            for p in sentence.phrases
        )
    )


def _is_inside_verb(matcher: FrameMatcher, noun: WordTag) -> bool:
    """Whether a noun is part of a compound verb, where verbs are so made."""
    if not closes_clauses(matcher.sentence):
        return False
    return any(
        tag.first <= noun.first and noun.last < tag.last and tag.form != "noun"
        for tag in matcher.sentence.kind("verb")
    )


def _tells_elsewhere(matcher: FrameMatcher, frame: Frame, clause: Clause) -> bool:
    """Whether what an earlier clause names cannot be what is said here: where each clause
    has its own verb, a speech act is about its own clause, or the noun a relative follows.
    """
    is_speech = group_of(frame.type) == "speech"
    return is_speech and closes_clauses(matcher.sentence) and clause.opener != "relative"


def _shared_noun(matcher: FrameMatcher, frame: Frame, clause: Clause) -> WordTag | None:
    """The noun of a clause that goes on behind a relative one: "the paper, which was
    signed in May, was ratified", where clauses end with their verbs.
    """
    sentence = matcher.sentence
    if not closes_clauses(sentence) or clause.opener not in {"coordinate", "relative"}:
        return None
    if group_of(frame.type) != "instrument":
        return None
    tags = [t for name in frame.nouns for t in sentence.of("noun", name)]
    earlier = [tag for tag in tags if tag.last <= clause.first]
    return max(earlier, key=lambda tag: tag.first, default=None)


def _is_purpose(matcher: FrameMatcher, noun: WordTag) -> bool:
    """Whether a deed is only what something is for: "a truce for the exchange of captives"."""
    starts = {noun.first, noun.first - 1}
    return any(t.name == "for" and t.last in starts for t in matcher.sentence.kind("before"))


def is_governed_noun(matcher: FrameMatcher, noun: WordTag) -> bool:
    """Whether an adposition governs a noun: "begun with a talk" begins no talk."""
    sentence = matcher.sentence
    if sentence.lexicon.words.is_strict:
        behind = [t for t in sentence.kind("after") if t.first == noun.last]
        return any(t.name in {"about", "other"} for t in behind)
    if sentence_final(sentence):
        return is_setting(sentence, noun)
    for tag in sentence.kind("before"):
        if 0 <= noun.first - tag.last <= 1 and not sentence.gap_has(
            tag.last, noun.first + 1, ",;:()"
        ):
            return not any(p.marker_first == tag.first for p in sentence.phrases)
    return False


def is_origin(sentence: Sentence, noun: WordTag) -> bool:
    """Whether a noun only says what something came of: "as a result of the talks they agreed"."""
    if not sentence.lexicon.words.is_strict:
        return False
    return any(0 <= t.first - noun.last <= 1 for t in sentence.of("cue", "aftermath"))


_SETTING: Final = frozenset({"other", "in", "for"})


def is_setting(sentence: Sentence, noun: WordTag) -> bool:
    """Whether a postposition governs a noun: "the meeting after" only sets the scene."""
    if sentence.lexicon.words.is_strict or not sentence_final(sentence):
        return False
    return any(t.first == noun.last and t.name in _SETTING for t in sentence.kind("after"))


def _is_contact(matcher: FrameMatcher, noun: WordTag, verb: WordTag) -> bool:
    """Whether a subject stands between the two: "the paper they signed"."""
    starts = [p.first for p in matcher.sentence.phrases if p.last == verb.first]
    starts += [t.first for t in matcher.sentence.of("cue", "they") if t.last == verb.first]
    return noun.last in starts


def noun_may_come_first(matcher: FrameMatcher, verb: WordTag) -> bool:
    """Whether the event noun may stand before the verb: as its subject, or as languages go."""
    if verb.name in _NOUN_FIRST or sentence_final(matcher.sentence):
        return True
    return verb.form == "passive" or is_passive(matcher, verb)


def is_passive(matcher: FrameMatcher, verb: WordTag) -> bool:
    """Whether the verb is passive, by an auxiliary or by its agent."""
    clause = matcher.sentence.clauses[matcher.sentence.clause_of(verb.first)]
    if aspect_of(matcher.sentence, clause, verb).is_passive:
        return True
    if verb.form not in {"past", "passive"}:
        return False
    return any(
        p.marker in {"by", "mediated_by", "hosted_by"}
        and verb.first <= p.marker_first <= verb.last + 1
        for p in matcher.sentence.phrases
    )


_PURPOSES: Final = frozenset({"talks", "meeting", "settlement", "conflict"})


def is_shadowed(sentence: Sentence, verb: WordTag, noun: WordTag) -> bool:
    """Whether a plan or method is what is put forward, and the noun only its purpose:
    "proposed a method for the resumption of the talks".
    """
    if noun.name not in _PURPOSES or sentence_final(sentence):
        return False
    nearer = [t for n in ("proposal", "idea") for t in sentence.of("noun", n)]
    return any(verb.last <= t.first and t.last <= noun.first for t in nearer)


def is_plain(sentence: Sentence, word: int) -> bool:
    """Whether a word is none that is known: an adjective, between an article and its noun."""
    known = any(t.first <= word < t.last and t.name != "upcoming" for t in sentence.tags)
    return not known and not any(p.first <= word < p.last for p in sentence.phrases)


def is_topic(sentence: Sentence, noun: WordTag) -> bool:
    """Whether a postposition makes a noun a setting or a topic: "the paper-on talks"."""
    if sentence_final(sentence) and is_setting(sentence, noun):
        return True
    return any(t.first == noun.last and t.name == "about" for t in sentence.kind("after"))
