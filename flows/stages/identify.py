"""Identify: which events new mentions tell, as analysts ruled; and what that alerts.

Runs inside the write lock, for a batch of articles and for an analyst's decision alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from alerts.rules import build_alerts, build_retractions
from flows.stages.payload import told_event
from transforms.coding.headline import build_headline
from transforms.identity import Rulings, gather, recoded, resolve, successors
from transforms.records import Event, Resolution, Ruling, SituatedMention
from transforms.vocabulary import BACKGROUND
from warehouse.records import AlertRow

if TYPE_CHECKING:
    from dossiers.records import Dossier
    from flows.stages.decide import Setting
    from warehouse.store import Writer


@dataclass(frozen=True, slots=True)
class Identified:
    """Events after and before (by id), and the ids that dissolved.

    ``recoded`` leads from a mention of a corrected article to the event its passage told
    before, where the correction made a deed of another kind of it. ``mentions`` are all that
    were looked at, by id.
    """

    resolution: Resolution
    before: Mapping[str, Event]
    dissolved: tuple[str, ...]
    recoded: Mapping[str, str] = field(default_factory=dict)
    mentions: Mapping[str, SituatedMention] = field(default_factory=dict)


def identify(
    situated: Sequence[SituatedMention],
    outdated: Sequence[SituatedMention],
    *,
    writer: Writer,
    setting: Setting,
    decided: Sequence[Ruling] = (),
) -> Identified:
    """Resolve the touched blocks.

    Args:
        situated: mentions that are new, or to be looked at anew.
        outdated: mentions of texts that were replaced; those no new one succeeds are withdrawn.
        writer: the open warehouse.
        setting: the run.
        decided: rulings that are being made now, beside those stored.
    """
    within = places_within(setting.dossier)
    gathered, rulings = _gathered((*outdated, *situated), writer, within, decided)
    fresh = {item.mention.mention_id: item for item in situated}
    # A passage that was rewritten keeps its place in its event: only the withdrawn ones go.
    rewritten = successors([*outdated, *situated])
    gone = {item.mention.mention_id for item in outdated} - fresh.keys() - rewritten.keys()
    event_of = writer.known_event_ids([item.mention.mention_id for item in gathered])
    before = writer.events(sorted(set(event_of.values())))
    standing = {item.mention.mention_id: item for item in gathered} | fresh
    resolution = resolve(
        [item for name, item in sorted(standing.items()) if name not in gone],
        event_of,
        {alias: event.event_id for event in before.values() for alias in event.aliases},
        headline=lambda slots: build_headline(slots, setting.dossier),
        within=within,
        rulings=rulings,
    )
    alive = {event.event_id for event in resolution.events}
    merged = {alias for event in resolution.events for alias in event.aliases}
    origin = recoded(
        [item for item in outdated if item.mention.mention_id in gone],
        [item for item in situated if item.mention.mention_id not in event_of],
    )
    told = {heir: event_of[name] for heir, name in origin.items() if name in event_of}
    dissolved = tuple(sorted(set(before) - alive - merged))
    return Identified(resolution, before, dissolved, told, standing)


def _gathered(
    seeds: Sequence[SituatedMention],
    writer: Writer,
    within: Mapping[str, str],
    decided: Sequence[Ruling],
) -> tuple[tuple[SituatedMention, ...], Rulings]:
    """All mentions to be looked at together, those that analysts put together included."""

    def stored(keys: frozenset[str]) -> list[SituatedMention]:
        """Stored mentions that belong to an event: withdrawn ones belong to none."""
        found = writer.situated_in_blocks(sorted(keys))
        members = writer.known_event_ids([item.mention.mention_id for item in found])
        return [item for item in found if item.mention.mention_id in members]

    pool = list(seeds)
    while True:
        gathered = gather(pool, stored, within=within)
        ids = {item.mention.mention_id for item in gathered}
        ruled = (*writer.rulings_on(sorted(ids)), *decided)
        partners = {name for r in ruled for name in (r.mention_id, r.other_id) if name} - ids
        events = set(writer.known_event_ids(sorted(partners)).values())
        missing = [m for m in writer.mentions_of_events(sorted(events)) if m not in pool]
        if not missing:
            return gathered, Rulings.of(ruled)
        pool += missing


def places_within(dossier: Dossier) -> dict[str, str]:
    """Place id to the id of the larger place it lies in."""
    return {place.id: place.within for place in dossier.places.values() if place.within}


def raise_alerts(found: Identified, *, writer: Writer, setting: Setting) -> tuple[AlertRow, ...]:
    """The alerts a resolution causes, in the contract's JSON.

    An event that alerted and is no more is taken back: an analyst rejected it, nobody says so
    any longer, or it turned out to be another that alerted too. What a correction made
    something of another kind of is told as corrected; its former self is not taken back
    besides.
    """
    now = setting.now.astimezone(UTC)

    def payload(event: Event) -> dict[str, Any]:
        return told_event(event, found.mentions)

    after = found.resolution.events
    merged = {a: e.event_id for e in after for a in e.aliases if a in found.before}
    alerted = writer.alerted([*found.before, *merged.values()]) if found.before else set()
    corrects = _corrections(found, alerted)
    alerts = build_alerts(
        found.before,
        after,
        now=now,
        horizon=setting.horizon,
        payload=payload,
        within=places_within(setting.dossier),
        corrects=corrects,
    )
    corrected = {name for row in alerts for name in row.payload["replaces"]}
    gone = [found.before[name] for name in found.dissolved if name not in corrected]
    gone += [event for event in after if _is_newly_rejected(event, found.before)]
    gone += [found.before[name] for name in sorted(merged)]
    taken = build_retractions(gone, alerted=alerted, now=now, payload=payload, merged=merged)
    if setting.is_silent:
        return tuple(replace(row, state="suppressed") for row in (*taken, *alerts))
    return (*taken, *alerts)


def _corrections(found: Identified, alerted: set[str]) -> dict[str, Event]:
    """New events all of whose live passages told one event before that alerted, and that event."""
    corrects: dict[str, Event] = {}
    for event in found.resolution.events:
        if event.event_id in found.before or any(a in found.before for a in event.aliases):
            continue
        live = [name for name, novelty in event.novelties if novelty not in BACKGROUND]
        former = {found.recoded.get(name) for name in live}
        name = former.pop() if len(former) == 1 else None
        if name is not None and name in alerted:
            corrects[event.event_id] = found.before[name]
    return corrects


def _is_newly_rejected(event: Event, before: Mapping[str, Event]) -> bool:
    former = before.get(event.event_id)
    return event.verdict == "rejected" and (former is None or former.verdict != "rejected")
