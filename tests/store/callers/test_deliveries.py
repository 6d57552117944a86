"""Messages to webhooks: queued with the signature, tried again, given up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from icd9_review.errors import InputError, NotFound
from icd9_review.store import ledger
from icd9_review.store.callers.deliveries import (
    DELIVERIES_KEPT,
    DELIVERY_LEASE,
    WAITS,
    deliveries,
    finish_delivery,
    own_deliveries,
    retry_delivery,
    take_delivery,
)
from icd9_review.store.callers.webhooks import (
    add_webhook,
    own_webhooks,
    remove_webhook,
    webhooks,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import change_account
from icd9_review.store.people.teams import add_team, set_teams
from icd9_review.store.users import system_user
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.values import Action, DeliveryState, EventKind, User
from tests.encounters import coders
from tests.store.auditing.signing import act, add_signed, reopen
from tests.store.callers.callers import add_service

URL = "https://hooks.example.org/signed"


@pytest.fixture
def gateway(database: Database) -> User:
    account = add_service(database)
    add_webhook(database, account, URL, by=system_user(database))
    return account


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "http://127.0.0.1.example.org/",
        "ftp://127.0.0.1/",
        "https://ana:secret@hooks.example.org/",
        "https://hooks.example.org/#part",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[fd00:ec2::254]/",
        "https://168.63.129.16/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://",
        "https://host:99999/",
        "/signed",
        "https://hooks.example.org/ x",
        "https://hooks.example.org/" + "x" * 500,
    ],
)
def test_an_address_that_may_not_be_called_is_refused(sqlite: Database, url: str) -> None:
    with pytest.raises(InputError):
        add_webhook(sqlite, add_service(sqlite), url, by=system_user(sqlite))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000/x", "http://localhost/", "http://[::1]/", "https://10.0.0.7/"]
)
def test_this_machine_and_the_own_network_may_be_called(sqlite: Database, url: str) -> None:
    add_webhook(sqlite, add_service(sqlite), url, by=system_user(sqlite))


def test_its_secret_is_shown_once_and_no_event_or_list_has_it(database: Database) -> None:
    account, by = add_service(database), system_user(database)
    secret, known = add_webhook(database, account, URL, by=by)
    told = ledger.events(database, ledger.SYSTEM)[-1]
    assert told.kind is EventKind.WEBHOOK_ADDED
    assert told.payload["host"] == "hooks.example.org"
    assert secret not in str((told, known, webhooks(database, by=by)))
    assert own_webhooks(database, account) == (known,)
    assert own_webhooks(database, add_service(database)) == ()


def test_a_signature_queues_a_message_without_a_code_or_a_word(
    database: Database, gateway: User
) -> None:
    signed = add_signed(database)
    (known,) = own_deliveries(database, gateway)
    assert (known.state, known.encounter) == (DeliveryState.QUEUED, signed.label)
    taken = take_delivery(database)
    assert taken is not None
    assert taken.message == known.message
    body = taken.body.decode()
    assert signed.id in body
    assert "encounter.finalised" in body
    assert set(json.loads(body)["data"]) == {"encounter", "label", "sequence"}
    assert "428.0" not in body
    assert "heart" not in body
    assert take_delivery(database) is None


def test_each_signature_is_told_and_nothing_else(database: Database, gateway: User) -> None:
    signed = add_signed(database)
    reopen(database, signed)
    assert len(own_deliveries(database, gateway)) == 1
    act(database, signed, coders(database)[0], Action.FINALISE)
    assert len(own_deliveries(database, gateway)) == 2


def test_whoever_does_not_see_the_encounter_is_told_nothing(
    database: Database, gateway: User
) -> None:
    by = system_user(database)
    signed = add_signed(database)
    team = add_team(database, "Cardiology", by=by)
    move_encounter(database, signed.number, team, by=by)
    reopen(database, signed)
    before = len(own_deliveries(database, gateway))
    restricted = replace(database, restricted=True).seen_by(coders(database)[0])
    set_teams(database, coders(database)[0], [team], by=by)
    act(restricted, signed, coders(database)[0], Action.FINALISE)
    assert len(own_deliveries(database, gateway)) == before
    change_account(database, gateway, by=by, active=False)
    add_signed(database)
    assert len(own_deliveries(database, gateway)) == before


def test_what_fails_is_tried_again_with_growing_waits_and_then_dead(
    database: Database, gateway: User
) -> None:
    add_signed(database)
    moment = datetime.now(UTC) + timedelta(seconds=1)
    for number, wait in enumerate((*WAITS, timedelta()), start=1):
        taken = take_delivery(database, now=moment)
        assert taken is not None
        assert taken.attempts == number
        state = finish_delivery(database, taken, "status 500", sent=False, now=moment)
        if number <= len(WAITS):
            assert state is DeliveryState.QUEUED
            assert take_delivery(database, now=moment + wait - timedelta(seconds=1)) is None
            moment += wait
    assert state is DeliveryState.DEAD
    by = system_user(database)
    (dead,) = deliveries(database, by=by, state=DeliveryState.DEAD)
    assert (dead.attempts, dead.outcome) == (len(WAITS) + 1, "status 500")
    retry_delivery(database, dead.message, by=by)
    again = take_delivery(database)
    assert again is not None
    assert again.attempts == 1
    with pytest.raises(NotFound):
        retry_delivery(database, dead.message, by=by)


def test_a_worker_that_died_or_was_late_loses_its_message_to_another(
    database: Database, gateway: User
) -> None:
    add_signed(database)
    now = datetime.now(UTC) + timedelta(seconds=1)
    first = take_delivery(database, now=now)
    assert take_delivery(database, now=now + DELIVERY_LEASE / 2) is None
    second = take_delivery(database, now=now + DELIVERY_LEASE)
    assert first is not None
    assert second is not None
    assert finish_delivery(database, first, "status 500", sent=False, for_good=True) is (
        DeliveryState.QUEUED
    )
    assert finish_delivery(database, second, "status 200", sent=True) is DeliveryState.SENT
    assert take_delivery(database, now=now + timedelta(days=3)) is None


def test_what_waits_for_a_removed_webhook_is_dead(database: Database, gateway: User) -> None:
    add_signed(database)
    by = system_user(database)
    (known,) = webhooks(database, by=by)
    remove_webhook(database, known.id, by=by)
    assert take_delivery(database) is None
    assert webhooks(database, by=by) == ()
    (dead,) = own_deliveries(database, gateway)
    assert dead.state is DeliveryState.DEAD
    assert deliveries(database, by=by) == ()  # nobody is warned of it for ninety days
    with pytest.raises(NotFound):
        retry_delivery(database, dead.message, by=by)
    with pytest.raises(NotFound):
        remove_webhook(database, known.id, by=by)


def test_what_waits_for_an_account_out_of_service_is_dead_and_others_are_sent(
    database: Database, gateway: User
) -> None:
    by, other = system_user(database), add_service(database)
    add_webhook(database, other, URL, by=by)
    signed = add_signed(database)
    change_account(database, gateway, by=by, active=False)
    taken = take_delivery(database)
    assert taken is not None
    assert taken.message == own_deliveries(database, other)[0].message
    assert take_delivery(database) is None
    (dead,) = own_deliveries(database, gateway)
    assert (dead.state, dead.encounter) == (DeliveryState.DEAD, signed.label)
    assert dead.outcome == "its account is out of service"
    change_account(database, gateway, by=by, active=True)
    retry_delivery(database, dead.message, by=by)
    again = take_delivery(database)
    assert again is not None
    assert again.message == dead.message


def test_messages_to_a_webhook_that_is_passed_over_wait(database: Database, gateway: User) -> None:
    add_signed(database)
    (slow,) = webhooks(database, by=system_user(database))
    assert take_delivery(database, passing_over={slow.id}) is None
    assert take_delivery(database) is not None


def test_old_messages_go_once_they_ended(database: Database, gateway: User) -> None:
    add_signed(database)
    add_signed(database)
    later = datetime.now(UTC) + DELIVERIES_KEPT + timedelta(days=1)
    first, second = take_delivery(database), take_delivery(database)
    assert first is not None
    assert second is not None
    finish_delivery(database, first, "status 200", sent=True)
    finish_delivery(database, second, "status 500", sent=False, now=later)
    assert [each.message for each in own_deliveries(database, gateway)] == [second.message]
