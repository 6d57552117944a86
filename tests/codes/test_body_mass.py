import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes import title
from icd9_review.codes.search.body_mass import body_mass_code
from icd9_review.values import Kind

values = st.integers(70, 2490).map(lambda tenths: tenths / 10)


@pytest.mark.parametrize(
    ("query", "code", "others"),
    [
        ("bmi 51", "V85.43", ""),
        ("BMI of 33.4 kg/m2", "V85.33", ""),
        ("Body mass index: 17", "V85.0", ""),
        ("bmi=24,9", "V85.1", ""),
        ("bmi is 70", "V85.45", ""),
        ("obese, bmi 42.5 today", "V85.41", "obese, today"),
    ],
)
def test_the_value_of_a_body_mass_index_gives_its_code(query: str, code: str, others: str) -> None:
    assert body_mass_code(query) == (code, others)


@pytest.mark.parametrize(
    "query",
    [
        "bmi",
        "bmi 5",
        "bmi 400",
        "bmi 1234",
        "obesity 42",
        "bmi > 40",
        "bmi percentile 95",
        "bmi 95th percentile",
    ],
)
def test_what_gives_no_value_of_an_adult_gives_no_code(query: str) -> None:
    found = body_mass_code(query)
    assert found is None


@given(value=values)
def test_the_title_of_the_code_holds_the_value(value: float) -> None:
    found = body_mass_code(f"bmi {value}")
    assert found is not None
    held = title(Kind.DIAGNOSIS, found[0]) or ""
    least, most = {
        "V85.0": (0.0, 19.0),
        "V85.1": (19.0, 25.0),
        "V85.45": (70.0, 250.0),
    }.get(found[0]) or _bounds(held)
    assert least <= value < most


def _bounds(held: str) -> tuple[float, float]:
    given_bounds = re.search(r"([0-9.]+)-([0-9.]+)", held)
    assert given_bounds is not None, held
    return float(given_bounds[1]), float(given_bounds[2]) + 0.1
