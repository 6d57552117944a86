"""A department with passwords, a person with an authenticator app, and the forms of both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx2
import pyotp
import pytest
from starlette.testclient import TestClient

from icd9_review.store.database.engine import Database
from icd9_review.store.people.factor.second_factor import set_up_factor
from icd9_review.ui.serving.sign_in.factor.code import factor_key
from icd9_review.values import User
from tests.ui.serving.sign_in.conftest import PAGE, Start, hidden, send

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def client(start: Start) -> TestClient:
    return start(sign_in="accounts")


@pytest.fixture
def codes(sqlite: Database, ana: User) -> tuple[str, ...]:
    """Recovery codes of Ana, whose app has the secret for a minute; its next code has not counted
    yet."""
    then = datetime.now(UTC) - timedelta(minutes=1)
    return set_up_factor(sqlite, ana, SECRET, code(then), key=factor_key(), now=then)


def code(at: datetime | None = None) -> str:
    """What the app shows."""
    return pyotp.TOTP(SECRET).at(at or datetime.now(UTC))


def fill_in(
    client: TestClient, path: str, *, place: str = "/", origin: str = PAGE, **fields: str
) -> httpx2.Response:
    """Open a page with a form, fill it in, send it."""
    form = client.get(f"{origin}{path}", params={"place": place})
    kept = {"seal": hidden(form, "seal"), "place": hidden(form, "place")}
    return send(client, path, origin, **kept, **fields)
