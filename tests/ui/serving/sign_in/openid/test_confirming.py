"""A signer who signs in anew at the provider, and comes back to the chart."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest
from starlette.testclient import TestClient

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import accounts, add_account
from icd9_review.store.people.sessions import open_sessions, session_name
from icd9_review.store.users import system_user
from icd9_review.ui.serving.sign_in.confirming import signer
from icd9_review.ui.serving.sign_in.confirming.signer import present_signer
from icd9_review.ui.serving.sign_in.cookie import COOKIE, token_of
from icd9_review.ui.serving.sign_in.openid import protocol as here
from icd9_review.values import Encounter, Event, EventKind, Role, User
from tests.encounters import add_encounter
from tests.ui.serving.sign_in.conftest import PAGE, Start, send
from tests.ui.serving.sign_in.openid.liar import CLIENT, CLIENT_SECRET, Provider, query


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    provider = Provider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(running: Provider) -> Provider:
    """One that has Ana Ruiz sign in anew, and says when."""
    running.claims = {"sub": "u-1", "name": "Ana Ruiz", "auth_time": int(time.time())}
    running.token, running.refuses = {}, ""
    running.asked.clear()
    here.client_of.cache_clear()
    return running


@pytest.fixture
def ana(sqlite: Database) -> User:
    return add_account(sqlite, "Ana Ruiz", Role.CODER, by=system_user(sqlite), identity="u-1")


@pytest.fixture
def encounter(sqlite: Database) -> Encounter:
    return add_encounter(sqlite)


@pytest.fixture
def client(start: Start, provider: Provider, ana: User) -> TestClient:
    """A browser in which Ana Ruiz has signed in, where signers are asked once more."""
    client = start(
        sign_in="oidc",
        oidc_issuer=provider.issuer,
        oidc_client=CLIENT,
        oidc_secret=CLIENT_SECRET,
        reauthenticate="finalise",
    )
    left = client.get("/sign-in/provider")
    client.get(provider.sign_in(left.headers["location"]))
    provider.asked.clear()
    return client


@pytest.fixture(autouse=True)
def token(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> str:
    found = token_of(client.cookies.get(COOKIE) or "")
    monkeypatch.setattr(signer, "present_token", lambda: found)
    return found


def leave(client: TestClient, encounter: Encounter) -> str:
    """Where the page of the chart is told to go."""
    fields = {"encounter": encounter.id, "key": "sign-1", "seal": present_signer(encounter.id).seal}
    answer = send(client, "/confirm", **fields)
    assert answer.status_code == 200
    return str(answer.json()["away"])


def sign_in_anew(client: TestClient, provider: Provider, encounter: Encounter) -> httpx2.Response:
    return client.get(provider.sign_in(leave(client, encounter)))


def confirmed(database: Database, encounter: Encounter) -> list[Event]:
    told = ledger.events(database, encounter.id)
    return [event for event in told if event.kind is EventKind.SIGNER_CONFIRMED]


def assert_back_unsigned(
    answer: httpx2.Response, database: Database, encounter: Encounter, sentence: str
) -> None:
    """A page says why, and leads back to the chart."""
    assert answer.status_code == 403
    assert f"{sentence} Nothing was signed." in answer.text
    assert f'href="/workbench?encounter={encounter.id}"' in answer.text
    assert confirmed(database, encounter) == []


def test_whoever_signs_in_anew_is_confirmed_and_back_at_the_chart(
    client: TestClient,
    provider: Provider,
    sqlite: Database,
    encounter: Encounter,
    ana: User,
    token: str,
) -> None:
    answer = sign_in_anew(client, provider, encounter)
    place = f"/workbench?encounter={encounter.id}"
    assert (answer.status_code, answer.headers["location"]) == (303, place)
    said = query(provider.asked[0])
    assert (said["prompt"], said["max_age"]) == ("login", "0")
    (event,) = confirmed(sqlite, encounter)
    assert (event.actor, event.key) == (ana.id, "signer_confirmed/sign-1")
    at = datetime.fromtimestamp(provider.claims["auth_time"], UTC)
    assert event.payload == {
        "session": session_name(token),
        "proof": "provider",
        "at": at.isoformat(),
    }
    assert token_of(client.cookies.get(COOKIE) or "") == token  # the same session goes on
    assert len(open_sessions(sqlite, ana, by=ana)) == 1


def test_a_provider_that_asked_nobody_confirms_nobody(
    client: TestClient, provider: Provider, sqlite: Database, encounter: Encounter
) -> None:
    provider.token = {"auth_time": int(time.time()) - 3600}
    answer = sign_in_anew(client, provider, encounter)
    sentence = "The sign-in service did not have you sign in anew."
    assert_back_unsigned(answer, sqlite, encounter, sentence)


def test_a_provider_that_does_not_say_when_confirms_nobody(
    client: TestClient, provider: Provider, sqlite: Database, encounter: Encounter
) -> None:
    provider.token = {"auth_time": None}
    answer = sign_in_anew(client, provider, encounter)
    sentence = "The sign-in service does not say when you signed in (auth_time)."
    assert_back_unsigned(answer, sqlite, encounter, sentence)


def test_somebody_else_who_signs_in_there_confirms_nobody_and_changes_nothing(
    client: TestClient, provider: Provider, sqlite: Database, encounter: Encounter, token: str
) -> None:
    before = accounts(sqlite, by=system_user(sqlite))
    provider.claims["sub"] = "u-2"
    answer = sign_in_anew(client, provider, encounter)
    sentence = "You signed in as somebody else than who works here."
    assert_back_unsigned(answer, sqlite, encounter, sentence)
    assert accounts(sqlite, by=system_user(sqlite)) == before
    assert token_of(client.cookies.get(COOKIE) or "") == token


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        ("access_denied", "You were not signed in, because the sign-in service was told not to."),
        ("login_required", "The sign-in service did not take this sign-in."),
    ],
)
def test_whoever_gives_up_there_comes_back_to_the_chart(
    client: TestClient,
    provider: Provider,
    sqlite: Database,
    encounter: Encounter,
    refusal: str,
    sentence: str,
) -> None:
    provider.refuses = refusal
    answer = sign_in_anew(client, provider, encounter)
    assert_back_unsigned(answer, sqlite, encounter, sentence)


def test_an_answer_confirms_once(
    client: TestClient, provider: Provider, sqlite: Database, encounter: Encounter
) -> None:
    back = provider.sign_in(leave(client, encounter))
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 403
    assert len(confirmed(sqlite, encounter)) == 1


def test_whoever_was_signed_out_meanwhile_is_signed_in_and_signs_anew(
    client: TestClient, provider: Provider, sqlite: Database, encounter: Encounter, ana: User
) -> None:
    back = provider.sign_in(leave(client, encounter))
    client.cookies.delete(COOKIE)
    answer = client.get(back)
    assert answer.headers["location"] == f"/workbench?encounter={encounter.id}"
    assert confirmed(sqlite, encounter) == []
    assert token_of(client.cookies.get(COOKIE) or "")


def test_a_provider_that_is_down_is_said_where_the_chart_is(
    client: TestClient, provider: Provider, encounter: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = present_signer(encounter.id).seal
    away = Provider()  # never started
    monkeypatch.setenv("ICD9_REVIEW_OIDC_ISSUER", away.issuer)
    answer = send(client, "/confirm", encounter=encounter.id, key="sign-1", seal=seal)
    assert answer.status_code == 403
    assert "does not answer as it should" in answer.json()["refused"]


def test_no_password_is_taken_where_the_provider_knows_it(
    client: TestClient, sqlite: Database, encounter: Encounter, provider: Provider
) -> None:
    fields = {"key": "sign-1", "seal": present_signer(encounter.id).seal, "password": "any"}
    answer = send(client, "/confirm", encounter=encounter.id, **fields)
    assert answer.json()["away"].startswith(f"{provider.issuer}/authorize?")
    assert f"{PAGE}/sign-in/return" in query(answer.json()["away"])["redirect_uri"]
    assert confirmed(sqlite, encounter) == []
