"""The sex of the patients whom a code is for: two lists of the Medicare Code Editor (MCE v32)."""

from __future__ import annotations

from icd9_review.codes.lists import ListName, Lists
from icd9_review.values import CodeKey, Sex

_SEXES = {ListName.FEMALE: Sex.FEMALE, ListName.MALE: Sex.MALE}


def other_sex(lists: Lists, key: CodeKey, sex: Sex) -> Sex | None:
    """Whom a code is for, where that is not a patient of this sex.

    None for every other code, and where the sex is not known or the lists are not there.
    """
    kind, code = key
    for name, meant in _SEXES.items():
        if sex not in {meant, Sex.UNKNOWN} and lists.holds(name, code, kind):
            return meant
    return None
