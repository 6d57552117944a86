"""Comments: stored once with their words apart from the ledger, and nothing else changes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from icd9_review.codes.built_in import built_in_lists
from icd9_review.errors import CodeError, ConflictError, InputError, NotFound, PermissionDenied
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow
from icd9_review.store.deciding.comments import add_comment, comments
from icd9_review.store.deciding.decisions import decide, last_sequence, review_state
from icd9_review.store.deciding.moments import read_moment
from icd9_review.store.deciding.visits import last_visit
from icd9_review.store.ledger.verification import verify
from icd9_review.store.retention.purging import purge
from icd9_review.store.users import system_user, users
from icd9_review.values import Action, Decision, EventKind, Kind, Poa, PurgeReason, Role, User
from tests.encounters import add_encounter, add_scored_encounter, coders
from tests.rows import decision_rows

DIAGNOSIS = Kind.DIAGNOSIS
WORDS = "Ejection fraction was 25 %: systolic."
HOSTILE = "<script>alert(1)</script> '); DROP TABLE events;-- **b** שלום 😀\n=1+1"
ACCEPT = Decision("accept", Action.ACCEPT, "428.0", "tab", 0)


def clinician(database: Database) -> User:
    return next(person for person in users(database) if person.role is Role.CLINICIAN)


def say(
    database: Database, encounter_id: str, words: str = WORDS, key: str = "c1", code: str = "428.0"
) -> int:
    """A clinician comments; the number of the event."""
    actor = clinician(database)
    told = add_comment(database, encounter_id, DIAGNOSIS, code, words, actor=actor, key=key)
    return told.sequence


def test_comments_are_read_in_the_order_they_came_with_who_and_when(database: Database) -> None:
    encounter = add_scored_encounter(database)
    assert comments(database, encounter.id) == ()
    first = say(database, encounter.id, f"  {WORDS}\r\nAsk me. \n")
    second = say(database, encounter.id, HOSTILE, "c2", "427.31")
    one, other = comments(database, encounter.id)
    assert (one.sequence, one.kind, one.code) == (first, DIAGNOSIS, "428.0")
    assert (one.words, one.actor) == (f"{WORDS}\nAsk me.", clinician(database).name)
    assert one.at == ledger.events(database, encounter.id)[first - 1].at
    assert (other.sequence, other.code, other.words) == (second, "427.31", HOSTILE)
    assert comments(database, add_encounter(database).id) == ()


def test_the_ledger_holds_no_word_of_a_comment_and_verifies(database: Database) -> None:
    encounter = add_scored_encounter(database)
    say(database, encounter.id, HOSTILE)
    with database.read() as session:
        (payload,) = session.scalars(
            select(EventRow.payload).where(EventRow.kind == EventKind.COMMENTED.value)
        )
    parts = json.loads(payload)
    assert set(parts) == {"kind", "code", "words"}
    assert len(parts["words"]) == 64
    assert b"script" not in payload
    assert verify(database) == []
    administrator = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    purge(database, encounter.id, PurgeReason.REQUEST, actor=administrator)
    (left,) = comments(database, encounter.id)
    assert (left.words, left.actor) == (None, clinician(database).name)
    assert verify(database) == []


def test_the_same_comment_again_is_stored_once(database: Database) -> None:
    encounter = add_scored_encounter(database)
    assert say(database, encounter.id) == say(database, encounter.id, f"{WORDS} ")
    assert len(comments(database, encounter.id)) == 1


def test_a_key_is_not_used_for_another_comment(sqlite: Database) -> None:
    encounter, other = add_scored_encounter(sqlite), add_scored_encounter(sqlite)
    decide(sqlite, encounter.id, ACCEPT, coders(sqlite)[0])
    say(sqlite, encounter.id)
    for where, words, key, code in (
        (encounter.id, "Something else.", "c1", "428.0"),
        (encounter.id, WORDS, "c1", "427.31"),
        (other.id, WORDS, "c1", "428.0"),
        (encounter.id, WORDS, "accept", "428.0"),
    ):
        with pytest.raises(ConflictError, match="key"):
            say(sqlite, where, words, key, code)
    assert len(comments(sqlite, encounter.id)) == 1
    assert comments(sqlite, other.id) == ()


def test_every_role_of_a_person_comments_and_the_program_does_not(sqlite: Database) -> None:
    encounter = add_scored_encounter(sqlite)
    for person in users(sqlite):
        add_comment(
            sqlite, encounter.id, DIAGNOSIS, "428.0", WORDS, actor=person, key=f"by-{person.id}"
        )
    assert {each.actor for each in comments(sqlite, encounter.id)} == {
        person.name for person in users(sqlite)
    }
    with pytest.raises(PermissionDenied, match="system"):
        add_comment(
            sqlite, encounter.id, DIAGNOSIS, "428.0", WORDS, actor=system_user(sqlite), key="s"
        )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("x" * 2_001, "2,001 characters"),
        ("a\x00b", "control character"),
        ("a\x1b[31m", "control character"),
        ("no \u202eainomuenp", "control character"),
        ("a\ud800", "control character"),
    ],
)
def test_words_that_cannot_be_kept_are_refused(sqlite: Database, words: str, said: str) -> None:
    encounter = add_scored_encounter(sqlite)
    with pytest.raises(InputError, match=said):
        say(sqlite, encounter.id, words)
    assert comments(sqlite, encounter.id) == ()


def test_the_longest_comment_is_kept_whole(database: Database) -> None:
    encounter = add_scored_encounter(database)
    say(database, encounter.id, " " + "Ω" * 2_000 + " ")
    assert comments(database, encounter.id)[0].words == "Ω" * 2_000


@pytest.mark.parametrize("code", ["", "428", "hypertension", "428.0'--", "9" * 300])
def test_a_comment_is_on_a_code(sqlite: Database, code: str) -> None:
    encounter = add_scored_encounter(sqlite)
    with pytest.raises(CodeError, match="is not a diagnosis code"):
        say(sqlite, encounter.id, code=code)


def test_a_comment_is_on_an_encounter_under_a_plain_key(sqlite: Database) -> None:
    with pytest.raises(NotFound):
        say(sqlite, "a" * 22)
    with pytest.raises(InputError, match="idempotency key"):
        say(sqlite, add_scored_encounter(sqlite).id, key="a/b")


def test_a_comment_makes_no_decision_stale_and_leaves_the_chart_as_it_was(
    database: Database,
) -> None:
    encounter = add_scored_encounter(database)
    coder, _ = coders(database)
    seen = last_sequence(database, encounter.id)
    say(database, encounter.id)
    decide(database, encounter.id, replace(ACCEPT, seen=seen), coder)
    poa = replace(ACCEPT, key="poa", action=Action.SET_POA, poa=Poa.YES)
    decide(database, encounter.id, poa, coder)
    first = replace(ACCEPT, key="first", action=Action.RESEQUENCE, position=0)
    decided = decide(database, encounter.id, first, coder)
    before = review_state(database, encounter.id)
    exported = list(decision_rows(database))
    late = say(database, encounter.id, key="c2")
    assert late == decided.sequence + 1
    assert replace(review_state(database, encounter.id), sequence=before.sequence) == before
    assert list(decision_rows(database)) == exported
    finalise = Decision("f", Action.FINALISE, "", "tab", decided.sequence)
    decide(database, encounter.id, finalise, coder, lists=built_in_lists())
    assert review_state(database, encounter.id).signed is not None
    assert verify(database) == []


def test_a_comment_is_told_and_is_not_a_visit(sqlite: Database) -> None:
    encounter = add_scored_encounter(sqlite)
    before = last_visit(sqlite, encounter.id, clinician(sqlite))
    say(sqlite, encounter.id)
    assert read_moment(sqlite, encounter.id).events[-1].kind is EventKind.COMMENTED
    assert last_visit(sqlite, encounter.id, clinician(sqlite)) == before
