import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.equivalents import Target, equivalents
from icd9_review.codes.table import is_valid
from icd9_review.values import Kind


def codes(text: str) -> list[str]:
    meant = equivalents(text)
    return [target.code for target in meant.targets] if meant else []


@pytest.mark.parametrize("text", ["J44.1", "j44.1", "J441", " j441 "])
def test_a_code_is_read_with_or_without_its_dot_in_any_case(text: str) -> None:
    meant = equivalents(text)
    assert meant is not None
    assert meant.code == "J44.1"
    assert meant.title.startswith("Chronic obstructive pulmonary disease")
    assert codes(text) == ["491.21", "493.22"]


def test_one_code_may_need_two() -> None:
    meant = equivalents("A02.1")
    assert meant is not None
    assert Target("003.1", ("995.91",)) in meant.targets
    assert Target("995.91", ("003.1",)) in meant.targets


def test_a_category_has_the_targets_of_its_codes_and_no_title() -> None:
    meant = equivalents("E11")
    assert meant is not None
    assert meant.title == ""
    assert {"250.00", "250.60", "250.40"} <= {target.code for target in meant.targets}
    assert not any(target.together for target in meant.targets)


def test_what_the_map_is_too_old_for_or_has_no_code_for_has_no_targets() -> None:
    younger = equivalents("I16.0")
    assert younger is not None
    assert (younger.title, younger.targets) == ("Hypertensive urgency", ())
    without = equivalents("Z16.10")
    assert without is None or without.targets == () or without.title


@pytest.mark.parametrize("text", ["", "250.00", "V45.81", "E849.0", "B12", "A1C", "I10.9", "heart"])
def test_what_is_no_code_of_icd_10_is_none(text: str) -> None:
    assert equivalents(text) is None


@given(st.one_of(st.text(max_size=12), st.from_regex(r"[A-Z][0-9][0-9AB][.]?[0-9A-Z]{0,4}")))
def test_every_target_is_a_code_of_version_32_given_once(text: str) -> None:
    found = codes(text)
    assert len(found) == len(set(found))
    assert all(is_valid(Kind.DIAGNOSIS, code) for code in found)
