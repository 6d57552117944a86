import pytest

from icd9_review.codes import codes
from icd9_review.codes.edits.chapters.v_codes import FIRST_ONLY
from icd9_review.values import Kind
from tests.codes.edits.charts import WARNING, found, lists, outpatient, told


@pytest.mark.parametrize(
    "code", ["V20.2", "V57.1", "V58.11", "V70.0", "V71.4", "V56.0", "V66.2", "V59.4", "V68.1"]
)
def test_a_first_listed_code_warns_behind_another(code: str) -> None:
    assert (WARNING, code) in told(26, f"428.0 {code}")
    assert told(26, f"{code} 428.0") == []


def test_two_first_listed_codes_may_stand_together() -> None:
    assert told(26, "V58.0 V58.11 162.9") == []
    assert told(26, outpatient("V72.31 V70.0")) == []


def test_the_birth_code_is_left_to_its_rule() -> None:
    assert told(26, "770.7 V30.00") == []


@pytest.mark.parametrize("code", ["V22.2", "V27.0", "V84.01", "V85.41", "V45.88", "707.23"])
def test_an_additional_code_warns_in_first_place(code: str) -> None:
    assert told(26, f"{code} 428.0") == [(WARNING, code)]
    assert told(26, outpatient(f"{code} 428.0")) == [(WARNING, code)]
    assert told(26, f"428.0 {code}") == []


def test_an_unacceptable_principal_is_told_once() -> None:
    held = lists(unacceptable_principal="V85.41")
    assert told(26, "V85.41 278.01", held) == []
    assert told(26, outpatient("V85.41 278.01"), held) == [(WARNING, "V85.41")]


@pytest.mark.parametrize("code", ["V10.3", "V58.61", "V45.81", "V66.7", "V70.7", "V05.3", "V29.0"])
def test_other_v_codes_may_stand_anywhere(code: str) -> None:
    assert told(26, outpatient(f"{code} 428.0")) == told(26, f"428.0 {code}") == []


def test_rehabilitation_needs_its_condition_and_one_code() -> None:
    assert told(26, "V57.1") == [(WARNING, "V57.1")]
    assert told(26, "V57.1 438.20") == []
    assert found(26, "V57.1 V57.21 438.20")[0].offers == ("V57.89",)
    assert found(26, "V57.1 V57.89 438.20")[0].offers == ()


def test_every_range_of_the_tables_holds_codes() -> None:
    every = sorted(codes(Kind.DIAGNOSIS))
    assert all(list(held.among(every)) for held in FIRST_ONLY.held)
