"""Which addresses the program calls: those an administrator named, and never these.

Addresses of a hospital's own network are where webhooks go, so private ones may be called. Refused
is what is no other program's: link-local addresses (where clouds answer with their secrets),
multicast, unspecified and reserved ones; and loopback, unless it was named as such. A name is
looked up for each message and all that it stands for must pass, so that it cannot be turned into
another one later.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from icd9_review.errors import InputError

_LONGEST = 500  # characters, as the column has it
_LOCAL = "localhost"
_CLOUDS = frozenset(
    map(ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"))
)
"""Where clouds answer with their secrets besides the link-local address (AWS, Alibaba, Azure,
Oracle)."""


def read_webhook_address(url: str) -> SplitResult:
    """The parts of an address that may be called. Raises InputError for one that may not.

    >>> read_webhook_address("https://hooks.example.org/signed").hostname
    'hooks.example.org'
    """
    if len(url) > _LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        raise InputError(f"An address has {_LONGEST} characters of ASCII at most, without blanks.")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise InputError("This is no address of a webhook.") from None
    host = parts.hostname or ""
    if not host or parts.username is not None or parts.fragment:
        raise InputError("The address of a webhook has a host, no name, password or fragment.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback_name(host)):
        raise InputError("A webhook is called by https; by http on this machine alone.")
    if (literal := _literal(host)) is not None and not may_be_called(literal, host):
        raise InputError("This address is no other program's.")
    return parts


def is_loopback_name(host: str) -> bool:
    """Whether a host is named as this machine.

    >>> is_loopback_name("127.0.0.1"), is_loopback_name("localhost.example.org")
    (True, False)
    """
    literal = _literal(host)
    return host == _LOCAL or (literal is not None and literal.is_loopback)


def may_be_called(address: IPv4Address | IPv6Address, host: str) -> bool:
    """Whether an address that a host stands for may be called.

    >>> may_be_called(ip_address("10.0.0.7"), "hooks.example.org")
    True
    >>> may_be_called(ip_address("169.254.169.254"), "hooks.example.org")
    False
    """
    plain = getattr(address, "ipv4_mapped", None) or address
    if plain.is_loopback or is_loopback_name(host):
        return bool(plain.is_loopback) and is_loopback_name(host)
    nobodys = plain.is_multicast or plain.is_unspecified or plain.is_reserved
    return not (plain.is_link_local or nobodys or plain in _CLOUDS)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
