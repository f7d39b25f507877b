"""What an accord is about: a paper, or only what will be held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.coding.event_nouns import sentence_final

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
