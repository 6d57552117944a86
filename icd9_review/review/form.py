"""Whether a decision is complete by itself, whatever the encounter's state."""

from __future__ import annotations

from collections.abc import Mapping

from icd9_review.errors import DecisionError
from icd9_review.notes.text.disguised import has_controls
from icd9_review.values import (
    NEEDLESS,
    Action,
    Decision,
    HoldReason,
    Kind,
    RejectReason,
    ReopenReason,
    Span,
)

ENCOUNTER_ACTIONS = (
    Action.SET_FACT,
    Action.SET_LINE,
    Action.HOLD,
    Action.RELEASE,
    Action.FINALISE,
    Action.REOPEN,
)
"""What is done to the encounter as a whole: these name no code."""

LONGEST_WORDS = 1000  # characters; by judgement: a reason, not a report
MOST_SPANS = 50  # of evidence; by judgement: many times the six that are shown
MOST_TOGETHER = 500  # codes decided on at once; by judgement: more than a chart is ever shown
_WITH_EVIDENCE = (
    Action.ADD,
    Action.REPLACE,
    Action.SET_FACT,
    Action.SET_LINE,
    Action.SET_EVIDENCE,
)
_REASONS: Mapping[Action, type[RejectReason] | type[HoldReason] | type[ReopenReason]] = {
    Action.REJECT: RejectReason,
    Action.HOLD: HoldReason,
    Action.REOPEN: ReopenReason,
}
_ASKS = {
    Action.REJECT: "Choose a reason for rejecting {code}.",
    Action.HOLD: "Choose a reason for the hold.",
    Action.REOPEN: "Choose a reason for reopening the encounter.",
}


def check_form(decision: Decision, lengths: Mapping[str, int]) -> None:
    """Raise DecisionError for a decision that lacks a part or has one that is not its own.

    ``lengths`` are the code points of the encounter's notes. The code itself is not
    looked at, and nothing a message repeats is free text.
    """
    _check_reason(decision)
    _check_words(decision)
    _check_parts(decision)
    if decision.together != 1 and not _is_one_of_many(decision):
        raise DecisionError(
            "Only suggestions are accepted or rejected several at once; decide on this one alone."
        )
    for span in decision.evidence:
        _check_span(span, lengths)


def _is_one_of_many(decision: Decision) -> bool:
    together = 1 < decision.together <= MOST_TOGETHER
    return together and decision.action in (Action.ACCEPT, Action.REJECT)


def _check_reason(decision: Decision) -> None:
    expected = _REASONS.get(decision.action)
    if expected is None:
        if decision.reason is not None:
            raise DecisionError(
                "A reason belongs to a rejection, a hold or a reopening only; "
                "leave it out and try again."
            )
    elif not isinstance(decision.reason, expected):
        raise DecisionError(_ASKS[decision.action].format(code=decision.code))
    elif decision.action is not Action.REJECT and _is_unsaid(decision):
        raise DecisionError('Say in words what the reason "other" stands for.')


def _is_unsaid(decision: Decision) -> bool:
    other = decision.reason in (HoldReason.OTHER, ReopenReason.OTHER)
    return other and not decision.words.strip()


def _check_words(decision: Decision) -> None:
    if not decision.words:
        return
    if decision.action not in _REASONS:
        raise DecisionError(
            "Words belong to a rejection, a hold or a reopening only; leave them out and try again."
        )
    if len(decision.words) > LONGEST_WORDS:
        raise DecisionError(
            f"The words are {len(decision.words):,} characters long; "
            f"shorten them to {LONGEST_WORDS:,}."
        )
    if has_controls(decision.words):
        raise DecisionError(
            "The words contain a control character or a line break; write them on one line."
        )


def _check_parts(decision: Decision) -> None:
    action = decision.action
    alien = (
        (action in ENCOUNTER_ACTIONS and bool(decision.code))
        or (action is Action.REPLACE) is not bool(decision.by)
        or (bool(decision.evidence) and action not in _WITH_EVIDENCE)
        or (action is Action.RESEQUENCE) is not (decision.position is not None)
        or (decision.poa is not None and action is not Action.SET_POA)
        or (decision.performed is not None and action is not Action.SET_PERFORMED)
        or (action is Action.SET_FACT) is not (decision.fact is not None)
        or (decision.value is not None and action not in (Action.SET_FACT, Action.SET_LINE))
        or (action is Action.SET_LINE and decision.value not in (NEEDLESS, None))
        or (action is Action.SET_LINE and len(decision.evidence) != 1)
        or (decision.query is not None and decision.reason is not HoldReason.QUERY)
    )
    if alien:
        raise DecisionError(
            f"What this page sent does not make a decision to {action.value.replace('_', ' ')}; "
            "reload the encounter and try again."
        )
    if action in (Action.SET_POA, Action.SET_ADMITTING) and decision.kind is not Kind.DIAGNOSIS:
        raise DecisionError("Present on admission and admitting are said of diagnoses only.")
    if action is Action.SET_PERFORMED and decision.kind is not Kind.PROCEDURE:
        raise DecisionError("Only a procedure has a date on which it was performed.")
    if action is Action.SET_FACT and len(decision.evidence) > 1:
        raise DecisionError("A fact is read from one place of a note; choose one.")
    if len(decision.evidence) > MOST_SPANS:
        raise DecisionError(f"A code takes at most {MOST_SPANS} spans of evidence; select fewer.")


def _check_span(span: Span, lengths: Mapping[str, int]) -> None:
    if span.note_id not in lengths:
        raise DecisionError(
            "The evidence lies in a note that is not of this encounter; select it again."
        )
    if not 0 <= span.start < span.end <= lengths[span.note_id]:
        raise DecisionError(
            f"The evidence [{span.start}, {span.end}) does not lie within its note; "
            "select it again."
        )
