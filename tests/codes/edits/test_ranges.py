import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.codes import codes
from icd9_review.codes.edits.ranges import CodeRange, ranges
from icd9_review.values import Kind

ORDERED = tuple(sorted(codes(Kind.DIAGNOSIS)))


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("250", ["250", "250.0", "250.01"], ["249.91", "251.0", "V25.0"]),
        ("249.0-249.9", ["249.00", "249.91"], ["250.00", "249"]),
        ("585.5-585.6", ["585.5", "585.6"], ["585.4", "585.9"]),
        ("V30-V39", ["V30.00", "V39.2"], ["V29.9", "V40.0", "300.00"]),
        ("E800-E848", ["E800.0", "E848"], ["E849.0", "800.00"]),
        ("001-779", ["001.0", "779.9"], ["780.2", "V10.0", "E800.0"]),
        ("401 403", ["401.9", "403.90"], ["402.90"]),
    ],
)
def test_a_range_holds_what_is_below_its_ends_and_no_more(
    text: str, inside: list[str], outside: list[str]
) -> None:
    assert all(code in ranges(text) for code in inside)
    assert not any(code in ranges(text) for code in outside)


def test_a_digit_narrows_a_range() -> None:
    failing = CodeRange("402.0", "402.9", 5, frozenset("1"))
    assert "402.91" in failing
    assert "402.90" not in failing
    assert "402.9" not in failing
    embolism = CodeRange("634", "638", 4, frozenset("6"))
    assert next(embolism.among(ORDERED)) == "634.60"


@given(
    st.lists(st.sampled_from(ORDERED), max_size=40, unique=True),
    st.sampled_from(["250", "249-250", "V30-V39", "001-139 780-799", "E849", "401 585.1-585.9"]),
)
def test_searching_among_codes_in_order_finds_what_asking_one_by_one_finds(
    some: list[str], text: str
) -> None:
    held = ranges(text)
    assert set(held.among(sorted(some))) == {code for code in some if code in held}
