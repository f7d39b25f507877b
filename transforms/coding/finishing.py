"""From merged drafts to event mentions: track, codes, evidence, headline, confidence, id."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from transforms.coding.context import day_of
from transforms.coding.crosswalk import CodingFacts, cameo, plover
from transforms.coding.headline import build_headline
from transforms.records import EventMention, Evidence, Party, ThirdParty
from transforms.vocabulary import group_of, ordered_roles

if TYPE_CHECKING:
    from datetime import date

    from dossiers.records import Dossier
    from transforms.coding.context import Context
    from transforms.coding.draft import Draft
    from transforms.coding.parts import Third
    from transforms.records import Document

_OFTEN_MISREAD: Final = frozenset({"talks"})
"""Types that a single passage tells wrongly more often than not, on real articles."""
_ADDRESSES_BOTH: Final = frozenset({"invitation"})
"""Types whose parties are mostly told as "both": the anaphor is no doubt about them."""
_HISTORICAL_DAYS = 180


def finish(
    drafts: list[Draft], document: Document, context: Context, dossier: Dossier
) -> tuple[EventMention, ...]:
    """The event mentions of a document, in the order of the text, ids unique."""
    found: list[EventMention] = []
    seen: dict[str, int] = {}
    for draft in drafts:
        event = _finish(draft, document, context, dossier)
        key = f"{document.url}\n{event.type}\n{event.evidence[0].quote}"
        seen[key] = seen.get(key, -1) + 1
        if seen[key]:  # several venues of one sentence: the same passage, told apart
            key = f"{key}\n{event.venue.id if event.venue else seen[key]}"
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        found.append(replace(event, mention_id=f"evm_{digest[:24]}"))
    return tuple(found)


def _finish(draft: Draft, document: Document, context: Context, dossier: Dossier) -> EventMention:
    facts = _facts(draft, document, context)
    thirds = tuple(_third(third, dossier) for third in draft.thirds.values())
    event = EventMention(
        mention_id="",
        type=draft.type,
        status=draft.status,
        third_parties=thirds,
        parties=tuple(Party(actor, person) for actor, person in draft.parties.items()),
        initiators=tuple(draft.initiators),
        venue=draft.venue,
        made_at=draft.made_at,
        status_by=draft.status_by,
        date=draft.date,
        announced=draft.announced,
        document=draft.document,
        track=_track(draft, document, dossier),
        novelty=draft.novelty,
        cameo=cameo(draft.type, draft.status, facts),
        plover=plover(draft.type, draft.status, facts),
        evidence=tuple(_evidence(draft, document)),
        claim_source=draft.claim_source,
        confidence=_confidence(draft),
        trigger="; ".join((draft.trigger, *draft.notes)),
    )
    return replace(event, headline=build_headline(event, dossier))


def _third(third: Third, dossier: Dossier) -> ThirdParty:
    actor = dossier.actors.get(third.actor)
    rank = third.rank or (actor.rank if actor else None)
    return ThirdParty(third.actor, third.person, rank, ordered_roles(third.roles))


def _track(draft: Draft, document: Document, dossier: Dossier) -> str | None:
    """The dossier's rule; an undated event counts as of its article's day."""
    day = day_of(document)
    others = [*draft.thirds]
    others += [actor for actor in draft.backers if actor not in others]
    others += [a for a in draft.initiators if a not in draft.parties and a not in others]
    track = dossier.track_for(
        draft.type,
        others,
        draft.venue.id if draft.venue else None,
        [concept for sentence in draft.sentences for concept in sentence.concepts],
        draft.date.start or day,
        draft.date.end or day,
    )
    return track.removeprefix("track:") if track else None


def _evidence(draft: Draft, document: Document) -> list[Evidence]:
    pieces = []
    for sentence in draft.sentences or [draft.sentence]:
        start, end = sentence.start, sentence.end
        source_start, source_end = document.source_span(start, end)
        language = sentence.lexicon.language.code
        quote = document.text[start:end]
        pieces.append(Evidence(quote, start, end, language, source_start, source_end))
    return pieces


def _facts(draft: Draft, document: Document, context: Context) -> CodingFacts:
    numbers = {s.number for s in draft.sentences}
    near = {number + step for number in numbers for step in range(3)}
    territory = any(
        "territory" in sentence.topics(0, len(sentence.words))
        for sentence in context.sentences
        if sentence.number in near
    )
    published = day_of(document)
    return CodingFacts(
        roles=frozenset(role for third in draft.thirds.values() for role in third.roles),
        away=draft.away,
        about=draft.about,
        territory=territory,
        historical=_is_historical(draft, published),
    )


def _is_historical(draft: Draft, published: date | None) -> bool:
    last = draft.date.end or draft.date.start
    if published is None or last is None:
        return False
    return (published - last).days > _HISTORICAL_DAYS


def _confidence(draft: Draft) -> float:
    """A stated sum, not a probability: see `docs/events.md`."""
    score = 0.6
    is_to_both = draft.type in _ADDRESSES_BOTH and len(draft.parties) > 1
    score += 0.1 if is_to_both or not draft.is_anaphoric else 0.0
    score += 0.1 if draft.date.basis in {"text", "relative"} else 0.0
    score += 0.08 if not draft.is_background else 0.0
    score += 0.05 if any(draft.parties.values()) else 0.0
    score += 0.05 if len(draft.sentences) > 1 else 0.0
    score -= 0.15 if draft.is_weak else 0.0
    score -= 0.1 if draft.type in _OFTEN_MISREAD else 0.0
    score -= 0.05 if draft.claim_source and group_of(draft.type) != "speech" else 0.0
    return round(min(0.98, max(0.3, score)), 2)
