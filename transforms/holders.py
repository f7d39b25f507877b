"""From candidates to mentions; office phrases become the person who held the office."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from transforms.folding import fold_word
from transforms.records import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from dossiers.languages import Language
    from dossiers.records import Dossier, OfficePhrase
    from transforms.mentions import Candidate, Passage

_LAST_WORD = re.compile(r"([^\W\d_]+)[\s\-‑]*\Z")
_FIRST_WORD = re.compile(r"[\s\-‑]*([^\W\d_]+)")
_TWO_CAPITALS = re.compile(r"[ \u00a0]([^\W\d_][\w'’-]+)[ \u00a0]([^\W\d_][\w'’-]+)")
_NAME_GAP = 3
_LOOK_AHEAD = 6  # candidates inside a phrase come before the one after it


def resolve_titles(
    candidates: Sequence[Candidate],
    passage: Passage,
    language: Language,
    dossier: Dossier,
    published: date | None,
) -> Iterator[Mention]:
    """Mentions of ``candidates`` in order.

    An office phrase is a mention of: the person named right after it, if that person ever
    held an office of that actor; else nobody we know, hence the actor, if another name
    follows or ``published`` is unknown; else the holder on ``published``. A phrase marked as
    former or acting names the actor too.
    """
    for index, candidate in enumerate(candidates):
        entity_id = candidate.lexeme.entity_id
        if candidate.lexeme.office is not None:
            later = candidates[index + 1 : index + 1 + _LOOK_AHEAD]
            after = (c for c in later if c.start >= candidate.end)
            named = _named_after(candidate, candidate.lexeme.office, next(after, None), dossier)
            entity_id = named or _holder(candidate, passage, language, dossier, published)
        start, end = passage.folded.span(candidate.start, candidate.end)
        form = candidate.lexeme.form
        yield Mention(
            entity_id,
            passage.text[start:end],
            start,
            end,
            form_kind=form.kind,
            naming=form.naming,
            in_title=passage.is_title,
        )


def _named_after(
    candidate: Candidate, office: OfficePhrase, following: Candidate | None, dossier: Dossier
) -> str | None:
    """The person named right after the phrase, if of the same actor."""
    if following is None or following.start - candidate.end > _NAME_GAP:
        return None
    person = dossier.persons.get(following.lexeme.entity_id)
    if person is None or all(o.actor != office.actor for o in person.offices):
        return None
    return person.id


def _holder(
    candidate: Candidate,
    passage: Passage,
    language: Language,
    dossier: Dossier,
    published: date | None,
) -> str:
    """The holder on the day, or the actor where that is not known or not meant."""
    office = candidate.lexeme.office
    if office is None:
        return candidate.lexeme.entity_id
    start, end = passage.folded.span(candidate.start, candidate.end)
    if published is None or _is_not_holder(passage, start, end, language):
        return office.actor
    holders = dossier.holders(office.actor, office.title, published)
    return holders[0].id if holders else office.actor


def _is_not_holder(passage: Passage, start: int, end: int, language: Language) -> bool:
    names = language.names
    before = _LAST_WORD.search(passage.text, max(0, start - 40), start)
    if before and fold_word(before.group(1), language) in names.former:
        return True
    after = _FIRST_WORD.match(passage.text, end)
    if after and fold_word(after.group(1), language) in names.former_after:
        return True
    if passage.is_title or not language.is_cased:
        return False
    capitals = _TWO_CAPITALS.match(passage.text, end)
    return capitals is not None and all(w[0].isupper() for w in capitals.groups())
