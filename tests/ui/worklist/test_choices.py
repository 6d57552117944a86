from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.ui.worklist.choices import AGES, Choices, Whose, as_preference, read_preference
from icd9_review.values import (
    CareSetting,
    EncounterStatus,
    Likelihood,
    Role,
    User,
    WorklistQuery,
    WorklistSort,
)

ME = User(7, "Ana Ortiz", Role.CODER)
PEOPLE = frozenset({7, 8})
TODAY = date(2026, 3, 2)

every_choice = st.builds(
    Choices,
    status=st.none() | st.sampled_from(EncounterStatus),
    setting=st.none() | st.sampled_from(CareSetting),
    whose=st.sampled_from(Whose) | st.sampled_from(sorted(PEOPLE)),
    older=st.none() | st.sampled_from(AGES),
    with_errors=st.booleans(),
    likelihood=st.none() | st.sampled_from(Likelihood),
    archived=st.booleans(),
    sort=st.sampled_from(WorklistSort),
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


@given(every_choice)
def test_choices_come_back_as_they_were_stored(choices: Choices) -> None:
    stored = json.loads(json.dumps(as_preference(choices)))
    assert read_preference(stored, PEOPLE) == choices


@given(st.dictionaries(st.sampled_from([*as_preference(Choices()), "other"]), anything))
def test_whatever_was_stored_gives_choices_that_exist(stored: dict[str, Any]) -> None:
    choices = read_preference(stored, PEOPLE)
    assert read_preference(as_preference(choices), PEOPLE) == choices
    assert choices.whose in PEOPLE or isinstance(choices.whose, Whose)


def test_a_person_who_left_is_not_asked_for() -> None:
    assert read_preference({"whose": 8}, frozenset({7})).whose is Whose.ANYONE


def test_the_choices_are_a_query_of_this_person_on_this_day() -> None:
    assert Choices().query(ME, TODAY) == WorklistQuery()
    choices = Choices(
        EncounterStatus.HELD,
        CareSetting.OUTPATIENT,
        Whose.MINE_OR_NOBODY,
        7,
        True,
        Likelihood.LIKELY,
        WorklistSort.CHART_AGE,
    )
    assert choices.query(ME, TODAY, search="note") == WorklistQuery(
        search="note",
        statuses=(EncounterStatus.HELD,),
        setting=CareSetting.OUTPATIENT,
        assignees=(7, None),
        dated_before=date(2026, 2, 23),
        with_errors=True,
        likelihood=Likelihood.LIKELY,
        sort=WorklistSort.CHART_AGE,
    )
    wanted: dict[Whose | int, tuple[int | None, ...]]
    wanted = {Whose.ANYONE: (), Whose.MINE: (7,), Whose.NOBODY: (None,), 8: (8,)}
    for whose, assignees in wanted.items():
        assert Choices(whose=whose).query(ME, TODAY).assignees == assignees


def test_the_filters_behind_the_button_are_counted() -> None:
    shown = Choices(status=EncounterStatus.OPEN, whose=Whose.MINE, sort=WorklistSort.OLDEST)
    assert shown.hidden == 0
    assert Choices(setting=CareSetting.INPATIENT, older=3, with_errors=True).hidden == 3
    assert Choices(likelihood=Likelihood.LIKELY).hidden == 1
