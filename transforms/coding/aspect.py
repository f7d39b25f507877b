"""What a clause says of its verb: done, planned, denied, wished, possible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.coding.before import Before
from transforms.coding.tenses import Time, time_of

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.sentence import Clause, Sentence


@dataclass(frozen=True, slots=True)
class Aspect:
    """Time, polarity and modality of one verb.

    Attributes:
        veto: why the verb tells no event (``hypothetical``, ``attempt``, ``infinitive``,
            ``habitual``), or None.
        is_ability: the verb says what somebody can do: a boast where it is claimed.
        is_due: it is still to be done ("has to be signed", "is yet to be signed").
        is_passive: an auxiliary makes the verb passive.
    """

    time: Time
    is_negated: bool = False
    is_denied: bool = False
    is_ability: bool = False
    is_passive: bool = False
    is_hearsay: bool = False
    is_due: bool = False
    veto: str | None = None


def aspect_of(sentence: Sentence, clause: Clause, tag: WordTag) -> Aspect:
    """The aspect of a verb (or of a bare event noun) inside its clause."""
    before = Before(sentence, clause, tag)
    passive = before.is_passive
    time, veto = time_of(before, tag)
    ability = before.has("ability") and tag.form in {"base", "present", "past"}
    negated = tag.form == "negated" or before.has("negation") or before.negated_after
    negated = negated or before.negates_subject
    negated = negated and sentence.cue("until", clause.first, clause.first + 1) is None
    due = before.is_due
    if due and veto in {None, "infinitive", "hypothetical"}:
        time, veto = "future", None
    elif veto is None and time != "noun":
        veto = _modal_veto(before, tag, time)
    if veto is None and before.is_opinion:
        veto = "an opinion"
    if time == "future" and veto is None and before.follows_condition:
        veto = "hypothetical"
    if clause.opener in {"condition", "prospective"}:
        veto = "hypothetical" if clause.opener == "condition" else "still to come"
    return Aspect(
        time,
        is_negated=negated,
        is_denied=before.is_denied,
        is_ability=ability,
        is_passive=passive,
        is_hearsay=before.is_hearsay,
        is_due=due,
        veto=veto,
    )


def _modal_veto(before: Before, tag: WordTag, time: Time) -> str | None:
    if before.has("attempt"):
        return "attempt"
    if before.has("hypothetical") or (before.is_strict and before.after("hypothetical")):
        return "hypothetical"
    if before.is_left_open:
        return "hypothetical"
    if before.is_wished:
        return "only asked for"
    if time == "under_way" and before.has("have"):
        return "habitual"  # "has been mediating"
    if before.has("habit") and time in {"present", "perfect", "gerund"}:
        return "habitual"
    return None
