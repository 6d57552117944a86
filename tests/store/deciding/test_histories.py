"""Two to eight people decide at once, at random, and the ledger says what each remembers."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from icd9_review.store.database.engine import Database
from tests.people import Person, assert_as_remembered, people_at, store_in

TURNS = 8

HISTORIES = pytest.mark.parametrize("histories", [1, pytest.param(30, marks=pytest.mark.long)])


@HISTORIES
@pytest.mark.parametrize("number", [2, 4, 8])
def test_what_people_decide_at_once_is_what_each_remembers(
    database: Database, number: int, histories: int
) -> None:
    for _ in range(histories):
        seed = random.SystemRandom().randrange(2**32)
        print(f"seed {seed}")  # noqa: T201
        people = people_at(database, seed, number)
        with ThreadPoolExecutor(number) as pool:
            list(pool.map(_work, people, [database] * number, range(seed, seed + number)))
        assert all(person.is_done for person in people)
        assert_as_remembered(database, people)


def _work(person: Person, database: Database, seed: int) -> None:
    """Decide so often; look at the shared encounter now and then, as whoever has it open does."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for _ in range(TURNS):
        if chance.random() < 0.2:
            person.look(database)
        while not person.turn(store_in(database)):
            pass  # busy: sent again
