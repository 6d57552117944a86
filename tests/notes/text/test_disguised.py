"""Characters by which a text reads otherwise than it looks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes.text.disguised import Disguised, find_disguised, has_controls

TRICKS = ("\u202e", "\u2066", "\u200b", "\u2060", "\U000e0041", "p\u0430in", "diab\u0435tes")


@pytest.mark.parametrize("trick", TRICKS, ids=ascii)
def test_it_is_found_where_it_begins(trick: str) -> None:
    assert find_disguised(f"No fever. {trick} again") == Disguised(1, 10)


@pytest.mark.parametrize(
    "text",
    [
        *("Chest pain.", "β2 agonist, TNFα, 5 µg", "\ufeffChest pain.", "Боль в груди, pain"),
        *("👩\u200d⚕️", "\u200eward", "naïve café", ""),
    ],
    ids=ascii,
)
def test_what_honest_texts_have_is_none(text: str) -> None:
    assert find_disguised(text) is None


@given(st.text(st.characters(max_codepoint=0x3FF)))
def test_text_without_cyrillic_letters_and_formats_is_as_it_looks(text: str) -> None:
    assert find_disguised(text) is None


@given(st.text(), st.sampled_from("\u202a\u202e\u2067\x00\x1b"), st.text())
def test_whoever_writes_words_cannot_turn_their_order(before: str, trick: str, after: str) -> None:
    assert has_controls(before + trick + after, besides="\n\t")


def test_line_ends_are_taken_where_there_may_be_lines() -> None:
    assert has_controls("two\nlines")
    assert not has_controls("two\nlines", besides="\n\t")
