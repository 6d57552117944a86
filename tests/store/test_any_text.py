"""Whatever a person types reaches the database as it is, or is refused in a sentence: on both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import ReviewError, StoreError
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.intake.encounters import encounter
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.sessions import open_session, session_person
from icd9_review.store.worklist.assignments import assign
from icd9_review.store.worklist.page import worklist
from icd9_review.values import Kind, WorklistQuery
from tests.encounters import add_encounter, coders
from tests.hostile import numbers, shortly, texts


@contextmanager
def done_or_refused() -> Iterator[None]:
    """Something is done, or refused in a sentence: the database itself is never choked."""
    try:
        yield
    except StoreError:
        raise
    except ReviewError as error:
        REFUSED.append(str(error))


REFUSED: list[str] = []


@pytest.fixture(autouse=True)
def ledger_verifies_after_all_of_it(database: Database) -> Iterator[None]:
    yield
    assert verify(database) == []


@shortly(12)
@given(texts)
def test_the_worklist_is_searched_for_anything(database: Database, words: str) -> None:
    assert worklist(database, WorklistQuery(search=words)).total >= 0


@shortly(12)
@given(texts, texts)
def test_an_encounter_and_a_session_are_asked_for_by_anything(
    database: Database, name: str, token: str
) -> None:
    with pytest.raises(ReviewError) as refused:
        encounter(database, name)
    assert not isinstance(refused.value, StoreError)
    assert open_session(database, token) is None
    assert session_person(database, token) is None


@shortly(12)
@given(texts, numbers | st.none())
def test_work_is_given_to_whoever_there_is(
    database: Database, name: str, person: int | None
) -> None:
    coder, _ = coders(database)
    mine = add_encounter(database)
    for ids in ([name], [mine.id]):
        with done_or_refused():
            assign(database, ids, person, coder)
    stored = {coder.id, None}
    assert {
        row.assignee.id if row.assignee else None
        for row in worklist(database, WorklistQuery()).rows
    } <= stored


@shortly(12)
@given(texts, texts)
def test_a_comment_is_kept_letter_by_letter_or_refused(
    database: Database, words: str, code: str
) -> None:
    coder, _ = coders(database)
    here = add_encounter(database)
    for each in ("428.0", code):
        with done_or_refused():
            add_comment(
                database, here.id, Kind.DIAGNOSIS, each, words, actor=coder, key=here.id + each[:3]
            )
