"""Signing in at a provider that others have written, in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from starlette.testclient import TestClient

from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import account, add_account
from icd9_review.store.users import system_user
from icd9_review.ui.serving.sign_in.cookie import COOKIE
from icd9_review.ui.serving.sign_in.openid import protocol as here
from icd9_review.values import Role
from tests.ui.serving.sign_in.conftest import Start, send
from tests.ui.serving.sign_in.openid.mock_provider import mock_provider


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of oidc-provider-mock."""
    with mock_provider() as address:
        yield address


@pytest.fixture
def client(start: Start, issuer: str) -> TestClient:
    here.client_of.cache_clear()
    return start(
        sign_in="oidc",
        oidc_issuer=issuer,
        oidc_client="icd9-review",
        oidc_secret="any",
        oidc_roles="groups",
        roles="icd9-coders=coder",
    )


def at_the_provider(client: TestClient, **form: str) -> httpx2.Response:
    """Fill in its form; what comes back here then."""
    left = client.get("/sign-in/provider", params={"place": "/workbench?encounter=a"})
    answer = httpx2.post(left.headers["location"], data=form, trust_env=False)
    return client.get(answer.headers["location"])


def test_a_person_of_its_groups_signs_in_and_out(
    client: TestClient, issuer: str, sqlite: Database
) -> None:
    groups = [f"group-{number:036}" for number in range(400)]
    claims = {"name": "Ana Ruiz", "groups": [*groups, "icd9-coders"]}
    httpx2.put(f"{issuer}/users/u-1", json=claims, trust_env=False)
    answer = at_the_provider(client, sub="u-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/workbench?encounter=a")
    assert account(sqlite, "Ana Ruiz", by=system_user(sqlite)).person.role is Role.CODER
    assert sum(len(each.name) + len(each.value or "") for each in client.cookies.jar) < 1024
    assert f"{issuer}/oauth2/end_session" in send(client, "/sign-out").text


def test_a_consent_that_is_denied_signs_nobody_in(client: TestClient, sqlite: Database) -> None:
    add_account(sqlite, "Ana Ruiz", Role.CODER, by=system_user(sqlite), identity="u-1")
    answer = at_the_provider(client, action="deny")
    assert answer.status_code == 403
    assert "told not to" in answer.text
    assert COOKIE not in client.cookies
