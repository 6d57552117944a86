"""The append-only ledger: what happened, by whom, when, each event chained to the one before.

A stream is an encounter, or ``SYSTEM`` for what belongs to none. An event's hash is
the SHA-256 of the previous event's hash and every field, each preceded by its length
in eight bytes, so that no two different events give the same bytes. Payloads are JSON
with sorted keys, without spaces, in UTF-8; numbers as Python's ``repr`` writes them,
the shortest text that reads back the same. They hold ids, codes, offsets and numbers,
never note text or free text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError, InputError, NotFound
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EventRow, HeadRow
from icd9_review.store.people.access import check_sees
from icd9_review.values import Event, EventKind, Role, User

SYSTEM = "system"
ZERO = "0" * 64  # before the first event: the length of a SHA-256 in hexadecimal
_SCHEMA = 1  # of payloads, for readers to come
_LONGEST = 200  # characters; by judgement: above every id and code; a passage is refused
_FETCHED = 1000  # events at once while walking; by judgement: a megabyte or less
_FIELDS = (
    EventRow.stream,
    EventRow.sequence,
    EventRow.kind,
    EventRow.schema,
    EventRow.payload,
    EventRow.actor,
    EventRow.at,
    EventRow.key,
    EventRow.previous,
    EventRow.hash,
)


def now() -> datetime:
    return datetime.now(UTC)


def write_time(at: datetime) -> str:
    """A moment as events hold it: texts of one length in UTC, in the order of time."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def check_token(what: str, value: str) -> None:
    """Refuse an idempotency key or client name from outside that is not a short plain word.

    Keys of the store itself contain a slash, so that these never meet them. Raises
    InputError.
    """
    if not re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", value):
        raise InputError(
            f"The {what} must be 1 to 64 letters, digits, dots, colons, dashes or underscores."
        )


def encode(payload: Mapping[str, object]) -> bytes:
    """The canonical bytes of a payload.

    Raises ValueError for NaN, infinity, or a text too long to be an id or a code.
    """
    _refuse_prose(payload)
    return json.dumps(
        payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def _refuse_prose(value: object) -> None:
    if isinstance(value, str) and len(value) > _LONGEST:
        raise ValueError(f"a payload holds no text longer than {_LONGEST} characters")
    if isinstance(value, Mapping):
        for part in (*value.keys(), *value.values()):
            _refuse_prose(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            _refuse_prose(part)


def digest(previous: str, fields: Iterable[str | int | bytes]) -> str:
    """The hash of an event: previous hash, stream, sequence, kind, schema, payload, actor, …"""
    running = sha256()
    for field in (previous, *fields):
        data = field if isinstance(field, bytes) else str(field).encode()
        running.update(len(data).to_bytes(8, "big"))
        running.update(data)
    return running.hexdigest()


def start_stream(session: Session, stream: str) -> None:
    """Begin the chain of a new encounter."""
    session.execute(insert(HeadRow).values(stream=stream, sequence=0, hash=ZERO))


def head(session: Session, stream: str, *, lock: bool = False) -> tuple[int, str]:
    """Sequence and hash of a stream's last event.

    With ``lock``, others who want to append wait until this transaction ends. Raises
    NotFound for a stream that was never started.
    """
    query = select(HeadRow.sequence, HeadRow.hash).where(HeadRow.stream == stream)
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("No encounter is stored under this identifier.")
    return row.sequence, row.hash


def lock_heads(session: Session, streams: Sequence[str]) -> None:
    """Make others wait who append to these streams."""
    session.execute(
        select(HeadRow.stream)
        .where(HeadRow.stream.in_(streams))
        .order_by(HeadRow.stream)
        .with_for_update()
    ).all()


def find(session: Session, key: str) -> Event | None:
    """The event with this idempotency key."""
    row = session.execute(select(*_FIELDS).where(EventRow.key == key)).mappings().one_or_none()
    return None if row is None else decode(row)


def append(
    session: Session,
    stream: str,
    kind: EventKind,
    payload: Mapping[str, object],
    actor: User,
    key: str,
) -> Event:
    """Append one event, or return the stored one when the key was used for the same before.

    What the program did by a command says in the payload who ran it.
    Raises ConflictError when the key belongs to another stream, kind or actor.
    """
    after = head(session, stream, lock=True)
    if (stored := find(session, key)) is not None:
        if (stored.stream, stored.kind, stored.actor) != (stream, kind, actor.id):
            raise ConflictError("This idempotency key was used for another event.")
        return stored
    return extend(session, stream, after, kind, payload, actor, key)


def extend(
    session: Session,
    stream: str,
    after: tuple[int, str],
    kind: EventKind,
    payload: Mapping[str, object],
    actor: User,
    key: str,
) -> Event:
    """As ``append``, for whoever has locked the head, which is ``after``, and not found the key.

    Raises ConflictError when the key was used in another stream meanwhile.
    """
    sequence, previous = after
    at = write_time(now())
    said = {**payload, **_run_by(session, actor)}
    fields = (stream, sequence + 1, kind.value, _SCHEMA, encode(said), actor.id, at, key)
    values = dict(
        zip(
            (field.key for field in _FIELDS),
            (*fields, previous, digest(previous, fields)),
            strict=True,
        )
    )
    try:
        session.execute(insert(EventRow).values(values))
    except IntegrityError:
        raise ConflictError("This idempotency key was just used for another event.") from None
    session.execute(
        update(HeadRow)
        .where(HeadRow.stream == stream)
        .values(sequence=sequence + 1, hash=values["hash"])
    )
    return decode(values)


def _run_by(session: Session, actor: User) -> dict[str, str]:
    account = session.info.get("run_by", "")
    return {"run_by": account} if account and actor.role is Role.SYSTEM else {}


def last(session: Session, stream: str, kind: EventKind, actor: User) -> Event | None:
    """The last event of a kind by one person."""
    query = select(*_FIELDS).where(
        EventRow.stream == stream, EventRow.kind == kind.value, EventRow.actor == actor.id
    )
    newest = query.order_by(EventRow.sequence.desc()).limit(1)
    row = session.execute(newest).mappings().one_or_none()
    return None if row is None else decode(row)


def last_number(
    session: Session, stream: str, kinds: Sequence[EventKind], actor: User
) -> int | None:
    """The number of the last event of any of these kinds by one person."""
    return session.scalar(
        select(func.max(EventRow.sequence)).where(
            EventRow.stream == stream,
            EventRow.actor == actor.id,
            EventRow.kind.in_([kind.value for kind in kinds]),
        )
    )


def read(session: Session, stream: str, kinds: Sequence[EventKind] = ()) -> tuple[Event, ...]:
    """The events of a stream in order; of some kinds only, where kinds are given."""
    rows = session.execute(_query(kinds).where(EventRow.stream == stream)).mappings()
    return tuple(decode(row) for row in rows)


def walk(session: Session, stream: str, kinds: Sequence[EventKind] = ()) -> Iterator[Event]:
    """As ``read``, a few at a time: for the system stream, which grows without end."""
    query = _query(kinds).where(EventRow.stream == stream)
    for row in session.execute(query.execution_options(yield_per=_FETCHED)).mappings():
        yield decode(row)


def read_kinds(session: Session, stream: str, kinds: Sequence[EventKind]) -> tuple[Event, ...]:
    """As ``read``, of kinds that are rare in a long stream: by the index of kinds."""
    query = _query(kinds).where((EventRow.stream + "") == stream)
    return tuple(decode(row) for row in session.execute(query).mappings())


def read_many(
    session: Session, streams: Sequence[str], kinds: Sequence[EventKind]
) -> dict[str, list[Event]]:
    """The events of several streams by stream, each in order."""
    found: dict[str, list[Event]] = {stream: [] for stream in streams}
    query = _query(()).where(EventRow.stream.in_(streams))
    if kinds:
        # Not the column alone: SQLite would go by the index of kinds, through the whole ledger.
        query = query.where((EventRow.kind + "").in_([kind.value for kind in kinds]))
    for row in session.execute(query).mappings():
        found[row["stream"]].append(decode(row))
    return found


def events(database: Database, stream: str) -> tuple[Event, ...]:
    """Every event of a stream in order. Raises Restricted for an encounter of another team."""
    with database.read() as session:
        check_sees(session, [stream])
        return read(session, stream)


def decode(values: Mapping[str, Any] | RowMapping) -> Event:
    """An event from its stored columns, payload and time decoded."""
    return Event(
        **{
            **values,
            "kind": EventKind(values["kind"]),
            "payload": json.loads(values["payload"]),
            "at": datetime.fromisoformat(values["at"]),
        }
    )


def _query(kinds: Sequence[EventKind]) -> Select[*tuple[Any, ...]]:
    query: Select[*tuple[Any, ...]] = select(*_FIELDS).order_by(EventRow.stream, EventRow.sequence)
    return query.where(EventRow.kind.in_([kind.value for kind in kinds])) if kinds else query
