"""Service accounts and their tokens, for tests."""

from __future__ import annotations

import itertools

from icd9_review.store.callers.tokens import add_token
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import add_account
from icd9_review.store.users import system_user
from icd9_review.values import Role, User

_NUMBERS = itertools.count(1)


def add_service(database: Database, role: Role = Role.CODER, name: str = "") -> User:
    """A service account of this role."""
    by = system_user(database)
    return add_account(database, name or f"Gateway {next(_NUMBERS)}", role, by=by, service=True)


def token_of(database: Database, account: User) -> str:
    """A new token of a service account."""
    return add_token(database, account, by=system_user(database))[0]
