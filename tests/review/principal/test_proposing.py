"""What the notes put first is proposed as the principal diagnosis, with the reason."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.edits.first_place import may_stand_first
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.review.principal.linking import Contender
from icd9_review.review.principal.proposing import Proposal, first_uncoded, propose
from icd9_review.values import CareSetting
from tests.review.principal.six_charts import SIX_CHARTS, CodedChart, linked, span_of

LISTS = built_in_lists()
INPATIENT, OUTPATIENT = CareSetting.INPATIENT, CareSetting.OUTPATIENT


def proposed(
    text: str, codes: dict[str, str], setting: CareSetting = INPATIENT
) -> tuple[Proposal, ...]:
    """What is proposed where these codes were accepted by these words."""
    found = tuple(Contender(code, True, 0.9, (span_of(text, at),)) for code, at in codes.items())
    return propose(setting, linked(text, found), list(codes), LISTS)


def first(text: str, codes: dict[str, str], setting: CareSetting = INPATIENT) -> str | None:
    found = proposed(text, codes, setting)
    return found[0].code if found else None


@pytest.mark.parametrize("chart", SIX_CHARTS.values(), ids=SIX_CHARTS)
@pytest.mark.parametrize("accepted", [True, False])
def test_the_principal_of_six_kinds_of_charts_is_proposed(
    chart: CodedChart, accepted: bool
) -> None:
    """Whatever was accepted first, and before anything is."""
    contenders = chart.contenders(accepted=accepted)
    codes = list(chart.codes) if accepted else []
    found = propose(chart.setting, linked(chart.text, contenders), codes, LISTS)
    assert found[0].code == chart.principal


@pytest.mark.parametrize("chart", SIX_CHARTS.values(), ids=SIX_CHARTS)
def test_neither_symptoms_nor_what_may_not_stand_first_is_among_the_proposals(
    chart: CodedChart,
) -> None:
    found = propose(chart.setting, linked(chart.text, chart.contenders()), [*chart.codes], LISTS)
    assert not {"786.05", "780.2", "719.45", "719.43"} & {each.code for each in found}
    assert all(may_stand_first(each.code, chart.codes, chart.setting, LISTS) for each in found)


@given(data=st.data())
def test_the_order_of_acceptance_changes_no_proposal(data: st.DataObject) -> None:
    chart = data.draw(st.sampled_from([*SIX_CHARTS.values()]))
    contenders = data.draw(st.permutations(chart.contenders()))
    codes = [each.code for each in contenders]
    found = propose(chart.setting, linked(chart.text, tuple(contenders)), codes, LISTS)
    assert found[0].code == chart.principal


LISTS_OF_A_STAY = (
    ("CHIEF COMPLAINT: Cough.\n", "486", LineKind.COMPLAINT),
    ("REASON FOR ADMISSION: Gout.\n", "274.9", LineKind.REASON),
    ("IMPRESSION: Cellulitis of leg.\n", "682.6", LineKind.IMPRESSION),
    ("DISCHARGE DIAGNOSES: Pancreatitis.\n", "577.0", LineKind.FINAL),
)
WORDS = {"486": "Cough", "274.9": "Gout", "682.6": "Cellulitis", "577.0": "Pancreatitis"}


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_a_stay_goes_by_the_final_diagnoses_then_by_why_the_patient_came(
    order: tuple[int, ...],
) -> None:
    """Wherever in the note they stand."""
    text = "".join(LISTS_OF_A_STAY[place][0] for place in order)
    best = proposed(text, WORDS)
    assert [each.kind for each in best] == [LineKind.FINAL, LineKind.REASON, LineKind.IMPRESSION]


def test_a_visit_goes_by_its_reason_where_that_is_a_diagnosis() -> None:
    text = "REASON FOR VISIT: Gout.\nASSESSMENT:\n1. Hypertension.\n2. Gout.\n"
    codes = {"401.9": "Hypertension", "274.9": "Gout"}
    assert first(text, codes, OUTPATIENT) == "274.9"
    complaint = text.replace("Gout.\nASS", "Knee pain.\nASS")
    assert first(complaint, {**codes, "719.46": "Knee pain"}, OUTPATIENT) == "401.9"


def test_after_surgery_the_postoperative_diagnosis_is_the_definitive_one() -> None:
    text = "PREOPERATIVE DIAGNOSIS: Ovarian cyst.\nPOSTOPERATIVE DIAGNOSIS: Endometriosis.\n"
    codes = {"620.2": "Ovarian cyst", "617.9": "Endometriosis"}
    for setting in CareSetting:
        assert first(text, codes, setting) == "617.9"


def test_a_suspicion_counts_at_the_end_of_a_stay_and_nowhere_else() -> None:
    codes = {"486": "pneumonia", "428.0": "Heart failure"}
    text = "FINAL DIAGNOSES:\n1. Probable pneumonia.\n2. Heart failure.\n"
    assert first(text, codes) == "486"
    assert first(text, codes, OUTPATIENT) == "428.0"
    assert first(text.replace("FINAL DIAGNOSES", "ASSESSMENT"), codes) == "428.0"


def test_what_is_denied_or_past_or_anothers_is_passed_over() -> None:
    text = (
        "DISCHARGE DIAGNOSES:\n1. No pneumonia.\n2. History of cystitis.\n"
        "3. Mother with asthma.\n4. Cellulitis.\n"
    )
    codes = {"486": "pneumonia", "595.9": "cystitis", "493.90": "asthma", "682.6": "Cellulitis"}
    assert [each.code for each in proposed(text, codes)] == ["682.6"]


def test_a_symptom_is_proposed_only_where_nothing_explains_it() -> None:
    text = "DISCHARGE DIAGNOSES:\n1. Chest pain.\n2. Hypertension.\n"
    codes = {"401.9": "Hypertension", "786.50": "Chest pain"}
    assert first(text, codes) == "786.50"
    angina = text.replace("Hypertension", "Unstable angina")
    assert first(angina, {"411.1": "Unstable angina", "786.50": "Chest pain"}) == "411.1"
    same_line = "DISCHARGE DIAGNOSES: Abdominal pain due to gallstones.\n"
    assert first(same_line, {"789.00": "Abdominal pain", "574.20": "gallstones"}) == "574.20"


def test_a_symptom_followed_by_diagnoses_that_are_compared_comes_first() -> None:
    text = "DISCHARGE DIAGNOSES: Chest pain, reflux versus esophageal spasm.\n"
    codes = {"530.81": "reflux", "530.5": "esophageal spasm", "786.50": "Chest pain"}
    assert first(text, codes) == "786.50"


def test_why_somebody_came_is_proposed_as_a_symptom_only_while_nothing_is_established() -> None:
    text = "REASON FOR ADMISSION: Fever.\nASSESSMENT: Hypertension.\n"
    codes = {"780.60": "Fever", "401.9": "Hypertension"}
    assert [each.code for each in proposed(text, codes)] == ["401.9"]
    assert first(text, {"780.60": "Fever"}) == "780.60"


def test_a_complication_of_care_leads_its_line() -> None:
    text = "DISCHARGE DIAGNOSES: Cellulitis of the wound, postoperative infection.\n"
    codes = {"682.2": "Cellulitis", "998.59": "postoperative infection"}
    assert first(text, codes) == "998.59"


def test_what_goes_before_is_proposed_with_why_and_the_section() -> None:
    text = "DISCHARGE DIAGNOSES:\n1. Pneumonia.\n2. Sepsis.\n"
    best, second, *_ = proposed(text, {"486": "Pneumonia", "038.9": "Sepsis"})
    assert (best.code, best.section) == ("038.9", "I.C.1.b.2.a")
    assert best.words == "sepsis goes before the infection it came from"
    assert (second.code, second.section, second.words) == ("486", "II", "")


def test_two_diagnoses_of_a_line_are_both_given_the_first_named_first() -> None:
    text = "DISCHARGE DIAGNOSES: Hiatal hernia and reflux.\n"
    found = proposed(text, {"530.81": "reflux", "553.3": "Hiatal hernia"})
    assert [each.code for each in found] == ["553.3", "530.81"]


def test_a_first_line_without_a_code_is_said() -> None:
    text = "DISCHARGE DIAGNOSES:\n1. Goldenhar syndrome.\n2. Reflux.\n"
    (only,) = proposed(text, {"530.81": "Reflux"})
    assert (only.code, only.place, only.uncoded) == ("530.81", 1, "Goldenhar syndrome")


def test_the_place_counts_the_lines_that_need_no_code_as_a_reader_does() -> None:
    text = "DISCHARGE DIAGNOSES:\n1. History of breast cancer.\n2. Pneumonia.\n"
    (only,) = proposed(text, {"486": "Pneumonia"})
    assert (only.code, only.place, only.uncoded) == ("486", 1, "")


def test_a_line_that_needs_no_code_is_not_said_to_have_none_yet() -> None:
    text = "DISCHARGE DIAGNOSES:\n1. Goldenhar syndrome.\n2. Reflux.\n3. Gout.\n"
    found = (Contender("530.81", True, 0.9, (span_of(text, "Reflux"),)),)
    first, *others = linked(text, found)
    (only,) = propose(INPATIENT, [replace(first, needless=True), *others], ["530.81"], LISTS)
    assert (only.code, only.place, only.uncoded) == ("530.81", 1, "")


def test_where_no_list_names_a_code_nothing_is_proposed() -> None:
    assert proposed("HOSPITAL COURSE: Pneumonia was treated.\n", {"486": "Pneumonia"}) == ()
    assert proposed("", {}) == ()
    assert proposed("SECONDARY DIAGNOSES: Gout.\n", {"274.9": "Gout"}) == ()


def uncoded(
    text: str, codes: dict[str, str], setting: CareSetting = INPATIENT
) -> tuple[str, int] | None:
    """The line to be coded first, and its place."""
    found = tuple(Contender(code, True, 0.9, (span_of(text, at),)) for code, at in codes.items())
    first = first_uncoded(setting, linked(text, found))
    return None if first is None else (first[0].line.text, first[1])


FINAL = "DISCHARGE DIAGNOSES:\n1. No gout.\n2. Goldenhar syndrome.\n3. Reflux.\n"


def test_the_first_of_the_final_diagnoses_is_to_be_coded_first_whatever_has_a_code() -> None:
    for codes in ({}, {"530.81": "Reflux"}):
        for setting in (INPATIENT, OUTPATIENT):
            assert uncoded(FINAL, codes, setting) == ("Goldenhar syndrome", 1)
    assert uncoded(FINAL, {"756.0": "Goldenhar syndrome"}) is None


def test_what_others_say_of_it_is_looked_at_before_the_final_diagnoses_are_without_a_code() -> None:
    """A diagnosis that brought the patient says it, a symptom does not."""
    text = "REASON FOR ADMISSION: {}.\nASSESSMENT:\n1. Goldenhar syndrome.\n"
    assert uncoded(text.format("Gout"), {"274.9": "Gout"}) is None
    assert uncoded(text.format("Cough"), {"786.2": "Cough"}) == ("Goldenhar syndrome", 0)
    assert uncoded("CHIEF COMPLAINT: Cough.\nPROBLEM LIST: Gout.\n", {}) is None


def test_a_line_that_needs_no_code_is_not_to_be_coded_first() -> None:
    first, second = linked("DISCHARGE DIAGNOSES:\n1. Goldenhar syndrome.\n2. Reflux.\n", ())
    asked = first_uncoded(INPATIENT, [replace(first, needless=True), second])
    assert asked is not None
    assert (asked[0].line.text, asked[1]) == ("Reflux", 1)


KNEE = "FINAL DIAGNOSES:\n1. Status post total knee replacement.\n2. Anxiety.\n3. Hypertension.\n"
KNEE_CODES = {"V43.65": "total knee replacement", "300.00": "Anxiety", "401.9": "Hypertension"}


def test_what_comes_after_a_first_line_that_may_not_be_principal_is_a_guess() -> None:
    anxiety, *others = proposed(KNEE, KNEE_CODES)
    assert (anxiety.code, anxiety.passed) == ("300.00", "Status post total knee replacement")
    assert all(each.passed for each in others)
    plain = proposed(KNEE.replace("Status post total knee replacement", "Gout"), {"274.9": "Gout"})
    assert [each.passed for each in plain] == [""]


def test_who_came_for_rehabilitation_has_that_first_where_the_first_line_has_no_principal() -> None:
    contenders = tuple(
        Contender(code, True, 0.9, (span_of(KNEE, words),)) for code, words in KNEE_CODES.items()
    )
    found = propose(INPATIENT, linked(KNEE, contenders), [*KNEE_CODES], LISTS, "V57.89")
    assert [each.code for each in found] == ["V57.89", "300.00", "401.9"]
    assert (found[0].section, found[0].passed) == ("I.B.15, I.C.18.e", "")
    gout = "FINAL DIAGNOSES: Gout."
    contender = Contender("274.9", True, 0.9, (span_of(gout, "Gout"),))
    (only,) = propose(INPATIENT, linked(gout, (contender,)), ["274.9"], LISTS, "V57.89")
    assert only.code == "274.9"
