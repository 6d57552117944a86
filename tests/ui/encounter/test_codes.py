from __future__ import annotations

import pytest

from icd9_review.ui.encounter.codes import (
    NO_TITLE,
    code_key,
    code_name,
    code_title,
    describe_likelihood,
    known_titles,
)
from icd9_review.ui.words import format_percent
from icd9_review.values import Kind


def test_a_code_that_nobody_knows_has_no_title() -> None:
    heart_failure, unknown = (Kind.DIAGNOSIS, "428.0"), (Kind.DIAGNOSIS, "000.00")
    assert code_title(*heart_failure) == "Congestive heart failure, unspecified"
    assert code_title(*unknown) == NO_TITLE
    assert set(known_titles([heart_failure, unknown])) == {heart_failure}


@pytest.mark.parametrize(
    ("probability", "percent", "words"),
    [
        (1.0, "> 99 %", "very likely"),
        (0.995, "> 99 %", "very likely"),
        (0.994, "99 %", "very likely"),
        (0.896, "90 %", "very likely"),
        (0.894, "89 %", "likely"),
        (0.7, "70 %", "likely"),
        (0.4, "40 %", "possible"),
        (0.394, "39 %", "unlikely"),
        (0.01, "1 %", "unlikely"),
        (0.0099, "< 1 %", "unlikely"),
        (0.0, "< 1 %", "unlikely"),
    ],
)
def test_a_probability_reads_as_percent_and_words(
    probability: float, percent: str, words: str
) -> None:
    assert format_percent(probability) == percent
    assert describe_likelihood(probability) == words


def test_a_code_is_found_again_by_its_name() -> None:
    assert code_key(code_name(Kind.PROCEDURE, "38.93")) == (Kind.PROCEDURE, "38.93")
