"""Sessions: which person a browser acts for, and how that was shown.

The browser keeps an opaque identifier and nothing else; the database keeps only its hash, so
that a copy of the database lets nobody in. Who may begin a session is for the caller to say.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.orm import Session

from icd9_review.errors import StoreError
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import PasswordRow, SecondFactorRow, SessionRow, UserRow
from icd9_review.store.people.entries import told_address
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.users import system_actor
from icd9_review.values import EventKind, Factor, OpenSession, Proof, Role, User

LIFETIME = timedelta(hours=12)
"""How long a session lasts at most: the longest NIST SP 800-63B (4.2.3) lets one at AAL2 last."""

LAPSE = timedelta(minutes=15)
"""After how long without a sign of the person it lapses: half of what NIST SP 800-63B (4.2.3)
allows at AAL2, as hospitals set it for HIPAA's automatic logoff (45 CFR 164.312(a)(2)(iii))."""

_TOKEN_BYTES = 32  # 256 bits: nobody guesses one, whatever the number of sessions
_NOTED_AT_MOST_EVERY = timedelta(seconds=20)  # a write for every key would hold up decisions
_NAMED = 16  # characters of its hash by which the ledger knows a session: two never share them
_LONGEST_BROWSER = 100  # characters of its own description; by judgement, and as the column has it
_SHOWED_ENOUGH = (
    (SessionRow.proof != Proof.PASSWORD)
    | SessionRow.factor.is_not(None)
    | SecondFactorRow.user_id.is_(None)
)  # who has a second factor is nobody by a password alone, whichever of the two came first
_LONGEST_ADDRESS = 64  # characters, as the column has it: more than IPv6 with a zone has


def begin_session(
    database: Database,
    person: User,
    proof: Proof = Proof.CHOSEN,
    *,
    former: str = "",
    browser: str = "",
    address: str = "",
    factor: Factor | None = None,
    ticket: str | None = None,
    now: datetime | None = None,
) -> str:
    """Let a browser act for a person from now on; the token it is to keep.

    The session that it had before, whose token is ``former``, ends: a token never changes hands.
    What has lapsed goes as well.
    """
    moment = now or datetime.now(UTC)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = SessionRow(
        id=_hash(token),
        user_id=person.id,
        proof=proof,
        proved=moment,
        created=moment,
        seen=moment,
        expires=moment + LIFETIME,
        browser=browser[:_LONGEST_BROWSER],
        address=address[:_LONGEST_ADDRESS],
        factor=factor,
        ticket=ticket,
    )
    with database.write() as session:
        _clear_away(session, former, moment)
        session.add(row)
        shown = {"factor": factor.value} if factor else {}
        shown |= told_address(address)
        _note(session, EventKind.SIGNED_IN, person, row.id, {"proof": proof.value, **shown})
    return token


def _clear_away(session: Session, former: str, moment: datetime) -> None:
    """What a browser had before, and what has lapsed, goes; each end is told once."""
    gone = select(SessionRow.id, SessionRow.user_id).where(
        (SessionRow.id == _hash(former))
        | (SessionRow.expires <= moment)
        | (SessionRow.seen <= moment - LAPSE)
    )
    by = system_actor(session)
    for found, owner in session.execute(gone.with_for_update(skip_locked=True)).all():
        session.execute(delete(SessionRow).where(SessionRow.id == found))
        _note(session, EventKind.SIGNED_OUT, by, found, {"user": owner})


def open_session(
    database: Database, token: str, *, now: datetime | None = None
) -> OpenSession | None:
    """The session of a token; None for one that has ended or never was."""
    if not token:
        return None
    with database.read() as session:
        query = _open(now or datetime.now(UTC)).where(SessionRow.id == _hash(token))
        row = session.execute(query).one_or_none()
    return None if row is None else _value(row)


def session_person(
    database: Database,
    token: str,
    *,
    must_have_factor: Collection[Role] = (),
    now: datetime | None = None,
) -> User | None:
    """The active person whom a token stands for; None for one that has ended or never was, and
    while they have to replace their password or to set up a second factor."""
    found = open_session(database, token, now=now)
    if found is None or found.temporary or lacks_factor(found, must_have_factor):
        return None
    return found.person


def lacks_factor(found: OpenSession, must_have: Collection[Role]) -> bool:
    """Whether whoever came by a password has to set up a second factor before anything else."""
    by_password = found.proof is Proof.PASSWORD
    return by_password and not found.has_factor and found.person.role in must_have


def open_sessions(
    database: Database, person: User, *, by: User, now: datetime | None = None
) -> tuple[OpenSession, ...]:
    """The sessions of a person that have not ended, the one seen last first.

    One's own, or anybody's for whoever administers. Raises PermissionDenied.
    """
    if by.id != person.id:
        check_may(by, Act.ADMINISTER)
    query = _open(now or datetime.now(UTC)).where(SessionRow.user_id == person.id)
    with database.read() as session:
        rows = session.execute(query.order_by(SessionRow.seen.desc())).all()
    return tuple(_value(row) for row in rows)


def session_name(token: str) -> str:
    """What the ledger calls the session of a token."""
    return _hash(token)[:_NAMED]


def note_activity(database: Database, token: str, *, now: datetime | None = None) -> None:
    """The person was there a moment ago; a session that has ended stays so.

    A page does not fail where this cannot be stored.
    """
    moment = now or datetime.now(UTC)
    found = open_session(database, token, now=moment)
    if found is None or abs(moment - found.seen) < _NOTED_AT_MOST_EVERY:
        return
    alive = (SessionRow.id == found.id, SessionRow.seen > moment - LAPSE)
    with suppress(StoreError), database.write() as session:
        session.execute(update(SessionRow).where(*alive).values(seen=moment))


def end_session(database: Database, token: str, *, by: User | None = None) -> str | None:
    """Nobody is known by this token any more; the ticket of its provider, where it has one.

    ``by`` is who ends it, the person themselves where nobody is named.
    """
    return _end(database, _hash(token), by) if token else None


def end_one(database: Database, session_id: str, *, by: User) -> None:
    """End a session by its identifier in a list; one that has ended already may be named.

    One's own, or anybody's for whoever administers. Raises PermissionDenied.
    """
    _end(database, session_id, by)


def end_all(session: Session, person: User, *, by: User, but: str = "") -> None:
    """End the sessions of a person in a transaction, all but the one whose token is ``but``."""
    kept = _hash(but) if but else ""
    owned = select(SessionRow.id).where(SessionRow.user_id == person.id, SessionRow.id != kept)
    for found in session.scalars(owned).all():
        session.execute(delete(SessionRow).where(SessionRow.id == found))
        _note(session, EventKind.SIGNED_OUT, by, found, {"user": person.id})


def end_other_ways(database: Database, way: Proof) -> int:
    """End the sessions that began by another way of signing in than the one in force; how many.

    Whoever has chosen a name from a list once is not to be that person where a password is asked.
    """
    with database.write() as session:
        others = select(SessionRow.id, SessionRow.user_id).where(SessionRow.proof != way)
        gone = session.execute(others.with_for_update(skip_locked=True)).all()
        by = system_actor(session)
        for found, owner in gone:
            session.execute(delete(SessionRow).where(SessionRow.id == found))
            _note(session, EventKind.SIGNED_OUT, by, found, {"user": owner})
    return len(gone)


def _end(database: Database, session_id: str, by: User | None) -> str | None:
    with database.write() as session:
        row = session.get(SessionRow, session_id)
        if row is None:
            return None
        owner = session.get_one(UserRow, row.user_id)
        if by is not None and by.id != owner.id:
            check_may(by, Act.ADMINISTER)
        actor = by or User(owner.id, owner.name, owner.role)
        _note(session, EventKind.SIGNED_OUT, actor, row.id, {"user": owner.id})
        session.delete(row)
        return row.ticket


def _open(moment: datetime) -> Select[SessionRow, UserRow, bool, int]:
    return (
        select(SessionRow, UserRow, PasswordRow.temporary, SecondFactorRow.user_id)
        .join(UserRow, SessionRow.user_id == UserRow.id)
        .join(PasswordRow, PasswordRow.user_id == UserRow.id, isouter=True)
        .join(SecondFactorRow, SecondFactorRow.user_id == UserRow.id, isouter=True)
        .where(SessionRow.expires > moment, SessionRow.seen > moment - LAPSE)
        .where(SessionRow.seen < moment + LAPSE)  # a clock that goes back prolongs nothing
        .where(UserRow.active, UserRow.role != Role.SYSTEM)
        .where(_SHOWED_ENOUGH)
    )


def _value(found: Row[SessionRow, UserRow, bool, int]) -> OpenSession:
    row, owner, temporary, factor = found
    return OpenSession(
        id=row.id,
        person=User(owner.id, owner.name, owner.role),
        identity=owner.identity,
        temporary=row.proof is Proof.PASSWORD and bool(temporary),
        proof=row.proof,
        factor=Factor(row.factor) if row.factor else None,
        has_factor=factor is not None,
        proved=row.proved,
        began=row.created,
        seen=row.seen,
        ends=min(row.seen + LAPSE, row.expires),
        expires=row.expires,
        browser=row.browser,
        address=row.address or "",
    )


def _note(
    session: Session, kind: EventKind, actor: User, session_id: str, payload: dict[str, object]
) -> None:
    said = {"session": session_id[:_NAMED], **payload}
    ledger.append(session, ledger.SYSTEM, kind, said, actor, f"{kind}/{session_id}")


def _hash(token: str) -> str:
    """A token is random, so that one round of SHA-256 hides it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
