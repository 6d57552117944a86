"""Audits on their way, for tests that begin somewhere on it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from icd9_review.quality.audit import compare_codes
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.steps import (
    answer_audit,
    remark_on,
    return_to_coder,
    set_audited_codes,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.people.accounts import add_account
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.users import system_user
from icd9_review.values import (
    Audit,
    AuditedCode,
    DifferenceCause,
    Encounter,
    Kind,
    Poa,
    Role,
    User,
)
from tests.store.auditing.signing import add_signed, auditor

_KEYS = itertools.count(1)


def new_key() -> str:
    return f"audit-{next(_KEYS)}"


def second_auditor(database: Database) -> User:
    return add_account(database, "Eva Lind", Role.AUDITOR, by=system_user(database))


def diagnoses(*codes: str) -> list[AuditedCode]:
    return [AuditedCode(code, Kind.DIAGNOSIS, Poa.YES) for code in codes]


def begin(
    database: Database, encounter: Encounter | None = None, *, by: User | None = None
) -> Audit:
    """An open audit of a chart of the first coder."""
    chart = encounter or add_signed(database)
    return open_audit(database, chart.id, actor=by or auditor(database), key=new_key())


def revise(
    database: Database,
    audit: Audit,
    codes: Sequence[AuditedCode],
    *,
    by: User | None = None,
    words: str = "See the echo.",
) -> Audit:
    """The auditor's codes, with a cause for every difference."""
    who = by or auditor(database)
    changed = set_audited_codes(
        database, audit.id, codes, seen=audit.sequence, actor=who, key=new_key()
    )
    for each in compare_codes(changed.coded, changed.audited).differences:
        changed = remark_on(
            *(database, audit.id, each.key, DifferenceCause.CODER, words),
            actor=who,
            key=new_key(),
        )
    return changed


def returned(
    database: Database,
    codes: Sequence[str] = ("428.0", "486"),
    *,
    by: User | None = None,
    coder: User | None = None,
    words: str = "See the echo.",
) -> Audit:
    """An audit that waits for the coder; the chart has 428.0 and 427.31."""
    who = by or auditor(database)
    signer = coder if coder and may(coder, Act.CODE) else None
    chart = add_signed(database, coder=signer)
    audit = revise(database, begin(database, chart, by=who), diagnoses(*codes), by=who, words=words)
    return return_to_coder(database, audit.id, actor=who, key=new_key())


def rebutted(
    database: Database, coder: User, *, by: User | None = None, words: str = "It is charted."
) -> Audit:
    """An audit that waits for whoever adjudicates; auditor and coder wrote these words."""
    audit = returned(database, by=by, words=words)
    return answer_audit(
        *(database, audit.id), agreed=False, words=words, actor=coder, key=new_key()
    )
