"""What the transforms raise: one root, so that a caller can catch all of them."""

from __future__ import annotations


class TransformError(Exception):
    """Root of everything the transforms raise.

    Attributes:
        reason: a short stable word, fit for a quarantine row.
        detail: one sentence that names the input and the mend.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[TransformError], tuple[str, str]]:
        """Errors cross process borders: rebuild from both fields, not from the message."""
        return type(self), (self.reason, self.detail)


class ExtractionError(TransformError):
    """A document could not be read at all. Permanent: trying again gives the same."""
