"""What a paper or an appeal takes over from the meeting told just before it.

"The leaders met in V on Friday, hosted by X. They then signed a declaration.": the second
sentence names neither day nor place, yet the declaration is of that day, place and round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.records import Venue
from transforms.vocabulary import group_of

if TYPE_CHECKING:
    from transforms.coding.context import Context
    from transforms.coding.draft import Draft

_LEAD: Final = 2  # sentences that a title's place may be meant for
_SITES: Final[frozenset[str]] = frozenset({"city", "building", "border"})
_REACH: Final = 4  # sentences from a meeting, or from its last outcome, to the next outcome
_HEIRS: Final[frozenset[str]] = frozenset({"agreement", "ceasefire", "appeal"})
_DONE: Final[frozenset[str]] = frozenset({"made", "agreed", "initialled", "signed", "extended"})


def inherit_settings(drafts: list[Draft]) -> None:
    """Give undated papers the day, place and third parties of the meeting they came of.

    Without a meeting, an undated paper takes the day of the dated one told just before it.
    """
    origins = [draft for draft in drafts if _may_found(draft)]
    lasts = {id(draft): draft.sentence.number for draft in origins}
    for heir in drafts:
        if heir.type in _HEIRS and heir.status in _DONE and heir.is_open:
            origin = _origin(origins, lasts, heir)
            if origin is not None:
                _take_over(heir, origin)
                lasts[id(origin)] = heir.sentence.number


def take_title_venue(drafts: list[Draft], context: Context) -> None:
    """Give the news of the lead the place its title names, where the text names none."""
    title = context.title
    if title is None or not title.kind("noun") or title.cue("report", 0, len(title.words)):
        return
    places = context.dossier.places
    sites = [
        atom
        for phrase in title.phrases
        if phrase.marker == "in"
        for atom in phrase.atoms
        if atom.place and not atom.person and places[atom.place].place_kind in _SITES
    ]
    if len(sites) != 1:
        return
    for draft in drafts:
        is_lead = draft.sentence.number < _LEAD and draft.novelty == "new"
        if is_lead and draft.venue is None and group_of(draft.type) in {"meeting", "instrument"}:
            draft.venue = Venue(sites[0].place, sites[0].country)
            draft.notes.append("venue: the title's")


def _may_found(draft: Draft) -> bool:
    if draft.adds or (draft.is_anaphoric and draft.is_background):
        return False
    if group_of(draft.type) == "meeting":
        return True
    return draft.type == "agreement" and not draft.is_open and draft.date.precision == "day"


def _origin(origins: list[Draft], lasts: dict[int, int], heir: Draft) -> Draft | None:
    """The nearest meeting at or before a sentence, if it is one that was held."""
    number = heir.sentence.number
    near = [
        draft
        for draft in origins
        if draft.sentence.number <= number <= lasts[id(draft)] + _REACH and draft is not heir
    ]
    if not near:
        return None
    origin = max(near, key=lambda d: (d.sentence.number, group_of(d.type) == "meeting"))
    done = origin.status in {"held", "under_way"} or origin.type == "agreement"
    fresh = origin.novelty in {"new", "undated"}
    return origin if done and fresh and _is_its(heir, origin) else None


def _is_its(heir: Draft, origin: Draft) -> bool:
    if not set(heir.parties) <= set(origin.parties):
        return False
    return heir.venue is None or origin.venue is None or heir.venue.country == origin.venue.country


def _take_over(heir: Draft, origin: Draft) -> None:
    if origin.date.start is not None and origin.date.precision == "day":
        heir.date = origin.date
    if heir.novelty == "retrospective":
        heir.novelty = origin.novelty
    if group_of(heir.type) == "instrument":
        heir.venue = heir.venue or origin.venue
        heir.backers = [actor for actor in origin.thirds if actor not in heir.thirds]
    what = "meeting" if group_of(origin.type) == "meeting" else "paper"
    heir.notes.append(f"day, place and round of the {what} told before")
