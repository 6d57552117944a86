"""Where a request comes from: addresses and networks that a setting names, and proxies."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from starlette.datastructures import Headers

from icd9_review.errors import SettingsError

Network = IPv4Network | IPv6Network

_PASSED_ON: Final = ("forwarded", "via", "x-real-ip")  # RFC 7239; RFC 9110, 7.6.3; nginx
_PASSED_ON_BEGIN: Final = "x-forwarded-"  # what came before RFC 7239


def read_networks(entries: Iterable[str], setting: str) -> tuple[Network, ...]:
    """The networks of a setting; raises SettingsError for an entry that is none."""
    return tuple(_network(entry, setting) for entry in entries)


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address is one of those; what is no address is none.

    >>> is_within("::ffff:10.0.0.7", read_networks(["10.0.0.0/24"], "ICD9_REVIEW_PROXIES"))
    True
    """
    known = _address(address)
    return known is not None and any(known in network for network in networks)


def is_this_machine(address: str) -> bool:
    """Whether an address is one of the loopback.

    >>> is_this_machine("127.0.0.1"), is_this_machine("10.0.0.7"), is_this_machine("somewhere")
    (True, False, False)
    """
    known = _address(address)
    return known is not None and known.is_loopback


def is_passed_on(headers: Headers) -> bool:
    """Whether a proxy has passed a request on."""
    names = headers.keys()
    return any(name in _PASSED_ON or name.startswith(_PASSED_ON_BEGIN) for name in names)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _network(entry: str, setting: str) -> Network:
    try:
        return ip_network(entry)
    except ValueError:
        raise SettingsError(
            f"{setting} names {entry[:100]!r}, which is neither an address (10.0.0.7) nor a "
            "network (10.0.0.0/24); separate several by commas."
        ) from None
