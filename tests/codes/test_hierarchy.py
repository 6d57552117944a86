from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes import codes, is_valid
from icd9_review.codes.hierarchy import (
    Heading,
    below,
    children,
    complete,
    details,
    headers,
    heading_title,
    is_header,
    parents,
    siblings,
)
from icd9_review.codes.lists import Lists, TabularNotes
from icd9_review.codes.official import read_release
from icd9_review.errors import CodeError
from icd9_review.values import Kind

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE
any_code = st.sampled_from([(kind, code) for kind in Kind for code in codes(kind)])
any_header = st.sampled_from([(kind, header) for kind in Kind for header in headers(kind)])

IMPORTED = Lists(
    lists={},
    tabular={
        "240-279": TabularNotes("240-279", "ENDOCRINE"),
        "249-259": TabularNotes("249-259", "OTHER ENDOCRINE GLANDS", excludes=("neoplasms",)),
        "390-459": TabularNotes("390-459", "CIRCULATORY"),
        "V01-V91": TabularNotes("V01-V91", "STATUS"),
        "250": TabularNotes("250", "Diabetes mellitus", excludes=("gestational diabetes",)),
        "250.6": TabularNotes("250.6", "", use_additional=("Use additional code, as: 357.2",)),
        "250.60": TabularNotes("250.60", "", inclusion=("a term",)),
        "38.93": TabularNotes("38.93", "no procedure comes from here"),
    },
    procedures={
        "35-39": TabularNotes("35-39", "OPERATIONS ON THE CARDIOVASCULAR SYSTEM"),
        "36": TabularNotes("36", "Operations on vessels of heart", code_also=("any stent",)),
        "428.0": TabularNotes("428.0", "no diagnosis comes from here"),
    },
)


def test_children_are_what_stands_directly_below() -> None:
    found = children(DIAGNOSIS, "250.0")
    assert [node.code for node in found] == ["250.00", "250.01", "250.02", "250.03"]
    assert [node.code for node in children(DIAGNOSIS, "250")][:2] == ["250.0", "250.1"]
    assert all(isinstance(node, Heading) for node in children(DIAGNOSIS, "250"))
    assert children(DIAGNOSIS, "250.00") == ()
    assert [node.code for node in children(PROCEDURE, "38.9")][:2] == ["38.91", "38.92"]


def test_siblings_leave_the_code_itself_out_and_a_category_has_none() -> None:
    assert [node.code for node in siblings(DIAGNOSIS, "401.9")] == ["401.0", "401.1"]
    assert siblings(DIAGNOSIS, "486") == ()


def test_parents_come_outermost_first() -> None:
    assert [heading.code for heading in parents(DIAGNOSIS, "250.62")] == ["250", "250.6"]
    assert [heading.code for heading in parents(DIAGNOSIS, "E885.9")] == ["E885"]
    assert parents(DIAGNOSIS, "486") == ()


@given(any_code)
def test_every_code_is_a_child_of_its_innermost_header(key: tuple[Kind, str]) -> None:
    kind, code = key
    assert not is_header(kind, code)
    for outer, inner in pairwise((*(each.code for each in parents(kind, code)), code)):
        assert inner in [node.code for node in children(kind, outer)]
        assert code in [held.code for held in below(kind, outer)]


@given(any_header)
def test_a_header_completes_to_legal_codes_told_apart_by_words(key: tuple[Kind, str]) -> None:
    completion = complete(*key)
    assert completion.title
    assert not is_valid(*key)
    titles = {choice.title for choice in completion.choices}
    words = {choice.differs for choice in completion.choices}
    assert len(words) == len(titles)
    for choice in completion.choices:
        assert is_valid(key[0], choice.code)
        assert choice.code.startswith(key[1])
        assert choice.differs


@pytest.mark.parametrize(
    ("header", "code", "differs"),
    [
        ("250.0", "250.00", "type II or unspecified type, not stated as uncontrolled"),
        ("250.0", "250.03", "type I [juvenile type], uncontrolled"),
        ("402", "402.11", "Benign · with heart failure"),
        ("V58.6", "V58.61", "anticoagulants"),
        ("585", "585.3", "Chronic kidney disease, Stage III (moderate)"),
    ],
)
def test_a_choice_says_what_separates_it(header: str, code: str, differs: str) -> None:
    choices = {choice.code: choice for choice in complete(DIAGNOSIS, header).choices}
    assert choices[code].differs == differs


def test_a_legal_code_completes_to_itself() -> None:
    completion = complete(DIAGNOSIS, "486")
    assert [choice.code for choice in completion.choices] == ["486"]


@pytest.mark.parametrize("wrong", ["000", "999.999", "", "250.000", "\ud800", "x" * 500])
def test_what_is_neither_code_nor_header_is_refused_and_named(wrong: str) -> None:
    for ask in (complete, details):
        with pytest.raises(CodeError, match="neither a diagnosis code nor a header") as refusal:
            ask(DIAGNOSIS, wrong)
        assert repr(wrong[:10]) in str(refusal.value)
        assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("250", "Diabetes"),
        ("250.0", "Diabetes mellitus without mention of complication"),
        ("401", "Essential hypertension"),
        ("410", "Acute myocardial infarction"),
        ("427", "Cardiac dysrhythmia"),
        ("820", "Fracture of neck of femur"),
    ],
)
def test_without_an_import_a_header_is_called_what_its_codes_share(header: str, title: str) -> None:
    assert heading_title(DIAGNOSIS, header) == title


def test_an_imported_title_takes_the_place_of_the_derived_one() -> None:
    assert heading_title(DIAGNOSIS, "250", IMPORTED) == "Diabetes mellitus"
    assert heading_title(DIAGNOSIS, "250.6", IMPORTED) == heading_title(DIAGNOSIS, "250.6")
    assert complete(DIAGNOSIS, "250", IMPORTED).title == "Diabetes mellitus"


def test_details_gather_the_notes_from_the_chapter_down() -> None:
    found = details(DIAGNOSIS, "250.60", IMPORTED)
    assert [note.heading for note in found.notes] == [
        "240-279",
        "249-259",
        "250",
        "250.6",
        "250.60",
    ]
    assert found.section == IMPORTED.tabular["249-259"]
    assert found.chapter is not None
    assert found.chapter.title.startswith("Endocrine")
    assert [heading.title for heading in found.above][:1] == ["Diabetes mellitus"]
    assert not found.header
    assert details(DIAGNOSIS, "250.6").header


def test_details_without_an_import_have_no_notes() -> None:
    assert details(DIAGNOSIS, "250.60").notes == ()
    assert details(DIAGNOSIS, "250.60").section is None
    assert details(PROCEDURE, "38.93").notes == ()


def test_each_volume_has_the_notes_of_its_own_tabular_list() -> None:
    assert [note.heading for note in details(PROCEDURE, "36.11", IMPORTED).notes] == ["35-39", "36"]
    assert [note.heading for note in details(PROCEDURE, "38.93", IMPORTED).notes] == ["35-39"]
    assert [note.heading for note in details(DIAGNOSIS, "428.0", IMPORTED).notes] == ["390-459"]
    assert complete(PROCEDURE, "36", IMPORTED).title == "Operations on vessels of heart"


@pytest.mark.reference
def test_the_tabular_list_gives_every_diagnosis_a_chapter_and_most_headers_a_title(
    reference_data: Path,
) -> None:
    tabular = read_release(reference_data / "icd9cm" / "Dtab12.zip").tabular
    lists = Lists(lists={}, tabular=tabular)
    assert [note.heading for note in details(DIAGNOSIS, "250.60", lists).notes] == [
        "240-279",
        "249-259",
        "250",
        "250.6",
    ] + ["250.60"] * ("250.60" in tabular)
    named = sum(bool(tabular.get(header)) for header in headers(DIAGNOSIS))
    assert named > 0.98 * len(headers(DIAGNOSIS))
