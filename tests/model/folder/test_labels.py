from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes.table import codes
from icd9_review.model.folder.labels import count_kinds, dot, forms, kind_of
from icd9_review.values import Kind


@pytest.mark.parametrize("code", ["428.0", "486", "250.00", "V58.61", "V45", "E849.0", "E885"])
def test_three_digits_or_a_letter_are_a_diagnosis(code: str) -> None:
    assert kind_of(code) is Kind.DIAGNOSIS


@pytest.mark.parametrize("code", ["38.93", "45.1", "00.66"])
def test_two_digits_before_the_dot_are_a_procedure(code: str) -> None:
    assert kind_of(code) is Kind.PROCEDURE


@pytest.mark.parametrize(
    "label",
    [
        "4280",
        "25000",
        "V5861",
        "E8490",
        "LABEL_0",
        "428.",
        "428.000",
        "E849.00",
        "v58.61",
        "1.5",
        "428.0\n",
        " 428.0",
        "４２８.0",
        "<b>428.0</b>",
        "",
    ],
)
def test_what_is_not_written_as_a_dotted_code_has_no_kind(label: str) -> None:
    assert kind_of(label) is None


@pytest.mark.parametrize(
    ("label", "kind", "code"),
    [
        ("4280", Kind.DIAGNOSIS, "428.0"),
        ("486", Kind.DIAGNOSIS, "486"),
        ("v5861", Kind.DIAGNOSIS, "V58.61"),
        ("E8490", Kind.DIAGNOSIS, "E849.0"),
        ("E849", Kind.DIAGNOSIS, "E849"),
        ("486", Kind.PROCEDURE, "48.6"),
        ("3893", Kind.PROCEDURE, "38.93"),
        ("38.93", Kind.PROCEDURE, "38.93"),
    ],
)
def test_the_kind_decides_where_the_dot_goes(label: str, kind: Kind, code: str) -> None:
    assert dot(label, kind) == code


@pytest.mark.parametrize(
    ("label", "kind"),
    [("38.9", Kind.DIAGNOSIS), ("428.0", Kind.PROCEDURE), ("LABEL_3", Kind.DIAGNOSIS)],
)
def test_a_code_of_the_other_kind_is_not_taken(label: str, kind: Kind) -> None:
    assert dot(label, kind) is None


@given(
    st.from_regex(r"[0-9]{3}\.[0-9]{1,2}|V[0-9]{2}\.[0-9]{1,2}|E[0-9]{3}\.[0-9]", fullmatch=True)
)
def test_taking_the_dot_out_and_putting_it_back_gives_the_same_code(code: str) -> None:
    if code.isascii():
        assert dot(code.replace(".", ""), Kind.DIAGNOSIS) == code
        assert kind_of(code) is Kind.DIAGNOSIS


@pytest.mark.parametrize("kind", list(Kind))
def test_the_dotted_form_of_every_code_of_version_32_tells_its_kind(kind: Kind) -> None:
    assert {kind_of(code) for code in codes(kind)} == {kind}


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        ("4280", {"428.0", "42.80"}),
        ("486", {"486", "48.6"}),
        ("42731", {"427.31"}),
        ("V5861", {"V58.61"}),
        ("E8490", {"E849.0"}),
        ("38.93", {"38.93"}),
        ("LABEL_0", set()),
    ],
)
def test_digits_without_a_dot_may_be_either_kind_unless_there_are_five(
    label: str, codes: set[str]
) -> None:
    assert set(forms(label).values()) == codes


def test_codes_are_counted_by_kind_in_words() -> None:
    assert count_kinds([Kind.DIAGNOSIS, Kind.PROCEDURE, Kind.PROCEDURE]) == (
        "1 diagnosis, 2 procedures"
    )
    assert count_kinds([Kind.PROCEDURE]) == "1 procedure"
