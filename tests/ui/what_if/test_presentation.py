"""The words and pieces of the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from icd9_review.ui.what_if.causes import Cause, Turn
from icd9_review.ui.what_if.copies import Copy, read_copy
from icd9_review.ui.what_if.moving import Crossing, Move, Moves, compare
from icd9_review.ui.what_if.presentation import (
    EMPTY,
    UNCHANGED,
    describe_cause,
    describe_moves,
    describe_still,
    format_change,
    present_outcome,
    present_what_if,
)
from icd9_review.ui.what_if.trying import Outcome
from icd9_review.ui.what_if.view import DraftView, MoveView
from icd9_review.values import (
    CareSetting,
    Demotion,
    Doubt,
    Encounter,
    Kind,
    Note,
    Sex,
    Suggestion,
    Window,
)

TEXT = "PLAN:\n1. Sepsis."
GONE = Move((Kind.DIAGNOSIS, "038.9"), 0.9, None, Crossing.DISAPPEARS)
NEW = Move((Kind.DIAGNOSIS, "486"), 0.1, 0.6, Crossing.APPEARS)
LESS = Move((Kind.DIAGNOSIS, "428.0"), 0.9, 0.8, Crossing.NONE)


@pytest.mark.parametrize(
    ("change", "words"),
    [(-0.62, "−62"), (0.27, "+27"), (-0.004, "−< 1"), (0.004, "+< 1"), (1.0, "+100")],
)
def test_a_change_is_in_points(change: float, words: str) -> None:
    assert format_change(change) == words


def test_moves_are_counted_in_words() -> None:
    assert describe_moves(Moves((), 3)) == "No suggestion moved"
    assert describe_moves(Moves((LESS,), 0)) == "1 suggestion moved"
    assert describe_moves(Moves((GONE, NEW, NEW), 0)) == (
        "3 suggestions moved: 2 appear, 1 disappears"
    )
    assert describe_still(Moves((), 0)) == ""
    assert describe_still(Moves((), 1)).startswith("1 suggestion did")


def test_a_row_says_what_was_and_what_is() -> None:
    shown = present_outcome(Outcome(Moves((GONE, NEW), 0)), {NEW.key: "Pneumonia"})
    assert shown.rows == (
        MoveView(
            key="diagnosis:038.9",
            code="038.9",
            title="title not known",
            before="90 %",
            after="none",
            change="−90",
            crossing="disappears",
        ),
        MoveView(
            key="diagnosis:486",
            code="486",
            title="Pneumonia",
            before="10 %",
            after="60 %",
            change="+50",
            crossing="appears",
        ),
    )


@pytest.mark.parametrize(
    ("shifted", "words"), [(True, "shifts those behind it"), (False, "heading of its section")]
)
def test_what_else_can_move_is_said_beside_what_moved(shifted: bool, words: str) -> None:
    assert words in present_outcome(Outcome(Moves((LESS,), 0), shifted=shifted), {}).remark
    assert present_outcome(Outcome(Moves((), 1), shifted=shifted), {}).remark == ""


def test_a_second_judge_is_said_to_look_at_the_whole_copy() -> None:
    outcome = Outcome(Moves((LESS,), 0))
    assert "judge" not in present_outcome(outcome, {}).remark
    assert "second judge" in present_outcome(replace(outcome, judged=True), {}).remark


def test_a_code_whose_verdict_turned_says_why_with_its_probability_where_that_moved() -> None:
    withheld, combined = Demotion(Doubt.UNLISTED), Demotion(Doubt.COMBINED, beside="486")
    assert describe_cause(Cause(Turn(None, withheld, (0.69, 0.69)))) == (
        "now demoted: not among the diagnoses that are listed"
    )
    assert describe_cause(Cause(Turn(combined, None, (0.6, 0.7)))) == (
        "let pass now; was demoted: 486 says it already; "
        "before its verdict 60 % in the notes, 70 % in the copy"
    )
    outcome = Outcome(Moves((LESS,), 0), causes={LESS.key: Cause(recut=True)})
    (row,) = present_outcome(outcome, {}).rows
    assert row.why == "its sentence begins or ends elsewhere in the copy"


def test_a_code_that_is_demoted_on_one_side_alone_has_not_changed_its_probability() -> None:
    assert format_change(0.0) == "0"


def test_in_place_of_a_percentage_stands_the_verdict_that_alone_turned() -> None:
    passed = Suggestion("486", Kind.DIAGNOSIS, 0.7, 0.86, 0.5, Window(0, 0, 9))
    demoted = replace(passed, calibrated=0.46, demotion=Demotion(Doubt.UNLISTED))
    rows = present_outcome(Outcome(compare([passed], [demoted])), {}).rows
    assert [(row.before, row.after, row.change) for row in rows] == [("86 %", "demoted", "0")]
    rows = present_outcome(Outcome(compare([demoted], [passed])), {}).rows
    assert [(row.before, row.after, row.change) for row in rows] == [("46 %", "let pass", "0")]


def test_a_copy_that_was_not_read_says_why() -> None:
    assert present_outcome(Outcome(), {}).message == UNCHANGED
    assert present_outcome(Outcome(Moves((GONE,), 0), empty=True), {}).message == EMPTY
    refused = present_outcome(Outcome(refusal="too long"), {})
    assert (refused.message, refused.refusal) == ("", "too long")


def test_the_pieces_of_a_text_are_the_text_and_every_second_one_is_a_sentence() -> None:
    note = Note("n1", "e1", "One", TEXT, 1, "")
    found = Encounter(
        "e1", 1, CareSetting.INPATIENT, None, Sex.UNKNOWN, None, None, datetime.now(UTC), (note,)
    )
    copy = read_copy({"notes": {"n1": {"struck": [1, 9]}}}, [note])

    def present(copy: Copy) -> DraftView:
        (draft,) = present_what_if(found, copy, Outcome(), {}, "Workbench").notes
        return draft

    draft = present(copy)
    assert draft.pieces == ("", "PLAN:", "\n", "1. Sepsis.", "")
    assert (draft.headings, draft.struck, draft.original) == ((0,), (1,), None)
    edited = read_copy({"notes": {"n1": {"text": "Fall."}}}, [note])
    draft = present(edited)
    assert (draft.pieces, draft.original) == (("", "Fall.", ""), TEXT)
