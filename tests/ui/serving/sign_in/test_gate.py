"""What is answered to whom: nothing without a session, and nothing from outside without sign-in."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from icd9_review.errors import SettingsError
from icd9_review.settings import Settings
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import add_account, set_identity
from icd9_review.store.people.sessions import open_sessions
from icd9_review.store.users import system_user
from icd9_review.ui.serving.sign_in import seal as sealing
from icd9_review.ui.serving.sign_in.cookie import COOKIE
from icd9_review.ui.serving.sign_in.ways import check_server, check_sign_in
from icd9_review.values import EventKind, Proof, Role, User
from tests.ui.serving.sign_in.conftest import Start, send
from tests.ui.serving.sign_in.test_routes import open_socket, socket_is_refused

PROXY = ("10.0.0.7", 40_000)
HEADER = {"X-Forwarded-User": "ana"}
BEHIND = {
    "sign_in": "proxy",
    "proxies": "10.0.0.0/29, 2001:db8::7",
    "proxy_header": "X-Forwarded-User",
}
FORWARDED = [
    {"Forwarded": "for=192.0.2.1"},
    {"X-Forwarded-For": "192.0.2.1"},
    {"X-Forwarded-Host": "coding.example.org"},
    {"X-Forwarded-Proto": "https"},
    {"Via": "1.1 proxy"},
]


class TestWithoutSignIn:
    def test_this_machine_is_answered(self, start: Start) -> None:
        client = start(sign_in="single")
        assert client.get("/worklist").text == "the page /worklist"
        assert not socket_is_refused(client)

    @pytest.mark.parametrize("client", [("192.0.2.1", 1), ("10.0.0.1", 1), ("2001:db8::1", 1)])
    def test_another_machine_is_not(self, start: Start, client: tuple[str, int]) -> None:
        outside = start(client, sign_in="single")
        answer = outside.get("/worklist")
        assert answer.status_code == 403
        assert "runs without sign-in" in answer.text
        assert socket_is_refused(outside)

    @pytest.mark.parametrize("headers", FORWARDED, ids=str)
    def test_a_proxy_is_not(self, start: Start, headers: dict[str, str]) -> None:
        client = start(sign_in="single")
        assert client.get("/worklist", headers=headers).status_code == 403
        client.headers.update(headers)
        assert socket_is_refused(client)

    def test_whoever_watches_over_the_process_is(self, start: Start) -> None:
        assert start(("10.0.0.1", 1), sign_in="single").get("/_stcore/health").status_code == 200

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "coding.example.org"])  # noqa: S104
    def test_the_app_does_not_start_where_others_could_reach_it(
        self, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        monkeypatch.setenv("ICD9_REVIEW_SIGN_IN", "single")
        with pytest.raises(SettingsError, match="Set ICD9_REVIEW_SIGN_IN"):
            check_sign_in(host)

    @pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
    def test_it_starts_on_loopback(self, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
        monkeypatch.setenv("ICD9_REVIEW_SIGN_IN", "single")
        check_sign_in(host)

    def test_with_sign_in_it_starts_anywhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ICD9_REVIEW_SIGN_IN", "accounts")
        check_sign_in("0.0.0.0")  # noqa: S104


class TestBehindAProxy:
    @pytest.fixture
    def client(self, start: Start) -> TestClient:
        return start(PROXY, **BEHIND)

    @pytest.fixture(autouse=True)
    def ana(self, sqlite: Database) -> User:
        return add_account(sqlite, "Ana", Role.CODER, by=system_user(sqlite), identity="ana")

    def test_whom_it_names_has_a_session(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        answer = client.get("/workbench?encounter=a", headers=HEADER)
        assert (answer.status_code, answer.headers["location"]) == (303, "/workbench?encounter=a")
        assert client.get("/workbench", headers=HEADER).text == "the page /workbench"
        (found,) = open_sessions(sqlite, ana, by=ana)
        assert found.proof is Proof.PROXY
        client.headers.update(HEADER)
        assert not socket_is_refused(client)

    def test_the_session_is_of_no_use_without_the_header(self, client: TestClient) -> None:
        client.get("/", headers=HEADER)
        assert client.get("/worklist").status_code == 403
        assert socket_is_refused(client)

    def test_another_name_gets_another_session_and_the_former_ends(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        second = add_account(sqlite, "Ben", Role.CODER, by=system_user(sqlite), identity="ben")
        client.get("/", headers=HEADER)
        client.headers["X-Forwarded-User"] = "ben"
        assert len(open_socket(client)) == 2  # led to load the page anew
        assert client.get("/").status_code == 303
        assert open_sessions(sqlite, ana, by=ana) == ()
        assert len(open_sessions(sqlite, second, by=second)) == 1

    def test_a_browser_that_keeps_no_cookie_is_not_led_in_circles(self, client: TestClient) -> None:
        client.headers.update(HEADER)
        assert open_socket(client) == [1008]

    @pytest.mark.parametrize(
        "headers",
        [
            [],
            [("X-Forwarded-User", "")],
            [("X-Forwarded-User", "  ")],
            [("X-Forwarded-User", "ana"), ("X-Forwarded-User", "ana")],
            [("X-Forwarded-User", "ana"), ("x-forwarded-user", "ben")],
            [("X-Forwarded-User", "ana,ben")],
            [("X-Forwarded-Email", "ana")],
            [("X-Forwarded-User", "ana\x7f")],
        ],
        ids=str,
    )
    def test_no_name_two_names_and_an_empty_name_sign_nobody_in(
        self, client: TestClient, sqlite: Database, headers: list[tuple[str, str]]
    ) -> None:
        answer = client.get("/", headers=headers)
        assert answer.status_code == 403
        assert COOKIE not in client.cookies
        told = ledger.events(sqlite, ledger.SYSTEM)[-1]
        assert told.kind is EventKind.SIGN_IN_FAILED
        assert told.payload == {"user": None, "why": "header", "address": PROXY[0]}

    @pytest.mark.parametrize(
        "address", ["10.0.0.8", "127.0.0.1", "192.0.2.1", "::1", "2001:db8::8", "testclient"]
    )
    def test_whoever_is_not_the_proxy_names_nobody(self, start: Start, address: str) -> None:
        client = start((address, 1), **BEHIND)
        assert client.get("/", headers=HEADER).status_code == 403
        assert COOKIE not in client.cookies

    @pytest.mark.parametrize("address", ["10.0.0.1", "2001:db8::7", "::ffff:10.0.0.1"])
    def test_every_address_of_the_setting_is_believed(self, start: Start, address: str) -> None:
        client = start((address, 1), **BEHIND)
        assert client.get("/", headers=HEADER).status_code == 303

    def test_signing_out_says_that_the_proxy_still_knows_them(self, client: TestClient) -> None:
        client.get("/", headers=HEADER)
        answer = send(client, "/sign-out")
        assert answer.status_code == 200
        assert "Sign out where you signed in as well" in answer.text

    def test_whoever_nobody_added_is_told_so(self, client: TestClient) -> None:
        answer = client.get("/", headers={"X-Forwarded-User": "eve"})
        assert answer.status_code == 403
        assert "Nobody here is known as" in answer.text

    def test_another_identity_of_a_person_ends_their_session(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        client.get("/", headers=HEADER)
        set_identity(sqlite, ana, "ana.ruiz", by=system_user(sqlite))
        assert client.get("/", headers=HEADER).status_code == 403

    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ({"proxies": ""}, "needs ICD9_REVIEW_PROXIES"),
            ({"proxies": "proxy.example.org"}, "neither an address"),
            ({"proxies": "10.0.0.1/24"}, "neither an address"),
            ({"proxies": "10.0.0.1"}, "PROXY_HEADER"),
            ({"proxies": "10.0.0.1", "proxy_header": "Cookie"}, "one that no browser sends"),
            ({"proxies": "10.0.0.1", "proxy_header": "X User"}, "one that no browser sends"),
        ],
    )
    def test_a_setting_that_is_wrong_is_named(
        self, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], sentence: str
    ) -> None:
        for name, value in {"sign_in": "proxy", **settings}.items():
            monkeypatch.setenv(f"ICD9_REVIEW_{name.upper()}", value)
        with pytest.raises(SettingsError, match=sentence):
            check_sign_in()


class TestUnderAnotherServer:
    """uvicorn by itself takes X-Forwarded-For from whatever runs on this machine."""

    @pytest.mark.parametrize(
        "settings", [BEHIND, {"sign_in": "accounts", "proxies": "10.0.0.7"}], ids=str
    )
    def test_no_proxy_is_believed(
        self, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
    ) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"ICD9_REVIEW_{name.upper()}", value)
        with pytest.raises(SettingsError, match="python -m icd9_review serve"):
            check_server(Settings())

    def test_people_sign_in_without_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ICD9_REVIEW_SIGN_IN", "accounts")
        check_server(Settings())


class TestTheSecret:
    @pytest.mark.parametrize("secret", ["x", "0" * 31, "é" * 15])
    def test_a_short_one_is_refused(self, monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
        monkeypatch.setenv("ICD9_REVIEW_COOKIE_SECRET", secret)
        sealing.secret.cache_clear()
        with pytest.raises(SettingsError, match="fewer than 32 bytes") as refused:
            check_sign_in()
        sealing.secret.cache_clear()
        assert secret not in str(refused.value) or len(secret) == 1
