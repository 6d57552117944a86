"""Claims: one holder at a time, renewed, lapsing, released, taken over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icd9_review.errors import NotFound, PermissionDenied
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.ledger.verification import verify
from icd9_review.store.users import coding_users, users
from icd9_review.store.worklist.claims import CLAIM_MINUTES, claim, claim_of, release, take_over
from icd9_review.values import Claim, EventKind, Role
from tests.encounters import add_encounter, coders

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE = timedelta(minutes=CLAIM_MINUTES)


def _kinds(database: Database, encounter_id: str) -> list[EventKind]:
    return [event.kind for event in ledger.events(database, encounter_id)]


def test_a_claim_lasts_a_quarter_of_an_hour(database: Database) -> None:
    encounter, (first, _) = add_encounter(database), coders(database)
    assert claim_of(database, encounter.id, now=NOON) is None
    made = claim(database, encounter.id, first, now=NOON)
    assert made == Claim(encounter.id, first, NOON, NOON + timedelta(minutes=15))
    assert claim_of(database, encounter.id, now=NOON + LEASE - timedelta(microseconds=1)) == made
    assert claim_of(database, encounter.id, now=NOON + LEASE) is None


def test_another_person_is_told_who_holds_it_and_changes_nothing(database: Database) -> None:
    encounter, (first, second) = add_encounter(database), coders(database)
    made = claim(database, encounter.id, first, now=NOON)
    assert claim(database, encounter.id, second, now=NOON + timedelta(minutes=1)) == made
    release(database, encounter.id, second)
    assert claim_of(database, encounter.id, now=NOON) == made


def test_ones_own_claim_is_renewed_and_keeps_its_beginning(database: Database) -> None:
    encounter, (first, _) = add_encounter(database), coders(database)
    claim(database, encounter.id, first, now=NOON)
    later = NOON + timedelta(minutes=10)
    renewed = claim(database, encounter.id, first, now=later)
    assert (renewed.since, renewed.until) == (NOON, later + LEASE)
    again = claim(database, encounter.id, first, now=later + LEASE)
    assert again.since == later + LEASE


def test_a_claim_that_lapsed_or_was_released_is_free(database: Database) -> None:
    encounter, (first, second) = add_encounter(database), coders(database)
    claim(database, encounter.id, first, now=NOON)
    assert claim(database, encounter.id, second, now=NOON + LEASE).user == second
    release(database, encounter.id, second)
    assert claim_of(database, encounter.id, now=NOON + LEASE) is None
    assert claim(database, encounter.id, first, now=NOON + LEASE).user == first


def test_claims_of_two_encounters_have_nothing_to_do_with_each_other(database: Database) -> None:
    one, other = add_encounter(database), add_encounter(database)
    first, second = coders(database)
    claim(database, one.id, first, now=NOON)
    assert claim(database, other.id, second, now=NOON).user == second


def test_of_people_who_claim_at_once_exactly_one_wins(database: Database) -> None:
    encounter = add_encounter(database)
    people = coding_users(database) * 4
    with ThreadPoolExecutor(len(people)) as pool:
        told = set(pool.map(lambda who: claim(database, encounter.id, who).user, people))
    holder = claim_of(database, encounter.id)
    assert holder is not None
    assert told == {holder.user}


def test_only_a_take_over_is_kept_in_the_ledger(database: Database) -> None:
    encounter, (first, second) = add_encounter(database), coders(database)
    before = _kinds(database, encounter.id)
    claim(database, encounter.id, first, now=NOON)
    take_over(database, encounter.id, first, now=NOON)
    release(database, encounter.id, first)
    take_over(database, encounter.id, first, now=NOON)
    assert _kinds(database, encounter.id) == before
    taken = take_over(database, encounter.id, second, now=NOON + timedelta(minutes=1))
    assert (taken.user, taken.since) == (second, NOON + timedelta(minutes=1))
    assert claim_of(database, encounter.id, now=NOON + timedelta(minutes=1)) == taken
    event = ledger.events(database, encounter.id)[-1]
    assert (event.kind, event.actor, event.payload) == (
        EventKind.CLAIMED,
        second.id,
        {"from": first.id},
    )
    assert verify(database) == []


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.AUDITOR])
def test_who_does_not_code_claims_nothing(database: Database, role: Role) -> None:
    encounter = add_encounter(database)
    person = next(person for person in users(database) if person.role is role)
    for attempt in (claim, take_over):
        with pytest.raises(PermissionDenied, match=role.value):
            attempt(database, encounter.id, person)
    assert claim_of(database, encounter.id) is None


@pytest.mark.parametrize("unknown", ["0" * 22, "", "x" * 22, "\x00", "'; --"])
def test_an_unknown_encounter_is_not_found(database: Database, unknown: str) -> None:
    first, _ = coders(database)
    for attempt in (claim, take_over):
        with pytest.raises(NotFound):
            attempt(database, unknown, first)


steps = st.lists(
    st.tuples(
        st.sampled_from(["claim", "release", "take over"]), st.booleans(), st.integers(0, 20)
    ),
    max_size=12,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_claims_follow_their_model(sqlite: Database, taken: list[tuple[str, bool, int]]) -> None:
    """Against a model that knows nothing but a holder and an end."""
    encounter, people = add_encounter(sqlite), coders(sqlite)
    now, holder, until = NOON, None, NOON
    for what, second, minutes in taken:
        now += timedelta(minutes=minutes)
        person = people[second]
        live = holder if now < until else None
        if what == "release":
            release(sqlite, encounter.id, person)
            holder = None if holder == person else holder
        else:
            act = claim if what == "claim" else take_over
            made = act(sqlite, encounter.id, person, now=now)
            if what == "take over" or live in (None, person):
                holder, until = person, now + LEASE
            assert (made.user, made.until) == (holder, until)
        standing = claim_of(sqlite, encounter.id, now=now)
        assert (standing and standing.user) == (holder if now < until else None)
