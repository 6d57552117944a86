from dataclasses import replace
from datetime import date
from importlib import import_module
from pkgutil import walk_packages

import pytest
from hypothesis import given
from hypothesis import strategies as st

import icd9_review.codes.edits as edits_package
from icd9_review.codes import codes, is_valid
from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.edits import blocks, check_chart
from icd9_review.codes.edits.engine import RULES
from icd9_review.codes.hierarchy import headers
from icd9_review.codes.lists import Lists, TabularNotes
from icd9_review.codes.successors import retired_codes
from icd9_review.values import (
    Assertion,
    CareSetting,
    Chart,
    ChartCode,
    Edit,
    Kind,
    Poa,
    Severity,
    Sex,
)
from tests.codes.edits.charts import ERROR, HINT, NONE, WARNING, chart

NOTED = Lists(
    built_in_lists().lists,
    {
        note.heading: note
        for note in (
            TabularNotes("001-139", "", excludes=("influenza (487.0)",)),
            TabularNotes("428", "", code_first=("Code first hypertension (402.0-402.9)",)),
            TabularNotes("401", "", excludes=("eye (362.11)", "(416.0-416.9)")),
            TabularNotes(
                "486", "", use_additional=("Use additional code to identify organism (041)",)
            ),
        )
    },
)
ORDER = [Severity.ERROR, Severity.WARNING, Severity.HINT]

some_codes = st.one_of(
    st.sampled_from(tuple(codes(Kind.DIAGNOSIS))),
    st.sampled_from(headers(Kind.DIAGNOSIS)),
    st.sampled_from([code for kind, code in retired_codes() if kind is Kind.DIAGNOSIS]),
    st.sampled_from(["401.9", "402.91", "403.9", "404.95", "250.4", "250.60", "357.2"]),
    st.sampled_from(["585.6", "634.91", "640.01", "650", "V27.0", "995.92", "E849.9"]),
    st.text(max_size=8),
)
entries = st.builds(
    ChartCode,
    some_codes,
    poa=st.none() | st.sampled_from(Poa),
    assertion=st.none() | st.sampled_from(Assertion),
)
procedures = st.builds(
    ChartCode,
    st.sampled_from(tuple(codes(Kind.PROCEDURE))) | st.text(max_size=6),
    st.just(Kind.PROCEDURE),
    performed=st.none() | st.dates(),
)
charts = st.builds(
    Chart,
    st.sampled_from(CareSetting),
    st.none() | st.integers(0, 130),
    st.sampled_from(Sex),
    st.none() | st.dates(),
    st.none() | st.dates(),
    st.lists(entries, max_size=30).map(tuple),
    st.lists(procedures, max_size=4).map(tuple),
    st.none() | some_codes,
)
held = st.sampled_from([NONE, built_in_lists(), NOTED])


@given(charts, held)
def test_any_chart_is_checked_and_the_edits_are_in_order(which: Chart, lists: Lists) -> None:
    edits = check_chart(which, lists)
    keys = [(ORDER.index(edit.severity), edit.number) for edit in edits]
    assert keys == sorted(keys)
    assert len(set(edits)) == len(edits)
    assert check_chart(which, lists) == edits


@given(charts, held)
def test_every_edit_says_what_is_wrong_with_which_code_and_why(which: Chart, lists: Lists) -> None:
    there: set[tuple[Kind, str | None]] = {
        (Kind.DIAGNOSIS, entry.code) for entry in which.diagnoses
    }
    there |= {(Kind.PROCEDURE, entry.code) for entry in which.procedures}
    there |= {(Kind.DIAGNOSIS, which.admitting), (Kind.DIAGNOSIS, None)}
    for edit in check_chart(which, lists):
        assert (edit.kind, edit.code) in there
        assert edit.message.endswith((".", "?"))
        assert edit.section
        assert 1 <= edit.number <= 31
        assert all((edit.kind, other) in there for other in edit.others)
        assert edit.code not in edit.offers
        assert all(is_valid(edit.kind, offer) for offer in edit.offers)


@given(charts, held, st.sampled_from(["272.4", "V10.3", "799.9"]))
def test_a_code_added_behind_takes_no_error_of_another_code_away(
    which: Chart, lists: Lists, added: str
) -> None:
    more = replace(which, diagnoses=(*which.diagnoses, ChartCode(added, poa=Poa.YES)))

    def codes_with_errors(of: Chart) -> set[tuple[int, str | None]]:
        edits = check_chart(of, lists)
        return {(edit.number, edit.code) for edit in edits if edit.severity is Severity.ERROR}

    before = codes_with_errors(which) - {(29, None)}
    if which.diagnoses:
        assert before <= codes_with_errors(more)


@given(charts)
def test_a_blocked_chart_is_one_with_an_error(which: Chart) -> None:
    edits = check_chart(which, NONE)
    assert blocks(edits) == any(edit.severity is Severity.ERROR for edit in edits)


def test_errors_come_first_then_by_rule_then_by_place_in_the_chart() -> None:
    which = chart("401.9 585.9 250.0 428.0 585 250.0", poa=None)
    edits = check_chart(which, NONE)
    assert [(edit.severity, edit.number, edit.code) for edit in edits] == [
        (ERROR, 2, "250.0"),
        (ERROR, 4, "250.0"),
        (ERROR, 25, "401.9"),
        (ERROR, 25, "585.9"),
        (ERROR, 25, "428.0"),
        (ERROR, 25, "585"),
        (WARNING, 1, "585"),
        (WARNING, 12, "401.9"),
        (HINT, 13, "401.9"),
    ]


@pytest.mark.parametrize(
    "which",
    [
        chart("410.71 414.01 401.9 272.4 305.1 V45.82", "00.66 36.07", age=61, sex=Sex.MALE),
        chart("486 491.21 427.31 V58.61 V15.82", age=78, sex=Sex.FEMALE),
        chart("038.42 995.92 785.52 584.9 599.0 403.90 585.3 V58.67 250.00", age=70),
        chart("820.21 E885.9 E849.0 733.00 401.9", "79.35", age=84, sex=Sex.FEMALE),
        chart("650 V27.0", "73.59", age=29, sex=Sex.FEMALE),
        chart("V30.00 V05.3", age=0, sex=Sex.MALE),
        chart("162.3 197.7 198.3 V10.3 338.3", age=66),
        chart("V58.11 174.9 V10.3", "99.25", age=52, sex=Sex.FEMALE),
        chart("250.60 357.2 250.40 585.9 V58.67", age=55),
    ],
)
def test_an_ordinary_chart_raises_no_alarm_but_hints(which: Chart) -> None:
    edits = check_chart(which, NOTED)
    assert [edit for edit in edits if edit.severity is not HINT and edit.number != 25] == []


def test_an_edit_without_a_code_is_of_the_whole_chart() -> None:
    backwards = replace(chart("428.0"), discharged=date(2014, 11, 1))
    (edit,) = [edit for edit in check_chart(backwards, NONE) if edit.code is None]
    assert isinstance(edit, Edit)
    assert edit.number == 27


def test_every_check_of_the_package_is_among_the_rules() -> None:
    prefix = f"{edits_package.__name__}."
    names = [module.name for module in walk_packages(edits_package.__path__, prefix)]
    every = {
        function
        for module in map(import_module, names)
        for name, function in vars(module).items()
        if name.startswith("check_") and function.__module__ == module.__name__
    } - {check_chart}
    assert every == set(RULES)
    assert len(RULES) == len(set(RULES))
