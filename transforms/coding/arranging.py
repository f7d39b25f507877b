"""What an accord is about: a paper, what will be held, or only that one will go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.coding.event_nouns import sentence_final
from transforms.vocabulary import group_of

if TYPE_CHECKING:
    from transforms.coding.frames import Match
    from transforms.coding.sentence import Sentence


def only_arranges(sentence: Sentence, match: Match) -> bool:
    """Whether an accord that names no paper only says what was arranged: "it was agreed that
    the meeting would be on Monday".
    """
    noun, after = match.noun, match.clause + 1
    if noun is None or match.frame.type != "agreement" or not sentence_final(sentence):
        return False
    is_paper = any(noun.first <= t.first < noun.last for t in sentence.kind("document"))
    clauses = sentence.clauses
    return not is_paper and after < len(clauses) and clauses[after].opener == "that"


def only_goes_on(sentence: Sentence, match: Match) -> bool:
    """Whether an accord only says that talks will go on, with no day or place for them: "they
    agreed to continue the dialogue".
    """
    verb = match.verb
    if verb is None or group_of(match.frame.type) != "meeting" or match.aspect.time != "future":
        return False
    if sentence.cue("carry_on", verb.first, verb.last) is None:
        return False
    floor = sentence.words[verb.last - 1].start
    later = (p for p in sentence.phrases if p.first >= verb.last and p.marker in {"in", "to"})
    return not any(m.start > floor for m in sentence.dates) and not any(
        atom.place for phrase in later for atom in phrase.atoms
    )
