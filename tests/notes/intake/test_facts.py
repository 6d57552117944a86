from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import EncounterError
from icd9_review.notes import check_encounter
from icd9_review.values import CareSetting, NewEncounter, Sex

dates = st.dates(date(1979, 1, 1), date(2299, 12, 31))


@given(
    st.sampled_from(CareSetting),
    st.none() | st.integers(0, 125),
    st.sampled_from(Sex),
    st.none() | dates,
)
def test_possible_facts_are_taken_as_they_are(
    setting: CareSetting, age: int | None, sex: Sex, day: date | None
) -> None:
    facts = check_encounter(setting, age, sex, day, day)
    assert facts == NewEncounter(setting, age, sex, day, day)


def test_only_the_setting_is_needed() -> None:
    assert check_encounter("outpatient") == NewEncounter(CareSetting.OUTPATIENT)


def test_a_whole_age_in_another_number_type_is_that_age() -> None:
    age = check_encounter("inpatient", 71.0).age
    assert (age, type(age)) == (71, int)


@pytest.mark.parametrize("age", [-1, 126, 0.5, float("nan"), float("inf"), -float("inf")])
def test_an_impossible_age_is_refused_and_named(age: float) -> None:
    with pytest.raises(EncounterError, match="whole number of years from 0 to 125") as refusal:
        check_encounter("inpatient", age)
    assert f"The age {age} " in str(refusal.value)


@given(dates, dates)
def test_a_discharge_before_the_admission_is_refused(first: date, second: date) -> None:
    if second < first:
        with pytest.raises(EncounterError, match="is before the admission date") as refusal:
            check_encounter("inpatient", admitted=first, discharged=second)
        assert str(first) in str(refusal.value)
        assert str(second) in str(refusal.value)
    else:
        assert check_encounter("inpatient", admitted=first, discharged=second).discharged == second


@pytest.mark.parametrize(
    "day", [date.min, date(1978, 12, 31), date(2299, 12, 31) + timedelta(days=1), date.max]
)
def test_a_date_outside_of_the_code_system_is_refused_and_named(day: date) -> None:
    with pytest.raises(EncounterError, match=f"The admission date {day} is not between"):
        check_encounter("inpatient", admitted=day)
    with pytest.raises(EncounterError, match=f"The discharge date {day} is not between"):
        check_encounter("inpatient", discharged=day)


@pytest.mark.parametrize("setting", ["", "Inpatient", "emergency", "x" * 1000])
def test_an_unknown_setting_is_refused_with_the_known_ones(setting: str) -> None:
    with pytest.raises(EncounterError, match="choose one of inpatient, outpatient") as refusal:
        check_encounter(setting)
    assert len(str(refusal.value)) < 150


def test_an_unknown_sex_is_refused_with_the_known_ones() -> None:
    with pytest.raises(EncounterError, match="choose one of female, male, unknown"):
        check_encounter("inpatient", sex="f")
