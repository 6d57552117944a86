"""What trials say of their coders."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.quality.accuracy import accuracy_figures, count_audit
from icd9_review.quality.audit import compare_codes
from icd9_review.quality.gold.scoring import count_trial, gold_report
from icd9_review.values import AuditedCode, GoldEncounter, GoldOrigin, GoldTrial, Poa

POOL = ("428.0", "428.20", "427.31", "486", "401.9", "250.00")
CODES = st.lists(st.sampled_from(POOL), unique=True, min_size=1).map(
    lambda codes: tuple(AuditedCode(code, poa=Poa.YES) for code in codes)
)
MARCH, MAY = datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 5, 9, tzinfo=UTC)


def gold(
    codes: tuple[AuditedCode, ...],
    number: int = 1,
    *,
    onboarding: bool = False,
    retired: bool = False,
    inpatient: bool = True,
) -> GoldEncounter:
    return GoldEncounter(
        id=f"g{number}",
        number=number,
        encounter_id=f"e{number}",
        encounter=f"E-{number:05d}",
        codes=codes,
        origin=GoldOrigin.GIVEN,
        onboarding=onboarding,
        retired=retired,
        inpatient=inpatient,
        actor=4,
        at=MARCH,
    )


def signed(
    of: GoldEncounter,
    codes: tuple[AuditedCode, ...],
    coder: int = 7,
    at: datetime | None = MARCH,
    signer: int | None = 7,
) -> GoldTrial:
    return GoldTrial(of, coder, f"t{of.number}", "E-00009", MARCH, at, signer, codes)


@given(CODES, CODES)
def test_a_trial_counts_as_an_audit_with_the_same_codes(
    theirs: tuple[AuditedCode, ...], mine: tuple[AuditedCode, ...]
) -> None:
    expected = count_audit(compare_codes(mine, theirs), inpatient=True)
    assert count_trial(signed(gold(theirs), mine)) == expected


@given(CODES)
def test_whoever_signs_the_gold_codes_is_right_in_everything(
    codes: tuple[AuditedCode, ...],
) -> None:
    (found,) = gold_report([signed(gold(codes), codes)], []).coders
    figures = found.figures
    assert figures.codes.value == figures.cases.value == figures.kept.value == 1
    assert found.principal.value == 1


@given(CODES, CODES)
def test_poa_is_compared_where_gold_says_one(
    theirs: tuple[AuditedCode, ...], mine: tuple[AuditedCode, ...]
) -> None:
    silent = tuple(AuditedCode(each.code) for each in theirs)
    count = count_trial(signed(gold(silent), mine))
    assert (count.with_poa, count.poa_changed) == (0, 0)
    outpatient = gold(theirs, inpatient=False)
    assert count_trial(signed(outpatient, mine)).with_poa == 0


def test_each_coder_and_month_has_figures_of_its_own() -> None:
    right, wrong = (AuditedCode("486"),), (AuditedCode("401.9"),)
    first, second = gold(right), gold(right, 2)
    trials = [
        signed(first, wrong),
        signed(second, right, at=MAY),
        signed(first, right, coder=8, signer=8),
    ]
    report = gold_report(trials, [first, second])
    assert [(each.coder, each.figures.codes.value) for each in report.coders] == [(7, 0.5), (8, 1)]
    told = [(each.coder, each.month, each.figures.codes.value) for each in report.months]
    assert told == [(7, 202603, 0.0), (7, 202605, 1.0), (8, 202603, 1.0)]
    assert [each.trials for each in report.months] == [1, 1, 1]
    assert report.trials[0] is trials[1]


def test_what_is_not_signed_or_signed_by_another_is_told_and_not_counted() -> None:
    right = (AuditedCode("486"),)
    trials = [
        signed(gold(right), right),
        signed(gold(right, 2), right, signer=9),
        signed(gold(right, 3), (), at=None, signer=None),
    ]
    (found,) = gold_report(trials, []).coders
    assert (found.given, found.signed, found.elsewhere) == (3, 1, 1)
    alone = accuracy_figures([count_trial(trials[0])])
    assert (found.figures.total, found.figures.codes) == (alone.total, alone.codes)


def test_the_onboarding_set_is_what_is_in_it_now() -> None:
    right = (AuditedCode("486"),)
    golds = [
        gold(right, 1, onboarding=True),
        gold(right, 2, onboarding=True),
        gold(right, 3, onboarding=True, retired=True),
        gold(right, 4),
    ]
    (found,) = gold_report([signed(each, right) for each in (golds[0], *golds[2:])], golds).coders
    assert (found.onboarding.part, found.onboarding.whole) == (1, 2)


def test_nobody_and_nothing_is_an_empty_report() -> None:
    report = gold_report([], [])
    assert (report.coders, report.months, report.trials) == ((), (), ())


def test_a_coder_who_signed_nothing_yet_has_no_figures() -> None:
    (found,) = gold_report([signed(gold(()), (), at=None, signer=None)], []).coders
    assert found.figures.audits == 0
    assert found.principal.value != pytest.approx(found.principal.value)
