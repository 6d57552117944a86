from dataclasses import replace

import pytest

from icd9_review.values import ChartCode, Poa, Severity
from tests.codes.edits.charts import (
    BUILT_IN,
    ERROR,
    HINT,
    OFFICIAL,
    WARNING,
    chart,
    lists,
    outpatient,
    told,
)

EXEMPT = lists(poa_exempt="V45.81 E885.9")


@pytest.mark.parametrize(
    ("code", "poa", "severity"),
    [
        ("428.0", None, ERROR),
        ("428.0", Poa.YES, None),
        ("428.0", Poa.NO, None),
        ("428.0", Poa.UNDETERMINED, None),
        ("428.0", Poa.UNKNOWN, HINT),
        ("428.0", Poa.EXEMPT, ERROR),
        ("V45.81", None, None),
        ("V45.81", Poa.EXEMPT, None),
        ("V45.81", Poa.YES, WARNING),
        ("V45.81", Poa.UNKNOWN, WARNING),
        ("585", None, ERROR),
        ("250.0", None, None),
        ("999.99", None, None),
    ],
)
def test_present_on_admission(code: str, poa: Poa | None, severity: Severity | None) -> None:
    which = chart(code, poa=poa)
    assert told(25, which, EXEMPT) == ([(severity, code)] if severity else [])


def test_outpatients_have_no_indicator() -> None:
    assert told(25, outpatient("428.0"), EXEMPT) == []


def test_every_diagnosis_is_asked_once() -> None:
    which = chart("428.0 401.9 V45.81 428.0", poa=None)
    assert told(25, which, EXEMPT) == [(ERROR, "428.0"), (ERROR, "401.9")]


def test_without_the_official_list_an_exemption_may_be_claimed() -> None:
    claimed = replace(chart(), diagnoses=(ChartCode("V46.2", poa=Poa.EXEMPT),))
    assert told(25, claimed, lists(BUILT_IN, poa_exempt="V45.81")) == [(WARNING, "V46.2")]
    assert told(25, claimed, lists(OFFICIAL, poa_exempt="V45.81")) == [(ERROR, "V46.2")]
