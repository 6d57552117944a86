"""Rules 3, 5 to 8, 29 and 30: the lists of the Medicare Code Editor (MCE v32).

The editor reads inpatient claim forms. What guidelines say for every setting (no E code and no
manifestation first) is checked for outpatients too.
"""

from __future__ import annotations

from collections.abc import Iterator

from icd9_review.codes.edits.ranges import ranges
from icd9_review.codes.edits.subject import GUIDELINES, MCE, Edits, Subject
from icd9_review.codes.lists import ListName
from icd9_review.codes.sexes import other_sex
from icd9_review.codes.table import title
from icd9_review.values import ChartCode, Edit, Kind, Severity

AGE_LISTS = {
    ListName.NEWBORN: (0, 0, "newborns (age 0)"),
    ListName.PEDIATRIC: (0, 17, "children (0 to 17 years)"),
    ListName.MATERNITY: (12, 55, "mothers (12 to 55 years)"),
    ListName.ADULT: (15, 124, "adults (15 to 124 years)"),
}
"""First and last year of age of each list, both included (MCE v32, age conflict)."""

_EXTERNAL = ranges("E000-E999")
_CONVENTION = "diseases classified elsewhere"


def check_principal_exists(subject: Subject) -> Edits:
    """Rule 29: there is a first diagnosis."""
    if subject.principal is None:
        name = "principal" if subject.inpatient else "first-listed"
        section = "II" if subject.inpatient else "IV.A"
        yield Edit(
            29,
            Severity.ERROR,
            f"There is no {name} diagnosis; accept or add at least one diagnosis.",
            GUIDELINES + section,
        )


def check_external_cause_first(subject: Subject) -> Edits:
    """Rule 3: an E code is neither principal nor admitting diagnosis."""
    for code, role in ((subject.principal, "first"), (subject.chart.admitting, "admitting")):
        if code and code in _EXTERNAL:
            yield Edit(
                3,
                Severity.ERROR,
                f"{code} is an E code and cannot be the {role} diagnosis; put the injury or "
                "condition it caused there.",
                f"{MCE}E code as principal diagnosis; {GUIDELINES}I.C.19.a.6",
                code,
            )


def check_age_and_sex(subject: Subject) -> Edits:
    """Rule 5; nothing is said where age or sex is not known."""
    chart = subject.chart
    entries = [(Kind.DIAGNOSIS, code) for code in subject.codes]
    entries += [(Kind.PROCEDURE, entry.code) for entry in chart.procedures]
    for kind, code in dict.fromkeys(entries):
        if (sex := other_sex(subject.lists, (kind, code), chart.sex)) is not None:
            yield _conflict(code, kind, f"{sex} patients; this one is {chart.sex}", "sex")
        if chart.age is None or kind is Kind.PROCEDURE:
            continue
        for name, (first, last, people) in AGE_LISTS.items():
            if not first <= chart.age <= last and subject.lists.holds(name, code):
                yield _conflict(code, kind, f"{people}; this one is {chart.age}", "age")


def _conflict(code: str, kind: Kind, whom: str, what: str) -> Edit:
    return Edit(
        5,
        Severity.WARNING,
        f"{code} is for {whom}. Check the code and the {what} of the patient.",
        f"{MCE}{what} conflict",
        code,
        kind,
    )


def check_manifestation(subject: Subject) -> Edits:
    """Rule 6: a manifestation is not the principal diagnosis.

    Without the official list only titles that name the convention block.
    """
    code = subject.principal
    if code is None or not subject.lists.holds(ListName.MANIFESTATION, code):
        return
    sure = subject.lists.is_official(ListName.MANIFESTATION) or _CONVENTION in (
        title(Kind.DIAGNOSIS, code) or ""
    )
    yield Edit(
        6,
        Severity.ERROR if sure else Severity.WARNING,
        f"{code} is a manifestation and cannot be first; put the underlying disease before it.",
        f"{MCE}manifestation code as principal diagnosis; {GUIDELINES}I.A.6",
        code,
    )


def check_acceptable(subject: Subject) -> Edits:
    """Rule 7: a circumstance, not a present illness or injury, as the reason for admission."""
    code = subject.principal
    listed = code is not None and subject.lists.holds(ListName.UNACCEPTABLE_PRINCIPAL, code)
    if not (subject.inpatient and listed):
        return
    official = subject.lists.is_official(ListName.UNACCEPTABLE_PRINCIPAL)
    yield Edit(
        7,
        Severity.ERROR if official else Severity.WARNING,
        f"{code} describes a circumstance and is not accepted as principal diagnosis; put the "
        "condition that occasioned the admission first.",
        MCE + "unacceptable principal diagnosis",
        code,
    )


def check_questionable(subject: Subject) -> Edits:
    """Rule 8: a principal diagnosis that seldom needs a hospital."""
    code = subject.principal
    if subject.inpatient and code and subject.lists.holds(ListName.QUESTIONABLE_ADMISSION, code):
        yield Edit(
            8,
            Severity.HINT,
            f"{code} alone is seldom enough reason for an admission; check that the record "
            "supports it or whether another condition was the reason.",
            MCE + "questionable admission",
            code,
        )


def check_coverage(subject: Subject) -> Edits:
    """Rule 30: procedures and events Medicare does not pay, or pays in some places only."""
    if not subject.inpatient:
        return
    for procedure in subject.chart.procedures:
        yield from _coverage(subject, procedure)
    for code in subject.codes:
        if subject.lists.holds(ListName.WRONG_PROCEDURE, code):
            yield Edit(
                30,
                Severity.WARNING,
                f"{code} reports a wrong procedure, patient or site; Medicare does not pay for "
                "it. Check that the record states it.",
                MCE + "wrong procedure performed",
                code,
            )


def _coverage(subject: Subject, procedure: ChartCode) -> Iterator[Edit]:
    chart, code = subject.chart, procedure.code
    if subject.lists.holds(ListName.NONCOVERED, code, Kind.PROCEDURE):
        yield _not_paid(code, "is not covered by Medicare", "noncovered procedure")
    if (
        chart.age is not None
        and chart.age > 60  # MCE v32, noncovered procedures over 60
        and subject.lists.holds(ListName.NONCOVERED_OVER_60, code, Kind.PROCEDURE)
    ):
        yield _not_paid(code, "is not covered by Medicare above 60 years", "noncovered procedure")
    if subject.lists.holds(ListName.LIMITED_COVERAGE, code, Kind.PROCEDURE):
        yield _not_paid(code, "has limited coverage by Medicare", "limited coverage")
    if _stayed_less_than_four_days(subject) and subject.lists.holds(
        ListName.LENGTH_OF_STAY, code, Kind.PROCEDURE
    ):
        yield Edit(
            30,
            Severity.WARNING,
            f"{code} means 96 consecutive hours or more, and the stay was shorter than four days; "
            "check hours and dates.",
            MCE + "procedure inconsistent with length of stay",
            code,
            Kind.PROCEDURE,
        )


def _stayed_less_than_four_days(subject: Subject) -> bool:
    admitted, discharged = subject.chart.admitted, subject.chart.discharged
    # The 96 hours of the codes' titles.
    return bool(admitted and discharged and (discharged - admitted).days < 4)


def _not_paid(code: str, why: str, edit: str) -> Edit:
    message = f"{code} {why}; check payer and documentation."
    return Edit(30, Severity.HINT, message, MCE + edit, code, Kind.PROCEDURE)
