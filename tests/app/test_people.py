"""The administrator's page of people."""

from __future__ import annotations

import pytest
from pyotp import TOTP
from streamlit.testing.v1 import AppTest

from icd9_review.jobs.webhooks import WebhookSender
from icd9_review.store.callers.deliveries import finish_delivery, take_delivery
from icd9_review.store.callers.tokens import find_caller
from icd9_review.store.callers.webhooks import webhooks
from icd9_review.store.people.accounts import account, add_account
from icd9_review.store.people.factor.one_time_codes import new_secret
from icd9_review.store.people.factor.second_factor import second_factor, set_up_factor
from icd9_review.store.people.sessions import begin_session, session_person
from icd9_review.store.people.signing_in import sign_in_by_password
from icd9_review.store.users import system_user
from icd9_review.ui.services import services
from icd9_review.values import Role, User
from tests.app.conftest import become, choose, texts
from tests.store.auditing.signing import add_signed

PEOPLE = "pages/admin/people.py"


@pytest.fixture
def page(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page as a department with passwords has it, before an administrator."""
    become(app.run(), "Development administrator")
    monkeypatch.setenv("ICD9_REVIEW_SIGN_IN", "accounts")
    return app.switch_page(PEOPLE).run()


@pytest.fixture
def ana(app: AppTest) -> User:
    database = services().database
    return add_account(database, "Ana Ruiz", Role.CODER, by=system_user(database))


def press(page: AppTest, label: str) -> AppTest:
    (button,) = (each for each in page.button if each.label == label)
    return button.click().run()


def show(page: AppTest, name: str) -> AppTest:
    (field,) = (each for each in page.selectbox if each.label == "Person")
    return field.select(name).run()


def test_whoever_is_added_gets_a_password_that_is_shown_once(page: AppTest) -> None:
    page.text_input(key="people_name").input("Ana Ruiz")
    page.selectbox(key="people_role").select(Role.AUDITOR)
    press(page, "Add")
    assert not page.exception
    said = texts(page.info)
    password = said.partition(" is ")[2].partition(" until")[0]
    person = sign_in_by_password(services().database, "Ana Ruiz", password, address="::1")
    assert person.role is Role.AUDITOR
    assert password not in texts(page.run().info)


@pytest.mark.parametrize("name", ["", "Second coder"])
def test_whom_cannot_be_added_is_said(page: AppTest, name: str) -> None:
    page.text_input(key="people_name").input(name)
    press(page, "Add")
    assert not page.exception
    assert "name is one line" in texts(page.info) or "is called" in texts(page.info)


def test_a_role_is_changed(page: AppTest, ana: User) -> None:
    show(page.run(), ana.name)
    page.selectbox(key=f"role {ana.id}").select(Role.CLINICIAN).run()
    press(page, "Change the role")
    assert (
        account(services().database, ana.name, by=system_user(services().database)).person.role
        is Role.CLINICIAN
    )


def test_a_role_changed_at_once_is_the_one_just_chosen(page: AppTest, ana: User) -> None:
    show(page.run(), ana.name)
    page.selectbox(key=f"role {ana.id}").select(Role.CLINICIAN).run()
    page.selectbox(key=f"role {ana.id}").select(Role.AUDITOR)  # the page has not run again
    press(page, "Change the role")
    database = services().database
    found = account(database, ana.name, by=system_user(database))
    assert found.person.role is Role.AUDITOR


def test_sessions_are_seen_and_ended_one_by_one_and_all_together(page: AppTest, ana: User) -> None:
    database = services().database
    tokens = [begin_session(database, ana, browser=name) for name in ("Firefox on Linux", "Edge")]
    show(page.run(), ana.name)
    assert "Firefox on Linux, signed in by chosen, seen today" in texts(page.text)
    page.button[[each.label for each in page.button].index("End")].click().run()
    assert sum(session_person(database, token) is not None for token in tokens) == 1
    press(page, "Sign out everywhere")
    assert not any(session_person(database, token) for token in tokens)
    assert "Not signed in anywhere." in texts(page.caption)


def test_a_second_factor_whose_owner_lost_it_is_reset(page: AppTest, ana: User) -> None:
    database, secret = services().database, new_secret()
    show(page.run(), ana.name)
    assert "Reset the second factor" not in {each.label for each in page.button}
    set_up_factor(database, ana, secret, TOTP(secret).now(), key=bytes(32))
    assert "second factor" in page.run().table[0].value.to_string()
    press(page, "Reset the second factor")
    assert "Ana Ruiz has no second factor any more" in texts(page.info)
    assert second_factor(database, ana) is None


def test_ones_own_second_factor_is_not_reset_without_the_password(page: AppTest) -> None:
    database, secret = services().database, new_secret()
    chief = account(database, "Development administrator", by=system_user(database)).person
    set_up_factor(database, chief, secret, TOTP(secret).now(), key=bytes(32))
    become(page, chief.name)
    show(page, chief.name)
    assert "Reset the second factor" not in {each.label for each in page.button}


def test_whoever_is_taken_out_of_service_is_out_of_it_and_can_come_back(
    page: AppTest, ana: User
) -> None:
    show(page.run(), ana.name)
    press(page, "Take out of service")
    assert not account(services().database, ana.name, by=system_user(services().database)).active
    press(page, "Take back into service")
    assert account(services().database, ana.name, by=system_user(services().database)).active


def test_the_last_who_administers_stays(page: AppTest) -> None:
    show(page, "Development administrator")
    press(page, "Take out of service")
    assert "Nobody would be left who administers" in texts(page.info)


def test_a_service_account_gets_a_token_that_is_shown_once_and_revoked(page: AppTest) -> None:
    page.text_input(key="people_name").input("Gateway")
    page.checkbox(key="people_service").check()
    press(page, "Add")
    assert "Gateway is coder here now" in texts(page.info)
    show(page, "Gateway")
    assert {"Set a new password", "Unlock"}.isdisjoint(each.label for each in page.button)
    press(page, "Make a token")
    assert not page.exception
    token = texts(page.info).partition(" is ")[2].partition(" until")[0]
    found = find_caller(services().database, token)
    assert found is not None
    assert found.account.name == "Gateway"
    assert token not in texts(page.run().info)
    press(page, "Revoke")
    assert find_caller(services().database, token) is None
    assert "gets in nowhere" in texts(page.caption)


def test_names_are_text(page: AppTest) -> None:
    database = services().database
    name = "**B** :material/home: www.evil.example"
    add_account(database, name, Role.CODER, by=system_user(database))
    page.run()
    assert name not in page.table[0].value.to_string()


def test_nobody_else_sees_it(page: AppTest) -> None:
    for name in ("Development coder", "Development auditor", "Development clinician"):
        choose(name)
        page.run()
        assert "This page is for the role administrator" in texts(page.error)
        assert not page.table


def test_a_webhook_is_added_tested_tried_again_and_removed(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WebhookSender, "send_due", lambda _: 0)  # no worker comes first
    database = services().database
    by = system_user(database)
    gateway = add_account(database, "Gateway", Role.CODER, by=by, service=True)
    show(page.run(), "Gateway")
    assert "told of no signature" in texts(page.caption)
    page.text_input(key=f"webhook_url {gateway.id}").input("http://127.0.0.1:9/")
    press(page, "Add the webhook")
    assert not page.exception
    assert " is whsec_" in texts(page.info)
    press(page, "Send a test")
    assert "did not take the test: ConnectionRefusedError" in texts(page.info)
    signed = add_signed(database)
    taken = take_delivery(database)
    assert taken is not None
    finish_delivery(database, taken, "status 410", sent=False, for_good=True)
    page.run()
    assert f"1 message was given up ({signed.label}); the last: status 410" in texts(page.text)
    press(page, "Try again")
    assert take_delivery(database) is not None
    press(page, "Remove")
    assert webhooks(database, by=by) == ()
    assert "127.0.0.1:9" not in texts(page.run().text)
