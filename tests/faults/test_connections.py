"""Connections to PostgreSQL break off wherever they like: what was acknowledged is stored once."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from icd9_review.errors import StoreError
from icd9_review.store.database.engine import Database, open_database
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.ledger import events
from icd9_review.values import Action, Decision
from tests.databases import Server, prepare, running_server, stopped
from tests.encounters import add_scored_encounter, coders
from tests.faults.wire import Wire
from tests.people import assert_as_remembered, people_at, store_in

pytestmark = pytest.mark.postgresql

ROUNDS = pytest.mark.parametrize("rounds", [40, pytest.param(1000, marks=pytest.mark.long)])
_A_DECISION = 12_000
"""Bytes over the wire for a decision or two, so that a cut falls anywhere in one."""


@pytest.fixture
def wire(postgresql_address: str, postgresql_server: Server) -> Iterator[Wire]:
    made = Wire(postgresql_server.port)
    yield made
    made.close()


@pytest.fixture
def beyond(wire: Wire, postgresql_address: str) -> Iterator[Database]:
    """The database at the other end of the wire."""
    name = postgresql_address.rpartition("/")[2]
    database = open_database(f"postgresql://postgres@127.0.0.1:{wire.port}/{name}")
    yield database
    database.close()


@ROUNDS
def test_a_wire_that_is_cut_at_any_byte(
    beyond: Database, wire: Wire, rounds: int, seed: int
) -> None:
    people, chance = people_at(beyond, seed, 2), random.Random(seed)  # noqa: S311 - no secret
    while wire.cuts < rounds:
        wire.cut_after = chance.randrange(_A_DECISION)
        cuts = wire.cuts
        while wire.cuts == cuts:
            for person in people:
                person.turn(store_in(beyond))
    for person in people:
        while not person.is_done:
            person.turn(store_in(beyond))
    read = {sentence for person in people for sentence in person.read}
    assert all(each.startswith("The database ") and "\n" not in each for each in read)
    assert_as_remembered(beyond, people)


@ROUNDS
def test_a_connection_that_the_server_ends_in_the_middle_of_a_transaction(
    postgresql_address: str, rounds: int
) -> None:
    database, other = open_database(postgresql_address), open_database(postgresql_address)
    encounter, coder = add_scored_encounter(database), coders(database)[0]
    before = len(events(database, encounter.id))

    def be_ended() -> None:
        with database.write() as session:
            number = session.scalar(text("SELECT pg_backend_pid()"))
            session.execute(text("UPDATE heads SET sequence = sequence + 1"))
            with other.read() as ending:
                ending.execute(text(f"SELECT pg_terminate_backend({number}, 5000)"))
            session.execute(text("SELECT 1"))

    for _ in range(rounds):
        with pytest.raises(StoreError, match=r"does not answer \(57P01\); nothing was stored"):
            be_ended()
    decision = Decision("key-1", Action.ACCEPT, "428.0", "tab-1", 0)
    assert decide(database, encounter.id, decision, coder).sequence == before + 1
    database.close()
    other.close()


def test_an_answer_that_is_lost_with_the_connection_is_not_called_a_refusal(
    beyond: Database, wire: Wire
) -> None:
    """It was stored, and nobody can know: the sentence says so, and sending again is no harm."""
    encounter, coder = add_scored_encounter(beyond), coders(beyond)[0]
    decision = Decision("key-1", Action.ACCEPT, "428.0", "tab-1", 0)

    def store() -> None:
        with beyond.write() as session:
            session.execute(text("SELECT 1"))
            wire.cut_after = len(b"Q\0\0\0\x0bCOMMIT\0")

    with pytest.raises(StoreError, match="may be stored or not"):
        store()
    stored = decide(beyond, encounter.id, decision, coder)
    assert decide(beyond, encounter.id, decision, coder) == stored


def test_a_server_of_databases_that_is_killed_and_comes_back(seed: int) -> None:
    with running_server() as server:
        prepare(server.address("postgres"))
        database = open_database(server.address("postgres"))
        people = people_at(database, seed)
        for _ in range(3):
            with stopped(server, "immediate"):
                for person in people:
                    person.turn(store_in(database))
                    assert not person.is_done
                    assert person.read[-1].startswith("The database does not answer")
            for person in people:
                person.look(database)
                for _ in range(5):
                    assert person.turn(store_in(database))
        assert_as_remembered(database, people)
        database.close()
