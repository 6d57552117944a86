"""Who gave signed encounters which codes: people by their signature, auditors, and the model.

Figures of agreement know members and their codes alone. Of an encounter with a final audit the
coder's codes are those that were audited, not those it was signed with afterwards: a chart that was
mended by its audit would agree with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeVarTuple, cast

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from icd9_review.codes.volumes import takes
from icd9_review.quality.agreement.codings import Coding, FoundCodings
from icd9_review.quality.audit_fold import AUDIT_TELLING, fold_audits
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import EncounterRow, GoldRow, SummaryRow, TwinRow
from icd9_review.store.exporting.rankings import TELLING, Rankings
from icd9_review.store.people.access import seen
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.scoring.model_versions import model_names
from icd9_review.store.users import user_names
from icd9_review.values import (
    Audit,
    AuditStatus,
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

GOLD_MEMBER: Final = "Gold (kept here)"
"""What gold encounters are called among members."""

_Columns = TypeVarTuple("_Columns")
_source = aliased(EncounterRow)
_SignedRow = Row[str, int, CareSetting, str | None, str | None]
_CHUNK = 100  # encounters whose events and scores are read at once: a megabyte or two
_TOLD = tuple(dict.fromkeys((*AUDIT_TELLING, *TELLING)))


def encounter_codings(
    database: Database,
    since: datetime | None = None,
    before: datetime | None = None,
    *,
    actor: User,
    most: int = MOST_ENCOUNTERS,
) -> FoundCodings:
    """The codings of encounters that are signed now, were signed in this time, and are seen.

    A person's are the codes of the signature that stands; who signed an encounter that was reopened
    since has none of it. Of one with a final audit they are those that were audited, and the
    auditor's stand beside them; one whose coder they may not know yet is left out. The model's are
    what it suggested when that was signed, by the version that had read the notes last; one that
    is stored no more has none. A twin is a
    coding of its source, and where it is gold its codes are those of a member, too. Raises
    PermissionDenied.
    """
    check_may(actor, Act.AUDIT)
    with database.read() as session:
        signed, mine = _signed_in(since, before), seen(session, actor)
        rows = _newest(session, signed, mine, most)
        reader = _Reader(session, user_names(session), model_names(session))
        originals_first = sorted(rows, key=lambda row: row.source is not None)
        codings = [*_golden(session, rows), *reader.codings(originals_first)]
        return FoundCodings(
            codings=_once_each(codings),
            labels={row.source or row.id: encounter_label(row.number) for row in rows},
            signed=_count(session, signed, mine),
        )


def _signed_in(since: datetime | None, before: datetime | None) -> list[ColumnElement[bool]]:
    conditions = [SummaryRow.status == EncounterStatus.FINALISED]
    if since is not None:
        conditions.append(SummaryRow.signed_at >= since)
    if before is not None:
        conditions.append(SummaryRow.signed_at < before)
    return conditions


def _newest(
    session: Session,
    signed: Sequence[ColumnElement[bool]],
    mine: Sequence[ColumnElement[bool]],
    most: int,
) -> Sequence[_SignedRow]:
    """Signed encounters; of a twin the number is that of its source.

    Which they are an index tells; nothing else is read of the others.
    """
    newest = select(SummaryRow.encounter_id)
    if mine:
        newest = newest.join(EncounterRow, EncounterRow.id == SummaryRow.encounter_id)
    here = _latest_first(newest.where(*signed, *mine)).limit(most).subquery()
    number = func.coalesce(_source.number, EncounterRow.number).label("number")
    query = (
        select(EncounterRow.id, number, EncounterRow.setting)
        .add_columns(TwinRow.source_id.label("source"), TwinRow.gold_id.label("gold"))
        .join(here, here.c.encounter_id == EncounterRow.id)
        .join(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
        .outerjoin(TwinRow, TwinRow.encounter_id == EncounterRow.id)
        .outerjoin(_source, _source.id == TwinRow.source_id)
    )
    return session.execute(_latest_first(query)).all()


def _latest_first(query: Select[*_Columns]) -> Select[*_Columns]:
    return query.order_by(SummaryRow.signed_at.desc(), SummaryRow.number.desc())


def _count(
    session: Session, signed: Sequence[ColumnElement[bool]], mine: Sequence[ColumnElement[bool]]
) -> int:
    """A twin and its source are one. Twins are few, so that they are looked at by themselves, and
    all others counted by the index of signatures.

    Twins are named one by one: a database that does not know how few they are looks for them
    among all that is signed.
    """
    every = select(func.count()).select_from(SummaryRow).where(*signed)
    if mine:
        every = every.join(EncounterRow, EncounterRow.id == SummaryRow.encounter_id).where(*mine)
    named = session.execute(select(TwinRow.encounter_id, TwinRow.source_id)).all()
    source_of = {row.encounter_id: row.source_id for row in named}
    counted = _among(session, {*source_of, *source_of.values()}, signed, mine)
    twins = counted & source_of.keys()
    sources = {source_of[each] for each in twins}
    return (session.scalar(every) or 0) - len(twins) + len(sources - counted)


def _among(
    session: Session,
    encounter_ids: Collection[str],
    signed: Sequence[ColumnElement[bool]],
    mine: Sequence[ColumnElement[bool]],
) -> set[str]:
    """Those of these encounters that are signed and seen."""
    if not encounter_ids:
        return set()
    query = select(EncounterRow.id).join(SummaryRow, SummaryRow.encounter_id == EncounterRow.id)
    return set(session.scalars(query.where(EncounterRow.id.in_(encounter_ids), *signed, *mine)))


@dataclass(frozen=True, slots=True)
class _Reader:
    session: Session
    people: Mapping[int, str]
    models: Mapping[str, str]

    def codings(self, rows: Sequence[_SignedRow]) -> Iterator[Coding]:
        """By all members of these encounters, so many at a time."""
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            told = ledger.read_many(self.session, [row.id for row in chunk], _TOLD)
            rankings = Rankings(self.session, told)
            for row in chunk:
                events, encounter = told[row.id], row.source or row.id
                audit = _last_final(events)
                signature = _signature(events, audit)
                yield Coding(encounter, self.people[signature.actor], _signed(signature))
                if audit is not None:
                    name = f"{self.people[audit.auditor]} (auditor)"
                    audited = frozenset((each.kind, each.code) for each in audit.audited)
                    yield Coding(encounter, name, audited)
                for suggested in self._suggested(rankings, row.setting, events, signature):
                    yield replace(suggested, encounter=encounter)

    def _suggested(
        self, rankings: Rankings, setting: CareSetting, events: Sequence[Event], signature: Event
    ) -> Iterator[Coding]:
        version = _last_read(events, signature.sequence)
        if version is None or version not in self.models:  # not as if it had suggested nothing
            return
        found = rankings.codes(signature.stream, version, signature.sequence)
        codes = frozenset((kind, code) for kind, code in found if takes(setting, kind))
        name = f"Model {self.models[version]} ({version[:8]})"
        yield Coding(signature.stream, name, codes)


def _golden(session: Session, rows: Sequence[_SignedRow]) -> Iterator[Coding]:
    """The codes of the gold encounters that were signed as twins."""
    wanted = {row.gold for row in rows} - {None}
    for gold in session.scalars(select(GoldRow).where(GoldRow.id.in_(wanted))):
        codes = frozenset((Kind(kind), code) for kind, code, _ in gold.codes)
        yield Coding(gold.encounter_id, GOLD_MEMBER, codes)


def _once_each(codings: Sequence[Coding]) -> tuple[Coding, ...]:
    """The first coding of each member and encounter: whoever has a twin may sign its source later,
    and the model has read both."""
    found: dict[tuple[str, str], Coding] = {}
    for each in codings:
        found.setdefault((each.encounter, each.member), each)
    return tuple(found.values())


def _last_final(events: Sequence[Event]) -> Audit | None:
    """The last audit that is closed and was not withdrawn."""
    final = [each for each in fold_audits(events).values() if each.status is AuditStatus.FINAL]
    return max(final, key=lambda each: each.number, default=None)


def _signature(events: Sequence[Event], audit: Audit | None) -> Event:
    """What an audit is about, or else the signature that stands."""
    signed = [event for event in events if event.kind is EventKind.FINALISED]
    if audit is None:
        return signed[-1]
    return next(event for event in signed if event.sequence == audit.signature)


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
