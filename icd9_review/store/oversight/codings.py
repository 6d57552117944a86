"""Who gave signed encounters which codes: people by their signature, and the model beside them.

What others make of an encounter that is signed already is read by a function of its own and
joined here: figures of agreement know members and their codes alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from icd9_review.codes.volumes import takes
from icd9_review.quality.agreement.codings import Coding, FoundCodings
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, SummaryRow
from icd9_review.store.exporting.rankings import TELLING, Rankings
from icd9_review.store.people.access import seen
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.scoring.model_versions import model_names
from icd9_review.store.users import user_names
from icd9_review.values import (
    CareSetting,
    CodeKey,
    EncounterStatus,
    Event,
    EventKind,
    Kind,
    User,
    encounter_label,
)

MOST_ENCOUNTERS: Final = 1000
"""Signed encounters that are read, the newest; by judgement: their figures take a second, and an
interval of alpha from so many is about four hundredths wide."""

_CHUNK = 100  # encounters whose events and scores are read at once: a megabyte or two
_TOLD = (EventKind.FINALISED, *TELLING)


def encounter_codings(
    database: Database,
    since: datetime | None = None,
    before: datetime | None = None,
    *,
    actor: User,
    most: int = MOST_ENCOUNTERS,
) -> FoundCodings:
    """The codings of encounters that are signed now, were signed in this time, and are seen.

    A person's are the codes of the signature that stands; who signed an encounter that was
    reopened since has none of it. The model's are what it suggested when that was signed, by the
    version that had read the notes last. Raises PermissionDenied.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        conditions = [*_signed_in(since, before), *seen(session, actor)]
        rows = _newest(session, conditions, most)
        reader = _Reader(session, user_names(session), model_names(session))
        return FoundCodings(
            codings=tuple(reader.codings(rows)),
            labels={row.id: encounter_label(row.number) for row in rows},
            signed=_count(session, conditions),
        )


def _signed_in(since: datetime | None, before: datetime | None) -> list[ColumnElement[bool]]:
    conditions = [SummaryRow.status == EncounterStatus.FINALISED]
    if since is not None:
        conditions.append(SummaryRow.signed_at >= since)
    if before is not None:
        conditions.append(SummaryRow.signed_at < before)
    return conditions


def _newest(
    session: Session, conditions: Sequence[ColumnElement[bool]], most: int
) -> Sequence[Row[str, int, CareSetting]]:
    query = (
        select(EncounterRow.id, EncounterRow.number, EncounterRow.setting)
        .join(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .where(*conditions)
        .order_by(SummaryRow.signed_at.desc(), EncounterRow.number.desc())
        .limit(most)
    )
    return session.execute(query).all()


def _count(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    query = (
        select(func.count())
        .select_from(SummaryRow)
        .join(EncounterRow, EncounterRow.id == SummaryRow.encounter_id)
    )
    return session.scalar(query.where(*conditions)) or 0


@dataclass(frozen=True, slots=True)
class _Reader:
    session: Session
    people: Mapping[int, str]
    models: Mapping[str, str]

    def codings(self, rows: Sequence[Row[str, int, CareSetting]]) -> Iterator[Coding]:
        """By all members of these encounters, so many at a time."""
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            told = ledger.read_many(self.session, [row.id for row in chunk], _TOLD)
            rankings = Rankings(self.session, told)
            for row in chunk:
                events = told[row.id]
                signature = next(e for e in reversed(events) if e.kind is EventKind.FINALISED)
                yield Coding(row.id, self.people[signature.actor], _signed(signature))
                yield from self._suggested(rankings, row.setting, events, signature)

    def _suggested(
        self, rankings: Rankings, setting: CareSetting, events: Sequence[Event], signature: Event
    ) -> Iterator[Coding]:
        version = _last_read(events, signature.sequence)
        if version is None:
            return
        found = rankings.suggestions(signature.stream, version, signature.sequence)
        codes = frozenset((each.kind, each.code) for each in found if takes(setting, each.kind))
        name = f"Model {self.models[version]} ({version[:8]})"
        yield Coding(signature.stream, name, codes)


def _signed(signature: Event) -> frozenset[CodeKey]:
    codes = cast(list[list[Any]], signature.payload["codes"])
    return frozenset((Kind(kind), code) for kind, code, *_ in codes)


def _last_read(events: Sequence[Event], before: int) -> str | None:
    """The model version that had read notes last before an event; None where none had."""
    read = [
        str(event.payload["model_version"])
        for event in events
        if event.kind is EventKind.SCORED and event.sequence < before
    ]
    return read[-1] if read else None
