"""How a line is looked up, and what the search has first for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.search import Index
from icd9_review.naming.lines.wordings import MOST_HITS, find_further, find_line, wordings
from icd9_review.values import Kind
from tests.indexes import built_in_index


@pytest.fixture(scope="module")
def index() -> Index:
    return built_in_index()


@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("Pneumonia", "Pneumonia"),
        ("Pneumonia, failed outpatient treatment", "Pneumonia"),
        ("The patient has chronic atrial fibrillation", "chronic atrial fibrillation"),
        ("A 71-year-old female with abdominal pain", "abdominal pain"),
        ("Possible sepsis", "sepsis"),
        ("Anterior cervical fusion, C3-C4 (CPT 22554)", "Anterior cervical fusion"),
        ("Severe menometrorrhagia unresponsive to medical therapy", "menometrorrhagia"),
    ],
)
def test_the_last_wording_is_the_condition_by_itself(line: str, last: str) -> None:
    assert wordings(line)[-1] == last


def test_the_first_wording_is_the_line() -> None:
    assert wordings("Type 2 diabetes with neuropathy")[0] == "Type 2 diabetes with neuropathy"


@pytest.mark.parametrize(
    ("line", "kind", "code"),
    [
        ("Pneumonia, failed outpatient treatment", Kind.DIAGNOSIS, "486"),
        ("Hypertension, poorly controlled", Kind.DIAGNOSIS, "401.9"),
        ("History of stroke", Kind.DIAGNOSIS, "V12.54"),
        ("Laparoscopic cholecystectomy with cholangiogram", Kind.PROCEDURE, "51.23"),
    ],
)
def test_the_code_of_a_line_is_among_the_first(
    index: Index, line: str, kind: Kind, code: str
) -> None:
    assert code in [each.code for each in find_line(index, line, kind)]


@pytest.mark.parametrize(
    ("line", "further"),
    [
        ("Morbid obesity, status post laparoscopic Roux-en-Y gastric bypass", ["V45.86"]),
        ("Chest pain and shortness of breath", ["786.05"]),
        ("Obstruction and hypertension and chronic renal insufficiency", ["401.9", "585.9"]),
        ("Pneumonia, failed outpatient treatment", []),
        ("Gastroenteritis, resolved", []),
        ("Morton neuroma of the feet bilaterally", []),
        ("Prematurity, now 5 days old", []),
        ("Gout", []),
    ],
)
def test_further_conditions_are_those_that_the_line_names_in_whole(
    index: Index, line: str, further: list[str]
) -> None:
    assert [each.code for each in find_further(index, line, Kind.DIAGNOSIS)] == further


@given(text=st.text(max_size=60))
def test_further_codes_of_any_line_are_few_and_no_headers(index: Index, text: str) -> None:
    found = find_further(index, text, Kind.DIAGNOSIS)
    assert len(found) <= 3
    assert not any(each.header for each in found)


@given(text=st.text(max_size=60))
def test_any_line_finds_a_few_codes_of_its_kind_or_none(index: Index, text: str) -> None:
    found = find_line(index, text, Kind.DIAGNOSIS)
    assert len(found) <= MOST_HITS
    assert len({each.code for each in found}) == len(found)
    assert not any(each.header or each.kind is not Kind.DIAGNOSIS for each in found)
