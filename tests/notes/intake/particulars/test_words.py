"""What is kept of author, service, payer and account number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.notes import check_encounter, read_note
from icd9_review.notes.intake.particulars.words import (
    AUTHOR_LIMIT,
    WORDS_LIMIT,
    account_key,
    short_words,
)
from icd9_review.values import CareSetting
from tests.hostile import BY_CLASS

ANY = st.text(st.characters()) | st.sampled_from(sorted(BY_CLASS.values()))


@given(ANY)
def test_a_short_text_is_one_line_that_can_be_stored_and_shown(words: str) -> None:
    kept = short_words(words)
    if kept is not None:
        assert kept == kept.strip()
        assert len(kept) <= WORDS_LIMIT
        assert kept.isprintable()
        assert kept.encode()
        assert short_words(kept) == kept


@given(ANY)
def test_an_author_is_one_line_that_can_be_stored_and_shown(words: str) -> None:
    author = read_note("No fever.", "Note").told(author=words).note.author
    assert author is None or (len(author) <= AUTHOR_LIMIT and author.isprintable())


@pytest.mark.parametrize(
    "written", ["4711-08A", " 4711 08 a", "000471108A", "4711/08a", "４７１１０８A"]
)
def test_an_account_number_is_the_same_however_it_is_written(written: str) -> None:
    assert account_key(written) == "471108a"


@pytest.mark.parametrize("written", [None, "", "   ", "self pay", "---", "000"])
def test_what_has_no_digit_is_no_account_number(written: str | None) -> None:
    assert account_key(written) is None
    assert check_encounter(CareSetting.INPATIENT, account=written).account is None


@given(ANY)
def test_an_account_number_stays_the_same_however_often_it_is_read(written: str) -> None:
    key = account_key(written)
    assert key is None or account_key(key) == key


def test_an_account_number_is_in_no_text_of_an_error_or_a_log() -> None:
    new = check_encounter(CareSetting.INPATIENT, account="4711", service=" MED \n", payer="-")
    assert "4711" not in repr(new)
    assert (new.account, new.service, new.payer) == ("4711", "MED", None)
