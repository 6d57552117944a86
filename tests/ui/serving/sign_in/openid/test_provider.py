"""Signing in at an OpenID provider that runs on loopback, and at one that lies."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from icd9_review.errors import SettingsError
from icd9_review.settings import Settings
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import account, accounts, add_account, change_account
from icd9_review.store.people.sessions import open_sessions
from icd9_review.store.users import system_user
from icd9_review.ui.serving.sign_in.cookie import COOKIE
from icd9_review.ui.serving.sign_in.openid import protocol as here
from icd9_review.ui.serving.sign_in.openid.provider import TRIP_COOKIE, check_provider
from icd9_review.values import EventKind, Proof, Role, User
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
    """One that tells the truth about Ana Ruiz."""
    running.claims = {"sub": "u-1", "name": "Ana Ruiz"}
    running.token, running.page, running.metadata = {}, {}, {}
    running.foreign, running.refuses = False, ""
    running.asked.clear()
    here.client_of.cache_clear()
    return running


@pytest.fixture
def ana(sqlite: Database) -> User:
    return add_account(sqlite, "Ana Ruiz", Role.CODER, by=system_user(sqlite), identity="u-1")


def settings(provider: Provider, **more: str) -> dict[str, str]:
    return {
        "sign_in": "oidc",
        "oidc_issuer": provider.issuer,
        "oidc_client": CLIENT,
        "oidc_secret": CLIENT_SECRET,
        **more,
    }


@pytest.fixture
def client(start: Start, provider: Provider) -> TestClient:
    return start(**settings(provider))


def sign_in(client: TestClient, provider: Provider, place: str = "/") -> httpx2.Response:
    """Leave for the provider, be signed in there, and come back."""
    left = client.get("/sign-in/provider", params={"place": place})
    return client.get(provider.sign_in(left.headers["location"]))


def test_the_page_leads_to_the_provider_and_back_to_where_one_wanted_to_go(
    client: TestClient, provider: Provider, sqlite: Database, ana: User
) -> None:
    asked = client.get("/workbench?encounter=a")
    page = client.get(asked.headers["location"])
    assert 'href="/sign-in/provider?place=%2Fworkbench%3Fencounter%3Da"' in page.text
    answer = sign_in(client, provider, "/workbench?encounter=a")
    assert (answer.status_code, answer.headers["location"]) == (303, "/workbench?encounter=a")
    assert client.get("/workbench").text == "the page /workbench"
    (found,) = open_sessions(sqlite, ana, by=ana)
    assert found.proof is Proof.PROVIDER


def test_the_provider_is_asked_with_state_nonce_and_a_challenge(
    client: TestClient, provider: Provider, ana: User
) -> None:
    sign_in(client, provider)
    said = query(provider.asked[0])
    assert said["response_type"] == "code"
    assert said["redirect_uri"] == f"{PAGE}/sign-in/return"
    assert said["code_challenge_method"] == "S256"
    assert min(len(said[each]) for each in ("state", "nonce", "code_challenge")) >= 20


def cookies(client: TestClient) -> str:
    """What the browser sends along."""
    return "; ".join(f"{each.name}={each.value}" for each in client.cookies.jar)


def failures(sqlite: Database) -> list[object]:
    """Why the ledger says that nobody was let in."""
    told = ledger.events(sqlite, ledger.SYSTEM)
    return [each.payload.get("why") for each in told if each.kind is EventKind.SIGN_IN_FAILED]


def test_four_hundred_groups_are_no_byte_of_the_cookies(
    start: Start, provider: Provider, sqlite: Database
) -> None:
    provider.claims["groups"] = [f"group-{number:036}" for number in range(400)] + ["coders"]
    client = start(**settings(provider, oidc_roles="groups", roles="coders=coder"))
    client.get(f"/sign-in/provider?place=/workbench?encounter={'e' * 22}", follow_redirects=False)
    trip = cookies(client)
    assert TRIP_COOKIE in trip
    assert len(trip) < 1024
    assert sign_in(client, provider).status_code == 303
    assert len(cookies(client)) < 1024
    assert account(sqlite, "Ana Ruiz", by=system_user(sqlite)).person.role is Role.CODER


def test_whoever_nobody_added_is_told_how_they_are_called(
    client: TestClient, provider: Provider, sqlite: Database
) -> None:
    answer = sign_in(client, provider)
    assert answer.status_code == 403
    assert "Nobody here is known as &#x27;u-1&#x27;" in answer.text
    assert COOKIE not in client.cookies


def test_whoever_is_out_of_service_is_not_let_in(
    client: TestClient, provider: Provider, sqlite: Database, ana: User
) -> None:
    change_account(sqlite, ana, by=system_user(sqlite), active=False)
    assert "no longer in service" in sign_in(client, provider).text


class TestRolesOfTheProvider:
    @pytest.fixture
    def client(self, start: Start, provider: Provider) -> TestClient:
        roles = "leads=auditor,coders=coder"
        return start(**settings(provider, oidc_roles="realm.roles", roles=roles))

    def test_the_first_role_of_the_setting_counts_and_a_new_person_is_added(
        self, client: TestClient, provider: Provider, sqlite: Database
    ) -> None:
        provider.claims["realm"] = {"roles": ["others", "coders", "leads"]}
        assert sign_in(client, provider).status_code == 303
        found = account(sqlite, "Ana Ruiz", by=system_user(sqlite))
        assert (found.person.role, found.identity) == (Role.AUDITOR, "u-1")

    def test_another_role_counts_from_the_next_sign_in(
        self, client: TestClient, provider: Provider, sqlite: Database, ana: User
    ) -> None:
        provider.claims["realm"] = {"roles": ["leads"]}
        assert sign_in(client, provider).status_code == 303
        assert account(sqlite, ana.name, by=system_user(sqlite)).person.role is Role.AUDITOR

    @pytest.mark.parametrize("said", [None, [], ["others"], {"coders": True}, 7, "coder"])
    def test_nobody_without_a_role_is_let_in(
        self, client: TestClient, provider: Provider, sqlite: Database, said: object
    ) -> None:
        provider.claims["realm"] = {"roles": said}
        before = accounts(sqlite, by=system_user(sqlite))
        assert "None of your groups has a role here" in sign_in(client, provider).text
        assert accounts(sqlite, by=system_user(sqlite)) == before
        assert failures(sqlite) == ["role"]

    def test_roles_that_only_the_page_of_claims_has_are_read_there(
        self, client: TestClient, provider: Provider, sqlite: Database
    ) -> None:
        provider.page["realm"] = {"roles": ["coders"]}
        assert sign_in(client, provider).status_code == 303
        assert account(sqlite, "Ana Ruiz", by=system_user(sqlite)).person.role is Role.CODER

    def test_a_page_of_claims_about_somebody_else_is_not_believed(
        self, client: TestClient, provider: Provider
    ) -> None:
        provider.page = {"realm": {"roles": ["coders"]}, "sub": "u-2"}
        assert sign_in(client, provider).status_code == 403

    def test_two_people_of_one_name_are_told_apart(
        self, client: TestClient, provider: Provider, sqlite: Database
    ) -> None:
        provider.claims["realm"] = {"roles": ["coders"]}
        sign_in(client, provider)
        provider.claims["sub"] = "u-2"
        client.cookies.clear()
        sign_in(client, provider)
        assert {"Ana Ruiz", "Ana Ruiz (u-2)"} <= {
            each.person.name for each in accounts(sqlite, by=system_user(sqlite))
        }


LIES: list[dict[str, Any]] = [
    {"iss": "https://evil.example"},
    {"iss": None},
    {"aud": "another-client"},
    {"aud": None},
    {"nonce": "of another sign-in"},
    {"nonce": None},
    {"exp": 1_700_000_000},
    {"exp": None},
    {"sub": None},
    {"iat": 4_000_000_000},
]


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_token_that_lies_signs_nobody_in(
    client: TestClient, provider: Provider, sqlite: Database, ana: User, lie: dict[str, Any]
) -> None:
    provider.token = lie
    answer = sign_in(client, provider)
    assert answer.status_code == 403
    assert COOKIE not in client.cookies
    assert failures(sqlite) == ["answer"]


@pytest.mark.parametrize(
    ("verified", "status"), [(True, 303), (False, 403), (None, 403), ("true", 403)]
)
def test_an_address_that_the_provider_has_not_verified_is_nobodys(
    start: Start, provider: Provider, sqlite: Database, verified: object, status: int
) -> None:
    address = "ana@example.org"
    add_account(sqlite, "Ana Ruiz", Role.CODER, by=system_user(sqlite), identity=address)
    provider.claims |= {"email": address, "email_verified": verified}
    client = start(**settings(provider, oidc_identity="email"))
    assert sign_in(client, provider).status_code == status
    assert failures(sqlite) == (["email"] if status == 403 else [])


def test_a_provider_that_said_something_else_once_is_asked_again(
    client: TestClient, provider: Provider, ana: User
) -> None:
    provider.metadata = {"issuer": "https://evil.example"}
    assert client.get("/sign-in/provider").status_code == 403
    provider.metadata = {}
    assert sign_in(client, provider).status_code == 303


def test_a_token_signed_by_somebody_else_signs_nobody_in(
    client: TestClient, provider: Provider, ana: User
) -> None:
    provider.foreign = True
    assert sign_in(client, provider).status_code == 403
    assert COOKIE not in client.cookies


@pytest.mark.parametrize(("seconds", "status"), [(-40, 303), (-80, 403)])
def test_clocks_may_differ_by_a_minute(
    client: TestClient, provider: Provider, ana: User, seconds: int, status: int
) -> None:
    provider.token = {"exp": int(time.time()) + seconds}
    assert sign_in(client, provider).status_code == status


def test_a_provider_that_calls_itself_otherwise_is_not_asked(
    client: TestClient, provider: Provider
) -> None:
    provider.metadata = {"issuer": "https://evil.example"}
    answer = client.get("/sign-in/provider")
    assert answer.status_code == 403
    assert provider.asked == []


def test_keys_that_everybody_knows_are_not_taken(
    client: TestClient, provider: Provider, ana: User
) -> None:
    provider.metadata = {"id_token_signing_alg_values_supported": ["none", "HS256"]}
    assert sign_in(client, provider).status_code == 303  # by RS256, which needs the private half


def test_a_consent_that_was_not_given_is_said(
    client: TestClient, provider: Provider, sqlite: Database, ana: User
) -> None:
    provider.refuses = "access_denied"
    answer = sign_in(client, provider)
    assert answer.status_code == 403
    assert "told not to" in answer.text
    assert "Try again" in answer.text
    assert failures(sqlite) == ["cancelled"]


def test_what_another_error_says_is_not_shown(client: TestClient, provider: Provider) -> None:
    provider.refuses = "<script>server_error"
    assert "script" not in sign_in(client, provider).text


def test_a_provider_that_is_down_is_said_in_a_sentence(start: Start, provider: Provider) -> None:
    away = Provider()  # never started
    client = start(**settings(away))
    answer = client.get("/sign-in/provider")
    assert answer.status_code == 403
    assert "does not answer as it should" in answer.text


def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(
    client: TestClient, provider: Provider, ana: User
) -> None:
    left = client.get("/sign-in/provider")
    back = provider.sign_in(left.headers["location"])
    client.cookies.clear()  # another browser is given the address
    answer = client.get(back)
    assert answer.status_code == 403
    assert "not begun in this browser" in answer.text


def test_an_answer_counts_once(client: TestClient, provider: Provider, ana: User) -> None:
    left = client.get("/sign-in/provider")
    back = provider.sign_in(left.headers["location"])
    assert client.get(back).status_code == 303
    client.cookies.delete(COOKIE)
    assert client.get(back).status_code == 403


@pytest.mark.parametrize("times", [10, pytest.param(100, marks=pytest.mark.long)])
def test_sign_ins_by_turns_at_two_replicas_and_restarts_in_between(
    start: Start, provider: Provider, sqlite: Database, ana: User, times: int
) -> None:
    """Whoever leaves at one replica comes back at the other, which was started anew meanwhile every
    third time."""
    replicas = [start(**settings(provider)) for _ in range(2)]
    for number in range(times):
        leaving, back = number % 2, (number + 1) % 2
        replicas[leaving].cookies.clear()
        left = replicas[leaving].get("/sign-in/provider")
        if number % 3 == 0:
            replicas[back] = start(**settings(provider))
            here.client_of.cache_clear()
        replicas[back].cookies.clear()
        for name, value in replicas[leaving].cookies.items():
            replicas[back].cookies.set(name, value)
        answer = replicas[back].get(provider.sign_in(left.headers["location"]))
        assert answer.status_code == 303
    assert len(open_sessions(sqlite, ana, by=ana)) == times


def test_signing_out_ends_the_session_of_the_provider_too(
    client: TestClient, provider: Provider, sqlite: Database, ana: User
) -> None:
    sign_in(client, provider)
    answer = send(client, "/sign-out")
    assert open_sessions(sqlite, ana, by=ana) == ()
    address = answer.text.partition("url=")[2].partition('"')[0].replace("&amp;", "&")
    assert address.startswith(f"{provider.issuer}/end?")
    said = query(address)
    assert said["post_logout_redirect_uri"] == f"{PAGE}/"
    assert said["client_id"] == CLIENT
    assert said["id_token_hint"].count(".") == 2


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"oidc_issuer": ""}, "needs ICD9_REVIEW_OIDC_ISSUER"),
        ({"oidc_client": "", "oidc_secret": ""}, "_CLIENT and ICD9_REVIEW_OIDC_SECRET"),
        ({"oidc_issuer": "http://sso.example.org"}, "must be an https address"),
        ({"oidc_roles": "groups"}, "set both or neither"),
        ({"roles": "a=coder"}, "set both or neither"),
        ({"oidc_roles": "groups", "roles": "a=chief"}, "write value=role"),
        ({"oidc_roles": "groups", "roles": "a=system"}, "write value=role"),
    ],
)
def test_a_setting_that_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, provider: Provider, wrong: dict[str, str], sentence: str
) -> None:
    for name, value in {**settings(provider), **wrong}.items():
        monkeypatch.setenv(f"ICD9_REVIEW_{name.upper()}", value)
    with pytest.raises(SettingsError, match=sentence):
        check_provider(Settings())
