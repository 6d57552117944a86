"""Tokens of service accounts: by which another program is known, without signing in.

The other program keeps the token, the database only its hash, so that a copy of the database lets
nobody in. What it may do is what the role of its account may.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import select

from icd9_review.errors import InputError, NotFound
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import TokenRow, UserRow
from icd9_review.store.people.entries import write_entry
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.values import EventKind, ServiceToken, User

TOKEN_LIFETIME: Final = timedelta(days=365)
"""How long a token counts unless somebody says otherwise; by judgement: renewed once a year, it is
known who does it."""
LONGEST_LIFETIME: Final = timedelta(days=1095)
"""Three years; by judgement: whoever made it may be gone by then."""

_BEGINS = "icd9r_"  # so that scanners for secrets find one in a file where it does not belong
_BYTES = 32  # 256 bits: nobody guesses one, whatever the number of tokens
_NAMED = 12  # characters of its hash by which lists and the ledger know a token


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the account of a token, and the token by its name in lists."""

    account: User
    token: str


def add_token(
    database: Database,
    account: User,
    *,
    by: User,
    lifetime: timedelta = TOKEN_LIFETIME,
    now: datetime | None = None,
) -> tuple[str, ServiceToken]:
    """A new token of a service account, shown this once, and what is known of it from now on.

    Raises PermissionDenied, NotFound for an account that is none of a service, InputError for a
    lifetime that is none.
    """
    check_may(by, Act.ADMINISTER)
    if not timedelta(0) < lifetime <= LONGEST_LIFETIME:
        raise InputError(f"A token lasts from 1 to {LONGEST_LIFETIME.days:,} days.")
    moment = now or datetime.now(UTC)
    token = _BEGINS + secrets.token_urlsafe(_BYTES)
    with database.write() as session:
        owner = session.get(UserRow, account.id)
        if owner is None or not owner.service:
            raise NotFound(f"{account.name} is no service account; people sign in instead.")
        row = TokenRow(id=_hash(token), user_id=owner.id, created=moment, expires=moment + lifetime)
        session.add(row)
        session.flush()
        said = {"user": owner.id, "token": row.id[:_NAMED], "until": row.expires.isoformat()}
        write_entry(session, EventKind.TOKEN_ADDED, said, by)
        return token, _value(row, owner)


def service_tokens(database: Database, *, by: User) -> tuple[ServiceToken, ...]:
    """Every token there ever was, the newest first. Raises PermissionDenied."""
    check_may(by, Act.ADMINISTER)
    query = select(TokenRow, UserRow).join(UserRow, UserRow.id == TokenRow.user_id)
    with database.read() as session:
        rows = session.execute(query.order_by(TokenRow.created.desc(), TokenRow.id)).all()
    return tuple(_value(row, owner) for row, owner in rows)


def revoke_token(
    database: Database, token_id: str, *, by: User, now: datetime | None = None
) -> None:
    """A token counts no more from the next request on; one that was revoked stays so.

    Raises PermissionDenied, NotFound for an id of none.
    """
    check_may(by, Act.ADMINISTER)
    with database.write() as session:
        named = TokenRow.id.startswith(token_id, autoescape=True)
        found = session.scalars(select(TokenRow).where(named).with_for_update()).all()
        if len(found) != 1 or len(token_id) != _NAMED:
            raise NotFound(f"There is no token {token_id[:_NAMED]!r}; tokens list names them all.")
        (row,) = found
        if row.revoked is None:
            row.revoked = now or datetime.now(UTC)
            said = {"user": row.user_id, "token": token_id}
            write_entry(session, EventKind.TOKEN_REVOKED, said, by)


def find_caller(database: Database, token: str, *, now: datetime | None = None) -> Caller | None:
    """Who asks with a token; None where it is none that counts, or its account is not in service.

    Asked anew with every request: a role that changed and a token that was revoked count at once.
    """
    moment = now or datetime.now(UTC)
    query = (
        select(TokenRow, UserRow)
        .join(UserRow, UserRow.id == TokenRow.user_id)
        .where(TokenRow.id == _hash(token), TokenRow.revoked.is_(None))
        .where(TokenRow.expires > moment)
        .where(UserRow.active, UserRow.service)
    )
    with database.read() as session:
        found = session.execute(query).one_or_none()
    if found is None:
        return None
    row, owner = found
    return Caller(User(owner.id, owner.name, owner.role), row.id[:_NAMED])


def _value(row: TokenRow, owner: UserRow) -> ServiceToken:
    account = User(owner.id, owner.name, owner.role)
    return ServiceToken(row.id[:_NAMED], account, row.created, row.expires, row.used, row.revoked)


def _hash(token: str) -> str:
    """A token is random, so that one round of SHA-256 hides it."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
