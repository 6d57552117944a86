"""Whose word the codes of a chart are, once a second person has gone over it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from icd9_review.quality.audit import compare_codes
from icd9_review.values import (
    Audit,
    AuditStatus,
    CodeKey,
    CodeProvenance,
    Difference,
    DifferenceKind,
)


def settled_codes(audit: Audit) -> frozenset[CodeKey]:
    """The codes that an audit comes to: the auditor's, but the coder's where they were right."""
    differences = compare_codes(audit.coded, audit.audited).differences
    codes = {(each.kind, each.code) for each in audit.audited}
    for each in differences:
        if each.key in _overturned(audit) and each.what is not DifferenceKind.PRINCIPAL:
            codes -= {_audited(each)}
            codes |= {_coded(each)} if each.coded else set()
    return frozenset(codes)


def code_provenance(audit: Audit, *, same_signature: bool) -> Mapping[CodeKey, CodeProvenance]:
    """Whose word codes of a chart are by its last audit; those not named are one coder's.

    ``same_signature`` is whether the chart is still signed as it was audited. While an audit is
    under way only what it disputes is said; one that was withdrawn says nothing. A code that the
    audit leaves out and that is still there is unresolved: the chart has yet to be reopened.
    """
    if audit.status is AuditStatus.WITHDRAWN:
        return {}
    final = audit.status is AuditStatus.FINAL
    disputed, settled = _disputed(audit), settled_codes(audit) if final else frozenset()
    said = {code: _settled(audit, code in disputed) for code in settled}
    left = disputed - settled if same_signature else frozenset()
    return said | dict.fromkeys(left, CodeProvenance.UNRESOLVED)


def _settled(audit: Audit, disputed: bool) -> CodeProvenance:
    adjudicated = disputed and audit.adjudication is not None
    return CodeProvenance.ADJUDICATED if adjudicated else CodeProvenance.UNANIMOUS


def _disputed(audit: Audit) -> frozenset[CodeKey]:
    """The codes of either side that the other does not have."""
    return frozenset(
        (each.kind, code)
        for each in compare_codes(audit.coded, audit.audited).differences
        if each.what in (DifferenceKind.ADDED, DifferenceKind.DELETED, DifferenceKind.REVISED)
        for code in (each.coded, each.audited)
        if code
    )


def _overturned(audit: Audit) -> Collection[str]:
    return audit.adjudication.overturned if audit.adjudication else ()


def _coded(difference: Difference) -> CodeKey:
    return difference.kind, difference.coded or ""


def _audited(difference: Difference) -> CodeKey:
    return difference.kind, difference.audited or ""
