"""What a bare meeting noun says of a round: that it is to come, or which one it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.vocabulary import group_of

if TYPE_CHECKING:
    from transforms.coding.lexicon import WordTag
    from transforms.coding.scene import Scene
    from transforms.coding.sentence import Sentence


def says_which_round(scene: Scene) -> bool:
    """Whether a clause only remarks on a meeting told before: "It was their third meeting"."""
    first = max(scene.clause.first, scene.match.anchor.first - 8)
    if scene.match.verb is not None or group_of(scene.match.frame.type) != "meeting":
        return False
    return scene.sentence.cue("it_was", first, scene.match.anchor.first) is not None


def is_upcoming(scene: Scene) -> bool:
    """Whether the adjective beside a meeting noun makes it a plan: "the upcoming talks"."""
    noun = scene.match.anchor
    near = range(noun.first - 2, noun.last + 2)
    return group_of(scene.match.frame.type) == "meeting" and any(
        t.first in near and t.last - 1 in near for t in scene.sentence.of("cue", "upcoming")
    )


def is_named_by_year(scene: Scene, noun: WordTag) -> bool:
    """As in "the 1994 truce was followed by talks": the year is part of its name."""
    word = scene.sentence.words[noun.first - 1].folded if noun.first > 1 else ""
    is_year = len(word) == 4 and word.isdigit()
    return is_year and scene.sentence.cue("determiner", noun.first - 2, noun.first - 1) is not None


def is_owned(sentence: Sentence, word: int) -> bool:
    """Whether a date at a word belongs to what is right before it: "men captured on 3 May"."""
    owned = {tag.last for tag in sentence.of("cue", "own_date")}
    return not owned.isdisjoint({word, word - 1})
