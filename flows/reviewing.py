"""Analysts' decisions: carried out at once, kept for ever, and exported as gold.

A decision on an event is stored as rulings on its mentions (`transforms.identity.rulings`), so
that it survives reprocessing; carrying it out resolves the events concerned anew and commits
decision, events and alerts (a retraction, for one) in one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from flows.crashpoints import reach
from flows.records import new_run_id
from flows.settings import Settings
from flows.stages.decide import Setting
from flows.stages.feeds import write_feeds
from flows.stages.identify import identify, raise_alerts
from transforms.event_json import event_to_json
from transforms.records import Ruling, SituatedMention
from warehouse.codec import decode
from warehouse.publish import publish
from warehouse.read import open_reader
from warehouse.records import Batch, Review
from warehouse.store import open_writer

if TYPE_CHECKING:
    from dossiers.records import Dossier
    from warehouse.store import Writer

Verdict = Literal["confirm", "reject", "merge", "split"]


class ReviewError(Exception):
    """A decision that cannot be carried out; the message names what is wrong and the mend."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What an analyst decides.

    Attributes:
        event_id: the event judged; an id that was merged stands for the event it is in now.
        target: of ``merge`` the other event, of ``split`` the mention to be taken out.
        note: the reason; required, since a decision without one teaches nothing.
    """

    verdict: Verdict
    event_id: str
    note: str
    reviewer: str | None = None
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision: the ids of the events as they now stand, and alerts caused."""

    review_id: str
    event_ids: tuple[str, ...]
    dissolved: tuple[str, ...]
    alerts: tuple[tuple[str, str], ...]


def carry_out(decision: Decision, *, directory: Path, dossier: Dossier, now: datetime) -> Outcome:
    """Judge an event, and let the warehouse follow.

    Raises:
        ReviewError: the event, target or reason is missing.
        WarehouseError: the warehouse cannot be written.
    """
    if not decision.note.strip():
        raise ReviewError(f"{decision.verdict} {decision.event_id}: give a reason with --reason")
    run_id = new_run_id(now)
    with open_writer(directory, timeout_seconds=60, now=now) as writer:
        review, rulings, touched = _ruled(decision, writer, now)
        writer.begin_run(run_id, "review", now, {"review_id": review.review_id})
        setting = Setting(run_id, now, None, dossier, dossier.sources)
        found = identify(touched, (), writer=writer, setting=setting, decided=rulings)
        alerts = raise_alerts(found, writer=writer, setting=setting)
        batch = Batch(
            run_id=run_id,
            now=now,
            events=found.resolution.events,
            dissolved=found.dissolved,
            identity_log=found.resolution.log,
            alerts=alerts,
            reviews=((review, rulings),),
        )
        writer.commit(batch, hook=reach)
        writer.finish_run(run_id, "complete", now, {"alerts": len(alerts)}, 0)
    publish(directory, run_id, now)
    with suppress(OSError):  # the next run writes them
        write_feeds(directory, dossier=dossier, now=now, base=Settings().feeds_url)
    ids = {m.mention.mention_id for m in touched}
    events = [e.event_id for e in batch.events if ids & set(e.mention_ids)]
    caused = tuple((alert.event_id, alert.cause) for alert in alerts)
    return Outcome(review.review_id, tuple(events), batch.dissolved, caused)


def _ruled(
    decision: Decision, writer: Writer, now: datetime
) -> tuple[Review, tuple[Ruling, ...], tuple[SituatedMention, ...]]:
    """A decision as a review and rulings, and the mentions it is about."""
    event_id, own = _members(writer, decision.event_id)
    target = decision.target
    others: tuple[SituatedMention, ...] = ()
    if decision.verdict == "merge":
        target, others = _members(writer, decision.target)
        if target == event_id:
            raise ReviewError(f"{decision.event_id} and {decision.target} are one event already")
    ids = [m.mention.mention_id for m in own]
    if decision.verdict == "split" and (target not in ids or len(ids) < 2):
        raise ReviewError(
            f"{target} is not one of several mentions of {event_id}; it has {', '.join(ids)}"
        )
    key = "\n".join((decision.verdict, event_id, target or "", now.isoformat()))
    review = Review(
        review_id="rev_" + hashlib.sha256(key.encode()).hexdigest()[:16],
        subject_kind="event",
        subject_id=event_id,
        verdict=decision.verdict,
        reviewed_at=now,
        target_id=target,
        reviewer=decision.reviewer,
        note=decision.note,
    )
    rulings = _rulings(decision.verdict, review, own, others)
    return review, rulings, (*own, *others)


def _rulings(
    verdict: Verdict,
    review: Review,
    own: Sequence[SituatedMention],
    others: Sequence[SituatedMention],
) -> tuple[Ruling, ...]:
    ids = [m.mention.mention_id for m in own]
    about: Iterable[tuple[Any, str, str | None]]
    if verdict == "merge":
        # Every pair, so that no later split of one side parts what was put together.
        pairs = product(ids, [m.mention.mention_id for m in others])
        about = [("together", one, other) for one, other in pairs]
    elif verdict == "split":
        taken = str(review.target_id)
        about = [("apart", taken, other) for other in ids if other != taken]
    else:
        about = [(verdict, one, None) for one in ids]
    return tuple(
        Ruling(review.review_id, kind, one, other, review.reviewed_at) for kind, one, other in about
    )


def _members(writer: Writer, event_id: str | None) -> tuple[str, tuple[SituatedMention, ...]]:
    found = writer.events([event_id]) if event_id else {}
    if not found or event_id is None:
        raise ReviewError(f"no event {event_id}; `araxes events` lists them")
    event = found[event_id]
    return event.event_id, tuple(writer.mentions_of_events([event.event_id]))


_DECIDED: Final = """
WITH ruled AS (
    SELECT m.url, m.mention_id, m.payload, b.event_id, e.verdict
    FROM event_mention m JOIN event_member b USING (mention_id) JOIN event e USING (event_id)
    WHERE m.is_current
)
SELECT a.url, a.title, a.language, a.published_at, a.text,
    list({'event_id': r.event_id, 'verdict': r.verdict, 'payload': r.payload}
        ORDER BY r.mention_id) AS mentions
FROM article_current a JOIN ruled r USING (url)
GROUP BY ALL
HAVING bool_and(r.verdict IS NOT NULL)
ORDER BY a.published_at, a.url
"""


def decided_gold(directory: Path) -> list[dict[str, Any]]:
    """Articles whose every event was judged, as gold documents (docs/gold_format.md).

    Raises:
        NoSnapshot: nothing is published in the directory.
    """
    found = []
    with open_reader(directory) as reader:
        for url, title, language, published, text, mentions in reader.query(_DECIDED).rows:
            confirmed = [m for m in mentions if m["verdict"] == "confirmed"]
            found.append(
                {
                    "id": url,
                    "language": language,
                    "title": title,
                    "published": published.isoformat() if published else None,
                    "relevant": True,
                    "text": text,
                    "events": [_gold_event(m, url) for m in confirmed],
                }
            )
    return found


def _gold_event(mention: dict[str, Any], url: str) -> dict[str, Any]:
    coded = decode(SituatedMention, mention["payload"]).mention
    event = event_to_json(coded, doc=url, url=url)
    # Offsets into the exported text: the original it was cut from is not exported.
    for piece in event["evidence"]:
        piece["source_start"] = piece["source_end"] = None
    return {**event, "key": mention["event_id"]}
