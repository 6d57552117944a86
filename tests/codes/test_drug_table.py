"""Substances are looked up by their words, main terms first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.lists import Substance
from icd9_review.codes.search.drug_table import DrugTable, build_drug_table

NAMES = (
    "Acetaminophen",
    "Acetic, acid",
    "Acetic, acid, lotion",
    "Digitalis, glycosides",
    "Digoxin",
    "Iron (compounds) (medicinal) (preparations)",
    "Iron, dextran",
    "Vitamin, with iron",
)
TABLE = build_drug_table(Substance(name, "972.1", *["E858.3"] * 5) for name in NAMES)


def named(text: str, limit: int = 5) -> list[str]:
    return [substance.name for substance in TABLE.find(text, limit)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("digoxin", ["Digoxin"]),
        ("dig", ["Digoxin", "Digitalis, glycosides"]),
        ("overdose of Digoxin, suicide attempt", ["Digoxin"]),
        ("lotion acetic", ["Acetic, acid, lotion"]),
        (
            "iron",
            ["Iron (compounds) (medicinal) (preparations)", "Iron, dextran", "Vitamin, with iron"],
        ),
        ("tylenol overdose", ["Acetaminophen"]),
        ("iron deficiency", []),
        ("di", []),
        ("poisoning", []),
        ("", []),
    ],
)
def test_every_word_typed_is_in_the_name_or_begins_one_of_its_words(
    text: str, names: list[str]
) -> None:
    assert named(text) == names


def test_no_more_are_given_than_were_asked_for() -> None:
    assert named("iron", 2) == named("iron")[:2]
    assert named("iron", 0) == []


@given(st.text())
def test_nothing_that_can_be_typed_raises(text: str) -> None:
    assert len(TABLE.find(text, 3)) <= 3
    assert DrugTable().find(text, 3) == ()
