"""What an auditor has otherwise than a coder: by example, and whatever both have."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.audit import Comparison, compare_codes
from icd9_review.values import AuditedCode, Difference, DifferenceKind, Kind, Poa

CODES = ("428.0", "428.20", "428.21", "427.31", "486", "V45.81", "E849.0", "250.00", "250.02")
PROCEDURES = ("45.23", "45.25", "38.93", "99.61")


def side(text: str) -> list[AuditedCode]:
    """``428.0Y 486>485 | 45.23``: diagnoses with POA and what they stand for, then procedures."""
    diagnoses, _, procedures = text.partition("|")
    return [_read(each, Kind.DIAGNOSIS) for each in diagnoses.split()] + [
        _read(each, Kind.PROCEDURE) for each in procedures.split()
    ]


def _read(written: str, kind: Kind) -> AuditedCode:
    code, _, stands_for = written.partition(">")
    poa = Poa(code[-1]) if code[-1] in "YNUW" else None
    return AuditedCode(code.rstrip("YNUW"), kind, poa, stands_for or None)


def told(coded: str, audited: str) -> list[str]:
    """The differences: ``added 486``, ``revised 428.0 428.20``, ``poa 486 Y N``."""
    found = compare_codes(side(coded), side(audited)).differences
    return [_tell(each) for each in found]


def _tell(each: Difference) -> str:
    codes = dict.fromkeys(filter(None, (each.coded, each.audited)))
    return " ".join([each.what, *codes, *filter(None, (each.before, each.after))])


@pytest.mark.parametrize(
    ("coded", "audited", "found"),
    [
        ("", "", []),
        ("428.0Y 486Y | 45.23", "428.0Y 486Y | 45.23", []),
        ("428.0", "428.0 486", ["added 486"]),
        ("428.0 486", "428.0", ["deleted 486"]),
        ("486 428.0", "486 428.20", ["revised 428.0 428.20"]),
        ("486 428.0", "486 402.91", ["deleted 428.0", "added 402.91"]),
        ("486 428.0", "486 402.91>428.0", ["revised 428.0 402.91"]),
        ("428.0 486", "428.20 486", ["principal 428.0 428.20", "revised 428.0 428.20"]),
        ("428.0 486 250.00", "486 428.0 250.00", ["principal 428.0 486"]),
        ("428.0 486 250.00 V45.81", "428.0 V45.81 486 250.00", ["resequenced V45.81 4 2"]),
        ("428.0Y 486N", "428.0Y 486Y", ["poa 486 N Y"]),
        ("428.0Y", "428.0", ["poa 428.0 Y"]),
        ("428.0 | 45.23", "428.0 | 45.25 38.93", ["revised 45.23 45.25", "added 38.93"]),
        ("428.0", "", ["principal 428.0", "deleted 428.0"]),
        # The nearer of two of one category; the other is added.
        ("486 250.00", "486 250.12 250.02", ["added 250.12", "revised 250.00 250.02"]),
        # What was said goes before what is near.
        ("486 250.00", "486 250.02 401.9>250.00", ["added 250.02", "revised 250.00 401.9"]),
        # A code instead of which both stand is one alone; one the auditor keeps is its own.
        ("486 250.00", "486 250.00 250.02>250.00", ["added 250.02"]),
    ],
)
def test_what_an_auditor_has_otherwise(coded: str, audited: str, found: list[str]) -> None:
    given, expected = told(coded, audited), list(found)
    assert sorted(given) == sorted(expected)
    if any(each.startswith("principal") for each in found):
        assert given[0].startswith("principal")


@st.composite
def sides(draw: st.DrawFn) -> list[AuditedCode]:
    poa = st.sampled_from([None, *Poa])
    diagnoses = draw(st.lists(st.sampled_from(CODES), unique=True, max_size=7))
    procedures = draw(st.lists(st.sampled_from(PROCEDURES), unique=True, max_size=3))
    return [AuditedCode(code, Kind.DIAGNOSIS, draw(poa)) for code in diagnoses] + [
        AuditedCode(code, Kind.PROCEDURE) for code in procedures
    ]


def counts(found: Comparison) -> Counter[DifferenceKind]:
    return Counter(each.what for each in found.differences)


@given(sides())
def test_the_same_codes_have_no_difference(codes: list[AuditedCode]) -> None:
    assert compare_codes(codes, codes).differences == ()


@given(sides(), sides())
def test_every_code_stands_in_one_pair(
    coded: list[AuditedCode], audited: list[AuditedCode]
) -> None:
    pairs = compare_codes(coded, audited).pairs
    assert sorted(map(repr, coded)) == sorted(repr(p.coded) for p in pairs if p.coded)
    assert [each.audited for each in pairs if each.audited] == audited
    assert all(
        p.coded is None or p.audited is None or p.coded.kind is p.audited.kind for p in pairs
    )


@given(sides(), sides())
def test_seen_from_the_other_side_what_was_added_is_deleted(
    coded: list[AuditedCode], audited: list[AuditedCode]
) -> None:
    there, back = counts(compare_codes(coded, audited)), counts(compare_codes(audited, coded))
    assert there[DifferenceKind.ADDED] == back[DifferenceKind.DELETED]
    assert there[DifferenceKind.DELETED] == back[DifferenceKind.ADDED]
    for what in (
        *(DifferenceKind.REVISED, DifferenceKind.PRINCIPAL, DifferenceKind.POA),
        DifferenceKind.RESEQUENCED,
    ):
        assert there[what] == back[what]


@given(sides(), sides())
def test_every_difference_has_a_key_of_its_own(
    coded: list[AuditedCode], audited: list[AuditedCode]
) -> None:
    keys = [each.key for each in compare_codes(coded, audited).differences]
    assert len(set(keys)) == len(keys)


@given(st.permutations(["428.0", "427.31", "486", "V45.81", "250.00", "401.9"]))
def test_the_fewest_codes_are_re_sequenced(order: list[str]) -> None:
    """Where the principal stays, as many as have to be moved, by trying every set of them."""
    before = ["038.9", "428.0", "427.31", "486", "V45.81", "250.00", "401.9"]
    after = ["038.9", *order]
    found = compare_codes(side(" ".join(before)), side(" ".join(after)))
    moved = {each.coded for each in found.differences}
    kept = [code for code in after if code not in moved]
    assert kept == [code for code in before if code in kept]
    longest = max(
        len(chosen)
        for mask in range(1 << 6)
        if (chosen := [order[n] for n in range(6) if mask >> n & 1]) is not None
        and chosen == [code for code in before if code in chosen]
    )
    assert len(kept) == longest + 1
