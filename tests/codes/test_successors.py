import csv
from pathlib import Path

import pytest

from icd9_review.codes import is_valid, normalise
from icd9_review.codes.successors import retired, retired_codes, successors
from icd9_review.errors import CodeError
from icd9_review.values import Kind

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE


@pytest.mark.parametrize(
    ("kind", "code", "year", "expected"),
    [
        (DIAGNOSIS, "585", 2005, ("585.1", "585.2", "585.3", "585.4", "585.5", "585.6", "585.9")),
        (DIAGNOSIS, "276.5", 2005, ("276.50", "276.51", "276.52")),
        (DIAGNOSIS, "518.5", 2011, ("518.51", "518.52", "518.53")),
        (DIAGNOSIS, "719.70", 2003, ("719.7",)),
        (DIAGNOSIS, "645.01", 2000, ("645.11", "645.21")),
        (PROCEDURE, "36.01", 2005, ("00.66",)),
        (PROCEDURE, "45.8", 2008, ("45.81", "45.82", "45.83")),
    ],
)
def test_a_retired_code_names_its_last_october_and_its_successors(
    kind: Kind, code: str, year: int, expected: tuple[str, ...]
) -> None:
    found = retired(kind, code)
    assert found is not None
    assert (found.year, found.successors) == (year, expected)
    assert successors(kind, code) == expected


@pytest.mark.parametrize(
    ("kind", "code"),
    [(DIAGNOSIS, "428.0"), (DIAGNOSIS, "250.0"), (PROCEDURE, "585"), (DIAGNOSIS, "x")],
)
def test_a_code_that_is_valid_or_never_was_is_not_retired(kind: Kind, code: str) -> None:
    assert retired(kind, code) is None
    assert successors(kind, code) == ()


def test_no_retired_code_is_valid_and_all_successors_are() -> None:
    assert len(retired_codes()) > 250
    for (kind, code), found in retired_codes().items():
        assert (found.kind, found.code) == (kind, code)
        assert normalise(code, kind) == code
        assert not is_valid(kind, code)
        assert found.successors
        assert all(is_valid(kind, successor) for successor in found.successors)


@pytest.mark.reference
def test_every_retired_diagnosis_was_valid_once(reference_data: Path) -> None:
    assert {code for kind, code in retired_codes() if kind is DIAGNOSIS} <= once_valid(
        reference_data / "icd9cm" / "ccs_single_dx_2015.csv"
    )


def once_valid(path: Path) -> set[str]:
    """The diagnoses of AHRQ's CCS, which keeps every code that was valid since 1980."""
    found: set[str] = set()
    with path.open(encoding="latin-1", newline="") as file:
        for row in csv.reader(file):
            try:
                found.add(normalise(row[0].strip("' "), DIAGNOSIS))
            except (CodeError, IndexError):
                continue  # three lines of head
    return found
