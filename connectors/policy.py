"""How we behave towards other people's servers: one frozen record of limits."""

from __future__ import annotations

from dataclasses import dataclass

PRODUCT = "araxes"
"""The product token robots.txt files address us by (RFC 9309 §2.2.1)."""

DEFAULT_USER_AGENT = f"{PRODUCT}/0.1 (+https://example.org/araxes; news archive for research)"
"""Says what we are. The address is a placeholder: whoever runs this puts their own contact."""


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """Limits and manners of a `connectors.http.Fetcher`. Durations in seconds, sizes in bytes.

    Attributes:
        connect_timeout_seconds: name look-up, TCP and TLS together.
        first_byte_timeout_seconds: from connected to the end of the response headers.
        total_timeout_seconds: one attempt, whole; ends bodies that drip.
        max_bytes: of a body, both as sent and after decompression.
        max_redirects: hops followed, each checked anew.
        concurrency: requests in flight over all hosts.
        per_host_concurrency: requests in flight to one host.
        per_host_delay_seconds: least time from the end of a request to a host to the start of
            the next (from start to start where several may be in flight).
        max_crawl_delay_seconds: a longer ``Crawl-delay`` counts as this much.
        retries: further attempts after a transient failure.
        backoff_seconds: first pause before a retry; doubles, with jitter.
        max_backoff_seconds: longest pause; a longer ``Retry-After`` ends the attempts, since
            asking earlier than we were told would be rude and waiting would hold up the run.
        allow_private: hosts (``host`` or ``host:port``, as written in the URL) that may be
            private or loopback addresses.
        obey_robots: False only for tests and for servers of one's own.
        robots_cache_seconds: a robots.txt is kept this long (RFC 9309 §2.4: at most a day).
        user_agent: honest, with a way to reach whoever runs this.
        http2: offer HTTP/2 as well.
    """

    connect_timeout_seconds: float = 10.0
    first_byte_timeout_seconds: float = 20.0
    total_timeout_seconds: float = 60.0
    max_bytes: int = 20_000_000
    max_redirects: int = 8
    concurrency: int = 32
    per_host_concurrency: int = 1
    per_host_delay_seconds: float = 1.0
    max_crawl_delay_seconds: float = 20.0
    retries: int = 2
    backoff_seconds: float = 0.5
    max_backoff_seconds: float = 30.0
    allow_private: frozenset[str] = frozenset()
    obey_robots: bool = True
    robots_cache_seconds: float = 86_400.0
    user_agent: str = DEFAULT_USER_AGENT
    http2: bool = False
