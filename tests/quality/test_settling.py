"""Whose word a code is once an auditor has gone over the chart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from icd9_review.quality.audit import compare_codes
from icd9_review.quality.settling import code_provenance, settled_codes
from icd9_review.values import (
    Adjudication,
    Audit,
    AuditStatus,
    CodeProvenance,
    Confidence,
    DifferenceCause,
    DifferenceKind,
    Kind,
)
from tests.quality.test_audit import side

AT = datetime(2026, 3, 1, tzinfo=UTC)
SINGLE_AUDIT = Audit(
    id="a", number=1, encounter_id="e", signature=9, signed_at=AT, signer=1, auditor=2,
    opened=AT, changed=AT, sequence=12, status=AuditStatus.FINAL, coded=(), audited=(),
)  # fmt: skip
UNANIMOUS, ADJUDICATED, UNRESOLVED = (
    CodeProvenance.UNANIMOUS,
    CodeProvenance.ADJUDICATED,
    CodeProvenance.UNRESOLVED,
)


def audit(coded: str, audited: str, status: AuditStatus = AuditStatus.FINAL) -> Audit:
    mine, theirs = tuple(side(coded)), tuple(side(audited))
    return replace(SINGLE_AUDIT, coded=mine, audited=theirs, status=status)


def adjudicated(found: Audit, *coder_right: DifferenceKind) -> Audit:
    """The same, settled: the coder was right where it was this kind of difference."""
    differences = compare_codes(found.coded, found.audited).differences
    right = tuple(each.key for each in differences if each.what in coder_right)
    said = Adjudication(3, AT, Confidence.SURE, DifferenceCause.CODER, right)
    return replace(found, adjudication=said)


def said(found: Audit, *, same_signature: bool = True) -> dict[str, CodeProvenance]:
    found_by = code_provenance(found, same_signature=same_signature)
    return {code: each for (kind, code), each in found_by.items() if kind is Kind.DIAGNOSIS}


def test_what_both_have_is_unanimous() -> None:
    assert said(audit("428.0 427.31", "428.0 427.31")) == {
        "428.0": UNANIMOUS,
        "427.31": UNANIMOUS,
    }


def test_what_was_settled_is_adjudicated_and_what_should_go_is_unresolved() -> None:
    coder_right = adjudicated(audit("428.0 427.31", "428.0 486"), DifferenceKind.DELETED)
    assert said(coder_right)["427.31"] is ADJUDICATED
    auditor_right = adjudicated(audit("428.0 427.31", "428.0 486"))
    assert said(auditor_right) == {
        "428.0": UNANIMOUS,
        "486": ADJUDICATED,
        "427.31": UNRESOLVED,
    }


def test_a_revision_that_was_overturned_leaves_the_code_of_the_coder() -> None:
    found = adjudicated(audit("428.0 250.00", "428.0 250.02"), DifferenceKind.REVISED)
    assert {code for _, code in settled_codes(found)} == {"428.0", "250.00"}
    assert said(found)["250.00"] is ADJUDICATED
    assert said(found)["250.02"] is UNRESOLVED


def test_a_coder_who_agrees_makes_the_codes_of_both() -> None:
    """Nobody had to adjudicate; once the chart is signed anew they are its codes."""
    found = audit("428.0 427.31", "428.0 486")
    assert said(found, same_signature=False) == {"428.0": UNANIMOUS, "486": UNANIMOUS}


@pytest.mark.parametrize("status", [AuditStatus.OPEN, AuditStatus.REBUTTED])
def test_while_it_is_under_way_only_what_it_disputes_is_said(status: AuditStatus) -> None:
    found = said(audit("428.0 427.31", "428.0 486", status))
    assert found == {"427.31": UNRESOLVED, "486": UNRESOLVED}


def test_a_withdrawn_audit_says_nothing() -> None:
    assert said(audit("428.0", "486", AuditStatus.WITHDRAWN)) == {}
