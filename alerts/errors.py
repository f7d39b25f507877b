"""What can go wrong in this room: one root, with branches for what a retry can mend."""

from __future__ import annotations

from datetime import timedelta


class AlertError(Exception):
    """Root of this room's errors."""


class SubscriptionError(AlertError):
    """A subscription file is wrong; the message names file, entry and mend."""


class ChannelError(AlertError):
    """A channel did not take an alert."""


class TransientChannelError(ChannelError):
    """It may take it later: unreachable, busy, out of room.

    ``retry_after`` is how long the channel asked to be left alone, where it did.
    """

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentChannelError(ChannelError):
    """It never will: the channel refuses this alert or is set up wrongly."""
