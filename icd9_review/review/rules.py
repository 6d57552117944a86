"""Which decision the state of an encounter allows: the one gate.

Saying again what already stands is refused, whoever said it first: it would add
nothing, and an undo would then seem to do nothing. Rejecting again for another
reason is a new decision. An undo takes off one's own decision only. An inpatient chart is
finalised once somebody has said which diagnosis is the principal one. Nothing but a
reopening is taken once an encounter is finalised, and nothing at all once its text was purged.
"""

from __future__ import annotations

from collections.abc import Callable

from icd9_review.errors import DecisionError, EncounterError
from icd9_review.notes.intake.fact_texts import facts_from
from icd9_review.review.conflicts import check_conflict
from icd9_review.review.event_words import FACT_WORDS, describe_event
from icd9_review.review.fold import both
from icd9_review.review.form import check_form
from icd9_review.review.situation import Situation, codes_below, decision_key, moment
from icd9_review.review.status_words import describe_purge
from icd9_review.values import (
    Action,
    CareSetting,
    CodeKey,
    Decision,
    Kind,
    Severity,
    Verdict,
)

_UNREAD = "The model is still reading this encounter; wait until its suggestions are there."
_UNKNOWN = (
    "This code is not among those the model knows for this encounter; "
    "reload the encounter and decide on one of its suggestions."
)


def check(decision: Decision, situation: Situation) -> None:
    """Let a decision pass, or say why not.

    Raises ConflictError when another person or tab decided on the same after
    ``decision.seen``, DecisionError for the rest. A code that is not known is never
    repeated in a message.
    """
    if situation.purged is not None:
        raise DecisionError(f"{describe_purge(situation.purged)} Nothing more is decided here.")
    _check_known(decision, situation)
    check_form(decision, situation.lengths)
    if not 0 <= decision.seen <= situation.last:
        raise DecisionError("This page shows a state that was never stored; reload the encounter.")
    _check_signed(decision, situation)
    check_conflict(decision, situation)
    if (on_code := _ON_CODE.get(decision.action)) is not None:
        on_code(decision, situation)
    if decision.action is Action.SET_FACT:
        _check_fact(decision, situation)
    if decision.action is Action.SET_LINE:
        _check_line(decision, situation)
    if (on_encounter := _ON_ENCOUNTER.get(decision.action)) is not None:
        on_encounter(situation)
    if decision.query is not None and decision.query not in situation.queries:
        raise DecisionError(
            "The query that this hold was to wait for is not open; hold the chart without it."
        )


def _check_known(decision: Decision, situation: Situation) -> None:
    """Refuse a code that neither the model nor the encounter nor version 32 has."""
    key = decision_key(decision)
    if decision.action is Action.ACCEPT and key not in situation.labels:
        raise DecisionError(_UNKNOWN if situation.labels else _UNREAD)
    if decision.action in (Action.ADD, Action.SET_ADMITTING) and decision.code:
        _check_storable(key, situation)
    elif decision.action in _ON_CODE and not _may_be_judged(decision, situation):
        raise DecisionError(_UNKNOWN)
    if decision.by:
        _check_storable((decision.kind, decision.by), situation)


def _may_be_judged(decision: Decision, situation: Situation) -> bool:
    """A code that only a note names can be rejected or replaced, and nothing else."""
    key = decision_key(decision)
    named = decision.action in (Action.REJECT, Action.REPLACE) and situation.can_hold(key)
    return named or situation.knows(key)


def _check_storable(key: CodeKey, situation: Situation) -> None:
    if situation.can_hold(key):
        return
    if below := codes_below(key):
        # Five by judgement: what one reads of a sentence.
        shown = ", ".join(below[:5]) + (" …" if len(below) > 5 else "")
        raise DecisionError(
            f"{key[1]} is a category, not a code; choose one of the codes under it: {shown}."
        )
    raise DecisionError(
        f"This is not a {key[0].value} code of ICD-9-CM version 32; search for the code to use."
    )


def _check_signed(decision: Decision, situation: Situation) -> None:
    signed = situation.state.signed
    if signed is not None and decision.action is not Action.REOPEN:
        raise DecisionError(
            f"This encounter was finalised by {situation.names[signed.actor]} at "
            f"{moment(signed.at)}; reopen it with a reason to change it."
        )


def _check_accept(decision: Decision, situation: Situation) -> None:
    standing = situation.standing(decision_key(decision))
    if standing is not None and standing.verdict is Verdict.ACCEPTED:
        who = situation.tell(standing.actor, standing.at)
        raise DecisionError(f"{decision.code} is already accepted ({who}).")


def _check_reject(decision: Decision, situation: Situation) -> None:
    standing = situation.standing(decision_key(decision))
    if standing is None or standing.verdict is not Verdict.REJECTED:
        return
    if standing.reason is decision.reason:
        who = situation.tell(standing.actor, standing.at)
        raise DecisionError(f"{decision.code} is already rejected ({who}).")


def _check_replace(decision: Decision, situation: Situation) -> None:
    if decision.by == decision.code:
        raise DecisionError(f"{decision.code} cannot take its own place; choose another code.")
    standing = situation.standing(decision_key(decision))
    if standing is not None and standing.verdict is Verdict.REPLACED:
        who = situation.tell(standing.actor, standing.at)
        raise DecisionError(
            f"{decision.code} is already replaced by {standing.by} ({who}); "
            f"replace {standing.by}, or take that back first."
        )
    other = situation.standing((decision.kind, str(decision.by)))
    if other is not None and other.verdict is Verdict.ACCEPTED:
        raise DecisionError(
            f"{decision.by} is already among the codes; reject {decision.code} as a duplicate."
        )


def _check_undo(decision: Decision, situation: Situation) -> None:
    standing = situation.stacks.get(decision_key(decision))
    if not standing:
        raise DecisionError(f"There is no decision on {decision.code} to undo.")
    top = standing[-1]
    if top.actor != situation.actor.id:
        raise DecisionError(
            f"{situation.names[top.actor]} {describe_event(top)}; only they can take it back."
        )
    for key in both(top):
        if situation.stacks[key][-1] is not top:
            raise DecisionError(
                f"{key[1]} was decided on since it was part of this replacement; "
                "take that back first."
            )


def _check_among_accepted(decision: Decision, situation: Situation) -> None:
    standing = situation.standing(decision_key(decision))
    if standing is None or standing.verdict is not Verdict.ACCEPTED:
        raise DecisionError(f"{decision.code} is not among the accepted codes; accept it first.")


def _check_resequence(decision: Decision, situation: Situation) -> None:
    _check_among_accepted(decision, situation)
    count = sum(code.kind is decision.kind for code in situation.state.accepted)
    if decision.position is None or not 0 <= decision.position < count:
        raise DecisionError(
            f"{decision.code} can be moved to a place from 1 to {count} "
            f"among the accepted {_PLURALS[decision.kind]}."
        )


def _check_poa(decision: Decision, situation: Situation) -> None:
    if situation.setting is not CareSetting.INPATIENT:
        raise DecisionError("Present on admission is reported for inpatient encounters only.")
    _check_among_accepted(decision, situation)


def _check_fact(decision: Decision, situation: Situation) -> None:
    fact = decision.fact
    if fact is None:
        return
    if situation.facts.get(fact) == decision.value:
        raise DecisionError(
            f"The {FACT_WORDS[fact]} is already {decision.value or 'not known'}; "
            "there is nothing to correct."
        )
    try:
        facts_from(situation.setting, {**situation.facts, fact: decision.value})
    except EncounterError as error:
        raise DecisionError(str(error)) from None


def _check_line(decision: Decision, situation: Situation) -> None:
    said = [each for each in situation.state.needless if each.span in decision.evidence]
    if decision.value is None and not said:
        raise DecisionError("Nobody has said that this line needs no code; there is nothing to do.")
    if decision.value is not None and said:
        who = situation.tell(said[0].actor, said[0].at)
        raise DecisionError(f"It is already said that this line needs no code ({who}).")


def _check_hold(situation: Situation) -> None:
    if (hold := situation.state.hold) is not None:
        who = situation.tell(hold.actor, hold.at)
        raise DecisionError(f"This encounter is already on hold ({who}); release it first.")


def _check_release(situation: Situation) -> None:
    if situation.state.hold is None:
        raise DecisionError("This encounter is not on hold; there is nothing to release.")


def _check_finalise(situation: Situation) -> None:
    if (hold := situation.state.hold) is not None:
        who = situation.tell(hold.actor, hold.at)
        raise DecisionError(
            f"This encounter is on hold ({who}); release it before it is finalised."
        )
    if not any(code.kind is Kind.DIAGNOSIS for code in situation.state.accepted):
        raise DecisionError("No diagnosis is accepted; accept or add one before finalising.")
    errors = [edit for edit in situation.edits if edit.severity is Severity.ERROR]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise DecisionError(
            f"An error keeps this encounter from being finalised: {errors[0].message}{more}"
        )
    if situation.setting is CareSetting.INPATIENT and situation.state.principal is None:
        raise DecisionError(
            "Nobody has said which diagnosis is the principal one; put it first, then finalise."
        )


def _check_reopen(situation: Situation) -> None:
    if situation.state.signed is None:
        raise DecisionError("This encounter is not finalised; there is nothing to reopen.")


_PLURALS = {Kind.DIAGNOSIS: "diagnoses", Kind.PROCEDURE: "procedures"}
_ON_CODE: dict[Action, Callable[[Decision, Situation], None]] = {
    Action.ACCEPT: _check_accept,
    Action.REJECT: _check_reject,
    Action.REPLACE: _check_replace,
    Action.ADD: _check_accept,
    Action.UNDO: _check_undo,
    Action.RESEQUENCE: _check_resequence,
    Action.SET_POA: _check_poa,
    Action.SET_PERFORMED: _check_among_accepted,
    Action.SET_EVIDENCE: _check_among_accepted,
}
_ON_ENCOUNTER: dict[Action, Callable[[Situation], None]] = {
    Action.HOLD: _check_hold,
    Action.RELEASE: _check_release,
    Action.FINALISE: _check_finalise,
    Action.REOPEN: _check_reopen,
}
