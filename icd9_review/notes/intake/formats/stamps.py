"""How HL7's standards write days, sexes and kinds of visit."""

from __future__ import annotations

import re
from datetime import date

from icd9_review.values import CareSetting, Sex

# HL7 table 0001, FHIR's administrative-gender.
_SEXES = {"f": Sex.FEMALE, "female": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE}
# HL7 v2 table 0004; ActCode of version 3, which FHIR and CDA use.
_INPATIENT = {"I", "B", "IMP", "ACUTE", "NONAC"}
_OUTPATIENT = {"O", "E", "R", "AMB", "EMER", "OBSENC", "SS", "VR", "HH", "FLD"}
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


def day_of(stamp: str | None) -> date | None:
    """The day of ``20140312…`` or ``2014-03-12…``; None for a year, a month or nonsense."""
    found = _DAY.match((stamp or "").strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def sex_of(code: str | None) -> Sex | None:
    """Female or male; UNKNOWN for other codes, None where there is none."""
    return _SEXES.get(code.strip().lower(), Sex.UNKNOWN) if code and code.strip() else None


def setting_of(code: str | None) -> CareSetting | None:
    """The setting a code of a visit's class stands for; None for one that tells nothing."""
    if not code:
        return None
    if code.strip().upper() in _INPATIENT:
        return CareSetting.INPATIENT
    return CareSetting.OUTPATIENT if code.strip().upper() in _OUTPATIENT else None
