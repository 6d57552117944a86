"""The edits with the official lists, on every code of the lists and on the MIMIC-III demo."""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from icd9_review.codes import is_valid, normalise
from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.edits import check_chart, not_checked
from icd9_review.codes.edits.billing.editor import AGE_LISTS
from icd9_review.codes.lists import ListName, Lists
from icd9_review.codes.official import read_release
from icd9_review.codes.successors import retired
from icd9_review.errors import CodeError
from icd9_review.values import CareSetting, Chart, ChartCode, Kind, Poa, Severity, Sex
from tests.codes.edits.charts import ERROR, HINT, WARNING, chart

pytestmark = pytest.mark.reference

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE
PRINCIPAL_RULES = (3, 6, 7, 29)
RELEASES = (
    "MCE_Simple_Code_Edits_v32.txt",
    "ICD-9_POA_Exempt_Diagnosis_Codes_Oct12014_FY2015.txt",
    "Dtab12.zip",
)


@cache
def read_official(folder: Path) -> Lists:
    lists = built_in_lists()
    for name in RELEASES:
        lists = lists.with_release(read_release(folder / "icd9cm" / name))
    return lists


@pytest.fixture(scope="module")
def official(reference_data: Path) -> Lists:
    return read_official(reference_data)


def on(lists: Lists, name: ListName, kind: Kind = DIAGNOSIS) -> list[str]:
    return sorted(code for held, code in lists.lists[name].keys if held is kind)


def told(number: int, which: Chart, lists: Lists) -> list[tuple[Severity, str | None]]:
    return [(e.severity, e.code) for e in check_chart(which, lists) if e.number == number]


def test_with_the_official_lists_everything_is_checked(official: Lists) -> None:
    assert not_checked(official) == ()


@pytest.mark.parametrize("name", list(AGE_LISTS))
def test_every_code_of_an_age_list_conflicts_outside_its_years_only(
    official: Lists, name: ListName
) -> None:
    first, last, _ = AGE_LISTS[name]
    outside = last + 1 if name is not ListName.ADULT else first - 1
    for codes in batches(on(official, name)):
        conflicts = told(5, chart(codes, age=outside), official)
        assert {(WARNING, code) for code in codes.split()} <= {*conflicts}
        alone = [code for code in codes.split() if lists_of(code, official) == {name}]
        assert told(5, chart(" ".join(alone), age=first), official) == []


def lists_of(code: str, official: Lists) -> set[ListName]:
    """The age lists that hold a code."""
    return {name for name in AGE_LISTS if official.holds(name, code)}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [(ListName.FEMALE, Sex.FEMALE, Sex.MALE), (ListName.MALE, Sex.MALE, Sex.FEMALE)],
)
def test_every_code_of_a_sex_list_conflicts_with_the_other_sex_only(
    official: Lists, name: ListName, right: Sex, wrong: Sex
) -> None:
    for kind in Kind:
        for codes in batches(on(official, name, kind)):
            which = (codes, "") if kind is DIAGNOSIS else ("428.0", codes)
            conflicts = told(5, chart(*which, sex=wrong), official)
            assert conflicts == [(WARNING, code) for code in codes.split()]
            assert told(5, chart(*which, sex=right), official) == []


def batches(codes: list[str], size: int = 50) -> Iterator[str]:
    """The codes as charts write them, some at a time."""
    for start in range(0, len(codes), size):
        yield " ".join(codes[start : start + size])


@pytest.mark.parametrize(
    ("name", "number", "severity"),
    [
        (ListName.MANIFESTATION, 6, ERROR),
        (ListName.UNACCEPTABLE_PRINCIPAL, 7, ERROR),
        (ListName.QUESTIONABLE_ADMISSION, 8, HINT),
    ],
)
def test_every_code_of_a_principal_list_speaks_in_first_place_only(
    official: Lists, name: ListName, number: int, severity: Severity
) -> None:
    for code in on(official, name):
        assert told(number, chart(f"{code} 486"), official) == [(severity, code)]
    for codes in batches(on(official, name)):
        assert told(number, chart(f"486 {codes}"), official) == []


def test_every_code_of_a_coverage_list_speaks(official: Lists) -> None:
    for name in (ListName.NONCOVERED, ListName.LIMITED_COVERAGE, ListName.NONCOVERED_OVER_60):
        for code in on(official, name, PROCEDURE):
            assert told(30, chart("486", code, age=61), official) == [(HINT, code)]
    for code in on(official, ListName.WRONG_PROCEDURE):
        assert told(30, chart(f"486 {code}"), official) == [(WARNING, code)]


def test_every_exempt_code_needs_no_indicator_and_every_other_does(official: Lists) -> None:
    for codes in batches(on(official, ListName.POA_EXEMPT)):
        assert told(25, chart(codes, poa=None), official) == []
        claimed = told(25, chart(codes, poa=Poa.NO), official)
        assert claimed == [(WARNING, code) for code in codes.split()]
    for code in ("428.0", "250.00", "038.9", "995.91"):
        assert told(25, chart(code, poa=None), official) == [(ERROR, code)]


def test_no_title_of_a_code_that_may_be_first_blocks_without_the_official_lists(
    official: Lists,
) -> None:
    built_in = built_in_lists()
    blocked = {
        code
        for code in on(built_in, ListName.MANIFESTATION)
        if (ERROR, code) in told(6, chart(f"{code} 486"), built_in)
    }
    assert blocked
    assert blocked <= set(on(official, ListName.MANIFESTATION))


def test_the_mimic_demo_has_no_false_alarm_of_the_principal_diagnosis(
    reference_data: Path, official: Lists, capsys: pytest.CaptureFixture[str]
) -> None:
    """Codes of its admissions only; its tables hold no notes.

    In this copy one admission has 995.91 in first place, which guideline I.C.1.b.2.a
    forbids: a violation of the data. No other principal diagnosis is an error.
    """
    counts: Counter[tuple[int, str]] = Counter()
    charts_with: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    of_principal: list[tuple[int, str | None]] = []
    number_of_charts = 0
    for admission, which in demo_charts(reference_data / "mimic", official):
        number_of_charts += 1
        principal = which.diagnoses[0].code
        for edit in check_chart(which, official):
            counts[edit.number, edit.severity.value] += 1
            charts_with[edit.number, edit.severity.value].add(admission)
            if edit.severity is ERROR and (
                edit.number in PRINCIPAL_RULES or edit.code == principal
            ):
                of_principal.append((edit.number, edit.code))
    lines = [f"Edits on {number_of_charts} admissions of the MIMIC-III demo, official lists:"]
    for (rule, severity), count in sorted(counts.items()):
        lines.append(
            f"{rule:4} {severity:8}{count:4} in {len(charts_with[rule, severity]):3} charts"
        )
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert number_of_charts == 129
    assert of_principal == [(24, "995.91")]


def demo_charts(folder: Path, lists: Lists) -> Iterator[tuple[str, Chart]]:
    """The admissions as inpatient charts; the dates of this copy are not usable."""
    sexes = {row["SUBJECT_ID"]: row["GENDER"] for row in rows(folder / "PATIENTS.csv")}
    diagnoses = in_sequence(folder / "DIAGNOSES_ICD.csv", DIAGNOSIS)
    procedures = in_sequence(folder / "PROCEDURES_ICD.csv", PROCEDURE)
    for row in rows(folder / "ADMISSIONS.csv"):
        admission = row["HADM_ID"]
        yield (
            admission,
            Chart(
                CareSetting.INPATIENT,
                0 if row["ADMISSION_TYPE"] == "NEWBORN" else None,
                Sex.FEMALE if sexes[row["SUBJECT_ID"]] == "F" else Sex.MALE,
                None,
                None,
                tuple(ChartCode(code, poa=poa(code, lists)) for code in diagnoses[admission]),
                tuple(
                    ChartCode(code, PROCEDURE, performed=date(2100, 1, 1))
                    for code in procedures[admission]
                ),
            ),
        )


def poa(code: str, lists: Lists) -> Poa:
    return Poa.EXEMPT if lists.holds(ListName.POA_EXEMPT, code) else Poa.YES


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def in_sequence(path: Path, kind: Kind) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in sorted(rows(path), key=lambda row: int(row["SEQ_NUM"] or 0)):
        if row["ICD9_CODE"]:
            found[row["HADM_ID"]].append(dotted(row["ICD9_CODE"], kind))
    return found


def dotted(text: str, kind: Kind) -> str:
    """A code of the table, whose procedures have lost their leading zeros (66 is 00.66)."""
    forms = (text,) if kind is DIAGNOSIS else (text, text.zfill(3), text.zfill(4))
    for form in forms:
        try:
            code = normalise(form, kind)
        except CodeError:
            continue
        if is_valid(kind, code) or retired(kind, code):
            return code
    raise AssertionError(f"{text} of the demo is no {kind} code")
