"""Rule 25: the present-on-admission indicator (guidelines, appendix I)."""

from __future__ import annotations

from collections.abc import Iterator

from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject
from icd9_review.codes.lists import ListName
from icd9_review.codes.successors import retired
from icd9_review.codes.table import is_valid
from icd9_review.values import ChartCode, Edit, Kind, Poa, Severity

_SECTION = GUIDELINES + "appendix I"


def check_presence(subject: Subject) -> Edits:
    """Every inpatient diagnosis has Y, N, U or W, unless its code is exempt.

    A code that has to be replaced anyway (rules 1 and 2) is not asked for.
    """
    if not subject.inpatient:
        return
    for entry in {entry.code: entry for entry in reversed(subject.chart.diagnoses)}.values():
        if not _reportable(entry.code):
            continue
        if subject.lists.holds(ListName.POA_EXEMPT, entry.code):
            yield from _check_exempt(entry)
        else:
            yield from _check_needed(entry, subject.lists.is_official(ListName.POA_EXEMPT))


def _reportable(code: str) -> bool:
    return is_valid(Kind.DIAGNOSIS, code) or retired(Kind.DIAGNOSIS, code) is not None


def _check_exempt(entry: ChartCode) -> Iterator[Edit]:
    if entry.poa not in {None, Poa.EXEMPT}:
        yield Edit(
            25,
            Severity.WARNING,
            f"{entry.code} is exempt from POA reporting; take {entry.poa} off or set it to exempt.",
            _SECTION,
            entry.code,
        )


def _check_needed(entry: ChartCode, official: bool) -> Iterator[Edit]:
    code = entry.code
    if entry.poa is None:
        yield Edit(
            25,
            Severity.ERROR,
            f"{code} has no POA indicator; set it to Y, N, U or W.",
            _SECTION,
            code,
        )
    elif entry.poa is Poa.EXEMPT:
        yield Edit(
            25,
            Severity.ERROR if official else Severity.WARNING,
            f"{code} is not on the list of exempt codes in force; set POA to Y, N, U or W.",
            _SECTION,
            code,
        )
    elif entry.poa is Poa.UNKNOWN:
        yield Edit(
            25,
            Severity.HINT,
            f"POA of {code} is U: rarely right; consider asking the provider whether it was "
            "present on admission.",
            _SECTION,
            code,
        )
