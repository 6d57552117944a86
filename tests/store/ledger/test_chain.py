"""The ledger: canonical bytes, one chain per stream, keys that count once."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text
from sqlalchemy.event import listen

from icd9_review.errors import ConflictError, InputError, NotFound, StoreError
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.users import system_user
from icd9_review.values import Event, EventKind, User
from tests.encounters import add_encounter, coders

_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_PAYLOADS = st.dictionaries(
    _TEXTS, st.recursive(_SCALARS | _TEXTS, lambda inner: st.lists(inner, max_size=3)), max_size=5
)


def _append(database: Database, key: str, stream: str = ledger.SYSTEM) -> Event:
    with database.write() as session:
        actor = coders(database)[0]
        return ledger.append(session, stream, EventKind.SIGNED_IN, {"key": key}, actor, key)


@pytest.fixture
def coder(database: Database) -> User:
    return coders(database)[0]


@given(_PAYLOADS)
def test_a_payload_reads_back_the_same_and_has_one_form(payload: dict[str, object]) -> None:
    encoded = ledger.encode(payload)
    assert json.loads(encoded) == payload
    assert ledger.encode(dict(reversed(payload.items()))) == encoded


@pytest.mark.parametrize("value", [math.nan, math.inf, "x" * 201, ["x" * 201], {"x" * 201: 1}])
def test_prose_and_numbers_json_does_not_have_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"payload|JSON"):
        ledger.encode({"value": value})


def test_fields_that_run_together_give_different_hashes() -> None:
    assert ledger.digest("", ["ab", "c"]) != ledger.digest("", ["a", "bc"])
    assert ledger.digest("", ["ab", ""]) != ledger.digest("", ["", "ab"])


@pytest.mark.parametrize("key", ["", "a/b", "x" * 65, "a b", "a\n", "é", "a\x00"])
def test_keys_from_outside_are_short_plain_words(key: str) -> None:
    with pytest.raises(InputError, match="idempotency key"):
        ledger.check_token("idempotency key", key)


def test_events_of_a_stream_are_numbered_and_chained(database: Database) -> None:
    appended = [_append(database, key) for key in "abc"]
    assert tuple(appended) == ledger.events(database, ledger.SYSTEM)
    assert [event.sequence for event in appended] == [1, 2, 3]
    assert [event.previous for event in appended] == [
        ledger.ZERO,
        *(event.hash for event in appended[:2]),
    ]
    assert all(datetime.now(UTC) - event.at < timedelta(minutes=5) for event in appended)


def test_what_the_program_did_by_a_command_says_who_ran_it(database: Database) -> None:
    coder, program = coders(database)[0], system_user(database)
    with replace(database, run_by="eva").write() as session:
        for person in (program, coder):
            ledger.append(
                session, ledger.SYSTEM, EventKind.SIGNED_IN, {"a": 1}, person, person.name
            )
    payloads = [event.payload for event in ledger.events(database, ledger.SYSTEM)]
    assert payloads == [{"a": 1, "run_by": "eva"}, {"a": 1}]
    assert verify(database) == []


def test_a_stream_is_walked_as_it_is_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("icd9_review.store.ledger.chain._FETCHED", 2)
    appended = tuple(_append(database, str(number)) for number in range(5))
    with database.read() as session:
        assert tuple(ledger.walk(session, ledger.SYSTEM)) == appended
        assert tuple(ledger.walk(session, ledger.SYSTEM, (EventKind.SIGNED_IN,))) == appended
        assert tuple(ledger.walk(session, ledger.SYSTEM, (EventKind.EXPORTED,))) == ()


def test_a_key_counts_once(database: Database) -> None:
    assert _append(database, "a") == _append(database, "a")
    assert len(ledger.events(database, ledger.SYSTEM)) == 1


def test_a_key_counts_once_also_when_sent_twice_at_the_same_time(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        events = list(pool.map(lambda _: _append(database, "a"), range(8)))
    assert {event.hash for event in events} == {events[0].hash}
    assert len(ledger.events(database, ledger.SYSTEM)) == 1


def test_a_key_belongs_to_one_stream_kind_and_person(database: Database) -> None:
    first, second = coders(database)
    stream = add_encounter(database).id
    _append(database, "a")
    for where, kind, who in (
        (stream, EventKind.SIGNED_IN, first),
        (ledger.SYSTEM, EventKind.OPENED, first),
        (ledger.SYSTEM, EventKind.SIGNED_IN, second),
    ):
        with pytest.raises(ConflictError), database.write() as session:
            ledger.append(session, where, kind, {}, who, "a")


def test_a_key_that_another_stream_is_just_being_given_is_refused(database: Database) -> None:
    """Who comes second waits for the first and is told; the stream it is for stays as it was."""
    stream = add_encounter(database).id
    before = ledger.events(database, stream)
    with ThreadPoolExecutor(1) as pool:
        with database.write() as session:
            actor = coders(database)[0]
            ledger.append(session, ledger.SYSTEM, EventKind.SIGNED_IN, {}, actor, "a")
            second = pool.submit(_append, database, "a", stream)
            with pytest.raises(TimeoutError):  # it waits, in the database
                second.result(timeout=0.3)
        with pytest.raises(ConflictError):
            second.result()
    assert ledger.events(database, stream) == before


def test_a_stream_must_have_been_started(database: Database, coder: User) -> None:
    with pytest.raises(NotFound), database.write() as session:
        ledger.append(session, "never", EventKind.OPENED, {}, coder, "a")


def test_the_events_of_some_encounters_are_found_by_their_streams(sqlite: Database) -> None:
    """By their kinds an export of many would go through the whole ledger for each few of them."""
    encounter, plans = add_encounter(sqlite), []

    def explain(connection: Connection, _: object, statement: str, given: Any, *__: object) -> None:
        if statement.startswith("SELECT") and "FROM events" in statement:
            cursor = connection.connection.cursor()
            plans.extend(cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall())

    with sqlite.read() as session:
        listen(sqlite.engine, "before_cursor_execute", explain)
        kinds = (EventKind.ENCOUNTER_CREATED, EventKind.NOTE_ADDED)
        told = ledger.read_many(session, [encounter.id, "x"], kinds)
    assert [event.kind for event in told[encounter.id]] == [*kinds]
    assert plans
    assert [plan for plan in plans if "ix_events_kind_at" in plan[3]] == []


def test_people_append_to_one_stream_at_the_same_time(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        events = list(pool.map(lambda number: _append(database, str(number)), range(20)))
    assert sorted(event.sequence for event in events) == list(range(1, 21))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET kind = 'opened'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
        "TRUNCATE events",
        "UPDATE heads SET sequence = 0",
        "DELETE FROM heads",
        "TRUNCATE heads CASCADE",
    ],
)
def test_the_database_itself_refuses_to_change_events(database: Database, statement: str) -> None:
    foreign = {"sqlite": "TRUNCATE", "postgresql": "INSERT OR"}[database.engine.dialect.name]
    if statement.startswith(foreign):
        return  # the other kind of database has no such statement
    before = _append(database, "a")
    with pytest.raises(StoreError), database.write() as session:
        session.execute(text(statement))
    assert ledger.events(database, ledger.SYSTEM) == (before,)
