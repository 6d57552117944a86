"""The sex of the patients whom a code is for: two lists of the Medicare Code Editor (MCE v32)."""

from __future__ import annotations

from icd9_review.codes.lists import ListName, Lists
from icd9_review.values import CodeKey, Sex

_SEXES = {ListName.FEMALE: Sex.FEMALE, ListName.MALE: Sex.MALE}


def patients_sex(lists: Lists, key: CodeKey) -> Sex | None:
    """Whom a code is for; None for what is for both, and where the lists are not there."""
    kind, code = key
    held = (sex for name, sex in _SEXES.items() if lists.holds(name, code, kind))
    return next(held, None)


def other_sex(lists: Lists, key: CodeKey, sex: Sex) -> Sex | None:
    """Whom a code is for, where that is not a patient of this sex; None where that is not known."""
    meant = patients_sex(lists, key)
    return None if sex in {meant, Sex.UNKNOWN} else meant
