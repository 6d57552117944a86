"""Procedures of volume 3 are asked of inpatients only."""

import pytest

from icd9_review.codes.volumes import describe_hidden, takes
from icd9_review.values import CareSetting, Kind


@pytest.mark.parametrize(
    ("setting", "kind", "asked"),
    [
        (CareSetting.INPATIENT, Kind.DIAGNOSIS, True),
        (CareSetting.INPATIENT, Kind.PROCEDURE, True),
        (CareSetting.OUTPATIENT, Kind.DIAGNOSIS, True),
        (CareSetting.OUTPATIENT, Kind.PROCEDURE, False),
    ],
)
def test_only_procedures_of_outpatients_are_not_asked(
    setting: CareSetting, kind: Kind, asked: bool
) -> None:
    assert takes(setting, kind) is asked


def test_what_is_left_out_is_counted_and_said_why() -> None:
    assert describe_hidden(0) == ""
    assert describe_hidden(1).startswith("1 procedure is not shown: volume 3 is for inpatient")
    assert describe_hidden(4).startswith("4 procedures are not shown")
