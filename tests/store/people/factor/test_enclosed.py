"""What is enclosed for a person is read with the same key for the same person, and never else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.store.people.factor.enclosed import disclose, enclose

KEYS = st.binary(min_size=32, max_size=32)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(TEXTS, KEYS, KEYS, st.integers(1, 9), st.integers(1, 9))
def test_it_is_read_with_its_key_for_its_person_alone(
    text: str, key: bytes, other: bytes, person: int, somebody: int
) -> None:
    kept = enclose(text, key, person)
    assert disclose(kept, key, person) == text
    assert disclose(kept, other, person) == (text if other == key else None)
    assert disclose(kept, key, somebody) == (text if somebody == person else None)


@given(TEXTS, KEYS)
def test_the_same_text_never_looks_the_same(text: str, key: bytes) -> None:
    assert enclose(text, key, 1) != enclose(text, key, 1)


def test_what_is_kept_of_a_secret_fits_its_column() -> None:
    assert len(enclose("A" * 32, bytes(32), 2**31)) <= 200


@given(st.text(max_size=60))
def test_what_was_made_up_is_nothing(kept: str) -> None:
    assert disclose(kept, bytes(32), 1) is None
