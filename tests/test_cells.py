"""Text that files take as it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.cells import neutralise, without_halves


@given(st.text())
def test_less_one_apostrophe_it_is_the_text_and_no_formula(text: str) -> None:
    safe = neutralise(text)
    assert safe in (text, f"'{text}")
    assert not safe.strip().startswith(("=", "+", "-", "@"))


@given(st.text(st.characters()))
def test_any_text_can_be_written_as_utf_8(text: str) -> None:
    whole = without_halves(text)
    assert len(whole) == len(text)
    whole.encode()
