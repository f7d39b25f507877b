"""What a channel is handed: one alert or one digest, with its key and what it follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.digest import render_digest
from alerts.render import Message, Name, render


@dataclass(frozen=True, slots=True)
class Thread:
    """The first message a channel had about an event, for later ones to hang on to.

    Attributes:
        key: the alert's id (or the digest's it was told in).
        reference: what the channel called it, None where it tells nothing.
    """

    key: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one channel.

    Attributes:
        key: an alert's id (``alr_…``) or a digest's (``dig_…``): what repeats are told by.
        payload: the alert's payload, or the digest's (`alerts.digest`).
        created_at: when the alert was caused or the digest made up, UTC.
        may_repeat: True when an earlier attempt was cut off, its outcome unknown.
        thread: None for the first message about an event, and for digests.
    """

    key: str
    payload: Mapping[str, Any]
    created_at: datetime
    may_repeat: bool = False
    thread: Thread | None = None

    @property
    def is_digest(self) -> bool:
        """Whether it gathers several alerts."""
        return "digest_id" in self.payload


def word(letter: Letter, name: Name) -> Message:
    """A letter's subject and body."""
    if letter.is_digest:
        return render_digest(letter.payload, name=name, may_repeat=letter.may_repeat)
    payload = {**letter.payload, "alert_id": letter.key}
    return render(payload, name=name, may_repeat=letter.may_repeat)
