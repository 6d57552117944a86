"""What became of the codes of each encounter, and the counts that figures are made of.

Both change in the transaction of the event that changes them: what an encounter added to the
counts before is taken away, what it comes to now is added. Counts are changed last and in one
order, so that two people who accept the same code in two encounters hardly wait for each other and
never in a circle.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from icd9_review.quality.outcomes.bands import CaseFacts
from icd9_review.quality.outcomes.counting import (
    Sums,
    add_sums,
    counts_of,
    scores_of,
    tallies_of,
    times_of,
)
from icd9_review.quality.outcomes.figures import FINAL_KINDS
from icd9_review.quality.outcomes.telling import TOLD, case_of
from icd9_review.store import ledger
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import (
    ArmCaseRow,
    CodeRecordRow,
    EncounterRow,
    OutcomeCaseRow,
    OutcomeCountRow,
    OutcomeScoreRow,
    OutcomeTallyRow,
    OutcomeTimeRow,
    TwinRow,
)
from icd9_review.store.database.upsert import upsert
from icd9_review.store.people.permissions import Act, check_may
from icd9_review.store.projections.arms import keep_arm_case
from icd9_review.values import (
    Arm,
    CaseAxis,
    CodeKey,
    CodeOutcome,
    Event,
    EventKind,
    OutcomeCase,
    OutcomeKind,
    User,
)

UNCOUNTED: Final = Arm.BLIND.value
"""In place of an outcome of a code of an encounter that is coded blind."""

_COUNTED = (
    *(OutcomeCountRow, OutcomeScoreRow, OutcomeTallyRow, OutcomeTimeRow),
    *(OutcomeCaseRow, ArmCaseRow),
)
_CHUNK = 100  # encounters of one transaction of a recount; by judgement
_UNREAD: Final[Mapping[str, Sequence[Event]]] = MappingProxyType({})
UNDECIDED: Final = (OutcomeKind.UNTOUCHED, OutcomeKind.WAITING)
"""Outcomes of codes that nobody decided on."""
_Names = tuple[str, ...]
_Sums = type[OutcomeCountRow | OutcomeScoreRow | OutcomeTallyRow | OutcomeTimeRow]
_COUNT_KEY = ("kind", "code", "outcome", "detail", "suggested", "version", "month")
_SCORE_KEY = ("kind", "code", "bin", "accepted", "version", "month")
_TALLY_KEY = ("month", "version", "axis", "value")
_TIME_KEY = ("signer", "seconds", "version")
_OUTCOME = tuple(each.name for each in fields(CodeOutcome))
_GROUPS = tuple(axis.value for axis in CaseAxis)
_CASE = ("month", "version", *_GROUPS, "signer", "seconds", "decided", "accepted")


def refresh_outcomes(
    session: Session,
    encounter_ids: Sequence[str],
    told: Mapping[str, Sequence[Event]] = _UNREAD,
) -> None:
    """Tell and count these encounters anew; their heads are locked.

    ``told`` are the events of TOLD, with others or without, where the caller has read them.
    """
    counts: Sums = {}
    scores: Sums = {}
    tallies: Sums = {}
    spent: Sums = {}
    for encounter_id in encounter_ids:
        stored = _read(session, encounter_id)
        events = told.get(encounter_id) or ledger.read(session, encounter_id, TOLD)
        after = None if stored.is_twin else _tell(session, stored, events)
        if stored.arm is Arm.BLIND:
            _write_blind(session, encounter_id, after)
            continue
        before = _counted(session, stored)
        _write(session, encounter_id, before, after)
        for case, times in ((before, -1), (after, 1)):
            add_sums(counts, counts_of(case), times)
            add_sums(scores, scores_of(case), times)
            add_sums(tallies, tallies_of(case), times)
            add_sums(spent, times_of(case), times)
    _shift(session, OutcomeCountRow, counts, _COUNT_KEY)
    _shift(session, OutcomeScoreRow, scores, _SCORE_KEY)
    _shift(session, OutcomeTallyRow, tallies, _TALLY_KEY)
    _shift(session, OutcomeTimeRow, spent, _TIME_KEY)


def recount(
    database: Database, *, actor: User, tell: Callable[[int, int], None] = lambda _done, _all: None
) -> int:
    """Count everything from the events, while people go on working; how many encounters.

    Begun again where it was interrupted. ``tell`` hears how many of how many are done. Raises
    PermissionDenied.
    """
    check_may(actor, Act.ADMINISTER)
    with database.write() as session:
        for table in _COUNTED:
            session.execute(delete(table))
        session.execute(delete(CodeRecordRow).where(CodeRecordRow.decided.is_(False)))
        session.execute(update(CodeRecordRow).values(outcome=None))
        every = list(session.scalars(select(EncounterRow.id).order_by(EncounterRow.number)))
    for start in range(0, len(every), _CHUNK):
        chosen = every[start : start + _CHUNK]
        with database.write() as session:
            ledger.lock_heads(session, chosen)
            refresh_outcomes(session, chosen)
        tell(start + len(chosen), len(every))
    return len(every)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is stored of an encounter besides its events; ``case`` as it is counted, if it is.

    A twin is told and counted nowhere, whatever its arm.
    """

    id: str
    arm: Arm | None
    facts: CaseFacts
    is_twin: bool
    case: Mapping[str, Any] | None


def _read(session: Session, encounter_id: str) -> _Stored:
    row = EncounterRow
    facts = (row.age, row.sex, row.setting, row.service)
    case = [getattr(OutcomeCaseRow, name).label(f"case_{name}") for name in _CASE]
    found = session.execute(
        select(row.arm, *facts, TwinRow.encounter_id.label("twin"), *case)
        .outerjoin(TwinRow, TwinRow.encounter_id == row.id)
        .outerjoin(OutcomeCaseRow, OutcomeCaseRow.encounter_id == row.id)
        .where(row.id == encounter_id)
    ).one()
    counted = {name: getattr(found, f"case_{name}") for name in _CASE}
    return _Stored(
        id=encounter_id,
        arm=None if found.twin else found.arm,
        facts=CaseFacts(found.age, found.sex, found.setting, found.service),
        is_twin=found.twin is not None,
        case=None if counted["month"] is None else counted,
    )


def _tell(session: Session, stored: _Stored, events: Sequence[Event]) -> OutcomeCase | None:
    """What the events of an encounter come to with its facts.

    What an encounter of an arm came to is kept with it.
    """
    if _is_signed(events):  # how long it took, other events tell
        events = ledger.read(session, stored.id)
    if stored.arm is not None:
        keep_arm_case(session, stored.id, stored.arm, events)
    return case_of(events, stored.facts)


def _is_signed(events: Sequence[Event]) -> bool:
    ends = (EventKind.FINALISED, EventKind.REOPENED)
    return next((e.kind for e in reversed(events) if e.kind in ends), None) is ends[0]


def _counted(session: Session, stored: _Stored) -> OutcomeCase | None:
    """What the encounter added to the counts; None where it was not counted."""
    if stored.case is None:
        return None
    rows = session.execute(
        select(*(getattr(CodeRecordRow, name) for name in _OUTCOME)).where(
            CodeRecordRow.encounter_id == stored.id, CodeRecordRow.outcome.is_not(None)
        )
    ).mappings()
    outcomes = [CodeOutcome(**{**row, "outcome": OutcomeKind(row["outcome"])}) for row in rows]
    rest = {name: value for name, value in stored.case.items() if name not in _GROUPS}
    groups = tuple(stored.case[name] for name in _GROUPS)
    return OutcomeCase(groups=groups, outcomes=tuple(outcomes), **rest)


def _write(
    session: Session, encounter_id: str, before: OutcomeCase | None, after: OutcomeCase | None
) -> None:
    """Have the rows of an encounter say what it comes to now; what stays is not written."""
    old, new = _records(before), _records(after)
    mine = CodeRecordRow.encounter_id == encounter_id
    if before is None:  # rows of a former program, too
        session.execute(delete(CodeRecordRow).where(mine))
    for kind, code in old.keys() - new.keys():
        of_code = (CodeRecordRow.kind == kind, CodeRecordRow.code == code)
        session.execute(delete(CodeRecordRow).where(mine, *of_code))
    changed = [row for key, row in new.items() if old.get(key) != row]
    upsert(session, CodeRecordRow, [{"encounter_id": encounter_id, **row} for row in changed])
    if after is None:
        session.execute(delete(OutcomeCaseRow).where(OutcomeCaseRow.encounter_id == encounter_id))
    elif before is None or _case_values(before) != _case_values(after):
        upsert(session, OutcomeCaseRow, [{"encounter_id": encounter_id, **_case_values(after)}])


def _write_blind(session: Session, encounter_id: str, case: OutcomeCase | None) -> None:
    """Have the rows of an encounter that is coded blind say what was decided, and count nothing.

    What its signer was not shown they did not accept, reject or leave alone.
    """
    session.execute(delete(CodeRecordRow).where(CodeRecordRow.encounter_id == encounter_id))
    rows = [
        {"encounter_id": encounter_id, **row, "outcome": UNCOUNTED}
        for row in _records(case).values()
        if row["decided"]
    ]
    if rows:
        session.execute(insert(CodeRecordRow), rows)


def _records(case: OutcomeCase | None) -> dict[CodeKey, dict[str, Any]]:
    return {
        (each.kind, each.code): {
            **asdict(each),
            "month": case.month if case else 0,
            "decided": each.outcome not in UNDECIDED,
            "accepted": each.outcome in FINAL_KINDS,
        }
        for each in (case.outcomes if case else ())
    }


def _case_values(case: OutcomeCase) -> dict[str, Any]:
    return {
        "month": case.month,
        "version": case.version,
        **dict(zip(_GROUPS, case.groups, strict=True)),
        "signer": case.signer,
        "seconds": case.seconds,
        "decided": case.decided,
        "accepted": case.accepted,
    }


def _shift(
    session: Session,
    table: _Sums,
    sums: Sums,
    names: _Names,
) -> None:
    """Add these sums to those of a table; a row that comes to nothing goes, a service with it."""
    if not sums:
        return
    others = [column.name for column in table.__table__.columns if column.name not in names]
    rows = [
        dict(zip((*names, *others), (*key, *values), strict=True))
        for key, values in sorted(sums.items())
    ]
    upsert(session, table, rows, operator.add)
    less = [{f"of_{n}": row[n] for n in names} for row in rows if any(row[n] < 0 for n in others)]
    if less:
        columns = table.__table__.c
        this = (columns[name] == bindparam(f"of_{name}") for name in names)
        nothing = (columns[name] == 0 for name in others)
        session.connection().execute(delete(table).where(*this, *nothing), less)
