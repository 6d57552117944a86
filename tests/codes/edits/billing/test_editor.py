from dataclasses import replace
from datetime import date

import pytest

from icd9_review.codes.lists import ListName
from icd9_review.values import Chart, Sex
from tests.codes.edits.charts import (
    BUILT_IN,
    ERROR,
    HINT,
    NONE,
    WARNING,
    chart,
    every_list,
    found,
    lists,
    outpatient,
    told,
)


def test_an_empty_chart_lacks_its_principal_diagnosis() -> None:
    assert told(29, chart()) == [(ERROR, None)]
    assert "first-listed" in found(29, outpatient(""))[0].message
    assert told(29, "428.0") == []


@pytest.mark.parametrize("which", [chart("E849.0 812.00"), outpatient("E849.0 812.00")])
def test_an_e_code_is_never_first(which: Chart) -> None:
    assert told(3, which) == [(ERROR, "E849.0")]


def test_an_e_code_is_no_admitting_diagnosis_but_a_good_secondary_one() -> None:
    assert told(3, chart("812.00 E885.9", admitting="E885.9")) == [(ERROR, "E885.9")]
    assert told(3, chart("812.00 E885.9", admitting="812.00")) == []


AGES = [
    ("newborn", "770.7", [0], [1, 40]),
    ("pediatric", "783.41", [0, 17], [18, 60]),
    ("maternity", "650", [12, 55], [11, 56]),
    ("adult", "600.00", [15, 124], [14, 0]),
]


@pytest.mark.parametrize(("name", "code", "fits", "conflicts"), AGES)
def test_age_conflicts_at_the_edges_of_the_mce(
    name: str, code: str, fits: list[int], conflicts: list[int]
) -> None:
    held = every_list({ListName(name): code})
    for age in fits:
        assert told(5, chart(code, age=age), held) == []
    for age in conflicts:
        assert told(5, chart(code, age=age), held) == [(WARNING, code)]
    assert told(5, chart(code, age=None), held) == []


def test_sex_conflicts_for_diagnoses_and_procedures() -> None:
    held = lists(female="620.2 68.49", male="600.00 60.29")
    assert told(5, chart("620.2", "68.49", sex=Sex.MALE), held) == [
        (WARNING, "620.2"),
        (WARNING, "68.49"),
    ]
    assert told(5, chart("600.00", "60.29", sex=Sex.FEMALE), held) == [
        (WARNING, "600.00"),
        (WARNING, "60.29"),
    ]
    assert told(5, chart("620.2", "68.49", sex=Sex.FEMALE), held) == []
    assert told(5, chart("620.2 600.00", sex=Sex.UNKNOWN), held) == []


def test_a_manifestation_is_an_error_in_first_place_only() -> None:
    held = lists(manifestation="357.2 785.52")
    assert told(6, "785.52 038.9", held) == [(ERROR, "785.52")]
    assert told(6, outpatient("357.2 250.60"), held) == [(ERROR, "357.2")]
    assert told(6, "038.9 785.52", held) == []


def test_a_built_in_manifestation_blocks_only_where_its_title_says_so() -> None:
    held = lists(BUILT_IN, manifestation="320.7 294.10")
    assert told(6, "320.7 038.9", held) == [(ERROR, "320.7")]
    assert told(6, "294.10 331.0", held) == [(WARNING, "294.10")]


def test_an_unacceptable_principal_blocks_inpatients_with_the_official_list() -> None:
    official = lists(unacceptable_principal="V45.81")
    built_in = lists(BUILT_IN, unacceptable_principal="V45.81")
    assert told(7, "V45.81 414.01", official) == [(ERROR, "V45.81")]
    assert told(7, "V45.81 414.01", built_in) == [(WARNING, "V45.81")]
    assert told(7, "414.01 V45.81", official) == []
    assert told(7, outpatient("V45.81"), official) == []


def test_a_questionable_admission_is_a_hint() -> None:
    held = lists(questionable_admission="401.1")
    assert told(8, "401.1", held) == [(HINT, "401.1")]
    assert told(8, "428.0 401.1", held) == []
    assert told(8, outpatient("401.1"), held) == []


def test_coverage_is_a_hint_and_a_wrong_procedure_a_warning() -> None:
    held = lists(
        noncovered="63.73", limited_coverage="37.51", wrong_procedure="E876.5", manifestation=""
    )
    assert told(30, chart("428.0 E876.5", "63.73 37.51"), held) == [
        (WARNING, "E876.5"),
        (HINT, "63.73"),
        (HINT, "37.51"),
    ]
    assert told(30, chart("428.0", "00.66"), held) == []


def test_lumbar_discs_are_not_covered_above_60() -> None:
    held = lists(noncovered_over_60="84.65")
    assert told(30, chart("722.52", "84.65", age=61), held) == [(HINT, "84.65")]
    assert told(30, chart("722.52", "84.65", age=60), held) == []
    assert told(30, chart("722.52", "84.65"), held) == []


def test_four_days_of_ventilation_need_four_days_of_stay() -> None:
    held = lists(length_of_stay="96.72")
    stay = chart("518.81", "96.72")
    short = replace(stay, discharged=date(2014, 11, 6))
    just = replace(stay, discharged=date(2014, 11, 7))
    assert told(30, short, held) == [(WARNING, "96.72")]
    assert told(30, just, held) == []
    assert told(30, replace(short, discharged=None), held) == []


def test_without_lists_none_of_these_rules_speaks() -> None:
    which = chart("V45.81 357.2 600.00", "63.73", age=5, sex=Sex.FEMALE)
    assert [told(number, which, NONE) for number in (5, 6, 7, 8, 30)] == [[]] * 5
