"""What waits to be fetched, host by host in turn, so that a long list holds up nobody else.

Pure bookkeeping: no network, no clock.
"""

from __future__ import annotations

from collections import Counter, deque
from urllib.parse import urlsplit

from connectors.records import Candidate

PER_HOST = 2
"""Fetches under way to one host: one that runs, and one that waits for its turn to follow."""


class Line:
    """Candidates in the order they came for each host, the hosts taking turns (round robin).

    A host with ``per_host`` fetches under way stands aside until one has ended: a server that
    hangs, or one with thousands of items, occupies no more than that.
    """

    def __init__(self, per_host: int = PER_HOST) -> None:
        self._per_host = per_host
        self._waiting: dict[str, deque[Candidate]] = {}
        self._turns: deque[str] = deque()
        self._under_way: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    def add(self, candidate: Candidate) -> None:
        """Put a candidate at the end of its host's line."""
        host = host_of(candidate.url)
        if host not in self._waiting:
            self._waiting[host] = deque()
            if self._under_way[host] < self._per_host:
                self._turns.append(host)
        self._waiting[host].append(candidate)

    def take(self) -> Candidate | None:
        """The next to fetch, which is then under way; None when nobody may go."""
        if not self._turns:
            return None
        host = self._turns.popleft()
        line = self._waiting[host]
        candidate = line.popleft()
        self._under_way[host] += 1
        if not line:
            del self._waiting[host]
        elif self._under_way[host] < self._per_host:
            self._turns.append(host)
        return candidate

    def end(self, url: str) -> None:
        """A fetch has ended; its host may have another."""
        host = host_of(url)
        if self._under_way[host] >= self._per_host and host in self._waiting:
            self._turns.append(host)
        self._under_way[host] -= 1
        if self._under_way[host] <= 0:
            del self._under_way[host]

    def clear(self) -> None:
        """Forget those that wait."""
        self._waiting.clear()
        self._turns.clear()


def host_of(url: str) -> str:
    """Host and port, as requests to it are paced; the address itself where it has none."""
    try:
        return urlsplit(url).netloc.lower() or url
    except ValueError:
        return url
