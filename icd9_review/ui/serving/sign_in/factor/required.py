"""Which roles must have a second factor."""

from __future__ import annotations

from icd9_review.errors import SettingsError
from icd9_review.settings import Settings
from icd9_review.values import Role

_GIVEN = {role.value: role for role in Role if role is not Role.SYSTEM}
_ELSEWHERE = (
    "ICD9_REVIEW_SECOND_FACTOR is for ICD9_REVIEW_SIGN_IN=accounts; with {way} "
    "whoever asks people who they are asks for it. Unset it."
)


def roles_with_factor(settings: Settings) -> frozenset[Role]:
    """The roles of ``ICD9_REVIEW_SECOND_FACTOR``. Raises SettingsError for what is no role."""
    for entry in settings.factor_roles:
        if entry not in _GIVEN:
            raise SettingsError(
                f"ICD9_REVIEW_SECOND_FACTOR names {entry[:50]!r}, which is no role; name "
                f"{', '.join(_GIVEN)}, between commas."
            )
    return frozenset(_GIVEN[entry] for entry in settings.factor_roles)


def check_factor(settings: Settings) -> None:
    """Raises SettingsError for a setting that would not do what it says."""
    roles_with_factor(settings)
    if settings.factor_roles and settings.sign_in != "accounts":
        raise SettingsError(_ELSEWHERE.format(way=settings.sign_in))
    if settings.second_factor and not settings.factor_roles:
        raise SettingsError(
            "ICD9_REVIEW_SECOND_FACTOR names no role; name some between commas, or unset it."
        )
