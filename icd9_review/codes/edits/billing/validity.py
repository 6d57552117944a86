"""Rules 1, 2 and 4: whether a code exists, is complete and is there once."""

from __future__ import annotations

from collections.abc import Iterator

from icd9_review.codes.edits.subject import GUIDELINES, Edits, Subject, listed
from icd9_review.codes.hierarchy import below, is_header
from icd9_review.codes.successors import Retired, retired
from icd9_review.codes.table import codes, is_valid
from icd9_review.values import CodeKey, Edit, Kind, Severity

_DETAIL = GUIDELINES + "I.B.3"


def check_existence(subject: Subject) -> Edits:
    """Rules 1 and 2, for every accepted code and the admitting diagnosis."""
    for kind, code in _every_code(subject):
        if is_valid(kind, code):
            continue
        if (was := retired(kind, code)) is not None:
            yield _retired(was)
        elif is_header(kind, code):
            yield _incomplete(kind, code)
        else:
            yield _unknown(kind, code)


def check_duplicates(subject: Subject) -> Edits:
    """Rule 4: a diagnosis code is reported once per encounter."""
    seen: set[str] = set()
    reported: set[str] = set()
    for entry in subject.chart.diagnoses:
        if entry.code in seen and entry.code not in reported:
            reported.add(entry.code)
            yield Edit(
                4,
                Severity.ERROR,
                f"{entry.code} is there more than once; keep it once, also for a condition on "
                "both sides or two conditions with one code.",
                GUIDELINES + "I.B.14; MCE v32, duplicate of the principal diagnosis",
                entry.code,
            )
        seen.add(entry.code)


def _every_code(subject: Subject) -> Iterator[CodeKey]:
    chart = subject.chart
    every = [(Kind.DIAGNOSIS, entry.code) for entry in chart.diagnoses]
    every += [(Kind.PROCEDURE, entry.code) for entry in chart.procedures]
    if chart.admitting:
        every.append((Kind.DIAGNOSIS, chart.admitting))
    return iter(dict.fromkeys(every))


def _retired(was: Retired) -> Edit:
    return Edit(
        1,
        Severity.WARNING,
        f"{was.code} is not valid in FY2015: it was retired on 1 October {was.year}. For a "
        f"discharge since then choose from {listed(was.successors)}.",
        _DETAIL,
        was.code,
        was.kind,
        offers=was.successors,
    )


def _incomplete(kind: Kind, code: str) -> Edit:
    offers = tuple(held.code for held in below(kind, code))
    return Edit(
        2,
        Severity.ERROR,
        f"{code} is incomplete: it needs another digit. Choose from {listed(offers)}.",
        _DETAIL,
        code,
        kind,
        offers=offers,
    )


def _unknown(kind: Kind, code: str) -> Edit:
    offers = _nearest(kind, code)
    way_out = f"did you mean {listed(offers)}?" if offers else "search for the right one."
    return Edit(
        1,
        Severity.ERROR,
        f"{code} is not a {kind} code of ICD-9-CM version 32; {way_out}",
        _DETAIL,
        code,
        kind,
        offers=offers,
    )


def _nearest(kind: Kind, code: str) -> tuple[str, ...]:
    """The code or the codes left when digits are taken off the end (428.10, 250.09)."""
    while "." in code:
        code = code[:-1].rstrip(".")
        if code in codes(kind):
            return (code,)
        if is_header(kind, code):
            return tuple(held.code for held in below(kind, code))
    return ()
