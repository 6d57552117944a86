"""Whether a sentence says that something was done to the patient, here and in this stay."""

import pytest

from icd9_review.notes.text.not_done import is_elsewhere, is_planned


@pytest.mark.parametrize(
    "sentence",
    [
        "She will undergo bypass on Monday.",
        "A biopsy was recommended.",
        "Colonoscopy: DEFERRED.",
        "The family refuses dialysis.",
        "Arthroscopy is booked for the spring.",
        "Hip replacement was cancelled because of fever.",
        "He is a candidate for a pacemaker.",
        "If it recurs, ablation.",
        "Thoracentesis was not attempted.",
    ],
)
def test_a_plan_an_advice_and_a_refusal_are_told_by_their_words(sentence: str) -> None:
    assert is_planned(sentence)
    assert not is_planned("The willing patient was notified; bypass was done.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Status post hip replacement.",
        "s/p appendectomy",
        "History of bypass.",
        "A stent was placed ten years ago.",
        "Cholecystectomy in 1998.",
        "Intubated at an outside hospital.",
        "Prior hernia repair.",
    ],
)
def test_what_was_before_and_what_was_elsewhere_is_told_by_its_words(sentence: str) -> None:
    assert is_elsewhere(sentence)
    assert not is_elsewhere("A stent was placed this morning, 20 cm from the ostium.")


def test_an_empty_sentence_says_nothing() -> None:
    assert not is_planned("")
    assert not is_elsewhere("")
