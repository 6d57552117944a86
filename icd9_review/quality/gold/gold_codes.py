"""The codes of gold encounters: those that an audit came to, or those of a file or a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from icd9_review.codes.notation import normalise
from icd9_review.codes.table import is_valid
from icd9_review.errors import CodeError, InputError
from icd9_review.quality.agreement.gold import GoldLine, gold_lines
from icd9_review.quality.audit import compare_codes
from icd9_review.quality.audit_rules import order_audited
from icd9_review.values import Audit, AuditedCode, Difference, DifferenceKind, Kind, Poa

_QUOTED: Final = 40  # characters of a line that a message repeats


def codes_of_audit(audit: Audit) -> tuple[AuditedCode, ...]:
    """What a final audit came to, in order: the auditor's codes, but the coder's where the
    adjudication found the coder right.

    Of an order that was overturned the auditor's stays; gold has to have one.
    """
    overturned = audit.adjudication.overturned if audit.adjudication else ()
    codes = [AuditedCode(each.code, each.kind, each.poa) for each in audit.audited]
    found = compare_codes(audit.coded, audit.audited).differences
    for each in sorted(found, key=lambda one: one.what is DifferenceKind.PRINCIPAL):
        if each.key in overturned:
            codes = _undo(each, codes, audit.coded)
    return tuple(codes)


def _undo(
    difference: Difference, codes: list[AuditedCode], coded: Sequence[AuditedCode]
) -> list[AuditedCode]:
    """The codes with the coder's word in one difference."""
    kind = difference.kind
    mine = next((c for c in coded if (c.kind, c.code) == (kind, difference.coded)), None)
    places = [
        n for n, c in enumerate(codes) if (c.kind, c.code) == (kind, difference.audited or "")
    ]
    if difference.what is DifferenceKind.PRINCIPAL:
        return sorted(codes, key=lambda c: (c.kind, c.code) != (kind, difference.coded))
    if difference.what is DifferenceKind.RESEQUENCED:
        return codes
    kept = [] if mine is None else [AuditedCode(mine.code, mine.kind, mine.poa)]
    if not places:
        return codes + kept
    (place,) = places
    return codes[:place] + kept + codes[place + 1 :]


def read_gold_file(text: str) -> dict[str, tuple[AuditedCode, ...]]:
    """Gold codes by encounter (E-00042), from CSV, in the order of its lines.

    Columns as ``read_gold`` takes them, and ``poa`` where present on admission is known. Raises
    InputError, CodeError with the line or code that cannot be taken.

    >>> found = read_gold_file("encounter,code,poa\\nE-00001,428.0,Y\\nE-00001,401.9,\\n")
    >>> [(each.code, each.poa and each.poa.value) for each in found["E-00001"]]
    [('428.0', 'Y'), ('401.9', None)]
    """
    found: dict[str, list[AuditedCode]] = {}
    for line in gold_lines(text):
        found.setdefault(line.encounter, [])
        if line.key is not None:
            found[line.encounter].append(_of_line(line))
    if not found:
        raise InputError("The file has no line below its first one; give it some codes.")
    return {label: check_gold_codes(codes) for label, codes in found.items()}


def read_typed_codes(text: str) -> tuple[AuditedCode, ...]:
    """Gold codes as somebody types them: one a line, the principal first, POA behind a space.

    A code with its dot is of one volume alone. Raises InputError, CodeError.

    >>> [each.code for each in read_typed_codes("428.0 Y\\n401.9\\n37.22")]
    ['428.0', '401.9', '37.22']
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    return check_gold_codes([_typed(parts) for parts in lines])


def check_gold_codes(codes: Sequence[AuditedCode]) -> tuple[AuditedCode, ...]:
    """Codes as they are kept: diagnoses first, each once, of version 32, one at least.

    Raises InputError, CodeError.
    """
    if not codes:
        raise InputError("Gold needs one code at least; coders cannot sign a chart without one.")
    return tuple(order_audited(codes, ()))


def _typed(parts: Sequence[str]) -> AuditedCode:
    code, *more = parts
    if len(more) > 1:
        line = " ".join(parts)[:_QUOTED]
        raise InputError(f"{line!r} has more than a code and its POA; write one code a line.")
    for kind in Kind:
        try:
            written = normalise(code, kind)
        except CodeError:
            continue
        if is_valid(kind, written):
            return AuditedCode(written, kind, _poa(more[0]) if more else None)
    raise CodeError(f"{code[:10]!r} is no code of version 32; write it with its dot, like 428.0.")


def _of_line(line: GoldLine) -> AuditedCode:
    kind, code = line.key or (Kind.DIAGNOSIS, "")
    return AuditedCode(code, kind, _poa(line.poa) if line.poa else None)


def _poa(given: str) -> Poa:
    try:
        return Poa(given.upper())
    except ValueError:
        known = ", ".join(each.value for each in Poa)
        raise InputError(f"{given[:_QUOTED]!r} is no POA; write one of {known}.") from None
