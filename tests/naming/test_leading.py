"""What names a code is read first, and what any note may say is not read in its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.evidence import Mark
from icd9_review.naming.leading import is_listed, leading
from icd9_review.naming.own_words import OwnWords
from icd9_review.outline.sections import sections
from icd9_review.values import Kind

OBESITY, CHEST_PAIN = (Kind.DIAGNOSIS, "278.00"), (Kind.DIAGNOSIS, "786.50")


def read(text: str, key: tuple[Kind, str], *words: str) -> list[str]:
    """These words of a text as evidence, the first the heaviest, as they are to be read."""
    weights = [1.0 - 0.1 * place for place in range(len(words))]
    runs = [
        Mark(text.index(word), text.index(word) + len(word), weight)
        for word, weight in zip(words, weights, strict=True)
    ]
    found = leading(text, runs, OwnWords(text), key)
    return [text[run.start : run.end] for run in found]


@pytest.mark.parametrize("vague", ["Ms", "suffered", "pain", "She", "The patient", "year-old"])
def test_words_of_any_note_are_not_read_where_the_note_names_the_code(vague: str) -> None:
    text = f"{vague} much. Obesity."
    assert read(text, OBESITY, vague, "Obesity") == ["Obesity"]
    assert read(text, OBESITY, vague) == []


@pytest.mark.parametrize("vague", ["Ms", "suffered", "pain"])
def test_without_a_mention_they_are_told_behind_what_says_more(vague: str) -> None:
    text = f"{vague} much. BMI 41."
    assert read(text, OBESITY, vague, "BMI") == ["BMI", vague]
    assert read(text, OBESITY, vague) == [vague]


def test_a_symptom_is_evidence_for_a_code_whose_own_word_it_is() -> None:
    assert read("Chest tightness, pain.", CHEST_PAIN, "pain") == ["pain"]


def test_what_names_the_code_leads_although_it_is_lighter() -> None:
    assert read("Diet of 900 kcal for obesity.", OBESITY, "Diet", "obesity") == ["obesity", "Diet"]


def test_what_speaks_against_a_code_does_not_lead_by_naming_it() -> None:
    text = "BMI 41, no obesity."
    runs = [Mark(0, 3, 1.0), Mark(11, 18, -0.9)]
    assert leading(text, runs, OwnWords(text), OBESITY) == tuple(runs)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9), st.floats(-1, 1)), max_size=6))
def test_nothing_is_read_that_was_not_evidence_and_nothing_twice(
    given_: list[tuple[int, int, float]],
) -> None:
    text = "Ms Roe suffered pain and has morbid obesity."
    runs = [Mark(start, start + size, weight) for start, size, weight in dict.fromkeys(given_)]
    found = leading(text, runs, OwnWords(text), OBESITY)
    assert len(found) <= len(runs)
    assert all(found.count(run) <= runs.count(run) for run in found)


def test_a_list_of_diagnoses_is_told_from_the_rest_of_a_note() -> None:
    text = "DISCHARGE DIAGNOSES:\n1. Asthma.\nHISTORY: Asthma.\nASSESSMENT: Asthma."
    found = sections(text)
    places = [at for at in range(len(text)) if text.startswith("Asthma", at)]
    assert [is_listed(found, at) for at in places] == [True, False, True]
