"""The addresses under which people reach the app, as ``ICD9_REVIEW_HOSTS`` names them.

A name (``coding.example.org``) is answered on any port, over whatever the connection itself
speaks. An address (``https://coding.example.org``) is answered under exactly that: it stands
for a proxy that ends TLS. No header of a proxy is believed, so none can be forged.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from icd9_review.errors import SettingsError

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Names without a port, and the scheme of each host (with its port) that has an address."""

    names: frozenset[str]
    schemes: dict[str, str]

    def origin(self, host: str, scheme: str) -> str | None:
        """The origin of the page at a Host header, reached by ``http`` or ``https``.

        None for a host that is none of ours. The host is taken letter by letter: what a
        browser sends is in lower case and without a default port.
        """
        found = _HOST.fullmatch(host)
        if found is None:
            return None
        if host in self.schemes:
            return f"{self.schemes[host]}://{host}"
        return f"{scheme}://{host}" if found["name"] in self.names else None


def read_addresses(entries: Iterable[str]) -> Addresses:
    """The addresses of a setting; raises SettingsError for an entry that is none."""
    names, schemes = set(), {}
    for entry in (each.lower() for each in entries):
        if "://" in entry:
            scheme, host = _read_address(entry)
            schemes[host] = scheme
        elif (found := _HOST.fullmatch(entry)) and found["name"] == entry:
            names.add(entry)
        else:
            raise _refusal(entry)
    return Addresses(frozenset(names), schemes)


def is_plain_here(origin: str) -> bool:
    """Whether a page comes over http and from this machine: cookies need no https there alone."""
    return origin.startswith("http:") and is_loopback(origin)


def is_loopback(origin: str) -> bool:
    """Whether only this machine can be meant by an origin: the one place where http is safe."""
    name = urlsplit(origin).hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _read_address(entry: str) -> tuple[str, str]:
    """The scheme and host of ``https://host[:port]``, the default port left out as browsers do."""
    scheme, _, host = entry.removesuffix("/").partition("://")
    if scheme not in ("http", "https") or not _HOST.fullmatch(host):
        raise _refusal(entry)
    return scheme, host.removesuffix(":443" if scheme == "https" else ":80")


def _refusal(entry: str) -> SettingsError:
    return SettingsError(
        f"ICD9_REVIEW_HOSTS names {entry[:100]!r}, which is neither a host name (localhost) nor "
        "an address (https://coding.example.org); separate several by commas."
    )
