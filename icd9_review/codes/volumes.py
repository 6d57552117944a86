"""Which volume of ICD-9-CM an encounter takes.

Procedures of volume 3 are reported for hospital inpatients only (45 CFR 162.1002(a)(1)(iii)); what
is done to an outpatient is reported in CPT and HCPCS.
"""

from __future__ import annotations

from icd9_review.values import CareSetting, Kind


def takes(setting: CareSetting, kind: Kind) -> bool:
    """Whether codes of this kind are asked for: diagnoses always, procedures of inpatients."""
    return kind is Kind.DIAGNOSIS or setting is CareSetting.INPATIENT


def describe_hidden(count: int) -> str:
    """Why that many procedures are not offered; empty for none."""
    if not count:
        return ""
    procedures = "1 procedure is" if count == 1 else f"{count} procedures are"
    return (
        f"{procedures} not shown: volume 3 is for inpatient stays, "
        "outpatient procedures are coded in CPT and HCPCS."
    )
