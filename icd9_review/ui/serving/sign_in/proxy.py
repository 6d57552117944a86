"""Signing in by a header of a proxy that has asked who somebody is.

The header is believed from the addresses of ``ICD9_REVIEW_PROXIES`` alone, and only where it is
there once and says something: whatever else there is signs nobody in.
"""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection

from icd9_review.errors import SettingsError
from icd9_review.settings import Settings
from icd9_review.ui.serving.sign_in.client import is_within, read_networks

_NAME = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_BROWSERS_OWN = ("host", "cookie", "origin", "user-agent", "authorization", "referer")
FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via")
"""Headers by which a proxy can be told (RFC 7239; RFC 9110, 7.6.3; what came before)."""


def check_proxy(settings: Settings) -> None:
    """Raises SettingsError for settings under which anybody could say who they are."""
    if not read_networks(settings.proxies):
        raise SettingsError(
            "ICD9_REVIEW_SIGN_IN=proxy needs ICD9_REVIEW_PROXIES, the addresses of the proxies "
            "that are believed: everybody else could name themselves."
        )
    name = settings.proxy_header
    if not _NAME.fullmatch(name) or name.lower() in _BROWSERS_OWN:
        raise SettingsError(
            f"ICD9_REVIEW_PROXY_HEADER is {name[:100]!r}; name the header in which the proxy says "
            "who somebody is, one that no browser sends."
        )


def proxy_identity(connection: HTTPConnection, settings: Settings) -> str:
    """Whom a proxy names; empty for nobody: from elsewhere, twice, or without a word."""
    address = connection.client.host if connection.client else ""
    if not is_within(address, read_networks(settings.proxies)):
        return ""
    said = connection.headers.getlist(settings.proxy_header)
    if len(said) != 1 or "," in said[0]:
        return ""
    identity = said[0].strip()
    return identity if identity.isprintable() else ""


def is_forwarded(connection: HTTPConnection) -> bool:
    """Whether a proxy passed this on."""
    return any(name in connection.headers for name in FORWARDING)
