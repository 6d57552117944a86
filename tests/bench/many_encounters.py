"""A database with a million encounters and ten million events, made in minutes.

A few hundred charts are coded by the program's own functions (`chart_templates`) and copied by the
thousand around it, in the quickest way of either database: other ids, numbers, days and people, the
same shapes. Every chain of events holds, so that ``ledger verify`` finds nothing.
"""

# ruff: noqa: S608, T201 - a bench's statements are its own, and it says how far it is

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import text

from icd9_review.store.database.engine import Database
from icd9_review.store.ledger import SYSTEM, ZERO, encode, head
from icd9_review.values import EventKind
from tests.bench.bulk_loading import loader
from tests.bench.chart_templates import Templates
from tests.bench.outcomes import COUNTING

_SIGNED = 120  # templates that are signed: some 500 different codes
_OLD = 0.94  # of the encounters, the older ones: nearly all are signed
_STRAY = 0.001  # of the older ones at work still
_SPAN = timedelta(days=3 * 365)
_AT_WORK = {
    "signed": 35,
    "scoring": 5,
    "open": 30,
    "in_progress": 20,
    "held": 4,
    "asked": 2,
    "answered": 1,
}
_SERVICES = ("Cardiology", "Medicine", "Surgery", "Neurology", "Orthopaedics", "Urology")
_PAYERS = ("Medicare", "Medicaid", "Blue Cross", "Self pay")
_TABLES = (
    *("encounters", "heads", "events", "notes", "scores", "jobs", "summaries", "code_records"),
    *("outcome_cases", "audits"),
)
_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Template:
    """The rows of one chart by table, its ids, and when it began."""

    encounter: str
    ids: tuple[str, ...]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    begun: datetime
    events: tuple[tuple[str, bytes, int, float, str], ...]
    """Kind, payload with the ids as places to fill in, actor, seconds since, beginning of key."""


def fill(database: Database, count: int) -> None:
    """Add ``count`` encounters to an empty database with its development users."""
    begun = time.monotonic()
    made = Templates(database).make(_SIGNED)
    into = loader(database, _TABLES)
    templates = {name: [_read(database, each) for each in ids] for name, ids in made.items()}
    print(f"  {sum(map(len, made.values()))} charts coded: {time.monotonic() - begun:.0f} s")
    with database.read() as session:
        last = session.scalar(text("SELECT max(number) FROM encounters"))
    with into.loading():
        register = _Register(database)
        made_copies = _plan(templates, last + 1, count, register.add)
        copies = sorted(made_copies, key=lambda each: each.id)  # a tree grows fastest at its end
        into.insert("events", (_EVENT_NAMES, iter(register.rows)))
        into.run([register.head()])
        print(f"  register: {time.monotonic() - begun:.0f} s", flush=True)
        for table in _TABLES:
            into.insert(table, _MAKERS[table](copies))
            print(f"  {table}: {time.monotonic() - begun:.0f} s", flush=True)
        into.run([f"DELETE FROM {table}" for table in _SUMS])
        into.run(COUNTING)
    into.settle()
    print(f"  whole: {time.monotonic() - begun:.0f} s", flush=True)


_SUMS = ("outcome_counts", "outcome_scores", "outcome_tallies", "outcome_times")


@dataclass(frozen=True, slots=True)
class _Copy:
    number: int
    id: str
    template: _Template
    at: datetime
    place: int
    audit: int
    register: bytes

    @property
    def names(self) -> dict[bytes, bytes]:
        """What stands in the places of the template's payloads."""
        ids = {b"%d" % each: _id(self.place, each) for each in range(len(self.template.ids))}
        mine = {b"number": b"%d" % self.number, b"audit": b"%d" % self.audit}
        return ids | mine | {b"register": self.register}

    def renamed(self, value: str) -> str:
        """An id of the template as that of this copy."""
        return _id(self.place, self.template.ids.index(value)).decode()


def _id(place: int, number: int) -> bytes:
    """An id in no order, as those of the program."""
    return b"%022x" % ((8 * place + number + 1) * 0x9E3779B97F4A7C15F39CC1 % 2**88)


def _plan(
    templates: Mapping[str, Sequence[_Template]],
    first: int,
    count: int,
    registered: Callable[[str, int, int, datetime], str],
) -> Iterator[_Copy]:
    chance = np.random.default_rng(1)
    old = [*templates["signed"], *templates["audited"]]
    fresh = [
        (each, weight / len(templates[name]))
        for name, weight in _AT_WORK.items()
        for each in templates[name]
    ]
    weights = np.array([weight for _, weight in fresh])
    drawn_old = chance.integers(len(old), size=count).tolist()
    drawn = chance.choice(len(fresh), count, p=weights / weights.sum()).tolist()
    stray = (chance.random(count) < _STRAY).tolist()
    begin, audits = datetime.now(UTC) - _SPAN, 100_000
    for place in range(count):
        is_old = place < _OLD * count and not stray[place]
        template = old[drawn_old[place]] if is_old else fresh[drawn[place]][0]
        if template.rows["audits"] and place % 20:  # one in a hundred is audited
            template = templates["signed"][place % len(templates["signed"])]
        audits += bool(template.rows["audits"])
        at, found = begin + (place / count) * (_SPAN - timedelta(days=1)), _id(place, 0).decode()
        register = registered(found, first + place, template.events[0][2], at)
        yield _Copy(first + place, found, template, at, place, audits, register.encode())


def _read(database: Database, encounter: str) -> _Template:
    notes = _rows(database, "notes", "encounter_id", encounter)
    audits = _rows(database, "audits", "encounter_id", encounter)
    number = _rows(database, "encounters", "id", encounter)[0]["number"]
    (note,) = [each["id"] for each in notes]
    ids = (encounter, note, *(each["id"] for each in audits))
    events = _rows(database, "events", "stream", encounter)
    events.sort(key=lambda each: each["sequence"])
    begun = datetime.fromisoformat(events[0]["at"])
    rows = {
        "notes": notes,
        "audits": audits,
        "encounters": _rows(database, "encounters", "id", encounter),
        **{table: _rows(database, table, "note_id", note) for table in ("scores", "jobs")},
        **{
            table: _rows(database, table, "encounter_id", encounter)
            for table in ("summaries", "code_records", "outcome_cases")
        },
    }
    told = tuple(_event(each, ids, number, place) for place, each in enumerate(events))
    return _Template(encounter, ids, rows, begun, told)


def _event(row: Mapping[str, Any], ids: Sequence[str], number: int, place: int) -> tuple[Any, ...]:
    payload = bytes(row["payload"]).replace(b"%", b"%%")
    if row["kind"] == "encounter_created":
        payload = payload.replace(b'"number":%d' % number, b'"number":%(number)b')
        payload = re.sub(rb'"register":"\w+"', b'"register":"%(register)b"', payload)
    if row["kind"] == "audit_opened":
        payload = re.sub(rb'"number":\d+', b'"number":%(audit)b', payload)
    for which, each in enumerate(ids):
        payload = payload.replace(each.encode(), b"%%(%d)b" % which)
    key = re.split("[/.-]", row["key"])[0]
    return row["kind"], payload, row["actor"], 20.0 * place, key


def _rows(database: Database, table: str, column: str, value: str) -> list[dict[str, Any]]:
    with database.read() as session:
        query = text(f"SELECT * FROM {table} WHERE {column} = :value")
        return [dict(row) for row in session.execute(query, {"value": value}).mappings()]


def _copied(table: str, change: Callable[[_Copy, dict[str, Any]], None]) -> Any:
    def make(copies: Sequence[_Copy]) -> tuple[tuple[str, ...], Iterator[_Row]]:
        first = next(each.template.rows[table][0] for each in copies if each.template.rows[table])
        names = tuple(name for name in first if (table, name) != ("jobs", "id"))

        def rows() -> Iterator[_Row]:
            for copy in copies:
                for row in copy.template.rows[table]:
                    changed = dict(row)
                    change(copy, changed)
                    yield tuple(changed[name] for name in names)

        return names, rows()

    return make


def _stamp(copy: _Copy, like: object, seconds: float = 0) -> object:
    """A moment as the database of the template holds it."""
    at = copy.at + timedelta(seconds=seconds)
    return f"{at:%Y-%m-%d %H:%M:%S.%f}" if isinstance(like, str) else at


def _day(copy: _Copy, like: object, days: int = 0) -> object:
    day = (copy.at - timedelta(days=days)).date()
    return day.isoformat() if isinstance(like, str) else day


def _change_encounter(copy: _Copy, row: dict[str, Any]) -> None:
    moment = row["created"]
    row |= {
        "id": copy.id,
        "number": copy.number,
        "created": _stamp(copy, moment),
        "service": _SERVICES[copy.number % len(_SERVICES)],
        "payer": _PAYERS[copy.number % len(_PAYERS)],
        "account": f"{copy.id}{copy.id}{copy.id}"[:64],
        "assignee": _assignee(copy),
    }


def _assignee(copy: _Copy) -> int | None:
    return copy.template.events[-1][2] if copy.number % 5 < 2 else None


def _change_note(copy: _Copy, row: dict[str, Any]) -> None:
    row |= {"id": copy.renamed(row["id"]), "encounter_id": copy.id}


def _change_reading(copy: _Copy, row: dict[str, Any]) -> None:
    row["note_id"] = copy.renamed(row["note_id"])
    for name in {"at", "created"} & row.keys():
        row[name] = _stamp(copy, row[name], 20)


def _change_summary(copy: _Copy, row: dict[str, Any]) -> None:
    ends = copy.template.events[-1][3]
    row |= {"encounter_id": copy.id, "number": copy.number, "assignee": _assignee(copy)}
    row["search"] = (
        f"e-{copy.number:05}\n{_SERVICES[copy.number % 6].casefold()}\n"
        f"{_PAYERS[copy.number % 4].casefold()}\n{row['search'].partition(chr(10))[2]}"
    )
    row["chart_date"] = _day(copy, row["chart_date"])
    row["signed_at"] = row["signed_at"] and _stamp(copy, row["signed_at"], ends)
    row["at"] = _stamp(copy, row["at"], ends)


def _change_projection(copy: _Copy, row: dict[str, Any]) -> None:
    row["encounter_id"] = copy.id
    row["month"] = row["month"] and copy.at.year * 100 + copy.at.month


def _change_case(copy: _Copy, row: dict[str, Any]) -> None:
    _change_projection(copy, row)
    row["service"] = _SERVICES[copy.number % 6]
    row["seconds"] = row["seconds"] and 60 + copy.number * 7919 % 1500


def _change_audit(copy: _Copy, row: dict[str, Any]) -> None:
    row |= {"id": copy.renamed(row["id"]), "encounter_id": copy.id, "number": copy.audit}
    told = [each for each in copy.template.events if each[0].startswith("audit_")]
    row["opened"] = _stamp(copy, row["opened"], told[0][3])
    row["at"] = _stamp(copy, row["at"], told[-1][3])


_EVENT_NAMES = (
    *("stream", "sequence", "kind", "schema", "payload", "actor", "at", "key"),
    *("previous", "hash"),
)


def _events(copies: Sequence[_Copy]) -> tuple[tuple[str, ...], Iterator[_Row]]:
    return _EVENT_NAMES, (row for copy in copies for row in _chain(copy))


def _heads(copies: Sequence[_Copy]) -> tuple[tuple[str, ...], Iterator[_Row]]:
    """Before the events: their hashes are worked out twice, which is quicker than to keep them."""

    def rows() -> Iterator[_Row]:
        for copy in copies:
            *_, last = _chain(copy)
            yield copy.id, last[1], last[-1]

    return ("stream", "sequence", "hash"), rows()


def _chain(copy: _Copy) -> Iterator[_Row]:
    """The events of a copy."""
    previous, stream, names = ZERO, copy.id, copy.names
    for place, (kind, payload, actor, seconds, key) in enumerate(copy.template.events, 1):
        row = (stream, place, kind, 1, payload % names, actor, _write(copy.at, seconds))
        yield (event := _hashed((*row, f"{key}.{stream}.{place}"), previous))
        previous = event[-1]


def _write(at: datetime, seconds: float = 0) -> str:
    return (at + timedelta(seconds=seconds)).isoformat(timespec="microseconds")[:26] + "Z"


def _hashed(row: _Row, previous: str) -> _Row:
    """An event with its hash, as ``store.ledger.digest`` joins its fields."""
    fields = [each if isinstance(each, bytes) else str(each).encode() for each in (previous, *row)]
    joined = b"".join([len(each).to_bytes(8, "big") + each for each in fields])
    return (*row, previous, hashlib.sha256(joined).hexdigest())


class _Register:
    """The events of the system stream that name the copies, chained to what stands there."""

    def __init__(self, database: Database) -> None:
        with database.read() as session:
            self._place, self._last = head(session, SYSTEM)
        self.rows: list[_Row] = []

    def add(self, encounter: str, number: int, actor: int, at: datetime) -> str:
        """The hash of the event that names an encounter."""
        self._place += 1
        said = encode({"encounter": encounter, "number": number})
        kind = EventKind.ENCOUNTER_REGISTERED.value
        row = (SYSTEM, self._place, kind, 1, said, actor, _write(at), f"registered/{encounter}")
        self.rows.append(_hashed(row, self._last))
        self._last = self.rows[-1][-1]
        return self._last

    def head(self) -> str:
        """The statement that makes the last of them the head of its stream."""
        return (
            f"UPDATE heads SET sequence = {self._place}, hash = '{self._last}' "
            f"WHERE stream = '{SYSTEM}'"
        )


_MAKERS: Mapping[str, Callable[[Sequence[_Copy]], tuple[tuple[str, ...], Iterator[_Row]]]] = {
    "encounters": _copied("encounters", _change_encounter),
    "heads": _heads,
    "events": _events,
    "notes": _copied("notes", _change_note),
    "scores": _copied("scores", _change_reading),
    "jobs": _copied("jobs", _change_reading),
    "summaries": _copied("summaries", _change_summary),
    "code_records": _copied("code_records", _change_projection),
    "outcome_cases": _copied("outcome_cases", _change_case),
    "audits": _copied("audits", _change_audit),
}
