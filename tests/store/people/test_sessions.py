"""Sessions: a browser is known by an opaque token, for a while, as one person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SessionRow, UserRow
from icd9_review.store.people.sessions import LIFETIME, begin_session, end_session, session_person
from icd9_review.store.users import users

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def rows(database: Database) -> list[SessionRow]:
    with database.read() as session:
        return list(session.scalars(select(SessionRow)))


def test_a_token_stands_for_the_person_it_was_made_for(database: Database) -> None:
    for person in users(database):
        assert session_person(database, begin_session(database, person)) == person


def test_only_a_hash_of_a_token_of_256_bits_is_stored(database: Database) -> None:
    person = users(database)[0]
    tokens = {begin_session(database, person) for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) == 43 for token in tokens)  # 256 bits, six in a character
    stored = {row.id for row in rows(database)}
    assert len(stored) == 5
    assert all(len(each) == 64 for each in stored)
    assert not stored & tokens
    assert all(session_person(database, each) is None for each in stored)


def test_nobody_is_known_by_what_is_no_token(database: Database) -> None:
    begin_session(database, users(database)[0])
    for strange in ("", "x", "\ud800", "0" * 5000, "' OR 1=1 --"):
        assert session_person(database, strange) is None


def test_another_person_gets_another_token_and_the_former_ends(database: Database) -> None:
    first, second, *_ = users(database)
    former = begin_session(database, first)
    token = begin_session(database, second, former=former)
    assert token != former
    assert session_person(database, former) is None
    assert session_person(database, token) == second
    assert len(rows(database)) == 1


def test_a_session_ends_after_its_lifetime_and_its_row_goes_with_the_next(
    database: Database,
) -> None:
    person = users(database)[0]
    token = begin_session(database, person, now=NOW)
    assert session_person(database, token, now=NOW + LIFETIME - timedelta(seconds=1)) == person
    assert session_person(database, token, now=NOW + LIFETIME) is None
    begin_session(database, person, now=NOW + LIFETIME)
    (left,) = rows(database)
    assert left.created == NOW + LIFETIME


def test_who_is_no_longer_active_is_nobody(database: Database) -> None:
    person = users(database)[0]
    token = begin_session(database, person)
    with database.write() as session:
        session.execute(update(UserRow).where(UserRow.id == person.id).values(active=False))
    assert session_person(database, token) is None


def test_an_ended_session_is_nobody_and_others_go_on(database: Database) -> None:
    person = users(database)[0]
    token, other = begin_session(database, person), begin_session(database, person)
    end_session(database, token)
    assert session_person(database, token) is None
    assert session_person(database, other) == person


def test_when_a_browser_was_last_heard_of_is_kept_to_the_minute(database: Database) -> None:
    token = begin_session(database, users(database)[0], now=NOW)
    for later, seen in ((30, 0), (60, 60), (100, 60), (125, 125)):
        session_person(database, token, now=NOW + timedelta(seconds=later))
        (row,) = rows(database)
        assert row.seen == NOW + timedelta(seconds=seen)
        assert row.expires == NOW + LIFETIME


def test_a_page_does_not_wait_for_another_writer_to_know_its_person(sqlite: Database) -> None:
    person = users(sqlite)[0]
    token = begin_session(sqlite, person)
    with sqlite.write():
        assert session_person(sqlite, token) == person
