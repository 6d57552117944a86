"""What is told of a code besides the words that the model used."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from icd9_review.store.projections.code_records import CodeRecord
from icd9_review.ui.explanation.sheet import (
    describe_accepted,
    describe_examples,
    describe_status,
    describe_threshold,
    describe_verdict,
)
from icd9_review.values import (
    Assertion,
    CodeState,
    Demotion,
    Doubt,
    Examples,
    ExampleUnit,
    Kind,
    RejectReason,
    Suggestion,
    Verdict,
    Window,
)

AT = datetime(2014, 3, 9, 12, tzinfo=UTC)


def _state(
    verdict: Verdict, reason: RejectReason | None = None, by: str | None = None
) -> CodeState:
    return CodeState("428.0", Kind.DIAGNOSIS, verdict, reason, actor=1, at=AT, sequence=3, by=by)


def test_a_verdict_names_the_reason_the_person_and_the_day() -> None:
    names = {1: "Ada"}
    assert describe_verdict(None, names) == "not decided yet"
    assert describe_verdict(_state(Verdict.ACCEPTED), names) == "accepted · Ada, 2014-03-09"
    rejected = _state(Verdict.REJECTED, RejectReason.NEGATED)
    assert describe_verdict(rejected, names) == "rejected (negated or ruled out) · Ada, 2014-03-09"
    replaced = _state(Verdict.REPLACED, by="428.20")
    assert describe_verdict(replaced, {}).startswith("replaced by 428.20 · somebody")


def test_counts_are_told_with_what_they_are_of() -> None:
    assert describe_accepted(CodeRecord(0, 0)) == "nobody has decided on this code here yet"
    assert describe_accepted(CodeRecord(1, 1)).startswith("in 1 of 1 encounter in")
    assert describe_accepted(CodeRecord(50, 41)).startswith("in 41 of 50 encounters in")
    counted = Examples({"428.0": 1234, "486": 1}, ExampleUnit.PASSAGE, "")
    assert "does not count" in describe_examples(None, "428.0")
    assert describe_examples(counted, "584.9") == "none: the code stood in no training passage"
    assert describe_examples(counted, "428.0") == "1,234 passages"
    assert describe_examples(counted, "486") == "1 passage"


def test_the_threshold_is_compared_with_the_raw_output() -> None:
    window = Window(0, 0, 9)
    below = Suggestion("428.0", Kind.DIAGNOSIS, 0.4, 0.9, 0.5, window)
    assert describe_threshold(below) == "no: the raw output stays below the threshold 0.500"


def test_a_demoted_code_says_what_was_doubted_beside_its_threshold() -> None:
    demotion = Demotion(Doubt.EXPLAINED, beside="486")
    reaching = Suggestion(
        "786.50", Kind.DIAGNOSIS, 0.6, None, 0.5, Window(0, 0, 9), demotion=demotion
    )
    assert describe_threshold(reaching) == (
        "no, demoted: a symptom that 486 may explain; the raw output reaches the threshold 0.500"
    )
    assert describe_threshold(replace(reaching, demotion=None)).startswith("yes: ")
    assert describe_threshold(replace(reaching, probability=0.4)).startswith("no: the raw output")


def test_a_code_that_is_withheld_says_how_the_note_names_it() -> None:
    demotion = Demotion(Doubt.WITHHELD)
    withheld = Suggestion("486", Kind.DIAGNOSIS, 0.6, None, 0.5, Window(0, 0, 9), demotion=demotion)
    told = describe_threshold(withheld, [(Assertion.NEGATED, "")])
    assert told.startswith("no, demoted: named only as denied; the raw output")


def test_a_failure_is_told_with_the_way_out() -> None:
    told = describe_status("failed", "The explanation could not be computed (ValueError).")
    assert told.startswith("The explanation could not be computed (ValueError). Open the page")
    assert describe_status("ready", "") == ""
    assert "preview" in describe_status("preview", "")
