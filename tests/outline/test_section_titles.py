import pytest

from icd9_review.outline.section_titles import SectionKind, is_known_title, section_kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("DISCHARGE DIAGNOSES", SectionKind.DISCHARGE_DIAGNOSES),
        ("principal discharge diagnosis:", SectionKind.DISCHARGE_DIAGNOSES),
        ("PREOPERATIVE DIAGNOSES", SectionKind.DIAGNOSES),
        ("History of Present Illness", SectionKind.HISTORY_PRESENT),
        ("DESCRIPTION OF THE PROCEDURE", SectionKind.PROCEDURE),
        ("PSH", SectionKind.SURGICAL_HISTORY),
        ("FHx", SectionKind.FAMILY_HISTORY),
        ("MATERNAL FAMILY HISTORY", SectionKind.FAMILY_HISTORY),
        ("PHYSICAL EXAM ON ADMISSION", SectionKind.EXAM),
        ("PERTINENT LABS", SectionKind.RESULTS),
        ("DISCHARGE MEDS", SectionKind.MEDICATIONS),
        ("BIRTHDAY", SectionKind.OTHER),
        ("", SectionKind.OTHER),
    ],
)
def test_a_title_says_what_its_section_holds(title: str, kind: SectionKind) -> None:
    assert section_kind(title) is kind


@pytest.mark.parametrize(
    "title", ["SHX/FHX", "FAMILY, SOCIAL, AND ALLERGY HISTORY", "PAST MEDICAL, FAMILY HISTORY"]
)
def test_a_title_that_names_several_histories_is_none_of_them(title: str) -> None:
    assert section_kind(title) is SectionKind.OTHER


def test_a_title_is_known_in_each_of_its_forms() -> None:
    assert is_known_title("discharge diagnoses:")
    assert is_known_title("Brief Hospital Course")
    assert not is_known_title("Note")
