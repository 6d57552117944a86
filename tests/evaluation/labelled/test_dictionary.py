"""The dictionary finds the longest phrases and does not assert what is denied."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import CodeError
from icd9_review.evaluation.labelled.dictionary import Dictionary, PhraseMatch

ENTRIES = {
    "heart failure": "428.9",
    "congestive heart failure": "428.0",
    "pneumonia": "486",
    "MS": "340",
    "COLD": "496",
    "Crohn's disease": "555.9",
    "H. pylori": "041.86",
    "family history of breast cancer": "V16.3",
    "breast cancer": "174.9",
}
DICTIONARY = Dictionary(ENTRIES)


def found(text: str) -> dict[str, bool]:
    return {match.code: match.asserted for match in DICTIONARY.find(text)}


def test_the_longest_phrase_is_found_where_it_stands() -> None:
    text = "Has Congestive\nheart failure."
    assert DICTIONARY.find(text) == (PhraseMatch(4, 28, "428.0", True),)
    assert text[4:28] == "Congestive\nheart failure"


def test_a_shorter_phrase_is_found_where_the_longer_one_breaks_off() -> None:
    assert found("congestive changes, heart failure") == {"428.9": True}


@pytest.mark.parametrize("text", ["Ms Smith is well", "a cold", "ms", "cold pneumoniae"])
def test_short_capitals_count_only_as_written(text: str) -> None:
    assert found(text) == {}


def test_short_capitals_are_found_as_written() -> None:
    assert found("MS and COLD.") == {"340": True, "496": True}


@pytest.mark.parametrize("text", ["Crohn disease", "CROHN'S DISEASE", "Crohn’s disease"])
def test_a_possessive_makes_no_difference(text: str) -> None:
    assert found(text) == {"555.9": True}


def test_no_phrase_reaches_over_the_end_of_a_sentence() -> None:
    assert found("for the heart. Failure to thrive") == {}
    assert found("heart\n\nfailure") == {}


def test_the_dot_of_an_abbreviated_name_ends_no_sentence() -> None:
    assert found("grew H. pylori today") == {"041.86": True}


@pytest.mark.parametrize(
    "text",
    [
        "no pneumonia",
        "Denies cough, fever or pneumonia",
        "negative for acute\npneumonia",
        "r/o pneumonia",
        "Pneumonia was suspected, ruled out pneumonia",
        "mother had pneumonia",
    ],
)
def test_a_denial_or_a_relative_before_a_phrase_takes_it_back(text: str) -> None:
    assert DICTIONARY.find(text)[-1].asserted is False


@pytest.mark.parametrize(
    "text",
    [
        "No fever. Pneumonia.",
        "1. No fever\n2. Pneumonia",
        "no fever but pneumonia",
        "no one two three four five six pneumonia",
        "T max 98.6 pneumonia",
        "pneumonia, no effusion",
    ],
)
def test_a_denial_does_not_reach_out_of_its_sentence_or_further_than_six_words(text: str) -> None:
    assert found(text) == {"486": True}


def test_a_code_asserted_once_is_predicted_though_denied_elsewhere() -> None:
    assert DICTIONARY.predict("No pneumonia. Later pneumonia. No MS.") == {"486"}


def test_a_phrase_about_the_family_is_no_relatives_disease() -> None:
    assert found("Family history of breast cancer") == {"V16.3": True}
    assert found("family: breast cancer") == {"174.9": False}


def test_of_phrases_that_differ_in_case_only_the_first_holds() -> None:
    assert Dictionary({"Heart failure": "428.9", "heart  Failure": "428.0"}).codes == {"428.9"}


def test_a_phrase_without_words_is_found_nowhere() -> None:
    assert Dictionary({"---": "486"}).find("--- pneumonia ---") == ()


def test_what_is_not_a_dotted_code_is_refused_with_its_phrase() -> None:
    with pytest.raises(CodeError, match="'4280' for the phrase 'heart failure'"):
        Dictionary({"heart failure": "4280"})


words = st.sampled_from([*" ".join(ENTRIES).split(), "no", "denies", ".", "\n", ";", "é", "x"])


@given(st.lists(words).map(" ".join))
def test_matches_are_phrases_in_order_without_overlap(text: str) -> None:
    end = 0
    for match in DICTIONARY.find(text):
        assert end <= match.start < match.end
        end = match.end
        phrase = " ".join(text[match.start : match.end].lower().split())
        assert phrase in {entry.lower() for entry in ENTRIES}


@given(st.lists(words).map(" ".join))
def test_another_phrase_in_the_dictionary_takes_none_of_the_others_codes_away(text: str) -> None:
    more = Dictionary({**ENTRIES, "zebra stripes": "757.39"})
    assert more.find(text) == DICTIONARY.find(text)


def test_a_phrase_that_a_longer_one_begins_with_is_found_at_the_end_of_the_text() -> None:
    dictionary = Dictionary({"heart": "429.9", "heart failure, congestive": "428.0"})
    assert dictionary.predict("diseases of the heart") == {"429.9"}
