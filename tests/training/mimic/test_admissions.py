import shutil
from pathlib import Path

import pytest

from icd9_review.errors import CorpusError
from icd9_review.training.mimic.admissions import ethnic_group, read_admissions
from tests.training.mimic.conftest import WriteTables
from tests.training.mimic.tables import Table

_EVERYTHING = {"sex", "age", "ethnicity", "insurance"}


def test_admissions_carry_their_patient_and_what_scores_are_grouped_by(
    mimic_tables: WriteTables,
) -> None:
    def change(tables: dict[str, Table]) -> None:
        tables["PATIENTS"][0].update(GENDER="F", DOB="2094-03-05 00:00:00")
        tables["ADMISSIONS"][0].update(
            ADMITTIME="2164-10-23 21:09:00", ETHNICITY="BLACK/CAPE VERDEAN", INSURANCE="Medicare"
        )

    admissions = read_admissions(mimic_tables(change=change))
    assert admissions["100001"].subject == "1"
    assert admissions["100001"].factors == {
        "sex": "F",
        "age": "65-79",
        "ethnicity": "black",
        "insurance": "Medicare",
    }
    assert all(admission.factors.keys() == _EVERYTHING for admission in admissions.values())


def test_admissions_come_in_the_order_of_their_table(mimic_tables: WriteTables) -> None:
    folder = mimic_tables(change=lambda tables: tables["ADMISSIONS"].reverse())
    assert list(read_admissions(folder)) == sorted(read_admissions(folder), reverse=True)


@pytest.mark.parametrize(
    ("born", "admitted", "band"),
    [
        ("1844-07-18 00:00:00", "2144-10-01 07:30:00", "90+"),
        ("2054-10-02 00:00:00", "2144-10-01 07:30:00", "80-89"),
        ("2144-10-01 00:00:00", "2144-10-01 07:30:00", "0"),
        ("2144-10-02 00:00:00", "2144-10-01 23:58:00", "unknown"),
    ],
)
def test_ages_are_told_as_bands(
    mimic_tables: WriteTables, born: str, admitted: str, band: str
) -> None:
    def change(tables: dict[str, Table]) -> None:
        tables["PATIENTS"][0]["DOB"] = born
        tables["ADMISSIONS"][0]["ADMITTIME"] = admitted

    assert read_admissions(mimic_tables(change=change))["100001"].factors["age"] == band


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ("WHITE", "white"),
        ("WHITE - RUSSIAN", "white"),
        ("BLACK/AFRICAN AMERICAN", "black"),
        ("HISPANIC OR LATINO", "hispanic"),
        ("HISPANIC/LATINO - PUERTO RICAN", "hispanic"),
        ("ASIAN - CHINESE", "asian"),
        ("UNKNOWN/NOT SPECIFIED", "unknown"),
        ("UNABLE TO OBTAIN", "unknown"),
        ("PATIENT DECLINED TO ANSWER", "unknown"),
        ("", "unknown"),
        ("PORTUGUESE", "other"),
        ("AMERICAN INDIAN/ALASKA NATIVE", "other"),
        ("MULTI RACE ETHNICITY", "other"),
    ],
)
def test_spellings_of_ethnicity_fall_into_groups(written: str, group: str) -> None:
    assert ethnic_group(written) == group


def test_an_insurance_that_is_not_told_is_unknown(mimic_tables: WriteTables) -> None:
    def change(tables: dict[str, Table]) -> None:
        tables["ADMISSIONS"][0]["INSURANCE"] = ""

    admissions = read_admissions(mimic_tables(change=change))
    assert admissions["100001"].factors["insurance"] == "unknown"


@pytest.mark.parametrize(
    ("table", "cells", "told"),
    [
        ("ADMISSIONS", {"SUBJECT_ID": "999"}, "SUBJECT_ID: PATIENTS has no patient 999"),
        ("ADMISSIONS", {"HADM_ID": "100002"}, "HADM_ID: the admission 100002 comes twice"),
        ("ADMISSIONS", {"HADM_ID": "100001.0"}, "HADM_ID: no whole number"),
        ("PATIENTS", {"SUBJECT_ID": "2"}, "SUBJECT_ID: the patient 2 comes twice"),
        ("PATIENTS", {"GENDER": "female"}, "GENDER: 'female' is neither F nor M"),
        ("PATIENTS", {"DOB": "3/5/94 0:00"}, "DOB: '3/5/94 0:00' was rewritten by a spreads"),
        ("ADMISSIONS", {"ADMITTIME": ""}, "ADMITTIME: no date of MIMIC-III"),
    ],
)
def test_a_wrong_cell_is_refused_by_its_place(
    mimic_tables: WriteTables, table: str, cells: dict[str, str], told: str
) -> None:
    folder = mimic_tables(change=lambda tables: tables[table][0].update(cells))
    with pytest.raises(CorpusError, match=rf"{table}\.csv, line \d+, column {told}"):
        read_admissions(folder)


@pytest.mark.reference
def test_births_that_a_spreadsheet_mangled_in_the_demonstration_are_refused(
    reference_data: Path,
) -> None:
    with pytest.raises(CorpusError) as caught:
        read_admissions(reference_data / "mimic")
    assert "PATIENTS.csv, line 2, column DOB: '3/5/94 0:00' was rewritten by" in str(caught.value)


@pytest.mark.reference
def test_admissions_that_a_spreadsheet_mangled_in_the_demonstration_are_refused(
    reference_data: Path, mimic_tables: WriteTables
) -> None:
    def change(tables: dict[str, Table]) -> None:
        tables["PATIENTS"][0]["SUBJECT_ID"] = "10006"

    folder = mimic_tables(change=change)
    shutil.copyfile(reference_data / "mimic" / "ADMISSIONS.csv", folder / "ADMISSIONS.csv")
    with pytest.raises(CorpusError) as caught:
        read_admissions(folder)
    assert "ADMISSIONS.csv, line 2, column ADMITTIME: '10/23/64 21:09' was" in str(caught.value)
