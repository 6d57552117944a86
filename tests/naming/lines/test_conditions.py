"""What a line names beside one another, and which of it has a code."""

from __future__ import annotations

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.naming.lines.coders import Coder, Link
from icd9_review.naming.lines.conditions import named_conditions, uncoded_conditions
from icd9_review.values import Kind
from tests.indexes import built_in_index

LISTS = built_in_lists()


def named(text: str, kind: Kind = Kind.DIAGNOSIS) -> list[str]:
    return [each.text for each in named_conditions(built_in_index(), text, kind)]


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("Hypertension and hypothyroidism", ["Hypertension", "hypothyroidism"]),
        ("Hypertension, gout; asthma", ["Hypertension", "gout", "asthma"]),
        (
            "Hypertension, left carotid artery stenosis status post endarterectomy",
            ["Hypertension", "left carotid artery stenosis"],
        ),
        ("Anemia due to chronic kidney disease", []),
        ("Hypertension, well controlled on medication", []),
        ("Hypertension, no gout", []),
        ("Systemic lupus erythematosus, with arthritis", []),
        ("Hypertension, history of gout", []),
        ("Acute and chronic cholecystitis", []),
        (
            "Acute renal failure on chronic renal failure",
            ["Acute renal failure", "chronic renal failure"],
        ),
        ("Acute on chronic renal failure", []),
        ("Rash on chronic prednisone therapy", []),
        ("Hypertension, essential hypertension", []),
        ("Pneumonia, status post splenectomy", []),
    ],
)
def test_conditions_are_what_stands_between_commas_in_the_words_of_a_code(
    text: str, conditions: list[str]
) -> None:
    assert named(text) == conditions


def left(text: str, *codes: str, of_line: int = 1) -> list[str]:
    """The conditions without a code, where so many of the chart's codes are those of the line."""
    accepted = [(Kind.DIAGNOSIS, code) for code in codes]
    coders = [Coder(key, Link.NAMED) for key in accepted[:of_line]]
    found = named_conditions(built_in_index(), text, Kind.DIAGNOSIS)
    return [each.text for each in uncoded_conditions(found, coders, accepted, LISTS)]


def test_a_condition_has_a_code_by_its_name_by_a_sibling_and_wherever_the_chart_has_it() -> None:
    text = "Hypertension and hypothyroidism"
    assert left(text, "401.9") == ["hypothyroidism"]
    assert left(text, "401.9", "244.9") == []
    assert left(text, "401.9", "244.0") == []
    text = "Acute renal failure on top of chronic renal failure"
    assert left(text, "584.9") == ["chronic renal failure"]
    assert left(text, "584.9", "585.9") == left(text, "584.9", "585.4") == []
    assert left("Acute respiratory failure on chronic respiratory failure", "518.84") == []


def test_what_another_code_says_already_is_not_left() -> None:
    """Kidney disease with hypertension is one code, and fever is part of pneumonia."""
    assert left("Chronic kidney disease, hypertension", "585.3", "403.90") == []
    assert left("Pneumonia, fever", "486") == []


def test_who_gave_a_line_as_many_codes_as_it_names_looked_at_it() -> None:
    assert left("Hypertension and hypothyroidism", "401.9", "790.29", of_line=2) == []
