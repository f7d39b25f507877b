"""An event mention in the making, before mentions of one event are merged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from transforms.coding.parts import Third
    from transforms.coding.sentence import Sentence
    from transforms.records import EventDate, Novelty, Venue


@dataclass(slots=True)
class Draft:
    """The slots of one coded clause.

    Attributes:
        parties: actor id -> person id or None.
        is_definite: "the talks", parties unnamed: something told before.
        is_weak: the trigger was a synonym of machine-rewritten text.
        is_background: the clause only mentions the event in passing.
        adds: it only adds to a meeting told before, and falls without one.
        is_open: undated, but told so that the meeting just told may date it.
        was_due: a plan told as one of the past ("was to meet").
        backers: third parties of the meeting it came of, which decide its track.
        notes: rule by rule, what gave each slot.
    """

    type: str
    status: str
    frame: str
    trigger: str
    sentence: Sentence
    parties: dict[str, str | None]
    thirds: dict[str, Third]
    date: EventDate
    novelty: Novelty
    initiators: list[str] = field(default_factory=list)
    venue: Venue | None = None
    made_at: str | None = None
    status_by: str | None = None
    announced: dt.date | None = None
    document: str | None = None
    about: str | None = None
    claim_source: str | None = None
    is_anaphoric: bool = False
    is_definite: bool = False
    is_weak: bool = False
    is_background: bool = False
    away: bool | None = None
    adds: bool = False
    is_open: bool = False
    was_due: bool = False
    backers: list[str] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def span(self) -> tuple[int, int]:
        """The sentence that proves it."""
        return self.sentence.start, self.sentence.end
