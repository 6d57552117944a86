"""Gold codes from audits, files and what is typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import CodeError, InputError
from icd9_review.quality.audit import compare_codes
from icd9_review.quality.gold.gold_codes import codes_of_audit, read_gold_file, read_typed_codes
from icd9_review.quality.settling import settled_codes
from icd9_review.values import (
    Adjudication,
    Audit,
    AuditedCode,
    AuditStatus,
    Confidence,
    DifferenceCause,
    DifferenceKind,
    Kind,
    Poa,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
POOL = ("428.0", "428.20", "428.21", "427.31", "427.32", "486", "401.9", "250.00")
SETS = st.lists(st.sampled_from(POOL), unique=True, max_size=6).map(
    lambda codes: tuple(AuditedCode(code, poa=Poa.YES) for code in codes)
)


def audit(coded: tuple[AuditedCode, ...], audited: tuple[AuditedCode, ...]) -> Audit:
    return Audit(
        *("a", 1, "e", 1, NOW, 2, 3, NOW, NOW, 1, AuditStatus.FINAL),
        coded=coded,
        audited=audited,
    )


def settle(found: Audit, *overturned: str) -> Audit:
    said = Adjudication(4, NOW, Confidence.SURE, DifferenceCause.CODER, overturned)
    return replace(found, adjudication=said)


@given(SETS, SETS, st.data())
def test_they_are_the_settled_codes_of_the_audit(
    coded: tuple[AuditedCode, ...], audited: tuple[AuditedCode, ...], data: st.DataObject
) -> None:
    keys = [each.key for each in compare_codes(coded, audited).differences]
    overturned = data.draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    found = settle(audit(coded, audited), *overturned)
    codes = codes_of_audit(found)
    assert {(each.kind, each.code) for each in codes} == settled_codes(found)
    assert len({each.code for each in codes}) == len(codes)


def test_the_coders_principal_stands_first_where_the_coder_was_right() -> None:
    coded = (AuditedCode("428.0"), AuditedCode("486"))
    audited = (AuditedCode("486"), AuditedCode("428.0"))
    found = audit(coded, audited)
    (principal,) = compare_codes(coded, audited).differences
    assert principal.what is DifferenceKind.PRINCIPAL
    assert [each.code for each in codes_of_audit(found)] == ["486", "428.0"]
    settled = settle(found, principal.key)
    assert [each.code for each in codes_of_audit(settled)] == ["428.0", "486"]


def test_the_coders_poa_stands_where_the_coder_was_right() -> None:
    found = audit((AuditedCode("486", poa=Poa.NO),), (AuditedCode("486", poa=Poa.YES),))
    (poa,) = compare_codes(found.coded, found.audited).differences
    assert codes_of_audit(settle(found, poa.key)) == (AuditedCode("486", poa=Poa.NO),)


def test_a_file_gives_codes_in_the_order_of_its_lines() -> None:
    text = "encounter;code;kind;poa\nE-00002;486;;n\nE-00001;3722;procedure;\nE-00001;428.0;;Y\n"
    assert read_gold_file(text) == {
        "E-00002": (AuditedCode("486", poa=Poa.NO),),
        "E-00001": (
            AuditedCode("428.0", poa=Poa.YES),
            AuditedCode("37.22", Kind.PROCEDURE),
        ),
    }


@pytest.mark.parametrize(
    ("text", "error", "why"),
    [
        ("encounter,code\n", InputError, "no line below its first one"),
        ("encounter,code\nE-00001,\n", InputError, "needs one code"),
        ("encounter,code,poa\nE-00001,486,Q\n", InputError, "'Q' is no POA"),
        ("encounter,code\nE-00001,4289999\n", InputError, "Line 2"),
        ("encounter,code\nE-00001,486\nE-00001,486\n", InputError, "twice"),
        ("code\n486\n", InputError, "no column encounter"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(text: str, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        read_gold_file(text)


def test_what_is_typed_is_a_code_a_line_with_its_poa() -> None:
    assert read_typed_codes(" 428.0  y \n\n v45.81\n37.22\n") == (
        AuditedCode("428.0", poa=Poa.YES),
        AuditedCode("V45.81"),
        AuditedCode("37.22", Kind.PROCEDURE),
    )


@pytest.mark.parametrize(
    ("text", "error", "why"),
    [
        ("", InputError, "needs one code"),
        ("428", CodeError, "'428' is no code of version 32"),
        ("428.0 Y N", InputError, "one code a line"),
        ("428.0 maybe", InputError, "is no POA"),
        ("37.22 Y", InputError, "diagnoses only"),
    ],
)
def test_what_cannot_be_a_code_says_why(text: str, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        read_typed_codes(text)
