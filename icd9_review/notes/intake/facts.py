"""The facts of an encounter: what coding rules ask about; and what else is kept of it."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from icd9_review.errors import EncounterError
from icd9_review.notes.intake.particulars.words import ACCOUNT_LIMIT, account_key, short_words
from icd9_review.values import CareSetting, Disposition, NewEncounter, Sex

OLDEST = 125
"""Years."""

Choice = TypeVar("Choice", CareSetting, Sex, Disposition)

# ICD-9-CM came into use in 1979. De-identified records are shifted into the next two
# centuries (MIMIC-III: 2100 to 2210), so a date in the future is nothing to refuse.
EARLIEST = date(1979, 1, 1)
LATEST = date(2299, 12, 31)


def check_encounter(
    setting: CareSetting | str,
    age: float | None = None,
    sex: Sex | str = Sex.UNKNOWN,
    admitted: date | None = None,
    discharged: date | None = None,
    team: str | None = None,
    disposition: Disposition | str | None = None,
    account: str | None = None,
    service: str | None = None,
    payer: str | None = None,
) -> NewEncounter:
    """The facts as one value, or EncounterError naming the one that cannot be.

    Age is in whole years, 0 for the first year of life. Dates are those of
    admission and discharge, or of the visit; each may be missing. Whether there is such a team,
    the store knows. Service and payer are cut to a line; what is no account number is left out.

    >>> check_encounter("inpatient", 0, "female").setting
    <CareSetting.INPATIENT: 'inpatient'>
    >>> check_encounter("inpatient", age=2.5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    icd9_review.errors.EncounterError: The age 2.5 is not a whole number of years from 0 to 125...
    """
    _check_date("admission", admitted)
    _check_date("discharge", discharged)
    if admitted and discharged and discharged < admitted:
        raise EncounterError(
            f"The discharge date {discharged} is before the admission date {admitted}; "
            "correct one of them or leave it empty."
        )
    return NewEncounter(
        setting=_member(CareSetting, "setting", setting),
        age=_check_age(age),
        sex=_member(Sex, "sex", sex),
        admitted=admitted,
        discharged=discharged,
        team=team,
        disposition=_member(Disposition, "disposition", disposition) if disposition else None,
        account=(account or "")[:ACCOUNT_LIMIT] if account_key(account) else None,
        service=short_words(service),
        payer=short_words(payer),
    )


def _check_age(age: float | None) -> int | None:
    if age is None:
        return None
    if not 0 <= age <= OLDEST or age != int(age):
        raise EncounterError(
            f"The age {age} is not a whole number of years from 0 to {OLDEST}; "
            "correct it or leave it empty (0 for the first year of life)."
        )
    return int(age)


def _check_date(name: str, value: date | None) -> None:
    if value and not EARLIEST <= value <= LATEST:
        raise EncounterError(
            f"The {name} date {value} is not between {EARLIEST} and {LATEST}; "
            "correct it or leave it empty."
        )


def _member(choices: type[Choice], name: str, value: str) -> Choice:
    try:
        return choices(value)
    except ValueError:
        known = ", ".join(choices)
        raise EncounterError(
            f"The {name} {value[:40]!r} is unknown; choose one of {known}."
        ) from None
