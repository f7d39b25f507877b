"""What a paper or an appeal takes over from the meeting told just before it.

"The leaders met in V on Friday, hosted by X. They then signed a declaration.": the second
sentence names neither day nor place, yet the declaration is of that day, place and round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.coding.parts import Third
from transforms.records import Venue
from transforms.vocabulary import MEDIATING_ROLES, group_of

if TYPE_CHECKING:
    from transforms.coding.context import Context
    from transforms.coding.draft import Draft

_MEDIATING: Final = frozenset(MEDIATING_ROLES)
_SITTINGS: Final = ("talks", "meeting", "summit", "call")
_BESIDE: Final = 4  # words between "trilateral" and the noun it qualifies
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


def take_third_of_trio(drafts: list[Draft], context: Context) -> None:
    """Give talks called trilateral, of which only the parties are named, their third.

    It is the one who mediates elsewhere in the document, else the only other person named.
    """
    told = {a for d in drafts for a, third in d.thirds.items() if third.roles & _MEDIATING}
    known = told | {a for a in context.mediators if not context.is_party(a)}
    for draft in drafts:
        if group_of(draft.type) != "meeting" or draft.thirds or not context.has_both(draft.parties):
            continue
        if draft.type == "commission" or not _is_trilateral(draft):
            continue
        named = _others_named(draft, context) or known
        if len(named) == 1:
            actor = next(iter(named))
            draft.thirds[actor] = Third(actor, roles={"mediator"})
            draft.notes.append(f"{actor} mediator: the third of talks called trilateral")


def _is_trilateral(draft: Draft) -> bool:
    """Whether a sentence calls its talks trilateral, or says that three sat there."""
    sentence = draft.sentence
    nouns = [t for name in _SITTINGS for t in sentence.of("noun", name)]
    for tag in sentence.of("cue", "trilateral"):
        if sentence.is_without(tag):
            continue
        if any(-_BESIDE <= noun.first - tag.last < _BESIDE for noun in nouns):
            return True
    return False


def _others_named(draft: Draft, context: Context) -> set[str]:
    atoms = [atom for phrase in draft.sentence.phrases for atom in phrase.atoms]
    return {a.actor for a in atoms if a.person and a.actor and not context.is_party(a.actor)}


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
