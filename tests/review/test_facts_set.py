"""A fact that was set: which may be, what stands, and what is said of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icd9_review.errors import ConflictError, DecisionError
from icd9_review.review.changes import changes
from icd9_review.review.fold import facts_at_intake
from icd9_review.review.telling.event_facts import event_facts
from icd9_review.review.telling.sentences import tell_change
from icd9_review.values import Action, Decision, EventKind, Fact, Span
from tests.review.bench import NAMES, NOTES, SECOND, SPAN, Bench, make


def setting(fact: Fact, value: str | None, *evidence: Span, seen: int = 0) -> Decision:
    return Decision(
        "key", Action.SET_FACT, "", "tab-1", seen, evidence=evidence, fact=fact, value=value
    )


def test_the_last_one_counts_and_says_whether_a_note_said_it() -> None:
    bench = Bench()
    bench.decide(setting(Fact.SEX, "female", SPAN))
    bench.decide(setting(Fact.AGE, "68", SPAN))
    bench.decide(setting(Fact.AGE, "69", seen=2), SECOND)
    age, sex = bench.state.facts
    assert (age.fact, age.value, age.read, age.actor) == (Fact.AGE, "69", None, SECOND.id)
    assert (sex.fact, sex.value, sex.read) == (Fact.SEX, "female", SPAN)


def test_no_verdict_hold_or_signature_moves_with_it() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.HOLD))
    before = bench.state
    bench.decide(setting(Fact.AGE, "68"))
    after = bench.state
    assert (after.codes, after.accepted, after.hold) == (before.codes, before.accepted, before.hold)


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        (Fact.AGE, "71", "The age is already 71"),
        (Fact.DISCHARGED, None, "The day of discharge is already not known"),
        (Fact.AGE, "seventy", "not a whole number of years"),
        (Fact.AGE, "071", "not a whole number of years"),
        (Fact.AGE, "126", "not a whole number of years from 0 to 125"),
        (Fact.SEX, "F", "The sex 'F' is unknown; choose one of female, male"),
        (Fact.DISCHARGED, "2014-03-11", "before the admission date 2014-03-12; correct one"),
        (Fact.DISCHARGED, "20140320", "is not a day; write it as 2014-03-12"),
        (Fact.ADMITTED, "1914-03-12", "is not between 1979-01-01"),
    ],
)
def test_what_cannot_be_is_refused_with_a_way_out(
    fact: Fact, value: str | None, message: str
) -> None:
    bench = Bench(facts={Fact.AGE: "71", Fact.ADMITTED: "2014-03-12"})
    with pytest.raises(DecisionError, match=message):
        bench.decide(setting(fact, value))
    assert bench.events == []


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (Decision("k", Action.SET_FACT, "", "t", 0), "does not make a decision to set fact"),
        (Decision("k", Action.HOLD, "", "t", 0, value="68"), "reason for the hold"),
        (setting(Fact.AGE, "68", SPAN, SPAN), "read from one place"),
        (setting(Fact.AGE, "68", Span("other", 0, 1)), "a note that is not of this encounter"),
        (setting(Fact.AGE, "68", Span("note", 0, NOTES["note"] + 1)), "does not lie within"),
    ],
)
def test_one_that_is_not_complete_is_refused(decision: Decision, message: str) -> None:
    with pytest.raises(DecisionError, match=message):
        Bench().decide(decision)


def test_a_signed_chart_is_reopened_first() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.RESEQUENCE, position=0))
    bench.decide(make(Action.FINALISE, seen=2))
    with pytest.raises(DecisionError, match="reopen it with a reason"):
        bench.decide(setting(Fact.AGE, "68", seen=3))
    bench.decide(make(Action.REOPEN, seen=3))
    bench.decide(setting(Fact.AGE, "68", seen=4))
    assert [each.value for each in bench.state.facts] == ["68"]


def test_what_another_set_unseen_is_a_conflict_of_the_same_fact_alone() -> None:
    bench = Bench()
    bench.decide(setting(Fact.AGE, "68"), SECOND)
    bench.decide(setting(Fact.SEX, "female"))
    with pytest.raises(ConflictError, match="Second coder set the age at"):
        bench.decide(setting(Fact.AGE, "69"))
    bench.decide(setting(Fact.AGE, "69", seen=1))


def test_history_says_what_it_was_and_whether_a_note_said_it() -> None:
    bench = Bench(facts={Fact.AGE: "71"})
    bench.decide(setting(Fact.AGE, "68", SPAN))
    bench.decide(setting(Fact.SEX, "male"))
    told = [tell_change(change, NAMES) for change in changes(bench.events, NAMES)]
    assert told == [
        "set the age as read from a note to 68, which had been 71",
        "set the sex to male",
    ]
    facts = [event_facts(event, NAMES) for event in bench.events]
    assert facts == ["age 68, read from a note", "sex male, typed"]


@given(st.lists(st.tuples(st.sampled_from([Fact.AGE, Fact.SEX]), st.none() | st.just("1"))))
def test_what_came_in_is_found_behind_all_that_was_set(
    values: list[tuple[Fact, str | None]],
) -> None:
    came_in = {Fact.AGE: "71"}
    bench = Bench()
    standing: dict[Fact, str | None] = {**came_in}
    for fact, value in values:
        bench.facts = {key: each for key, each in standing.items() if each is not None}
        written: dict[str, object] = {"fact": fact.value, "value": value, "evidence": []}
        written["from"] = standing.get(fact)
        bench.add(EventKind.FACT_SET, written)
        standing[fact] = value
    known = {key: each for key, each in standing.items() if each is not None}
    assert facts_at_intake(known, bench.events) == came_in
