"""Rule 20: what one code says of two, and which of two comes first."""

import pytest

from tests.codes.edits.charts import HINT, WARNING, found, told


@pytest.mark.parametrize(
    ("codes", "code", "offers"),
    [
        ("518.81 518.83", "518.81", ("518.84",)),
        ("428.21 428.22", "428.21", ("428.23",)),
        ("428.32 428.22", "428.22", ("428.40", "428.41", "428.42", "428.43")),
        ("575.0 575.11", "575.0", ("575.12",)),
        ("466.0 491.21", "466.0", ("491.22",)),
        ("466.0 496", "466.0", ("491.22",)),
        ("491.22 466.0", "466.0", ()),
        ("496 491.21", "496", ()),
        ("493.90 496", "496", ("493.20", "493.21", "493.22")),
        ("493.92 493.01", "493.92", ()),
        ("585.4 585.6", "585.4", ()),
        ("042 V08", "V08", ()),
        ("996.81 584.9 V42.0", "V42.0", ()),
        ("V55.0 V44.0", "V44.0", ()),
        ("496 493.20", "496", ()),
        ("518.81 518.83 518.84", "518.81", ()),
    ],
)
def test_two_conditions_that_one_code_says(codes: str, code: str, offers: tuple[str, ...]) -> None:
    (edit,) = found(20, codes)
    assert (edit.severity, edit.code, edit.offers) == (WARNING, code, offers)


@pytest.mark.parametrize("codes", ["518.81", "428.21 428.0", "491.22", "496", "493.20", "466.0"])
def test_one_condition_is_not_combined(codes: str) -> None:
    assert told(20, codes) == []


def test_acute_comes_before_chronic() -> None:
    assert told(20, "577.1 577.0") == [(HINT, "577.0")]
    assert told(20, "577.0 577.1") == []


@pytest.mark.parametrize(
    ("codes", "held"), [("496 493.20", "493.20"), ("518.81 518.83 518.84", "518.84")]
)
def test_a_code_that_says_both_already_is_named(codes: str, held: str) -> None:
    assert f"{held} already says it" in found(20, codes)[0].message


@pytest.mark.parametrize("codes", ["493.81 493.92", "493.82 493.01", "493.81 493.82"])
def test_the_fifth_digit_of_493_8_is_neither_status_asthmaticus_nor_exacerbation(
    codes: str,
) -> None:
    assert told(20, codes) == []
