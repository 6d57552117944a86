"""Admissions with their patient, and the factors that scores are grouped by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from icd9_review.training.mimic.dates import age_band, age_in_years, read_date
from icd9_review.training.mimic.tables import ADMISSIONS, PATIENTS, MimicRow, read_table

_GROUPS = {
    "WHITE": "white",
    "BLACK": "black",
    "HISPANIC": "hispanic",
    "ASIAN": "asian",
    "UNKNOWN": "unknown",
    "UNABLE TO OBTAIN": "unknown",
    "PATIENT DECLINED": "unknown",
}


@dataclass(frozen=True, slots=True)
class Admission:
    """Whose admission it is; ``factors`` has sex, age, ethnicity and insurance."""

    subject: str
    factors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Patient:
    sex: str
    born: date


def read_admissions(folder: Path) -> dict[str, Admission]:
    """Every admission by HADM_ID, in the order of ADMISSIONS.

    Raises CorpusError for a patient PATIENTS lacks, for an admission or patient that comes
    twice, for a sex other than M or F and for a date in another form than the documented.
    """
    patients = _read_patients(folder)
    admissions: dict[str, Admission] = {}
    for row in read_table(folder, ADMISSIONS):
        admission = row.identifier("HADM_ID")
        subject = row.identifier("SUBJECT_ID")
        if admission in admissions:
            raise row.error("HADM_ID", f"the admission {admission} comes twice")
        if subject not in patients:
            raise row.error("SUBJECT_ID", f"PATIENTS has no patient {subject}")
        admissions[admission] = Admission(subject, _factors(row, patients[subject]))
    return admissions


def ethnic_group(ethnicity: str) -> str:
    """The group of one of MIMIC-III's forty-one spellings, by how it begins."""
    written = ethnicity.strip().upper()
    if not written:
        return "unknown"
    return next((group for start, group in _GROUPS.items() if written.startswith(start)), "other")


def _read_patients(folder: Path) -> dict[str, _Patient]:
    patients: dict[str, _Patient] = {}
    for row in read_table(folder, PATIENTS):
        subject = row.identifier("SUBJECT_ID")
        sex = row.cells["GENDER"].strip()
        if subject in patients:
            raise row.error("SUBJECT_ID", f"the patient {subject} comes twice")
        if sex not in ("F", "M"):
            raise row.error("GENDER", f"{sex[:20]!r} is neither F nor M")
        patients[subject] = _Patient(sex, read_date(row, "DOB"))
    return patients


def _factors(row: MimicRow, patient: _Patient) -> dict[str, str]:
    age = age_in_years(patient.born, read_date(row, "ADMITTIME"))
    return {
        "sex": patient.sex,
        "age": age_band(age),
        "ethnicity": ethnic_group(row.cells["ETHNICITY"]),
        "insurance": row.cells["INSURANCE"].strip() or "unknown",
    }
