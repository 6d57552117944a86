"""Recovery codes: long enough to be kept by a hash, and read however they are typed."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from icd9_review.store.people.factor.recovery_codes import NUMBER, new_recovery_codes, recovery_hash

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODES = st.text(LETTERS, min_size=24, max_size=24)


def test_codes_have_120_bits_in_groups_of_four_and_none_comes_twice() -> None:
    made = [code for _ in range(20) for code in new_recovery_codes()]
    assert len(set(made)) == len(made) == 20 * NUMBER
    form = re.compile(rf"([{LETTERS}]{{4}}-){{5}}[{LETTERS}]{{4}}")
    assert all(form.fullmatch(code) for code in made)
    assert set("".join(made)) - {"-"} == set(LETTERS)


@given(CODES, CODES)
def test_each_code_has_its_hash(one: str, other: str) -> None:
    assert (recovery_hash(one) == recovery_hash(other)) == (one == other)


@given(CODES, st.sampled_from(["-", " ", "–", ".", ""]))
def test_small_letters_blanks_and_look_alikes_read_the_same(code: str, between: str) -> None:
    typed = between.join(code[at : at + 4] for at in range(0, 24, 4)).lower()
    assert recovery_hash(typed) == recovery_hash(code)
    assert recovery_hash(typed.replace("0", "o").replace("1", "l")) == recovery_hash(code)
