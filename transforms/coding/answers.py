"""Answers to what was offered a sentence or two before: by whom, or only how it ended.

"X offered to mediate. Y declined.": an answer of its own. "X's offer was turned down.": the
fate of the offer, for nobody is named who gave the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from transforms.coding.context import Context
    from transforms.coding.draft import Draft
    from transforms.coding.frames import Match
    from transforms.coding.sentence import Sentence

_OPEN: Final = frozenset({"offer", "proposal", "invitation", "request"})
_FATES: Final = {"accept": "accepted", "reject": "declined"}
_REACH: Final = 3  # sentences between an offer and its answer


def open_offer(context: Context, sentence: Sentence) -> Draft | None:
    """The offer, plan, invitation or request told last, if near enough to be answered."""
    for draft in reversed(context.told):
        if sentence.number - draft.sentence.number > _REACH:
            return None
        if draft.type in _OPEN or (draft.status == "planned" and draft.novelty == "new"):
            return draft
    return None


def settle_fate(context: Context, sentence: Sentence, match: Match) -> bool:
    """Note on the offer told last that it was taken or turned down, by nobody who is named."""
    fate = _FATES.get(match.frame.type)
    if fate is None or not match.aspect.is_passive or match.aspect.is_negated:
        return False
    offer = open_offer(context, sentence)
    if offer is None or offer.type not in _OPEN or offer.status != "made":
        return False
    offer.status = fate
    offer.notes.append(f"status {fate}: told as its fate, and nobody is named who answered")
    return True


def without_own_answers(drafts: list[Draft], context: Context) -> list[Draft]:
    """The drafts without the answers that a third party would give to its own offer, or that
    a party gives in the same sentence: it only tells of them ("they accept, said X").
    """
    offered = {name for d in drafts if d.type in _OPEN for name in d.initiators}
    answered = {
        (d.type, d.span)
        for d in drafts
        if d.type in _FATES and any(context.is_party(name) for name in d.initiators)
    }
    return [
        d
        for d in drafts
        if d.type not in _FATES
        or not d.initiators
        or any(context.is_party(name) for name in d.initiators)
        or not (set(d.initiators) <= offered or (d.type, d.span) in answered)
    ]
