"""Server and worker are killed at random points while people decide: nothing is lost."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from icd9_review.jobs.worker import Worker
from icd9_review.store import leases
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.explanation_queue import pending_explanations, retry_explanations
from icd9_review.store.scoring import heartbeats
from icd9_review.store.scoring.scoring_queue import pending_notes, retry_failed
from icd9_review.store.users import system_user
from tests.encounters import NOTE, add_encounter, make_model
from tests.explaining import Explains
from tests.faults.processes import LEASE, Server, worker
from tests.jobs.test_worker import Scorer
from tests.people import Person, assert_as_remembered, people_at

SERVERS = 10  # that are begun before it is said that nobody answers


@pytest.fixture(autouse=True)
def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    for where, name in ((leases, "LEASE"), (heartbeats, "ALIVE")):
        monkeypatch.setattr(where, name, LEASE)


@pytest.mark.parametrize("rounds", [10, pytest.param(200, marks=pytest.mark.long)])
def test_what_was_acknowledged_survives_kills_of_server_and_worker(
    database: Database, address: str, rounds: int, seed: int
) -> None:
    people, chance = people_at(database, seed), random.Random(seed)  # noqa: S311 - no secret
    for number in range(rounds):
        add_encounter(database, text=f"{NOTE} {number}", version=make_model().version)
        server, working = Server(address, len(people)), worker(address)
        with deciding(people, server):
            for killed in chance.sample((server, working), 2):
                time.sleep(chance.uniform(0.02, 0.2))
                killed.kill()
        for person in people:
            person.look(database)
    let_all_be_answered(people, address)
    assert sum(len(person.unanswered) for person in people) >= rounds
    assert_as_remembered(database, people)
    finish_what_was_left(database)


@contextmanager
def deciding(people: Sequence[Person], server: Server) -> Iterator[None]:
    """They decide, side by side, until the server is gone."""

    def decide(number: int) -> None:
        while people[number].turn(server.browsers[number].store):
            pass

    threads = [threading.Thread(target=decide, args=(each,)) for each in range(len(people))]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


def let_all_be_answered(people: Sequence[Person], address: str) -> None:
    """What waited when the last server was killed is sent to the next, and to one more where that
    does not answer: a database may be busy with what was killed."""
    for _ in range(SERVERS):
        server = Server(address, len(people))
        for person, browser in zip(people, server.browsers, strict=True):
            while not person.is_done and person.turn(browser.store):
                pass
        server.kill()
        if all(person.is_done for person in people):
            return
    pytest.fail(f"nobody answers: {[person.read[-1:] for person in people]}")


def finish_what_was_left(database: Database) -> None:
    """The next worker does all of it; what was killed three times at work is asked for again.

    That it was, a worker finds out that takes up what is left of it.
    """
    time.sleep(LEASE.total_seconds())
    version = make_model().version
    for _ in range(2):
        retry_failed(database, version, actor=system_user(database))
        retry_explanations(database, actor=system_user(database))
        last = Worker(database, Scorer(), Explains(), standby=False, until_empty=True)
        last.start()
        assert last.join(60)
    for pending in (pending_notes(database, version), pending_explanations(database, version)):
        assert (pending.queued, pending.running, pending.failed) == (0, 0, 0)
