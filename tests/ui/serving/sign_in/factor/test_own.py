"""One's own second factor: forms that ask for the password, and codes that are shown once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree import ElementTree as ET

import httpx2
import pyotp
import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import SessionRow
from icd9_review.store.people.accounts import add_account, set_password
from icd9_review.store.people.factor.second_factor import second_factor
from icd9_review.store.people.sessions import open_sessions
from icd9_review.store.users import system_user
from icd9_review.ui.serving.sign_in.cookie import COOKIE
from icd9_review.values import Factor, Role, User
from tests.ui.serving.sign_in.conftest import PASSWORD, Start, hidden, place_of, send, sign_in
from tests.ui.serving.sign_in.factor.conftest import code, fill_in
from tests.ui.serving.sign_in.test_routes import socket_is_refused

FACTOR, CODES, REMOVAL = "/second-factor", "/second-factor/codes", "/second-factor/remove"
CODE = "/sign-in/code"
RECOVERY = re.compile(r"<li>((?:[0-9A-Z]{4}-){5}[0-9A-Z]{4})</li>")


def secret_of(form: httpx2.Response) -> str:
    """What the page shows as text, as people type it."""
    return form.text.partition("<code>")[2].partition("</code>")[0].replace(" ", "")


def set_up(client: TestClient, *, password: str = PASSWORD, shown: str = "") -> httpx2.Response:
    """Open the page, have an app read it, type what it shows."""
    form = client.get(FACTOR, params={"place": "/account"})
    return send(
        client,
        FACTOR,
        seal=hidden(form, "seal"),
        place=hidden(form, "place"),
        secret=hidden(form, "secret"),
        password=password,
        code=shown or pyotp.TOTP(secret_of(form)).now(),
    )


class TestSettingItUp:
    def test_a_code_of_the_shown_secret_sets_it_up_and_shows_ten_recovery_codes(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        sign_in(client, ana.name, PASSWORD)
        former = client.cookies[COOKIE]
        answer = set_up(client)
        assert answer.status_code == 200
        assert len(set(RECOVERY.findall(answer.text))) == 10
        assert 'href="/account"' in answer.text
        assert client.cookies[COOKIE] != former
        (found,) = open_sessions(sqlite, ana, by=ana)
        assert (found.factor, found.has_factor) == (Factor.CODE, True)
        assert client.get("/worklist").text == "the page /worklist"

    def test_the_recovery_codes_that_were_shown_let_in(self, client: TestClient, ana: User) -> None:
        sign_in(client, ana.name, PASSWORD)
        codes = RECOVERY.findall(set_up(client).text)
        send(client, "/sign-out")
        sign_in(client, ana.name, PASSWORD)
        assert fill_in(client, CODE, code=codes[9]).status_code == 303

    @pytest.mark.parametrize(
        ("password", "shown", "sentence"),
        [
            ("not the password it has", "", "do not belong together"),
            ("", "", "do not belong together"),
            (PASSWORD, "000000", "not the code that the app shows"),
            (PASSWORD, "abc", "not the code that the app shows"),
        ],
    )
    def test_a_wrong_password_or_code_sets_nothing_up_and_keeps_the_picture(
        self,
        client: TestClient,
        sqlite: Database,
        ana: User,
        password: str,
        shown: str,
        sentence: str,
    ) -> None:
        sign_in(client, ana.name, PASSWORD)
        form = client.get(FACTOR)
        fields = {"seal": hidden(form, "seal"), "secret": hidden(form, "secret")}
        shown = shown or pyotp.TOTP(secret_of(form)).now()
        answer = send(client, FACTOR, **fields, password=password, code=shown)
        assert (answer.status_code, sentence in unescape(answer.text)) == (403, True)
        assert secret_of(answer) == secret_of(form)
        assert second_factor(sqlite, ana) is None

    def test_a_secret_that_was_not_shown_here_sets_nothing_up(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        sign_in(client, ana.name, PASSWORD)
        form = client.get(FACTOR)
        client.cookies.clear()
        sign_in(client, ana.name, PASSWORD)
        fields = {"password": PASSWORD, "code": pyotp.TOTP(secret_of(form)).now()}
        answer = fill_in(client, FACTOR, **fields, secret=hidden(form, "secret"))
        assert (answer.status_code, "had lapsed" in answer.text) == (403, True)
        assert second_factor(sqlite, ana) is None

    def test_the_picture_is_drawn_in_the_page_and_asks_nobody(
        self, client: TestClient, ana: User
    ) -> None:
        sign_in(client, ana.name, PASSWORD)
        text = client.get(FACTOR).text
        picture = "<svg" + text.partition("<svg")[2].partition("</svg>")[0] + "</svg>"
        tags = {each.tag.rpartition("}")[2] for each in ET.fromstring(picture).iter()}  # noqa: S314
        assert tags == {"svg", "path", "title"}
        assert not re.search(r"(src|href)=\"(?!/)", text)
        assert "<script" not in text

    def test_a_name_is_text(self, start: Start, sqlite: Database) -> None:
        person = add_account(sqlite, '"><b>Eve', Role.CODER, by=system_user(sqlite))
        set_password(sqlite, person, PASSWORD, by=person)
        client = start(sign_in="accounts")
        sign_in(client, person.name, PASSWORD)
        assert "<b>" not in set_up(client).text

    def test_renewing_makes_the_former_app_useless(
        self, client: TestClient, ana: User, codes: tuple[str, ...]
    ) -> None:
        sign_in(client, ana.name, PASSWORD)
        fill_in(client, CODE, code=codes[0])
        assert "Renew the second factor" in client.get(FACTOR).text
        set_up(client)
        send(client, "/sign-out")
        sign_in(client, ana.name, PASSWORD)
        assert fill_in(client, CODE, code=code()).status_code == 403


class TestWhereTheRoleMustHaveOne:
    @pytest.fixture
    def client(self, start: Start) -> TestClient:
        return start(sign_in="accounts", second_factor="coder")

    def test_it_is_set_up_before_anything_else(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        sign_in(client, ana.name, PASSWORD)
        assert place_of(client.get("/worklist?x=1")) == (FACTOR, {"place": ["/worklist?x=1"]})
        for path in ("/account", "/password", CODES, REMOVAL):
            assert place_of(client.get(path))[0] == FACTOR
        assert client.get("/media/x.csv", headers={"Accept": "*/*"}).status_code == 401
        assert socket_is_refused(client)
        assert set_up(client, password="").status_code == 200
        assert client.get("/worklist").text == "the page /worklist"
        assert not socket_is_refused(client)
        assert second_factor(sqlite, ana) is not None

    def test_a_password_shown_long_ago_is_asked_for_again(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        sign_in(client, ana.name, PASSWORD)
        with sqlite.write() as session:
            long_ago = datetime.now(UTC) - timedelta(minutes=5)
            session.execute(update(SessionRow).values(proved=long_ago))
        assert set_up(client, password="").status_code == 403
        assert set_up(client).status_code == 200

    def test_another_role_does_without(self, client: TestClient, sqlite: Database) -> None:
        ben = add_account(sqlite, "Ben", Role.AUDITOR, by=system_user(sqlite))
        set_password(sqlite, ben, PASSWORD, by=ben)
        sign_in(client, ben.name, PASSWORD)
        assert client.get("/worklist").text == "the page /worklist"

    def test_it_counts_at_once_for_who_is_signed_in_already(self, start: Start, ana: User) -> None:
        client = start(sign_in="accounts")
        sign_in(client, ana.name, PASSWORD)
        assert client.get("/worklist").text == "the page /worklist"
        later = start(sign_in="accounts", second_factor="coder")
        later.cookies.update(client.cookies)
        assert place_of(later.get("/worklist"))[0] == FACTOR

    def test_it_cannot_be_taken_away(
        self, client: TestClient, sqlite: Database, ana: User, codes: tuple[str, ...]
    ) -> None:
        sign_in(client, ana.name, PASSWORD)
        fill_in(client, CODE, code=codes[0])
        answer = fill_in(client, REMOVAL, password=PASSWORD)
        assert (answer.status_code, "must have a second factor" in answer.text) == (403, True)
        assert second_factor(sqlite, ana) is not None

    def test_a_temporary_password_is_replaced_before(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        given, own = "given by somebody else", "a sentence of my own choice"
        set_password(sqlite, ana, given, by=system_user(sqlite))
        sign_in(client, ana.name, given)
        assert place_of(client.get("/worklist"))[0] == "/password"
        fill_in(client, "/password", present=given, password=own, again=own)
        assert place_of(client.get("/worklist"))[0] == FACTOR


class TestWithOne:
    @pytest.fixture(autouse=True)
    def signed_in(self, client: TestClient, ana: User, codes: tuple[str, ...]) -> None:
        sign_in(client, ana.name, PASSWORD)
        fill_in(client, CODE, code=codes[0])

    def test_it_is_taken_away_by_the_password(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        assert fill_in(client, REMOVAL, password="not the password").status_code == 403
        assert second_factor(sqlite, ana) is not None
        answer = fill_in(client, REMOVAL, place="/account", password=PASSWORD)
        assert answer.headers["location"] == "/account"
        assert second_factor(sqlite, ana) is None
        assert client.get("/account").text == "the page /account"

    def test_new_recovery_codes_are_shown_by_the_password(
        self, client: TestClient, sqlite: Database, ana: User
    ) -> None:
        assert not RECOVERY.findall(fill_in(client, CODES, password="not the password").text)
        new = RECOVERY.findall(fill_in(client, CODES, password=PASSWORD).text)
        assert len(new) == 10
        assert not any(each in client.get(CODES).text for each in new)
        found = second_factor(sqlite, ana)
        assert found is not None
        assert found.recovery_codes == 10


@pytest.mark.parametrize("path", [CODES, REMOVAL])
def test_without_one_there_is_nothing_to_do(client: TestClient, ana: User, path: str) -> None:
    sign_in(client, ana.name, PASSWORD)
    answer = fill_in(client, path, password=PASSWORD)
    assert (answer.status_code, "You have no second factor." in answer.text) == (403, True)


@pytest.mark.parametrize("path", [FACTOR, CODES, REMOVAL])
def test_nobody_else_gets_a_form(client: TestClient, path: str) -> None:
    assert place_of(client.get(path))[0] == "/sign-in"
    assert client.post(path, headers={"Origin": "http://localhost:8501"}).status_code == 401


@pytest.mark.parametrize("path", [FACTOR, CODES, REMOVAL])
def test_without_passwords_there_is_no_form(start: Start, path: str) -> None:
    assert place_of(start(sign_in="single").get(path))[0] == "/sign-in"
