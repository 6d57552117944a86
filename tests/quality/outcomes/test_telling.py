"""What became of each code, told from the events of one encounter."""

from __future__ import annotations

from icd9_review.quality.outcomes.bands import CaseFacts
from icd9_review.quality.outcomes.telling import case_of
from icd9_review.values import (
    Action,
    CareSetting,
    CodeOutcome,
    Decision,
    Event,
    EventKind,
    OutcomeCase,
    OutcomeKind,
    RejectReason,
    Sex,
)
from tests.review.bench import FIRST, SECOND, SPAN, Bench, make

FACTS = CaseFacts(71, Sex.FEMALE, CareSetting.OUTPATIENT, "Cardiology")
V1, V2 = "a" * 64, "b" * 64


def shown(bench: Bench, *codes: str, version: str = V1, probability: float = 0.8) -> Event:
    listed = [["diagnosis", code, probability] for code in codes]
    return bench.add(EventKind.SHOWN, {"model_version": version, "codes": listed})


def decided(bench: Bench, decision: Decision, **basis: object) -> None:
    event = bench.decide(decision)
    event.payload.update({"model_version": V1, **basis})


def told(bench: Bench) -> OutcomeCase:
    case = case_of(bench.events, FACTS)
    assert case is not None
    return case


def only(bench: Bench, code: str) -> CodeOutcome:
    (found,) = (each for each in told(bench).outcomes if each.code == code)
    return found


def outpatient() -> Bench:
    return Bench(setting=CareSetting.OUTPATIENT)


def test_nothing_is_told_of_an_encounter_that_nobody_was_shown_or_decided_on() -> None:
    assert case_of([], FACTS) is None
    assert case_of([Bench().add(EventKind.NOTE_ADDED, {"note": "n", "length": 9})], FACTS) is None


def test_a_suggestion_waits_until_it_has_a_verdict() -> None:
    bench = outpatient()
    shown(bench, "428.0", "427.31")
    assert {e.outcome for e in told(bench).outcomes} == {OutcomeKind.WAITING}
    decided(bench, make(Action.ACCEPT), probability=0.8, calibrated=0.62, threshold=0.5)
    found = only(bench, "428.0")
    assert (found.outcome, found.suggested, found.actor) == (OutcomeKind.ACCEPTED, True, FIRST.id)
    assert (found.score, found.raw, found.version) == (6200, 8000, V1)


def test_what_is_left_when_the_chart_is_signed_is_untouched() -> None:
    bench = outpatient()
    shown(bench, "428.0", "427.31")
    decided(bench, make(Action.ACCEPT))
    bench.decide(make(Action.FINALISE))
    assert only(bench, "427.31").outcome is OutcomeKind.UNTOUCHED
    bench.decide(make(Action.REOPEN))
    assert only(bench, "427.31").outcome is OutcomeKind.WAITING


def test_a_verdict_that_was_taken_back_leaves_the_suggestion_waiting() -> None:
    bench = outpatient()
    shown(bench, "428.0")
    decided(bench, make(Action.ACCEPT))
    bench.decide(make(Action.UNDO))
    assert only(bench, "428.0").outcome is OutcomeKind.WAITING


def test_a_code_that_was_added_and_taken_back_is_not_told_of() -> None:
    bench = outpatient()
    decided(bench, make(Action.ADD, "401.9"))
    bench.decide(make(Action.UNDO, "401.9"))
    assert case_of(bench.events, FACTS) is None


def test_a_replacement_is_told_of_both_its_codes() -> None:
    bench = outpatient()
    shown(bench, "428.0")
    basis: dict[str, object] = {"model_version": V2, "probability": 0.3, "threshold": 0.5}
    decided(bench, make(Action.REPLACE, by="428.21"), by_basis=basis)
    before, after = only(bench, "428.0"), only(bench, "428.21")
    assert (before.outcome, before.detail, before.suggested) == (
        OutcomeKind.REPLACED,
        "428.21",
        True,
    )
    assert (after.outcome, after.detail, after.suggested, after.version) == (
        OutcomeKind.EDITED,
        "428.0",
        False,
        V2,
    )


def test_a_rejection_has_its_reason() -> None:
    bench = outpatient()
    shown(bench, "428.0")
    decided(bench, make(Action.REJECT, reason=RejectReason.HISTORY))
    assert only(bench, "428.0").detail == "history"


def test_added_codes_are_told_apart_by_words_and_by_what_was_suggested() -> None:
    bench = outpatient()
    shown(bench, "428.0")
    decided(bench, make(Action.ADD, "401.9", evidence=(SPAN,)))
    decided(bench, make(Action.ADD, "250.00"))
    decided(bench, make(Action.ADD, "428.0"))
    outcomes = {each.code: each.outcome for each in told(bench).outcomes}
    assert outcomes == {
        "401.9": OutcomeKind.ON_TEXT,
        "250.00": OutcomeKind.OFF_TEXT,
        "428.0": OutcomeKind.DIRECT,
    }


def test_what_the_model_said_after_a_code_was_typed_makes_it_no_suggestion() -> None:
    bench = outpatient()
    decided(bench, make(Action.ADD, "428.0"))
    shown(bench, "428.0")
    assert only(bench, "428.0").outcome is OutcomeKind.OFF_TEXT


def test_a_code_below_its_threshold_or_demoted_was_not_suggested() -> None:
    for basis in (
        {"probability": 0.4, "threshold": 0.5},
        {"probability": 0.6, "threshold": 0.5, "demoted": "margin"},
    ):
        bench = outpatient()
        decided(bench, make(Action.ACCEPT), **basis)
        found = only(bench, "428.0")
        assert (found.outcome, found.suggested) == (OutcomeKind.ACCEPTED, False)


def test_a_code_counts_for_the_version_on_the_screen_when_it_was_decided_on() -> None:
    bench = outpatient()
    shown(bench, "428.0", "427.31", version=V2)
    decided(bench, make(Action.ACCEPT))
    shown(bench, "427.31", version=V1)
    assert (only(bench, "428.0").version, only(bench, "427.31").version) == (V1, V1)
    assert told(bench).version == V1


def test_a_case_is_of_the_month_of_its_signature_and_has_the_signers_time() -> None:
    bench = outpatient()
    bench.add(EventKind.OPENED, {})
    shown(bench, "428.0", "427.31")
    decided(bench, make(Action.ACCEPT))
    bench.decide(make(Action.REJECT, "427.31"), SECOND)
    bench.decide(make(Action.FINALISE, seen=bench.last))
    bench.add(EventKind.OPENED, {})
    case = told(bench)
    assert (case.month, case.signer, case.seconds) == (202601, FIRST.id, 240)
    assert (case.decided, case.accepted) == (1, 1)
    known = ("65–74", "female", "outpatient", "Cardiology", "under 2,000", "unknown")
    assert case.groups == known


def test_a_case_has_the_length_of_the_notes_that_counted() -> None:
    bench = outpatient()
    bench.add(EventKind.NOTE_ADDED, {"note": "a", "length": 6_000})
    bench.add(EventKind.NOTE_ADDED, {"note": "b", "length": 3_000, "supersedes": "a"})
    shown(bench, "428.0")
    bench.add(EventKind.NOTE_ADDED, {"note": "c", "length": 90_000})
    assert told(bench).groups[-2] == "2,000–4,999"


def test_a_case_has_the_words_that_its_model_hardly_knows() -> None:
    """Of all its notes together, by the version of its suggestions, as it was read by then."""
    bench = outpatient()
    read: dict[str, object] = {"words": 100, "unfamiliar": 3}
    for note in ("a", "b"):
        bench.add(EventKind.NOTE_ADDED, {"note": note, "length": 600})
    bench.add(EventKind.SCORED, {"note": "a", "model_version": V1, **read})
    bench.add(EventKind.SCORED, {"note": "b", "model_version": V2, **read})
    shown(bench, "428.0")
    assert told(bench).groups[-1] == "unknown"
    bench.add(EventKind.SCORED, {"note": "b", "model_version": V1, "words": 300, "unfamiliar": 3})
    assert told(bench).groups[-1] == "unknown"
    decided(bench, make(Action.ACCEPT), probability=0.8, threshold=0.5)
    assert told(bench).groups[-1] == "1–1.9 %"
