"""The outbox: what is still to be told, decided and marked channel by channel.

An alert is written in the commit that causes it. What each channel gets of it, and when, is
decided once and stored as rows of ``alert_delivery``; each further step (``sending`` before an
attempt, ``sent``, ``retry`` or ``failed`` after it) is stored before the next is taken, so that
a kill leaves no more in ``sending`` (outcome unknown) than were under way.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from warehouse.records import (
    ChannelState,
    Delivery,
    Due,
    EventFacts,
    OutboxItem,
    Telling,
    Told,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from warehouse.records import Decided, Marked
    from warehouse.rows import Loader

ORPHANED_AFTER: Final = timedelta(days=7)
"""How long what waits for a channel that no subscription names any more is kept open."""
_OPEN: Final = "('held', 'queued', 'sending', 'retry')"
_DELIVERY: Final = (
    "d.channel, d.state, d.attempts, d.detail, d.updated_at, d.next_attempt_at, d.digest_id, "
    "d.reference"
)


def undecided(loader: Loader, limit: int) -> list[OutboxItem]:
    """Pending alerts of which it is not decided yet who gets them, oldest first."""
    rows = loader.con.execute(
        "SELECT alert_id, event_id, cause, payload, created_at FROM alert "
        "WHERE state = 'pending' AND decided_at IS NULL ORDER BY created_at, alert_id LIMIT ?",
        [limit],
    ).fetchall()
    told = _deliveries(loader, [row[0] for row in rows])
    return [
        OutboxItem(row[0], row[1], row[2], json.loads(row[3]), row[4], tuple(told.get(row[0], ())))
        for row in rows
    ]


def held(loader: Loader) -> list[OutboxItem]:
    """Alerts that wait on some channel until they are confirmed, with those deliveries."""
    rows = loader.con.execute(
        "SELECT alert_id, event_id, cause, payload, created_at FROM alert WHERE alert_id IN "
        "(SELECT alert_id FROM alert_delivery WHERE state = 'held') ORDER BY created_at, alert_id"
    ).fetchall()
    told = _deliveries(loader, [row[0] for row in rows])
    return [
        OutboxItem(row[0], row[1], row[2], json.loads(row[3]), row[4],
                   tuple(d for d in told.get(row[0], ()) if d.state == "held"))
        for row in rows
    ]  # fmt: skip


def _deliveries(loader: Loader, alert_ids: Sequence[str]) -> dict[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = {}
    if not alert_ids:
        return found
    for alert_id, *rest in loader.con.execute(
        f"SELECT d.alert_id, {_DELIVERY} FROM alert_delivery d "
        "WHERE d.alert_id IN (SELECT unnest(?)) ORDER BY d.channel",
        [list(alert_ids)],
    ).fetchall():
        found.setdefault(alert_id, []).append(Delivery(*rest))
    return found


def decide(
    loader: Loader, alert_ids: Iterable[str], decided: Sequence[Decided], now: datetime
) -> None:
    """Store what is decided, in place of what was decided before and is not begun."""
    _remove(loader, [(d.alert_id, d.channel) for d in decided])
    loader.insert(
        "alert_delivery",
        [
            {
                "alert_id": d.alert_id,
                "channel": d.channel,
                "state": d.state,
                "attempts": 0,
                "detail": d.detail,
                "updated_at": now,
                "next_attempt_at": d.due,
            }
            for d in decided
        ],
    )
    loader.con.execute(
        "UPDATE alert SET decided_at = ? WHERE alert_id IN (SELECT unnest(?))",
        [now, list(alert_ids)],
    )


def _remove(loader: Loader, pairs: Sequence[tuple[str, str]]) -> None:
    loader.con.execute(
        "DELETE FROM alert_delivery d USING (SELECT unnest(?) AS alert_id, unnest(?) AS channel) p "
        "WHERE d.alert_id = p.alert_id AND d.channel = p.channel AND d.attempts = 0",
        [[pair[0] for pair in pairs], [pair[1] for pair in pairs]],
    )


def due(
    loader: Loader, channel: str, now: datetime, limit: int, *, in_turn: bool = True
) -> list[Due]:
    """Alerts whose time has come on a channel, oldest first.

    ``in_turn`` gives of each event only the first that is open: an update never overtakes what
    it updates.
    """
    rows = loader.con.execute(
        "WITH open AS (SELECT d.alert_id, row_number() OVER "
        "(PARTITION BY a.event_id ORDER BY a.created_at, a.alert_id) AS turn, d.next_attempt_at "
        "FROM alert_delivery d JOIN alert a USING (alert_id) "
        "WHERE d.channel = $channel AND d.state IN ('queued', 'sending', 'retry')) "
        f"SELECT a.alert_id, a.event_id, a.payload, a.created_at, {_DELIVERY} FROM alert a "
        "JOIN alert_delivery d ON d.alert_id = a.alert_id AND d.channel = $channel "
        "JOIN open o ON o.alert_id = a.alert_id "
        # What need not wait is due, even where the clock was set back since it was made.
        "WHERE (o.next_attempt_at IS NULL OR o.next_attempt_at <= greatest($now, a.created_at)) "
        "AND (o.turn = 1 OR NOT $in_turn) ORDER BY a.created_at, a.alert_id LIMIT $limit",
        {"channel": channel, "now": now, "in_turn": in_turn, "limit": limit},
    ).fetchall()
    return [Due(row[0], row[1], json.loads(row[2]), row[3], Delivery(*row[4:])) for row in rows]


def mark(loader: Loader, marks: Sequence[Marked], at: datetime) -> None:
    """Store steps of sendings; ``sending`` counts an attempt."""
    if not marks:
        return
    columns = ("alert_id", "channel", "state", "detail", "next_attempt_at", "digest_id",
               "reference")  # fmt: skip
    lists = {name: [getattr(m, name) for m in marks] for name in columns}
    staged = ", ".join(f"unnest(${name}::{_TYPES.get(name, 'VARCHAR')}[]) AS {name}"
                       for name in columns)  # fmt: skip
    loader.con.execute(
        f"UPDATE alert_delivery AS d SET state = m.state, detail = m.detail, updated_at = $at, "
        "next_attempt_at = m.next_attempt_at, "
        "digest_id = coalesce(m.digest_id, d.digest_id), "
        "reference = coalesce(m.reference, d.reference), "
        "attempts = d.attempts + (m.state = 'sending')::INTEGER "
        f"FROM (SELECT {staged}) AS m WHERE d.alert_id = m.alert_id AND d.channel = m.channel",
        {**lists, "at": at},
    )


_TYPES: Final = {"next_attempt_at": "TIMESTAMPTZ"}


def close(loader: Loader, channels: Collection[str], now: datetime) -> list[tuple[str, str]]:
    """Close alerts that no channel is left to tell; (alert id, state) of each.

    What waits for a channel that is not among ``channels`` keeps an alert open for a week.
    """
    loader.con.execute(
        "UPDATE alert_delivery SET state = 'skipped', updated_at = $now, "
        "detail = 'no subscription of this name any more' WHERE channel NOT IN "
        f"(SELECT unnest($channels)) AND state IN {_OPEN} AND updated_at < $old",
        {"channels": list(channels), "now": now, "old": now - ORPHANED_AFTER},
    )
    return loader.con.execute(
        "UPDATE alert SET state = done.state, closed_at = $now FROM (SELECT a.alert_id, CASE "
        "WHEN bool_or(d.state = 'failed') THEN 'failed' WHEN bool_or(d.state = 'sent') THEN 'sent' "
        "ELSE 'unwanted' END AS state FROM alert a LEFT JOIN alert_delivery d USING (alert_id) "
        "WHERE a.state = 'pending' AND a.decided_at IS NOT NULL GROUP BY a.alert_id "
        f"HAVING NOT coalesce(bool_or(d.state IN {_OPEN}), false)) done "
        "WHERE alert.alert_id = done.alert_id RETURNING alert.alert_id, alert.state",
        {"now": now},
    ).fetchall()


def told(loader: Loader, event_ids: Iterable[str]) -> list[Told]:
    """What channels have, may have, or are to get of events, oldest first."""
    rows = loader.con.execute(
        "SELECT d.channel, a.event_id, a.alert_id, d.state, d.attempts, d.reference, d.digest_id "
        "FROM alert a JOIN alert_delivery d USING (alert_id) "
        "WHERE a.event_id IN (SELECT unnest(?)) AND d.state <> 'skipped' "
        "ORDER BY a.created_at, a.alert_id, d.channel",
        [list(event_ids)],
    ).fetchall()
    return [Told(*row) for row in rows]


def waiting(loader: Loader) -> dict[str, int]:
    """Channel → how many alerts it is still to get."""
    return dict(
        loader.con.execute(
            f"SELECT channel, count(*) FROM alert_delivery WHERE state IN {_OPEN} GROUP BY ALL"
        ).fetchall()
    )


def channel_states(loader: Loader) -> dict[str, ChannelState]:
    """Channel → how it fares, for those that were ever tried."""
    rows = loader.con.execute(
        "SELECT channel, failures, rests_until, last_sent_at, last_error FROM alert_channel"
    ).fetchall()
    return {row[0]: ChannelState(*row) for row in rows}


def note_channels(loader: Loader, states: Iterable[ChannelState], at: datetime) -> None:
    """Store how channels fare."""
    rows = [
        {
            "channel": s.channel,
            "failures": s.failures,
            "rests_until": s.rests_until,
            "last_sent_at": s.last_sent_at,
            "last_error": s.last_error,
            "updated_at": at,
        }
        for s in states
    ]
    loader.insert(
        "alert_channel",
        rows,
        on_conflict="ON CONFLICT (channel) DO UPDATE SET failures = excluded.failures, "
        "rests_until = excluded.rests_until, last_sent_at = excluded.last_sent_at, "
        "last_error = excluded.last_error, updated_at = excluded.updated_at",
    )


def reopen(loader: Loader, alert_ids: Sequence[str], channel: str | None, now: datetime) -> int:
    """Queue alerts anew on a channel, or on all they were ever decided for; how many times.

    What is under way or waits already is brought forward. Attempts are counted on.
    """
    ids = list(alert_ids)
    if channel is not None:
        known = {
            row[0]
            for row in loader.con.execute(
                "SELECT alert_id FROM alert_delivery WHERE channel = ?", [channel]
            ).fetchall()
        }
        loader.insert("alert_delivery", [
            {"alert_id": i, "channel": channel, "state": "queued", "attempts": 0,
             "updated_at": now} for i in ids if i not in known
        ])  # fmt: skip
    row = loader.con.execute(
        "UPDATE alert_delivery SET state = 'queued', next_attempt_at = NULL, digest_id = NULL, "
        "updated_at = $now, detail = 'asked for again' WHERE alert_id IN (SELECT unnest($ids)) "
        "AND (channel = $channel OR ($channel IS NULL AND state <> 'skipped'))",
        {"ids": ids, "now": now, "channel": channel},
    ).fetchone()
    loader.con.execute(
        "UPDATE alert SET state = 'pending', closed_at = NULL, "
        "decided_at = coalesce(decided_at, ?) "
        "WHERE alert_id IN (SELECT alert_id FROM alert_delivery WHERE state = 'queued' "
        "AND alert_id IN (SELECT unnest(?)))",
        [now, ids],
    )
    return int(row[0]) if row else 0


def revive(loader: Loader, channel: str | None, now: datetime) -> int:
    """Queue all dead letters anew, of a channel or of all; how many."""
    row = loader.con.execute(
        "UPDATE alert_delivery SET state = 'queued', next_attempt_at = NULL, digest_id = NULL, "
        "updated_at = $now, detail = 'asked for again' WHERE state = 'failed' "
        "AND ($channel IS NULL OR channel = $channel)",
        {"now": now, "channel": channel},
    ).fetchone()
    loader.con.execute(
        "UPDATE alert SET state = 'pending', closed_at = NULL WHERE state = 'failed' "
        "AND alert_id IN (SELECT alert_id FROM alert_delivery WHERE state = 'queued')"
    )
    return int(row[0]) if row else 0


FACTS: Final = """
WITH asked AS (
    SELECT a.asked_id, coalesce(m.event_id, a.asked_id) AS event_id
    FROM (SELECT unnest(?) AS asked_id) a LEFT JOIN alias m ON m.alias_id = a.asked_id
)
"""


def facts(execute: Any, event_ids: Iterable[str]) -> Mapping[str, EventFacts]:
    """Asked id → who tells the event and how sure it was when; of merged ids, the heir's.

    Args:
        execute: runs SQL with parameters and gives the rows.
        event_ids: ids of events.
    """
    ids = sorted(set(event_ids))
    tellings: dict[str, list[Telling]] = {}
    confidence: dict[str, list[tuple[datetime, float]]] = {}
    for asked, *rest in execute(
        FACTS + "SELECT asked_id, m.origin, m.country, m.status, m.seen_at FROM asked "
        "JOIN event_member b USING (event_id) JOIN event_mention m USING (mention_id) "
        "ORDER BY asked_id, m.seen_at, m.mention_id",
        [ids],
    ):
        tellings.setdefault(asked, []).append(Telling(*rest))
    for asked, moment, value in execute(
        FACTS + "SELECT asked_id, v.believed_from, v.confidence FROM asked "
        "JOIN event_version v USING (event_id) ORDER BY asked_id, v.version",
        [ids],
    ):
        confidence.setdefault(asked, []).append((moment, value))
    return {i: EventFacts(tuple(tellings.get(i, ())), tuple(confidence.get(i, ()))) for i in ids}


class Outbox:
    """The outbox of an open warehouse: each step that changes something is a transaction.

    Args:
        loader: of the open warehouse.
        transaction: runs work in a transaction of its own.
    """

    def __init__(self, loader: Loader, transaction: Callable[[Callable[[], object]], None]) -> None:
        self._loader = loader
        self._transaction = transaction

    def undecided(self, limit: int) -> list[OutboxItem]:
        """See the function of this name."""
        return undecided(self._loader, limit)

    def held(self) -> list[OutboxItem]:
        """See the function of this name."""
        return held(self._loader)

    def due(self, channel: str, now: datetime, limit: int, *, in_turn: bool = True) -> list[Due]:
        """See the function of this name."""
        return due(self._loader, channel, now, limit, in_turn=in_turn)

    def told(self, event_ids: Iterable[str]) -> list[Told]:
        """See the function of this name."""
        return told(self._loader, event_ids)

    def facts(self, event_ids: Iterable[str]) -> Mapping[str, EventFacts]:
        """See the function of this name."""
        return facts(lambda sql, p: self._loader.con.execute(sql, p).fetchall(), event_ids)

    def waiting(self) -> dict[str, int]:
        """See the function of this name."""
        return waiting(self._loader)

    def channel_states(self) -> dict[str, ChannelState]:
        """See the function of this name."""
        return channel_states(self._loader)

    def decide(self, alert_ids: Iterable[str], decided: Sequence[Decided], now: datetime) -> None:
        """See the function of this name."""
        ids = list(alert_ids)
        self._transaction(lambda: decide(self._loader, ids, decided, now))

    def mark(
        self, marks: Sequence[Marked], at: datetime, channels: Sequence[ChannelState] = ()
    ) -> None:
        """Store steps of sendings, and how the channels fare after them."""

        def work() -> None:
            mark(self._loader, marks, at)
            note_channels(self._loader, channels, at)

        self._transaction(work)

    def close(self, channels: Collection[str], now: datetime) -> list[tuple[str, str]]:
        """See the function of this name."""
        closed: list[tuple[str, str]] = []
        self._transaction(lambda: closed.extend(close(self._loader, channels, now)))
        return closed

    def reopen(self, alert_ids: Sequence[str], channel: str | None, now: datetime) -> int:
        """See the function of this name."""
        counts: list[int] = []
        self._transaction(lambda: counts.append(reopen(self._loader, alert_ids, channel, now)))
        return counts[0]

    def revive(self, channel: str | None, now: datetime) -> int:
        """See the function of this name."""
        counts: list[int] = []
        self._transaction(lambda: counts.append(revive(self._loader, channel, now)))
        return counts[0]
