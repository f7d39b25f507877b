"""robots.txt as RFC 9309 has it, one look-up per origin.

A file that cannot be had for a fault of the server (5xx) forbids everything for now; one that
does not exist (4xx) forbids nothing. A host that cannot be reached at all fails the request
with that error, which says more than "robots" would.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from connectors.errors import ConnectorError, Permanent
from connectors.policy import PRODUCT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from connectors.policy import FetchPolicy

MAX_ROBOTS_BYTES = 512_000  # RFC 9309 §2.5 asks for at least 500 KiB
_FAULT_CACHE_SECONDS = 600.0
ORIGINS_KEPT = 1000
"""Origins whose rules are kept; those asked for longest ago are forgotten first."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin's robots.txt says to us.

    Attributes:
        parser: None where everything is decided by ``allows_all``.
        note: why, for messages.
    """

    parser: Protego | None
    allows_all: bool
    note: str

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be fetched."""
        return self.allows_all if self.parser is None else self.parser.can_fetch(url, PRODUCT)

    @property
    def crawl_delay_seconds(self) -> float:
        """The pause it asks for between requests; 0 when it asks for none."""
        delay = None if self.parser is None else self.parser.crawl_delay(PRODUCT)
        return float(delay or 0.0)


def read_rules(body: bytes) -> Rules:
    """Parse a robots.txt; what it does not understand is ignored, as the RFC wants."""
    text = body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", errors="replace")
    return Rules(Protego.parse(text), allows_all=True, note="robots.txt")


def _rules_after(error: ConnectorError) -> Rules:
    status: int = getattr(error, "status", 0)
    if status >= 500:  # RFC 9309 §2.3.1.4
        return Rules(
            None, allows_all=False, note=f"robots.txt answers {status} (RFC 9309 §2.3.1.4)"
        )
    if status >= 400 or error.reason in ("redirects", "bad_encoding"):
        return Rules(None, allows_all=True, note="there is no robots.txt")
    raise error


@dataclass(slots=True)
class _Entry:
    lock: asyncio.Lock
    rules: Rules | None = None
    error: ConnectorError | None = None
    expires: float = 0.0


class RobotsCache:
    """The rules of every origin asked so far. One task loads an origin, others wait for it."""

    def __init__(self, get: Callable[[str], Awaitable[bytes]], policy: FetchPolicy) -> None:
        """``get`` fetches a URL's body and raises a `ConnectorError` carrying its status."""
        self._get = get
        self._policy = policy
        self._entries: dict[str, _Entry] = {}

    async def rules_for(self, url: str) -> Rules:
        """The rules that govern ``url``.

        Raises:
            ConnectorError: when the host cannot be reached.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.lower()}"
        entry = self._entries.pop(origin, None) or _Entry(asyncio.Lock())
        self._entries[origin] = entry  # the last used comes last
        while len(self._entries) > ORIGINS_KEPT:
            del self._entries[next(iter(self._entries))]
        async with entry.lock:
            if entry.expires <= time.monotonic():
                await self._load(origin, entry)
        if entry.error is not None:
            raise entry.error
        if entry.rules is None:
            raise RuntimeError(f"no rules were loaded for {origin}")
        return entry.rules

    async def _load(self, origin: str, entry: _Entry) -> None:
        entry.rules, entry.error, lifetime = None, None, self._policy.robots_cache_seconds
        try:
            entry.rules = read_rules(await self._get(f"{origin}/robots.txt"))
        except ConnectorError as error:
            lifetime = min(lifetime, _FAULT_CACHE_SECONDS)
            try:
                entry.rules = _rules_after(error)
            except ConnectorError as unreachable:
                entry.error = unreachable
        entry.expires = time.monotonic() + lifetime


def refusal(url: str, rules: Rules) -> Permanent:
    """The error for a URL the rules forbid."""
    return Permanent("robots", url, f"may not be fetched: {rules.note} forbids it; leave it out")
