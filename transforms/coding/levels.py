"""At what level the parties meet: offices of the persons, titles, the noun, the story so far."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from transforms.coding.phrases import widest_level
from transforms.vocabulary import LEVELS, group_of

if TYPE_CHECKING:
    from transforms.coding.draft import Draft
    from transforms.coding.parts import Cast
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Phrase, Sentence

_STATED: Final = frozenset(LEVELS.values())
_STATES_RANKS: Final = frozenset({"head", "minister", "envoy"})
_SAID: Final = 2  # words between an office and what it says: "in V"
_NEXT: Final = 3  # sentences from a commission's sitting to the next one told
_BEFORE, _AFTER = 12, 4  # sentences around a meeting in which its level may be stated


def level_of_meeting(scene: Scene, cast: Cast) -> str | None:
    """The level of one told meeting, or None where the passage does not say."""
    offices = [atom.level for atom in cast.parties.values() if atom.person]
    lent = cast.is_anaphoric and scene.match.noun is not None
    if lent and not cast.levels and (told := _noun_level(scene)) is not None:
        return told  # "a meeting of the ministers" in an account of their chiefs
    same = offices[0] if offices and len(set(offices)) == 1 else None
    if (
        same
        and len(offices) == len(cast.parties)
        and (not cast.levels or (same in _PARTICULAR and not cast.is_anaphoric))
    ):
        return same
    if cast.levels:
        return Counter(cast.levels).most_common(1)[0][0]
    return same or _noun_level(scene) or _level_of_third(scene, cast)


_PARTICULAR: Final = frozenset({"parliament", "officials"})
"""Levels that a title beside the names ("heads", "ministers") does not overrule."""


def _noun_level(scene: Scene) -> str | None:
    """So "A meeting at the level of X", "the X's talks", "as their Xs meet" is read."""
    taken = {
        word
        for phrase in scene.phrases
        for word in range(phrase.first, phrase.last)
        if not all(scene.context.is_party(a) for a in phrase.actors) or _reports(scene, phrase)
    }
    tags = [
        tag
        for tag in scene.sentence.kind("level")
        if scene.first <= tag.first < scene.last and (tag.first not in taken or tag.name == "civil")
    ]
    if tags:
        return widest_level(tags)
    if scene.sentence.cue("peer", scene.first, scene.last):  # "X's minister met his counterparts"
        return next((phrase.level for phrase in scene.phrases if phrase.level), None)
    noun = scene.match.noun
    return "leaders" if noun is not None and noun.name == "summit" else None


def _reports(scene: Scene, phrase: Phrase) -> bool:
    """Whether an office only tells of it: ", the foreign ministry in V said"."""
    if phrase.atoms or not phrase.is_office:
        return False
    said = (t.first for t in scene.sentence.of("cue", "report"))
    return any(0 <= first - phrase.last <= _SAID for first in said)


def _level_of_third(scene: Scene, cast: Cast) -> str | None:
    """Who is received by a head of state leads a state: only for parties left unnamed."""
    if not cast.is_anaphoric and not all(a.last == 0 for a in cast.parties.values()):
        return None
    ranks = {third.rank for third in cast.thirds.values() if third.rank in _STATES_RANKS}
    return {"head": "leaders"}.get(ranks.pop() or "") if len(ranks) == 1 else None


def infer_levels(drafts: list[Draft], title: Sentence | None) -> None:
    """Give meetings of unnamed participants the level of the meeting told nearest before.

    "They held talks in V": they are who the text was speaking of.
    """
    _infer_commissions(drafts)
    stated = [draft for draft in drafts if draft.type in _STATED]
    for draft in drafts:
        number = draft.sentence.number
        _sits_again(draft, drafts)
        if draft.type != "talks" or not (draft.is_anaphoric or _is_unnamed(draft)):
            continue
        before = [d for d in stated if number - _BEFORE <= d.sentence.number <= number]
        after = [d for d in stated if number < d.sentence.number <= number + _AFTER]
        after = [d for d in after if not draft.thirds or d.novelty == draft.novelty]
        nearest = before[-1] if before else None
        if nearest is None and (level := _title_level(title, draft)) is not None:
            draft.type = LEVELS[level]
        elif nearest is not None or after:
            draft.type = (nearest or after[0]).type
        draft.notes.append(f"type {draft.type}: the level of the story so far")


def _infer_commissions(drafts: list[Draft]) -> None:
    """As in "the next sitting", told right after a commission's, is the commission's."""
    for before, draft in pairwise(drafts):
        near = draft.sentence.number - before.sentence.number <= _NEXT
        if (
            before.type != "commission"
            or not near
            or draft.type not in {"talks", "officials_talks"}
        ):
            continue
        is_bare = draft.venue is None and draft.date.basis not in {"text", "relative"}
        if (draft.is_anaphoric or is_bare) and not draft.thirds:
            draft.type = "commission"
            draft.notes.append("type commission: it goes on with the sitting told before")


def _is_unnamed(draft: Draft) -> bool:
    """Whether a verb tells a meeting of the two states and names nobody who met."""
    return not draft.is_background and not any(draft.parties.values())


def _sits_again(draft: Draft, drafts: list[Draft]) -> None:
    """Read "the next meeting" of officials who just sat as a commission as the commission's."""
    if draft.type == "officials_talks" and draft.is_anaphoric and draft.is_definite:
        number = draft.sentence.number
        last = next((d for d in reversed(drafts) if _is_shortly_before(d, number)), None)
        if last is not None and last.type == "commission":
            draft.type = "commission"


def _is_shortly_before(draft: Draft, number: int) -> bool:
    return is_meeting(draft) and 0 < number - draft.sentence.number <= _AFTER


def _title_level(title: Sentence | None, draft: Draft) -> str | None:
    """The level of the persons or titles that a headline names; none of a headline that names
    persons of one side alone.
    """
    if title is None:
        return None
    persons = {a.actor for p in title.phrases for a in p.atoms if a.person}
    if len(draft.parties) > 1 and len(persons & draft.parties.keys()) == 1:
        return None
    levels = {p.level for p in title.phrases if p.level}
    levels |= {a.level for p in title.phrases for a in p.atoms if a.person and a.level}
    tags = {t.name for t in title.kind("level")}
    found = levels or tags
    return found.pop() if len(found) == 1 else None


def is_meeting(draft: Draft) -> bool:
    """Whether a draft is of a meeting."""
    return group_of(draft.type) == "meeting"
