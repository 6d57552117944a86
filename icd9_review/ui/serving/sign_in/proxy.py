"""Signing in by a header of a proxy that has asked who somebody is.

The header is believed from the addresses of ``ICD9_REVIEW_PROXIES`` alone, and only where it is
there once and says something: whatever else there is signs nobody in.
"""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection

from icd9_review.errors import SettingsError
from icd9_review.settings import Settings
from icd9_review.ui.serving.networks import Network, is_within, read_networks

_NAME = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_BROWSERS_OWN = ("host", "cookie", "origin", "user-agent", "authorization", "referer")


def proxies(settings: Settings) -> tuple[Network, ...]:
    """The networks of the proxies that are believed. Raises SettingsError."""
    return read_networks(settings.trusted_proxies, "ICD9_REVIEW_PROXIES")


def check_proxy(settings: Settings) -> None:
    """Raises SettingsError for settings under which anybody could say who they are."""
    if not proxies(settings):
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
    if not is_within(address, proxies(settings)):
        return ""
    said = connection.headers.getlist(settings.proxy_header)
    if len(said) != 1 or "," in said[0]:
        return ""
    identity = said[0].strip()
    return identity if identity.isprintable() else ""
