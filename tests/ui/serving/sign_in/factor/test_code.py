"""Signing in with a second factor: a session begins after the second form, and never before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import set_password
from icd9_review.store.people.sessions import open_sessions
from icd9_review.store.users import system_user
from icd9_review.ui.serving.sign_in.cookie import COOKIE
from icd9_review.ui.serving.sign_in.factor.passed import PASSED_COOKIE
from icd9_review.ui.serving.sign_in.forms import FORM_COOKIE
from icd9_review.values import EventKind, Factor, Proof, User
from tests.ui.serving.sign_in.conftest import (
    LOOPBACK,
    PASSWORD,
    PUBLIC,
    Start,
    place_of,
    send,
    sign_in,
)
from tests.ui.serving.sign_in.factor.conftest import code, fill_in
from tests.ui.serving.sign_in.test_routes import cookie, socket_is_refused

CODE = "/sign-in/code"


@pytest.fixture(autouse=True)
def _with_factor(codes: tuple[str, ...]) -> None:
    """Ana has set it up."""


def test_a_password_alone_begins_no_session(
    client: TestClient, sqlite: Database, ana: User
) -> None:
    answer = sign_in(client, ana.name, PASSWORD, place="/workbench?encounter=a")
    assert place_of(answer) == (CODE, {"place": ["/workbench?encounter=a"]})
    assert COOKIE not in client.cookies
    assert open_sessions(sqlite, ana, by=ana) == ()
    assert place_of(client.get("/worklist")) == ("/sign-in", {"place": ["/worklist"]})
    assert socket_is_refused(client)


def test_password_and_code_lead_to_where_one_wanted_to_go(
    client: TestClient, sqlite: Database, ana: User
) -> None:
    sign_in(client, ana.name, PASSWORD)
    answer = fill_in(client, CODE, place="/workbench?encounter=a", code=code())
    assert (answer.status_code, answer.headers["location"]) == (303, "/workbench?encounter=a")
    assert client.get("/workbench").text == "the page /workbench"
    assert not socket_is_refused(client)
    (found,) = open_sessions(sqlite, ana, by=ana)
    assert (found.proof, found.factor, found.address) == (
        *(Proof.PASSWORD, Factor.CODE),
        LOOPBACK[0],
    )
    assert PASSED_COOKIE not in client.cookies


def test_a_code_signs_in_once(client: TestClient, ana: User) -> None:
    shown = code()
    sign_in(client, ana.name, PASSWORD)
    assert fill_in(client, CODE, code=shown).status_code == 303
    client.cookies.clear()
    sign_in(client, ana.name, PASSWORD)
    again = fill_in(client, CODE, code=shown)
    assert (again.status_code, "This code does not count" in again.text) == (403, True)
    assert COOKIE not in client.cookies


def test_a_recovery_code_signs_in_once(
    client: TestClient, sqlite: Database, ana: User, codes: tuple[str, ...]
) -> None:
    sign_in(client, ana.name, PASSWORD)
    assert fill_in(client, CODE, code=codes[3].lower()).status_code == 303
    assert open_sessions(sqlite, ana, by=ana)[0].factor is Factor.RECOVERY_CODE
    client.cookies.clear()
    sign_in(client, ana.name, PASSWORD)
    assert fill_in(client, CODE, code=codes[3]).status_code == 403


def test_wrong_codes_lock_the_second_step_and_the_ledger_says_so(
    client: TestClient, sqlite: Database, ana: User
) -> None:
    sign_in(client, ana.name, PASSWORD)
    for _ in range(10):
        assert "does not count" in fill_in(client, CODE, code="000000").text
    assert "Too many" in fill_in(client, CODE, code=code()).text
    kinds = [event.kind for event in ledger.events(sqlite, ledger.SYSTEM)]
    assert kinds.count(EventKind.FACTOR_FAILED) == 10
    assert kinds.count(EventKind.LOCKED_OUT) == 1


def test_nobody_comes_to_the_second_step_without_the_first(client: TestClient) -> None:
    assert place_of(client.get(CODE, params={"place": "/x"})) == ("/sign-in", {"place": ["/x"]})
    assert place_of(send(client, CODE, code=code()))[0] == "/sign-in"
    assert COOKIE not in client.cookies


@pytest.mark.parametrize("kept", ["x", "a.b.c", "2|1.0|abc", "é", "0" * 4000])
def test_a_first_step_that_was_made_up_is_none(client: TestClient, kept: str) -> None:
    header = {b"Cookie": f"{PASSED_COOKIE}={kept}".encode()}
    assert place_of(client.get(CODE, headers=header))[0] == "/sign-in"


def test_the_first_step_of_another_browser_is_none(client: TestClient, ana: User) -> None:
    sign_in(client, ana.name, PASSWORD)
    taken = client.cookies[PASSED_COOKIE]
    client.cookies.clear()
    client.get("/sign-in")  # another browser, with a nonce of its own
    client.cookies.set(PASSED_COOKIE, taken)
    assert place_of(client.get(CODE))[0] == "/sign-in"


def test_what_a_browser_calls_itself_stops_no_first_step(
    client: TestClient, sqlite: Database, ana: User
) -> None:
    client.cookies.set(FORM_COOKIE, "a|b|" + "c" * 39)  # as long as a nonce of ours
    sign_in(client, ana.name, PASSWORD)
    assert client.get(CODE).status_code == 200


def test_the_first_step_lapses(
    client: TestClient, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, ana.name, PASSWORD)
    assert client.get(CODE).status_code == 200
    later = datetime.now(UTC) + timedelta(minutes=6)
    monkeypatch.setattr("itsdangerous.timed.time.time", later.timestamp)
    assert place_of(client.get(CODE))[0] == "/sign-in"


def test_another_password_since_ends_the_first_step(
    client: TestClient, sqlite: Database, ana: User
) -> None:
    sign_in(client, ana.name, PASSWORD)
    set_password(sqlite, ana, "given by somebody else", by=system_user(sqlite))
    answer = fill_in(client, CODE, code=code())
    assert (answer.status_code, "Start again." in answer.text) == (403, True)


def test_a_second_form_from_elsewhere_signs_nobody_in(client: TestClient, ana: User) -> None:
    sign_in(client, ana.name, PASSWORD)
    answer = send(client, CODE, code=code(), seal="made up")
    assert (answer.status_code, "had lapsed" in answer.text) == (403, True)
    assert client.post(CODE, data={"code": code()}).status_code == 403
    assert COOKIE not in client.cookies


def test_what_stands_between_the_steps_is_small_and_no_script_gets_it(
    start: Start, ana: User
) -> None:
    answer = sign_in(start(sign_in="accounts", base=PUBLIC), ana.name, PASSWORD, origin=PUBLIC)
    assert not cookie(answer)
    (header,) = (
        each for each in answer.headers.get_list("set-cookie") if each.startswith(PASSED_COOKIE)
    )
    assert {"httponly", "samesite=lax", "secure", "max-age=300"} <= {
        part.strip().lower() for part in header.split(";")
    }
    assert len(header) < 300


def test_a_temporary_password_is_replaced_after_the_code_and_the_session_keeps_it(
    client: TestClient, sqlite: Database, ana: User
) -> None:
    given, own = "given by somebody else", "a sentence of my own choice"
    set_password(sqlite, ana, given, by=system_user(sqlite))
    sign_in(client, ana.name, given)
    assert fill_in(client, CODE, code=code()).status_code == 303
    assert place_of(client.get("/worklist"))[0] == "/password"
    fill_in(client, "/password", present=given, password=own, again=own)
    assert client.get("/worklist").text == "the page /worklist"
    assert open_sessions(sqlite, ana, by=ana)[0].factor is Factor.CODE
