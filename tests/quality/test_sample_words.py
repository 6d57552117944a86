"""Samples in words."""

from __future__ import annotations

from datetime import date

import pytest

from icd9_review.quality.sample_words import (
    STRATIFIER_WORDS,
    describe_sample_query,
    describe_stratum,
)
from icd9_review.values import CareSetting, Risk, SampleQuery, Stratifier, Trait

NAMES = {2: "Ana Ruiz"}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (SampleQuery(5), "5 signed"),
        (
            SampleQuery(1200, date(2014, 3, 1), date(2014, 3, 31), coders=(2, 9)),
            "1,200 signed from 2014-03-01 until 2014-03-31, by Ana Ruiz or 9",
        ),
        (
            SampleQuery(
                *(5, None, None, (), (CareSetting.INPATIENT,), ("Surgery",), (Trait.OVERRIDDEN,)),
                strata=(Stratifier.CODER, Stratifier.RISK),
            ),
            "5 signed, inpatient, Surgery, signed with a warning standing, "
            "divided by coder and risk",
        ),
    ],
)
def test_a_question_reads_as_it_was_asked(query: SampleQuery, told: str) -> None:
    assert describe_sample_query(query, NAMES) == told


def test_a_stratum_is_called_by_its_parts() -> None:
    assert describe_stratum((), (), NAMES) == "all"
    strata = (Stratifier.CODER, Stratifier.SETTING, Stratifier.SERVICE, Stratifier.RISK)
    told = describe_stratum(("2", "inpatient", "", "high"), strata, NAMES)
    assert told == "Ana Ruiz, inpatient, no service named, several traits"
    assert {describe_stratum((each,), strata[3:], NAMES) for each in Risk} == {
        *("no trait", "one trait", "several traits")
    }
    assert set(STRATIFIER_WORDS) == set(Stratifier)
