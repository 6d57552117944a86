"""Where a decision that was sent belongs: to an encounter, or to the codes of an auditor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from icd9_review.quality.audited_chart import audited_after
from icd9_review.store.auditing.looking import audited_chart
from icd9_review.store.auditing.steps import set_audited_codes
from icd9_review.store.database.engine import Database
from icd9_review.values import Audit, AuditedCode, Decision, User

_AUDIT: Final = "audit:"


def audit_name(audit_id: str) -> str:
    """What the browser calls the codes of an auditor by: no encounter is called so."""
    return f"{_AUDIT}{audit_id}"


def named_audit(name: str) -> str | None:
    """The audit that a name of the browser means; None where it means an encounter."""
    return name.removeprefix(_AUDIT) if name.startswith(_AUDIT) else None


def decide_audited(database: Database, audit_id: str, decision: Decision, user: User) -> None:
    """Store what a decision makes of the auditor's codes; nothing is written to the chart.

    Sent again it is stored once. Raises what ``set_audited_codes`` and the rules of decisions do.
    """
    setting = audited_chart(database, audit_id, actor=user).setting

    def change(audit: Audit) -> Sequence[AuditedCode]:
        return audited_after(audit, decision, setting)

    set_audited_codes(
        *(database, audit_id, change),
        seen=decision.seen,
        client=decision.client,
        actor=user,
        key=decision.key,
    )
