import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.training.default.mentions import HeadingSense, find_labelled, sections_of


def targets(text: str) -> dict[str, int]:
    return {mention.code: mention.target for mention in find_labelled(text)}


@given(st.text(max_size=300))
def test_mentions_are_ordered_and_do_not_overlap(text: str) -> None:
    places = [(mention.start, mention.end) for mention in find_labelled(text)]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(places))


def test_the_longest_term_wins() -> None:
    assert targets("DISCHARGE DIAGNOSES: acute on chronic diastolic heart failure.") == {
        "428.33": 1
    }


@pytest.mark.parametrize(
    "text",
    [
        "No evidence of pneumonia.",
        "The patient denies pneumonia.",
        "Chest film was negative for effusion or pneumonia.",
        "Pneumonia was ruled out.",
        "FAMILY HISTORY: Pneumonia.",
        "Her mother had pneumonia.",
    ],
)
def test_a_denied_or_family_mention_is_not_asserted(text: str) -> None:
    assert targets(text)["486"] == 0


def test_a_negation_ends_with_its_sentence() -> None:
    assert targets("No fever. She has pneumonia.")["486"] == 1


def test_but_ends_a_negation() -> None:
    assert targets("There was no effusion but pneumonia was seen.")["486"] == 1


def test_a_doubtful_mention_is_not_known() -> None:
    assert targets("Possible pneumonia.")["486"] == -1


def test_a_past_acute_condition_is_not_known_and_a_past_chronic_one_is_asserted() -> None:
    found = targets("PAST MEDICAL HISTORY: Hypertension, pneumonia.")
    assert found == {"401.9": 1, "486": -1}


def test_a_symptom_counts_where_a_diagnosis_is_written() -> None:
    assert targets("CHIEF COMPLAINT: Headache.")["784.0"] == 1
    assert targets("REVIEW OF SYSTEMS: Headache.")["784.0"] == 0


def test_a_family_history_code_is_asserted_in_a_family_section() -> None:
    assert targets("FAMILY HISTORY: father with coronary artery disease.") == {"V17.3": 1}


def test_an_abbreviation_is_read_in_capitals_only() -> None:
    assert targets("IMPRESSION: CHF.") == {"428.0": 1}
    assert targets("IMPRESSION: chf.") == {}


def test_sections_start_at_their_headings() -> None:
    text = "Seen today., PAST MEDICAL HISTORY: , Gout., FAMILY HISTORY: Gout."
    kinds = [kind for _, kind in sections_of(text)]
    assert kinds == [HeadingSense.NARRATIVE, HeadingSense.HISTORY, HeadingSense.FAMILY]
