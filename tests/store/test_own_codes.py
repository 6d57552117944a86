"""Favourites and own words are each person's own, few, short and harmless."""

from __future__ import annotations

import pytest
from hypothesis import given

from icd9_review.codes import codes
from icd9_review.errors import CodeError, InputError, ReviewError, StoreError
from icd9_review.store import own_codes as store
from icd9_review.store.database.engine import Database
from icd9_review.store.own_codes import keep_own_code, own_codes
from icd9_review.values import Kind, OwnCode
from tests.encounters import coders
from tests.hostile import shortly, texts

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE


def test_they_are_each_persons_own_and_the_last_counts(database: Database) -> None:
    first, second = coders(database)
    assert own_codes(database, first) == ()
    keep_own_code(database, first, OwnCode(PROCEDURE, "45.23", favourite=True))
    keep_own_code(database, first, OwnCode(DIAGNOSIS, "428.20", words="chf"))
    keep_own_code(database, first, OwnCode(DIAGNOSIS, "428.20", True, "  chf  ef\tlow, é 日本 "))
    keep_own_code(database, second, OwnCode(DIAGNOSIS, "401.9", favourite=True))
    assert own_codes(database, first) == (
        OwnCode(DIAGNOSIS, "428.20", True, "chf ef low, é 日本"),
        OwnCode(PROCEDURE, "45.23", True),
    )
    assert own_codes(database, second) == (OwnCode(DIAGNOSIS, "401.9", True),)


def test_one_that_is_neither_is_forgotten(database: Database) -> None:
    first, _ = coders(database)
    keep_own_code(database, first, OwnCode(DIAGNOSIS, "401.9", True, "htn"))
    keep_own_code(database, first, OwnCode(DIAGNOSIS, "401.9", False, "   "))
    keep_own_code(database, first, OwnCode(DIAGNOSIS, "401.1", False, ""))
    assert own_codes(database, first) == ()


@pytest.mark.parametrize("code", ["428", "999999", "", "<b>", "42820"])
def test_what_is_no_code_is_refused(sqlite: Database, code: str) -> None:
    first, _ = coders(sqlite)
    with pytest.raises(CodeError, match="no code of version 32"):
        keep_own_code(sqlite, first, OwnCode(DIAGNOSIS, code, favourite=True))


@pytest.mark.parametrize("words", ["x" * 61, "chf\u202efe", "c\u200bhf", "chf\x00", "\u0441hf"])
def test_words_that_are_too_long_or_read_otherwise_than_they_look_are_refused(
    sqlite: Database, words: str
) -> None:
    first, _ = coders(sqlite)
    with pytest.raises(InputError, match="These words"):
        keep_own_code(sqlite, first, OwnCode(DIAGNOSIS, "428.0", words=words))
    assert own_codes(sqlite, first) == ()


def test_they_do_not_grow_without_end(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_OWN_CODES", 3)
    first, second = coders(sqlite)
    known = list(codes(DIAGNOSIS))
    for code in known[:3]:
        keep_own_code(sqlite, first, OwnCode(DIAGNOSIS, code, favourite=True))
    with pytest.raises(InputError, match="take one away"):
        keep_own_code(sqlite, first, OwnCode(DIAGNOSIS, known[3], favourite=True))
    keep_own_code(sqlite, first, OwnCode(DIAGNOSIS, known[0], words="mine"))
    keep_own_code(sqlite, second, OwnCode(DIAGNOSIS, known[3], favourite=True))
    assert len(own_codes(sqlite, first)) == 3


@shortly(30)
@given(texts)
def test_whatever_somebody_types_is_kept_as_it_is_or_refused(
    database: Database, words: str
) -> None:
    first, _ = coders(database)
    try:
        keep_own_code(database, first, OwnCode(DIAGNOSIS, "428.0", True, words))
    except StoreError:
        raise
    except ReviewError:
        return
    (own,) = own_codes(database, first)
    assert own.words == " ".join(words.split())
