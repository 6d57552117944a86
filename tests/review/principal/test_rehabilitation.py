"""Whether notes tell that somebody came for rehabilitation."""

from __future__ import annotations

import pytest

from icd9_review.codes.table import is_valid
from icd9_review.review.principal.rehabilitation import rehabilitation
from icd9_review.values import Kind


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("She was admitted to the transitional care unit for rehabilitation.", "V57.89"),
        ("REASON FOR ADMISSION: Admission for rehab after hip surgery.", "V57.89"),
        ("The patient was referred to Physical Therapy for knee pain.", "V57.1"),
        ("He was referred for occupational therapy.", "V57.21"),
        ("She is referred for skilled speech therapy.", "V57.3"),
    ],
)
def test_coming_for_rehabilitation_has_the_v_code_of_its_kind(text: str, code: str) -> None:
    told = rehabilitation(text)
    assert told is not None
    assert told.code == code
    assert is_valid(Kind.DIAGNOSIS, told.code)
    assert text[told.start : told.end] in text


@pytest.mark.parametrize(
    "text",
    [
        "She will be transferred to rehab tomorrow.",
        "Plan: to be admitted for rehabilitation.",
        "Discharged to a rehabilitation facility.",
        "Admitted with chest pain. Cardiac rehabilitation was discussed.",
        "",
    ],
)
def test_what_is_planned_or_comes_afterwards_tells_nothing(text: str) -> None:
    assert rehabilitation(text) is None
