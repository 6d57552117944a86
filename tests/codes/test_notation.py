import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes import category, normalise, undot
from icd9_review.errors import CodeError
from icd9_review.values import Kind

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE

written_codes = st.one_of(
    st.tuples(
        st.just(DIAGNOSIS),
        st.from_regex(r"([0-9]{3}|V[0-9]{2})(\.[0-9]{1,2})?|E[0-9]{3}(\.[0-9])?", fullmatch=True),
    ),
    st.tuples(st.just(PROCEDURE), st.from_regex(r"[0-9]{2}(\.[0-9]{1,2})?", fullmatch=True)),
).filter(lambda pair: pair[1].isascii())


@pytest.mark.parametrize(
    ("text", "kind", "dotted"),
    [
        ("428.0", DIAGNOSIS, "428.0"),
        ("4280", DIAGNOSIS, "428.0"),
        (" 25000\t", DIAGNOSIS, "250.00"),
        ("\xa0486\n", DIAGNOSIS, "486"),
        ("0389", DIAGNOSIS, "038.9"),
        ("v5861", DIAGNOSIS, "V58.61"),
        ("V27", DIAGNOSIS, "V27"),
        ("e8490", DIAGNOSIS, "E849.0"),
        ("E849.0", DIAGNOSIS, "E849.0"),
        ("E001", DIAGNOSIS, "E001"),
        ("0066", PROCEDURE, "00.66"),
        ("38.93", PROCEDURE, "38.93"),
        ("451", PROCEDURE, "45.1"),
        ("38", PROCEDURE, "38"),
    ],
)
def test_a_code_comes_out_dotted_with_its_leading_zeros(text: str, kind: Kind, dotted: str) -> None:
    assert normalise(text, kind) == dotted


def test_trailing_zeros_stay_because_they_make_another_code() -> None:
    assert normalise("428.10", DIAGNOSIS) == "428.10"
    assert normalise("250.0", DIAGNOSIS) != normalise("250.00", DIAGNOSIS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "428.",
        ".428",
        "4280000",
        "428.000",
        "42 8.0",
        "428,0",
        "428.0.1",
        "38.9",
        "99",
        "LABEL_3",
        "V5",
        "V5861.1",
        "E84",
        "E849.00",
        "I50.9",
        "４２８.0",
        "٤٢٨",
        "428．0",
        "428.0\x00",
        "428\n.0",
        "\ud800",
        "-428",
        "4.28e2",
        "nan",
    ],
)
def test_what_is_not_a_diagnosis_is_refused_and_named(text: str) -> None:
    with pytest.raises(CodeError, match="three digits") as refusal:
        normalise(text, DIAGNOSIS)
    assert repr(text) in str(refusal.value)


@pytest.mark.parametrize("text", ["", "3", "3.8", "V58", "428.0", "38.931", "38.", "E84"])
def test_what_is_not_a_procedure_is_refused_and_named(text: str) -> None:
    with pytest.raises(CodeError, match="two digits") as refusal:
        normalise(text, PROCEDURE)
    assert repr(text) in str(refusal.value)


def test_a_refusal_quotes_only_the_beginning_of_a_long_text_on_one_printable_line() -> None:
    with pytest.raises(CodeError) as refusal:
        normalise("\u202e\x1b\n" + "x" * 100_000, DIAGNOSIS)
    assert len(str(refusal.value)) < 350
    assert str(refusal.value).isprintable()


@given(written_codes)
def test_dotted_undotted_and_lower_case_forms_are_one_code(pair: tuple[Kind, str]) -> None:
    kind, dotted = pair
    assert normalise(dotted, kind) == dotted
    assert normalise(undot(dotted), kind) == dotted
    assert normalise(f"  {dotted.lower()} ", kind) == dotted


@given(st.text(), st.sampled_from(Kind))
def test_any_text_is_either_refused_or_comes_out_in_the_form_of_its_kind(
    text: str, kind: Kind
) -> None:
    form = {
        DIAGNOSIS: r"([0-9]{3}|V[0-9]{2})(\.[0-9]{1,2})?|E[0-9]{3}(\.[0-9])?",
        PROCEDURE: r"[0-9]{2}(\.[0-9]{1,2})?",
    }[kind]
    try:
        code = normalise(text, kind)
    except CodeError:
        return
    assert re.fullmatch(form, code)
    assert undot(code) == text.strip().upper().replace(".", "")


@pytest.mark.parametrize(
    ("code", "expected"),
    [("428.0", "428"), ("486", "486"), ("V58.61", "V58"), ("E849.0", "E849"), ("38.93", "38")],
)
def test_the_category_is_what_stands_before_the_dot(code: str, expected: str) -> None:
    assert category(code) == expected
