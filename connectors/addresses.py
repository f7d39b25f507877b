"""Which addresses may be talked to, checked on the address actually connected to.

A catalogue or a page may name any host, and a name may point anywhere, differently each time
it is asked (DNS rebinding). So a name is resolved once, its addresses are checked, and the
connection goes to a checked address, never to the name again. TLS still verifies the name.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterable
from functools import lru_cache
from typing import TYPE_CHECKING

import httpcore
import httpx

from connectors.errors import Permanent, RefusedAddress, Transient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# A cloud's metadata service at a globally routed address; the others are link-local, shared
# or unique-local and are refused as such.
_METADATA = frozenset({ipaddress.ip_address("168.63.129.16")})
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052 §2.1
# Refused on all versions of Python, whose own tables have changed over time.
_SPECIAL = tuple(ipaddress.ip_network(n) for n in ("192.0.0.0/24", "64:ff9b:1::/48", "2002::/16"))


def carried(address: IPAddress) -> IPAddress:
    """The IPv4 address an IPv6 one stands for (mapped, or behind a NAT64), else itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def is_refused(address: IPAddress) -> bool:
    """True for anything that is not a plain public unicast address.

    That is: private, loopback, link-local (with cloud metadata services), shared, multicast,
    reserved and unspecified addresses (IANA special-purpose registries), tunnels (6to4,
    Teredo), and IPv6 addresses that carry such an IPv4 address.
    """
    inner = carried(address)
    return (
        not inner.is_global
        or inner.is_multicast
        or inner.is_reserved
        or inner in _METADATA
        or any(inner in network for network in _SPECIAL)
    )


def is_allowed_by_name(host: str, port: int, allowed: frozenset[str]) -> bool:
    """True when ``host`` or ``host:port`` is among the hosts the run allows to be private."""
    bare = host.strip("[]").lower()
    names = {bare, f"{bare}:{port}", f"[{bare}]", f"[{bare}]:{port}"}
    return not names.isdisjoint(_lowered(allowed))


@lru_cache(maxsize=8)
def _lowered(allowed: frozenset[str]) -> frozenset[str]:
    """The same set is asked for every connection; a catalogue may allow thousands."""
    return frozenset(name.lower() for name in allowed)


async def resolve(host: str, port: int, allowed: frozenset[str]) -> list[str]:
    """Addresses of ``host`` that may be connected to, in the resolver's order.

    Raises:
        Transient: ``dns``, when the resolver cannot answer now.
        Permanent: ``dns_unknown``, when the name does not exist or cannot be a name.
        RefusedAddress: ``refused_address``, when all its addresses are refused.
    """
    loop = asyncio.get_running_loop()
    bare = host.strip("[]")
    try:
        infos = await loop.getaddrinfo(bare, port, type=socket.SOCK_STREAM)
    except (UnicodeError, ValueError) as error:
        raise Permanent(
            "dns_unknown", host, "is not a possible host name; mend the address"
        ) from error
    except socket.gaierror as error:
        if error.errno == socket.EAI_NONAME:
            raise Permanent(
                "dns_unknown", host, "no such host; mend the address in the catalogue"
            ) from error
        raise Transient(
            "dns", host, f"the name cannot be looked up now ({error.strerror}); try again later"
        ) from error
    found = list(dict.fromkeys(str(info[4][0]) for info in infos))
    if is_allowed_by_name(host, port, allowed):
        return found
    usable = [text for text in found if not is_refused(ipaddress.ip_address(text.split("%")[0]))]
    if not usable:
        raise RefusedAddress(
            "refused_address",
            host,
            f"points to {', '.join(found) or 'nothing'}, which is not a public address; if it "
            f"is meant, allow it with --allow-private {bare}",
        )
    return usable


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """A network backend that connects only to addresses it has checked itself."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed = allowed
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first checked address of ``host`` that answers.

        Raises:
            ConnectorError: see `resolve`.
            httpcore.ConnectError: when none of the addresses answers.
        """
        last: Exception | None = None
        for address in await resolve(host, port, self._allowed):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError("no address to connect to")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a URL cannot mean a socket of this machine."""
        raise RefusedAddress("refused_address", path, "local sockets are never connected to")

    async def sleep(self, seconds: float) -> None:
        """Wait, for the pool's own retries."""
        await self._inner.sleep(seconds)


class _Stream(httpx.AsyncByteStream):
    """A response body of the pool in the shape httpx wants."""

    def __init__(self, stream: AsyncIterable[bytes]) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport over a connection pool with a `GuardedBackend`.

    httpx offers no public way to give its own transport a network backend, hence this one.
    Errors of httpcore pass as they are; `connectors.http` names them.
    """

    def __init__(self, allowed: frozenset[str], *, concurrency: int, http2: bool) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=None,  # the Fetcher limits what is in flight
            max_keepalive_connections=concurrency,
            keepalive_expiry=5.0,
            http1=True,
            http2=http2,
            network_backend=GuardedBackend(allowed),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return its response with the body still unread."""
        target = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                request.method, target, headers=request.headers.raw, extensions=request.extensions
            )
        )
        stream = answer.stream
        if not isinstance(stream, AsyncIterable):
            raise TypeError("the connection pool gave a body that cannot be read asynchronously")
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Stream(stream),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()
