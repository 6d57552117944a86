"""What the claims of a provider say of a person: pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from icd9_review.errors import SettingsError, SignInRefused
from icd9_review.values import Role

_GRANTED = tuple(role.value for role in Role if role is not Role.SYSTEM)


def read_roles(setting: str) -> dict[str, Role]:
    """Values of a claim with the role that each stands for, in the order of the setting.

    Raises SettingsError for what is none.

    >>> read_roles("icd9-leads=auditor, icd9-coders=coder")
    {'icd9-leads': <Role.AUDITOR: 'auditor'>, 'icd9-coders': <Role.CODER: 'coder'>}
    """
    found = {}
    for entry in filter(None, (each.strip() for each in setting.split(","))):
        value, _, role = entry.rpartition("=")
        if not value.strip() or role.strip() not in _GRANTED:
            raise SettingsError(
                f"ICD9_REVIEW_ROLES has {entry[:100]!r}; write value=role, with one of the roles "
                f"{', '.join(_GRANTED)}."
            )
        found[value.strip()] = Role(role.strip())
    return found


def claimed_role(claims: Mapping[str, Any], claim: str, roles: Mapping[str, Role]) -> Role | None:
    """The role that a claim grants: of several the one that stands first in the setting.

    ``claim`` may go down levels (``realm_access.roles``); its value is a text or a list of them.
    """
    said = _at(claims, claim)
    values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return next((role for value, role in roles.items() if value in values), None)


def signed_in_anew(claims: Mapping[str, Any], since: float, now: float, *, skew: float) -> datetime:
    """When the person signed in at the provider (``auth_time``), where that was after ``since``.

    Moments in seconds since 1970, between which clocks may differ by ``skew``. Raises
    SignInRefused for a provider that does not say so, or has asked nobody.
    """
    said = claims.get("auth_time")
    if not isinstance(said, int | float) or isinstance(said, bool):
        raise SignInRefused("The sign-in service does not say when you signed in (auth_time).")
    if not since - skew <= said <= now + skew:
        raise SignInRefused("The sign-in service did not have you sign in anew.")
    return datetime.fromtimestamp(said, UTC)


def text_claim(claims: Mapping[str, Any], claim: str) -> str:
    """A claim that is a text on one line; empty for anything else."""
    said = _at(claims, claim)
    return said if isinstance(said, str) and said.isprintable() else ""


def _at(claims: Mapping[str, Any], path: str) -> object:
    if path in claims:  # names with dots are addresses, and stand on one level
        return claims[path]
    found: object = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
