"""What was counted of the arms: sums of charts, and what final audits say of some of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, cast, func, literal, select
from sqlalchemy.orm import Session

from icd9_review.quality.arms.cases import JudgedCase, arm_case, judge_case
from icd9_review.quality.arms.figures import ArmSums
from icd9_review.quality.audit_fold import AUDIT_TELLING, fold_audits
from icd9_review.quality.settling import settled_codes
from icd9_review.statistics.ratio_sums import RatioSums
from icd9_review.store import ledger
from icd9_review.store.database.tables import ArmCaseRow, AuditRow
from icd9_review.values import Arm, Audit, AuditStatus, Event, EventKind

_ROW = ArmCaseRow
_ONE = literal(1)
_BESIDE = _ROW.signed - _ROW.matched
_PAIRS: Mapping[str, tuple[Any, Any]] = {
    "recall": (_ROW.matched, _ROW.signed),
    "signed": (_ROW.matched, _ROW.suggested),
    "beside": (_BESIDE, _ONE),
    "seconds": (_ROW.seconds, _ONE),
    "per_decision": (_ROW.seconds, _ROW.decisions),
}
"""The part and the whole of each ratio; the first three of charts that a model had read."""
_READ = ("recall", "signed", "beside")
_TOLD = (*AUDIT_TELLING, EventKind.SHOWN)


def read_arms(session: Session, conditions: Sequence[ColumnElement[bool]]) -> tuple[ArmSums, ...]:
    """The sums of each arm over the rows that fulfil the conditions."""
    counts: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, (part, whole) in _PAIRS.items():
        for arm, sums in _sums(session, conditions, part, whole, read=name in _READ):
            counts[arm][name] = sums
    times = _times(session, conditions)
    judged = _judged(session, conditions)
    return tuple(
        replace(
            _arm(arm, found),
            times=tuple(times[arm]),
            omission=RatioSums.of((each.omitted, each.unprompted) for each in judged[arm]),
            commission=RatioSums.of((each.committed, each.wrong) for each in judged[arm]),
        )
        for arm, found in counts.items()
    )


def _arm(arm: str, found: Mapping[str, RatioSums]) -> ArmSums:
    recall, signed, beside, seconds, each = (found.get(name, RatioSums()) for name in _PAIRS)
    unread = seconds.units - recall.units
    return ArmSums(Arm(arm), seconds.units, unread, recall, signed, beside, seconds, each)


def _sums(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    part: Any,
    whole: Any,
    *,
    read: bool,
) -> Iterator[tuple[str, RatioSums]]:
    products = (part, whole, part * part, part * whole, whole * whole)
    asked = select(_ROW.arm, func.count(), *(cast(func.sum(p), BigInteger) for p in products))
    wanted = [*conditions, _ROW.matched.is_not(None)] if read else conditions
    for arm, *sums in session.execute(asked.where(*wanted).group_by(_ROW.arm)):
        yield arm, RatioSums(*map(int, sums))


def _times(
    session: Session, conditions: Sequence[ColumnElement[bool]]
) -> Mapping[str, list[tuple[int, int]]]:
    """How many charts of each arm took so many seconds."""
    asked = select(_ROW.arm, _ROW.seconds, func.count()).where(*conditions)
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for arm, seconds, charts in session.execute(asked.group_by(_ROW.arm, _ROW.seconds)):
        found[arm].append((seconds, charts))
    return found


def _judged(
    session: Session, conditions: Sequence[ColumnElement[bool]]
) -> Mapping[str, list[JudgedCase]]:
    """Charts of each arm beside the codes of a final audit of their first signature."""
    asked = (
        select(_ROW.encounter_id, _ROW.arm)
        .join(AuditRow, AuditRow.encounter_id == _ROW.encounter_id)
        .where(AuditRow.status == AuditStatus.FINAL, *conditions)
        .distinct()
    )
    rows: Sequence[Row[str, str]] = session.execute(asked).all()
    told = ledger.read_many(session, [row.encounter_id for row in rows], _TOLD)
    found: dict[str, list[JudgedCase]] = defaultdict(list)
    for encounter_id, arm in rows:
        if judged := _judge(told[encounter_id], Arm(arm)):
            found[arm].append(judged)
    return found


def _judge(events: Sequence[Event], arm: Arm) -> JudgedCase | None:
    audit = _audit_of_first(events)
    case = arm_case(events, arm)
    return judge_case(case, settled_codes(audit)) if audit and case else None


def _audit_of_first(events: Sequence[Event]) -> Audit | None:
    """The last final audit of the first signature."""
    first = next(each.sequence for each in events if each.kind is EventKind.FINALISED)
    final = [
        each
        for each in fold_audits(events).values()
        if each.status is AuditStatus.FINAL and each.signature == first
    ]
    return max(final, key=lambda each: each.number, default=None)
