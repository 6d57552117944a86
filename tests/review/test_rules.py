"""The rules: what the state of an encounter allows, and what it refuses."""

from __future__ import annotations

from datetime import date

import pytest

from icd9_review.errors import DecisionError
from icd9_review.values import (
    Action,
    CareSetting,
    Decision,
    Edit,
    HoldReason,
    Kind,
    Poa,
    RejectReason,
    ReopenReason,
    Severity,
    Span,
    User,
    Verdict,
)
from tests.review.bench import FIRST, SECOND, SPAN, Bench, make

ERROR = Edit(3, Severity.ERROR, "E849.0 cannot be the principal diagnosis.", "I.C.19.a.6")


def accepted(*codes: str) -> Bench:
    bench = Bench()
    for code in codes:
        bench.decide(make(Action.ADD, code))
    return bench


def test_a_code_that_only_a_note_names_can_be_rejected_and_replaced() -> None:
    bench = Bench()
    bench.decide(make(Action.REJECT, "401.9", reason=RejectReason.WRONG_SENSE))
    bench.decide(make(Action.REPLACE, "250.02", by="250.60"))
    assert [code.code for code in bench.state.accepted] == ["250.60"]


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (make(code="401.9"), "not among those the model knows"),
        (make(code="38.94"), "not among those the model knows"),
        (make(code=""), "not among those the model knows"),
        (make(Action.REJECT, "401.99"), "not among those the model knows"),
        (make(Action.REPLACE, "401.99", by="401.1"), "not among those the model knows"),
        (make(Action.SET_POA, "401.9", poa=Poa.YES), "not among those the model knows"),
        (make(Action.ADD, ""), "not among those the model knows"),
        (make(Action.ADD, "999.99"), "not a diagnosis code of ICD-9-CM version 32"),
        (make(Action.ADD, "428.0", kind=Kind.PROCEDURE), "not a procedure code"),
        (make(Action.ADD, "250.0"), r"250.0 is a category.*: 250.00, 250.01, 250.02, 250.03\."),
        (make(Action.ADD, "401"), r"401 is a category, not a code; .*: 401.0, 401.1, 401.9\."),
        (make(Action.ADD, "250"), r"250.00, 250.01, 250.02, 250.03, 250.10 …\."),
        (make(Action.ADD, "E849"), r"E849.0, E849.1"),
        (make(Action.ADD, "45", kind=Kind.PROCEDURE), r"45\.00, 45\.01"),
        (make(Action.REPLACE, by="428.2"), r"428.2 is a category.*428.20, 428.21"),
        (make(Action.REPLACE, by="nothing"), "not a diagnosis code of ICD-9-CM version 32"),
        (make(Action.REPLACE, by="428.0"), "cannot take its own place"),
        (make(Action.SET_ADMITTING, "786.5"), "786.5 is a category"),
        (make(Action.UNDO), "no decision on 428.0 to undo"),
        (make(seen=1), "reload the encounter"),
        (make(seen=-1), "reload the encounter"),
        (make(Action.SET_POA, poa=Poa.YES), "428.0 is not among the accepted codes"),
        (make(Action.RESEQUENCE, position=0), "428.0 is not among the accepted codes"),
        (make(Action.RELEASE), "not on hold"),
        (make(Action.REOPEN), "not finalised"),
        (make(Action.FINALISE), "No diagnosis is accepted"),
    ],
)
def test_a_decision_the_state_does_not_allow_is_refused(decision: Decision, message: str) -> None:
    with pytest.raises(DecisionError, match=message):
        Bench().decide(decision)


@pytest.mark.parametrize(
    "decision",
    [
        make(Action.ADD, "401.9", together=2),
        make(Action.UNDO, together=2),
        make(together=0),
        make(together=-1),
        make(together=501),
    ],
)
def test_only_suggestions_are_decided_on_several_at_once(decision: Decision) -> None:
    with pytest.raises(DecisionError, match="decide on this one alone"):
        Bench().decide(decision)


def test_of_how_many_a_decision_is_one_stands_in_its_event() -> None:
    bench = Bench()
    bench.decide(make(Action.REJECT, together=3))
    bench.decide(make(Action.REJECT, "250.02"))
    assert [event.payload.get("together") for event in bench.events[-2:]] == [3, None]


@pytest.mark.parametrize("action", [Action.ACCEPT, Action.ADD, Action.REJECT, Action.SET_ADMITTING])
def test_a_code_that_is_not_known_is_not_repeated_to_people(action: Action) -> None:
    with pytest.raises(DecisionError) as caught:
        Bench().decide(make(action, "<script>"))
    assert "<script>" not in str(caught.value)


@pytest.mark.parametrize("actor", [FIRST, SECOND])
@pytest.mark.parametrize("action", [Action.ACCEPT, Action.ADD])
def test_accepting_again_what_stands_is_refused(actor: User, action: Action) -> None:
    bench = Bench()
    bench.decide(make())
    with pytest.raises(
        DecisionError, match=r"already accepted \(First coder, 2026-01-02 03:04 UTC\)"
    ):
        bench.decide(make(action, seen=1), actor)


def test_rejecting_for_another_reason_is_a_new_decision_and_for_the_same_is_none() -> None:
    bench = Bench()
    bench.decide(make(Action.REJECT))
    bench.decide(make(Action.REJECT, reason=RejectReason.HISTORY))
    (state,) = bench.state.codes
    assert state.reason is RejectReason.HISTORY
    with pytest.raises(DecisionError, match="already rejected"):
        bench.decide(make(Action.REJECT, reason=RejectReason.HISTORY))


def test_a_valid_code_or_one_the_model_knows_can_be_added() -> None:
    assert accepted("401.9", "276.5", "428.0").accepted == ["401.9", "276.5", "428.0"]


def test_a_code_that_is_open_rejected_or_accepted_can_be_replaced() -> None:
    for before in ([], [make(Action.REJECT)], [make()]):
        bench = Bench()
        for decision in before:
            bench.decide(decision)
        bench.decide(make(Action.REPLACE, by="428.21"))
        assert bench.accepted == ["428.21"]


def test_a_replaced_code_is_not_replaced_again() -> None:
    bench = Bench()
    bench.decide(make(Action.REPLACE, by="428.21"))
    with pytest.raises(DecisionError, match=r"428.0 is already replaced by 428.21 \(First coder"):
        bench.decide(make(Action.REPLACE, by="428.31"))


def test_a_code_does_not_take_a_place_when_it_is_there_already() -> None:
    bench = accepted("428.21", "428.0")
    with pytest.raises(DecisionError, match=r"428.21 is already among.*reject 428.0 as a dupl"):
        bench.decide(make(Action.REPLACE, by="428.21"))


def test_a_replaced_code_may_be_accepted_beside_its_replacement() -> None:
    bench = Bench()
    bench.decide(make(Action.REPLACE, by="428.21"))
    bench.decide(make())
    assert bench.accepted == ["428.21", "428.0"]


def test_a_replacement_that_was_decided_on_since_is_not_undone_beneath_that() -> None:
    bench = Bench()
    bench.decide(make(Action.REPLACE, by="428.21"))
    bench.decide(make(Action.REJECT, "428.21"))
    with pytest.raises(DecisionError, match=r"428\.21 was decided on since"):
        bench.decide(make(Action.UNDO))
    bench.decide(make(Action.UNDO, "428.21"))
    bench.decide(make(Action.UNDO))
    assert bench.state.codes == ()


def test_another_persons_decision_cannot_be_taken_back() -> None:
    bench = Bench()
    bench.decide(make(Action.REJECT))
    bench.decide(make(client="tab-2", seen=1), SECOND)
    with pytest.raises(DecisionError) as caught:
        bench.decide(make(Action.UNDO, seen=2))
    assert str(caught.value) == "Second coder accepted 428.0; only they can take it back."
    bench.decide(make(Action.UNDO, client="tab-2", seen=2), SECOND)
    (state,) = bench.state.codes
    assert (state.verdict, state.actor) == (Verdict.REJECTED, FIRST.id)


def test_another_persons_replacement_cannot_be_taken_back_from_either_code() -> None:
    bench = Bench()
    bench.decide(make(Action.REPLACE, by="428.21"), SECOND)
    for code in ("428.0", "428.21"):
        with pytest.raises(DecisionError, match=r"Second coder replaced 428\.0 by 428\.21; only"):
            bench.decide(make(Action.UNDO, code, seen=1))


@pytest.mark.parametrize(("position", "refused"), [(-1, True), (0, False), (1, False), (2, True)])
def test_a_code_moves_within_its_kind_only(position: int, refused: bool) -> None:
    bench = accepted("401.9", "428.0")
    bench.decide(make(code="38.93", kind=Kind.PROCEDURE))
    decision = make(Action.RESEQUENCE, "401.9", position=position)
    if refused:
        with pytest.raises(DecisionError, match="a place from 1 to 2 among the accepted diagnoses"):
            bench.decide(decision)
    else:
        bench.decide(decision)


def test_present_on_admission_is_for_inpatients() -> None:
    bench = Bench(CareSetting.OUTPATIENT)
    bench.decide(make())
    with pytest.raises(DecisionError, match="inpatient encounters only"):
        bench.decide(make(Action.SET_POA, poa=Poa.YES))


def test_a_hold_keeps_from_finalising_and_from_nothing_else() -> None:
    bench = Bench()
    bench.decide(make(Action.HOLD))
    bench.decide(make())
    with pytest.raises(DecisionError, match=r"already on hold \(First coder, .*release it first"):
        bench.decide(make(Action.HOLD))
    with pytest.raises(DecisionError, match="release it before it is finalised"):
        bench.decide(make(Action.FINALISE))
    bench.decide(make(Action.RELEASE))
    bench.decide(make(Action.RESEQUENCE, position=0))
    bench.decide(make(Action.FINALISE))


def test_an_error_keeps_from_finalising_and_a_warning_does_not() -> None:
    warning = Edit(5, Severity.WARNING, "Look at the age.", "MCE")
    bench = Bench(edits=(warning, ERROR, ERROR))
    bench.decide(make())
    with pytest.raises(DecisionError, match=r"E849\.0 cannot be the principal.* \(and 1 more\)"):
        bench.decide(make(Action.FINALISE))
    bench.edits = (warning,)
    bench.decide(make(Action.RESEQUENCE, position=0))
    event = bench.decide(make(Action.FINALISE))
    assert event.payload["warnings"] == {"5": 1}


def test_an_inpatient_chart_is_not_finalised_before_somebody_named_its_principal() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(code="427.31"))
    with pytest.raises(DecisionError, match="Nobody has said which diagnosis is the principal"):
        bench.decide(make(Action.FINALISE))
    bench.decide(make(Action.RESEQUENCE, "427.31", position=0))
    bench.decide(make(Action.FINALISE))


def test_an_outpatient_chart_is_finalised_in_the_order_that_is_signed() -> None:
    bench = Bench(CareSetting.OUTPATIENT)
    bench.decide(make())
    bench.decide(make(Action.FINALISE))
    assert bench.state.principal == "428.0"


def test_a_procedure_alone_is_not_finalised() -> None:
    bench = Bench()
    bench.decide(make(code="38.93", kind=Kind.PROCEDURE))
    with pytest.raises(DecisionError, match="No diagnosis is accepted"):
        bench.decide(make(Action.FINALISE))


@pytest.mark.parametrize(
    "decision",
    [
        make(code="427.31"),
        make(Action.REJECT),
        make(Action.UNDO),
        make(Action.ADD, "401.9"),
        make(Action.REPLACE, by="428.21"),
        make(Action.RESEQUENCE, position=0),
        make(Action.SET_POA, poa=Poa.YES),
        make(Action.SET_ADMITTING, "401.9"),
        make(Action.HOLD),
        make(Action.RELEASE),
        make(Action.FINALISE),
    ],
)
def test_a_finalised_encounter_takes_a_reopening_only(decision: Decision) -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.RESEQUENCE, position=0))
    bench.decide(make(Action.FINALISE))
    with pytest.raises(
        DecisionError,
        match=r"finalised by First coder at 2026-01-02 03:06 UTC; reopen it with a reason",
    ):
        bench.decide(decision)
    bench.decide(make(Action.REOPEN))
    bench.decide(make(Action.REJECT))


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (Decision("k", Action.REJECT, "428.0", "t", 0), "Choose a reason for rejecting 428.0"),
        (Decision("k", Action.HOLD, "", "t", 0), "Choose a reason for the hold"),
        (Decision("k", Action.REOPEN, "", "t", 0), "Choose a reason for reopening"),
        (make(Action.HOLD, reason=RejectReason.OTHER, words="x"), "reason for the hold"),
        (make(Action.REJECT, reason=HoldReason.OTHER), "Choose a reason for rejecting"),
        (make(Action.ACCEPT, reason=RejectReason.OTHER), "A reason belongs to"),
        (make(Action.UNDO, reason=RejectReason.OTHER), "A reason belongs to"),
        (make(Action.HOLD, reason=HoldReason.OTHER, words=" "), 'Say in words.*"other"'),
        (make(Action.REOPEN, reason=ReopenReason.OTHER), 'Say in words.*"other"'),
        (make(Action.ACCEPT, words="x"), "Words belong to"),
        (Decision("k", Action.RELEASE, "", "t", 0, query=3), "does not make a decision to release"),
        (make(Action.HOLD, words="x" * 1001), "1,001 characters long; shorten them to 1,000"),
        (make(Action.HOLD, words="one\ntwo"), "control character or a line break"),
        (make(Action.HOLD, words="\ud800"), "control character"),
        (make(Action.REPLACE), "does not make a decision to replace"),
        (make(by="428.21"), "does not make a decision to accept"),
        (make(evidence=(SPAN,)), "does not make a decision to accept"),
        (make(Action.RESEQUENCE), "does not make a decision to resequence"),
        (make(position=1), "does not make a decision"),
        (make(poa=Poa.YES), "does not make a decision"),
        (make(performed=date(2012, 1, 1)), "does not make a decision"),
        (Decision("k", Action.RELEASE, "428.0", "t", 0), "does not make a decision to release"),
        (make(Action.SET_POA, "38.93", kind=Kind.PROCEDURE, poa=Poa.NO), "of diagnoses only"),
        (make(Action.SET_ADMITTING, "38.93", kind=Kind.PROCEDURE), "of diagnoses only"),
        (make(Action.SET_PERFORMED, performed=date(2012, 1, 1)), "Only a procedure has a date"),
        (make(Action.ADD, evidence=(Span("other", 0, 1),)), "a note that is not of this enc"),
        (make(Action.ADD, evidence=(Span("note", 5, 5),)), r"\[5, 5\) does not lie within"),
        (make(Action.ADD, evidence=(Span("note", -1, 5),)), "does not lie within its note"),
        (make(Action.ADD, evidence=(Span("note", 5, 101),)), "does not lie within its note"),
        (make(Action.ADD, evidence=(SPAN,) * 51), "at most 50 spans"),
    ],
)
def test_a_decision_that_is_not_complete_is_refused(decision: Decision, message: str) -> None:
    with pytest.raises(DecisionError, match=message):
        Bench().decide(decision)


def test_a_rejection_for_another_reason_needs_no_words_but_may_have_them() -> None:
    bench = Bench()
    bench.decide(make(Action.REJECT, reason=RejectReason.OTHER))
    event = bench.decide(make(Action.REJECT, "427.31", reason=RejectReason.OTHER, words="copied"))
    assert event.payload["words"] == "d" * 64
    assert "copied" not in repr(event)
