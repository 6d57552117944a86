from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import CorpusError
from icd9_review.training.mimic.dates import age_band, age_in_years, read_date
from icd9_review.training.mimic.tables import MimicRow


def row_with(cell: str) -> MimicRow:
    return MimicRow(Path("PATIENTS.csv"), 7, {"DOB": cell})


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2164-10-23 21:09:00", date(2164, 10, 23)),
        ("2199-12-31", date(2199, 12, 31)),
        ("2210-08-20 00:00:00", date(2210, 8, 20)),
        (" 1844-07-18 00:00:00 ", date(1844, 7, 18)),
    ],
)
def test_shifted_dates_are_read(cell: str, day: date) -> None:
    assert read_date(row_with(cell), "DOB") == day


@pytest.mark.parametrize("cell", ["10/23/64 21:09", "3/5/94 0:00", "23.10.64", "3/5/2094"])
def test_a_date_that_a_spreadsheet_rewrote_is_refused_by_its_place(cell: str) -> None:
    with pytest.raises(CorpusError) as caught:
        read_date(row_with(cell), "DOB")
    assert str(caught.value) == (
        f"PATIENTS.csv, line 7, column DOB: {cell!r} was rewritten by a spreadsheet and has lost "
        "its century; dates are written 2164-10-23 21:09:00. Take the file as PhysioNet gives it"
    )


@pytest.mark.parametrize("cell", ["", "yesterday", "2164-10-23T21:09:00", "21641023"])
def test_other_forms_are_refused(cell: str) -> None:
    with pytest.raises(CorpusError, match="line 7, column DOB: no date of MIMIC-III; dates are"):
        read_date(row_with(cell), "DOB")


def test_a_day_the_calendar_lacks_is_refused() -> None:
    with pytest.raises(CorpusError, match="column DOB: 2101-02-29 is no day of the calendar"):
        read_date(row_with("2101-02-29"), "DOB")


@given(st.dates(date(1800, 1, 1), date(2200, 12, 31)), st.integers(0, 310))
def test_an_age_grows_on_the_birthday(born: date, years: int) -> None:
    later = born.year + years
    birthday = date(later, 3, 1) if (born.month, born.day) == (2, 29) else born.replace(year=later)
    before = birthday - timedelta(days=2)
    assert age_in_years(born, birthday) == years
    assert age_in_years(born, before) == years - 1


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (-1, "unknown"),
        (0, "0"),
        (1, "1-17"),
        (17, "1-17"),
        (18, "18-44"),
        (44, "18-44"),
        (45, "45-64"),
        (65, "65-79"),
        (80, "80-89"),
        (89, "80-89"),
        (90, "90+"),
        (300, "90+"),
        (311, "90+"),
    ],
)
def test_ages_fall_into_bands_and_hidden_ones_into_the_last(years: int, band: str) -> None:
    assert age_band(years) == band
