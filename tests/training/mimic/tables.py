"""Tables in the columns of MIMIC-III v1.4, every patient and every word of them invented.

A summary names exactly the conditions and procedures its admission is coded with, in words
the tokenizer of ``tests.tiny`` knows, so a small model can learn the codes from the text.
"""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path

Table = list[dict[str, str]]

COLUMNS = {
    "NOTEEVENTS": (
        "ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CHARTTIME,STORETIME,CATEGORY,DESCRIPTION,CGID,"
        "ISERROR,TEXT"
    ),
    "DIAGNOSES_ICD": "ROW_ID,SUBJECT_ID,HADM_ID,SEQ_NUM,ICD9_CODE",
    "PROCEDURES_ICD": "ROW_ID,SUBJECT_ID,HADM_ID,SEQ_NUM,ICD9_CODE",
    "ADMISSIONS": (
        "ROW_ID,SUBJECT_ID,HADM_ID,ADMITTIME,DISCHTIME,DEATHTIME,ADMISSION_TYPE,"
        "ADMISSION_LOCATION,DISCHARGE_LOCATION,INSURANCE,LANGUAGE,RELIGION,MARITAL_STATUS,"
        "ETHNICITY,EDREGTIME,EDOUTTIME,DIAGNOSIS,HOSPITAL_EXPIRE_FLAG,HAS_CHARTEVENTS_DATA"
    ),
    "PATIENTS": "ROW_ID,SUBJECT_ID,GENDER,DOB,DOD,DOD_HOSP,DOD_SSN,EXPIRE_FLAG",
}

DIAGNOSES = {
    "4280": "congestive heart failure",
    "42731": "atrial fibrillation",
    "25000": "diabetes mellitus",
    "5990": "urinary tract infection",
    "486": "pneumonia",
    "4019": "hypertension",
    "0389": "sepsis",
    "5849": "acute kidney failure",
    "V5861": "long term coumadin",
    "E8490": "a fall at home",
}
"""Undotted as in the tables, with the words that stand for each in the summaries."""

PROCEDURES = {
    "3893": "a central line was placed",
    "9604": "the patient was intubated",
    "3995": "hemodialysis was given",
}
"""9604 without its dot is a diagnosis too (960.4)."""

_ETHNICITIES = ("WHITE", "BLACK/AFRICAN AMERICAN", "HISPANIC OR LATINO", "ASIAN", "OTHER")
_INSURANCES = ("Medicare", "Private", "Medicaid")


def invented_tables(patients: int = 12, seed: int = 0) -> dict[str, Table]:
    """Rows of the five tables, the same for the same arguments.

    Every patient has one or two admissions, every admission one summary, some an addendum,
    and a nursing note that the corpus has no use for. Subjects count from 1, admissions from
    100001. Change the rows as a test needs before they are written.
    """
    draw = random.Random(seed)  # noqa: S311 - invented patients, no secret
    tables: dict[str, Table] = {name: [] for name in COLUMNS}
    for subject in range(1, patients + 1):
        born = 2060 + draw.randrange(60)
        _add(tables, "PATIENTS", SUBJECT_ID=subject, GENDER=draw.choice("MF"), EXPIRE_FLAG=0,
             DOB=f"{born}-03-05 00:00:00")  # fmt: skip
        for _ in range(draw.randint(1, 2)):
            _admit(tables, draw, subject, born + draw.randint(20, 80))
    return tables


def write_tables(folder: Path, tables: dict[str, Table], *, gz: bool = False) -> Path:
    """Write the tables under the file names of PhysioNet; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        path = folder / (f"{name}.csv.gz" if gz else f"{name}.csv")
        opened = gzip.open if gz else open
        with opened(path, "wt", encoding="utf-8", newline="") as target:
            columns = COLUMNS[name].split(",")
            writer = csv.DictWriter(target, columns, lineterminator="\n", restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def add_note(
    tables: dict[str, Table],
    admission: str,
    text: str,
    *,
    category: str = "Discharge summary",
    description: str = "Report",
    date: str = "2150-01-01",
    error: str = "",
) -> None:
    """One more row of NOTEEVENTS for an admission of the tables."""
    row = next(row for row in tables["ADMISSIONS"] if row["HADM_ID"] == admission)
    _add(tables, "NOTEEVENTS", SUBJECT_ID=row["SUBJECT_ID"], HADM_ID=admission, CHARTDATE=date,
         CATEGORY=category, DESCRIPTION=description, ISERROR=error, TEXT=text)  # fmt: skip


def _admit(tables: dict[str, Table], draw: random.Random, subject: int, year: int) -> None:
    admission = str(100001 + len(tables["ADMISSIONS"]))
    found = draw.sample(sorted(DIAGNOSES), draw.randint(2, 4))
    done = draw.sample(sorted(PROCEDURES), draw.randint(0, 2))
    _add(tables, "ADMISSIONS", SUBJECT_ID=subject, HADM_ID=admission,
         ADMITTIME=f"{year}-10-23 21:09:00", DISCHTIME=f"{year}-11-01 17:15:00",
         ADMISSION_TYPE="EMERGENCY", INSURANCE=draw.choice(_INSURANCES),
         ETHNICITY=draw.choice(_ETHNICITIES))  # fmt: skip
    for name, codes in (("DIAGNOSES_ICD", found), ("PROCEDURES_ICD", done)):
        for place, code in enumerate(codes, 1):
            _add(tables, name, SUBJECT_ID=subject, HADM_ID=admission, SEQ_NUM=place,
                 ICD9_CODE=code)  # fmt: skip
    date = f"{year}-11-01"
    add_note(tables, admission, 'Resting.\nSaid "no pain", twice.\n', category="Nursing",
             date=date)  # fmt: skip
    add_note(tables, admission, _summary(found, done), date=date)
    if draw.random() < 0.2:
        add_note(tables, admission, "Addendum: went home in good condition.\n",
                 description="Addendum", date=date)  # fmt: skip


def _summary(found: list[str], done: list[str]) -> str:
    lines = [f"{place}. {DIAGNOSES[code]}." for place, code in enumerate(found, 1)]
    course = "".join(f" On day 2 {PROCEDURES[code]}." for code in done)
    return (
        "Admission Date: [**2150-1-1**]\n\nThe patient was admitted to hospital.\n"
        f"Hospital course:{course} Stable.\n\nDischarge diagnoses:\n" + "\n".join(lines) + "\n"
    )


def _add(tables: dict[str, Table], name: str, **cells: object) -> None:
    row = {"ROW_ID": str(len(tables[name]) + 1)}
    tables[name].append(row | {column: str(cell) for column, cell in cells.items()})
