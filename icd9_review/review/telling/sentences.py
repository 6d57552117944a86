"""What happened to an encounter, in sentences: what a person did, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from icd9_review.review.changes import Change
from icd9_review.review.event_words import describe_event
from icd9_review.review.fold import DECISIONS, VERDICTS
from icd9_review.review.reasons import reason_words
from icd9_review.review.telling.event_facts import event_facts
from icd9_review.values import Event, EventKind, Verdict

_SETTINGS = (
    EventKind.POA_SET,
    EventKind.PERFORMED_SET,
    EventKind.EVIDENCE_SET,
    EventKind.ADMITTING_SET,
    EventKind.FACT_SET,
)


def tell_change(change: Change, names: Mapping[int, str]) -> str:
    """What an event did and what it changed, reading on after a name.

    ``accepted 428.0, which had been rejected``.
    """
    event = change.event
    told = describe_event(event)
    match event.kind:
        case EventKind.RESEQUENCED:
            return told + _moved(change)
        case kind if kind in _SETTINGS:
            return f"{told} {_to(change)}"
        case EventKind.ASSIGNED:
            return f"assigned the encounter to {change.after or 'nobody'}"
        case EventKind.CLAIMED:
            return f"{told} from {change.before or 'nobody'}"
        case EventKind.NOTE_ADDED if change.before:
            return "replaced a note by a newer version"
        case (
            EventKind.SCORED
            | EventKind.SHOWN
            | EventKind.INSPECTED
            | EventKind.SEARCHED
            | EventKind.EXPORTED
            | EventKind.FINALISED
        ):
            facts = event_facts(event, names)
            return f"{told} ({facts})" if facts else told
        case kind if kind in VERDICTS:
            return told + _standing(change)
        case _:
            return told


def tell_reason(event: Event) -> str:
    """Why it was done, as far as the event says: the reason, and what the model gave the code."""
    said = cast(dict[str, Any], event.payload)
    told = []
    if event.kind in (EventKind.GLASS_BROKEN, EventKind.MOVED, EventKind.PURGED):
        told.append(event_facts(event, {}))
    if event.kind in DECISIONS and said.get("reason"):
        told.append(reason_words(DECISIONS[event.kind], str(said["reason"])))
    if event.kind in VERDICTS and said.get("probability") is not None:
        given = said["probability"] if said.get("calibrated") is None else said["calibrated"]
        told.append(f"the model gave it {100 * given:.1f} %")
    if isinstance(said.get("words"), str):
        told.append("with words of their own, which stand apart")
    return "; ".join(told)


def _moved(change: Change) -> str:
    """Whence a code came, and where its words do not say so, whither."""
    if change.before == change.after:
        return ", where it stood"
    return f" from place {change.before}" + (
        "" if change.after == "1" else f" to place {change.after}"
    )


def _to(change: Change) -> str:
    before = f", which had been {change.before}" if change.before else ""
    return f"to {change.after or 'nothing'}{before}"


def _standing(change: Change) -> str:
    """Where a code stood before, where that was a verdict, and after an undo where it stands."""
    if change.event.kind is EventKind.UNDONE:
        return f", which is {change.after} now"
    if change.event.kind is EventKind.REPLACED or change.before in (None, Verdict.OPEN.value):
        return ""
    return f", which had been {change.before}"
