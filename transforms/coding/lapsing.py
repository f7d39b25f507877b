"""Plans that a refusal let lapse: "X was to meet Y in V", and "X will not come"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.vocabulary import group_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transforms.coding.draft import Draft

_STAYS_AWAY: Final = "dissent"
"""The frame of not coming."""
_REACH: Final = 6  # sentences between a plan of the past and who let it lapse


def lapse_plans(drafts: Sequence[Draft]) -> None:
    """Call off a meeting that "was to" be where one of its parties is told not to come."""
    stayed = [d for d in drafts if d.frame == _STAYS_AWAY and d.novelty != "retrospective"]
    for draft in drafts:
        if not draft.was_due or group_of(draft.type) != "meeting":
            continue
        for refusal in stayed:
            near = abs(refusal.sentence.number - draft.sentence.number) <= _REACH
            absent = [actor for actor in refusal.initiators if actor in draft.parties]
            if near and absent:
                draft.status, draft.status_by = "cancelled", absent[0]
                draft.notes.append(f"status cancelled: {absent[0]} does not come")
                break
