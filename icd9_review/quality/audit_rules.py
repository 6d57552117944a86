"""What may be done to an audit, when and by whom. Raises DecisionError with what to do instead.

An audit is open until its auditor returns it; the coder agrees or rebuts; what was rebutted is
adjudicated; then it is closed. Where the auditor has nothing otherwise, it may be closed at once.
Nobody audits or adjudicates what they signed, and an auditor does not adjudicate their own audit
where somebody else may.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from icd9_review.codes import is_valid
from icd9_review.errors import CodeError, DecisionError, InputError
from icd9_review.notes.text.disguised import has_controls
from icd9_review.quality.audit import compare_codes
from icd9_review.values import (
    Adjudication,
    Audit,
    AuditedCode,
    AuditStatus,
    DifferenceRemark,
    Kind,
)

LONGEST_AUDIT_WORDS: Final = 2_000
"""Characters of what somebody says in an audit; by judgement, as of a comment."""
MOST_AUDITED: Final = 200
"""Codes of an auditor; by judgement: many times the longest chart."""

STATUS_OF_AUDIT: Final[Mapping[AuditStatus, str]] = MappingProxyType(
    {
        AuditStatus.OPEN: "with the auditor",
        AuditStatus.RETURNED: "with the coder",
        AuditStatus.AGREED: "agreed",
        AuditStatus.REBUTTED: "rebutted",
        AuditStatus.ADJUDICATED: "adjudicated",
        AuditStatus.FINAL: "final",
        AuditStatus.WITHDRAWN: "withdrawn",
    }
)
"""What screens and messages say of where an audit stands."""


def check_auditor(audit: Audit, person: int) -> None:
    """Whether a person may change the auditor's codes and remarks."""
    _check_status(audit, (AuditStatus.OPEN,), "only an open audit is changed")
    if audit.auditor != person:
        raise DecisionError(f"{audit.label} is somebody else's; only its auditor changes it.")


def check_return(audit: Audit, person: int) -> None:
    """Whether it may go to the coder: every difference has its cause."""
    check_auditor(audit, person)
    found = compare_codes(audit.coded, audit.audited).differences
    if not found:
        raise DecisionError(
            "There is no difference, so there is nothing to answer; close the audit instead."
        )
    blank = DifferenceRemark()
    missing = sum(audit.remarks.get(each.key, blank).cause is None for each in found)
    if missing:
        count = "1 difference has" if missing == 1 else f"{missing} differences have"
        raise DecisionError(f"{count} no cause yet; say where each comes from, then return it.")


def check_answer(audit: Audit, person: int, *, agreed: bool, words: str) -> None:
    """Whether a person may agree or rebut: the signer, once, with words to rebut."""
    if audit.signer != person:
        raise DecisionError(f"{audit.label} is of a chart that somebody else signed.")
    _check_status(audit, (AuditStatus.RETURNED,), "it is answered once, while it is with the coder")
    if not agreed and not words.strip():
        raise DecisionError("Say in words why you do not agree.")


def check_adjudication(audit: Audit, given: Adjudication, *, others: bool, answers: bool) -> None:
    """Whether it may be settled so.

    ``others`` is whether somebody else than auditor and signer may adjudicate, ``answers`` whether
    the signer can still answer.
    """
    waits = (AuditStatus.REBUTTED,) if answers else (AuditStatus.REBUTTED, AuditStatus.RETURNED)
    _check_status(audit, waits, "what the coder rebutted is adjudicated")
    check_not_signer(audit, given.actor)
    if audit.auditor == given.actor and others:
        raise DecisionError(
            "An auditor does not adjudicate their own audit where somebody else may; ask another "
            "auditor to do it."
        )
    known = {each.key for each in compare_codes(audit.coded, audit.audited).differences}
    if not known.issuperset(given.overturned):
        raise DecisionError("What was settled names a difference that is not there; reload it.")
    if given.guideline and not given.words.strip():
        raise DecisionError("Say in words what the guideline has to settle.")


def check_close(audit: Audit, person: int) -> None:
    """Whether nothing is left to do."""
    check_not_signer(audit, person)
    equal = not compare_codes(audit.coded, audit.audited).differences
    if audit.status is AuditStatus.OPEN and equal and audit.auditor == person:
        return
    done = (AuditStatus.AGREED, AuditStatus.ADJUDICATED)
    _check_status(audit, done, "it is closed once the coder agreed or it was adjudicated")


def check_withdraw(audit: Audit, person: int) -> None:
    """Whether it may be given up: while it is open."""
    check_not_signer(audit, person)
    _check_status(audit, (AuditStatus.OPEN,), "only an open audit is withdrawn")


def check_not_signer(audit: Audit, person: int) -> None:
    """Nobody judges what they signed themselves."""
    if audit.signer == person:
        raise DecisionError("You signed this chart, so somebody else has to judge it.")


def order_audited(
    codes: Sequence[AuditedCode], coded: Collection[AuditedCode]
) -> list[AuditedCode]:
    """An auditor's codes as they are stored: diagnoses first, each once.

    A code that was signed may stay although version 32 lacks it; one that comes in has to be of
    it. Raises CodeError, InputError.
    """
    signed = {(each.kind, each.code) for each in coded}
    keys = [(each.kind, each.code) for each in codes]
    if len(set(keys)) < len(keys):
        raise InputError("A code stands there twice; leave one out.")
    if len(keys) > MOST_AUDITED:
        raise InputError(f"An auditor has at most {MOST_AUDITED} codes; {len(keys)} were given.")
    for kind, code in keys:
        if (kind, code) not in signed and not is_valid(kind, code):
            raise CodeError(
                f"{code[:10]!r} is no {kind} code of version 32, so it cannot come in; what was "
                "signed may stay as it is."
            )
    for each in codes:
        _check_parts(each, signed)
    return sorted(codes, key=lambda each: each.kind is Kind.PROCEDURE)


def check_audit_words(words: str) -> str:
    """Words as they are stored, trimmed, on one line or several. Raises InputError."""
    said = words.replace("\r\n", "\n").strip()
    if len(said) > LONGEST_AUDIT_WORDS:
        raise InputError(
            f"The words are {len(said):,} characters long; shorten them to {LONGEST_AUDIT_WORDS:,}."
        )
    if has_controls(said, besides="\n\t"):
        raise InputError("The words contain a control character; write them without.")
    return said


def _check_parts(code: AuditedCode, signed: Collection[tuple[Kind, str]]) -> None:
    if code.poa is not None and code.kind is not Kind.DIAGNOSIS:
        raise InputError("Present on admission is said of diagnoses only.")
    if code.instead_of is not None and (code.kind, code.instead_of) not in signed:
        raise InputError(f"{code.instead_of[:10]!r} was not signed; nothing stands instead of it.")


def _check_status(audit: Audit, allowed: Collection[AuditStatus], rule: str) -> None:
    if audit.status not in allowed:
        raise DecisionError(f"{audit.label} is {STATUS_OF_AUDIT[audit.status]}; {rule}.")
