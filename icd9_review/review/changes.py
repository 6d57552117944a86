"""What an event changed: how it was before and how it was after, as short texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from icd9_review.review.fold import VERDICTS, decided_code, steps
from icd9_review.values import (
    CodeKey,
    CodeState,
    EncounterStatus,
    Event,
    EventKind,
    ReviewState,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Change:
    """An event with what it changed, None on a side where there was or is nothing.

    A verdict gives the verdicts on its code, a replacement both codes; a setting what was
    set, places counted from 1; what is done to the encounter its status, None where it is
    neither held nor finalised; a fact what it was and is; of chart lines
    how many were and are said to need no code. An assignment and a take-over give
    persons, a move numbers of teams, a note the note it supersedes and itself. Other events
    change nothing.
    """

    event: Event
    before: str | None = None
    after: str | None = None


def changes(events: Iterable[Event], names: Mapping[int, str]) -> Iterator[Change]:
    """The events of one encounter with what each changed; ``names`` are those of persons."""
    for before, event, after in steps(events):
        yield Change(event, *_sides(before, event, after, names))


_Sides = tuple[str | None, str | None]


def _sides(
    before: ReviewState, event: Event, after: ReviewState, names: Mapping[int, str]
) -> _Sides:
    if (look := _LOOKS.get(event.kind)) is not None:
        key = decided_code(event) if "code" in event.payload else None
        return look(before, key), look(after, key)
    said = cast(dict[str, Any], event.payload)
    match event.kind:
        case EventKind.REPLACED:
            return said["code"], said["by"]
        case EventKind.FACT_SET:
            return said["from"], said["value"]
        case EventKind.ASSIGNED:
            return _person(said["from"], names), _person(said["to"], names)
        case EventKind.CLAIMED:
            return _person(said["from"], names), _person(event.actor, names)
        case EventKind.MOVED:
            return _team(said["from"]), _team(said["to"])
        case EventKind.NOTE_ADDED:
            return said.get("supersedes"), said["note"]
        case _:
            return None, None


def _person(number: int | None, names: Mapping[int, str]) -> str | None:
    return None if number is None else f"{names[number]} ({number})"


def _team(number: int | None) -> str | None:
    return None if number is None else f"team {number}"


def _find(state: ReviewState, key: CodeKey | None) -> CodeState | None:
    return next((each for each in state.codes if (each.kind, each.code) == key), None)


def _verdict(state: ReviewState, key: CodeKey | None) -> str | None:
    code = _find(state, key)
    return (code.verdict if code else Verdict.OPEN).value


def _place(state: ReviewState, key: CodeKey | None) -> str | None:
    same = [(each.kind, each.code) for each in state.accepted if key and each.kind is key[0]]
    return str(same.index(key) + 1) if key in same else None


def _poa(state: ReviewState, key: CodeKey | None) -> str | None:
    code = _find(state, key)
    return code.poa.value if code and code.poa else None


def _performed(state: ReviewState, key: CodeKey | None) -> str | None:
    code = _find(state, key)
    return code.performed.isoformat() if code and code.performed else None


def _evidence(state: ReviewState, key: CodeKey | None) -> str | None:
    code = _find(state, key)
    if code is None or not code.evidence:
        return None
    places = "1 place" if len(code.evidence) == 1 else f"{len(code.evidence)} places"
    return f"{places} found by the program" if code.found else places


def _admitting(state: ReviewState, _: CodeKey | None) -> str | None:
    return state.admitting


def _needless(state: ReviewState, _: CodeKey | None) -> str | None:
    return str(len(state.needless)) if state.needless else None


def _status(state: ReviewState, _: CodeKey | None) -> str | None:
    if state.signed is not None:
        return EncounterStatus.FINALISED.value
    return EncounterStatus.HELD.value if state.hold is not None else None


_LOOKS: Mapping[EventKind, Callable[[ReviewState, CodeKey | None], str | None]] = {
    **dict.fromkeys(VERDICTS.keys() - {EventKind.REPLACED}, _verdict),
    EventKind.RESEQUENCED: _place,
    EventKind.POA_SET: _poa,
    EventKind.PERFORMED_SET: _performed,
    EventKind.EVIDENCE_SET: _evidence,
    EventKind.ADMITTING_SET: _admitting,
    EventKind.LINE_SET: _needless,
    EventKind.HELD: _status,
    EventKind.RELEASED: _status,
    EventKind.FINALISED: _status,
    EventKind.REOPENED: _status,
}
"""Where to look, in the state before and in that after, for what a kind of event changes."""
