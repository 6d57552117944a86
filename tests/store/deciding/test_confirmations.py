"""Signing where a signer shows once more who they are: nothing is signed without it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from icd9_review.codes.built_in import built_in_lists
from icd9_review.errors import DecisionError, InputError, NotFound, PermissionDenied
from icd9_review.review.signing import SESSION_ALONE, broken_signatures, signer_proof
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.confirmations import COUNTS, confirm_signer
from icd9_review.store.deciding.decisions import decide, decision_events, review_state
from icd9_review.store.ledger.verification import verify
from icd9_review.store.people.sessions import session_name
from icd9_review.store.users import system_user, users
from icd9_review.values import (
    Action,
    Confirmation,
    Decision,
    Encounter,
    Event,
    EventKind,
    Poa,
    Proof,
    ReopenReason,
    Role,
    User,
)
from tests.encounters import add_scored_encounter, coders
from tests.rows import history_rows

TOKEN, OTHER = "token-of-a-session", "token-of-another"
AT = datetime(2026, 3, 2, 8, 0, 5, tzinfo=UTC)
BY_PASSWORD = Confirmation(Proof.PASSWORD, AT)
SIGN = Decision("sign-1", Action.FINALISE, "", "tab", 0)


@pytest.fixture(autouse=True)
def signers_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICD9_REVIEW_REAUTHENTICATE", "finalise")


@pytest.fixture
def encounter(database: Database) -> Encounter:
    return ready(database)


@pytest.fixture
def ana(database: Database) -> User:
    return coders(database)[0]


def ready(database: Database) -> Encounter:
    """An encounter whose chart may be signed."""
    found = add_scored_encounter(database)
    ana = coders(database)[0]
    decide(database, found.id, Decision(f"a-{found.id}", Action.ACCEPT, "428.0", "tab", 0), ana)
    poa = Decision(f"p-{found.id}", Action.SET_POA, "428.0", "tab", 0, poa=Poa.YES)
    decide(database, found.id, poa, ana)
    first = Decision(f"f-{found.id}", Action.RESEQUENCE, "428.0", "tab", 0, position=0)
    decide(database, found.id, first, ana)
    return found


def sign(
    database: Database,
    encounter: Encounter,
    person: User,
    key: str = SIGN.key,
    *,
    token: str = TOKEN,
) -> Event:
    seen = review_state(database, encounter.id).sequence
    decision = Decision(key, Action.FINALISE, "", "tab", seen)
    return decide(database, encounter.id, decision, person, lists=built_in_lists(), token=token)


def confirm(
    database: Database,
    encounter: Encounter,
    person: User,
    key: str = SIGN.key,
    confirmation: Confirmation = BY_PASSWORD,
) -> Event:
    return confirm_signer(database, encounter.id, key, person, confirmation, token=TOKEN)


def assert_refused(
    database: Database,
    encounter: Encounter,
    person: User,
    key: str = SIGN.key,
    *,
    token: str = TOKEN,
    match: str = "was not shown once more",
) -> None:
    """Nothing is signed and nothing is lost."""
    before = ledger.events(database, encounter.id)
    with pytest.raises(DecisionError, match=f"Nothing was signed, because .*{match}"):
        sign(database, encounter, person, key, token=token)
    assert ledger.events(database, encounter.id) == before


def test_whoever_shows_who_they_are_signs_and_the_event_says_how(
    database: Database, encounter: Encounter, ana: User
) -> None:
    told = confirm(database, encounter, ana)
    event = sign(database, encounter, ana)
    assert signer_proof(event) == ("password", AT)
    assert (told.kind, told.actor, told.stream) == (
        EventKind.SIGNER_CONFIRMED,
        ana.id,
        encounter.id,
    )
    assert told.payload == {
        "session": session_name(TOKEN),
        "proof": "password",
        "at": "2026-03-02T08:00:05+00:00",
    }
    assert broken_signatures(decision_events(database, encounter.id)) == ()
    assert verify(database) == []


def test_a_provider_is_told_with_the_moment_that_it_names(
    database: Database, encounter: Encounter, ana: User
) -> None:
    confirm(database, encounter, ana, confirmation=Confirmation(Proof.PROVIDER, AT))
    sign(database, encounter, ana)
    (row,) = (each for each in history_rows(database) if each.event.kind is EventKind.FINALISED)
    assert (row.proof, row.proved) == ("provider", AT)
    (told,) = (
        each for each in history_rows(database) if each.event.kind is EventKind.SIGNER_CONFIRMED
    )
    assert told.did == "showed once more who they are, to sign"
    assert (told.proof, told.proved) == (None, None)


def test_without_it_nothing_is_signed(database: Database, encounter: Encounter, ana: User) -> None:
    assert_refused(database, encounter, ana)


def test_what_was_shown_for_another_chart_counts_for_nothing_here(
    database: Database, encounter: Encounter, ana: User
) -> None:
    confirm(database, ready(database), ana)
    assert_refused(database, encounter, ana)


def test_what_another_person_showed_counts_for_nobody_else(
    database: Database, encounter: Encounter, ana: User
) -> None:
    confirm(database, encounter, coders(database)[1])
    assert_refused(database, encounter, ana)


@pytest.mark.parametrize("token", [OTHER, ""])
def test_what_was_shown_in_another_session_counts_for_nothing_in_this_one(
    database: Database, encounter: Encounter, ana: User, token: str
) -> None:
    confirm(database, encounter, ana)
    assert_refused(database, encounter, ana, token=token)


def test_it_counts_once(database: Database, encounter: Encounter, ana: User) -> None:
    confirm(database, encounter, ana)
    signed = sign(database, encounter, ana)
    reopen = Decision(
        *("reopen", Action.REOPEN, "", "tab", signed.sequence), reason=ReopenReason.CORRECTION
    )
    decide(database, encounter.id, reopen, ana)
    assert_refused(database, encounter, ana, "sign-2")
    assert sign(database, encounter, ana) == signed  # the same decision sent again: no other
    assert review_state(database, encounter.id).signed is None


@pytest.mark.parametrize("way", [1, -1])
def test_after_two_minutes_it_counts_no_more_whichever_way_a_clock_was_set(
    database: Database,
    encounter: Encounter,
    ana: User,
    monkeypatch: pytest.MonkeyPatch,
    way: int,
) -> None:
    at = confirm(database, encounter, ana).at
    monkeypatch.setattr(ledger, "now", lambda: at + way * (COUNTS + timedelta(seconds=1)))
    confirm(database, encounter, ana)  # said again for the same decision it is no younger
    assert_refused(database, encounter, ana, match="more than 2 minutes went by")
    monkeypatch.setattr(ledger, "now", lambda: at + way * (COUNTS - timedelta(seconds=1)))
    assert sign(database, encounter, ana).kind is EventKind.FINALISED


def test_what_else_stands_in_the_way_is_said_first(database: Database, ana: User) -> None:
    with pytest.raises(DecisionError, match="No diagnosis is accepted"):
        sign(database, add_scored_encounter(database), ana)


def test_who_does_not_sign_is_not_confirmed(database: Database, encounter: Encounter) -> None:
    before = ledger.events(database, encounter.id)
    for person in (system_user(database), *users(database)):
        if person.role not in (Role.CODER, Role.ADMINISTRATOR):
            with pytest.raises(PermissionDenied):
                confirm(database, encounter, person)
    assert ledger.events(database, encounter.id) == before


@pytest.mark.parametrize("key", ["", "a/b", "x" * 65, "signer_confirmed/sign-1", "\x00"])
def test_what_cannot_be_a_decision_is_not_confirmed(
    database: Database, encounter: Encounter, ana: User, key: str
) -> None:
    with pytest.raises(InputError):
        confirm(database, encounter, ana, key)


@pytest.mark.parametrize("stream", ["system", "", "0" * 22, "\x00"])
def test_what_is_no_encounter_is_not_confirmed(database: Database, ana: User, stream: str) -> None:
    with pytest.raises(NotFound):
        confirm_signer(database, stream, "sign-1", ana, BY_PASSWORD, token=TOKEN)


def test_where_nobody_is_asked_the_session_alone_says_who_signs(
    database: Database, encounter: Encounter, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ICD9_REVIEW_REAUTHENTICATE")
    event = sign(database, encounter, ana, token="")
    assert event.payload["signer"] == {"proof": SESSION_ALONE}
    assert signer_proof(event) == (SESSION_ALONE, None)
