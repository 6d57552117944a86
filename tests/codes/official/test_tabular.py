"""The tabular list: which heading says what."""

import pytest

from icd9_review.codes.lists import TabularNotes
from icd9_review.codes.official.rtf import Paragraph
from icd9_review.codes.official.tabular import read_tabular
from icd9_review.codes.official.tabular_books import DISEASES, PROCEDURES
from icd9_review.errors import CodeListError


def read(*lines: tuple[int, int, str]) -> dict[str, TabularNotes]:
    return read_tabular((Paragraph(*line) for line in lines), DISEASES)


def read_procedures(*lines: tuple[int, int, str]) -> dict[str, TabularNotes]:
    return read_tabular((Paragraph(*line) for line in lines), PROCEDURES)


def test_chapters_sections_categories_and_codes_are_headings() -> None:
    found = read(
        (0, 0, "1.  INFECTIOUS AND PARASITIC DISEASES (001-139)"),
        (0, 0, "TUBERCULOSIS(010-018)"),
        (0, 1440, "001\tCholera"),
        (720, 2160, "001.0\tDue to Vibrio cholerae"),
        (1440, 2520, "707.00Unspecified site"),
        (360, 1080, "E005 \tActivities involving dancing"),
        (720, 2160, "V58.6\tLong-term use"),
    )
    assert {heading: notes.title for heading, notes in found.items()} == {
        "001-139": "INFECTIOUS AND PARASITIC DISEASES",
        "010-018": "TUBERCULOSIS",
        "001": "Cholera",
        "001.0": "Due to Vibrio cholerae",
        "707.00": "Unspecified site",
        "E005": "Activities involving dancing",
        "V58.6": "Long-term use",
    }


def test_a_section_of_one_category_is_that_category() -> None:
    found = read(
        (0, 0, "ORGANIC SLEEP DISORDERS (327)"),
        (0, 1440, "Excludes:\tsleep apnea NOS (780.57)"),
        (0, 1440, "327\tOrganic sleep disorders"),
    )
    assert found["327"].title == "Organic sleep disorders"
    assert found["327"].excludes == ("sleep apnea NOS (780.57)",)


def test_terms_are_written_out_with_those_they_stand_under() -> None:
    [notes] = read(
        (720, 2160, "006.1\tChronic intestinal amebiasis"),
        (1620, 2340, "Chronic:"),
        (1800, 2520, "amebiasis"),
        (1800, 2520, "amebic:"),
        (1980, 2700, "colitis"),
        (1620, 2340, "Ameboma"),
    ).values()
    assert notes.inclusion == ("Chronic amebiasis", "Chronic amebic colitis", "Ameboma")


def test_the_first_term_after_a_label_stands_beside_or_over_the_next() -> None:
    [notes] = read(
        (0, 1440, "005\tOther food poisoning"),
        (0, 1800, "Includes:\tbacterial:"),
        (1440, 2160, "vomiting"),
        (0, 1440, "Excludes:\tsalmonella infections (003.0-003.9)"),
        (1080, 1440, "toxic effect of:"),
        (1260, 1440, "food contaminants (989.7)"),
        (1080, 1440, "obesity (278.00)"),
        (1260, 1440, "morbid (278.01)"),
    ).values()
    assert notes.includes == ("bacterial vomiting",)
    assert notes.excludes == (
        "salmonella infections (003.0-003.9)",
        "toxic effect of food contaminants (989.7)",
        "obesity (278.00)",
        "obesity morbid (278.01)",
    )


def test_a_note_about_sequence_is_one_text_with_its_list() -> None:
    [notes] = read(
        (720, 2160, "250.4\tDiabetes with renal manifestations"),
        (720, 720, "[0-3]"),
        (720, 1440, "Use additional code to identify manifestation, as:"),
        (1080, 1800, "chronic kidney disease (585.1-585.9)"),
        (1080, 1800, "diabetic:"),
        (1260, 1980, "nephropathy NOS (583.81)"),
        (720, 720, "Code firstunderlying cause"),
    ).values()
    assert notes.use_additional == (
        "Use additional code to identify manifestation, as: "
        "chronic kidney disease (585.1-585.9); diabetic nephropathy NOS (583.81)",
    )
    assert notes.code_first == ("Code first underlying cause",)
    assert notes.inclusion == ()


def test_digits_are_notes_also_after_something_else_was_said() -> None:
    [notes] = read(
        (0, 1440, "250\tDiabetes mellitus"),
        (0, 0, "The following fifth-digit subclassification is for use with category 250:"),
        (1080, 2160, "0\ttype II or unspecified type"),
        (0, 720, "Use additional code, if applicable, for insulin use V58.67"),
        (1080, 2160, "1\ttype I"),
    ).values()
    assert notes.notes == (
        "The following fifth-digit subclassification is for use with category 250:",
        "0 type II or unspecified type",
        "1 type I",
    )
    assert notes.use_additional == ("Use additional code, if applicable, for insulin use V58.67",)


def test_prose_under_a_section_is_a_note_and_a_drawn_table_is_nothing() -> None:
    [notes] = read(
        (0, 0, "SYMPTOMS (780-789)"),
        (0, 0, "This section includes symptoms."),
        (0, 0, "-----------"),
        (0, 0, "  20/20 | near-normal |"),
    ).values()
    assert notes.notes == ("This section includes symptoms.",)


def test_numbers_in_terms_are_no_headings() -> None:
    [notes] = read(
        (0, 1440, "791\tNonspecific findings"),
        (900, 1620, "17-ketosteroids"),
        (900, 1620, "140-195\tMalignant neoplasms"),
    ).values()
    assert notes.inclusion == ("17-ketosteroids", "140-195 Malignant neoplasms")


def test_a_text_without_headings_is_refused() -> None:
    with pytest.raises(CodeListError, match="no heading"):
        read((0, 0, "Only prose."))


def test_chapters_categories_and_codes_of_procedures_are_headings() -> None:
    found = read_procedures(
        (0, 0, "3A.  OTHER MISCELLANEOUS DIAGNOSTIC AND THERAPEUTIC PROCEDURES (17)"),
        (0, 0, "10.OPERATIONS ON THE URINARY SYSTEM (55-59)"),
        (0, 1440, "55\tOperations on kidney"),
        (0, 0, "55.0\tNephrotomy and nephrostomy"),
        (720, 2160, "07.83Thoracoscopic partial excision of thymus"),
        (720, 2160, "17.52 \tImplantation of pulse generator only"),
    )
    assert list(found) == ["17", "55-59", "55", "55.0", "07.83", "17.52"]
    assert found["07.83"].title == "Thoracoscopic partial excision of thymus"


def test_what_is_coded_beside_a_procedure_is_one_text_without_its_first_words() -> None:
    found = read_procedures(
        (0, 1440, "36.1\tBypass anastomosis for heart revascularization"),
        (0, 0, "Code also : cardiopulmonary bypass (39.61)"),
        (900, 1620, "treatment of graft, if performed (00.16)"),
        (0, 1440, "00.4\tAdjunct vascular system procedures"),
        (0, 720, "Code also any:"),
        (360, 720, "angioplasty (00.61)"),
        (360, 720, "atherectomy (17.53)"),
        (0, 1440, "40.4\tRadical excision of cervical lymph nodes"),
        (0, 720, "Code also any"),
        (720, 2160, "plastic repair (86.70)"),
    )
    assert {heading: notes.code_also for heading, notes in found.items()} == {
        "36.1": ("cardiopulmonary bypass (39.61); treatment of graft, if performed (00.16)",),
        "00.4": ("any: angioplasty (00.61); atherectomy (17.53)",),
        "40.4": ("any plastic repair (86.70)",),
    }


def test_what_is_part_of_an_operation_stands_apart_from_excludes_and_notes() -> None:
    [notes] = read_procedures(
        (720, 2160, "54.11\tExploratory laparotomy"),
        (720, 2160, "Note:  Device testing during procedure - omit code"),
        (1620, 2340, "Second look"),
        (720, 2160, "Excludes:\texploration incidental to intra abdominal surgery -- omit code"),
        (1620, 2160, "that for staging (54.19)"),
    ).values()
    assert notes.inclusion == ("Second look",)
    assert notes.excludes == ("that for staging (54.19)",)
    assert notes.omit_code == (
        "exploration incidental to intra abdominal surgery",
        "Device testing during procedure",
    )
    assert notes.notes == ()
