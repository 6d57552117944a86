"""What may be a password, and whether one is right."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import InputError
from icd9_review.store.people import passwords
from icd9_review.store.people.passwords import (
    LONGEST,
    check_new_password,
    hash_password,
    holds,
    is_weak,
)

GOOD = "four words make one"


@pytest.mark.parametrize("password", [GOOD, "xq7#kv9!mz2&wp4", "пятнадцать букв", "😀 " * 9 + GOOD])
def test_length_is_all_that_is_asked_for(password: str) -> None:
    check_new_password(password, "Ana Ruiz")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "15 characters or more"),
        ("fourteen chars", "15 characters or more"),
        ("long " * 60, f"{LONGEST} characters at most"),
        ("aaaaaaaaaaaaaaa", "easily guessed"),
        ("abababababababab", "easily guessed"),
        ("1234567890123456", "easily guessed"),
        ("qwertyuiopasdfgh", "easily guessed"),
        ("passwordpassword", "easily guessed"),
        ("ruizruizruizana", "easily guessed"),
        ("icd9reviewicd9review", "easily guessed"),
    ],
)
def test_what_cannot_be_a_password_is_said(password: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as refused:
        check_new_password(password, "Ana Ruiz")
    assert not password or password not in str(refused.value)


def test_a_kept_password_says_nothing_and_holds() -> None:
    kept = hash_password(GOOD)
    assert GOOD not in kept
    assert kept.startswith("$argon2id$")
    assert kept != hash_password(GOOD)
    assert holds(kept, GOOD)


@given(st.text(max_size=40), st.text(max_size=40))
def test_only_the_same_password_holds(one: str, other: str) -> None:
    one, other = one.encode("utf-8", "replace").decode(), other.encode("utf-8", "replace").decode()
    same = unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)
    assert holds(hash_password(one), other) is same


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$x$y"])
def test_nothing_holds_where_no_password_was_kept(kept: str | None) -> None:
    assert not holds(kept, GOOD)


def test_a_hash_of_weaker_parameters_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = hash_password(GOOD)
    assert not is_weak(kept)
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16))
    assert is_weak(kept)


def test_the_parameters_in_earnest_are_those_of_rfc_9106() -> None:
    """Second recommended: three passes, 64 MiB, four lanes."""
    earnest = PasswordHasher()
    assert (earnest.time_cost, earnest.memory_cost, earnest.parallelism) == (3, 65536, 4)
