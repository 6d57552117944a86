"""The alphabetic index: phrases and where they lead."""

import pytest

from icd9_review.codes.official.index import read_index
from icd9_review.codes.official.rtf import Paragraph
from icd9_review.errors import CodeListError
from icd9_review.values import Kind


def read(*lines: tuple[int, str], kind: Kind = Kind.DIAGNOSIS) -> list[tuple[str, str]]:
    """Entries of (edge, text) as pairs; every term is indented further than its first line."""
    paragraphs = (Paragraph(edge, edge + 720, text) for edge, text in lines)
    return [(entry.phrase, entry.code) for entry in read_index(paragraphs, kind)]


def test_nested_terms_are_one_phrase_main_term_first() -> None:
    assert read(
        (0, "Failure, failed"),
        (360, "heart (acute) (sudden) 428.9"),
        (720, "congestive (compensated) (decompensated) 428.0"),
        (360, "kidney - see Failure, renal"),
        (720, "acute 584.9"),
        (0, "Fainting 780.2"),
    ) == [
        ("Failure, failed, heart (acute) (sudden)", "428.9"),
        ("Failure, failed, heart, congestive (compensated) (decompensated)", "428.0"),
        ("Failure, failed, kidney, acute", "584.9"),
        ("Fainting", "780.2"),
    ]


def test_disease_and_manifestation_are_two_entries_of_one_phrase() -> None:
    assert read((0, "Diabetes"), (360, "retinopathy 250.5 [362.01]"), (360, "x 282.9 [774.0")) == [
        ("Diabetes, retinopathy", "250.5"),
        ("Diabetes, retinopathy", "362.01"),
        ("Diabetes, x", "282.9"),
        ("Diabetes, x", "774.0"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Aberration (see also Anomaly (of eye)) 368.9",
        "Aberration (M8250/3) 368.9",
        "Aberration see also Anomaly 368.9",
        "Aberration - see also Anomaly 368.9",
        "Aberration \u00ad see also Anomaly 368.9",
    ],
)
def test_references_and_morphology_are_left_out(line: str) -> None:
    assert read((0, line)) == [("Aberration", "368.9")]


def test_the_columns_of_the_tables_are_named() -> None:
    assert read(
        (0, "Hypertension, hypertensive (arterial)\t401.0\t401.1\t401.9"),
        (360, "borderline\t-\t -\t796.2"),
        (0, "Neoplasm"),
        (360, "lip\t140.9\t198.89\t230.0\t-\t235.1\t239.0"),
    ) == [
        ("Hypertension, hypertensive (arterial), malignant", "401.0"),
        ("Hypertension, hypertensive (arterial), benign", "401.1"),
        ("Hypertension, hypertensive (arterial), unspecified", "401.9"),
        ("Hypertension, hypertensive, borderline, unspecified", "796.2"),
        ("Neoplasm, lip, malignant, primary", "140.9"),
        ("Neoplasm, lip, malignant, secondary", "198.89"),
        ("Neoplasm, lip, carcinoma in situ", "230.0"),
        ("Neoplasm, lip, uncertain behavior", "235.1"),
        ("Neoplasm, lip, unspecified", "239.0"),
    ]


def test_letters_notes_and_heads_of_tables_are_no_terms() -> None:
    paragraphs = (
        Paragraph(0, 0, "INDEX TO DISEASES AND INJURIES"),
        Paragraph(0, 0, "D"),
        Paragraph(0, 0, "Dark area on retina 239.81"),
        Paragraph(0, 0, "Note\tUse the following with category 250:\n\t\t0\ttype II 250.0"),
        Paragraph(360, 1080, "in macula 362.50"),
    )
    assert [entry.phrase for entry in read_index(paragraphs, Kind.DIAGNOSIS)] == [
        "Dark area on retina",
        "Dark area on retina, in macula",
    ]


def test_a_text_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(CodeListError, match="leads to a code"):
        read((0, "Only words"))


def test_external_causes_are_read_as_diseases_are() -> None:
    assert read(
        (0, "Fall, falling (accidental) E888.9"),
        (360, "from, off"),
        (720, "ladder E881.0"),
        (360, "due to earthquake - see Earthquake"),
    ) == [("Fall, falling (accidental)", "E888.9"), ("Fall, falling, from, off, ladder", "E881.0")]


def test_a_procedure_is_told_by_its_two_digits_and_may_bring_another() -> None:
    assert read(
        (0, "Cystoplasty"),
        (360, "with ileal loop 57.87 [45.51]"),
        (360, "radon seeds 92.27,"),
        kind=Kind.PROCEDURE,
    ) == [
        ("Cystoplasty, with ileal loop", "57.87"),
        ("Cystoplasty, with ileal loop", "45.51"),
        ("Cystoplasty, radon seeds", "92.27"),
    ]


def test_a_line_of_procedures_that_goes_on_further_in_is_one_line() -> None:
    assert read(
        (0, "Amputation"),
        (360, "Pirogoff's (ankle amputation through malleoli of tibia and"),
        (1080, "fibula) 84.14"),
        (360, "ray"),
        (720, "finger 84.01"),
        kind=Kind.PROCEDURE,
    ) == [
        ("Amputation, Pirogoff's (ankle amputation through malleoli of tibia and fibula)", "84.14"),
        ("Amputation, ray, finger", "84.01"),
    ]


def test_a_procedure_that_is_not_coded_makes_no_entry_and_see_also_is_left_out() -> None:
    assert read(
        (0, "Fitting"),
        (360, "spectacles -- omit code"),
        (360, "toe -- see also Arthroplasty 81.57"),
        kind=Kind.PROCEDURE,
    ) == [("Fitting, toe", "81.57")]
