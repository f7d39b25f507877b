"""Who convened a meeting that a sentence tells without him, as the rest of the document shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.hosting import is_called_mediated
from transforms.coding.parts import Third
from transforms.vocabulary import MEDIATING_ROLES, group_of

if TYPE_CHECKING:
    from transforms.coding.context import Context
    from transforms.coding.draft import Draft
    from transforms.coding.sentence import Sentence

_OPEN: Final[frozenset[str]] = frozenset({"planned", "held", "under_way", "postponed"})


def lend_mediator(drafts: list[Draft], context: Context) -> None:
    """Give the one mediator a document knows to the meetings that can only be his.

    Those are the ones called trilateral or mediated, and those that he himself tells of.
    """
    known = _mediators(drafts, context)
    if len(known) != 1:
        return
    third = next(iter(known.values()))
    for draft in drafts:
        if _lacks_mediator(draft, context) and _is_his(draft, third.actor, context):
            draft.thirds[third.actor] = Third(third.actor, third.person, third.rank, {"mediator"})
            draft.notes.append(f"{third.actor} mediator: the one this document knows")


def _mediators(drafts: list[Draft], context: Context) -> dict[str, Third]:
    found = {actor: Third(actor) for actor in sorted(context.mediators)}
    for draft in drafts:
        if group_of(draft.type) == "meeting" and context.has_both(draft.parties):
            for third in draft.thirds.values():
                if third.roles & MEDIATING_ROLES:
                    found[third.actor] = third
    return {actor: third for actor, third in found.items() if actor not in context.disclaimed}


def _lacks_mediator(draft: Draft, context: Context) -> bool:
    is_meeting = group_of(draft.type) == "meeting" and draft.type != "dialogue"
    is_open = draft.status in _OPEN and not draft.thirds
    return is_meeting and is_open and context.has_both(draft.parties)


def _is_his(draft: Draft, actor: str, context: Context) -> bool:
    if any(is_called_mediated(s, 0, len(s.words)) for s in draft.sentences):
        return True
    if draft.status != "planned":
        return False
    return any(_speaks_of_us(sentence, actor) for sentence in draft.sentences)


def _speaks_of_us(sentence: Sentence, actor: str) -> bool:
    """Whether a sentence quotes an actor on what is to come: "we shall meet again, X said"."""
    if not sentence.of("cue", "report"):
        return False
    bare = [p for p in sentence.phrases if p.marker is None and not p.is_possessive]
    return any(p.actors == (actor,) and any(a.person for a in p.atoms) for p in bare)
