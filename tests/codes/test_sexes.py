"""Whom a code is for."""

from __future__ import annotations

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.sexes import other_sex, patients_sex
from icd9_review.values import Kind, Sex
from tests.codes.edits.charts import NONE, lists

CYST, OOPHORECTOMY, HYPERPLASIA = (
    (Kind.DIAGNOSIS, "620.2"),
    (Kind.PROCEDURE, "65.39"),
    (Kind.DIAGNOSIS, "600.00"),
)
HELD = lists(female="620.2 65.39", male="600.00")


def test_a_code_of_one_sex_is_for_no_patient_of_the_other() -> None:
    for key in (CYST, OOPHORECTOMY):
        assert other_sex(HELD, key, Sex.MALE) is Sex.FEMALE
        assert other_sex(HELD, key, Sex.FEMALE) is None
    assert other_sex(HELD, HYPERPLASIA, Sex.FEMALE) is Sex.MALE


def test_nothing_is_said_where_the_sex_is_not_known() -> None:
    assert other_sex(HELD, CYST, Sex.UNKNOWN) is None


def test_nothing_is_said_of_other_codes_or_without_lists() -> None:
    assert other_sex(HELD, (Kind.DIAGNOSIS, "428.0"), Sex.MALE) is None
    assert other_sex(NONE, CYST, Sex.MALE) is None


def test_the_built_in_lists_know_it() -> None:
    assert other_sex(built_in_lists(), CYST, Sex.MALE) is Sex.FEMALE


def test_whom_a_code_is_for_is_told_of_codes_of_one_sex_alone() -> None:
    assert [patients_sex(HELD, key) for key in (CYST, HYPERPLASIA)] == [Sex.FEMALE, Sex.MALE]
    assert patients_sex(HELD, (Kind.DIAGNOSIS, "428.0")) is None
