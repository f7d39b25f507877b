"""What people do about alerts: preview a subscription, try a channel, send something again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from alerts.errors import AlertError, SubscriptionError
from alerts.letters import Letter
from alerts.preview import Preview, preview
from alerts.subscriptions import Subscription, load_subscriptions, open_channels
from dossiers.records import Dossier
from flows.stages.tell import names_of, sides_of, tell
from warehouse.outbox import facts
from warehouse.read import open_reader
from warehouse.records import OutboxItem
from warehouse.store import open_writer

_CAUSED: Final = """
SELECT alert_id, event_id, cause, payload, created_at FROM alert
WHERE created_at > $since AND created_at <= $until AND ($old_too OR state <> 'suppressed')
ORDER BY created_at, alert_id
"""


class ResendError(Exception):
    """What was to be sent again is not there; the message names it and the mend."""

    is_usage = True


@dataclass(frozen=True, slots=True)
class Trial:
    """How a test message fared on one channel; ``trouble`` names the channel, None is none."""

    name: str
    trouble: str | None


def preview_alerts(
    directory: Path,
    subscriptions: Sequence[Subscription],
    *,
    dossier: Dossier,
    until: datetime,
    days: float,
    with_suppressed: bool = False,
) -> list[Preview]:
    """What subscriptions would have received of the last days' alerts; sends nothing.

    Reads the published snapshot. Alerts beyond the alert horizon are left out unless asked for.
    """
    with open_reader(directory) as reader:
        span = {"since": until - timedelta(days=days), "until": until, "old_too": with_suppressed}
        rows = reader.query(_CAUSED, span).rows
        items = [OutboxItem(r[0], r[1], r[2], json.loads(r[3]), r[4]) for r in rows]
        ids = {item.event_id for item in items}
        known = facts(lambda sql, given: reader.con.execute(sql, given).fetchall(), ids)
    return preview(items, subscriptions, known, sides=sides_of(dossier), until=until)


def in_force(
    directory: Path, file: Path | None, dossier: Dossier, urls: Sequence[str], only: Sequence[str]
) -> tuple[Subscription, ...]:
    """The subscriptions of a file or in force, only those of some names where given.

    Raises:
        SubscriptionError: the file is wrong, or a name is none of its.
    """
    found = load_subscriptions(directory, file=file, alert_urls=urls, dossier=dossier)
    names = [s.name for s in found]
    unknown = sorted(set(only) - set(names))
    if unknown:
        raise SubscriptionError(
            f"no subscription is named {', '.join(unknown)}; there are {', '.join(names)}"
        )
    return tuple(s for s in found if not only or s.name in only)


def try_channels(
    subscriptions: Sequence[Subscription], *, dossier: Dossier, now: datetime
) -> list[Trial]:
    """Send a test message to each subscription's channel, whatever its filters and hours."""
    channels = open_channels(subscriptions, name=names_of(dossier))
    trials = []
    for name, channel in channels.items():
        try:
            channel.send(_test_letter(name, now))
            trials.append(Trial(name, None))
        except AlertError as error:
            trouble = str(error)
            named = trouble if trouble.startswith(f"{name}: ") else f"{name}: {trouble}"
            trials.append(Trial(name, named))
        finally:
            channel.close()
    return trials


def _test_letter(name: str, now: datetime) -> Letter:
    digest = hashlib.sha256(f"test\n{name}\n{now.isoformat()}".encode()).hexdigest()[:16]
    payload: Mapping[str, Any] = {
        "alert_id": f"alr_{digest}",
        "event_id": f"evt_{digest}",
        "cause": "test",
        "changes": [],
        "type": "statement",
        "status": "made",
        "headline": f"A test message to {name}: nothing happened",
        "third_parties": [],
        "parties": [],
        "date": {"start": None, "end": None, "precision": "unknown", "basis": None},
        "confidence": 1.0,
        "evidence": [],
        "conflicts": [],
        "origins": [],
    }
    return Letter(f"alr_{digest}", payload, now)


def resend(
    directory: Path,
    alert_ids: Sequence[str],
    *,
    channel: str | None,
    dead: bool,
    dossier: Dossier,
    urls: Sequence[str],
    clock: Callable[[], datetime],
) -> tuple[int, list[tuple[str, str, str]]]:
    """Queue alerts anew and send what is due; how many deliveries, and what went wrong.

    Args:
        directory: the warehouse directory.
        alert_ids: alerts; with ``dead`` all dead letters besides.
        channel: by its subscription's name; None for every one the alert was decided for.
        dead: take all dead letters.
        dossier: for the subscriptions and the names.
        urls: Apprise addresses of the settings.
        clock: the moment it is, UTC.

    Raises:
        ResendError: an id is no alert's.
        SubscriptionError: the channel is none in force.
    """
    in_force(directory, None, dossier, urls, [channel] if channel else [])
    with open_writer(directory, timeout_seconds=60, now=clock()) as writer:
        wanted = list(dict.fromkeys(alert_ids))
        known = {row[0] for row in writer.frame("SELECT alert_id FROM alert")[1]}
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise ResendError(
                f"no alert is named {', '.join(unknown)}; `araxes alerts list` shows their ids"
            )
        count = writer.outbox.reopen(wanted, channel, clock()) if wanted else 0
        count += writer.outbox.revive(channel, clock()) if dead else 0
    report = tell(directory, clock=clock, dossier=dossier, alert_urls=tuple(urls))
    return count, list(report.failures)
