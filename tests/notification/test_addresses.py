"""A webhook goes to public addresses, and to what a company allows; tricks of writing don't help."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.adapters.notification.addresses import Gate, is_allowed, is_public, networks, resolve
from leadkit.errors import DeliveryError, PluginError

PRIVATE = """
    0.0.0.0 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
    192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1
    255.255.255.255 168.63.129.16
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.1.2.3 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::a00:1 2002:7f00:1::
    2002:808:808:: 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 3fff::1 5f00::1 100::1 fc00::1 fd00:ec2::254
    fe80::1 fe80::1%eth0 fec0::1 ff02::1
"""
PUBLIC = "1.1.1.1 8.8.8.8 223.5.5.5 2606:4700:4700::1111 2400:3200::1 ::ffff:8.8.8.8 64:ff9b::808:808"
ADDRESSES = st.ip_addresses(v=4) | st.ip_addresses(v=6) | st.ip_addresses(network="2000::/3")


@pytest.mark.parametrize("text", PRIVATE.split())
def test_what_is_not_of_the_open_internet_is_not_public(text):
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC.split())
def test_what_is_of_the_open_internet_is_public(text):
    assert is_public(ip_address(text))


@given(ADDRESSES)
def test_public_is_never_wider_than_what_the_standard_library_calls_global(address):
    if is_public(address):
        assert address.is_global or IPv6Address("64:ff9b::") <= address
        assert not address.is_multicast


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_in_every_form(address):
    forms = [IPv6Address(f"::ffff:{address}"), IPv6Address(int(IPv6Address("64:ff9b::")) + int(address))]
    assert {is_public(form) for form in forms} == {is_public(address)}


@pytest.mark.parametrize("text", ["127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
def test_an_allowed_network_covers_every_form_of_its_addresses(text):
    assert is_allowed(ip_address(text), networks(["127.0.0.0/8"], "hook"))
    assert not is_allowed(ip_address(text), networks(["10.0.0.0/8", "::1"], "hook"))


def test_networks_that_are_none_are_refused_by_position():
    with pytest.raises(PluginError) as caught:
        networks(["10.0.0.0/8", "10.0.0.1/8", "example.com"], "hook")
    assert [problem.message for problem in caught.value.problems] == [
        "allowed network 2 is not a network",
        "allowed network 3 is not a network",
    ]


@pytest.mark.parametrize("host", ["127.0.0.1", "0177.0.0.1", "2130706433", "0x7f.1", "127.1", "0", "::1"])
def test_odd_ways_to_write_loopback_are_seen_through(host):
    gate = Gate(place="hook", allow=(), only_allowed=False, resolver=resolve)
    with pytest.raises(DeliveryError, match="public or allowed") as caught:
        gate.addresses(host, 443)
    assert caught.value.permanent


def _gate(*found, allow=(), only_allowed=False):
    return Gate(
        place="hook", allow=networks(allow, "hook"), only_allowed=only_allowed, resolver=lambda host, port: found
    )


def test_one_private_address_among_public_ones_spoils_all():
    with pytest.raises(DeliveryError):
        _gate("8.8.8.8", "10.0.0.1", "1.1.1.1").addresses("example.com", 443)


def test_public_and_allowed_addresses_may_be_mixed():
    gate = _gate("8.8.8.8", "10.0.0.1", allow=["10.0.0.0/8"])
    assert gate.addresses("example.com", 443) == ("8.8.8.8", "10.0.0.1")


def test_without_encryption_a_public_address_is_not_enough():
    assert _gate("10.0.0.1", allow=["10.0.0.0/8"], only_allowed=True).addresses("example.com", 80) == ("10.0.0.1",)
    with pytest.raises(DeliveryError, match="allowed") as caught:
        _gate("10.0.0.1", "8.8.8.8", allow=["10.0.0.0/8"], only_allowed=True).addresses("example.com", 80)
    assert caught.value.permanent


def test_a_host_without_an_address_may_have_one_later():
    with pytest.raises(DeliveryError, match="no address") as caught:
        _gate().addresses("example.com", 443)
    assert not caught.value.permanent


@pytest.mark.parametrize("error", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_cant_be_looked_up_may_be_known_later(error):
    def fails(host, port):
        raise error

    with pytest.raises(DeliveryError, match="no address") as caught:
        Gate(place="hook", allow=(), only_allowed=False, resolver=fails).addresses("example.com", 443)
    assert not caught.value.permanent


def test_the_refused_address_is_not_told():
    with pytest.raises(DeliveryError) as caught:
        _gate("10.9.8.7").addresses("example.com", 443)
    assert "10.9.8.7" not in str(caught.value)


def test_resolving_gives_each_address_once_as_a_number():
    assert resolve("127.0.0.1", 80) == ("127.0.0.1",)
    assert all(isinstance(ip_address(text), IPv4Address | IPv6Address) for text in resolve("localhost", 80))
