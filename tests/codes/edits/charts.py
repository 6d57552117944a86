"""Small charts and lists for tests of the edits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from icd9_review.codes.edits import check_chart
from icd9_review.codes.lists import (
    CodeList,
    ListName,
    ListOrigin,
    Lists,
    Provenance,
    TabularNotes,
)
from icd9_review.values import CareSetting, Chart, ChartCode, Edit, Kind, Poa, Severity, Sex

OFFICIAL = Provenance(ListOrigin.OFFICIAL, "a test", "0" * 64)
BUILT_IN = Provenance(ListOrigin.BUILT_IN, "a test", "0" * 64)
NONE = Lists({})

ERROR, WARNING, HINT = Severity.ERROR, Severity.WARNING, Severity.HINT


def lists(provenance: Provenance = OFFICIAL, /, **held: str) -> Lists:
    """Lists by name: ``lists(manifestation="362.01 357.2")``; two digits are procedures."""
    return every_list({ListName(name): codes for name, codes in held.items()}, provenance)


def every_list(held: Mapping[ListName, str], provenance: Provenance = OFFICIAL) -> Lists:
    return Lists(
        {
            name: CodeList(
                name, frozenset((_kind(code), code) for code in codes.split()), provenance
            )
            for name, codes in held.items()
        }
    )


def tabular(*notes: TabularNotes) -> Lists:
    return Lists({}, {note.heading: note for note in notes})


def chart(
    diagnoses: str = "",
    procedures: str = "",
    *,
    setting: CareSetting = CareSetting.INPATIENT,
    age: int | None = None,
    sex: Sex = Sex.UNKNOWN,
    admitting: str | None = None,
    poa: Poa | None = Poa.YES,
) -> Chart:
    """A chart of codes in order, all present on admission and performed on the first day."""
    return Chart(
        setting,
        age,
        sex,
        date(2014, 11, 3),
        date(2014, 11, 9),
        tuple(ChartCode(code, poa=poa) for code in diagnoses.split()),
        tuple(
            ChartCode(code, Kind.PROCEDURE, performed=date(2014, 11, 3))
            for code in procedures.split()
        ),
        admitting,
    )


def outpatient(diagnoses: str) -> Chart:
    return chart(diagnoses, setting=CareSetting.OUTPATIENT, poa=None)


def found(number: int, which: Chart | str, held: Lists = NONE) -> list[Edit]:
    """The edits of one rule on a chart, or on an inpatient chart of these diagnoses."""
    of = chart(which) if isinstance(which, str) else which
    return [edit for edit in check_chart(of, held) if edit.number == number]


def told(number: int, which: Chart | str, held: Lists = NONE) -> list[tuple[Severity, str | None]]:
    """The same as severity and offending code only."""
    return [(edit.severity, edit.code) for edit in found(number, which, held)]


def _kind(code: str) -> Kind:
    return Kind.PROCEDURE if len(code.partition(".")[0]) == 2 else Kind.DIAGNOSIS
