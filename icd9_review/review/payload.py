"""What a decision writes into the ledger; ``fold`` reads it.

The form of the first schema: accept, reject and undo write what they always wrote, the
other actions their own parts beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from icd9_review.review.form import ENCOUNTER_ACTIONS
from icd9_review.values import Action, Decision, Span

_WITH_REASON = (
    Action.ACCEPT,
    Action.REJECT,
    Action.REPLACE,
    Action.ADD,
    Action.UNDO,
    Action.HOLD,
    Action.REOPEN,
)


def said(decision: Decision) -> dict[str, object]:
    """What makes a decision this one and no other, apart from its words.

    Sent twice, it is the same; which tab sent it and what that had shown is not part of it.
    """
    payload: dict[str, object] = {"action": decision.action.value}
    if decision.action not in ENCOUNTER_ACTIONS:
        payload |= {"code": decision.code, "kind": decision.kind.value}
    if decision.action in _WITH_REASON:
        payload["reason"] = None if decision.reason is None else decision.reason.value
    if decision.together > 1:
        payload["together"] = decision.together
    if decision.query is not None:
        payload["query"] = decision.query
    return payload | _own_parts(decision)


def payload(
    decision: Decision, *, undoes: str | None = None, words: str = "", found: Sequence[Span] = ()
) -> dict[str, object]:
    """The payload of the event; ``undoes`` is the key of what an undo takes back.

    ``words`` is the digest of a person's words, which are kept apart from the ledger, ``found``
    what the program found as evidence: no part of what makes a decision this one.
    """
    written = said(decision) | {"client": decision.client, "seen": decision.seen}
    if undoes is not None:
        written["undoes"] = undoes
    if words:
        written["words"] = words
    if found:
        written["found"] = _as_lists(found)
    return written


def _own_parts(decision: Decision) -> dict[str, object]:
    match decision.action:
        case Action.REPLACE:
            return {"by": decision.by, "evidence": _as_lists(decision.evidence)}
        case Action.ADD | Action.SET_EVIDENCE:
            return {"evidence": _as_lists(decision.evidence)}
        case Action.RESEQUENCE:
            return {"position": decision.position}
        case Action.SET_POA:
            return {"poa": decision.poa.value if decision.poa else None}
        case Action.SET_PERFORMED:
            return {"performed": decision.performed.isoformat() if decision.performed else None}
        case Action.SET_FACT:
            fact = decision.fact.value if decision.fact else None
            return {"fact": fact, "value": decision.value, "evidence": _as_lists(decision.evidence)}
        case Action.SET_LINE:
            return {"value": decision.value, "evidence": _as_lists(decision.evidence)}
        case _:
            return {}


def _as_lists(spans: Iterable[Span]) -> list[list[str | int]]:
    return [[span.note_id, span.start, span.end] for span in spans]
