"""Codes and labels belong to one part of the code book each."""

from __future__ import annotations

import pytest

from icd9_review.evaluation.code_parts import CodePart, part_of, part_of_label


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("486", CodePart.DIAGNOSES),
        ("428.0", CodePart.DIAGNOSES),
        ("38.93", CodePart.PROCEDURES),
        ("V58.61", CodePart.V_CODES),
        ("E849.0", CodePart.E_CODES),
    ],
)
def test_the_form_of_a_code_tells_its_part(code: str, part: CodePart) -> None:
    assert part_of(code) is part


def test_a_label_belongs_where_most_of_its_codes_do_and_of_equals_to_the_first() -> None:
    assert part_of_label({"V45.81", "V45.82", "414.01"}) is CodePart.V_CODES
    assert part_of_label({"V45.81", "414.01"}) is CodePart.DIAGNOSES
    assert part_of_label({"E885.9", "E888.9"}) is CodePart.E_CODES
