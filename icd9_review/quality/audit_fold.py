"""From the events of an encounter to its audits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, cast

from icd9_review.review.telling.quality_facts import AUDIT_KINDS
from icd9_review.values import (
    Adjudication,
    Audit,
    AuditAnswer,
    AuditedCode,
    AuditStatus,
    Confidence,
    DifferenceCause,
    DifferenceRemark,
    Event,
    EventKind,
    Kind,
    Poa,
)

AUDIT_TELLING: Final = (*AUDIT_KINDS, EventKind.FINALISED, EventKind.REOPENED)
"""The events that say how the audits of an encounter stand."""

_Said = dict[str, Any]


def fold_audits(told: Iterable[Event]) -> dict[str, Audit]:
    """The audits of an encounter by their identifiers, in the order in which they were opened.

    Words are the digests that the events have.
    """
    audits: dict[str, Audit] = {}
    signatures: dict[int, Event] = {}
    for event in told:
        if event.kind is EventKind.FINALISED:
            signatures[event.sequence] = event
        elif event.kind is EventKind.REOPENED:
            audits = {each: replace(a, chart_reopened=True) for each, a in audits.items()}
        elif event.kind is EventKind.AUDIT_OPENED:
            audit = _opened(event, signatures[cast(int, event.payload["signature"])])
            audits[audit.id] = audit
        elif event.kind in AUDIT_KINDS:
            audit = audits[str(event.payload["audit"])]
            step = _STEPS[event.kind]
            changed = step(audit, event, cast(_Said, event.payload))
            audits[audit.id] = replace(changed, sequence=event.sequence, changed=event.at)
    return audits


def frozen_codes(signature: Event) -> tuple[AuditedCode, ...]:
    """The codes of a signature in their order."""
    codes = cast(list[list[Any]], signature.payload["codes"])
    return tuple(
        AuditedCode(code, Kind(kind), Poa(poa) if poa else None) for kind, code, _, poa, _ in codes
    )


def write_codes(codes: Iterable[AuditedCode]) -> list[list[str | None]]:
    """Codes of an auditor as an event has them: kind, code, POA, what each stands instead of."""
    return [[each.kind, each.code, each.poa, each.instead_of] for each in codes]


def _opened(event: Event, signature: Event) -> Audit:
    said, coded = cast(_Said, event.payload), frozen_codes(signature)
    return Audit(
        id=said["audit"],
        number=said["number"],
        encounter_id=event.stream,
        signature=signature.sequence,
        signed_at=signature.at,
        signer=signature.actor,
        auditor=event.actor,
        opened=event.at,
        changed=event.at,
        sequence=event.sequence,
        status=AuditStatus.OPEN,
        coded=coded,
        audited=coded,
        sample=said["sample"],
        blind=said["blind"],
        blind_model=said.get("blind_model", False),
    )


def _coded(audit: Audit, event: Event, said: _Said) -> Audit:
    codes = tuple(
        AuditedCode(code, Kind(kind), Poa(poa) if poa else None, instead_of)
        for kind, code, poa, instead_of in said["codes"]
    )
    one, other = ({(each.kind, each.code) for each in side} for side in (audit.coded, codes))
    since = {key: audit.since.get(key, event.sequence) for key in one ^ other}
    return replace(audit, audited=codes, since=since)


def _remarked(audit: Audit, _: Event, said: _Said) -> Audit:
    cause = DifferenceCause(said["cause"]) if said["cause"] else None
    remark = DifferenceRemark(cause, said.get("words", ""))
    return replace(audit, remarks={**audit.remarks, said["difference"]: remark})


def _answered(audit: Audit, event: Event, said: _Said) -> Audit:
    status = AuditStatus.AGREED if said["agreed"] else AuditStatus.REBUTTED
    answer = AuditAnswer(said["agreed"], said.get("words", ""), event.at)
    return replace(audit, status=status, answer=answer)


def _adjudicated(audit: Audit, event: Event, said: _Said) -> Audit:
    settled = Adjudication(
        actor=event.actor,
        at=event.at,
        confidence=Confidence(said["confidence"]),
        cause=DifferenceCause(said["cause"]),
        overturned=tuple(said["overturned"]),
        words=said.get("words", ""),
        guideline=said["guideline"],
    )
    return replace(audit, status=AuditStatus.ADJUDICATED, adjudication=settled)


def _closed(audit: Audit, _: Event, said: _Said) -> Audit:
    return replace(audit, status=AuditStatus.FINAL, reopen=said["reopen"])


_STEPS: Mapping[EventKind, Callable[[Audit, Event, _Said], Audit]] = MappingProxyType(
    {
        EventKind.AUDIT_CODED: _coded,
        EventKind.AUDIT_REMARKED: _remarked,
        EventKind.AUDIT_RETURNED: lambda a, _, __: replace(a, status=AuditStatus.RETURNED),
        EventKind.AUDIT_ANSWERED: _answered,
        EventKind.AUDIT_ADJUDICATED: _adjudicated,
        EventKind.AUDIT_CLOSED: _closed,
        EventKind.AUDIT_WITHDRAWN: lambda a, _, __: replace(a, status=AuditStatus.WITHDRAWN),
    }
)
