"""Sessions: a browser is known by an opaque token, for a while, as one person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from icd9_review.errors import PermissionDenied
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SessionRow, UserRow
from icd9_review.store.ledger import SYSTEM
from icd9_review.store.people.sessions import (
    LAPSE,
    LIFETIME,
    begin_session,
    end_one,
    end_other_ways,
    end_session,
    note_activity,
    open_session,
    open_sessions,
    session_person,
)
from icd9_review.store.users import users
from icd9_review.values import EventKind, Proof, Role

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


def test_another_way_of_signing_in_ends_the_sessions_of_the_one_before(database: Database) -> None:
    ana, ben = users(database)[:2]
    chosen, shown = begin_session(database, ana), begin_session(database, ben, Proof.PASSWORD)
    assert end_other_ways(database, Proof.PASSWORD) == 1
    assert session_person(database, chosen) is None
    assert session_person(database, shown) == ben
    told = ledger.events(database, SYSTEM)[-1]
    assert (told.kind, told.payload["user"]) == (EventKind.SIGNED_OUT, ana.id)
    assert end_other_ways(database, Proof.PASSWORD) == 0


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


def stay(database: Database, token: str, *, until: timedelta) -> None:
    """Do something every ten minutes."""
    for minutes in range(0, int(until.total_seconds() // 60), 10):
        note_activity(database, token, now=NOW + timedelta(minutes=minutes))


def test_a_session_ends_after_its_lifetime_whatever_one_does(database: Database) -> None:
    person = users(database)[0]
    token = begin_session(database, person, now=NOW)
    stay(database, token, until=LIFETIME)
    assert session_person(database, token, now=NOW + LIFETIME - timedelta(seconds=1)) == person
    assert session_person(database, token, now=NOW + LIFETIME) is None
    note_activity(database, token, now=NOW + LIFETIME)
    assert session_person(database, token, now=NOW + LIFETIME) is None


def test_a_session_lapses_where_nobody_does_anything(database: Database) -> None:
    person = users(database)[0]
    token = begin_session(database, person, now=NOW)
    assert session_person(database, token, now=NOW + LAPSE - timedelta(seconds=1)) == person
    assert session_person(database, token, now=NOW + LAPSE) is None
    note_activity(database, token, now=NOW + LAPSE)  # too late
    assert session_person(database, token, now=NOW + LAPSE) is None


def test_a_clock_that_goes_back_prolongs_no_session(database: Database) -> None:
    token = begin_session(database, users(database)[0], now=NOW)
    assert session_person(database, token, now=NOW - timedelta(days=1)) is None


def test_the_ledger_tells_of_every_session_that_it_ended(database: Database) -> None:
    person = users(database)[0]
    former = begin_session(database, person, now=NOW)
    begin_session(database, person, now=NOW)
    begin_session(database, person, former=former, now=NOW + timedelta(minutes=1))
    begin_session(database, person, now=NOW + LAPSE + timedelta(minutes=2))
    kinds = [event.kind.value for event in ledger.events(database, SYSTEM)]
    assert kinds.count("signed_in") == 4
    assert kinds.count("signed_out") == 3


def test_the_row_of_what_has_lapsed_goes_with_the_next(database: Database) -> None:
    person = users(database)[0]
    begin_session(database, person, now=NOW)
    begin_session(database, person, now=NOW + LAPSE)
    (left,) = rows(database)
    assert left.created == NOW + LAPSE


def test_a_session_says_when_it_lapses(database: Database) -> None:
    token = begin_session(database, users(database)[0], Proof.PASSWORD, browser="B", now=NOW)
    found = open_session(database, token, now=NOW)
    assert found is not None
    assert (found.proof, found.browser, found.began) == (Proof.PASSWORD, "B", NOW)
    assert (found.ends, found.expires) == (NOW + LAPSE, NOW + LIFETIME)
    stay(database, token, until=LIFETIME)
    found = open_session(database, token, now=NOW + LIFETIME - timedelta(minutes=1))
    assert found is not None
    assert found.ends == found.expires


def test_sessions_of_a_person_are_listed_and_ended_one_by_one(database: Database) -> None:
    person, other, *_ = users(database)
    chief = next(each for each in users(database) if each.role is Role.ADMINISTRATOR)
    first = begin_session(database, person, now=NOW)
    second = begin_session(database, person, now=NOW + timedelta(minutes=1))
    begin_session(database, other, now=NOW)
    found = open_sessions(database, person, now=NOW + timedelta(minutes=1), by=person)
    assert [each.began for each in found] == [NOW + timedelta(minutes=1), NOW]
    with pytest.raises(PermissionDenied):
        end_one(database, found[1].id, by=other)
    end_one(database, found[1].id, by=chief)
    end_one(database, found[1].id, by=chief)  # twice is once
    assert session_person(database, first, now=NOW) is None
    assert session_person(database, second, now=NOW) == person
    told = [event for event in ledger.events(database, SYSTEM) if event.kind == "signed_out"]
    assert [(event.actor, event.payload["user"]) for event in told] == [(chief.id, person.id)]


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


def test_when_a_person_was_last_there_is_kept_to_the_third_of_a_minute(database: Database) -> None:
    token = begin_session(database, users(database)[0], now=NOW)
    for later, seen in ((10, 0), (20, 20), (35, 20), (41, 41)):
        note_activity(database, token, now=NOW + timedelta(seconds=later))
        (row,) = rows(database)
        assert row.seen == NOW + timedelta(seconds=seen)
        assert row.expires == NOW + LIFETIME


def test_asking_who_it_is_is_no_sign_of_the_person(database: Database) -> None:
    token = begin_session(database, users(database)[0], now=NOW)
    session_person(database, token, now=NOW + timedelta(minutes=14))
    assert rows(database)[0].seen == NOW


def test_a_page_does_not_wait_for_another_writer_to_know_its_person(sqlite: Database) -> None:
    person = users(sqlite)[0]
    token = begin_session(sqlite, person)
    with sqlite.write():
        assert session_person(sqlite, token) == person
