"""What is right about the charts of a coder's day holds against code book and text."""

from __future__ import annotations

from pathlib import Path

import pytest

from icd9_review.codes.table import is_valid
from tests.browser.day_charts import DAY, NAMES, DayChart, day_chart

EXEMPT = "icd9cm/ICD-9_POA_Exempt_Diagnosis_Codes_Oct12014_FY2015.txt"


@pytest.fixture(params=NAMES)
def chart(request: pytest.FixtureRequest) -> DayChart:
    return day_chart(request.param)


def test_the_charts_are_those_of_the_folder() -> None:
    assert {path.stem for path in DAY.iterdir()} == set(NAMES)


def test_a_chart_is_as_long_and_has_as_many_codes_as_a_real_one(chart: DayChart) -> None:
    assert len(chart.text.split()) >= 600
    assert len(chart.codes) >= 8


def test_every_right_code_stands_in_the_book_and_its_words_in_the_note(chart: DayChart) -> None:
    text = " ".join(chart.text.split())
    for right in chart.codes:
        assert is_valid(right.kind, right.code), right
        assert right.words in text, right
    assert chart.principal == chart.codes[0].code


def test_every_coded_line_stands_in_the_note_with_codes_that_are_right(chart: DayChart) -> None:
    text = " ".join(chart.text.split())
    right = {each.code for each in chart.codes}
    for line, codes in chart.lines.items():
        assert line in text
        assert right.issuperset(codes), line


@pytest.mark.reference
def test_present_on_admission_is_open_for_exempt_codes_alone(
    chart: DayChart, reference_data: Path
) -> None:
    rows = (reference_data / EXEMPT).read_text("latin-1").splitlines()
    exempt = {row.split("\t")[0] for row in rows}
    for right in chart.codes:
        asked = chart.inpatient and right.performed is None
        assert bool(right.poa) == (asked and right.code.replace(".", "") not in exempt), right
