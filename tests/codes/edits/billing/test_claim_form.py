from dataclasses import replace
from datetime import date

import pytest

from icd9_review.codes import codes
from icd9_review.values import Chart, ChartCode, Kind, Severity
from tests.codes.edits.charts import ERROR, WARNING, chart, outpatient, told


def performed(day: date | None, which: Chart | None = None) -> Chart:
    procedure = ChartCode("00.66", Kind.PROCEDURE, performed=day)
    return replace(which or chart("414.01"), procedures=(procedure,))


@pytest.mark.parametrize(
    ("day", "severity"),
    [
        (None, WARNING),
        (date(2014, 11, 3), None),
        (date(2014, 11, 9), None),
        (date(2014, 11, 10), ERROR),
        (date(2014, 11, 2), WARNING),
        (date(2014, 10, 31), WARNING),
        (date(2014, 10, 30), ERROR),
    ],
)
def test_a_procedure_lies_in_the_stay_or_just_before(
    day: date | None, severity: Severity | None
) -> None:
    assert told(27, performed(day)) == ([(severity, "00.66")] if severity else [])


def test_dates_that_are_not_known_contradict_nothing() -> None:
    unknown = replace(chart("414.01"), admitted=None, discharged=None)
    assert told(27, performed(date(1999, 1, 1), unknown)) == []
    assert told(27, performed(None, outpatient("414.01"))) == []


def test_the_first_and_the_last_day_of_the_calendar_are_days_like_others() -> None:
    ever = replace(chart("414.01"), admitted=date.min, discharged=date.max)
    assert told(27, performed(date.min, ever)) == told(27, performed(date.max, ever)) == []


def test_a_discharge_before_the_admission_is_an_error_of_the_chart() -> None:
    wrong = replace(chart("414.01", "00.66"), discharged=date(2014, 11, 2))
    assert told(27, wrong) == [(ERROR, None)]


def test_a_claim_takes_25_diagnoses_and_25_procedures() -> None:
    diagnoses = list(codes(Kind.DIAGNOSIS))[:26]
    procedures = list(codes(Kind.PROCEDURE))[:26]
    full = chart(" ".join(diagnoses[:25]), " ".join(procedures[:25]))
    assert told(27, full) == []
    over = chart(" ".join(diagnoses), " ".join(procedures))
    assert told(27, over) == [(WARNING, diagnoses[25]), (WARNING, procedures[25])]
