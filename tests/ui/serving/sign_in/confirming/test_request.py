"""The route by which a signer shows once more who they are: by a password."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import httpx2
import pytest
from starlette.testclient import TestClient

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import add_account, change_account, set_password
from icd9_review.store.people.attempts import of_name
from icd9_review.store.people.sessions import session_name
from icd9_review.store.users import system_user
from icd9_review.ui.serving.sign_in.confirming import signer
from icd9_review.ui.serving.sign_in.confirming.signer import present_signer
from icd9_review.ui.serving.sign_in.cookie import COOKIE, token_of
from icd9_review.values import Encounter, Event, EventKind, Role, User
from tests.encounters import add_encounter
from tests.ui.serving.sign_in.conftest import PAGE, PASSWORD, Start, sign_in

WRONG = "four words make two"


@pytest.fixture
def encounter(sqlite: Database) -> Encounter:
    return add_encounter(sqlite)


@pytest.fixture
def client(start: Start, ana: User) -> TestClient:
    """A browser in which Ana Ruiz has signed in, where signers are asked once more."""
    client = start(sign_in="accounts", reauthenticate="finalise")
    sign_in(client, ana.name, PASSWORD)
    return client


@pytest.fixture
def page(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Page:
    return Page(client, monkeypatch)


class Page:
    """The chart in a browser, as far as it asks who signs."""

    def __init__(self, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client = client
        self._patch = monkeypatch

    @property
    def token(self) -> str:
        return token_of(self.client.cookies.get(COOKIE) or "")

    def seal(self, encounter: Encounter) -> str:
        self._patch.setattr(signer, "present_token", lambda: self.token)
        return present_signer(encounter.id).seal

    def ask(self, encounter: Encounter, password: str, **other: str) -> httpx2.Response:
        fields = {
            "encounter": encounter.id,
            "key": "sign-1",
            "seal": other.pop("seal", None) or self.seal(encounter),
            "password": password,
            **other,
        }
        headers = {"Origin": PAGE, "Accept": "*/*"}
        return self.client.post(f"{PAGE}/confirm", data=fields, headers=headers)


def confirmed(database: Database, encounter: Encounter) -> list[Event]:
    told = ledger.events(database, encounter.id)
    return [event for event in told if event.kind is EventKind.SIGNER_CONFIRMED]


def failures(database: Database) -> list[EventKind]:
    told = [event.kind for event in ledger.events(database, ledger.SYSTEM)]
    return [kind for kind in told if kind in (EventKind.SIGN_IN_FAILED, EventKind.LOCKED_OUT)]


def test_the_right_password_confirms_the_signer_for_one_decision(
    page: Page, sqlite: Database, encounter: Encounter, ana: User
) -> None:
    before = datetime.now(UTC)
    answer = page.ask(encounter, PASSWORD)
    assert (answer.status_code, answer.json()) == (200, {"confirmed": True})
    (event,) = confirmed(sqlite, encounter)
    assert (event.actor, event.key) == (ana.id, "signer_confirmed/sign-1")
    assert event.payload["session"] == session_name(page.token)
    assert before <= datetime.fromisoformat(str(event.payload["at"])) <= datetime.now(UTC)
    assert answer.headers.get_list("set-cookie") == []  # the session stays


def test_a_wrong_password_is_one_sentence_and_counts_like_a_sign_in(
    page: Page, sqlite: Database, encounter: Encounter
) -> None:
    answer = page.ask(encounter, WRONG)
    assert (answer.status_code, answer.json()) == (403, {"refused": "This is not your password."})
    assert confirmed(sqlite, encounter) == []
    assert failures(sqlite) == [EventKind.SIGN_IN_FAILED]
    assert page.client.get("/").status_code == 200  # nobody is signed out by it


def test_ten_wrong_ones_lock_the_name_for_signing_and_signing_in(
    page: Page, sqlite: Database, encounter: Encounter, ana: User
) -> None:
    for _ in range(of_name("").most):
        page.ask(encounter, WRONG)
    assert "Too many" in page.ask(encounter, PASSWORD).json()["refused"]
    assert failures(sqlite).count(EventKind.LOCKED_OUT) == 1
    assert confirmed(sqlite, encounter) == []
    page.client.cookies.clear()
    assert "Too many" in sign_in(page.client, ana.name, PASSWORD).text


def test_the_password_of_somebody_else_is_none(
    page: Page, sqlite: Database, encounter: Encounter
) -> None:
    ben = add_account(sqlite, "Ben Okafor", Role.CODER, by=system_user(sqlite))
    set_password(sqlite, ben, WRONG, by=ben)
    assert page.ask(encounter, WRONG, name=ben.name).status_code == 403
    assert confirmed(sqlite, encounter) == []


def test_only_the_page_of_this_chart_in_this_session_can_ask(
    page: Page, sqlite: Database, encounter: Encounter, ana: User
) -> None:
    seal, there = page.seal(encounter), page.seal(add_encounter(sqlite))
    page.client.cookies.clear()
    sign_in(page.client, ana.name, PASSWORD)  # another session of the same person
    for given in (seal, there, "", "x", "é", secrets.token_urlsafe(20)):
        answer = page.ask(encounter, PASSWORD, seal=given or "-")
        assert (answer.status_code, "had lapsed" in answer.json()["refused"]) == (403, True)
    assert confirmed(sqlite, encounter) == []
    assert failures(sqlite) == []  # the password was not looked at


@pytest.mark.parametrize("origin", [None, "http://localhost:8502", "null"])
def test_no_other_site_can_ask(page: Page, encounter: Encounter, origin: str | None) -> None:
    fields = {
        "encounter": encounter.id,
        "key": "k",
        "seal": page.seal(encounter),
        "password": PASSWORD,
    }
    headers = {} if origin is None else {"Origin": origin}
    answer = page.client.post(f"{PAGE}/confirm", data=fields, headers=headers)
    assert (answer.status_code, "Only pages of this app" in answer.text) == (403, True)


def test_whoever_is_signed_out_confirms_nothing(page: Page, encounter: Encounter) -> None:
    seal = page.seal(encounter)
    page.client.cookies.clear()
    assert page.ask(encounter, PASSWORD, seal=seal).status_code == 401


def test_whoever_left_or_does_not_code_confirms_nothing(
    page: Page, sqlite: Database, encounter: Encounter, ana: User
) -> None:
    change_account(sqlite, ana, by=system_user(sqlite), role=Role.AUDITOR)
    assert "does not decide" in page.ask(encounter, PASSWORD).json()["refused"]
    seal = page.seal(encounter)
    change_account(sqlite, ana, by=system_user(sqlite), active=False)
    assert page.ask(encounter, PASSWORD, seal=seal).status_code == 401
    assert confirmed(sqlite, encounter) == []


@pytest.mark.parametrize("key", ["", "a/b", "x" * 65])
def test_what_is_no_decision_is_refused(page: Page, encounter: Encounter, key: str) -> None:
    assert page.ask(encounter, PASSWORD, key=key).status_code == 403


def test_a_request_without_end_is_not_read(page: Page) -> None:
    answer = page.client.post("/confirm", content=b"x" * 10_000_000, headers={"Origin": PAGE})
    assert (answer.status_code, answer.json()) == (403, {"refused": "This form is too long."})


def test_where_nobody_is_asked_the_page_is_to_be_loaded_anew(
    page: Page, encounter: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = page.seal(encounter)
    monkeypatch.delenv("ICD9_REVIEW_REAUTHENTICATE")
    assert "Nobody is asked" in page.ask(encounter, PASSWORD, seal=seal).json()["refused"]
    assert present_signer(encounter.id).asks == ""


def test_the_page_is_not_sent_the_token(page: Page, encounter: Encounter) -> None:
    assert page.token
    assert page.token not in page.seal(encounter)
    assert page.seal(encounter) == page.seal(encounter)  # or every answer would be another
