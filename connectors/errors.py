"""What can go wrong with the outside world, as one family of exceptions.

Retry is decided by type: `Transient` may work when asked again, `Permanent` will not until
somebody changes something. Each carries ``reason``, a short stable word that is stored and
counted, and a sentence (its ``str``) that names the input and the mend.
"""

from __future__ import annotations


class ConnectorError(Exception):
    """Root of all errors of this room.

    Attributes:
        reason: stable word, fit for a column (``timeout``, ``http_404``, ``dns`` …).
        subject: the URL, file or record concerned.
    """

    def __init__(self, reason: str, subject: str, sentence: str) -> None:
        super().__init__(f"{subject}: {sentence}")
        self.reason = reason
        self.subject = subject

    def __reduce__(self) -> tuple[type[ConnectorError], tuple[str, str, str]]:
        """Errors cross process borders whole."""
        sentence = str(self).removeprefix(f"{self.subject}: ")
        return type(self), (self.reason, self.subject, sentence)


class Transient(ConnectorError):
    """May succeed when tried again: a refused connection, a 503, a dropped line.

    Attributes:
        retry_after_seconds: how long the server asked us to wait, None if it did not say.
        status: HTTP status, 0 when there was no response.
    """

    retry_after_seconds: float | None = None
    status: int = 0


class Exhausted(Transient):
    """Transient, but a second try in this run would only cost as much again (a slow body)."""


class Permanent(ConnectorError):
    """Will fail again until the address, the server or a setting is changed."""

    status: int = 0


class RefusedAddress(Permanent):
    """The address is one we do not talk to: private, loopback, or not http(s)."""


class FeedError(Permanent):
    """What was fetched cannot be read as a feed."""


class ArchiveError(Permanent):
    """An archive of captures cannot be read or written."""


class ArchiveFull(ArchiveError):
    """No room is left to keep what is fetched, so fetching must stop."""
