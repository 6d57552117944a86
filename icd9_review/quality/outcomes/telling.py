"""From the events of an encounter to what became of each of its codes.

One row for each code: that of its standing verdict, or, where nobody decided on it, of the last
time it was shown. The words are those of reports on computer-assisted coding: accepted, edited,
added on or off the text, typed although suggested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from icd9_review.quality.outcomes.bands import CaseFacts, groups_of
from icd9_review.review.fold import DECISIONS, fold, replacement
from icd9_review.review.time_spent import time_spent
from icd9_review.values import (
    CodeKey,
    CodeOutcome,
    CodeState,
    Event,
    EventKind,
    Kind,
    Origin,
    OutcomeCase,
    OutcomeKind,
    ReviewState,
    Verdict,
    WordCount,
)

TEN_THOUSAND: Final = 10_000
"""Probabilities are counted in ten-thousandths: whole numbers add up without rounding."""

VERDICT_KINDS: Final = (OutcomeKind.ACCEPTED, OutcomeKind.REPLACED, OutcomeKind.REJECTED)
"""What is a verdict on a suggestion."""

_OF_NOTES: Final = (EventKind.NOTE_ADDED, EventKind.SCORED)

TOLD: Final = (*DECISIONS, EventKind.SHOWN, *_OF_NOTES)
"""The events that tell what became of the codes of a chart that is not signed."""


@dataclass(frozen=True, slots=True)
class _Showing:
    """A code on the screen: when last, first, by which version, how probable."""

    first: int
    version: str
    raw: int | None


def case_of(events: Sequence[Event], facts: CaseFacts) -> OutcomeCase | None:
    """What became of the codes of an encounter; None where none was shown or decided on.

    ``events`` are those of TOLD in order, of a signed chart all its events: how long the signer
    worked on it, other events tell.
    """
    state = fold(events)
    shown = _showings(events)
    outcomes = (*_decided(events, state, shown), *_left(state, shown))
    if not outcomes and state.signed is None:
        return None
    last = [event for event in events if event.kind in TOLD and _counts(event)][-1]
    at = state.signed.at if state.signed else last.at
    notes, version = _notes(events, last.sequence), _main_version(outcomes)
    words = _words(events, notes, version, last.sequence)
    case = OutcomeCase(
        month=at.year * 100 + at.month,
        version=version,
        groups=groups_of(facts, sum(notes.values()), words),
        outcomes=outcomes,
    )
    return _signed(case, events, state.signed.actor) if state.signed else case


def _counts(event: Event) -> bool:
    return event.kind not in _OF_NOTES


def _showings(events: Iterable[Event]) -> dict[CodeKey, _Showing]:
    found: dict[CodeKey, _Showing] = {}
    for event in events:
        if event.kind is not EventKind.SHOWN:
            continue
        said = cast(dict[str, Any], event.payload)
        for kind, code, probability in said.get("codes", ()):
            key = Kind(kind), code
            first = found[key].first if key in found else event.sequence
            found[key] = _Showing(first, said.get("model_version") or "", _parts(probability))
    return found


def _decided(
    events: Iterable[Event], state: ReviewState, shown: Mapping[CodeKey, _Showing]
) -> list[CodeOutcome]:
    by_sequence = {event.sequence: event for event in events}
    return [_outcome(code, by_sequence[code.sequence], shown) for code in state.codes]


def _outcome(code: CodeState, event: Event, shown: Mapping[CodeKey, _Showing]) -> CodeOutcome:
    key = code.kind, code.code
    said = _basis(event, key)
    showing = shown.get(key)
    before = showing is not None and showing.first < event.sequence
    suggested = before or _reached(said)
    raw = _parts(said.get("probability"))
    return CodeOutcome(
        kind=code.kind,
        code=code.code,
        outcome=_became(code, suggested=suggested),
        detail=_detail(code, event),
        version=said.get("model_version") or "",
        suggested=suggested,
        score=_parts(said.get("calibrated")) if said.get("calibrated") is not None else raw,
        raw=showing.raw if raw is None and showing is not None and before else raw,
        actor=code.actor,
    )


def _basis(event: Event, key: CodeKey) -> Mapping[str, Any]:
    """What the model said of one of the codes of a decision, as its payload holds it."""
    payload = cast(dict[str, Any], event.payload)
    if replacement(event) == key:
        given: Mapping[str, Any] = payload.get("by_basis") or {}
        return {"model_version": payload.get("model_version"), **given}
    return payload


def _reached(said: Mapping[str, Any]) -> bool:
    probability, threshold = said.get("probability"), said.get("threshold")
    if probability is None or threshold is None or said.get("demoted"):
        return False
    return bool(probability >= threshold)


def _became(code: CodeState, *, suggested: bool) -> OutcomeKind:
    if code.verdict is Verdict.REJECTED:
        return OutcomeKind.REJECTED
    if code.verdict is Verdict.REPLACED:
        return OutcomeKind.REPLACED
    if code.origin is Origin.SUGGESTED:
        return OutcomeKind.ACCEPTED
    if code.origin is Origin.REPLACED:
        return OutcomeKind.EDITED
    if suggested:
        return OutcomeKind.DIRECT
    return OutcomeKind.ON_TEXT if code.evidence and not code.found else OutcomeKind.OFF_TEXT


def _detail(code: CodeState, event: Event) -> str:
    if code.verdict is Verdict.REJECTED:
        return code.reason.value if code.reason else ""
    if code.verdict is Verdict.REPLACED:
        return code.by or ""
    return str(event.payload["code"]) if code.origin is Origin.REPLACED else ""


def _left(state: ReviewState, shown: Mapping[CodeKey, _Showing]) -> list[CodeOutcome]:
    """What was shown and has no standing verdict."""
    decided = {(code.kind, code.code) for code in state.codes}
    outcome = OutcomeKind.UNTOUCHED if state.signed else OutcomeKind.WAITING
    return [
        CodeOutcome(*key, outcome, "", each.version, True, None, each.raw, None)
        for key, each in shown.items()
        if key not in decided
    ]


def _parts(probability: float | None) -> int | None:
    return None if probability is None else round(probability * TEN_THOUSAND)


def _main_version(outcomes: Iterable[CodeOutcome]) -> str:
    counts = Counter(each.version for each in outcomes if each.suggested)
    return min(counts, key=lambda version: (-counts[version], version), default="")


def _notes(events: Iterable[Event], sequence: int) -> dict[str, int]:
    """The notes that counted at an event, with their characters."""
    lengths: dict[str, int] = {}
    for event in events:
        if event.kind is EventKind.NOTE_ADDED and event.sequence < sequence:
            said = cast(dict[str, Any], event.payload)
            lengths.pop(str(said.get("supersedes") or ""), None)
            lengths[said["note"]] = int(said.get("length") or 0)
    return lengths


def _words(
    events: Iterable[Event], notes: Mapping[str, int], version: str, sequence: int
) -> WordCount | None:
    """The words of these notes as a model version read them by then; None where nobody counted.

    Nor where it did not count all: what is left would be no share of the encounter.
    """
    counted: dict[str, tuple[int, int]] = {}
    for event in events:
        if event.kind is EventKind.SCORED and event.sequence < sequence:
            said = cast(dict[str, Any], event.payload)
            if said["model_version"] == version and said["note"] in notes and "words" in said:
                counted[said["note"]] = said["words"], said["unfamiliar"]
    if not counted or counted.keys() != notes.keys():
        return None
    words, unfamiliar = map(sum, zip(*counted.values(), strict=True))
    return WordCount(words, unfamiliar)


def _signed(case: OutcomeCase, events: Sequence[Event], signer: int) -> OutcomeCase:
    last = max(e.sequence for e in events if e.kind is EventKind.FINALISED)
    spent = time_spent(e for e in events if e.actor == signer and e.sequence <= last)
    mine = [
        e for e in case.outcomes if e.suggested and e.actor == signer and e.outcome in VERDICT_KINDS
    ]
    return replace(
        case,
        signer=signer,
        seconds=round(spent.total_seconds()),
        decided=len(mine),
        accepted=sum(each.outcome is OutcomeKind.ACCEPTED for each in mine),
    )
