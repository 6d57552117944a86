"""How often another program may ask, whatever process it asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icd9_review.store.callers.pace import MOST_COST, count_guess, take_turn
from icd9_review.store.callers.tokens import Caller, find_caller, service_tokens
from icd9_review.store.database.engine import Database
from icd9_review.store.users import system_user
from tests.store.callers.callers import add_service, token_of

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def caller(database: Database) -> Caller:
    found = find_caller(database, token_of(database, add_service(database)))
    assert found is not None
    return found


def test_a_minutes_requests_may_come_at_once_and_then_as_the_rate_has_it(
    database: Database,
) -> None:
    gateway = caller(database)
    assert [take_turn(database, gateway, 6, now=NOW) for _ in range(6)] == [None] * 6
    assert take_turn(database, gateway, 6, now=NOW) == 10 * SECOND
    assert take_turn(database, gateway, 6, now=NOW + 4 * SECOND) == 6 * SECOND
    assert take_turn(database, gateway, 6, now=NOW + 10 * SECOND) is None
    assert take_turn(database, gateway, 6, now=NOW + 10 * SECOND) == 10 * SECOND


def test_each_account_has_its_own_share_whatever_its_tokens(database: Database) -> None:
    first, second = caller(database), caller(database)
    again = find_caller(database, token_of(database, first.account))
    assert again is not None
    assert take_turn(database, first, 1, now=NOW) is None
    assert take_turn(database, again, 1, now=NOW) is not None
    assert take_turn(database, second, 1, now=NOW) is None


def test_one_may_count_for_several(database: Database) -> None:
    gateway = caller(database)
    assert take_turn(database, gateway, 6, cost=5, now=NOW) is None
    assert take_turn(database, gateway, 6, cost=5, now=NOW) == 40 * SECOND
    assert take_turn(database, gateway, 6, now=NOW) is None


def test_one_that_costs_more_than_a_minute_has_comes_through_all_the_same(
    database: Database,
) -> None:
    gateway = caller(database)
    assert take_turn(database, gateway, 2, cost=5, now=NOW) is None
    assert take_turn(database, gateway, 2, cost=5, now=NOW + 150 * SECOND) is None


def test_however_low_the_rate_one_that_costs_much_is_waited_for(database: Database) -> None:
    gateway = caller(database)
    assert take_turn(database, gateway, 1, cost=MOST_COST, now=NOW) is None
    for later, cost in ((0, 1), (1, MOST_COST), (479, 1)):
        assert take_turn(database, gateway, 1, cost=cost, now=NOW + later * SECOND) is not None
    assert take_turn(database, gateway, 1, now=NOW + 600 * SECOND) is None


def test_a_replica_whose_clock_is_behind_lets_nobody_through(database: Database) -> None:
    gateway = caller(database)
    assert [take_turn(database, gateway, 60, now=NOW) for _ in range(60)] == [None] * 60
    assert take_turn(database, gateway, 60, now=NOW - SECOND) == 2 * SECOND


def test_a_clock_that_goes_back_keeps_nobody_waiting_long(database: Database) -> None:
    gateway = caller(database)
    assert take_turn(database, gateway, 1, now=NOW) is None
    assert take_turn(database, gateway, 1, now=NOW - timedelta(hours=3)) is None


def test_of_requests_at_once_no_more_come_through_than_may(database: Database) -> None:
    gateway = caller(database)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: take_turn(database, gateway, 5, now=NOW), range(16)))
    assert done.count(None) == 5


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0, 20), min_size=1, max_size=20), st.integers(1, 12))
def test_in_no_minute_come_through_more_than_twice_the_rate(
    sqlite: Database, pauses: list[float], rate: int
) -> None:
    gateway, moment = caller(sqlite), NOW
    passed: list[datetime] = []
    for pause in pauses:
        moment += timedelta(seconds=pause)
        if take_turn(sqlite, gateway, rate, now=moment) is None:
            passed.append(moment)
    for begin in passed:
        within = [each for each in passed if begin <= each < begin + timedelta(minutes=1)]
        assert len(within) <= 2 * rate


def test_the_use_of_a_token_is_known_to_the_minute(database: Database) -> None:
    gateway = caller(database)
    for later in (0, 30, 70):
        take_turn(database, gateway, 60, now=NOW + later * SECOND)
    (known,) = service_tokens(database, by=system_user(database))
    assert known.used == NOW + 70 * SECOND


def test_tokens_that_nobody_has_are_counted_by_address_apart_from_sign_ins(
    database: Database,
) -> None:
    waits = [count_guess(database, "192.0.2.7", now=NOW) for _ in range(101)]
    assert waits[:100] == [None] * 100
    assert waits[100] is not None
    assert count_guess(database, "192.0.2.8", now=NOW) is None


def test_who_has_many_addresses_of_one_line_guesses_as_one(database: Database) -> None:
    waits = [count_guess(database, f"2001:db8::{number:x}", now=NOW) for number in range(101)]
    assert waits[99] is None
    assert waits[100] is not None
