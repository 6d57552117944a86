"""The browser at the other end: its address, and what it calls itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.requests import HTTPConnection

from icd9_review.ui.serving.networks import Network, is_within

_WITH_PORT = re.compile(r"\[([0-9a-f:.]+)\](?::\d+)?|([0-9.]+):\d+", re.I | re.ASCII)
_BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")  # the first that is named: others copy
_CALLED = {"Edg": "Edge", "OPR": "Opera"}
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def client_address(connection: HTTPConnection, proxies: Sequence[Network]) -> str:
    """The address that a request comes from; behind proxies that are believed, what they say.

    Of ``X-Forwarded-For`` the last entry counts that is no such proxy: those before it are
    whatever the browser wrote. A port that a proxy writes behind it is left out: each connection
    has another, and would be somebody new.
    """
    address = connection.client.host if connection.client else ""
    if not is_within(address, proxies):
        return address
    said = ",".join(connection.headers.getlist("x-forwarded-for"))
    entries = (_without_port(each.strip()) for each in reversed(said.split(",")))
    return next((each for each in entries if each and not is_within(each, proxies)), address)


def _without_port(entry: str) -> str:
    found = _WITH_PORT.fullmatch(entry)
    return (found[1] or found[2]) if found else entry


def describe_browser(said: str) -> str:
    """Browser and system in two words, of what a browser says of itself.

    >>> describe_browser("Mozilla/5.0 (X11; Linux x86_64) … Chrome/148.0.0.0 Safari/537.36")
    'Chrome on Linux'
    """
    browser = next((name for name in _BROWSERS if re.search(rf"\b{name}/", said)), "")
    system = next((word for sign, word in _SYSTEMS if sign in said), "")
    name = _CALLED.get(browser, browser) or "A browser"
    return f"{name} on {system}" if system else name
