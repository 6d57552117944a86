"""An audit in the words of the workbench: what was signed, and what the auditor has otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from icd9_review.quality.audit import compare_codes
from icd9_review.quality.audit_words import describe_blindness
from icd9_review.ui.encounter.codes import code_name, code_title
from icd9_review.ui.workbench.matters.view import AuditView, SignedView
from icd9_review.values import (
    Audit,
    AuditedCode,
    CareSetting,
    CodeKey,
    Difference,
    DifferenceKind,
    Encounter,
    Kind,
)

_NONE = "not set"


def present_audit(audit: Audit, quick: Collection[CodeKey], encounter: Encounter) -> AuditView:
    """The signed codes with what differs; ``quick`` are those that were decided on fast."""
    differences = compare_codes(audit.coded, audit.audited).differences
    theirs = _differs((e.kind, e.coded, _of_signed(e)) for e in differences)
    mine = _differs((e.kind, e.audited, _of_audited(e)) for e in differences)
    first = "principal" if encounter.setting is CareSetting.INPATIENT else "first-listed"
    kinds = {kind: [each for each in audit.coded if each.kind is kind] for kind in Kind}
    signed = tuple(
        _present(each, number, first if number == 1 else "", quick, theirs)
        for held in kinds.values()
        for number, each in enumerate(held, 1)
    )
    return AuditView(audit.label, _notice(audit), signed, mine, len(differences))


def _notice(audit: Audit) -> str:
    reopened = "The chart was reopened since; this is about what was signed before."
    told = (
        f"Audit {audit.label}: what you change here are the audited codes, never the chart.",
        describe_blindness(audit),
        reopened if audit.chart_reopened else "",
    )
    return " ".join(filter(None, told))


def _present(
    each: AuditedCode,
    number: int,
    first: str,
    quick: Collection[CodeKey],
    differs: dict[str, str],
) -> SignedView:
    key = code_name(each.kind, each.code)
    principal = first if each.kind is Kind.DIAGNOSIS else ""
    poa = f"POA {each.poa}" if each.poa else ""
    fast = "fast" if (each.kind, each.code) in quick else ""
    return SignedView(
        key=key,
        code=each.code,
        title=code_title(each.kind, each.code),
        number=number,
        beside=" · ".join(filter(None, (principal, poa, fast))),
        differs=differs.get(key, ""),
    )


def _differs(told: Iterable[tuple[Kind, str | None, str]]) -> dict[str, str]:
    """The words of each code, by its key; several are said together."""
    found: dict[str, list[str]] = {}
    for kind, code, words in told:
        if code and words:
            found.setdefault(code_name(kind, code), []).append(words)
    return {key: ", ".join(words) for key, words in found.items()}


def _of_signed(each: Difference) -> str:
    """What became of a signed code."""
    return {
        DifferenceKind.ADDED: "",
        DifferenceKind.DELETED: "deleted",
        DifferenceKind.REVISED: f"revised to {each.audited}",
        DifferenceKind.PRINCIPAL: "principal no more",
        DifferenceKind.RESEQUENCED: f"moved to place {each.after}",
        DifferenceKind.POA: f"POA now {each.after or _NONE}",
    }[each.what]


def _of_audited(each: Difference) -> str:
    """How a code of the auditor's differs."""
    return {
        DifferenceKind.ADDED: "added",
        DifferenceKind.DELETED: "",
        DifferenceKind.REVISED: f"revised, was {each.coded}",
        DifferenceKind.PRINCIPAL: "made the principal",
        DifferenceKind.RESEQUENCED: f"moved from place {each.before}",
        DifferenceKind.POA: f"POA was {each.before or _NONE}",
    }[each.what]
