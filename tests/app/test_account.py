"""The page of the person at the screen: their sessions, their password, their second factor."""

from __future__ import annotations

import pytest
from pyotp import TOTP
from streamlit.testing.v1 import AppTest

from icd9_review.store.people.factor.one_time_codes import new_secret
from icd9_review.store.people.factor.second_factor import set_up_factor
from icd9_review.store.people.sessions import begin_session, open_sessions, session_person
from icd9_review.store.users import users
from icd9_review.ui.services import services
from icd9_review.ui.words import plain
from icd9_review.values import Proof, User
from tests.app.conftest import become, texts

ACCOUNT = "pages/own/account.py"
NAMES = tuple(f"Development {role}" for role in ("coder", "clinician", "auditor", "administrator"))


@pytest.fixture
def page(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page as a department with passwords has it, before a coder."""
    monkeypatch.setenv("ICD9_REVIEW_SIGN_IN", "accounts")
    return app.run().switch_page(ACCOUNT).run()


@pytest.fixture
def coder(app: AppTest) -> User:
    return next(each for each in users(services().database) if each.name == NAMES[0])


def press(page: AppTest, label: str) -> AppTest:
    return page.button[[each.label for each in page.button].index(label)].click().run()


def links(page: AppTest) -> str:
    return texts(page.get("html"))


def test_it_is_there_for_every_role(page: AppTest) -> None:
    for name in NAMES:
        become(page, name)
        assert not page.exception
        assert texts(page.title) == "Your account"
        assert name in texts(page.text)


def test_this_session_is_marked_and_others_are_ended_one_by_one_and_all_together(
    page: AppTest, coder: User
) -> None:
    database = services().database
    assert "You are signed in nowhere else." in texts(page.caption)
    for browser in ("Firefox on Linux", "Edge on Windows", "Safari on iOS"):
        begin_session(database, coder, Proof.PASSWORD, browser=browser, address="192.0.2.1")
    page.run()
    shown = texts(page.markdown)
    assert shown.count("This one:") == 1
    assert "Firefox on Linux, 192.0.2.1" in shown
    assert texts(page.caption).count("by password") == 3
    press(page, "End")
    assert len(open_sessions(database, coder, by=coder)) == 3
    press(page, "End all others")
    assert not page.exception
    assert len(open_sessions(database, coder, by=coder)) == 1
    assert "You are signed in nowhere else." in texts(page.caption)


def test_nobody_elses_session_is_there(page: AppTest) -> None:
    database = services().database
    other = next(each for each in users(database) if each.name == "Second coder")
    token = begin_session(database, other, browser="Opera on Linux")
    assert "Opera" not in texts(page.run().markdown)
    assert session_person(database, token) == other


def test_what_a_browser_calls_itself_is_text(page: AppTest, coder: User) -> None:
    begin_session(services().database, coder, browser="**B** :material/home:", address="<b>")
    page.run()
    assert plain("**B** :material/home:, <b>") in [each.value for each in page.markdown]


def test_a_second_factor_is_offered_and_once_set_up_renewed_and_taken_away(
    page: AppTest, coder: User
) -> None:
    assert "/second-factor?place=/account" in links(page)
    assert "/second-factor/remove" not in links(page)
    secret = new_secret()
    set_up_factor(services().database, coder, secret, TOTP(secret).now(), key=bytes(32))
    become(page, coder.name)
    assert "10 recovery codes are left." in texts(page.markdown)
    for way in ("/second-factor", "/second-factor/codes", "/second-factor/remove", "/password"):
        assert f'href="{way}?place=/account"' in links(page)


def test_a_role_that_must_have_one_is_not_offered_to_take_it_away(
    page: AppTest, coder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = new_secret()
    set_up_factor(services().database, coder, secret, TOTP(secret).now(), key=bytes(32))
    monkeypatch.setenv("ICD9_REVIEW_SECOND_FACTOR", "coder")
    become(page, coder.name)
    assert "/second-factor/remove" not in links(page)
    assert "must have a second factor" in texts(page.caption)


def test_where_others_ask_who_one_is_only_sessions_are_shown(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for way in ("oidc", "proxy"):
        monkeypatch.setenv("ICD9_REVIEW_SIGN_IN", way)
        page.run()
        assert texts(page.header) == "Where you are signed in"
        assert "/password" not in links(page)


def test_without_sign_in_there_is_nothing_to_look_after(app: AppTest) -> None:
    page = app.run().switch_page(ACCOUNT).run()
    assert texts(page.info) == "Nobody signs in here, so there is no account to look after."
    assert not page.button
