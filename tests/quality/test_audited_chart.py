"""The auditor's codes under the rules of decisions, by example and for any decisions at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import DecisionError
from icd9_review.quality.audited_chart import (
    SIGNER,
    SignedBeside,
    audited_after,
    audited_events,
)
from icd9_review.review.fold import fold, stack
from icd9_review.values import (
    Action,
    Audit,
    AuditedCode,
    AuditStatus,
    CareSetting,
    Decision,
    EventKind,
    HoldReason,
    Kind,
    Poa,
    Span,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
INPATIENT = CareSetting.INPATIENT
CODED = (AuditedCode("428.0", poa=Poa.YES), AuditedCode("427.31"), AuditedCode("585.9"))


def opened(*coded: AuditedCode) -> Audit:
    codes = coded or CODED
    return Audit(
        *("a" * 32, 1, "e" * 32, 7, AT, None, 3, AT, AT, 9, AuditStatus.OPEN),
        coded=codes,
        audited=codes,
    )


def decide(audit: Audit, action: Action, code: str, **parts: object) -> Audit:
    """The audit after one more decision, which the number of its event counts."""
    decision = replace(Decision("k", action, code, "tab", 0), **parts)  # type: ignore[arg-type]
    codes = audited_after(audit, decision, INPATIENT)
    number = audit.sequence + 1
    one, other = ({(e.kind, e.code) for e in side} for side in (audit.coded, codes))
    since = {key: audit.since.get(key, number) for key in one ^ other}
    return replace(audit, audited=codes, sequence=number, since=since)


def codes(audit: Audit) -> list[str]:
    return [each.code for each in audit.audited]


def accepted(audit: Audit) -> Iterable[tuple[str, Poa | None]]:
    return [(each.code, each.poa) for each in fold(audited_events(audit)).accepted]


def test_the_auditors_codes_begin_as_they_were_signed() -> None:
    state = fold(audited_events(opened()))
    assert [each.code for each in state.accepted] == ["428.0", "427.31", "585.9"]
    assert (state.principal, state.signed) == ("428.0", None)
    assert {each.actor for each in state.codes} == {SIGNER}


def test_a_suggestion_and_a_code_that_was_found_come_in_alike() -> None:
    audit = decide(opened(), Action.ACCEPT, "486")
    audit = decide(audit, Action.ADD, "99.04", kind=Kind.PROCEDURE, evidence=(Span("n", 0, 3),))
    assert audit.audited[3:] == (AuditedCode("486"), AuditedCode("99.04", Kind.PROCEDURE))


def test_a_code_that_takes_anothers_place_says_so() -> None:
    audit = decide(opened(), Action.REPLACE, "428.0", by="428.20")
    assert audit.audited[0] == AuditedCode("428.20", instead_of="428.0")
    audit = decide(audit, Action.REPLACE, "428.20", by="428.21")
    assert audit.audited[0] == AuditedCode("428.21", instead_of="428.0")
    audit = decide(audit, Action.UNDO, "428.21")
    assert audit.audited[0] == CODED[0]


def test_a_deleted_code_comes_back_where_it_was_with_its_poa() -> None:
    audit = decide(opened(), Action.REJECT, "428.0")
    assert codes(audit) == ["427.31", "585.9"]
    assert fold(audited_events(audit)).principal == "427.31"
    audit = decide(audit, Action.UNDO, "428.0")
    assert audit.audited == CODED


def test_the_last_change_is_the_last_on_the_stacks() -> None:
    audit = decide(opened(), Action.REJECT, "427.31")
    audit = decide(decide(audit, Action.ADD, "486"), Action.REPLACE, "585.9", by="585.4")
    own = [
        each
        for standing in stack(audited_events(audit)).values()
        for each in standing
        if each.actor == audit.auditor
    ]
    told = [(e.kind, e.payload["code"]) for e in sorted(own, key=lambda event: event.sequence)]
    assert list(dict.fromkeys(told)) == [
        (EventKind.REJECTED, "427.31"),
        (EventKind.ADDED, "486"),
        (EventKind.REPLACED, "585.9"),
    ]


def test_order_and_poa_are_the_auditors() -> None:
    audit = decide(opened(), Action.RESEQUENCE, "585.9", position=0)
    audit = decide(audit, Action.SET_POA, "427.31", poa=Poa.NO)
    assert accepted(audit) == [("585.9", None), ("428.0", Poa.YES), ("427.31", Poa.NO)]
    assert fold(audited_events(audit)).principal == "585.9"


def test_what_was_signed_beside_the_codes_stands_for_the_edits() -> None:
    procedure, words = AuditedCode("99.04", Kind.PROCEDURE), (Span("n", 4, 9),)
    beside = SignedBeside(
        {(Kind.PROCEDURE, "99.04"): date(2026, 2, 3)},
        "786.50",
        {(Kind.DIAGNOSIS, "428.0"): words},
    )
    state = fold(audited_events(opened(*CODED, procedure), beside))
    assert (state.accepted[-1].performed, state.admitting) == (date(2026, 2, 3), "786.50")
    assert (state.accepted[0].evidence, state.accepted[0].found) == (words, False)


@pytest.mark.parametrize(
    ("action", "code", "parts", "words"),
    [
        (Action.ADD, "428.0", {}, "already accepted (the signature"),
        (Action.ADD, "428", {}, "is a category, not a code"),
        (Action.REJECT, "486", {}, "486 is not among the audited codes"),
        (Action.UNDO, "428.0", {}, "only they can take it back"),
        (Action.REPLACE, "428.0", {"by": "427.31"}, "already among the codes"),
        (Action.HOLD, "", {"reason": HoldReason.QUERY}, "an audit does not change"),
        (Action.FINALISE, "", {}, "an audit does not change"),
        (Action.SET_ADMITTING, "486", {}, "an audit does not change"),
    ],
)
def test_what_the_rules_refuse_is_refused(
    action: Action, code: str, parts: dict[str, object], words: str
) -> None:
    with pytest.raises(DecisionError) as refused:
        decide(opened(), action, code, **parts)
    assert words in str(refused.value)


def test_poa_is_said_of_inpatients_alone() -> None:
    decision = Decision("k", Action.SET_POA, "428.0", "tab", 0, poa=Poa.NO)
    with pytest.raises(DecisionError, match="inpatient"):
        audited_after(opened(), decision, CareSetting.OUTPATIENT)


@given(
    st.lists(
        st.sampled_from(("428.0", "427.31", "585.9", "486", "401.9")).map(AuditedCode),
        unique_by=lambda each: each.code,
    ),
    st.sampled_from((None, "428.0", "427.31")),
    st.lists(st.sampled_from((None, *Poa)), min_size=5, max_size=5),
)
def test_any_list_of_an_auditor_is_what_its_events_come_to(
    given_codes: list[AuditedCode], instead: str | None, poas: list[Poa | None]
) -> None:
    audited = tuple(
        replace(each, poa=poa, instead_of=instead if each.code == "486" else None)
        for each, poa in zip(given_codes, poas, strict=False)
    )
    audit = replace(opened(), audited=audited)
    assert accepted(audit) == [(each.code, each.poa) for each in audited]
    first = audited[0].code if audited else None
    assert fold(audited_events(audit)).principal == first
