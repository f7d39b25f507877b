"""The digest of a text: equal for copies that differ only in case, spacing, punctuation."""

from __future__ import annotations

import hashlib

from transforms.normalise import fold


def text_digest(text: str) -> str:
    """``sha256:`` + 64 hex digits over the folded words of ``text`` (see `normalise.fold`)."""
    return digest_of_folded(fold(text))


def digest_of_folded(folded: str) -> str:
    """The same for a text that is already folded."""
    return "sha256:" + hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()
