"""What the sections of diagnoses and procedures of a note list, line by line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes import demonstration_encounters
from icd9_review.notes.lines.chart_lines import chart_lines
from icd9_review.notes.lines.kinds import LineKind
from icd9_review.values import Assertion

_NOTES = [note.text for _, notes in demonstration_encounters() for note in notes]
_TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [
                "FINAL DIAGNOSES:",
                "A/P:",
                "PROCEDURES:\n",
                "IMPRESSION: ,",
                "1. ",
                "2) ",
                "# ",
                "- ",
                "CHF: will diurese",
                "no gout",
                "None",
                "é, 😀, and asthma",
                ". ",
                ", ",
                "; ",
                "\n",
                "\n\n",
                "RENAL FAILURE:",
                "\N{INVISIBLE SEPARATOR}Diagnosis\N{INVISIBLE SEPARATOR}\n",
            ]
        ),
        max_size=20,
    ).map("".join),
)


def lines(text: str) -> list[str]:
    return [each.text for each in chart_lines(text)]


def test_a_numbered_list_gives_a_line_for_each_number() -> None:
    text = "DISCHARGE DIAGNOSES:\n1. Sepsis due to E. coli.\n2. Type 2 diabetes.\nDIET: Low salt."
    assert lines(text) == ["Sepsis due to E. coli", "Type 2 diabetes"]


@pytest.mark.parametrize(
    "text",
    [
        "FINAL DIAGNOSES: 1. Gout. 2. Asthma. 3. CKD, stage 3.",
        "FINAL DIAGNOSES:\n- Gout\n- Asthma\n- CKD, stage 3",
        "FINAL DIAGNOSES:\nGout\nAsthma\nCKD, stage 3\n",
        "FINAL DIAGNOSES:,1.  Gout.,2.  Asthma.,3.  CKD, stage 3.,",
        "FINAL DIAGNOSES: Gout; asthma; CKD, stage 3.",
    ],
)
def test_numbers_bullets_lines_commas_and_semicolons_part_a_list(text: str) -> None:
    assert [each.lower() for each in lines(text)] == ["gout", "asthma", "ckd, stage 3"]


def test_the_commas_of_a_series_part_it_and_those_of_an_afterthought_do_not() -> None:
    assert lines("IMPRESSION: Anemia, gout, and asthma.") == ["Anemia", "gout", "asthma"]
    assert lines("IMPRESSION: Sepsis, pneumonia, COPD") == ["Sepsis", "pneumonia", "COPD"]
    assert lines("IMPRESSION: Hip fracture, left, closed.") == ["Hip fracture, left, closed"]
    assert lines("IMPRESSION:\n1. Nodule of lung, liver, and spine.") == [
        "Nodule of lung, liver, and spine"
    ]


def test_a_line_that_merely_wraps_is_one_line() -> None:
    text = (
        "DISCHARGE DIAGNOSES:\n"
        "1. Peripheral vascular disease with bilateral carotid artery stenosis of\n"
        "high degree.\n"
        "2. Hypertension.\n"
    )
    first = "Peripheral vascular disease with bilateral carotid artery stenosis of high degree"
    assert lines(text) == [first, "Hypertension"]


def test_of_a_problem_with_its_plan_the_problem_is_the_line() -> None:
    text = (
        "ASSESSMENT AND PLAN:\n"
        "1. CHF: will diurese. Daily weights.\n"
        "2. Pneumonia. Continue ceftriaxone.\n"
        "   - sputum culture\n"
        "3. Anemia - guaiac stools.\n"
        "4. Continue home medications.\n"
    )
    assert lines(text) == ["CHF", "Pneumonia", "Anemia"]


def test_a_problem_that_is_written_as_a_heading_is_a_line() -> None:
    text = "ASSESSMENT AND PLAN:\n1. RENAL FAILURE: fluids.\n2. GOUT:\nRest.\nCODE STATUS: Full"
    assert lines(text) == ["RENAL FAILURE", "GOUT"]
    text = "ASSESSMENT AND PLAN:\n# Sepsis\nvancomycin\n\n# Gout: rest.\nCODE STATUS: Full"
    assert lines(text) == ["Sepsis", "Gout"]


def test_a_story_after_the_first_sentence_is_no_line() -> None:
    story = "He was seen in the emergency room by the surgeon on call, who advised against it."
    assert lines(f"FINAL DIAGNOSIS: Appendicitis. {story} He left.") == ["Appendicitis"]
    assert lines(f"CHIEF COMPLAINT: Fever for 3 days. Took aspirin. {story}") == [
        "Fever for 3 days"
    ]


def test_a_list_ends_where_a_paragraph_of_its_own_tells_of_the_patient() -> None:
    story = "The patient is a woman with gout. Discharged home."
    assert lines(f"FINAL DIAGNOSES:\n1. Gout.\n2. Anemia.\n\n{story}") == ["Gout", "Anemia"]
    assert lines("OPERATION: Splenectomy.\n\nThe spleen was removed.") == ["Splenectomy"]
    apart = "FINAL DIAGNOSES:\n1. Gout.\n\n2. The left hip fracture that was fixed.\n\nAnemia"
    assert lines(apart) == ["Gout", "The left hip fracture that was fixed", "Anemia"]


def test_how_an_operation_was_done_is_no_line_and_its_name_is() -> None:
    assert lines("PROCEDURES PERFORMED: Laparoscopic cholecystectomy.") == [
        "Laparoscopic cholecystectomy"
    ]
    told = (
        "The patient was prepped. She was draped. A cut was made. The skin was closed. "
        "The patient was woken."
    )
    assert lines(f"PROCEDURE: {told}") == lines(f"DESCRIPTION OF PROCEDURE: {told}") == []


def test_none_and_same_and_what_opens_a_list_name_nothing() -> None:
    text = (
        "PROCEDURES: None.\nPOSTOPERATIVE DIAGNOSIS: Same as above.\n"
        "SECONDARY DIAGNOSES: Include:\n1. Gout.\n"
    )
    assert lines(text) == ["Gout"]


def test_a_line_says_what_the_note_says_of_it() -> None:
    text = (
        "FINAL DIAGNOSES:\n1. No evidence of pneumonia.\n2. History of stroke.\n"
        "3. Possible gout.\n4. Mother had asthma.\n5. Anemia.\n6. Sepsis, ruled out."
    )
    assert [each.assertion for each in chart_lines(text)] == [
        Assertion.NEGATED,
        Assertion.HISTORICAL,
        Assertion.UNCERTAIN,
        Assertion.FAMILY,
        Assertion.PRESENT,
        Assertion.NEGATED,
    ]


def test_a_line_knows_its_section() -> None:
    text = "PREOP DIAGNOSIS: Gallstones.\nPOSTOP DIAGNOSIS: Gallstones.\nPMH: Stroke."
    found = [(each.kind, each.title) for each in chart_lines(text)]
    assert found == [
        (LineKind.PREOPERATIVE, "PREOP DIAGNOSIS"),
        (LineKind.POSTOPERATIVE, "POSTOP DIAGNOSIS"),
    ]


@given(_TEXTS | st.sampled_from(_NOTES))
def test_lines_stand_in_order_and_apart_and_cut_the_note(text: str) -> None:
    found = chart_lines(text)
    for each in found:
        assert 0 <= each.start < each.end <= len(text)
        assert " ".join(text[each.start : each.end].split()) == each.text
        assert any(map(str.isalpha, each.text))
    assert all(before.end <= after.start for before, after in pairwise(found))


@given(st.lists(st.sampled_from(["Gout", "Asthma", "Sepsis", "Old stroke"]), min_size=1))
def test_as_many_items_as_are_numbered_are_lines(names: list[str]) -> None:
    listed = "\n".join(f"{number}. {name}." for number, name in enumerate(names, 1))
    assert lines(f"FINAL DIAGNOSES:\n{listed}\n") == names
