"""What the ledger says of an encounter at one moment, and the codes that follow from it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from icd9_review.review.fold import fold, stack, verdict
from icd9_review.store.deciding.moments import Moment
from icd9_review.values import (
    CodeKey,
    Comment,
    Event,
    EventKind,
    ReviewState,
    Suggestion,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything on a page is of one moment; ``sequence`` is the last event of it."""

    sequence: int
    intake: Event | None
    events: tuple[Event, ...]
    state: ReviewState
    stacks: Mapping[CodeKey, Sequence[Event]]
    names: Mapping[int, str]
    comments: tuple[Comment, ...]

    def note_added_after(self, sequence: int) -> bool:
        """Whether a note came in after this event."""
        return self._has(EventKind.NOTE_ADDED, sequence)

    def fact_set_after(self, sequence: int) -> bool:
        """Whether somebody set a fact of the encounter after this event."""
        return self._has(EventKind.FACT_SET, sequence)

    def _has(self, kind: EventKind, after: int) -> bool:
        return any(event.kind is kind and event.sequence > after for event in self.events)

    def changes(self, since: int, user: int) -> tuple[Event, ...]:
        """What others than this user did after this event, in order."""
        return tuple(e for e in self.events if e.sequence > since and e.actor != user)


def take_snapshot(moment: Moment) -> Snapshot:
    """What follows from the events of a moment."""
    return Snapshot(
        sequence=moment.sequence,
        intake=moment.intake,
        events=moment.events,
        state=fold(moment.events),
        stacks=stack(moment.events),
        names=moment.names,
        comments=moment.comments,
    )


def shown_codes(
    snapshot: Snapshot,
    suggested: Iterable[Suggestion],
    known: Container[CodeKey],
    outside: Iterable[CodeKey],
) -> frozenset[CodeKey]:
    """The codes of the left pane: suggested ones, and others that were judged or, where
    the model knows them, commented on.

    A code that came in by a person's own hand stands among the accepted ones only, one that
    the model cannot suggest, of ``outside``, in a list of its own.
    """
    proposed = {(each.kind, each.code) for each in suggested}
    accepted = {(code.kind, code.code) for code in snapshot.state.accepted}
    commented = {(each.kind, each.code) for each in snapshot.comments} - accepted
    told = {key for key in commented if key in known}
    return frozenset(proposed | told | (_judged(snapshot.stacks) - {*outside}))


def _judged(stacks: Mapping[CodeKey, Sequence[Event]]) -> set[CodeKey]:
    """The codes with a verdict on a suggestion, and those that were taken off again."""
    return {
        key
        for key, events in stacks.items()
        if events
        and (
            events[0].kind in (EventKind.ACCEPTED, EventKind.REJECTED)
            or verdict(events[-1], key) is not Verdict.ACCEPTED
        )
    }
