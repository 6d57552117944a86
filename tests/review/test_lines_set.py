"""A line of the chart of which somebody said that it needs no code."""

from __future__ import annotations

import pytest

from icd9_review.errors import ConflictError, DecisionError
from icd9_review.review.changes import changes
from icd9_review.review.telling.event_facts import event_facts
from icd9_review.review.telling.sentences import tell_change
from icd9_review.values import NEEDLESS, Action, Decision, Span
from tests.review.bench import NAMES, SECOND, SPAN, Bench, make

OTHER = Span("note", 30, 40)


def setting(*line: Span, value: str | None = NEEDLESS, seen: int = 0) -> Decision:
    return Decision("key", Action.SET_LINE, "", "tab-1", seen, evidence=line, value=value)


def test_what_was_said_stands_until_it_is_taken_back() -> None:
    bench = Bench()
    bench.decide(setting(SPAN))
    bench.decide(setting(OTHER), SECOND)
    assert [(each.span, each.actor) for each in bench.state.needless] == [
        (SPAN, 1),
        (OTHER, SECOND.id),
    ]
    bench.decide(setting(SPAN, value=None))
    assert [each.span for each in bench.state.needless] == [OTHER]


def test_no_code_moves_with_it() -> None:
    bench = Bench()
    bench.decide(make())
    before = bench.state
    bench.decide(setting(SPAN))
    assert (bench.state.codes, bench.state.accepted) == (before.codes, before.accepted)


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (setting(), "does not make a decision to set line"),
        (setting(SPAN, OTHER), "does not make a decision to set line"),
        (setting(SPAN, value="dull"), "does not make a decision to set line"),
        (setting(Span("note", 90, 200)), "does not lie within its note"),
        (setting(SPAN, value=None), "Nobody has said that this line needs no code"),
    ],
)
def test_one_that_is_not_complete_or_says_nothing_is_refused(
    decision: Decision, message: str
) -> None:
    bench = Bench()
    with pytest.raises(DecisionError, match=message):
        bench.decide(decision)
    assert bench.events == []


def test_nobody_says_it_twice() -> None:
    bench = Bench()
    bench.decide(setting(SPAN))
    with pytest.raises(DecisionError, match=r"already said .*\(First coder, "):
        bench.decide(setting(SPAN))


def test_what_another_said_of_the_same_line_has_to_be_seen() -> None:
    bench = Bench()
    bench.decide(setting(SPAN), SECOND)
    bench.decide(setting(OTHER))
    with pytest.raises(ConflictError, match="Second coder said that a line"):
        bench.decide(setting(SPAN, value=None))
    bench.decide(setting(SPAN, value=None, seen=2))


def test_a_signature_has_to_have_seen_it() -> None:
    bench = Bench()
    bench.decide(make())
    bench.decide(make(Action.RESEQUENCE, position=0))
    bench.decide(setting(SPAN), SECOND)
    with pytest.raises(ConflictError, match="needs no code"):
        bench.decide(make(Action.FINALISE, seen=2))
    bench.decide(make(Action.FINALISE, seen=3))
    with pytest.raises(DecisionError, match="reopen it"):
        bench.decide(setting(OTHER, seen=4))


def test_the_story_says_both_and_where_the_line_stands() -> None:
    bench = Bench()
    bench.decide(setting(SPAN))
    bench.decide(setting(SPAN, value=None))
    told = [tell_change(change, NAMES) for change in changes(bench.events, NAMES)]
    assert told == [
        "said that a line of the chart needs no code",
        "took back that a line of the chart needs no code",
    ]
    assert event_facts(bench.events[0], NAMES) == "characters 10 to 20 of note note"
    assert [(each.before, each.after) for each in changes(bench.events, NAMES)] == [
        (None, "1"),
        ("1", None),
    ]
