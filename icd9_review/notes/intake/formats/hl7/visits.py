"""What the code of a visit says about its setting: HL7 tables, ActCode, CPT, SNOMED CT."""

from __future__ import annotations

import re
from collections.abc import Iterable

from icd9_review.values import CareSetting

# HL7 v2 table 0004; ActCode of version 3, which FHIR and CDA use.
_INPATIENT = {"I", "B", "IMP", "ACUTE", "NONAC", "INP", "INPATIENT"}
_OUTPATIENT = {"O", "E", "R", "AMB", "EMER", "OBSENC", "SS", "VR", "HH", "FLD"}
_OUTPATIENT |= {"OUTPATIENT", "EMERGENCY", "AMBULATORY"}
# CPT, evaluation and management: first and last code of each block. Observation is outpatient;
# critical care, prolonged services and nursing facilities say nothing certain.
_CPT = (
    (99202, 99215, CareSetting.OUTPATIENT),  # office or other outpatient; 99201 was one until 2020
    (99201, 99201, CareSetting.OUTPATIENT),
    (99217, 99220, CareSetting.OUTPATIENT),  # observation
    (99221, 99223, CareSetting.INPATIENT),  # initial hospital care
    (99224, 99226, CareSetting.OUTPATIENT),  # subsequent observation
    (99231, 99233, CareSetting.INPATIENT),  # subsequent hospital care
    (99238, 99239, CareSetting.INPATIENT),  # hospital discharge
    (99241, 99245, CareSetting.OUTPATIENT),  # office consultations
    (99251, 99255, CareSetting.INPATIENT),  # inpatient consultations
    (99281, 99288, CareSetting.OUTPATIENT),  # emergency department
    (99341, 99350, CareSetting.OUTPATIENT),  # home or residence
    (99381, 99429, CareSetting.OUTPATIENT),  # preventive medicine
    (99441, 99449, CareSetting.OUTPATIENT),  # telephone and internet
)
# SNOMED CT: admissions to a hospital, and visits that are none.
_ADMISSIONS = {"32485007", "183452005", "8715000", "10378005", "305056002", "4563007", "1505002"}
_ADMISSIONS |= {"305351004"}
_VISITS = {"4525004", "50849002", "185345009", "185347001", "185349003", "390906007", "281036007"}
_VISITS |= {"162673000", "410620009", "439740005", "424441002", "424619006", "185389009"}
_VISITS |= {"33022008", "270427003", "371883000", "394701000"}
_WORDS = (
    (re.compile(r"\bin[- ]?patient\b|\bhospital admission\b", re.I), CareSetting.INPATIENT),
    (
        re.compile(
            r"\bout[- ]?patient\b|\bambulatory\b|\boffice\b|\bemergency (?:room|dep)|\bclinic\b"
            r"|\burgent care\b|\btele(?:health|medicine)\b|\bhome visit\b"
            r"|\bobservation\b|\b(?:same[- ])?day surgery\b",
            re.I,
        ),
        CareSetting.OUTPATIENT,
    ),
)


def setting_of(code: str | None) -> CareSetting | None:
    """The setting a code of a visit stands for; None for one that tells nothing."""
    plain = (code or "").strip().upper()
    if plain in _INPATIENT or plain in _ADMISSIONS:
        return CareSetting.INPATIENT
    if plain in _OUTPATIENT or plain in _VISITS:
        return CareSetting.OUTPATIENT
    return _by_cpt(plain)


def setting_of_visit(codes: Iterable[str], words: Iterable[str] = ()) -> CareSetting | None:
    """By the first code that tells, the codes of translations among them, else by its words."""
    told = next((known for code in codes if (known := setting_of(code)) is not None), None)
    return told or next((known for each in words if (known := _by_words(each))), None)


def _by_cpt(code: str) -> CareSetting | None:
    if not re.fullmatch(r"99[2-4]\d\d", code):
        return None
    blocks = (setting for first, last, setting in _CPT if first <= int(code) <= last)
    return next(blocks, None)


def _by_words(words: str) -> CareSetting | None:
    """Where words name one setting, and not both."""
    told = {setting for pattern, setting in _WORDS if pattern.search(words)}
    return told.pop() if len(told) == 1 else None
