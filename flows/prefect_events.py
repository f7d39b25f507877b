"""Alerts as Prefect events: a channel of the outbox for whoever automates with Prefect.

`docs/feeds.md` has the fields. The id of an event is made of the alert's, so that a server keeps
a repeated one once; the server has answered before an alert counts as sent.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

import httpx
from prefect.client.orchestration import get_client
from prefect.events.schemas.events import Event, RelatedResource, Resource
from prefect.exceptions import PrefectHTTPStatusError
from prefect.runtime import flow_run

from alerts.errors import PermanentChannelError, TransientChannelError
from alerts.harmless import bare
from alerts.letters import Letter, word
from alerts.render import Name, plain_name
from transforms.vocabulary import MEDIATING_ROLES

NAME: Final = "prefect"
_NAMESPACE: Final = uuid.UUID("6f0c4f0e-0c0a-5a53-8f5e-2b9d8f6f5d10")
_LABELS: Final = ("cause", "type", "status", "track")
_RELATED_LIMIT: Final = 50
"""A server refuses events with many more related resources."""


class PrefectChannel:
    """Records alerts as events of the Prefect server that the environment names."""

    in_flight = 1
    takes_digests = False

    def __init__(self, *, name: Name = plain_name) -> None:
        self._name = name
        # Asked for here, in the flow's own thread: those that send know nothing of it.
        self._flow_run: str | None = flow_run.id

    def knows(self, key: str) -> bool | None:
        """Not asked: a server drops what bears an id it has."""
        return None

    def close(self) -> None:
        """Nothing to let go of."""

    def send(self, letter: Letter) -> str:
        """Records one event; returns its id.

        Raises:
            TransientChannelError: the server was not reached, or may take it later.
            PermanentChannelError: it refuses this event.
        """
        event = as_event(letter, name=self._name, flow_run_id=self._flow_run)
        try:
            with get_client(sync_client=True) as client:
                client.request("POST", "/events", json=[event.model_dump(mode="json")])
        except PrefectHTTPStatusError as error:
            status = error.response.status_code
            kind = PermanentChannelError if status in (413, 422) else TransientChannelError
            raise kind(f"prefect: the server answered {status}") from None
        except (httpx.HTTPError, RuntimeError) as error:
            raise TransientChannelError(f"prefect: {type(error).__name__}") from None
        return str(event.id)


def event_id(key: str) -> uuid.UUID:
    """The event's id for an alert's."""
    return uuid.uuid5(_NAMESPACE, key)


def as_event(letter: Letter, *, name: Name = plain_name, flow_run_id: str | None = None) -> Event:
    """An alert as the event that is recorded."""
    payload = letter.payload
    words = word(letter, name)
    data = json.loads(json.dumps(dict(payload), default=str))
    return Event(
        event=f"araxes.event.{payload.get('cause') or 'new'}",
        id=event_id(letter.key),
        occurred=letter.created_at,
        resource=Resource(_labels(letter)),
        related=_related(payload, flow_run_id),
        payload=data | {"alert_id": letter.key, "text": words.text, "markdown": words.markdown},
    )


def _labels(letter: Letter) -> dict[str, str]:
    payload = letter.payload
    venue = (payload.get("venue") or {}).get("country")
    labels = {
        "prefect.resource.id": f"araxes.event.{payload.get('event_id')}",
        "prefect.resource.name": bare(payload.get("headline") or ""),
        "araxes.alert": letter.key,
        "araxes.confidence": f"{float(payload.get('confidence') or 0.0):.2f}",
        "araxes.venue_country": bare(venue or ""),
    }
    return labels | {f"araxes.{key}": bare(payload.get(key) or "") for key in _LABELS}


def _related(payload: Mapping[str, Any], flow_run_id: str | None) -> list[RelatedResource]:
    found = [
        (f"araxes.{third['id']}", "mediator")
        for third in payload.get("third_parties") or ()
        if MEDIATING_ROLES & set(third.get("roles") or ())
    ]
    found += [(f"araxes.{party['id']}", "party") for party in payload.get("parties") or ()]
    found = found[:_RELATED_LIMIT]
    if flow_run_id:
        found.append((f"prefect.flow-run.{flow_run_id}", "flow-run"))
    return [
        RelatedResource({"prefect.resource.id": bare(key), "prefect.resource.role": role})
        for key, role in dict.fromkeys(found)
    ]
