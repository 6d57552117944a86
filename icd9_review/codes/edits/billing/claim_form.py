"""Rule 27: counts of codes and the dates of stay and procedures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from icd9_review.codes.edits.subject import Edits, Subject
from icd9_review.values import ChartCode, Edit, Kind, Severity

MOST_CODES = 25
"""Diagnoses and procedures an institutional claim form takes (ASC X12N 837I 5010; MCE v32)."""

PAYMENT_WINDOW = timedelta(days=3)  # of services before admission: 42 CFR 412.2(c)(5)
_COUNT = "837I 5010; MCE v32, input record"
_DATES = "UHDDS, dates of stay and procedures"
_WINDOW = "42 CFR 412.2(c)(5), three days before admission"


def check_counts(subject: Subject) -> Edits:
    chart = subject.chart
    for kind, entries in ((Kind.DIAGNOSIS, chart.diagnoses), (Kind.PROCEDURE, chart.procedures)):
        if len(entries) > MOST_CODES:
            yield Edit(
                27,
                Severity.WARNING,
                f"There are {len(entries)} {_plural(kind)} and a claim form takes {MOST_CODES}; "
                "put the most important first.",
                _COUNT,
                entries[MOST_CODES].code,
                kind,
            )


def check_dates(subject: Subject) -> Edits:
    chart = subject.chart
    if chart.admitted and chart.discharged and chart.discharged < chart.admitted:
        yield Edit(
            27,
            Severity.ERROR,
            f"Discharge ({chart.discharged}) is before admission ({chart.admitted}); correct the "
            "dates of the encounter.",
            _DATES,
        )
        return
    if subject.inpatient:
        for procedure in chart.procedures:
            yield from _check_performed(subject, procedure)


def _check_performed(subject: Subject, procedure: ChartCode) -> Iterator[Edit]:
    day, admitted = procedure.performed, subject.chart.admitted
    discharged = subject.chart.discharged
    if day is None:
        yield _dated(procedure, Severity.WARNING, "has no date; set the day it was performed.")
    elif discharged and day > discharged:
        yield _dated(procedure, Severity.ERROR, f"is dated {day}, after discharge ({discharged}).")
    elif admitted and admitted - day > PAYMENT_WINDOW:
        yield _dated(procedure, Severity.ERROR, f"is dated {day}, before the stay ({admitted}).")
    elif admitted and day < admitted:
        words = f"is dated {day}, before admission ({admitted}); right only for preadmission care."
        yield _dated(procedure, Severity.WARNING, words, _WINDOW)


def _dated(procedure: ChartCode, severity: Severity, words: str, section: str = _DATES) -> Edit:
    code = procedure.code
    return Edit(27, severity, f"{code} {words}", section, code, Kind.PROCEDURE)


def _plural(kind: Kind) -> str:
    return "diagnoses" if kind is Kind.DIAGNOSIS else "procedures"
