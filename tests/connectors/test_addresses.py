from __future__ import annotations

import asyncio
import ipaddress
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.addresses import GuardedBackend, is_refused, resolve
from connectors.errors import ConnectorError, Permanent, RefusedAddress, Transient

REFUSED = [
    *("127.0.0.1", "127.255.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    *("192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1"),
    *("fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1"),
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
]
ALLOWED = [
    *("8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700::1111"),
    *("::ffff:8.8.8.8", "64:ff9b::808:808"),
]


@pytest.mark.parametrize("address", REFUSED)
def test_whatever_is_not_public_is_refused(address: str) -> None:
    assert is_refused(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ALLOWED)
def test_public_addresses_are_not(address: str) -> None:
    assert not is_refused(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_no_ipv6_dress_makes_a_refused_ipv4_acceptable(inner: IPv4Address) -> None:
    low = int(inner)
    dresses = [
        IPv6Address((0xFFFF << 32) | low),
        IPv6Address(int(IPv6Address("64:ff9b::")) | low),
        IPv6Address((0x2002 << 112) | (low << 80)),
    ]
    if is_refused(inner):
        assert all(is_refused(dress) for dress in dresses)


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "0x7f.0.0.1", "2130706433", "[::1]", "::ffff:127.0.0.1", "0"]
)
def test_every_spelling_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(RefusedAddress, match="--allow-private"):
        asyncio.run(resolve(host, 80, frozenset()))


def test_a_host_is_allowed_by_name_or_by_name_and_port() -> None:
    for allowed in ("localhost", "LOCALHOST", "localhost:80"):
        assert asyncio.run(resolve("localhost", 80, frozenset({allowed})))
    assert asyncio.run(resolve("::1", 80, frozenset({"[::1]:80"}))) == ["::1"]
    with pytest.raises(RefusedAddress):
        asyncio.run(resolve("localhost", 81, frozenset({"localhost:80"})))


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "nothing.invalid", "..", "a\x00b"])
def test_a_name_that_cannot_be_found_is_named(host: str) -> None:
    with pytest.raises((Permanent, Transient)) as caught:
        asyncio.run(resolve(host, 80, frozenset()))
    assert caught.value.reason in ("dns", "dns_unknown")


def test_sockets_of_this_machine_are_never_opened() -> None:
    with pytest.raises(RefusedAddress):
        asyncio.run(GuardedBackend(frozenset()).connect_unix_socket("/run/some.sock"))


def test_errors_survive_a_process_border() -> None:
    import pickle

    error = Transient("dns", "host", "cannot be looked up")
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, ConnectorError)
    assert (str(again), again.reason, again.subject) == (str(error), "dns", "host")
