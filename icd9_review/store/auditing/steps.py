"""What is done to an audit after it was opened: each step an event, checked by its rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from icd9_review.errors import ConflictError
from icd9_review.quality import audit_rules
from icd9_review.quality.audit import compare_codes
from icd9_review.quality.audit_fold import write_codes
from icd9_review.review.telling.quality_facts import AUDIT_KINDS
from icd9_review.store import ledger
from icd9_review.store.auditing.audit_rows import (
    audit_row,
    concealed,
    refresh_audits,
    told_audits,
    with_words,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.database.tables import UserRow
from icd9_review.store.ledger.free_text import write_text
from icd9_review.store.ledger.purged import refuse_purged
from icd9_review.store.people.access import check_in_team
from icd9_review.store.people.permissions import PERMISSIONS, Act, check_may
from icd9_review.values import (
    Adjudication,
    Audit,
    AuditedCode,
    Confidence,
    DifferenceCause,
    EventKind,
    User,
)

_Said = Mapping[str, object]
_Change = Callable[[Audit], Sequence[AuditedCode]]


def set_audited_codes(
    database: Database,
    audit_id: str,
    codes: Sequence[AuditedCode] | _Change,
    *,
    seen: int,
    actor: User,
    key: str,
    client: str = "",
) -> Audit:
    """Store the auditor's codes in their order, in the place of those before.

    ``codes`` is the list, or makes it of the audit as it stands. ``seen`` is the number of the
    audit's last event that the auditor had on the page; what the same tab (``client``) stored since
    is its own queue. Raises ConflictError where something else came since; CodeError, InputError,
    DecisionError as ``quality.audit_rules`` say; PermissionDenied, NotFound, Restricted, as every
    step.
    """
    check_may(actor, Act.REVIEW)
    if client:
        ledger.check_token("client name", client)

    def say(session: Session, audit: Audit) -> _Said:
        audit_rules.check_auditor(audit, actor.id)
        if not _is_own_queue(session, audit, seen, client):
            _refuse_unseen(audit, seen)
        refuse_purged(session, audit.encounter_id)
        given = codes(audit) if callable(codes) else codes
        said = {"codes": write_codes(audit_rules.order_audited(given, audit.coded))}
        return said | ({"client": client} if client else {})

    return _step(database, audit_id, EventKind.AUDIT_CODED, say, actor, key)


def remark_on(
    database: Database,
    audit_id: str,
    difference: str,
    cause: DifferenceCause | None,
    words: str = "",
    *,
    actor: User,
    key: str,
) -> Audit:
    """Store where a difference comes from, and why, in the place of what was said before."""
    check_may(actor, Act.REVIEW)
    said = audit_rules.check_audit_words(words)

    def say(session: Session, audit: Audit) -> _Said:
        audit_rules.check_auditor(audit, actor.id)
        found = compare_codes(audit.coded, audit.audited).differences
        if difference not in {each.key for each in found}:
            raise ConflictError("This difference is not there any more; reload the audit.")
        remark = {"difference": difference, "cause": cause and cause.value}
        return remark | _words(session, audit, said)

    return _step(database, audit_id, EventKind.AUDIT_REMARKED, say, actor, key)


def return_to_coder(database: Database, audit_id: str, *, actor: User, key: str) -> Audit:
    """Give the audit to the coder to answer."""
    check_may(actor, Act.REVIEW)

    def say(_: Session, audit: Audit) -> _Said:
        audit_rules.check_return(audit, actor.id)
        return {}

    return _step(database, audit_id, EventKind.AUDIT_RETURNED, say, actor, key)


def answer_audit(
    database: Database, audit_id: str, *, agreed: bool, words: str = "", actor: User, key: str
) -> Audit:
    """Store that the coder agrees, or rebuts with words."""
    check_may(actor, Act.CODE)
    said = audit_rules.check_audit_words(words)

    def say(session: Session, audit: Audit) -> _Said:
        audit_rules.check_answer(audit, actor.id, agreed=agreed, words=said)
        return {"agreed": agreed, **_words(session, audit, said)}

    return _step(database, audit_id, EventKind.AUDIT_ANSWERED, say, actor, key)


def adjudicate(
    database: Database,
    audit_id: str,
    confidence: Confidence,
    cause: DifferenceCause,
    *,
    overturned: Sequence[str] = (),
    words: str = "",
    guideline: bool = False,
    actor: User,
    key: str,
) -> Audit:
    """Settle what was rebutted: ``overturned`` are the differences in which the coder was right.

    What nobody is left to answer may be settled without an answer.
    """
    check_may(actor, Act.REVIEW)
    said = audit_rules.check_audit_words(words)
    given = Adjudication(
        actor.id, ledger.now(), confidence, cause, tuple(overturned), said, guideline
    )

    def say(session: Session, audit: Audit) -> _Said:
        others = _may_judge(session) - {audit.auditor, audit.signer}
        answers = audit.signer in _in_service(session, Act.CODE)
        audit_rules.check_adjudication(audit, given, others=bool(others), answers=answers)
        return {
            "confidence": confidence.value,
            "cause": cause.value,
            "overturned": sorted(set(overturned)),
            "guideline": guideline,
            **_words(session, audit, said),
        }

    return _step(database, audit_id, EventKind.AUDIT_ADJUDICATED, say, actor, key)


def close_audit(database: Database, audit_id: str, *, reopen: bool, actor: User, key: str) -> Audit:
    """Make the audit final; ``reopen`` says that the coder is to reopen and correct the chart.

    The chart is not touched: who changes it are coders.
    """
    check_may(actor, Act.REVIEW)

    def say(_: Session, audit: Audit) -> _Said:
        audit_rules.check_close(audit, actor.id)
        return {"reopen": reopen}

    return _step(database, audit_id, EventKind.AUDIT_CLOSED, say, actor, key)


def withdraw_audit(database: Database, audit_id: str, *, actor: User, key: str) -> Audit:
    """Give up an audit that is open: it counts nowhere, and another may be opened."""
    check_may(actor, Act.REVIEW)

    def say(_: Session, audit: Audit) -> _Said:
        audit_rules.check_withdraw(audit, actor.id)
        return {}

    return _step(database, audit_id, EventKind.AUDIT_WITHDRAWN, say, actor, key)


def _step(
    database: Database,
    audit_id: str,
    kind: EventKind,
    say: Callable[[Session, Audit], _Said],
    actor: User,
    key: str,
) -> Audit:
    """Append one event; the same key again gives the audit as it stands."""
    ledger.check_token("idempotency key", key)
    with database.write() as session:
        encounter_id = audit_row(session, audit_id).encounter_id
        check_in_team(session, [encounter_id], actor)
        ledger.head(session, encounter_id, lock=True)
        stored = ledger.find(session, key)
        if stored is None:
            said = say(session, told_audits(session, encounter_id)[audit_id])
            ledger.append(session, encounter_id, kind, {"audit": audit_id, **said}, actor, key)
        elif (stored.kind, stored.payload.get("audit"), stored.actor) != (kind, audit_id, actor.id):
            raise ConflictError("This key was used for something else; reload the audit.")
        audit = told_audits(session, encounter_id)[audit_id]
        refresh_audits(session, encounter_id, [audit])
        return concealed(with_words(session, audit), actor)


def _is_own_queue(session: Session, audit: Audit, seen: int, client: str) -> bool:
    """Whether nothing but changes of codes from one tab came since an event of the audit."""
    if not client or audit.sequence <= seen:
        return False
    told = ledger.read(session, audit.encounter_id, AUDIT_KINDS)
    since = [e for e in told if e.payload["audit"] == audit.id and e.sequence > seen]
    return all(
        each.kind is EventKind.AUDIT_CODED and each.payload.get("client") == client
        for each in since
    )


def _refuse_unseen(audit: Audit, seen: int) -> None:
    if audit.sequence > seen:
        raise ConflictError(
            f"{audit.label} was changed in another tab since you loaded it; reload it. Nothing was "
            "overwritten."
        )


def _words(session: Session, audit: Audit, said: str) -> dict[str, object]:
    """Words as a payload refers to them; none are written of a chart whose text was purged."""
    if not said:
        return {}
    refuse_purged(session, audit.encounter_id)
    return {"words": write_text(session, said)}


def _may_judge(session: Session) -> set[int]:
    return _in_service(session, Act.REVIEW)


def _in_service(session: Session, act: Act) -> set[int]:
    """The people in service whose role allows an act."""
    roles = PERMISSIONS[act].roles
    acting = (UserRow.active, ~UserRow.service, UserRow.role.in_(roles))
    return set(session.scalars(select(UserRow.id).where(*acting)))
