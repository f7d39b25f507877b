"""The one door to other people's servers: an asynchronous, guarded, polite HTTP client.

`Fetcher.fetch` turns a URL into a `Capture` and never raises for a fetch that failed: the
capture then carries ``error`` (a stable word) and ``error_detail`` (a sentence). Transport
timing runs on the monotonic clock; ``fetched_at`` comes from the caller's clock.

Every hop of a redirect is a request of its own: its address is checked, its robots.txt asked,
its host's pace kept.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Literal, Self

import httpcore
import httpx
import tenacity

from connectors.addresses import GuardedTransport
from connectors.bodies import ACCEPT_ENCODING, read_body
from connectors.captures import failed_capture, make_capture
from connectors.errors import (
    ConnectorError,
    Exhausted,
    Permanent,
    RefusedAddress,
    Transient,
)
from connectors.failures import named, refusal_by_status
from connectors.policy import FetchPolicy
from connectors.robots import MAX_ROBOTS_BYTES, RobotsCache, refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from types import TracebackType

    from connectors.records import Candidate, Capture

KEPT_HEADERS = (
    *("age", "cache-control", "content-language", "content-type", "date", "etag", "expires"),
    *("last-modified", "link", "retry-after", "x-robots-tag"),
)
HOSTS_KEPT = 2000
"""Hosts whose pace is remembered; beyond that, those at rest are forgotten."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT_REDIRECTS = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class _Answer:
    """One response, read to its end. ``location`` is set for a redirect."""

    status: int
    url: str
    headers: dict[str, str]
    charset: str | None
    body: bytes = b""
    location: str | None = None
    permanent_url: str | None = None


class _Host:
    """The pace of one host: how many at once, and how long between starts."""

    def __init__(self, concurrency: int) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._next_start = 0.0
        self._users = 0

    @property
    def is_idle(self) -> bool:
        """Whether nobody uses or waits for it, and its pause is over: it may be forgotten."""
        return self._users == 0 and self._next_start <= time.monotonic()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one of the host's slots, also while waiting to retry it."""
        self._users += 1
        try:
            async with self._slots:
                yield
        finally:
            self._users -= 1

    @asynccontextmanager
    async def turn(self, delay_seconds: float) -> AsyncIterator[None]:
        """Wait until the next request may start; what comes after waits for its end as well.

        Counted from the end, the pause the server sees is never shorter than what it asked.
        """
        now = time.monotonic()
        start = max(now, self._next_start)
        self._next_start = start + delay_seconds
        if start > now:
            await asyncio.sleep(start - now)
        try:
            yield
        finally:
            self._next_start = max(self._next_start, time.monotonic() + delay_seconds)


class Fetcher:
    """An asynchronous context manager that fetches under one `FetchPolicy`.

    It lives in one event loop. Cookies are not kept: nobody asked us to be recognised.
    """

    def __init__(self, policy: FetchPolicy | None = None) -> None:
        self.policy = policy or FetchPolicy()
        self._client: httpx.AsyncClient | None = None
        self._hosts: dict[str, _Host] = {}
        self._slots = asyncio.Semaphore(self.policy.concurrency)
        self._robots = RobotsCache(self._get_robots, self.policy)

    async def __aenter__(self) -> Self:
        policy = self.policy
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(
                policy.allow_private, concurrency=policy.concurrency, http2=policy.http2
            ),
            headers={
                "user-agent": policy.user_agent,
                "accept": "*/*",
                "accept-encoding": ACCEPT_ENCODING,
            },
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(
                connect=policy.connect_timeout_seconds,
                read=policy.first_byte_timeout_seconds,
                write=policy.first_byte_timeout_seconds,
                pool=None,
            ),
            trust_env=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def fetch(
        self,
        url: str,
        *,
        kind: Literal["page", "feed", "file"],
        source_id: str,
        now: Callable[[], datetime] | datetime,
        candidate: Candidate | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Capture:
        """Fetch ``url`` and return what came, or why nothing did.

        Args:
            url: http(s) address.
            kind: what the bytes are for.
            source_id: the catalogue id on whose behalf.
            now: the run's clock, or its instant; becomes ``fetched_at`` (UTC).
            candidate: what the source said of the address.
            etag: validators of an earlier body, for a conditional request. An unchanged one
                comes back with status 304, an empty body and no error.
            last_modified: see ``etag``.
        """
        validators = {"if-none-match": etag, "if-modified-since": last_modified}
        headers = {name: value for name, value in validators.items() if value}
        try:
            answer = await self._journey(url, headers)
        except ConnectorError as error:
            asked: float | None = getattr(error, "retry_after_seconds", None)
            return failed_capture(
                url=url,
                kind=kind,
                source_id=source_id,
                fetched_at=_instant(now),
                reason=error.reason,
                detail=str(error),
                candidate=candidate,
                status=getattr(error, "status", 0),
                headers={} if asked is None else {"retry-after": f"{asked:.0f}"},
            )
        return make_capture(
            url=url,
            kind=kind,
            source_id=source_id,
            fetched_at=_instant(now),
            body=answer.body,
            content_type=answer.headers.get("content-type", ""),
            charset=answer.charset,
            candidate=candidate,
            status=answer.status,
            final_url=answer.url,
            headers=answer.headers,
            permanent_url=answer.permanent_url,
        )

    async def _journey(
        self, url: str, headers: Mapping[str, str], *, is_robots: bool = False
    ) -> _Answer:
        """Follow redirects from ``url`` to an answer. Raises `ConnectorError`."""
        current, permanent, is_permanent = _checked(url), None, True
        for _ in range(self.policy.max_redirects + 1):
            answer = await self._hop(current, headers, is_robots=is_robots)
            if answer.location is None:
                return replace(answer, permanent_url=permanent)
            current = _checked(answer.location)
            is_permanent = is_permanent and answer.status in _PERMANENT_REDIRECTS
            permanent = str(current) if is_permanent else permanent
        raise Permanent(
            "redirects",
            url,
            f"redirects more than {self.policy.max_redirects} times, last to {current}; "
            "put the final address into the catalogue",
        )

    async def _hop(self, url: httpx.URL, headers: Mapping[str, str], *, is_robots: bool) -> _Answer:
        """One address, with retries, at its host's pace."""
        delay = 0.0 if is_robots else self.policy.per_host_delay_seconds
        if self.policy.obey_robots and not is_robots:
            rules = await self._robots.rules_for(str(url))
            if not rules.allows(str(url)):
                raise refusal(str(url), rules)
            asked = min(rules.crawl_delay_seconds, self.policy.max_crawl_delay_seconds)
            delay = max(delay, asked)
        host = self._host(url)
        async with host.slot():
            async for attempt in self._attempts():
                with attempt:
                    async with host.turn(delay), self._slots:
                        return await self._attempt(url, headers, is_robots=is_robots)
        raise RuntimeError("a retry ended without an answer or an error")

    def _attempts(self) -> tenacity.AsyncRetrying:
        policy = self.policy
        backoff = tenacity.wait_exponential(
            multiplier=policy.backoff_seconds, max=policy.max_backoff_seconds
        ) + tenacity.wait_random(0, policy.backoff_seconds)

        def wait(state: tenacity.RetryCallState) -> float:
            asked = _retry_after(state)
            return backoff(state) if asked is None else asked

        def stop(state: tenacity.RetryCallState) -> bool:
            is_told_to_stay_away = (_retry_after(state) or 0.0) > policy.max_backoff_seconds
            return is_told_to_stay_away or state.attempt_number > policy.retries

        return tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(Transient)
            & tenacity.retry_if_not_exception_type(Exhausted),
            wait=wait,
            stop=stop,
            sleep=asyncio.sleep,
            reraise=True,
        )

    async def _attempt(
        self, url: httpx.URL, headers: Mapping[str, str], *, is_robots: bool
    ) -> _Answer:
        """One request, whole, within its time. Raises `ConnectorError` by type of failure."""
        policy = self.policy
        try:
            async with asyncio.timeout(policy.total_timeout_seconds):
                response = await self._send(url, headers)
                async with aclosing(response):
                    return await self._read(response, url, is_robots=is_robots)
        except TimeoutError as error:
            raise Exhausted(
                "timeout",
                str(url),
                f"was not complete within {policy.total_timeout_seconds:g} s; try again later",
            ) from error
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise named(error, str(url)) from error
        # the client's own, on a Location it cannot parse, though it is not to follow it
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise Permanent("bad_url", str(url), f"answers unusably ({error})") from error
        except httpcore.UnsupportedProtocol as error:
            raise Permanent("bad_url", str(url), "is not an address HTTP can ask for") from error

    async def _send(self, url: httpx.URL, headers: Mapping[str, str]) -> httpx.Response:
        """Send and wait for the response headers, also against headers that drip."""
        if self._client is None:
            raise RuntimeError("use the Fetcher as an asynchronous context manager")
        policy = self.policy
        limit = policy.connect_timeout_seconds + policy.first_byte_timeout_seconds
        request = self._client.build_request("GET", url, headers=dict(headers))
        try:
            async with asyncio.timeout(limit):
                return await self._client.send(request, stream=True, follow_redirects=False)
        except TimeoutError as error:
            raise Transient(
                "timeout", str(url), f"no response headers within {limit:g} s; try again later"
            ) from error

    async def _read(self, response: httpx.Response, url: httpx.URL, *, is_robots: bool) -> _Answer:
        status = response.status_code
        kept = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        bare = _Answer(status, str(url), kept, response.charset_encoding)
        if status == 304:
            return bare
        if status in _REDIRECTS:
            return replace(bare, location=_location(response, url))
        if not 200 <= status < 300:
            raise refusal_by_status(status, str(url), kept)
        limit = min(self.policy.max_bytes, MAX_ROBOTS_BYTES if is_robots else self.policy.max_bytes)
        return replace(bare, body=await read_body(response, str(url), limit, cut=is_robots))

    async def _get_robots(self, url: str) -> bytes:
        return (await self._journey(url, {}, is_robots=True)).body

    def _host(self, url: httpx.URL) -> _Host:
        name = url.host if url.port is None else f"{url.host}:{url.port}"
        if name not in self._hosts and len(self._hosts) >= HOSTS_KEPT:
            self._hosts = {known: host for known, host in self._hosts.items() if not host.is_idle}
        return self._hosts.setdefault(name, _Host(self.policy.per_host_concurrency))


def _instant(now: Callable[[], datetime] | datetime) -> datetime:
    return (now() if callable(now) else now).astimezone(UTC)


def _checked(url: str | httpx.URL) -> httpx.URL:
    """``url`` as it is asked for: without fragment. Raises for what is not plain http(s)."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Permanent("bad_url", str(url), f"is not a URL ({error}); mend the address") from error
    if parsed.scheme not in ("http", "https"):
        raise RefusedAddress(
            "refused_scheme", str(url), f"{parsed.scheme or 'no'} scheme: only http and https"
        )
    if not parsed.host or parsed.userinfo:
        raise Permanent("bad_url", str(url), "needs a host and no user name; mend the address")
    return parsed.copy_with(fragment=None)


def _location(response: httpx.Response, url: httpx.URL) -> str:
    target = response.headers.get("location", "")
    if not target:
        raise Permanent(
            "redirects", str(url), f"answers {response.status_code} without saying where to"
        )
    try:
        return str(url.join(target))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise Permanent("bad_url", str(url), f"redirects to no URL: {target[:200]!r}") from error


def _retry_after(state: tenacity.RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after_seconds if isinstance(error, Transient) else None
