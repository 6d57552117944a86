"""One's own codes go before what the search finds; favourites stand where nothing is typed."""

from __future__ import annotations

from typing import Any

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.ui.workbench.book.own import Marking, read_marking, with_own
from icd9_review.ui.workbench.book.presenting import present_own
from icd9_review.ui.workbench.finding import FoundItem, FoundView, SearchRequest
from icd9_review.values import Kind, OwnCode

DIAGNOSIS, PROCEDURE = Kind.DIAGNOSIS, Kind.PROCEDURE
OWN = (
    OwnCode(DIAGNOSIS, "401.9", favourite=True),
    OwnCode(DIAGNOSIS, "428.20", words="chf ef low"),
    OwnCode(PROCEDURE, "45.23", True, "scope"),
)


def found(mode: str, text: str, *codes: str, of: str = "", header: bool = False) -> FoundView:
    items = tuple(FoundItem(f"diagnosis:{code}", code, "diagnosis", code) for code in codes)
    key = (DIAGNOSIS, of) if of else None
    asked = SearchRequest(3, mode, text, key, (DIAGNOSIS, "428") if header else None)  # type: ignore[arg-type]
    return with_own(FoundView(3, items, "said"), asked, OWN, built_in_lists())


def codes(view: FoundView) -> list[str]:
    return [item.code for item in view.items]


def test_own_words_stand_first_and_their_code_once() -> None:
    view = found("add", "chf ef", "428.0", "428.20")
    assert codes(view) == ["428.20", "428.0"]
    assert view.items[0].note == "your words: “\u2068chf ef low\u2069”"
    assert view.items[0].title == "Systolic heart failure, unspecified"
    assert view.message == "said"


def test_what_is_found_by_own_words_alone_is_not_called_nothing() -> None:
    assert found("add", "chf ef").message == ""
    assert found("add", "zzz").message == "said"


def test_an_empty_search_has_the_favourites_of_its_kinds() -> None:
    view = found("add", " ")
    assert codes(view) == ["401.9", "45.23"]
    assert [item.note for item in view.items] == [
        "favourite", "your words: “\u2068scope\u2069”",
    ]  # fmt: skip
    assert codes(found("admitting", "")) == ["401.9"]


def test_who_has_none_is_told_how_to_mark_one() -> None:
    asked = SearchRequest(3, "add", "", None, None)
    assert "F in the book" in with_own(FoundView(3, ()), asked, (), built_in_lists()).message


def test_siblings_digits_and_chart_lines_stay_as_they_are() -> None:
    assert codes(found("replace", "", "428.0", of="428.1")) == ["428.0"]
    assert codes(found("add", "", "428.0", header=True)) == ["428.0"]
    assert codes(found("diagnosis", "chf ef low", "428.0")) == ["428.0"]
    assert codes(found("replace", "chf ef", "428.0", of="428.1")) == ["428.20", "428.0"]


def sent(**changes: Any) -> dict[str, Any]:
    plain = {"id": "a", "encounter": "e1", "key": "diagnosis:428.0", "favourite": True, "words": ""}
    return plain | changes


def test_a_wish_is_read_as_it_was_sent() -> None:
    assert read_marking(sent(words="chf"), "e1") == Marking(
        "a", OwnCode(DIAGNOSIS, "428.0", True, "chf")
    )
    assert read_marking(sent(favourite="yes"), "e1") == Marking("a", OwnCode(DIAGNOSIS, "428.0"))


@pytest.mark.parametrize(
    "raw", [None, "a", [], {}, sent(id=1), sent(key="428"), sent(words=None), sent(encounter="e2")]
)
def test_what_is_no_wish_of_this_page_is_passed_over(raw: object) -> None:
    assert read_marking(raw, "e1") is None


def test_a_header_is_nobodys_own() -> None:
    assert present_own((DIAGNOSIS, "428"), OWN, "", "") is None
    own = present_own((DIAGNOSIS, "428.20"), OWN, "a", "why")
    assert own is not None
    assert (own.favourite, own.words, own.kept, own.problem) == (False, "chf ef low", "a", "why")
