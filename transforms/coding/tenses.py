"""When a verb's deed is: past, going on, to come, or merely named by a noun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from transforms.coding.before import Before
    from transforms.coding.lexicon import WordTag

Time = Literal["past", "perfect", "pluperfect", "present", "under_way", "future", "gerund", "noun"]
_STAGES = frozenset({"start", "end", "finalise", "complete", "deliver", "open", "launch"})


def time_of(before: Before, tag: WordTag) -> tuple[Time, str | None]:
    """The time of a verb or event noun, and why it tells no event, if so."""
    form = tag.form
    if before.is_strict and tag.kind == "verb" and form in {"noun", "ing", "attributive"}:
        return _dependent_time(before, tag)
    if tag.kind == "noun" or form in {"noun", "attributive"}:
        return "noun", None
    if form == "ing":
        return _ing_time(before)
    if form == "ongoing":
        return "under_way", None
    if form == "future":
        return "future", None
    if form == "perfect":
        return _perfect_time(before)
    if form == "base":
        return _base_time(before)
    if form in {"past", "passive", "negated"}:
        return _past_time(before)
    return _present_time(before)


def _ing_time(before: Before) -> tuple[Time, str | None]:
    """A participle after "be" goes on; after "will be", "is to be" it is a plan."""
    if not before.near("be"):
        return "gerund", None
    return ("future", None) if before.has("future") else ("under_way", None)


def _past_time(before: Before) -> tuple[Time, str | None]:
    if before.directly("infinitive_be") and not before.has("future"):
        return _base_time(before)
    if before.is_to_come:
        return "future", None
    if before.has("future_past"):
        return "future", None if _is_reported(before) else "hypothetical"
    if before.has("had") or before.had_after:
        return "pluperfect", None
    if before.is_first_to_come:
        return "future", None
    return ("perfect", None) if before.has("have") else ("past", None)


def _perfect_time(before: Before) -> tuple[Time, str | None]:
    """A participle that is finite only with its auxiliary."""
    carrier = before.auxiliary
    if carrier is None:
        return ("future", None) if before.is_agreed_here else ("present", "infinitive")
    return ("pluperfect" if carrier == "aux_past" else "perfect"), None


def _dependent_time(before: Before, tag: WordTag) -> tuple[Time, str | None]:
    """A nominalised verb, converb or participle: what governs it gives its time."""
    if tag.form == "noun":
        if before.after("future"):
            return "future", None
        is_fact = before.is_denied or (before.after("aftermath") and tag.name not in _STAGES)
        return "noun", None if is_fact else "nominal"
    if tag.form == "attributive":
        return "perfect", None
    closing = before.closing()
    if closing is not None and closing.form == "future":
        return "future", None
    return "past", None


def _base_time(before: Before) -> tuple[Time, str | None]:
    if before.has("future") or before.governed("future") or before.is_agreed:
        return "future", None
    if before.has("future_past"):
        return "future", None if _is_reported(before) else "hypothetical"
    if before.directly("achieved"):
        return "perfect", None
    if before.directly("to"):
        return _infinitive_time(before)
    if not before.sentence.lexicon.words.cues.get("to"):
        return ("future", None) if before.is_agreed_here else ("present", "infinitive")
    if before.has("negation"):
        return "past", None
    return "present", None


def _infinitive_time(before: Before) -> tuple[Time, str | None]:
    """A bare "X to host" announces; "efforts to host" does not."""
    if before.is_agreed_here or before.follows_agreement:
        return "future", None
    to = before.sentence.cue("to", before.floor, before.tag.first)
    if to is not None and any(
        p.last == to.first and p.marker is None and not p.is_possessive
        for p in before.sentence.phrases
    ):
        return "future", None
    return "present", "infinitive"


def _present_time(before: Before) -> tuple[Time, str | None]:
    if before.has("future") or before.has("future_past") or before.directly("to"):
        return _base_time(before)
    if before.is_of_plan or (before.is_bare and before.governed("future")):
        return "future", None
    if before.shares_infinitive:
        return ("future", None) if before.shares_future else ("present", "infinitive")
    return "present", None


def _is_reported(before: Before) -> bool:
    sentence, clause = before.sentence, before.clause
    first = sentence.clauses[max(0, sentence.clauses.index(clause) - 1)].first
    return sentence.cue("report", first, before.tag.first) is not None
