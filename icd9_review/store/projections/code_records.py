"""In how many encounters a code was decided on here and accepted; rows come from ``outcomes``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import CodeRecordRow
from icd9_review.values import CodeKey, Kind


@dataclass(frozen=True, slots=True)
class CodeRecord:
    """In how many encounters a code was decided on here, and in how many it was accepted."""

    decided: int
    accepted: int


_NONE = CodeRecord(decided=0, accepted=0)


def code_records(
    database: Database, codes: Collection[CodeKey], *, but: str = ""
) -> dict[CodeKey, CodeRecord]:
    """The record of each of these codes over all encounters, ``but`` one where it is named.

    A code counts as decided where a verdict stands on it, as accepted where that is one:
    suggested, added, or in the place of another.
    """
    found: dict[CodeKey, CodeRecord] = {}
    with database.read() as session:
        for kind in Kind:
            mine = [code for each, code in codes if each is kind]
            if mine:
                found |= _count(session, kind, mine)
        own = _own(session, but) if but else {}
    counted = dict.fromkeys(codes, _NONE) | found
    return {key: _less(record, own.get(key)) for key, record in counted.items()}


def _own(session: Session, encounter_id: str) -> dict[CodeKey, bool]:
    """Whether each code that was decided in one encounter stands accepted."""
    rows = session.execute(
        select(CodeRecordRow.kind, CodeRecordRow.code, CodeRecordRow.accepted).where(
            CodeRecordRow.encounter_id == encounter_id, CodeRecordRow.decided
        )
    )
    return {(row.kind, row.code): row.accepted for row in rows}


def _less(record: CodeRecord, accepted: bool | None) -> CodeRecord:
    """A record without one encounter of it, None for one that is not among it.

    Taken off what an index alone counts: a condition on encounters would read every row.
    """
    if accepted is None:
        return record
    return CodeRecord(record.decided - 1, record.accepted - accepted)


def _count(session: Session, kind: Kind, codes: list[str]) -> dict[CodeKey, CodeRecord]:
    rows = session.execute(
        select(
            CodeRecordRow.code,
            func.count().label("decided"),
            func.count().filter(CodeRecordRow.accepted).label("accepted"),
        )
        .where(CodeRecordRow.kind == kind, CodeRecordRow.code.in_(codes), CodeRecordRow.decided)
        .group_by(CodeRecordRow.code)
    )
    return {(kind, row.code): CodeRecord(row.decided, row.accepted) for row in rows}
