"""Where a webhook may be sent: what its URL says, and addresses that are public or in networks a company allows."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from attrs import define, field, setters

from leadkit.errors import DeliveryError, PluginError, Problem

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host, as numbers in text; OSError where there are none."""

NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
"""The special-purpose registries of IPv4 and IPv6, with multicast, tunnels, and a cloud's own metadata address."""

PUBLIC_IPV6 = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
PLAIN = re.compile(r"[!-~]*")
HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")


@define(on_setattr=setters.frozen)
class Target:
    """Where a webhook goes, taken apart."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _port(self.scheme) else f"{host}:{self.port}"


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of `host` as the operating system finds them; how long that takes at most is its setting."""
    entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in entries))


def networks(texts: Iterable[str], place: str) -> tuple[Network, ...]:
    """Networks such as `10.1.0.0/16`; a single address is a network of one.

    Raises:
        PluginError: one of them is no network, or has bits set behind its prefix.
    """
    allowed: list[Network] = []
    problems = []
    for number, text in enumerate(texts, start=1):
        try:
            allowed.append(ip_network(text))
        except ValueError:
            problems.append(Problem(f"allowed network {number} is not a network", "such as 10.1.0.0/16", place=place))
    if problems:
        raise PluginError(problems)
    return tuple(allowed)


def target_of(url: str, place: str) -> Target:
    """Where `url` leads.

    Raises:
        PluginError: it is not http or https with a host in ASCII, or it holds a user; the error does not show it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise PluginError(Problem("the address is not a URL", place=place)) from None
    host, target = parts.hostname or "", (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme not in {"https", "http"} or not HOST.fullmatch(host) or not PLAIN.fullmatch(url) or port == 0:
        hint = "https, a host in ASCII, and nothing that needs to be quoted"
        raise PluginError(Problem("the address is not a URL that can be posted to", hint, place=place))
    if "@" in parts.netloc:
        raise PluginError(
            Problem("the address holds a user or password", "the signature is what proves us", place=place)
        )
    return Target(parts.scheme, host, port or _port(parts.scheme), target)


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def is_public(address: Address) -> bool:
    """Whether `address` is one of the open Internet, whichever way it is written or tunnelled."""
    destination = _meant(address)
    return not _in(destination, NOT_PUBLIC) and (isinstance(destination, IPv4Address) or destination in PUBLIC_IPV6)


def is_allowed(address: Address, allow: Sequence[Network]) -> bool:
    """Whether `address` is in one of the networks that a company allows."""
    return _in(address, allow) or _in(_meant(address), allow)


@define(on_setattr=setters.frozen, kw_only=True)
class Gate:
    """What may be connected to: public addresses and allowed ones, or with `only_allowed` allowed ones alone."""

    place: str
    allow: tuple[Network, ...]
    only_allowed: bool
    resolver: Resolver

    def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """The addresses of `host`, looked up once; every one of them may be connected to.

        Raises:
            DeliveryError: there are none, or one of them may not be connected to; it does not say which.
        """
        try:
            numbers = tuple(self.resolver(host, port))
        except (OSError, UnicodeError):
            numbers = ()
        if not numbers:
            raise DeliveryError(Problem("the host has no address", place=self.place))
        addresses = [ip_address(text) for text in numbers]
        if not all(is_allowed(address, self.allow) or self._is_open(address) for address in addresses):
            message = "not all addresses of the host are " + ("allowed" if self.only_allowed else "public or allowed")
            raise DeliveryError(
                Problem(message, "allow its network, if it is your own", place=self.place), permanent=True
            )
        return numbers

    def _is_open(self, address: Address) -> bool:
        return not self.only_allowed and is_public(address)


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    if isinstance(address, IPv6Address) and address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def _in(address: Address, nets: Iterable[Network]) -> bool:
    return any(address in net for net in nets)
