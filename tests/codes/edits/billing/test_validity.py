from dataclasses import replace

import pytest

from icd9_review.codes import is_valid
from icd9_review.values import ChartCode, Kind
from tests.codes.edits.charts import (
    ERROR,
    WARNING,
    chart,
    found,
    told,
)


def test_a_code_of_version_32_passes() -> None:
    assert told(1, chart("428.0 V58.61 E849.0", "00.66", admitting="428.0")) == []
    assert told(2, chart("428.0 V58.61 E849.0", "00.66", admitting="428.0")) == []


@pytest.mark.parametrize("code", ["428.99", "I50.9", "4280", "", "☃", "250.000", "1'; --"])
def test_what_is_no_code_is_an_error(code: str) -> None:
    strange = replace(chart("428.0"), diagnoses=(ChartCode("428.0"), ChartCode(code)))
    assert told(1, strange) == [(ERROR, code)]


@pytest.mark.parametrize(
    ("code", "nearest"), [("428.10", ("428.1",)), ("486.0", ("486",)), ("585.7", None)]
)
def test_an_unknown_code_offers_what_is_left_without_its_last_digit(
    code: str, nearest: tuple[str, ...] | None
) -> None:
    (edit,) = found(1, code)
    assert edit.offers == nearest if nearest else "585.6" in edit.offers


def test_a_retired_code_warns_and_offers_its_successors() -> None:
    (edit,) = found(1, "585")
    assert edit.severity is WARNING
    assert "not valid in FY2015" in edit.message
    assert "2005" in edit.message
    assert edit.offers == ("585.1", "585.2", "585.3", "585.4", "585.5", "585.6", "585.9")
    assert told(2, "585") == []


def test_a_retired_procedure_warns() -> None:
    (edit,) = found(1, chart("414.01", "36.01"))
    assert (edit.kind, edit.code, edit.offers) == (Kind.PROCEDURE, "36.01", ("00.66",))


@pytest.mark.parametrize("code", ["250.0", "250", "410", "V58", "E849"])
def test_a_header_is_an_error_that_offers_its_codes(code: str) -> None:
    (edit,) = found(2, f"428.0 {code}")
    assert edit.severity is ERROR
    assert edit.offers
    assert all(offer.startswith(code) and is_valid(Kind.DIAGNOSIS, offer) for offer in edit.offers)


def test_the_admitting_diagnosis_is_checked_too() -> None:
    assert told(2, chart("428.0", admitting="786.5")) == [(ERROR, "786.5")]


def test_the_same_digits_are_two_codes_in_the_two_volumes() -> None:
    assert told(1, chart("038.9", "38.9")) == []
    assert told(2, chart("038.9", "38.9")) == [(ERROR, "38.9")]


def test_a_diagnosis_that_is_there_twice_is_one_error() -> None:
    assert told(4, "428.0 401.9 428.0 428.0") == [(ERROR, "428.0")]
    assert told(4, chart("428.0 401.9", "38.93 38.93")) == []
